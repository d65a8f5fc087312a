"""A button whose words are Markdown and may take several lines."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QPushButton, QSizePolicy, QVBoxLayout, QWidget

from explainer.theme.tokens import Tokens
from explainer.window.controls.look import set_look
from explainer.window.inspector.rich_text import RichText

__all__ = ["Option"]

_MARGINS = (12, 7, 12, 9)
"""Left, top, right, bottom; letters stand low in their line, so there is less above."""


class Option(QPushButton):
    """One answer of a prediction, or the fold of a question: a checkable button as wide as its column."""

    def __init__(self, words: str, *, role: str = "choice", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setCheckable(True)
        self.setProperty("role", role)
        self._markdown = words
        self.words = RichText(words)
        self.words.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.words.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAccessibleName(self.words.plain_text())
        column = QVBoxLayout(self)
        column.setContentsMargins(*_MARGINS)
        column.addWidget(self.words)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def show_verdict(self, verdict: str) -> None:
        """Show that this answer is ``right`` or ``wrong``, by a sign and by its colour; empty: neither."""
        signs = {"right": "✓ ", "wrong": "✗ "}
        self.words.set_markdown(signs.get(verdict, "") + self._markdown)
        self.setAccessibleDescription(verdict)
        set_look(self, verdict=verdict)
        self.updateGeometry()

    def set_locked(self, locked: bool) -> None:
        """Let it be chosen no more, or again; its words stay as readable as they were."""
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents, locked)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus if locked else Qt.FocusPolicy.StrongFocus)

    def heightForWidth(self, width: int) -> int:
        """Qt: the height of the words at ``width`` and the margins around them."""
        left, top, right, bottom = _MARGINS
        return top + self.words.heightForWidth(width - left - right) + bottom

    def sizeHint(self) -> QSize:
        """Qt: any width will do."""
        return QSize(280, self.heightForWidth(280))

    def minimumSizeHint(self) -> QSize:
        """Qt: narrow columns wrap the words."""
        return QSize(80, self.heightForWidth(max(self.width(), 80)))

    def apply_theme(self, tokens: Tokens) -> None:
        """Take colours and scale."""
        self.words.apply_theme(tokens)
