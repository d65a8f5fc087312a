"""A card: the frame, title and buttons around one picture."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from explainer.plots.picture import Picture
from explainer.theme.tokens import Tokens
from explainer.window.icons import icon


class Title(QLabel):
    """One line of words; what does not fit ends in an ellipsis and is told by the tooltip."""

    def __init__(self, words: str) -> None:
        super().__init__(words)
        self._words = words
        self.setProperty("role", "card-title")
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setMinimumWidth(40)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.set_words(words)

    def set_words(self, words: str) -> None:
        """Show other words."""
        self._words = words
        self.setToolTip(words)
        self.setAccessibleName(words)
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Qt: another width holds another part of the words."""
        super().resizeEvent(event)
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        """Qt: so does another size of letters."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._fit()

    def _fit(self) -> None:
        shown = self.fontMetrics().elidedText(self._words, Qt.TextElideMode.ElideRight, self.width())
        if shown != self.text():
            self.setText(shown)


class Card(QFrame):
    """One picture on the stage, with a title that says what it shows."""

    close_asked = Signal(str)
    """The picture's key."""
    enlarge_asked = Signal(str)

    def __init__(self, picture: Picture, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("card")
        self.picture = picture
        self.title = Title(picture.title)
        self.enlarge = self._make_button("maximize", "Enlarge this picture, or put it back (double-click the title)")
        self.close_button = self._make_button("close", "Put this picture away")
        self.enlarge.clicked.connect(lambda: self.enlarge_asked.emit(picture.key))
        self.close_button.clicked.connect(lambda: self.close_asked.emit(picture.key))
        picture.title_changed.connect(self.title.set_words)
        self._arrange()

    def apply_theme(self, tokens: Tokens) -> None:
        """Take the colours of a theme, and give them to the picture."""
        self.enlarge.setIcon(icon("maximize", tokens, tokens.faint))
        self.close_button.setIcon(icon("close", tokens, tokens.faint))
        for button in (self.enlarge, self.close_button):
            button.setIconSize(QSize(tokens.size(16), tokens.size(16)))
        self.picture.apply_theme(tokens)

    def set_closable(self, closable: bool) -> None:
        """Say whether it can be put away: the last picture cannot."""
        self.close_button.setEnabled(closable)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Qt: a double click on the title enlarges."""
        if event.position().y() <= self.title.geometry().bottom():
            self.enlarge_asked.emit(self.picture.key)

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
