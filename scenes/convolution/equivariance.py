"""What a shift of the image does to the output: does the output shift with it? Plain NumPy."""

from __future__ import annotations

import numpy as np

from explainer.scenes.convolution.axis import Axis
from explainer.scenes.convolution.plan import Plan


def carried(axis: Axis, shift: int) -> float:
    """Return how many output cells a shift of the input by that many cells is worth."""
    return float(shift * axis.stride) if axis.transposed else shift / axis.stride


def moved(plan: Plan, result: np.ndarray, shift: tuple[int, int]) -> np.ndarray:
    """Return the output (…, y, x) moved along with the image, cyclically; half a cell is rounded towards zero."""
    by = int(carried(plan.y, shift[0])), int(carried(plan.x, shift[1]))
    return np.roll(result, by, (-2, -1))


def is_whole(plan: Plan, shift: tuple[int, int]) -> bool:
    """Return whether the output has cells that the shift can move to."""
    return carried(plan.y, shift[0]).is_integer() and carried(plan.x, shift[1]).is_integer()


def alike(one: np.ndarray, other: np.ndarray) -> int:
    """Return how many cells are the same, rounding errors aside."""
    scale = float(np.abs(one[np.isfinite(one)]).max(initial=1.0))
    return int(np.isclose(one, other, rtol=0, atol=1e-5 * scale, equal_nan=True).sum())
