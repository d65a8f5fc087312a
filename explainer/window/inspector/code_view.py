"""Read-only Python source with line numbers and one marked line."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QSyntaxHighlighter,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextFormat,
)
from PySide6.QtWidgets import QPlainTextEdit, QTextEdit, QWidget

from explainer.stage.translation import tr
from explainer.theme.tokens import DARK, SMALL, Tokens
from explainer.window.inspector.python_words import Word, words_by_line

__all__ = ["CodeView"]


class _Colours(QSyntaxHighlighter):
    """Colours the words of the source, which was read once as a whole."""

    def __init__(self, document: QTextDocument) -> None:
        super().__init__(document)
        self._words: dict[int, list[Word]] = {}
        self._formats: dict[str, QTextCharFormat] = {}

    def read(self, source: str) -> None:
        self._words = words_by_line(source)

    def apply_theme(self, tokens: Tokens) -> None:
        series, quiet = tokens.series, tokens.muted
        colours = {"keyword": tokens.accent, "string": series[2], "doc": quiet, "comment": quiet, "number": series[1],
                   "name": tokens.warning, "decorator": series[3], "builtin": series[6]}  # fmt: skip
        self._formats = {kind: QTextCharFormat() for kind in colours}
        for kind, colour in colours.items():
            self._formats[kind].setForeground(QColor(colour))
        self._formats["comment"].setFontItalic(True)
        self.rehighlight()

    def highlightBlock(self, text: str) -> None:
        for word in self._words.get(self.currentBlock().blockNumber(), ()):
            if word.kind in self._formats:
                self.setFormat(word.start, word.length, self._formats[word.kind])


class _Numbers(QWidget):
    """The strip of line numbers at the left of a :class:`CodeView`."""

    def __init__(self, view: CodeView) -> None:
        super().__init__(view)
        self._view = view
        self.setObjectName("line-numbers")

    def sizeHint(self) -> QSize:
        return QSize(self._view.number_width(), 0)

    def paintEvent(self, event: QPaintEvent) -> None:
        self._view.paint_numbers(QPainter(self), event.rect())


class CodeView(QPlainTextEdit):
    """Shows source; :meth:`mark` marks a line and scrolls to it only when it is out of sight."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("code-view")
        self.setAccessibleName(tr("Source code"))
        self.setProperty("role", "code")
        self.setReadOnly(True)
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.document().setDocumentMargin(6)
        self.setCornerWidget(QWidget(self))
        self._tokens, self._marked = DARK, 0
        self._colours = _Colours(self.document())
        self._numbers = _Numbers(self)
        self.updateRequest.connect(self._scroll_numbers)

    @property
    def marked(self) -> int:
        """The marked line, counted from 1; 0 when there is none."""
        return self._marked

    def show_source(self, source: str) -> None:
        """Show another source, unmarked."""
        self._marked = 0
        self._colours.read(source)
        self.setPlainText(source)
        self._colours.rehighlight()
        self._show_mark()
        self._make_room()

    def mark(self, line: int) -> None:
        """Mark a line, counted from 1; 0 unmarks."""
        self._marked = line if 0 < line <= self.blockCount() else 0
        self._show_mark()
        if self._marked and not self._sees(self._marked):
            bar = self.verticalScrollBar()
            bar.setValue(max(0, self._marked - 1 - self._lines_seen() // 3))

    def set_wrapped(self, wrapped: bool) -> None:
        """Break lines at the panel's edge, or let them run on."""
        mode = QPlainTextEdit.LineWrapMode
        self.setLineWrapMode(mode.WidgetWidth if wrapped else mode.NoWrap)

    def apply_theme(self, tokens: Tokens) -> None:
        """Take colours and scale."""
        self._tokens = tokens
        font = QFont("DejaVu Sans Mono")
        font.setStyleHint(QFont.StyleHint.Monospace)
        font.setPixelSize(tokens.size(12))
        self.setFont(font)
        self.setTabStopDistance(4 * self.fontMetrics().horizontalAdvance(" "))
        self._colours.apply_theme(tokens)
        self._show_mark()
        self._make_room()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Qt: the numbers take the whole height."""
        super().resizeEvent(event)
        inside = self.contentsRect()
        self._numbers.setGeometry(QRect(inside.left(), inside.top(), self.number_width(), inside.height()))

    def number_width(self) -> int:
        """Return the width of the strip of line numbers."""
        digits = max(2, len(str(self.blockCount())))
        return self.fontMetrics().horizontalAdvance("0" * digits) + self._tokens.size(20)

    def paint_numbers(self, painter: QPainter, region: QRect) -> None:
        """Draw the numbers of the visible lines, the marked one in the accent colour with a pointer."""
        font = QFont(self.font())
        font.setPixelSize(self._tokens.size(SMALL))
        painter.setFont(font)
        block = self.firstVisibleBlock()
        top = self.blockBoundingGeometry(block).translated(self.contentOffset()).top()
        while block.isValid() and top <= region.bottom():
            number, height = block.blockNumber() + 1, self.blockBoundingRect(block).height()
            marked = number == self._marked
            painter.setPen(QColor(self._tokens.accent if marked else self._tokens.faint))
            row = self.fontMetrics().lineSpacing()
            place = QRect(0, round(top), self.number_width() - self._tokens.size(8), row)
            painter.drawText(place, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, str(number))
            if marked:
                painter.fillRect(QRect(0, round(top), 3, round(height)), QColor(self._tokens.accent))
            top += height
            block = block.next()

    def _show_mark(self) -> None:
        selections = []
        if self._marked:
            selection = QTextEdit.ExtraSelection()
            selection.format.setBackground(QColor(self._tokens.selected))
            selection.format.setProperty(QTextFormat.Property.FullWidthSelection, True)
            selection.cursor = QTextCursor(self.document().findBlockByNumber(self._marked - 1))
            selections = [selection]
        self.setExtraSelections(selections)
        self._numbers.update()

    def _lines_seen(self) -> int:
        return max(1, self.viewport().height() // max(1, self.fontMetrics().lineSpacing()))

    def _sees(self, line: int) -> bool:
        first = self.firstVisibleBlock().blockNumber() + 1
        return first <= line < first + self._lines_seen() - 1

    def _make_room(self) -> None:
        self.setViewportMargins(self.number_width(), 0, 0, 0)
        self._numbers.resize(self.number_width(), self._numbers.height())

    def _scroll_numbers(self, region: QRect, down: int) -> None:
        if down:
            self._numbers.scroll(0, down)
        else:
            self._numbers.update(0, region.y(), self._numbers.width(), region.height())
