"""The coordinates of a map's rows or columns: where each lies, what its ticks say; NumPy only."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Self

import numpy as np

from explainer.contract.number_text import number_text
from explainer.plots.base.ticks import linear_text, linear_ticks, log_text, log_ticks

LINEAR, LOG, NEAR_ONE = "linear", "log", "near one"
_DISTANCE: dict[str, Callable[[Any], Any]] = {
    LINEAR: lambda value: value,
    LOG: np.log10,
    NEAR_ONE: lambda value: -np.log10(1.0 - value),
}
_BACK: dict[str, Callable[[float], float]] = {
    LINEAR: lambda distance: distance,
    LOG: lambda distance: 10.0**distance,
    NEAR_ONE: lambda distance: 1.0 - 10.0**-distance,
}


@dataclass(frozen=True, eq=False)
class Axis:
    """One side of a map.

    ``coordinates`` are the values at the middles of the cells, rising or falling steadily; ``names``
    label cells that are not numbers. Without either, cells are counted from 0. ``scale`` says what lies
    evenly between two of the coordinates: the value (``linear``), its logarithm (``log``), or the
    logarithm of what it leaves to one (``near one``).
    """

    title: str = ""
    coordinates: np.ndarray | None = None
    scale: str = LINEAR
    names: Sequence[str] = ()

    @classmethod
    def spaced(cls, title: str, coordinates: np.ndarray) -> Self:
        """Return an axis with the scale on which the coordinates are evenly spaced, linear if on none."""
        with np.errstate(all="ignore"):
            steps = {name: np.diff(distance(np.asarray(coordinates, float))) for name, distance in _DISTANCE.items()}
        even = [name for name, step in steps.items() if step.size and np.allclose(step, step.mean(), rtol=1e-3, atol=0)]
        return cls(title, np.asarray(coordinates, float), even[0] if even else LINEAR)

    def cell(self, value: float) -> float:
        """Return the fractional cell at which a coordinate lies, whole numbers being middles of cells.

        It may lie beyond the cells; NaN where the scale does not reach.
        """
        if self.coordinates is None:
            return float(value)
        if len(self.coordinates) < 2:
            return 0.0
        return _interpolated(self._distance(value), self._distances, np.arange(len(self.coordinates), dtype=float))

    def coordinate(self, cell: float) -> float:
        """Return the coordinate at a fractional cell: the inverse of :meth:`cell`."""
        if self.coordinates is None:
            return float(cell)
        if len(self.coordinates) < 2:
            return float(self.coordinates[0])
        places = np.arange(len(self.coordinates), dtype=float)
        return float(_BACK[self.scale](_interpolated(float(cell), places, self._distances)))

    @cached_property
    def _distances(self) -> np.ndarray:
        assert self.coordinates is not None
        with np.errstate(all="ignore"):
            return np.asarray(_DISTANCE[self.scale](np.asarray(self.coordinates, float)))

    def _distance(self, value: float) -> float:
        with np.errstate(all="ignore"):
            distance = float(_DISTANCE[self.scale](np.float64(value)))
        return distance if np.isfinite(distance) else float("nan")

    @property
    def counts(self) -> bool:
        """Whether the cells are counted: nothing lies between two of them."""
        return self.coordinates is None or bool(np.all(np.mod(self.coordinates, 1) == 0))

    def text(self, cell: int) -> str:
        """Return what a reading says for a cell."""
        if self.names:
            return str(self.names[cell])
        if self.counts:
            return f"{round(self.coordinate(cell)):,}".replace("-", "−")
        return number_text(self.coordinate(cell))

    def ticks(self, count: int, about: int) -> list[tuple[float, str]]:
        """Return fractional cells and labels for about so many ticks on an axis of ``count`` cells."""
        if self.names:
            stride = max(1, -(-count // max(1, about)))
            return [(float(i), str(self.names[i])) for i in range(0, min(count, len(self.names)), stride)]
        low, high = sorted((self.coordinate(-0.5), self.coordinate(count - 0.5)))
        if self.scale == LOG:
            major, _ = log_ticks(float(np.log10(low)), float(np.log10(high)), about)
            return [(self.cell(10.0**tick), log_text(tick)) for tick in major]
        if self.scale == NEAR_ONE:
            nines = [1.0 - 10.0**-k for k in range(7) if low <= 1.0 - 10.0**-k <= high]
            return [(self.cell(value), f"{value:.6f}".rstrip("0").rstrip(".")) for value in nines]
        ticks, spacing = linear_ticks(low, high, about)
        if spacing < 1 and self.counts:
            ticks, spacing = [float(i) for i in range(math.ceil(low), math.floor(high) + 1)], 1.0
        return [(self.cell(tick), linear_text(tick, spacing)) for tick in ticks]


def _interpolated(at: float, places: np.ndarray, values: np.ndarray) -> float:
    """Return the value at a place between known ones, which rise or fall steadily; beyond them it goes on as there."""
    if places[-1] < places[0]:
        places, values = places[::-1], values[::-1]
    k = int(np.clip(np.searchsorted(places, at) - 1, 0, len(places) - 2))
    return float(values[k] + (at - places[k]) / (places[k + 1] - places[k]) * (values[k + 1] - values[k]))
