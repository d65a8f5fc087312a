"""Predict, run, then see: what was guessed is judged by what happened, and only then explained."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from explainer.contract.frame import Frame
from explainer.contract.lesson import Prediction
from explainer.contract.refused import Refused
from explainer.contract.scene import Scene
from explainer.stage.translation import tr
from explainer.teach.guesses import Guessed, steps_of
from explainer.theme.tokens import Tokens
from explainer.window.inspector.rich_text import RichText
from explainer.window.lesson.answers import Answers
from explainer.window.lesson.buttons import link_button, run_button
from explainer.window.lesson.judgement import Judgement, Way
from explainer.window.lesson.placing import Placing
from explainer.window.lesson.sketch import Sketch
from explainer.window.lesson.verdict import Verdict

__all__ = ["PredictionView"]


class PredictionView(QWidget):
    """One prediction of a lesson. Whoever hears ``run_asked`` lives the run and tells :meth:`judge` of it."""

    run_asked = Signal(object)
    """This view: its link is to be run."""
    link_asked = Signal(str)
    answered = Signal()
    """It waits no more for an answer, or waits again."""
    judged = Signal(object)
    """The :class:`Judgement`."""

    def __init__(self, prediction: Prediction, scene: Scene, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("prediction")
        self.prediction, self.link = prediction, prediction.link
        self.guessed, self.trouble = _read(prediction, scene)
        self.judgement: Judgement | None = None
        self.question = RichText(prediction.question)
        self.question_text = self.question.plain_text()
        self.setAccessibleName(tr("prediction: {words}").format(words=self.question_text))
        self.way = _way(prediction, scene)
        self.run = run_button(prediction.link_text or tr("Run it"))
        self.again = link_button("prediction-again", tr("guess again"), tr("Take the guess and the verdict back"))
        self.verdict, self.explanation = Verdict(), RichText(prediction.explanation)
        self._connect()
        self._arrange()
        self._show_state()

    @property
    def open(self) -> bool:
        """Whether its answer is not to be given away."""
        return self.judgement is None

    @property
    def arrays(self) -> frozenset[str]:
        """The arrays that the verdict is read from."""
        return self.guessed.arrays

    def wait(self) -> None:
        """Show that the run is under way."""
        self.way.set_locked(True)
        self.run.setText(tr("Begin again"))
        self.verdict.wait(0, 0)

    def show_passed(self, done: int, steps: int) -> None:
        """Show how far the run is."""
        self.verdict.wait(done, steps)

    def give_up(self) -> None:
        """Show that the run was left before its end: the guess stands, and it can be run again."""
        self.way.set_locked(False)
        self.verdict.clear()
        self._show_state()

    def judge(self, moments: Sequence[Frame]) -> None:
        """Show what happened, beside what was guessed, and why."""
        try:
            if self.trouble:
                raise Refused(self.trouble)
            self.judgement = self.way.judge(self.guessed, moments)
        except Refused as refused:
            self.judgement = Judgement(None, tr("**It cannot be told here.** {refused}").format(refused=refused), "")
        self.verdict.show_judgement(self.judgement)
        self._show_state()
        self.answered.emit()
        self.judged.emit(self.judgement)

    def clear(self) -> None:
        """Take guess and verdict back."""
        self.judgement = None
        self.way.clear()
        self.way.set_locked(False)
        self.verdict.clear()
        self._show_state()
        self.answered.emit()

    def apply_theme(self, tokens: Tokens) -> None:
        """Take colours and scale."""
        for part in (self.question, self.way, self.verdict, self.explanation):
            part.apply_theme(tokens)

    def _connect(self) -> None:
        for words in (self.question, self.explanation, self.verdict):
            words.link_asked.connect(self.link_asked)
        self.way.guessed.connect(self._show_state)
        self.run.clicked.connect(lambda: self.run_asked.emit(self))
        self.again.clicked.connect(self.clear)

    def _arrange(self) -> None:
        column, line = QVBoxLayout(self), QHBoxLayout()
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        line.setSpacing(12)
        line.addWidget(self.run)
        line.addWidget(self.again)
        line.addStretch(1)
        column.addWidget(self.question)
        column.addWidget(self.way.widget)
        column.addLayout(line)
        column.addWidget(self.verdict)
        column.addWidget(self.explanation)

    def _show_state(self) -> None:
        told = self.judgement is not None
        self.explanation.setVisible(told)
        self.again.setVisible(told)
        self.way.set_locked(told)
        self.run.setText(tr("Run it again") if told else self.prediction.link_text or tr("Run it"))
        self.run.setEnabled(told or self.way.has_guess)
        self.run.setToolTip(
            tr("Set the parameters and run") if self.run.isEnabled() else tr("Guess first, then run it")
        )


def _read(prediction: Prediction, scene: Scene) -> tuple[Guessed, str]:
    """Return the conditions, or none and why they cannot be read."""
    try:
        return Guessed.of(prediction, scene), ""
    except Refused as refused:
        return Guessed(()), str(refused)


def _way(prediction: Prediction, scene: Scene) -> Way:
    if prediction.draw:
        return Sketch(prediction.draw, prediction.range, steps_of(prediction.link, scene))
    if prediction.click:
        return Placing(prediction.click, prediction.plot)
    return Answers(prediction.answers, prediction.right)
