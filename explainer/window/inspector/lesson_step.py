"""One step of a lesson as a column of widgets, one a block."""

from __future__ import annotations

from itertools import takewhile
from typing import Any, Protocol

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QLabel, QVBoxLayout, QWidget

from explainer.contract.lesson import (
    Block,
    Controls,
    Diagnosis,
    Formula,
    Heading,
    Prediction,
    Question,
    Stage,
    Step,
    Text,
)
from explainer.contract.scene import Scene
from explainer.teach.terms import Terms
from explainer.theme.tokens import DARK, TITLE, Tokens
from explainer.window.inspector.formula import FormulaView
from explainer.window.inspector.question import QuestionView
from explainer.window.inspector.rich_text import RichText
from explainer.window.lesson.diagnosis import DiagnosisView
from explainer.window.lesson.placing import Placing
from explainer.window.lesson.prediction import PredictionView
from explainer.window.lesson.veil import Veil

__all__ = ["ControlSource", "StepColumn"]


GUESSES = (Prediction, Diagnosis)


class ControlSource(Protocol):
    """Whatever makes the controls that stand in the lesson: a ``ControlSet``."""

    def control(self, name: str) -> QWidget:
        """Return a control for a parameter."""


class StepColumn(QWidget):
    """The blocks of one step under its title."""

    link_asked = Signal(str)
    answered = Signal()
    run_asked = Signal(object)
    """A guess, whose run is to be lived."""
    aim_asked = Signal(object)
    """A :class:`Placing`, whose card is to be pointed at."""
    judged = Signal(str, object)
    """What was asked, and the :class:`Judgement`."""

    def __init__(self, step: Step, controls: ControlSource, scene: Scene, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("lesson-step")
        self.setAccessibleName(step.title)
        self.predictions: list[PredictionView | DiagnosisView] = []
        self._controls, self._scene = controls, scene
        self._themed: list[Any] = []
        self._tokens = DARK
        self._terms = Terms()
        self._rows = QVBoxLayout(self)
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.setSpacing(0)
        if step.title:
            self._add(RichText(step.title, size=TITLE, bold=True))
        self._add_own_controls(step)
        blocks = [block for block in step.blocks if not isinstance(block, Stage)]
        for place, block in enumerate(blocks, 1):
            self._rows.addSpacing(10)
            self._add_block(block)
            if isinstance(block, GUESSES) and place < len(blocks):
                self._veil(self.predictions[-1])

    def apply_theme(self, tokens: Tokens) -> None:
        """Take colours and scale."""
        self._tokens = tokens
        for widget in self._themed:
            widget.apply_theme(tokens)

    def _add_block(self, block: Block) -> None:
        match block:
            case Heading():
                self._rows.addSpacing(6)
                self._add(RichText(block.text, size=15, bold=True))
            case Text():
                self._add(RichText(self._terms.mark(block.markdown), aside=block.aside))
            case Formula():
                self._add_canvas(FormulaView(block.latex))
            case Controls():
                self._add_controls(block.names)
            case Prediction():
                self._add_guess(PredictionView(block, self._scene))
            case Diagnosis():
                self._add_guess(DiagnosisView(block, self._scene))
            case Question():
                self._add(QuestionView(block))

    def _add(self, widget: RichText | QuestionView | PredictionView | DiagnosisView) -> None:
        widget.link_asked.connect(self.link_asked)
        self._themed.append(widget)
        self._rows.addWidget(widget)

    def _add_guess(self, view: PredictionView | DiagnosisView) -> None:
        view.answered.connect(self.answered)
        view.run_asked.connect(self.run_asked)
        view.judged.connect(lambda judgement: self.judged.emit(view.question_text, judgement))
        if isinstance(view.way, Placing):
            view.way.aim_asked.connect(self.aim_asked)
        self.predictions.append(view)
        self._add(view)

    def _veil(self, view: PredictionView | DiagnosisView) -> None:
        """Hide what follows a guess until it is made: it may speak of the answer."""
        veil = Veil()
        view.answered.connect(veil.lift)
        self._rows.addWidget(veil)
        self._rows = veil.rows

    def _add_own_controls(self, step: Step) -> None:
        """Put the controls of the step's stage above its text, but for those that can be seen in it anyway."""
        seen = list(takewhile(lambda block: not isinstance(block, GUESSES), step.blocks))
        there = [name for block in seen if isinstance(block, Controls) for name in block.names]
        missing = tuple(name for name in (step.stage.controls if step.stage else ()) if name not in there)
        if missing:
            self._rows.addSpacing(10)
            self._add_controls(missing)

    def _add_canvas(self, formula: FormulaView) -> None:
        self._themed.append(formula)
        canvas, rows = _canvas("formula-block")
        rows.addWidget(formula)
        self._rows.addWidget(canvas)

    def _add_controls(self, names: tuple[str, ...]) -> None:
        canvas, rows = _canvas("lesson-controls")
        for name in names:
            rows.addWidget(self._controls.control(name))
        self._rows.addWidget(canvas)


class Refusal(QLabel):
    """Why a lesson cannot be shown."""

    def __init__(self, words: str, parent: QWidget | None = None) -> None:
        super().__init__(words, parent)
        self.setProperty("role", "refusal")
        self.setObjectName("lesson-refusal")
        self.setWordWrap(True)


def _canvas(name: str) -> tuple[QFrame, QVBoxLayout]:
    canvas = QFrame()
    canvas.setProperty("role", "canvas")
    canvas.setObjectName(name)
    rows = QVBoxLayout(canvas)
    rows.setContentsMargins(14, 10, 14, 10)
    rows.setSpacing(8)
    return canvas, rows
