"""Points of a part that can be hovered, dragged, added and taken away: shared by scatter plots and decision maps."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from PySide6.QtCore import Qt

from explainer.contract.cards.bindings import Drag
from explainer.plots.base.axes import Axes
from explainer.plots.base.grip import Grip
from explainer.plots.base.throttle import Throttle

MOVED = Drag(value="x", also="y")
"""How points are dragged where that is no verb."""
MOST_MARKS = 300
"""Of more points, evenly spaced ones are named as marks."""
REACH = 12.0
"""Pixels within which a point is found."""


class ArrowEnds:
    """The tips and tails of the arrows over a part that can be dragged; ``told`` are the overlays as the card says."""

    def __init__(
        self, axes: Axes, told: Sequence[Any], ask: Callable[[str, dict[str, Any]], None], parent: Any
    ) -> None:
        self._sets = []
        for number, overlay in enumerate(told):
            for end in ("tip", "tail"):
                drag = getattr(overlay, end, None)
                if callable(drag):
                    self._sets.append((number, end, PointSet(axes, MOVED, _asking(parent, drag), parent)))
                elif drag is not None:
                    self._sets.append((number, end, PointSet(axes, drag, ask, parent)))

    def take(self, now: Sequence[Any]) -> None:
        """Take where the arrows are just now."""
        for number, end, points in self._sets:
            at, by = now[number].at, now[number].by
            if isinstance(at, np.ndarray) and isinstance(by, np.ndarray):
                points.points = np.asarray(at, float) + (np.asarray(by, float) if end == "tip" else 0.0)

    @property
    def places(self) -> list[tuple[float, float]]:
        """Where something can be taken hold of, in data coordinates."""
        return [(float(x), float(y)) for _, _, points in self._sets for x, y in points.points if np.isfinite(x + y)]


def _asking(part: Any, move: Callable[..., Any]) -> Callable[[str, dict[str, Any]], None]:
    """Return what asks for what moving an end comes to."""
    return lambda verb, given: part.press_on(move, given["index"], given["x"], given["y"])


class PointSet:
    """Points (n, 2) on axes; ``ask`` is called with a verb and its arguments while one is dragged.

    ``can_move`` of an index and its place says which points can be dragged: all of them where it is not given.
    """

    def __init__(
        self,
        axes: Axes,
        drag: Any,
        ask: Callable[[str, dict[str, Any]], None],
        parent: Any,
        can_move: Callable[[int, float, float], bool] | None = None,
    ) -> None:
        self.axes, self.told = axes, drag
        self.points = np.zeros((0, 2))
        self._grabbed: int | None = None
        self._under: int | None = None
        """Which one the pointer could take hold of, where it was last."""
        self._can_move = can_move
        self._ask = Throttle(parent, ask)
        if drag is not None:
            axes.grips.append(Grip(self._distance, self._move, self._drop, REACH, Qt.CursorShape.SizeAllCursor))

    def away(self, across: float, down: float) -> np.ndarray:
        """Return each point's distance in pixels from a pixel; infinite for one that is not finite."""
        if not len(self.points):
            return np.array([np.inf])
        places = self.axes.to_pixels(self.points[:, 0], self.points[:, 1])
        with np.errstate(invalid="ignore"):
            distance = np.hypot(places[:, 0] - across, places[:, 1] - down)
        return np.where(np.isfinite(distance), distance, np.inf)

    def nearest(self, x: float, y: float, reach: float = REACH) -> int | None:
        """Return the point within reach of a place in data coordinates."""
        away = self.away(*self.axes.to_pixels(x, y).tolist())
        return int(away.argmin()) if away.min() <= reach else None

    def marked(self) -> list[int]:
        """Return points that lie under no other, of very many only some."""
        count = len(self.points)
        some = range(0, count, max(1, count // MOST_MARKS))
        finite = np.asarray(np.isfinite(self.points).all(1))
        return [
            k for k in some if finite[k] and self.nearest(float(self.points[k, 0]), float(self.points[k, 1]), 1.0) == k
        ]

    def is_movable(self, number: int) -> bool:
        """Return whether a point can be dragged."""
        return self.told is not None and (
            self._can_move is None or self._can_move(number, *self.points[number].tolist())
        )

    def _distance(self, across: float, down: float) -> float:
        away = self.away(across, down)
        self._under = self._in_reach(away)
        return np.inf if self._under is None else float(away[self._under])

    def _in_reach(self, away: np.ndarray) -> int | None:
        """Return the nearest point within reach that can be dragged: it may lie under one that cannot."""
        near = np.flatnonzero(away <= REACH)
        return next((k for k in near[away[near].argsort()].tolist() if self.is_movable(k)), None)

    def _move(self, x: float, y: float) -> None:
        if self._grabbed is None:
            there = int(self.away(*self.axes.to_pixels(x, y).tolist()).argmin())
            self._grabbed = there if self._under is None else self._under
        told = self.told
        x, y = (float(f"{min(max(v, told.low), told.high):.4g}") for v in (x, y))
        self._ask.ask(told.verb, {told.place: self._grabbed, told.value: x, told.also: y})

    def _drop(self, x: float, y: float) -> None:
        self._move(x, y)
        self._grabbed = None
