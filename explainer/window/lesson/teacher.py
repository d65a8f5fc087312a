"""What the lesson asks of the rest of the window: runs to live, cards to point at."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject

from explainer.contract.frame import Frame
from explainer.contract.lesson import CompareLink, TryLink
from explainer.plots.base.axes import Axes
from explainer.teach.progress import Progress
from explainer.theme.tokens import DARK, Tokens
from explainer.window.compare.comparison import Comparison
from explainer.window.compare.lanes import Lanes
from explainer.window.inspector.lesson_panel import LessonPanel
from explainer.window.lesson.aim import Aim
from explainer.window.lesson.diagnosis import DiagnosisView
from explainer.window.lesson.judgement import Judgement
from explainer.window.lesson.placing import Placing
from explainer.window.lesson.prediction import PredictionView
from explainer.window.lesson.trial import Trial

__all__ = ["Teacher"]


class Teacher(QObject):
    """Lives what is guessed about, says what came of it, and writes it down."""

    def __init__(
        self, panel: LessonPanel, comparison: Comparison, lanes: Lanes, progress: Progress, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._panel, self._comparison, self._lanes, self._progress = panel, comparison, lanes, progress
        self._tokens = DARK
        self.trial = Trial(comparison, lanes, self)
        self._guess: PredictionView | DiagnosisView | None = None
        self.trial.passed.connect(self._show_passed)
        panel.run_asked.connect(self._run)
        panel.aim_asked.connect(self._aim)
        panel.judged.connect(self._write_down)
        panel.try_asked.connect(self._follow)
        panel.compare_asked.connect(self._compare)

    def apply_theme(self, tokens: Tokens) -> None:
        """Take colours and scale."""
        self._tokens = tokens

    def _follow(self, link: TryLink) -> None:
        self.trial.abandon()
        self._comparison.try_link(link)

    def _compare(self, link: CompareLink) -> None:
        self.trial.abandon()
        self._comparison.show_link(link)

    def _run(self, guess: PredictionView | DiagnosisView, link: TryLink | CompareLink) -> None:
        self._guess = guess
        guess.wait()
        guess.destroyed.connect(partial(self._lose, guess))
        self.trial.begin(link, guess.arrays, self._judge, self._give_up)

    def _lose(self, guess: PredictionView | DiagnosisView) -> None:
        if self._guess is guess:
            self._guess = None

    def _show_passed(self, done: int, steps: int) -> None:
        if self._guess is not None:
            self._guess.show_passed(done, steps)

    def _judge(self, moments: list[Frame]) -> None:
        guess, self._guess = self._guess, None
        if guess is not None:
            guess.judge(moments)

    def _give_up(self) -> None:
        guess, self._guess = self._guess, None
        if guess is not None:
            guess.give_up()

    def _aim(self, placing: Placing) -> None:
        """Lay a glass over the card that is to be pointed at."""
        stage = self._lanes.main.stage
        stage.bring_out(placing.card)
        card = next((card for card in stage.cards if card.picture.key == placing.card), None)
        axes = card.picture.findChildren(Axes) if card is not None else []
        if card is None or not axes:
            return
        aim = Aim(axes[0])
        aim.apply_theme(self._tokens)
        placing.use(aim, card.picture.title)
        aim.setFocus()

    def _write_down(self, question: str, judgement: Judgement) -> None:
        scene = self._lanes.main.session.scene
        if scene is not None and judgement.said:
            self._progress.guessed(scene.name, question, judgement.right, judgement.said)
