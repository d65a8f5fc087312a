"""The inspector: lesson, controls, formulas and code of the scene, beside the stage."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from PySide6.QtWidgets import QTabWidget, QVBoxLayout, QWidget

from explainer.contract.catalogue import CATALOGUE
from explainer.contract.frame import Frame, Notes
from explainer.contract.lesson_plan import LessonPlan, leads
from explainer.contract.parameters import Parameters
from explainer.contract.scene import Scene
from explainer.contract.view import View
from explainer.plots.base.throttle import READING, Throttle
from explainer.stage.notes_panel import NotesPanel
from explainer.stage.translation import tr
from explainer.theme.tokens import Tokens
from explainer.window.controls.control_set import ControlSet
from explainer.window.controls.panel import ControlPanel
from explainer.window.inspector.code_panel import CodePanel, experiment_files
from explainer.window.inspector.lesson_panel import LessonPanel
from explainer.window.inspector.math_panel import MathPanel
from explainer.window.inspector.tabs import MATH
from explainer.window.run_panel import RunPanel


class Inspector(QWidget):
    """Four tabs and, under each of them, what the scene noticed."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("inspector")
        self.setAccessibleName(tr("Inspector"))
        self.lesson, self.math, self.code = LessonPanel(), MathPanel(), CodePanel()
        self.run, self.notes = RunPanel(), NotesPanel()
        self.controls: ControlSet | None = None
        self.panel: ControlPanel | None = None
        self._said = Notes()
        self._controls_page = QWidget()
        self._controls_rows = QVBoxLayout(self._controls_page)
        self._controls_rows.setContentsMargins(0, 0, 0, 0)
        self._controls_rows.setSpacing(0)
        self._controls_rows.addWidget(self.run)
        self.tabs = self._make_tabs()
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(0)
        rows.addWidget(self.tabs, 1)
        rows.addWidget(self.notes)
        self.notes.link_asked.connect(self.lesson.follow)
        self._noting = Throttle(self, self._note, READING)
        self._frame: Frame | None = None
        self.lesson.prediction_open.connect(lambda is_open: self._frame and self._note(self._frame))

    @property
    def shows_formulas(self) -> bool:
        """Whether the formulas are in front."""
        return self.tabs.currentWidget() is self.math

    def show_scene(self, scene: Scene, view: View, step: int, plan: LessonPlan = LessonPlan()) -> ControlSet:
        """Fill the tabs for a scene, as far as a lesson file leaves it open; return its controls."""
        self._noting.forget()
        self._frame, self._said = None, CATALOGUE.notes(scene)
        if self.controls is not None:  # a field that loses the focus now would offer what was typed to the new scene
            self.controls.blockSignals(True)
            self.controls.deleteLater()
        declared, defaults = scene.parameters.declarations, scene.parameters.defaults_beside
        self.controls = ControlSet(declared, view.controls, self, _verifier(scene), defaults, plan)
        self._show_panel(leads(plan, scene))
        self.lesson.show_lesson(CATALOGUE.lesson(scene), scene, self.controls, step, plan)
        self.math.set_formulas(view.formulas)
        self.code.show_files(experiment_files(CATALOGUE.code_folder(scene)))
        self.tabs.setTabVisible(MATH, bool(view.formulas))
        self.notes.show_notes(())
        return self.controls

    def draw(self, frame: Frame, file: str, line: int) -> None:
        """Follow the run: numbers in the formulas, the marked line, the notes."""
        self._frame = frame
        self.math.draw(frame)
        self._noting.ask(frame)
        if line:
            self.code.mark(file, line)
        else:
            self.code.clear_mark()

    def _note(self, frame: Frame) -> None:
        """Say what the scene noticed, unless that would answer what the reader is asked to foresee."""
        self.notes.show_notes(() if self.lesson.is_prediction_open else self._said.of(frame))

    def apply_theme(self, tokens: Tokens) -> None:
        """Take the colours and sizes of a theme."""
        for panel in (self.lesson, self.math, self.code):
            panel.apply_theme(tokens)

    def _show_panel(self, first: Sequence[str]) -> None:
        if self.panel is not None:
            self.panel.deleteLater()
        assert self.controls is not None
        self.panel = ControlPanel(self.controls, first)
        self._controls_rows.insertWidget(0, self.panel, 1)

    def _make_tabs(self) -> QTabWidget:
        tabs = QTabWidget()
        tabs.setObjectName("inspector-tabs")
        tabs.setAccessibleName(tr("Inspector tabs"))
        for page, title in (
            (self.lesson, tr("Lesson")),
            (self._controls_page, tr("All controls")),
            (self.math, tr("Math")),
            (self.code, tr("Code")),
        ):
            tabs.addTab(page, title)
        return tabs


def _verifier(scene: Scene) -> Callable[[Mapping[str, Any]], None] | None:
    """Return what refuses values that do not go together, None where all do."""
    if scene.parameters.verify is Parameters.verify:
        return None
    return lambda values: scene.parameters(**values).verify()
