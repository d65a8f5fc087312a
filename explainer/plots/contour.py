"""A loss surface seen from above, and what runs over it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from PySide6.QtCore import Signal
from PySide6.QtGui import QColor

from explainer.plots.base.aspect import Box
from explainer.plots.base.axes import Axes
from explainer.plots.base.grip import Grip
from explainer.plots.surface_layers import FieldLayer, Ground, SurfaceLayer
from explainer.plots.trail_layers import Arrow, ArrowLayer, BallLayer, PreviewLayer, TrailLayer
from explainer.theme.tokens import Tokens

__all__ = ["Arrow", "ContourPlot"]


class ContourPlot(Axes):
    """Filled contours with trails, balls, arrows, a start that can be dragged and a field of strokes.

    Positions are (x, y) in data coordinates; NaN, infinite and huge ones are left out or cut off.
    A double click on the ground asks for the start to be put there.
    """

    start_moved = Signal(float, float)
    start_released = Signal(float, float)
    ground_chosen = Signal(float, float)

    def __init__(
        self, name: str, *, x_label: str = "x", y_label: str = "y", equal: bool = True, parent: Any = None
    ) -> None:
        self.ground: Ground | None = None
        self.trails: list[np.ndarray] = []
        self.balls: np.ndarray = np.empty((0, 2))
        self.colours: list[str] = []
        self.retired: list[bool] = []
        self.minima: np.ndarray = np.empty((0, 2))
        self.start: tuple[float, float] | None = None
        self.previews: list[np.ndarray] = []
        self.arrows: list[Arrow] = []
        self.arrow_key: list[tuple[str, str, bool]] = []
        self.lit: int | None = None
        self.field_shown = False
        super().__init__(name, x_label=x_label, y_label=y_label, equal=equal, grid=False, parent=parent)
        self._surface, self._field = SurfaceLayer(self, -40), FieldLayer(self, -30)
        self._preview, self._trail = PreviewLayer(self, 0), TrailLayer(self, 10)
        self._arrow, self._ball = ArrowLayer(self, 20), BallLayer(self, 30)
        self._start_grip = Grip(self._from_start, self._start_dragged, self._start_let_go, 16.0)
        self.grips.append(self._start_grip)

    # data

    def set_surface(self, x: np.ndarray, y: np.ndarray, loss: np.ndarray, whole: Box | None = None) -> None:
        """Show a surface ``loss`` (y, x); recomputed only when the arrays differ from the last ones.

        ``whole`` is the part that is shown at first, all of it when not given.
        """
        if min(np.shape(loss), default=0) < 2:
            return
        self.limits = (float(x[0]), float(x[-1]), float(y[0]), float(y[-1]))
        if (whole or self.limits) != self.whole:
            self.set_whole(*(whole or self.limits))
        if self.ground is None or not self.ground.same(x, y, loss):
            self.ground = Ground(x, y, loss)
            self._surface.spoil()
            self._field.spoil()

    def set_minima(self, minima: np.ndarray) -> None:
        """Mark minima, shape (n, 2)."""
        self.minima = _points(minima)
        self._ball.update()

    def set_trails(self, trails: Sequence[np.ndarray], colours: Sequence[str], retired: Sequence[bool] = ()) -> None:
        """Show where each has been, (steps, 2) each; the ball is where the trail ends."""
        self.colours = list(colours)
        self.trails = [_points(trail) for trail in trails]
        ends = [trail[-1] if len(trail) else np.full(2, np.nan) for trail in self.trails]
        self.balls, self.retired = _points(np.array(ends)), list(retired)
        self._trail.update()
        self._ball.update()

    def set_start(self, start: tuple[float, float] | None, movable: bool = True) -> None:
        """Show the ring by which the start is dragged; while it is held it stays with the pointer."""
        if not self.holding:
            self.start = start
            self._start_grip.enabled = movable and start is not None
            self._ball.update()

    def set_arrows(self, arrows: Sequence[Arrow], key: Sequence[tuple[str, str, bool]] = ()) -> None:
        """Show arrows; ``key`` names what their colours mean: (words, colour, dashed)."""
        self.arrows, self.arrow_key = list(arrows), list(key)
        self._arrow.update()

    def set_field(self, shown: bool) -> None:
        """Show or hide the downhill strokes."""
        if shown != self.field_shown:
            self.field_shown = shown
            self._field.spoil()

    def set_previews(self, paths: Sequence[np.ndarray]) -> None:
        """Show faint lines, one for each trail, (steps, 2) each; none to clear."""
        self.previews = [_points(path) for path in paths][: len(self.colours)]
        self._preview.update()

    def light(self, step: int | None) -> None:
        """Mark a step on every trail."""
        if step != self.lit:
            self.lit = step
            self._ball.update()

    def keep_in_view(self, points: np.ndarray) -> None:
        """Say which points (n, 2) must be seen when the whole is shown."""
        points = _points(points)
        if not np.array_equal(points, self.must_show, equal_nan=True):
            self.must_show = points
            if self.fitted:
                self.show_shared()

    # reading

    def nearest_step(self, x: float, y: float, reach: float = 14.0) -> tuple[int, int] | None:
        """Return (trail, step) of the point of a trail within ``reach`` pixels, None where there is none."""
        here, nearest, found = self.to_pixels(x, y), reach, None
        for index, trail in enumerate(self.trails):
            with np.errstate(invalid="ignore", over="ignore"):
                away = np.nan_to_num(np.hypot(*(self.to_pixels(*trail.T) - here).T), nan=np.inf)
            if len(away) and away.min() < nearest:
                nearest, found = float(away.min()), (index, int(away.argmin()))
        return found

    # the pointer

    def on_double_click(self, x: float, y: float) -> None:
        """Ask for the start to be put there."""
        self.ground_chosen.emit(x, y)

    def _from_start(self, across: float, down: float) -> float:
        if self.start is None:
            return float("inf")
        away = float(np.hypot(*(self.to_pixels(*self.start) - np.array([across, down]))))
        return away if np.isfinite(away) else float("inf")

    def _start_dragged(self, x: float, y: float) -> None:
        self.start = (x, y)
        self._ball.update()
        self.start_moved.emit(x, y)

    def _start_let_go(self, x: float, y: float) -> None:
        self.start = (x, y)
        self._ball.update()
        self.start_released.emit(x, y)

    def apply_theme(self, tokens: Tokens) -> None:
        """Take colours and text sizes from a theme."""
        super().apply_theme(tokens)
        self.view_box.setBackgroundColor(QColor(tokens.canvas))


def _points(given: Any) -> np.ndarray:
    """Return an array (n, 2) of numbers."""
    return np.asarray(given, float).reshape(-1, 2)
