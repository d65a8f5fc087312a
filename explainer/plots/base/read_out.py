"""The words in a corner of a picture: what is under the pointer."""

from __future__ import annotations

from PySide6.QtCore import QRect, Qt
from PySide6.QtWidgets import QLabel, QWidget

LEAST = 80
"""The width in pixels that words have in any case."""


class ReadOut(QLabel):
    """Words on a ground of their own, in a corner, that let the pointer through."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("read_out")
        self.setAccessibleName("Values at the pointer")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setProperty("role", "reading")
        self.setContentsMargins(8, 3, 8, 3)
        self.hide()

    def say(self, text: str) -> bool:
        """Show words; an empty text hides them. Return whether they are others than before."""
        if text == self.text() and self.isHidden() != bool(text):
            return False
        self.setText(text)
        self.setVisible(bool(text))
        return True

    def settle(self, pane: QRect, *, right: bool = False, below: bool = False) -> None:
        """Go to a corner of a pane, in the parent's pixels; words that are wider than it take more lines."""
        self.setWordWrap(False)
        room = max(pane.width() - 16, LEAST)
        if self.sizeHint().width() > room:
            self.setWordWrap(True)
            self.resize(room, self.heightForWidth(room))
        else:
            self.adjustSize()
        left = pane.right() - 8 - self.width() if right else pane.left() + 8
        top = pane.bottom() - 8 - self.height() if below else pane.top() + 8
        self.move(max(pane.left() + 8, left), top)
