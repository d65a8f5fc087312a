"""One optimizer of the race at a moment, and what can be told of it from the arrays; plain Python."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from explainer.contract.frame import Frame
from explainer.lab.optimizer_settings import Entry
from explainer.scenes.gradient_descent.formulas import entry, names, settings, vector
from explainer.scenes.gradient_descent.landscapes import LANDSCAPES, REGRESSION_POINTS
from explainer.scenes.gradient_descent.recurrence import Recurrence, ball

QUADRATIC = ("bowl", "ravine", "regression")
"""The surfaces whose curvature is the same everywhere: what holds here holds all the way."""
UNBOUNDED = ("saddle", "monkey-saddle")
SURFACE = ("surface_x", "surface_y", "surface_loss")
"""The arrays of the drawn surface."""


class Steepness:
    """What counts as steep on a surface, kept while it is the same arrays: the surface stays, the balls move."""

    def __init__(self) -> None:
        self._known: tuple[str, tuple[np.ndarray, ...], float] | None = None

    def of(self, name: str, drawn: tuple[np.ndarray, ...], surface: tuple[np.ndarray, np.ndarray, np.ndarray]) -> float:
        """Return the slope that a tenth of the recommended part of the surface ``name`` exceeds."""
        known = self._known
        if known is None or known[0] != name or any(one is not two for one, two in zip(known[1], drawn, strict=True)):
            self._known = known = (name, drawn, _steepness(name, *surface))
        return known[2]


STEEPNESS = Steepness()


def _steepness(name: str, x: np.ndarray, y: np.ndarray, loss: np.ndarray) -> float:
    x0, x1, y0, y1 = LANDSCAPES[name].window
    rows, columns = (y >= y0) & (y <= y1), (x >= x0) & (x <= x1)
    with np.errstate(all="ignore"):
        slopes = np.hypot(*np.gradient(np.where(np.isfinite(loss), loss, np.nan), y, x))[np.ix_(rows, columns)]
    known = slopes[np.isfinite(slopes)]
    return float(np.percentile(known, 90)) if known.size else math.nan


@dataclass(frozen=True)
class Learner:
    """Facts about the optimizer of one index; an array that has not come is None, a number NaN."""

    frame: Frame
    index: int

    @property
    def name(self) -> str:
        """Its name on the screen."""
        return names(self.frame)[self.index]

    @property
    def entry(self) -> Entry:
        """What it was told."""
        return entry(self.frame, self.index)

    @property
    def told(self) -> Mapping[str, float]:
        """Every setting in force."""
        return settings(self.frame, self.index)

    def vector(self, name: str) -> np.ndarray | None:
        """Return two finite numbers of an array."""
        return vector(self.frame, name, self.index)

    def number(self, name: str) -> float:
        """Return one number of an array."""
        array = self.frame.arrays.get(name)
        return float(array[self.index]) if array is not None and self.index < len(array) else math.nan

    @property
    def noisy(self) -> bool:
        """Whether the gradient it is given is not that of the loss: noise, or a batch."""
        params = self.frame.params
        return params.noise > 0 or (params.surface == "regression" and params.batch < len(REGRESSION_POINTS))

    @cached_property
    def losses(self) -> np.ndarray:
        """Its recorded losses up to here."""
        labels = self.frame.arrays.get("label", ())
        name = f"loss/{labels[self.index]}" if self.index < len(labels) else ""
        series = self.frame.series.get(name)
        return series.up_to(self.frame.step) if series is not None else np.empty(0)

    def updates(self, count: int) -> np.ndarray:
        """Return its last ``count`` changes of place (count, 2), fewer rows where there were fewer."""
        path = self.frame.arrays.get("path")
        if path is None or self.index >= len(path):
            return np.empty((0, 2))
        return np.diff(np.asarray(path[self.index, -count - 1 :], float), axis=0)

    @cached_property
    def slope(self) -> float:
        """The length of the true gradient here."""
        found = self.vector("next_gradient")
        return float(np.hypot(*found)) if found is not None else math.nan

    @cached_property
    def curvatures(self) -> tuple[float, float]:
        """Both eigenvalues of the Hessian, the smaller one first."""
        found = self.vector("hessian_eigenvalues")
        return (float(found[0]), float(found[1])) if found is not None else (math.nan, math.nan)

    @property
    def steps_to_zero(self) -> float:
        """How far the zero gradient of the touching quadratic is at most: ‖∇L‖ over the smaller curvature."""
        least = min(abs(value) for value in self.curvatures)
        return self.slope / least if least > 0 else (0.0 if self.slope == 0 else math.inf)

    @cached_property
    def recurrence(self) -> Recurrence | None:
        """The linear recurrence that it follows on a quadratic, of the methods that divide by nothing."""
        return ball(self.entry.name, self.told)

    @property
    def decay(self) -> float:
        """The λ that is added to every curvature: L2."""
        decoupled = self.entry.name == "adamw" or self.told.get("decoupled_weight_decay", 0.0)
        return 0.0 if decoupled else self.told.get("weight_decay", 0.0)

    def growth(self) -> tuple[float, float]:
        """Return by what an error is multiplied in a step along the flat and the steep direction; NaN if unknown."""
        if self.recurrence is None or not np.isfinite(self.curvatures).all():
            return math.nan, math.nan
        flat, steep = (self.recurrence.growth(self.told["lr"], h + self.decay) for h in self.curvatures)
        return flat, steep

    # the drawn surface

    @cached_property
    def surface(self) -> tuple[np.ndarray, np.ndarray, np.ndarray] | None:
        """The drawn surface: x, y and the loss there."""
        found = [self.frame.arrays.get(name) for name in SURFACE]
        if any(part is None or part.size == 0 for part in found):
            return None
        x, y, loss = (np.asarray(part, float) for part in found)
        return x, y, loss

    @property
    def extent(self) -> float:
        """The longer side of the drawn surface."""
        return max(float(np.ptp(axis)) for axis in self.surface[:2]) if self.surface else math.nan

    @property
    def inside(self) -> bool:
        """Whether it is within the drawn surface."""
        place = self.vector("position")
        if place is None or self.surface is None:
            return False
        return all(bool(axis[0] <= value <= axis[-1]) for axis, value in zip(self.surface[:2], place, strict=True))

    @cached_property
    def steep(self) -> float:
        """What counts as steep here: the slope that a tenth of the recommended part of the surface exceeds."""
        if self.surface is None:
            return math.nan
        drawn = tuple(self.frame.arrays[name] for name in SURFACE)
        return STEEPNESS.of(self.frame.params.surface, drawn, self.surface)

    @cached_property
    def lowest(self) -> float:
        """The lowest loss that is known: drawn, or reached by any optimizer."""
        step, series = self.frame.step, self.frame.series
        known = [part[np.isfinite(part)] for part in ([self.surface[2]] if self.surface else [])]
        known += [found.up_to(step) for name, found in series.items() if name.startswith("loss/")]
        found = [float(np.nanmin(part)) for part in known if part.size and np.isfinite(part).any()]
        return min(found, default=math.nan)
