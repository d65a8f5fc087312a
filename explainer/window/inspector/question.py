"""An interview question: its answer folds out on request."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from explainer.contract.lesson import Question
from explainer.stage.translation import tr
from explainer.theme.tokens import Tokens
from explainer.window.inspector.rich_text import RichText
from explainer.window.lesson.option import Option

__all__ = ["QuestionView"]


class QuestionView(QWidget):
    """A question to answer aloud before its answer is unfolded."""

    link_asked = Signal(str)

    def __init__(self, question: Question, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("question")
        self.fold = Option(question.question)
        self.fold.setObjectName("question-fold")
        self.fold.setToolTip(tr("Show or hide the answer"))
        self.setAccessibleName(tr("question: {words}").format(words=self.fold.accessibleName()))
        self.answer = RichText(question.answer)
        self.answer.hide()
        self.answer.link_asked.connect(self.link_asked)
        self.fold.toggled.connect(self.answer.setVisible)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(self.fold)
        inner = QVBoxLayout()
        inner.setContentsMargins(13, 0, 13, 4)
        inner.addWidget(self.answer)
        column.addLayout(inner)

    def apply_theme(self, tokens: Tokens) -> None:
        """Take colours and scale."""
        self.fold.apply_theme(tokens)
        self.answer.apply_theme(tokens)
