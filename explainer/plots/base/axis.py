"""The coordinates of a map's rows or columns: where each lies, what its ticks say; NumPy only."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np

from explainer.plots.base.number_text import number_text
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
    label cells that are not numbers. Without either, cells are counted from 0. ``scale`` says how
    the coordinates are spaced: ``linear``, ``log``, or ``near one``, in the logarithm of what they
    leave to one.
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
        first, last = self._distance(self.coordinates[0]), self._distance(self.coordinates[-1])
        return (self._distance(value) - first) / (last - first) * (len(self.coordinates) - 1)

    def coordinate(self, cell: float) -> float:
        """Return the coordinate at a fractional cell: the inverse of :meth:`cell`."""
        if self.coordinates is None:
            return float(cell)
        if len(self.coordinates) < 2:
            return float(self.coordinates[0])
        first, last = self._distance(self.coordinates[0]), self._distance(self.coordinates[-1])
        return float(_BACK[self.scale](first + (last - first) * cell / (len(self.coordinates) - 1)))

    def _distance(self, value: float) -> float:
        with np.errstate(all="ignore"):
            distance = float(_DISTANCE[self.scale](np.float64(value)))
        return distance if np.isfinite(distance) else float("nan")

    def text(self, cell: int) -> str:
        """Return what a reading says for a cell."""
        if self.names:
            return str(self.names[cell])
        return number_text(self.coordinate(cell)) if self.coordinates is not None else str(cell)

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
        if self.coordinates is None and spacing < 1:
            ticks, spacing = [float(i) for i in range(count)], 1.0
        return [(self.cell(tick), linear_text(tick, spacing)) for tick in ticks]
