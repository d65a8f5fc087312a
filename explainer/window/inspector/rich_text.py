"""Lesson text: Markdown with links and formulas in its lines, as high as its content."""

from __future__ import annotations

import re

from PySide6.QtCore import QEvent, QSize, Qt, QUrl, Signal
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetricsF,
    QPalette,
    QTextBlock,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextFormat,
    QTextFrameFormat,
    QTextImageFormat,
    QTextTable,
    QWheelEvent,
)
from PySide6.QtWidgets import QFrame, QSizePolicy, QTextBrowser, QWidget

from explainer.contract.lesson import inline_parts, links_in
from explainer.theme.tokens import BODY, DARK, Tokens
from explainer.window.inspector.typeset import SIZE, LatexError, inline_image, typeset

__all__ = ["RichText"]

_STOPS = tuple(".,;:!?)")
_MARKS = re.compile(r"\*\*|`|</?su[bp]>")
_LINE = 1.55
"""Line height as a multiple of the text size."""
_PARAGRAPH_GAP = 8
_PLACEHOLDER = "\ue000"
"""Stands for a formula until its image is there: U+FFFC is what Qt itself puts for images."""


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
        text, formulas = inline_parts(links_to_text(self._markdown))
        for latex in formulas:
            text = text.replace("\ufffc", latex, 1)
        return _MARKS.sub("", text)

    def apply_theme(self, tokens: Tokens) -> None:
        """Take colours and scale."""
        self._tokens = tokens
        self._fill()

    def heightForWidth(self, width: int) -> int:
        """Qt: the height of the text at ``width``."""
        if width not in self._heights:
            twin = self.document().clone()
            twin.setTextWidth(max(width, 1))
            self._heights[width] = -int(-twin.size().height() // 1)
        return self._heights[width]

    def sizeHint(self) -> QSize:
        """Qt: any width will do."""
        return QSize(self._tokens.size(280), self.heightForWidth(self._tokens.size(280)))

    def minimumSizeHint(self) -> QSize:
        """Qt: one word a line at worst."""
        return QSize(40, self._line_height)

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
    def _line_height(self) -> int:
        return 5 * round(self._pixels * _LINE / 5)

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
        document.setIndentWidth(self._tokens.size(20))
        text, formulas = _with_stops(*inline_parts(self._with_numbered_links()))
        document.setMarkdown(_with_firm_spaces(text), QTextDocument.MarkdownFeature.MarkdownDialectGitHub)
        self._colour_text()
        self._space_lines()
        self._style_tables()
        self._place_formulas(formulas)
        self.setAccessibleName(self.plain_text())
        self.updateGeometry()

    def _with_numbered_links(self) -> str:
        """Return the text with ``link:0``, ``link:1``, … as targets, which no URL rule can garble."""
        text, last = "", 0
        for index, link in enumerate(self._links):
            text += f"{self._markdown[last : link.start]}[{link.text}](link:{index})"
            last = link.end
        return text + self._markdown[last:]

    def _follow(self, url: QUrl) -> None:
        self.link_asked.emit(self._links[int(url.path())].target)

    def _colour_text(self) -> None:
        tokens = self._tokens
        plain, link, code = QTextCharFormat(), QTextCharFormat(), QTextCharFormat()
        plain.setForeground(QColor(tokens.muted if self._aside else tokens.text))
        link.setForeground(QColor(tokens.accent))
        link.setFontUnderline(False)
        code.setBackground(QColor(tokens.raised))
        for fragment in _fragments(self.document()):
            cursor = QTextCursor(self.document())
            cursor.setPosition(fragment.position())
            cursor.setPosition(fragment.position() + fragment.length(), QTextCursor.MoveMode.KeepAnchor)
            style = fragment.charFormat()
            cursor.mergeCharFormat(link if style.isAnchor() else plain)
            if style.fontFixedPitch():
                cursor.mergeCharFormat(code)

    def _space_lines(self) -> None:
        """Give every line the same height and every paragraph but the last the same gap after it."""
        block = self.document().begin()
        while block.isValid():
            style = block.blockFormat()
            following = block.next()
            in_list = block.textList() is not None and following.isValid() and following.textList() is not None
            in_table = isinstance(QTextCursor(block).currentTable(), QTextTable)
            in_code = _is_code(block) and _is_code(following)
            tight = in_table or in_code or not following.isValid()
            gap = 0 if tight else _PARAGRAPH_GAP // 2 if in_list else _PARAGRAPH_GAP
            style.setTopMargin(0)
            style.setBottomMargin(self._tokens.size(gap))
            style.setNonBreakableLines(False)
            if _is_code(block):
                style.setBackground(QColor(self._tokens.raised))
            style.setLineHeight(self._line_height, QTextBlockFormat.LineHeightTypes.FixedHeight.value)
            cursor = QTextCursor(block)
            cursor.setBlockFormat(style)
            mark = QTextCharFormat()
            mark.setForeground(QColor(self._tokens.muted))
            cursor.mergeBlockCharFormat(mark)
            block = following

    def _place_formulas(self, formulas: list[str]) -> None:
        for latex in formulas:
            cursor = self.document().find(_PLACEHOLDER)
            if cursor.isNull():
                return
            style = cursor.charFormat()
            try:
                self._place_formula(cursor, latex, style)
            except LatexError:
                cursor.insertText(latex, style)

    def _place_formula(self, cursor: QTextCursor, latex: str, style: QTextCharFormat) -> None:
        size, line = self._pixels * 1.12, self._line_height
        colour = style.foreground().color().name()
        x_height = QFontMetricsF(self.document().defaultFont()).xHeight()
        picture = inline_image(latex, size, colour, x_height, self.devicePixelRatioF())
        name = QUrl(f"formula:{cursor.position()}")
        self.document().addResource(QTextDocument.ResourceType.ImageResource.value, name, picture)
        place = QTextImageFormat()
        place.merge(style)
        place.setName(name.toString())
        place.setWidth(picture.deviceIndependentSize().width())
        place.setHeight(picture.deviceIndependentSize().height())
        place.setVerticalAlignment(QTextCharFormat.VerticalAlignment.AlignMiddle)
        place.setProperty(QTextCharFormat.Property.ImageAltText.value, latex)
        shape, scale = typeset(latex), size / SIZE
        if shape.ascent * scale > 0.95 * line or shape.descent * scale > 0.42 * line:
            _give_room(cursor.block(), line - self._pixels * 1.2)
        cursor.insertImage(place)

    def _style_tables(self) -> None:
        for frame in self.document().rootFrame().childFrames():
            if isinstance(frame, QTextTable):
                style = frame.format().toTableFormat()
                style.setBorderCollapse(True)
                style.setBorder(1)
                style.setBorderStyle(QTextFrameFormat.BorderStyle.BorderStyle_Solid)
                style.setBorderBrush(QColor(self._tokens.border))
                style.setCellPadding(self._tokens.size(4))
                style.setTopMargin(self._tokens.size(4))
                style.setBottomMargin(0)
                frame.setFormat(style)


def _with_stops(text: str, formulas: list[str]) -> tuple[str, list[str]]:
    """Draw a stop behind a formula with it: Qt breaks lines on both sides of an image, whatever follows."""
    rest, *after = text.split("\ufffc")
    drawn = []
    for latex, words in zip(formulas, after, strict=True):
        stop = words[:1] if words[:1] in _STOPS else ""
        drawn.append(rf"{latex}\text{{{stop}}}" if stop else latex)
        rest += _PLACEHOLDER + words[len(stop) :]
    return rest, drawn


def _with_firm_spaces(text: str) -> str:
    """Return the text without line breaks around equals signs, unless it holds code."""
    return text if "```" in text else text.replace(" = ", "\u00a0=\u00a0")


def links_to_text(markdown: str) -> str:
    """Return Markdown with the words of its links alone."""
    text, last = "", 0
    for link in links_in(markdown):
        text += markdown[last : link.start] + link.text
        last = link.end
    return text + markdown[last:]


def _is_code(block: QTextBlock) -> bool:
    return block.isValid() and block.blockFormat().hasProperty(QTextFormat.Property.BlockCodeFence)


def _give_room(block: QTextBlock, between: float) -> None:
    """Let lines with a high formula be higher than the others."""
    style = block.blockFormat()
    style.setLineHeight(between, QTextBlockFormat.LineHeightTypes.LineDistanceHeight.value)
    QTextCursor(block).setBlockFormat(style)


def _fragments(document: QTextDocument) -> list:
    found, block = [], document.begin()
    while block.isValid():
        runs = block.begin()
        while not runs.atEnd():
            found.append(runs.fragment())
            runs += 1
        block = block.next()
    return found
