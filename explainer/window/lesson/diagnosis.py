"""A broken run: see the evidence, pick the cause, try the cure."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from explainer.contract.frame import Frame
from explainer.contract.lesson import Diagnosis
from explainer.contract.refused import Refused
from explainer.contract.scene import Scene
from explainer.stage.translation import later, tr
from explainer.teach.guesses import Guessed
from explainer.theme.tokens import Tokens
from explainer.window.inspector.rich_text import RichText
from explainer.window.lesson.answers import Answers
from explainer.window.lesson.buttons import run_button
from explainer.window.lesson.judgement import Judgement
from explainer.window.lesson.verdict import Verdict

__all__ = ["DiagnosisView"]

UNSEEN = later("**It is not to be seen here:** the run is not the one that was set up. Pick the cause all the same.")
LOOK = later("**The evidence is in the pictures.** Which of these is the cause?")


class DiagnosisView(QWidget):
    """One diagnosis of a lesson: the causes can be picked once the broken run has been seen."""

    run_asked = Signal(object)
    """This view: its link is to be run."""
    link_asked = Signal(str)
    answered = Signal()
    judged = Signal(object)
    """The :class:`Judgement`."""

    def __init__(self, diagnosis: Diagnosis, scene: Scene, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("diagnosis")
        self.diagnosis = diagnosis
        self.guessed, self.trouble = _read(diagnosis, scene)
        self.judgement: Judgement | None = None
        self._moments: Sequence[Frame] = ()
        self._curing = False
        self.question, self.explanation = RichText(diagnosis.question), RichText(diagnosis.explanation)
        self.question_text = self.question.plain_text()
        self.setAccessibleName(tr("diagnosis: {words}").format(words=self.question_text))
        self.run = run_button(diagnosis.link_text or tr("The broken run"))
        self.evidence, self.verdict, self.result = Verdict(), Verdict(), Verdict()
        self.way = Answers(diagnosis.answers, diagnosis.right)
        self.cure = run_button(diagnosis.cure_text or tr("The cure"))
        self.cure.setObjectName("diagnosis-cure")
        self._connect()
        self._arrange()
        self._show_state()

    @property
    def open(self) -> bool:
        """Whether the cause is not to be given away."""
        return self.judgement is None

    @property
    def link(self) -> str:
        """The run that is asked for next: the broken one, or the cure."""
        return self.diagnosis.cure if self._curing else self.diagnosis.link

    @property
    def arrays(self) -> frozenset[str]:
        """The arrays that evidence and cure are read from."""
        return self.guessed.arrays

    def wait(self) -> None:
        """Show that the run is under way."""
        self._line.wait(0, 0)

    def show_passed(self, done: int, steps: int) -> None:
        """Show how far the run is."""
        self._line.wait(done, steps)

    def give_up(self) -> None:
        """Show that the run was left before its end."""
        self._line.clear()
        self._show_state()

    def judge(self, moments: Sequence[Frame]) -> None:
        """Show that the broken run is to be looked at, or whether the cure has cured it."""
        if self._curing:
            self._show_cure(moments)
        else:
            self._moments = moments
            self.evidence.show_words("none", tr(LOOK if self._holds(moments, cured=False) else UNSEEN))
        self._show_state()

    def apply_theme(self, tokens: Tokens) -> None:
        """Take colours and scale."""
        for part in (self.question, self.evidence, self.way, self.verdict, self.explanation, self.result):
            part.apply_theme(tokens)

    @property
    def _line(self) -> Verdict:
        return self.result if self._curing else self.evidence

    def _holds(self, moments: Sequence[Frame], *, cured: bool) -> bool:
        condition = self.guessed.cured if cured else self.guessed.seen
        try:
            return condition is None or condition.holds(moments)
        except Refused:
            return False

    def _show_cure(self, moments: Sequence[Frame]) -> None:
        if self._holds(moments, cured=True):
            self.result.show_words("right", tr("**Cured.**"))
        else:
            self.result.show_words("wrong", tr("**Not cured here:** the run is not the one that was set up."))

    def _pick(self) -> None:
        """Judge the cause that was picked."""
        self.judgement = self.way.judge(self.guessed, self._moments)
        self.verdict.show_judgement(self.judgement)
        self._curing = True
        self._show_state()
        self.answered.emit()
        self.judged.emit(self.judgement)

    def _connect(self) -> None:
        for words in (self.question, self.explanation, self.evidence, self.verdict, self.result):
            words.link_asked.connect(self.link_asked)
        self.way.guessed.connect(self._pick)
        self.run.clicked.connect(lambda: self._ask(curing=False))
        self.cure.clicked.connect(lambda: self._ask(curing=True))

    def _ask(self, *, curing: bool) -> None:
        self._curing = curing
        self.run_asked.emit(self)

    def _arrange(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        shown = (self.question, self.run, self.evidence, self.way, self.verdict, self.explanation, self.cure)
        for part in (*shown, self.result):
            column.addWidget(part)

    def _show_state(self) -> None:
        seen, told = bool(self._moments), self.judgement is not None
        self.run.setToolTip(tr("Set it up and run"))
        self.cure.setToolTip(tr("Run it again, mended"))
        self.way.setVisible(seen)
        self.way.set_locked(told)
        self.explanation.setVisible(told)
        self.cure.setVisible(told)


def _read(diagnosis: Diagnosis, scene: Scene) -> tuple[Guessed, str]:
    """Return the conditions, or none and why they cannot be read."""
    try:
        return Guessed.of(diagnosis, scene), ""
    except Refused as refused:
        return Guessed(()), str(refused)
