"""A field over a cell of a table, for a number of one's own."""

from __future__ import annotations

import shiboken6
from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget

from explainer.contract.number_words import read_number


class CellEditor(QLineEdit):
    """Return hands its text over, Escape and a click elsewhere leave the number as it was."""

    left = Signal()
    """It has gone, and must not be asked for anything more."""
    given = Signal(object)
    """A person has put this number in, or words that are none."""

    def __init__(self, words: str, about: str, parent: QWidget) -> None:
        super().__init__(words.replace("−", "-"), parent)
        self._before = QApplication.focusWidget()
        """Who had the focus before."""
        self.setObjectName("cell_editor")
        self.setAccessibleName(f"New value of {about}")
        self.setToolTip("Return puts the number in, Escape leaves it")
        self.returnPressed.connect(self._give)
        self.editingFinished.connect(self.leave)

    def open_over(self, cell: QRectF, least: int) -> None:
        """Show it over a cell, at least so many pixels wide and within its parent, ready to be typed over."""
        wide = max(least, round(cell.width()) + 4)
        left = min(round(cell.left()) - 2, self.parentWidget().width() - wide)
        self.setGeometry(max(0, left), round(cell.center().y()) - 13, wide, 26)
        self.selectAll()
        self.show()
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt: Escape goes without a change; no key is the picture's while there is a field."""
        if event.key() == Qt.Key.Key_Escape:
            self.leave()
        else:
            super().keyPressEvent(event)
        event.accept()

    def leave(self) -> None:
        """Go, and give the focus back."""
        if self.isHidden():
            return
        focused = self.hasFocus()
        self.hide()
        self.left.emit()
        self.deleteLater()
        if focused and self._before is not None and shiboken6.isValid(self._before):
            self._before.setFocus(Qt.FocusReason.OtherFocusReason)

    def _give(self) -> None:
        words = self.text().strip()
        try:
            self.given.emit(read_number(words))
        except ValueError:
            self.given.emit(words)
