"""A chip: one entry of a list, in the colour of its series, with a way to remove it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QToolButton, QWidget

from explainer.stage.translation import tr
from explainer.window.controls.look import set_look

COLOURS = 8
"""How many series colours the style sheet knows; they repeat."""


class Chip(QFrame):
    """The name folds out the entry's settings; × or Delete removes the entry."""

    folded_out = Signal(bool)
    remove_asked = Signal()

    def __init__(self, index: int, parent: QWidget | None = None, *, series: int | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "chip")
        self.setProperty("series", str((index if series is None else series) % COLOURS))
        self.setObjectName(f"chip-{index}")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        self.name = self._make_button("chip-name", row)
        self.remove = self._make_button("chip-remove", row)
        self.remove.setText("×")
        self.remove.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.name.toggled.connect(self._show_open)
        self.name.clicked.connect(self.folded_out)
        self.remove.clicked.connect(self.remove_asked)

    def show_entry(self, words: str, foldable: bool, removable: bool) -> None:
        """Show an entry's words; without settings there is nothing to fold out."""
        self.name.setText(words)
        self.name.setCheckable(foldable)
        self.name.setAccessibleName(words)
        self.name.setToolTip(tr("{words}: fold out its own settings").format(words=words) if foldable else words)
        self.remove.setEnabled(removable)
        self.remove.setAccessibleName(tr("Remove {words}").format(words=words))
        self.remove.setToolTip(
            tr("Remove {words} (Delete)").format(words=words) if removable else tr("The last one stays")
        )

    def set_open(self, is_open: bool) -> None:
        """Mark the chip as the one whose settings are shown."""
        self.name.setChecked(is_open)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Delete and Backspace remove the entry."""
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace) and self.remove.isEnabled():
            self.remove_asked.emit()
        else:
            super().keyPressEvent(event)

    def _show_open(self, is_open: bool) -> None:
        set_look(self, open=is_open)

    def _make_button(self, role: str, row: QHBoxLayout) -> QToolButton:
        button = QToolButton()
        button.setProperty("role", role)
        button.setObjectName(role)
        row.addWidget(button)
        return button
