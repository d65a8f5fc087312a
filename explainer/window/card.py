"""A card: the frame, title and buttons around one picture."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from explainer.plots.picture import Picture
from explainer.theme.tokens import Tokens
from explainer.window.icons import icon


class Card(QFrame):
    """One picture on the stage, with a title that says what it shows."""

    close_asked = Signal(str)
    """The picture's key."""
    enlarge_asked = Signal(str)

    def __init__(self, picture: Picture, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("card")
        self.picture = picture
        self.title = QLabel(picture.title)
        self.title.setProperty("role", "card-title")
        self.title.setTextFormat(Qt.TextFormat.PlainText)
        self.title.setMinimumWidth(40)
        self.enlarge = self._make_button("maximize", "Enlarge this picture, or put it back (double-click the title)")
        self.close_button = self._make_button("close", "Put this picture away")
        self.enlarge.clicked.connect(lambda: self.enlarge_asked.emit(picture.key))
        self.close_button.clicked.connect(lambda: self.close_asked.emit(picture.key))
        picture.title_changed.connect(self._set_title)
        self._arrange()

    def apply_theme(self, tokens: Tokens) -> None:
        """Take the colours of a theme, and give them to the picture."""
        self.enlarge.setIcon(icon("maximize", tokens, tokens.faint))
        self.close_button.setIcon(icon("close", tokens, tokens.faint))
        self.picture.apply_theme(tokens)

    def set_closable(self, closable: bool) -> None:
        """Say whether it can be put away: the last picture cannot."""
        self.close_button.setEnabled(closable)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Qt: a double click on the title enlarges."""
        if event.position().y() <= self.title.geometry().bottom():
            self.enlarge_asked.emit(self.picture.key)

    def _set_title(self, words: str) -> None:
        self.title.setText(words)
        self.title.setToolTip(words)

    def _make_button(self, name: str, words: str) -> QToolButton:
        button = QToolButton()
        button.setObjectName(f"{name}-{self.picture.key}")
        button.setAccessibleName(f"{words.split(' (')[0]}: {self.picture.title}")
        button.setToolTip(words)
        return button

    def _arrange(self) -> None:
        rows, head = QVBoxLayout(self), QHBoxLayout()
        rows.setContentsMargins(12, 8, 12, 12)
        rows.setSpacing(6)
        head.setSpacing(2)
        head.addWidget(self.title, 1)
        head.addWidget(self.enlarge)
        head.addWidget(self.close_button)
        rows.addLayout(head)
        rows.addWidget(self.picture, 1)
