"""The card of a term, beside the word that was clicked."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, Qt, Signal
from PySide6.QtGui import QCursor, QGuiApplication, QKeyEvent
from PySide6.QtWidgets import QApplication, QFrame, QPushButton, QTextEdit, QVBoxLayout, QWidget

from explainer.stage.translation import tr
from explainer.teach.glossary import Term
from explainer.theme.tokens import Tokens
from explainer.window.inspector.formula import FormulaView
from explainer.window.inspector.rich_text import RichText

__all__ = ["TermCard"]

WIDTH, GAP = 380, 8


class TermCard(QFrame):
    """Closes with Esc and with a click beside it; its button opens the scene that shows the term."""

    scene_asked = Signal(str)

    def __init__(self, term: Term, scene: str, title: str, tokens: Tokens, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setObjectName("term-card")
        self.setProperty("role", "popup")
        self.setAccessibleName(term.name)
        self.setAccessibleDescription(term.meaning)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(16, 12, 16, 14)
        rows.setSpacing(8)
        parts: list[RichText | FormulaView] = [RichText(f"**{term.name}**", size=15), RichText(term.meaning)]
        parts += [FormulaView(term.formula)] if term.formula else []
        for part in parts:
            part.apply_theme(tokens)
            rows.addWidget(part)
        if scene:
            button = QPushButton(tr("Open {title}").format(title=title))
            button.setObjectName("term-scene")
            button.setProperty("role", "link")
            button.setToolTip(tr("Go to the scene {title}").format(title=title))
            button.clicked.connect(self.close)
            button.clicked.connect(lambda: self.scene_asked.emit(scene))
            rows.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)
        self.setFixedWidth(tokens.size(WIDTH))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt: Esc and Return put it away."""
        if event.key() in (Qt.Key.Key_Escape, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.close()
        else:
            super().keyPressEvent(event)

    def show_beside(self, word: QRect) -> None:
        """Appear under a word, or above it where there is no room below, on the word's screen."""
        self.ensurePolished()  # with its margins it is wider
        self.adjustSize()
        screen = QGuiApplication.screenAt(word.center()) or QGuiApplication.primaryScreen()
        room = screen.availableGeometry()
        height = max(self.height(), self.sizeHint().height())
        below = word.bottom() + GAP
        top = below if below + height <= room.bottom() else max(room.top(), word.top() - GAP - height)
        width = max(self.width(), self.sizeHint().width())
        left = max(room.left(), min(word.left() - 16, room.right() + 1 - width))
        self.move(QPoint(left, top))
        self.show()


def place_of_word() -> QRect:
    """Return where the word is that was followed last, in pixels of the screen."""
    text = QApplication.focusWidget()
    if isinstance(text, QTextEdit):
        place = text.cursorRect()
        return QRect(text.viewport().mapToGlobal(place.topLeft()), place.size())
    return QRect(QCursor.pos(), QCursor.pos())
