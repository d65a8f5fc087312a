"""What was found, as rows: a sign for its kind, its title, where it is, and its key."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from explainer.stage.icons import icon
from explainer.stage.translation import later, tr
from explainer.teach.search import Entry
from explainer.theme.tokens import BODY, CAPTION, DARK, Tokens

__all__ = ["KINDS", "Results", "Row"]

KINDS = {
    "scene": later("Scene"),
    "question": later("Question"),
    "step": later("Lesson"),
    "term": later("Glossary"),
    "parameter": later("Control"),
    "action": later("Action"),
}
"""Kind of entry → what it is called."""
ROW, INSET, RADIUS = 46, 10, 6
ENTRY = Qt.ItemDataRole.UserRole


class Row:
    """A row: the entry, the line below its title, the name of its sign, and the key that does the same."""

    def __init__(self, entry: Entry, below: str, sign: str, key: str = "") -> None:
        self.entry, self.below, self.sign, self.key = entry, below, sign, key

    @property
    def said(self) -> str:
        """What a screen reader says of it."""
        return ", ".join(filter(None, (self.entry.title, self.below, self.key)))


class Results(QListWidget):
    """The rows; the keys stay in the field, which moves through them."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("ask-results")
        self.setAccessibleName(tr("Results"))
        self.setToolTip(tr("What fits; a click or Return opens it"))
        self.setProperty("role", "results")
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QListWidget.ScrollMode.ScrollPerPixel)
        self.setMouseTracking(True)
        self._delegate = _Painter(self)
        self.setItemDelegate(self._delegate)

    @property
    def taken(self) -> Row | None:
        """The row that is chosen."""
        item = self.currentItem()
        return item.data(ENTRY) if item is not None else None

    def show_rows(self, rows: Sequence[Row]) -> None:
        """Show these rows, the first of them chosen."""
        self.clear()
        for row in rows:
            item = QListWidgetItem()
            item.setData(ENTRY, row)
            item.setData(Qt.ItemDataRole.AccessibleTextRole, row.said)
            self.addItem(item)
        if rows:
            self.setCurrentRow(0)

    def move(self, by: int) -> None:  # type: ignore[override]  # moves the choice, not the widget
        """Choose another row; beyond the last comes the first."""
        if self.count():
            self.setCurrentRow((self.currentRow() + by) % self.count())

    def apply_theme(self, tokens: Tokens) -> None:
        """Take colours and scale."""
        self._delegate.tokens = tokens
        self.scheduleDelayedItemsLayout()
        self.viewport().update()


class _Painter(QStyledItemDelegate):
    """Paints a row."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._list, self.tokens = parent, DARK

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        """Qt: every row is equally high."""
        return QSize(120, self.tokens.size(ROW))

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Qt: draw a row."""
        tokens, row = self.tokens, index.data(ENTRY)
        place: QRect = option.rect
        state: QStyle.StateFlag = option.state
        chosen = bool(state & QStyle.StateFlag.State_Selected)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if chosen or state & QStyle.StateFlag.State_MouseOver:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(tokens.selected if chosen else tokens.raised))
            painter.drawRoundedRect(place.adjusted(0, 1, 0, -1), RADIUS, RADIUS)
        inset, sign = tokens.size(INSET), tokens.size(18)
        icon(row.sign, tokens, tokens.accent if chosen else tokens.muted).paint(
            painter, QRect(place.x() + inset, place.center().y() - sign // 2, sign, sign)
        )
        words = place.adjusted(inset + sign + inset, 0, -inset, 0)
        words.setRight(words.right() - self._draw_key(painter, words, row.key))
        self._draw_words(painter, words, row)
        painter.restore()

    def _draw_words(self, painter: QPainter, words: QRect, row: Row) -> None:
        title, below = self._font(BODY), self._font(CAPTION)
        title.setWeight(QFont.Weight.Medium)
        heights = QFontMetrics(title).height(), QFontMetrics(below).height()
        top = words.center().y() - sum(heights) // 2
        for font, colour, text, height in (
            (title, self.tokens.text, row.entry.title, heights[0]),
            (below, self.tokens.muted, row.below, heights[1]),
        ):
            painter.setFont(font)
            painter.setPen(QColor(colour))
            elided = QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, words.width())
            painter.drawText(QRect(words.x(), top, words.width(), height), Qt.AlignmentFlag.AlignVCenter, elided)
            top += height

    def _draw_key(self, painter: QPainter, words: QRect, key: str) -> int:
        """Draw a key at the right end; return how much room it takes."""
        if not key:
            return 0
        font = self._font(CAPTION)
        width, height = QFontMetrics(font).horizontalAdvance(key) + 14, QFontMetrics(font).height() + 6
        place = QRect(words.right() - width, words.center().y() - height // 2, width, height)
        painter.setFont(font)
        painter.setBrush(QColor(self.tokens.raised))
        painter.setPen(QPen(QColor(self.tokens.border)))
        painter.drawRoundedRect(place, 4, 4)
        painter.setPen(QColor(self.tokens.muted))
        painter.drawText(place, Qt.AlignmentFlag.AlignCenter, key)
        return width + 10

    def _font(self, size: int) -> QFont:
        font = QFont(self._list.font())
        font.setPixelSize(self.tokens.size(size))
        return font

    def helpEvent(self, *words: object) -> bool:
        """Qt: no row has a tooltip of its own; all of it can be read beside the list."""
        return False

    def editorEvent(self, event: QEvent, *words: object) -> bool:
        """Qt: rows are not edited."""
        return False
