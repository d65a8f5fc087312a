"""Lesson text: Markdown with links and formulas in its lines, as high as its content."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from typing import Any

from PySide6.QtCore import QEvent, QPoint, QPointF, QSize, Qt, QUrl, Signal
from PySide6.QtGui import QColor, QFocusEvent, QFont, QPalette, QTextCursor, QTextFormat, QWheelEvent
from PySide6.QtWidgets import QFrame, QSizePolicy, QTextBrowser, QTextEdit, QWidget

from explainer.contract.lesson import inline_parts, links_in
from explainer.teach.terms import TERM
from explainer.theme.tokens import BODY, DARK, Tokens
from explainer.window.inspector.link_signs import tip_of, with_sign
from explainer.window.inspector.text_document import Look, fill_document

__all__ = ["RichText", "never"]

_MARKS = re.compile(r"\*\*|`|</?su[bp]>")


def never(latex: str) -> bool:
    """Return that no formula is meant."""
    return False


class RichText(QTextBrowser):
    """Read-only Markdown that grows to its content; the text can be selected and its links reached by Tab.

    ``size`` is in pixels before the theme's scale, ``bold`` and ``aside`` choose weight and colour.
    """

    link_asked = Signal(str)
    """The target of a link that was followed, as the lesson writes it."""

    def __init__(
        self,
        markdown: str,
        *,
        size: float = BODY,
        bold: bool = False,
        aside: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("lesson-text")
        self.setProperty("role", "text")
        self._markdown, self._size, self._bold, self._aside = markdown, size, bold, aside
        self._tokens = DARK
        self._links = links_in(markdown)
        self._heights: dict[int, int] = {}
        self._strip_frame()
        self.anchorClicked.connect(self._follow)
        self._fill()

    @property
    def markdown(self) -> str:
        """The text as the lesson writes it."""
        return self._markdown

    def set_markdown(self, markdown: str) -> None:
        """Show another text."""
        self._markdown, self._links = markdown, links_in(markdown)
        self._fill()

    def plain_text(self) -> str:
        """Return the text without marks, formulas as their source."""
        text, formulas = inline_parts(_words_alone(self._markdown))
        for latex in formulas:
            text = text.replace("\ufffc", latex, 1)
        return _MARKS.sub("", text)

    def apply_theme(self, tokens: Tokens) -> None:
        """Take colours and scale."""
        self._tokens = tokens
        self._fill()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Qt: whoever comes by Tab is at the first link at once, by Shift+Tab at the last."""
        super().focusInEvent(event)
        forward = event.reason() == Qt.FocusReason.TabFocusReason
        if forward or event.reason() == Qt.FocusReason.BacktabFocusReason:
            self.moveCursor(QTextCursor.MoveOperation.Start if forward else QTextCursor.MoveOperation.End)
            self.focusNextPrevChild(forward)

    def heightForWidth(self, width: int) -> int:
        """Qt: the height of the text at ``width``."""
        if width not in self._heights:
            self._heights[width] = self._height_at(max(width, 1))
        return self._heights[width]

    def _height_at(self, width: float) -> int:
        """Lay the text out at a width and then again as it was, unseen: PySide never deletes a clone of it."""
        document, shown = self.document(), self.document().textWidth()
        layout = document.documentLayout()
        layout.blockSignals(True)
        document.setTextWidth(width)
        height = document.size().height()
        document.setTextWidth(shown)
        layout.blockSignals(False)
        return -int(-height // 1)

    def sizeHint(self) -> QSize:
        """Qt: any width will do."""
        return QSize(self._tokens.size(280), self.heightForWidth(self._tokens.size(280)))

    def minimumSizeHint(self) -> QSize:
        """Qt: one word a line at worst."""
        return QSize(40, self._look.line_height)

    def latex_at(self, place: QPoint) -> tuple[str, float]:
        """Return the letter or the formula under a point of the viewport, and how far across it the point lies.

        A letter is returned as itself, and nothing as an empty text.
        """
        document = self.document()
        position = document.documentLayout().hitTest(QPointF(place), Qt.HitTestAccuracy.ExactHit)
        if position < 0:
            return "", 0.0
        cursor = QTextCursor(document)
        cursor.setPosition(position)
        left = self.cursorRect(cursor).left()
        cursor.movePosition(QTextCursor.MoveOperation.NextCharacter)
        style = cursor.charFormat()
        if not style.isImageFormat():
            return document.characterAt(position), 0.0
        width = max(style.toImageFormat().width(), 1.0)
        return str(style.property(QTextFormat.Property.ImageAltText.value) or ""), (place.x() - left) / width

    def light(self, letters: Collection[str], formulas: Callable[[str], bool]) -> None:
        """Light these letters, and the formulas of which ``formulas`` is true; none of both: nothing."""
        found = []
        for position in range(self.document().characterCount()) if letters or formulas is not never else ():
            if self._is_lit(position, letters, formulas):
                found.append(self._selection(position))
        self.setExtraSelections(found)

    def _is_lit(self, position: int, letters: Collection[str], formulas: Callable[[str], bool]) -> bool:
        letter = self.document().characterAt(position)
        if letter != "\ufffc":
            return letter in letters
        cursor = QTextCursor(self.document())
        cursor.setPosition(position + 1)
        return formulas(str(cursor.charFormat().property(QTextFormat.Property.ImageAltText.value) or ""))

    def _selection(self, position: int) -> QTextEdit.ExtraSelection:
        found: Any = QTextEdit.ExtraSelection()
        found.cursor = QTextCursor(self.document())
        found.cursor.setPosition(position)
        found.cursor.movePosition(QTextCursor.MoveOperation.NextCharacter, QTextCursor.MoveMode.KeepAnchor)
        found.format.setBackground(QColor(self._tokens.selected))
        return found

    def changeEvent(self, event: QEvent) -> None:
        """Qt: the style sheet gives a font of its own; the text keeps its size."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange and self.document().defaultFont().pixelSize() != self._pixels:
            self._fill()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Qt: the column scrolls, never a text within it."""
        event.ignore()

    @property
    def _pixels(self) -> int:
        return self._tokens.size(self._size)

    @property
    def _look(self) -> Look:
        return Look(self._tokens, self._pixels, self._aside, self.devicePixelRatioF())

    def _strip_frame(self) -> None:
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setOpenLinks(False)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.viewport().setAutoFillBackground(False)
        self.document().setDocumentMargin(0)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus if self._links else Qt.FocusPolicy.ClickFocus)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def _fill(self) -> None:
        self._heights.clear()
        font = QFont(self.font())
        font.setPixelSize(self._pixels)
        font.setWeight(QFont.Weight.DemiBold if self._bold else QFont.Weight.Normal)
        palette = self.palette()
        palette.setColor(QPalette.ColorRole.Text, QColor(self._tokens.muted))
        palette.setColor(QPalette.ColorRole.Base, QColor(0, 0, 0, 0))
        self.setPalette(palette)
        document = self.document()
        document.setDefaultFont(font)
        fill_document(document, self._with_numbered_links(), self._look)
        document.markContentsDirty(0, document.characterCount())  # else a text filled anew is not laid out
        self.setAccessibleName(self.plain_text())
        self.updateGeometry()

    def _with_numbered_links(self) -> str:
        """Return the text with ``link:0``, ``term:1``, … as targets, which no URL rule can garble."""
        text, last = "", 0
        for index, link in enumerate(self._links):
            kind = "term" if link.target.startswith(TERM) else "link"
            text += f'{self._markdown[last : link.start]}[{with_sign(link)}]({kind}:{index} "{tip_of(link)}")'
            last = link.end
        return text + self._markdown[last:]

    def _follow(self, url: QUrl) -> None:
        self.link_asked.emit(self._links[int(url.path())].target)


def _words_alone(markdown: str) -> str:
    """Return Markdown with the words of its links alone."""
    text, last = "", 0
    for link in links_in(markdown):
        text += markdown[last : link.start] + link.text
        last = link.end
    return text + markdown[last:]
