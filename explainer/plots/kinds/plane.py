"""Heights seen from above, and what runs over them: paths, balls, arrows, a start that can be dragged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from PySide6.QtCore import QPoint, QPointF
from PySide6.QtGui import QColor, QPainter

from explainer.contract.cards.bindings import MISSING
from explainer.contract.cards.spaces import Plane, Probe
from explainer.contract.frame import Frame
from explainer.contract.number_text import pair_text
from explainer.plots.base.colours import colour
from explainer.plots.base.grip import Grip
from explainer.plots.base.throttle import Throttle
from explainer.plots.kinds.plane_ground import FieldLayer, Ground, SurfaceLayer
from explainer.plots.kinds.plane_layers import Arrow, ArrowLayer, BallLayer, PreviewLayer, TrailLayer
from explainer.plots.part import Place, settable, spread
from explainer.plots.plot_part import PlotPart
from explainer.plots.resolved import Resolved
from explainer.theme.tokens import SMALL, Tokens

FARTHEST = 1e6
"""Places farther away are asked nothing of."""
REACH = 14.0


class PlanePart(PlotPart):
    """Positions are (x, y) in data coordinates; NaN, infinite and huge ones are left out or cut off."""

    told: Plane
    axes_options = {"grid": False}  # noqa: RUF012 - read once

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self.dims = ("step",)
        self.ground: Ground | None = None
        self.trails: list[np.ndarray] = []
        self.balls = np.empty((0, 2))
        self.colours: list[str] = []
        self.ball_names: Sequence[str] = ()
        self.retired: list[bool] = []
        self.minima = np.empty((0, 2))
        self.start: tuple[float, float] | None = None
        self.previews: list[np.ndarray] = []
        self.arrows: list[Arrow] = []
        self.arrow_key: list[tuple[str, str, bool]] = []
        self.field_shown = False
        self._surface, self._field = SurfaceLayer(self, -40), FieldLayer(self, -30)
        self._preview, self._trail = PreviewLayer(self, 0), TrailLayer(self, 10)
        self._arrow, self._ball = ArrowLayer(self, 20), BallLayer(self, 30)
        self._start_grip = Grip(self._from_start, self._start_dragged, self._start_chosen, 16.0)
        if self.told.start:
            self.axes.grips.append(self._start_grip)
            self.axes.fits_on_double_click = False
            self.axes.double_clicked.connect(self._start_chosen)
        self._ask_probe = Throttle(self, lambda place: self._send(self.told.probe, place))
        self._ask_preview = Throttle(self, lambda place: self._send(self.told.preview, place))
        self._said = ""
        """What was found under the pointer."""
        self._rests_at: tuple[Any, ...] = ()
        self._key: Any = None

    # frames

    def draw(self, frame: Frame) -> None:
        """Show a frame; where only a setting has changed, ask where it would lead."""
        super().draw(frame)
        ahead = self.told.ahead
        if ahead is None:
            return
        before, self._rests_at = self._rests_at, (frame.step, frame.phase, frame.first)
        known, self._key = self._key, ahead.key(frame.params)
        if self._rests_at != before:
            if self.previews and not self.axes.holding:
                self.previews = []
                self._preview.update()
        elif self._key != known and self.steering.preview_allowed and ahead.applies(frame.params):
            self.steering.job(ahead.job, **ahead.more)

    def counts(self, now: Resolved) -> Sequence[int]:
        """Return how many steps the paths have."""
        return (now.paths.shape[1],) if isinstance(now.paths, np.ndarray) else (0,)

    @property
    def empty(self) -> bool:
        """Whether there is no surface."""
        return self.ground is None

    @property
    def lit_step(self) -> int | None:
        """The step that some pointer is on."""
        return self.lit.get("step")

    def fill(self) -> None:
        """Take surface, runners, arrows and start."""
        now, told = self.now, self.told
        assert now is not None
        assert self.frame is not None
        self.axes.set_equal(bool(now.equal))
        self.set_labels(*now.label)
        self._fill_surface(now)
        self.minima = _points(now.crosses) if now.crosses is not None else np.empty((0, 2))
        self.trails = [_points(path) for path in now.paths] if now.paths is not None else []
        self.retired = np.asarray(now.retired, bool).tolist() if now.retired is not None else []
        ends = [trail[-1] if len(trail) else np.full(2, np.nan) for trail in self.trails]
        self.balls = _points(np.array(ends))
        self.ball_names = now.names if now.names not in (None, MISSING) else ()
        if told.start and not self.axes.holding:
            self.start = getattr(self.frame.params, told.start)
        if bool(now.downhill) != self.field_shown:
            self.field_shown = bool(now.downhill)
            self._field.spoil()
        self._colour()

    def _fill_surface(self, now: Resolved) -> None:
        x, y, heights = now.x, now.y, now.heights
        if heights is None or min(np.shape(heights), default=0) < 2:
            return
        self.axes.limits = (float(x[0]), float(x[-1]), float(y[0]), float(y[-1]))
        whole = now.window if now.window not in (None, MISSING) else self.axes.limits
        if whole != self.axes.whole:
            self.axes.set_whole(*whole)
        if now.keep not in (None, MISSING):
            self._keep_in_view(_points(np.array(now.keep)))
        if self.ground is None or not self.ground.same(x, y, heights):
            self.ground = Ground(x, y, heights)
            self._surface.spoil()
            self._field.spoil()

    def _keep_in_view(self, points: np.ndarray) -> None:
        if not np.array_equal(points, self.axes.must_show, equal_nan=True):
            self.axes.must_show = points
            if self.axes.fitted:
                self.axes.show_shared()

    def _colour(self) -> None:
        """Take the runners' and arrows' colours from the theme."""
        now = self.now
        if now is None:
            return
        self.colours = [self.tokens.series_colour(index) for index in range(len(self.trails))]
        strokes = now.strokes if now.strokes not in (None, MISSING) else ()
        self.arrows = [Arrow(s.at, s.by, self._token(s.token), s.width, s.dashed) for s in strokes]
        key = now.key if now.key not in (None, MISSING) else ()
        self.arrow_key = [(words, self._token(token), dashed) for words, token, dashed in key]

    def _token(self, token: str | int) -> str:
        return self.tokens.series_colour(token) if isinstance(token, int) else str(getattr(self.tokens, token))

    def changed(self) -> None:
        """Have what moves painted again; the surface knows itself when it is another."""
        for layer in (self._preview, self._trail, self._arrow, self._ball):
            layer.update()
        super().changed()

    @property
    def stretch(self) -> float:
        """How many times as long on the screen one unit of y is as one of x."""
        (x0, x1), (y0, y1) = self.axes.view_box.viewRange()
        size = self.axes.view_box.rect()
        return (size.height() / (y1 - y0)) / (size.width() / (x1 - x0)) if size.width() > 2 else 1.0

    @property
    def stretch_words(self) -> str:
        """What is said where the units differ: there no arrow stands at right angles to its contour."""
        if self.now is None or self.now.equal or 0.98 < self.stretch < 1.02:
            return ""
        x, y = self.now.label
        longer, shorter, times = (y, x, self.stretch) if self.stretch > 1 else (x, y, 1 / self.stretch)
        return f"{longer or 'up'} is drawn {times:.2g} × as long as {shorter or 'across'}"

    def paint_still(self, painter: QPainter, width: float, height: float) -> None:
        """Say in a corner how the units differ."""
        if words := self.stretch_words:
            painter.setFont(self.font_of(SMALL))
            painter.setPen(colour(self.tokens.muted))
            painter.drawText(QPointF(10, height - 10), words)

    def apply_theme(self, tokens: Tokens) -> None:
        """Take the colours of a theme."""
        super().apply_theme(tokens)
        self._colour()
        self.axes.view_box.setBackgroundColor(QColor(tokens.canvas))

    # the pointer

    def point_again(self) -> None:
        """Leave what was found under the pointer: it is of the surface, not of the step."""

    def light(self, name: str, value: object | None) -> None:
        """Ring a step on every path."""
        super().light(name, value)
        if name == "step":
            self._ball.update()

    def nearest_step(self, x: float, y: float, reach: float = REACH) -> tuple[int, int] | None:
        """Return (runner, step) of the point of a path within ``reach`` pixels, None where there is none."""
        here, nearest, found = self.axes.to_pixels(x, y), reach, None
        for index, trail in enumerate(self.trails):
            with np.errstate(invalid="ignore", over="ignore"):
                away = np.nan_to_num(np.hypot(*(self.axes.to_pixels(*trail.T) - here).T), nan=np.inf)
            if len(away) and away.min() < nearest:
                nearest, found = float(away.min()), (index, int(away.argmin()))
        return found

    def point_at(self, x: float, y: float) -> None:
        """Ask what is under the pointer, and light the step of a path that it is on."""
        if self.axes.holding or not (abs(x) <= FARTHEST and abs(y) <= FARTHEST):
            return
        if self.told.probe is not None:
            self._ask_probe.ask((x, y))
        near = self.nearest_step(x, y)
        self.steering.light("step", near[1] if near else None)

    def click_at(self, x: float, y: float) -> None:
        """Ask for what a click on the plane comes to."""
        self.press_on(self.told.click, x, y)

    def darken(self) -> None:
        """Read nothing."""
        self._ask_probe.forget()
        self._said = ""
        super().darken()
        self.say()

    def go(self, down: int, right: int) -> None:
        """Go from step to step along the paths; with nothing lit from the last one."""
        if self.trails and (right or down):
            last = max(len(trail) for trail in self.trails) - 1
            self.steering.light("step", int(np.clip(self.lit.get("step", last) + (right or -down), 0, last)))

    def press(self) -> None:
        """Go to the lit step."""
        if "step" in self.lit:
            self.steering.seek(self.lit["step"])

    def reading(self) -> str:
        """Return what was found under the pointer, else where each runner was at the lit step."""
        if self._said:
            return self._said
        step = self.lit.get("step")
        if step is None:
            return ""
        there = (trail[min(step, len(trail) - 1)] for trail in self.trails if len(trail))
        return f"step {step}   " + "   ".join(pair_text(*place) for place in there)

    def marks(self) -> Sequence[Place]:
        """Return steps of each path that can be seen, of very many evenly spaced ones."""
        found = []
        for trail in self.trails:
            for step in spread(len(trail)):
                inside = np.isfinite(trail[step]).all() and self._is_seen(*trail[step])
                if inside and self.nearest_step(float(trail[step][0]), float(trail[step][1]), 2.0):
                    found.append(Place(self.widget_pixel(*trail[step]), {"step": step}))
        return found

    def _is_seen(self, x: float, y: float) -> bool:
        size, place = self.axes.view_box.rect(), self.axes.to_pixels(x, y)
        return 4 < place[0] < size.width() - 4 and 4 < place[1] < size.height() - 4

    def handles(self) -> Sequence[QPoint]:
        """Return where the start can be taken."""
        return [self.widget_pixel(*self.start)] if self.start is not None and self._is_seen(*self.start) else ()

    # the start

    def _from_start(self, across: float, down: float) -> float:
        if self.start is None:
            return float("inf")
        away = float(np.hypot(*(self.axes.to_pixels(*self.start) - np.array([across, down]))))
        return away if np.isfinite(away) else float("inf")

    def _start_dragged(self, x: float, y: float) -> None:
        self.start = (x, y)
        self._ball.update()
        place = self._allowed(x, y)
        self.axes.read_out(f"start {pair_text(*place)}")
        if self.told.preview is not None and self.steering.preview_allowed:
            self._ask_preview.ask(place)

    def _start_chosen(self, x: float, y: float) -> None:
        self.start = (x, y)
        self._ask_preview.forget()
        self.previews = []
        self.axes.read_out("")
        self.changed()
        self.steering.set(**{self.told.start: self._allowed(x, y)})

    def _allowed(self, x: float, y: float) -> tuple[float, float]:
        """Return a start within what is declared, rounded to what a hand can mean."""
        declared = self.scene.parameters.declaration(self.told.start)
        return float(settable(declared, x, 4)), float(settable(declared, y, 4))

    # side jobs

    def _send(self, probe: Probe | None, place: tuple[float, float]) -> None:
        if probe is not None and self.frame is not None and probe.applies(self.frame.params):
            self.steering.job(probe.job, **{probe.argument: place}, **probe.more)

    def draw_job(self, job: str, arguments: Mapping[str, Any], arrays: Mapping[str, np.ndarray]) -> None:
        """Say what is under the pointer, or show where the dragged start would lead."""
        probe, preview = self.told.probe, self.told.preview
        if probe is not None and job == probe.job and probe.answer in arrays and self.axes.underMouse():
            assert probe.words is not None
            self._said = probe.words(arguments[probe.argument], arrays)
            self.say()
        elif preview is not None and job == preview.job and preview.answer in arrays and self.axes.holding:
            self._show_previews(arrays[preview.answer])
        elif (ahead := self.told.ahead) is not None and job == ahead.job and ahead.answer in arrays:
            self._show_previews(arrays[ahead.answer])

    def _show_previews(self, paths: np.ndarray) -> None:
        self.previews = [_points(path) for path in paths][: len(self.colours)]
        self._preview.update()

    def summary(self) -> str:
        """Return where each ball is."""
        names = self.ball_names or [f"runner {k + 1}" for k in range(len(self.balls))]
        return ", ".join(f"{name} at {pair_text(*place)}" for name, place in zip(names, self.balls, strict=False))


def _points(given: Any) -> np.ndarray:
    """Return an array (n, 2) of numbers."""
    return np.asarray(given, float).reshape(-1, 2)
