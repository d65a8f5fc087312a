"""Predict, then reveal: a question with options; what is right is shown once one is chosen."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QPushButton, QVBoxLayout, QWidget

from explainer.contract.lesson import Prediction
from explainer.theme.tokens import Tokens
from explainer.window.inspector.option import Option
from explainer.window.inspector.rich_text import RichText

__all__ = ["PredictionView"]


class PredictionView(QWidget):
    """One prediction of a lesson. The explanation and the link that runs it appear with the first answer."""

    answered = Signal(int)
    """The index of the option that was chosen."""
    link_asked = Signal(str)

    def __init__(self, prediction: Prediction, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("prediction")
        self.prediction = prediction
        self.question = RichText(prediction.question)
        self.setAccessibleName(f"prediction: {self.question.plain_text()}")
        self.explanation = RichText(prediction.explanation)
        self.explanation.hide()
        self.explanation.link_asked.connect(self.link_asked)
        self.run = self._make_run()
        self._group = QButtonGroup(self)
        self.options = [
            self._make_option(index, words) for index, words in enumerate(a.words for a in prediction.answers)
        ]
        self._group.idClicked.connect(self._choose)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        for widget in (self.question, *self.options, self.explanation, self.run):
            column.addWidget(widget)

    @property
    def open(self) -> bool:
        """Whether it still waits for an answer."""
        return self._group.checkedId() < 0

    def apply_theme(self, tokens: Tokens) -> None:
        """Take colours and scale."""
        for text in (self.question, self.explanation):
            text.apply_theme(tokens)
        for option in self.options:
            option.apply_theme(tokens)

    def _make_option(self, index: int, words: str) -> Option:
        option = Option(words)
        option.setObjectName(f"option-{index}")
        option.setToolTip("Choose this answer")
        self._group.addButton(option, index)
        return option

    def _make_run(self) -> QPushButton:
        run = QPushButton(self.prediction.link_text or "Run it")
        run.setObjectName("prediction-run")
        run.setProperty("role", "primary")
        run.setToolTip("Set the parameters and run, to see it")
        run.setAccessibleName(f"run the prediction: {run.text()}")
        run.clicked.connect(lambda: self.link_asked.emit(self.prediction.link))
        run.hide()
        return run

    def _choose(self, index: int) -> None:
        """Mark what is right, and what was chosen though it is not."""
        right = self.prediction.right
        for place, option in enumerate(self.options):
            option.show_verdict("right" if place == right else "wrong" if place == index else "")
        verdict = "**Yes.**" if index == right else f"**Not so.** {self.prediction.answers[right].words.rstrip('.')}."
        self.explanation.set_markdown(f"{verdict} {self.prediction.explanation}")
        self.explanation.show()
        self.run.setVisible(bool(self.prediction.link))
        self.answered.emit(index)
