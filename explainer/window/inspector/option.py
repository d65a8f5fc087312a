"""A button whose words are Markdown and may take several lines."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QPushButton, QSizePolicy, QVBoxLayout, QWidget

from explainer.theme.tokens import Tokens
from explainer.window.inspector.rich_text import RichText

__all__ = ["Option"]


class Option(QPushButton):
    """One answer of a prediction, or the fold of a question: a checkable button as wide as its column."""

    def __init__(self, words: str, *, role: str = "choice", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setCheckable(True)
        self.setProperty("role", role)
        self.text = RichText(words)
        self.text.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.text.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAccessibleName(self.text.plain_text())
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 7, 12, 9)
        column.addWidget(self.text)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def heightForWidth(self, width: int) -> int:
        """Qt: the height of the words at ``width`` and the margins around them."""
        margins = self.layout().contentsMargins()
        inner = width - margins.left() - margins.right()
        return self.text.heightForWidth(inner) + margins.top() + margins.bottom()

    def sizeHint(self) -> QSize:
        """Qt: any width will do."""
        return QSize(280, self.heightForWidth(280))

    def minimumSizeHint(self) -> QSize:
        """Qt: narrow columns wrap the words."""
        return QSize(80, self.heightForWidth(max(self.width(), 80)))

    def apply_theme(self, tokens: Tokens) -> None:
        """Take colours and scale."""
        self.text.apply_theme(tokens)
