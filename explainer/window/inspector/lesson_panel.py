"""The Lesson tab: text, formulas, controls and predictions, one step at a time."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import unquote

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QHideEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from explainer.contract.lesson import CompareLink, Lesson, Stage, TryLink, parse_compare, parse_try, read_lesson
from explainer.contract.lesson_plan import LessonPlan, narrowed
from explainer.contract.refused import Refused
from explainer.contract.scene import Scene
from explainer.stage.translation import tr
from explainer.teach.terms import TERM
from explainer.theme.tokens import DARK, Tokens
from explainer.window.inspector.lesson_footer import LessonFooter
from explainer.window.inspector.lesson_step import ControlSource, Refusal, StepColumn
from explainer.window.lesson.diagnosis import DiagnosisView
from explainer.window.lesson.head import LessonHead
from explainer.window.lesson.prediction import PredictionView

__all__ = ["LessonPanel"]

MARGIN = 16
_WIDEST = 560
"""Lines longer than this, before scaling, are hard to follow."""


class LessonPanel(QWidget):
    """A scene's lesson. It changes nothing itself: links ask, controls come from their source."""

    try_asked = Signal(object)
    """A :class:`~explainer.contract.lesson.TryLink`, checked against the scene."""
    compare_asked = Signal(object)
    """The :class:`CompareLink` that was followed."""
    show_asked = Signal(str)
    """The key of a picture to bring out."""
    scene_asked = Signal(str)
    term_asked = Signal(str)
    """A term of the glossary whose card is wanted."""
    refused = Signal(str)
    """Why a link could not be followed."""
    prediction_open = Signal(bool)
    """Whether a prediction is shown that waits for its answer: nothing may give it away."""
    step_changed = Signal(int)
    run_asked = Signal(object, object)
    """A guess whose run is to be lived, and the :class:`TryLink` or :class:`CompareLink` that begins it."""
    aim_asked = Signal(object)
    """A :class:`Placing`, whose card is to be pointed at."""
    judged = Signal(str, object)
    """What was asked, and the :class:`Judgement`."""
    column_made = Signal(object)
    """A step's :class:`StepColumn`, the first time that the step is shown."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("lesson")
        self.setAccessibleName(tr("Lesson"))
        self._tokens = DARK
        self._scene: Scene | None = None
        self._controls: ControlSource | None = None
        self._lesson = Lesson("", ())
        self._columns: dict[int, StepColumn] = {}
        self._at, self._whole, self._open = 0, False, False
        self._make_area()
        self.apply_theme(DARK)

    @property
    def step(self) -> int:
        """The index of the step that is shown."""
        return self._at

    @property
    def stage(self) -> Stage | None:
        """How the window stands at the step that is shown; None where it stays as it is."""
        return self._lesson.steps[self._at].stage if self._lesson.steps and not self._whole else None

    @property
    def columns(self) -> Sequence[StepColumn]:
        """The steps that have been shown."""
        return list(self._columns.values())

    @property
    def whole(self) -> bool:
        """Whether all steps are shown in one column."""
        return self._whole

    @property
    def is_prediction_open(self) -> bool:
        """The last value of :attr:`prediction_open`."""
        return self._open

    def show_lesson(
        self, text: str, scene: Scene, controls: ControlSource, step: int = 0, plan: LessonPlan = LessonPlan()
    ) -> None:
        """Show the lesson of a scene from a step on; a lesson that cannot be read says why."""
        self._clear()
        self._scene, self._controls = scene, controls
        try:
            self._lesson = narrowed(read_lesson(text), plan)
        except Refused as refused:
            self._lesson = Lesson("", ())
            words = Refusal(str(refused))
            self._rows.insertWidget(0, words)
            words.show()
        self._show(step)

    def go_to(self, step: int) -> None:
        """Show one step, from its beginning; beyond the last one it is the last one."""
        before = self._at
        self._show(step)
        if before != self._at:
            self.step_changed.emit(self._at)

    def _show(self, step: int) -> None:
        self._at = max(0, min(step, len(self._lesson.steps) - 1))
        self._whole = False
        self._arrange()
        self.area.verticalScrollBar().setValue(0)

    def go_on(self) -> None:
        """Show the next step."""
        self.go_to(self._at + 1)

    def go_back(self) -> None:
        """Show the step before."""
        self.go_to(self._at - 1)

    def show_whole(self, whole: bool = True) -> None:
        """Show all steps in one column, or one at a time again."""
        self._whole = whole
        self._arrange()

    def apply_theme(self, tokens: Tokens) -> None:
        """Take colours and scale."""
        self._tokens = tokens
        self.footer.apply_theme(tokens)
        for column in self._columns.values():
            column.apply_theme(tokens)
        self._column.setMaximumWidth(tokens.size(_WIDEST))

    def showEvent(self, event: QShowEvent) -> None:
        """Qt: what is shown may wait for an answer."""
        super().showEvent(event)
        self._look_for_open()

    def hideEvent(self, event: QHideEvent) -> None:
        """Qt: what is hidden does not."""
        super().hideEvent(event)
        self._look_for_open()

    def _make_area(self) -> None:
        self.area = QScrollArea()
        self.area.setObjectName("lesson-area")
        self.area.setProperty("role", "page")
        self.area.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # a click leaves the keys to the run
        self.area.setAccessibleName(tr("Lesson text"))
        self.area.setWidgetResizable(True)
        self.area.setFrameShape(QFrame.Shape.NoFrame)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.verticalScrollBar().valueChanged.connect(self._look_for_open)
        body, self._column = QWidget(), QWidget()
        across = QHBoxLayout(body)
        across.setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
        across.setSpacing(0)
        across.addWidget(self._column, 1000)
        across.addStretch(1)
        self._rows = QVBoxLayout(self._column)
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.setSpacing(24)
        self.head = LessonHead()
        self.head.step_asked.connect(self.go_to)
        self.footer = LessonFooter()
        self.footer.step_asked.connect(self.go_to)
        self.footer.all_asked.connect(self.show_whole)
        self._rows.addWidget(self.footer)
        self._rows.addStretch(1)
        self.area.setWidget(body)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self.head)
        outer.addWidget(self.area)

    def _clear(self) -> None:
        for widget in (*self._columns.values(), *self.findChildren(Refusal)):
            self._rows.removeWidget(widget)
            widget.deleteLater()
        self._columns.clear()

    def _arrange(self) -> None:
        for index in range(len(self._lesson.steps)):
            wanted = self._whole or index == self._at
            if wanted and index not in self._columns:
                self._insert(index)
            if index in self._columns:
                self._columns[index].setVisible(wanted)
        self.head.show_place(self._lesson.steps, self._at, self._whole)
        self.footer.show_place(self._lesson.steps, self._at, self._whole)
        self._look_for_open()

    def _insert(self, index: int) -> None:
        assert self._controls is not None
        assert self._scene is not None
        column = StepColumn(self._lesson.steps[index], self._controls, self._scene)
        column.apply_theme(self._tokens)
        column.link_asked.connect(self.follow)
        column.answered.connect(self._look_for_open)
        column.run_asked.connect(self._run)
        column.aim_asked.connect(self.aim_asked)
        column.judged.connect(self.judged)
        self._columns[index] = column
        self._rows.insertWidget(sum(known < index for known in self._columns), column)
        self.column_made.emit(column)

    def _run(self, guess: PredictionView | DiagnosisView) -> None:
        """Have the run of a guess lived."""
        link = self._parsed(guess.link)
        if link is not None:
            self.run_asked.emit(guess, link)

    def _parsed(self, target: str) -> TryLink | CompareLink | None:
        """Return what a link sets up; None, with the reason told, where it is refused."""
        assert self._scene is not None
        try:
            return parse_try(target, self._scene) if target.startswith("try:") else parse_compare(target, self._scene)
        except Refused as refused:
            self.refused.emit(str(refused))
            return None

    def follow(self, target: str) -> None:
        """Do what a link of the lesson asks."""
        kind, _, rest = target.partition(":")
        if kind in ("try", "compare") and self._scene is not None:
            link = self._parsed(target)
            if isinstance(link, TryLink):
                self.try_asked.emit(link)
            elif link is not None:
                self.compare_asked.emit(link)
        elif kind == "show":
            self.show_asked.emit(rest)
        elif kind == "scene":
            self.scene_asked.emit(rest)
        elif f"{kind}:" == TERM:
            self.term_asked.emit(unquote(rest))
        elif kind in ("http", "https"):
            QDesktopServices.openUrl(QUrl(target))

    def _look_for_open(self) -> None:
        """Tell when a prediction has come into sight, been answered or gone."""
        shown = [view for column in self._columns.values() for view in column.predictions if view.open]
        is_open = any(self._is_in_sight(view) for view in shown)
        if is_open != self._open:
            self._open = is_open
            self.prediction_open.emit(is_open)

    def _is_in_sight(self, view: PredictionView | DiagnosisView) -> bool:
        """Return whether a prediction is shown: of one step always, of the whole lesson where it is scrolled to."""
        return self.isVisible() and view.isVisibleTo(self) and (not self._whole or not view.visibleRegion().isEmpty())
