"""A line edit that shows a value in its short form and is edited in its exact form."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from explainer.window.controls.look import set_look, tabular


class Entry(QLineEdit):
    """Typed text that is offered on Enter or on leaving, and given up on Escape.

    A refused text stays where it is, marked, until it is corrected or given up.
    """

    offered = Signal(str)
    """The text a person wants; the owner answers with :meth:`show_text` or :meth:`mark_refused`."""
    given_up = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._short = self._exact = self._given = ""
        self._offering = False
        self._refused: str | None = None
        self._mistake: int | None = None
        self.setFont(tabular(self.font()))
        self.returnPressed.connect(self._offer)

    def is_edited(self) -> bool:
        """Return whether a person has typed something that is neither taken nor given up."""
        return self.text() != self._given

    def is_refused(self) -> bool:
        """Return whether the text shown was refused."""
        return self._refused is not None

    def show_text(self, short: str, exact: str) -> None:
        """Show a value, over a refused text too, but not over one that is being typed."""
        typing = self.is_edited() and not self.is_refused() and not self._offering
        self._short, self._exact = short, exact
        if not typing:
            self.take_back()

    def take_back(self) -> None:
        """Return to the value, whatever was typed."""
        self._refused = self._mistake = None
        set_look(self, refused=False)
        self._give(self._exact if self.hasFocus() else self._short)

    def mark_refused(self, position: int | None = None) -> None:
        """Keep the text and mark it, with the character at ``position`` (counted from 1) selected."""
        self._refused, self._mistake = self.text(), position
        set_look(self, refused=True)
        self._point_at_mistake()

    def _give(self, words: str) -> None:
        self._given = words
        self.setText(words)
        self.setCursorPosition(len(words) if self.hasFocus() else 0)

    def _point_at_mistake(self) -> None:
        if self._mistake is not None:
            self.setSelection(min(self._mistake, len(self.text())) - 1, 1)

    def _offer(self) -> None:
        if self.text() == self._refused:
            self._point_at_mistake()
        elif self.is_edited():
            self._refused, self._offering = None, True
            self.offered.emit(self.text())
            self._offering = False

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show the exact value for editing."""
        super().focusInEvent(event)
        if not self.is_edited():
            self._give(self._exact)
            self.selectAll()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Offer what was typed, else show the short form again."""
        super().focusOutEvent(event)
        leaves = event.reason() not in (Qt.FocusReason.PopupFocusReason, Qt.FocusReason.ActiveWindowFocusReason)
        if leaves and self.is_edited():
            self._offer()
        elif leaves:
            self.take_back()

    def event(self, event: QEvent) -> bool:
        """Escape is this field's own while something is typed, before it leads anywhere else."""
        asks = event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent)
        if asks and event.key() == Qt.Key.Key_Escape and (self.is_edited() or self.is_refused()):  # type: ignore[attr-defined]
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape gives up what was typed; without anything typed it is left to the window."""
        if event.key() == Qt.Key.Key_Escape and (self.is_edited() or self.is_refused()):
            self.take_back()
            self.given_up.emit()
            return
        super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Leave the menu to the control unless something is being typed."""
        if self.is_edited():
            super().contextMenuEvent(event)
        else:
            event.ignore()
