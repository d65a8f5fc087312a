"""What one cell of a stack of layers can see: the paths that lead to it, counted; plain NumPy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from explainer.scenes.convolution.axis import Axis
from explainer.scenes.convolution.plan import Plan


@dataclass(frozen=True)
class Stack:
    """Layers of one kind on top of one another, in both directions; as many as fit."""

    y: tuple[Axis, ...]
    x: tuple[Axis, ...]

    @property
    def depth(self) -> int:
        """How many layers there are."""
        return len(self.y)

    @property
    def sizes(self) -> list[tuple[int, int]]:
        """Rows and columns of the input and of each layer's output."""
        return [(self.y[0].size, self.x[0].size), *((a.out, b.out) for a, b in zip(self.y, self.x, strict=True))]

    def paths(self, cell: tuple[int, int]) -> list[np.ndarray]:
        """Return for the input and each layer how many paths lead from there to a cell of the last (row, column)."""
        rows, columns = _counts(self.y, cell[0]), _counts(self.x, cell[1])
        return [np.outer(a, b) for a, b in zip(rows, columns, strict=True)]

    @property
    def goes_round(self) -> bool:
        """Whether what leaves at one side comes in at the other."""
        return self.x[0].mode == "circular"

    def has_grid(self) -> bool:
        """Return whether dilation leaves gaps in what a cell sees, which layers of dilation 1 would not leave."""
        return any(_gaps(axes) and not _gaps([replace(axis, dilation=1) for axis in axes]) for axes in (self.y, self.x))

    def fields(self, axes: Sequence[Axis]) -> list[int]:
        """Return how many places in one direction a cell sees after each layer, borders aside: 1 + Σ d(k − 1) Π s."""
        found, jump = [1], 1
        for axis in axes:
            found.append(found[-1] + (axis.span - 1) * jump)
            jump *= axis.stride
        return found


def _gaps(axes: Sequence[Axis]) -> bool:
    """Return whether a cell of the last of such layers, borders aside, sees with gaps between."""
    reached = {0}
    for axis in reversed(axes):
        reached = {at * axis.stride + tap * axis.dilation for at in reached for tap in range(axis.kernel)}
    return len(reached) <= max(reached)


def stack_of(plan: Plan, layers: int, most: int = 4_096, widened: int = 1) -> Stack:
    """Return up to ``layers`` layers like the plan's; fewer where the next would have none or too many cells.

    Each has ``widened`` times the dilation of the one before it.
    """
    y, x = [plan.y], [plan.x]
    while len(y) < layers:
        rows, columns = _next(y[-1], widened), _next(x[-1], widened)
        if not (1 <= rows.out <= most and 1 <= columns.out <= most) or not (_pads(rows) and _pads(columns)):
            break
        y.append(rows)
        x.append(columns)
    return Stack(tuple(y), tuple(x))


def _next(axis: Axis, widened: int) -> Axis:
    """Return the same operation on its own output; wider padding goes with a wider dilation that it belongs to."""
    dilation = axis.dilation * widened
    reach, wider = axis.span - 1, dilation * (axis.kernel - 1)
    before, after = axis.before, axis.after
    if widened > 1 and reach and before + after in (reach, 2 * reach):  # same, causal or full
        both = (before + after) // reach * wider
        before = wider // 2 if before == reach // 2 else before * wider // reach
        after = both - before
    begins = None if axis.begins is None else axis.begins - axis.size + axis.out
    return replace(axis, size=axis.out, dilation=dilation, before=before, after=after, begins=begins)


def seen(counts: np.ndarray, round_: bool = False) -> tuple[int, int]:
    """Return how many places of a direction have a path, and how many these span; ``round_`` the end is a beginning."""
    places = np.flatnonzero(counts)
    if not places.size:
        return 0, 0
    if not round_:
        return len(places), int(np.ptp(places)) + 1
    gaps = np.diff([*places, places[0] + len(counts)])
    return len(places), len(counts) - int(gaps.max()) + 1


def _pads(axis: Axis) -> bool:
    """Return whether there is enough input for the way of padding."""
    most = {"reflect": axis.size - 1, "circular": axis.size}.get(axis.mode)
    return most is None or max(axis.before, axis.after) <= most


def _counts(axes: Sequence[Axis], place: int) -> list[np.ndarray]:
    """Return for each level the number of paths to ``place``, the input's first."""
    counts = np.zeros(axes[-1].out)
    counts[place] = 1
    found = [counts]
    for axis in reversed(axes):
        below = np.zeros(axis.size)
        for out in np.flatnonzero(counts).tolist():
            for _, at in axis.taps(out):
                if (source := axis.source(at)) >= 0:
                    below[source] += counts[out]
        counts = below
        found.append(counts)
    return found[::-1]
