"""A lane: one run and its pictures; the window has one, and more while runs are compared."""

from __future__ import annotations

import math
import time
from collections import deque
from collections.abc import Collection, Sequence

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from explainer.contract.catalogue import CATALOGUE
from explainer.contract.frame import Frame
from explainer.contract.number_text import number_text
from explainer.contract.scene import Scene
from explainer.contract.view import View
from explainer.stage.stage import Stage
from explainer.stage.translation import tr
from explainer.theme.tokens import Tokens
from explainer.window.compare.lane_header import LaneHeader
from explainer.window.run.session import Session

MOST_RESULTS = 3
"""Of more learners only so many are told above the run."""


class Lane(QWidget):
    """Draws what its session reports, and passes on to it what the pictures ask."""

    arrays_changed = Signal()
    """Other pictures are out, or other parameters chosen: other arrays may be wanted."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self.stage, self.header = Stage(), LaneHeader()
        self.view = View(cards=())
        self.also: Collection[str] = ()
        """Arrays that are wanted beside those of the pictures: what a guess is judged by."""
        self._scene: Scene | None = None
        """The scene that the view is of."""
        self._paints: deque[float] = deque()
        self._painted = QTimer(self, singleShot=True, interval=0)
        self._painted.timeout.connect(self._tell_painted)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(0)
        rows.addWidget(self.header)
        rows.addWidget(self._scrolled(), 1)
        self.header.hide()
        session.frame_changed.connect(self._draw)
        session.job_found.connect(self.stage.draw_job)
        session.params_changed.connect(lambda params: self.arrays_changed.emit())
        self.stage.pictures_changed.connect(self.arrays_changed)

    def _scrolled(self) -> QScrollArea:
        """Return the stage in a frame that scrolls where the pictures have no room."""
        area = StageArea()
        area.setWidget(self.stage)
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        return area

    @property
    def pictures_per_second(self) -> int:
        """How many pictures were painted in the last second."""
        return len(self._paints)

    def show_view(self, view: View, keys: Sequence[str] = ()) -> None:
        """Set the stage for the scene, with the pictures of these keys, or those meant for the beginning."""
        self.view, self._scene = view, self.session.scene
        self.stage.show_view(view, keys)
        steering = self.stage.steering
        steering.set_asked.connect(self.session.set)
        steering.act_asked.connect(self.session.act)
        steering.seek_asked.connect(self.session.course.seek)
        steering.job_asked.connect(self.session.start_job)

    def want(self, more: Collection[str] = ()) -> None:
        """Ask for the arrays of the pictures that can be seen, and ``more``."""
        if self._scene is not None and self._scene is self.session.scene:
            shown = self.stage.wanted_arrays(self.session.params)
            said = CATALOGUE.notes(self._scene).arrays
            self.session.want(sorted(shown.union(self.view.arrays, said, self.also, more)))

    def apply_theme(self, tokens: Tokens) -> None:
        """Take the colours of a theme."""
        self.stage.apply_theme(tokens)
        self.header.apply_theme(tokens)

    def _draw(self, frame: Frame) -> None:
        self.stage.draw(frame)
        if self.header.isVisibleTo(self) and self._scene is not None:
            self.header.show_result(result_words(frame, self._scene))
        self._painted.start()

    def _tell_painted(self) -> None:
        """Take note that the event loop has painted what the last frame changed: the engine may send another."""
        now = time.perf_counter()
        self._paints.append(now)
        while self._paints and now - self._paints[0] > 1.0:
            self._paints.popleft()
        self.session.painted()


class StageArea(QScrollArea):
    """Holds a stage, which folds its rows when the room becomes another."""

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Qt: tell the stage."""
        super().resizeEvent(event)
        stage = self.widget()
        if isinstance(stage, Stage):
            stage.fold()


def result_words(frame: Frame, scene: Scene) -> str:
    """Return what the run's progress comes to at the step that is shown, as much as is read at a glance."""
    names = [name for name in frame.series if scene.draws_progress(name)]
    found = {name: frame.metric(name) for name in names[:MOST_RESULTS]}
    told = {name: number_text(value) for name, value in found.items() if not math.isnan(value)}
    if len(told) <= 1:
        return "".join(f"{name.partition('/')[0]} {value}" for name, value in told.items())
    more = [tr("{count} more").format(count=len(names) - MOST_RESULTS)] if len(names) > MOST_RESULTS else []
    return " · ".join([*(f"{name.rpartition('/')[2]} {value}" for name, value in told.items()), *more])
