"""Where a gradient comes from, cell by cell: plain NumPy on a moment."""

from __future__ import annotations

import numpy as np

from explainer.scenes.convolution.axis import Axis
from explainer.scenes.convolution.moment import Moment
from explainer.scenes.convolution.plan import MAX_POOL

Term = tuple[tuple[int, int, int], tuple[int, int], float, float]
"""An output cell (channel, row, column), a tap as applied, and the two numbers whose product is added."""


def reading(axis: Axis, at: int) -> list[tuple[int, int]]:
    """Return (output cell, tap) wherever an input index is read, through padding too."""
    return [(out, tap) for out in range(axis.out) for tap, place in axis.taps(out) if axis.source(place) == at]


def input_terms(moment: Moment, upstream: np.ndarray, channel: int, row: int, column: int) -> list[Term]:
    """Return the terms upstream · weight that add up to ∂L/∂input; for a maximum 1 where it is largest."""
    found: list[Term] = []
    plan = moment.plan
    for out in range(plan.out_channels):
        local = moment.local(out, channel)
        if local is None:
            continue
        for i, a in reading(plan.y, row):
            for j, b in reading(plan.x, column):
                weight = _weight(moment, (out, i, j), local, (a, b))
                found.append(((out, i, j), (a, b), float(upstream[out, i, j]), weight))
    return found


def _weight(moment: Moment, place: tuple[int, int, int], local: int, tap: tuple[int, int]) -> float:
    if moment.plan.operation == MAX_POOL:
        patch = moment.patch(place, place[0])
        return float(int(patch.argmax()) == tap[0] * patch.shape[1] + tap[1])
    if moment.plan.pools:
        return 1 / moment.plan.counted(*place[1:])
    return float(moment.applied[place[0], local, tap[0], tap[1]])


def weight_terms(moment: Moment, upstream: np.ndarray, out: int, channel: int, tap: tuple[int, int]) -> list[Term]:
    """Return the terms upstream · input that add up to ∂L/∂weight at a tap as applied."""
    rows, columns = moment.plan.y.outputs_of(tap[0]), moment.plan.x.outputs_of(tap[1])
    return [
        ((out, i, j), tap, float(upstream[out, i, j]), moment.at(channel, y, x)) for i, y in rows for j, x in columns
    ]


def total(terms: list[Term]) -> float:
    """Return the sum of the products."""
    return float(sum(a * b for _, _, a, b in terms))
