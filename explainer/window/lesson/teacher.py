"""What the lesson asks of the rest of the window: runs to live, cards to point at."""

from __future__ import annotations

from fnmatch import fnmatchcase
from functools import partial

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from explainer.contract.frame import Frame
from explainer.contract.lesson import CompareLink, Diagnosis, Point, Prediction, Step, TryLink
from explainer.contract.scene import Scene
from explainer.plots.base.axes import Axes
from explainer.teach.progress import Progress
from explainer.theme.tokens import DARK, Tokens
from explainer.window.compare.comparison import Comparison
from explainer.window.compare.lanes import Lanes
from explainer.window.controls.control import Control
from explainer.window.inspector.formula import FormulaView
from explainer.window.inspector.lesson_panel import LessonPanel
from explainer.window.inspector.lesson_step import StepColumn
from explainer.window.inspector.rich_text import RichText
from explainer.window.lesson.aim import Aim
from explainer.window.lesson.diagnosis import DiagnosisView
from explainer.window.lesson.judgement import Judgement
from explainer.window.lesson.placing import Placing
from explainer.window.lesson.pointer import Pointer
from explainer.window.lesson.prediction import PredictionView
from explainer.window.lesson.stager import Stager
from explainer.window.lesson.symbols import SymbolLights
from explainer.window.lesson.trial import Trial

__all__ = ["Teacher"]


class Teacher(QObject):
    """Lives what is guessed about, says what came of it, and writes it down."""

    def __init__(
        self, panel: LessonPanel, comparison: Comparison, lanes: Lanes, progress: Progress, window: QWidget
    ) -> None:
        super().__init__(window)
        self._window = window
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
        self.pointer = Pointer(window)
        self.stager = Stager(comparison, lanes, self.pointer, self)
        self.stager.find = self._find
        self.stager.waits.connect(panel.head.ask)
        self.symbols = SymbolLights(window, self._meant)
        panel.column_made.connect(self._watch)
        lanes.main.stage.pictures_changed.connect(self._name_cards)
        panel.step_changed.connect(lambda step: self._enter())
        panel.head.stage_asked.connect(self.set_up)
        panel.head.stage_left.connect(lambda: panel.head.ask(False))
        panel.head.marks = self._marks

    def apply_theme(self, tokens: Tokens) -> None:
        """Take colours and scale."""
        self._tokens = tokens
        self.pointer.apply_theme(tokens)
        self.symbols.apply_theme(tokens)

    def begin(self, scene: Scene) -> None:
        """Take up the lesson of a scene that has just been opened."""
        self.symbols.begin(scene.symbols)
        for column in self._panel.columns:
            self._watch(column)
        self._name_cards()
        self.stager.begin(scene, self._panel.stage, self._panel.step)

    def watch_formulas(self, math: QWidget, controls: QWidget | None) -> None:
        """Link the formulas of the Math tab and all controls with one another and with the pictures."""
        self.symbols.watch(*math.findChildren(FormulaView))
        for control in controls.findChildren(Control) if controls is not None else ():
            self.symbols.name(control, control.parameter.name)

    def _watch(self, column: StepColumn) -> None:
        """Link a step's texts, formulas and controls."""
        self.symbols.watch(*column.findChildren(RichText), *column.findChildren(FormulaView))
        for control in column.findChildren(Control):
            self.symbols.name(control, control.parameter.name)

    def _name_cards(self) -> None:
        for card in self._lanes.main.stage.cards:
            self.symbols.name(card, card.picture.key)

    def _meant(self, target: str) -> QWidget | None:
        """Return what on the screen a symbol's target is: a card, a control, a metric's time line, an array's card."""
        for kind in ("card", "control"):
            found = self._find(Point(kind, target))
            if found is not None:
                return found
        scene = self._lanes.main.session.scene
        if scene is not None and any(fnmatchcase(target, pattern) for pattern in scene.metrics):
            return self._find(Point("metric", target))
        drawing = [card for card in self._lanes.main.stage.cards if target in card.picture.arrays]
        return drawing[0] if drawing else None

    def _enter(self) -> None:
        """Set the stage of the step that was gone to."""
        self.trial.abandon()
        self.stager.enter(self._panel.stage)

    def set_up(self) -> None:
        """Set the stage of the present step, whatever was changed."""
        self.trial.abandon()
        self.stager.set_up()

    def _find(self, point: Point) -> QWidget | None:
        """Return what on the screen is meant by a card, a control or a metric."""
        if point.kind == "card":
            cards = {card.picture.key: card for card in self._lanes.main.stage.cards}
            return cards.get(point.name)
        if point.kind == "metric":
            return self._window.findChild(QWidget, "time-line")
        columns = self._panel.columns
        here = [found for column in columns for found in column.findChildren(Control, point.name) if found.isVisible()]
        if here:
            self._panel.area.ensureWidgetVisible(here[0])
        return here[0] if here else None

    def _marks(self, step: Step) -> str:
        """Return how the predictions of a step were guessed the first time."""
        scene = self._lanes.main.session.scene
        guesses = [block for block in step.blocks if isinstance(block, (Prediction, Diagnosis))]
        if scene is None or not guesses:
            return ""
        first = self._progress.of(scene.name).first_guesses
        found = [first.get(RichText(block.question).plain_text()) for block in guesses]
        return "   " + " ".join({True: "✓", False: "✗", None: "○"}[right] for right in found)

    def _follow(self, link: TryLink) -> None:
        self.trial.abandon()
        self._comparison.try_link(link)
        self.stager.take_note()

    def _compare(self, link: CompareLink) -> None:
        self.trial.abandon()
        self._comparison.show_link(link)
        self.stager.take_note()

    def _run(self, guess: PredictionView | DiagnosisView, link: TryLink | CompareLink) -> None:
        self._guess = guess
        guess.wait()
        guess.destroyed.connect(partial(self._lose, guess))
        self.trial.begin(link, guess.arrays, self._judge, self._give_up)
        self.stager.take_note()

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
        axes = [plot for plot in axes if placing.plot in ("", plot.objectName())]
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
