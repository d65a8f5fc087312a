"""The palette: a field, what fits, and the chosen one in full, over the veiled window."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from PySide6.QtCore import QEvent, QObject, QRect, Qt, Signal
from PySide6.QtGui import QAccessible, QAccessibleEvent, QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidgetItem,
    QVBoxLayout,
    QWidget,
)

from explainer.stage.icons import icon
from explainer.stage.translation import later, tr
from explainer.teach.search import Entry
from explainer.theme.tokens import DARK, Tokens
from explainer.window.ask.card import AnswerCard
from explainer.window.ask.results import Results, Row

__all__ = ["Palette", "Shown"]

WIDTH, HEIGHT, LIST = 960, 560, 0.46
VEIL = 150
"""How much of the window the veil covers, of 255."""
MOVES = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: 5, Qt.Key.Key_PageUp: -5}
HINT = later("↑ ↓ choose  ·  Return opens  ·  Tab goes into the answer  ·  Esc closes")


class Shown(NamedTuple):
    """What the card says of an entry: where it is, its formula, and what Return does."""

    place: str
    formula: str
    does: str


class Palette(QWidget):
    """Lies over a window while something is asked. It opens nothing itself."""

    chosen = Signal(object)
    """The :class:`Entry` to open."""
    link_asked = Signal(object, str)
    """An entry, and the link of its answer that was followed."""

    def __init__(
        self, window: QWidget, find: Callable[[str], Sequence[Row]], describe: Callable[[Entry], Shown]
    ) -> None:
        super().__init__(window)
        self._window, self._find, self._describe = window, find, describe
        self._tokens = DARK
        self._before: QWidget | None = None
        self.setObjectName("ask")
        self.setAccessibleName(tr("Ask"))
        self.field, self.results, self.card = QLineEdit(), Results(), AnswerCard()
        self.nothing = QLabel(tr("Nothing fits. Try other words: a method, a symptom, a control."))
        self.nothing.setProperty("role", "muted")
        self.nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.panel = self._make_panel()
        self._connect()
        window.installEventFilter(self)
        self.hide()

    def open(self, words: str = "") -> None:
        """Appear with these words in the field, which has the keys."""
        self._before = QApplication.focusWidget()
        self.field.setText(words)
        self._search()
        self._place()
        self.show()
        self.raise_()
        self.field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.field.end(False)

    def close_it(self) -> None:
        """Go away; the keys go back to what had them."""
        if self.isVisible():
            self.hide()
            before = self._before
            if before is not None and before.isVisible():
                before.setFocus(Qt.FocusReason.PopupFocusReason)

    def apply_theme(self, tokens: Tokens) -> None:
        """Take colours and scale."""
        self._tokens = tokens
        self.results.apply_theme(tokens)
        self.card.apply_theme(tokens)
        self._sign.setPixmap(icon("search", tokens, tokens.muted).pixmap(tokens.size(20), tokens.size(20)))
        self._place()

    def event(self, event: QEvent) -> bool:
        """Qt: keys without Ctrl or Alt are the palette's, not the run's."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride and not _is_combined(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt: Esc closes, arrows choose, Return opens; what is typed goes into the field."""
        key = Qt.Key(event.key())
        if key == Qt.Key.Key_Escape:
            self.close_it()
        elif key in MOVES:
            self.results.move(MOVES[key])
            self.field.setFocus(Qt.FocusReason.OtherFocusReason)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._choose()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Qt: a press beside the panel closes."""
        if not self.panel.geometry().contains(event.position().toPoint()):
            self.close_it()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt: veil the window."""
        veil = QColor(self._tokens.bar if self._tokens.dark else self._tokens.text)
        veil.setAlpha(VEIL if self._tokens.dark else VEIL // 2)
        QPainter(self).fillRect(self.rect(), veil)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Qt: stay as large as the window."""
        if event.type() == QEvent.Type.Resize:
            self._place()
        return False

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Qt: Tab stays within the palette."""
        stops = [widget for widget in (self.field, self.card.said, self.card.open) if self._can_stop(widget)]
        focused = QApplication.focusWidget()
        at = stops.index(focused) if focused in stops else 0
        reason = Qt.FocusReason.TabFocusReason if forward else Qt.FocusReason.BacktabFocusReason
        stops[(at + (1 if forward else -1)) % len(stops)].setFocus(reason)
        return True

    def _can_stop(self, widget: QWidget) -> bool:
        return widget.isVisibleTo(self) and widget.focusPolicy() != Qt.FocusPolicy.NoFocus

    def _make_panel(self) -> QFrame:
        panel = QFrame(self)
        panel.setObjectName("ask-panel")
        panel.setProperty("role", "ask")
        self.field.setObjectName("ask-field")
        self.field.setProperty("role", "ask")
        self.field.setFrame(False)
        self.field.setPlaceholderText(tr("Ask: why does momentum help · vanishing gradient · learning rate · export"))
        self.field.setAccessibleName(tr("Ask"))
        self.field.setToolTip(tr("A question, a term, a scene, a control or an action"))
        self._sign, hint = QLabel(), QLabel(tr(HINT))
        hint.setProperty("role", "faint")
        head, body = QHBoxLayout(), QHBoxLayout()
        head.setContentsMargins(18, 12, 18, 12)
        head.setSpacing(12)
        head.addWidget(self._sign)
        head.addWidget(self.field, 1)
        body.setContentsMargins(8, 8, 8, 8)
        body.setSpacing(8)
        for widget in (self.results, self.card, self.nothing):
            body.addWidget(widget)
        rows = QVBoxLayout(panel)
        rows.setContentsMargins(0, 0, 0, 8)
        rows.setSpacing(0)
        rows.addLayout(head)
        rows.addWidget(_line())
        rows.addLayout(body, 1)
        rows.addWidget(hint, 0, Qt.AlignmentFlag.AlignHCenter)
        return panel

    def _connect(self) -> None:
        self.field.textEdited.connect(self._search)
        self.results.currentItemChanged.connect(self._show)
        self.results.itemClicked.connect(self._click)
        self.card.open_asked.connect(self._choose)
        self.card.link_asked.connect(lambda target: self._follow(target))

    def _place(self) -> None:
        whole = self._window.rect()
        self.setGeometry(whole)
        width = min(self._tokens.size(WIDTH), whole.width() - 48)
        top = max(24, whole.height() // 9)
        height = min(self._tokens.size(HEIGHT), whole.height() - top - 32)
        self.panel.setGeometry(QRect((whole.width() - width) // 2, top, width, height))
        self.results.setFixedWidth(round(LIST * width))

    def _search(self, *_: object) -> None:
        rows = self._find(self.field.text())
        self.results.show_rows(rows)
        for widget in (self.results, self.card):
            widget.setVisible(bool(rows))
        self.nothing.setVisible(not rows)

    def _show(self, item: QListWidgetItem | None, *_: object) -> None:
        row = self.results.taken
        if row is None:
            return
        self.card.show_entry(row.entry, *self._describe(row.entry))
        self.field.setAccessibleDescription(
            tr("{said}. {place} of {count}").format(
                said=row.said, place=self.results.currentRow() + 1, count=self.results.count()
            )
        )
        QAccessible.updateAccessibility(QAccessibleEvent(self.field, QAccessible.Event.DescriptionChanged))

    def _click(self, *_: object) -> None:
        self.field.setFocus(Qt.FocusReason.OtherFocusReason)

    def _choose(self) -> None:
        row = self.results.taken
        if row is not None and self._describe(row.entry).does:
            self.close_it()
            self.chosen.emit(row.entry)

    def _follow(self, target: str) -> None:
        row = self.results.taken
        if row is not None:
            self.close_it()
            self.link_asked.emit(row.entry, target)


def _is_combined(event: QKeyEvent) -> bool:
    return bool(event.modifiers() & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier))


def _line() -> QFrame:
    line = QFrame()
    line.setProperty("role", "line")
    line.setFixedHeight(1)
    return line
