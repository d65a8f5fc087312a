"""A path on a surface as short pieces that follow the ground; NumPy only."""

from __future__ import annotations

import numpy as np

from explainer.plots.base.reduction import clip_segments, distinct_segments
from explainer.plots.relief.height_field import HeightField

_ENDS = 2_000
_FINENESS = 400.0
"""Plan units to a half width of the box when steps too small to be seen are passed over."""


def shortened(path: np.ndarray) -> np.ndarray:
    """Return a path (n, 2) whole, or its first and last 2,000 positions when it is longer."""
    return path if len(path) <= 2 * _ENDS else np.concatenate([path[:_ENDS], path[-_ENDS:]])


def draped(field: HeightField, path: np.ndarray, most: int = 400) -> tuple[np.ndarray, np.ndarray]:
    """Return the starts and ends (n, 3) of pieces of the path lying on the surface, at most about 8 × ``most``.

    A step is cut into pieces about as long as a cell, so that it climbs and falls with the ground.
    """
    plan = field.box_xy(shortened(np.asarray(path, float)))
    half = np.array(field.extent[:2])
    starts, ends = distinct_segments((plan + half) * _FINENESS, most)
    starts, ends = clip_segments(starts, ends, *(2 * half * _FINENESS))
    starts, ends = starts / _FINENESS - half, ends / _FINENESS - half
    cell = 2 * float(half.max()) / max(1, max(len(field.x), len(field.y)) - 1)
    counts = np.clip(np.ceil(np.hypot(*(ends - starts).T) / cell), 1, 48).astype(int)
    total = int(counts.sum())
    if total == 0:
        return np.empty((0, 3)), np.empty((0, 3))
    which = np.repeat(np.arange(len(starts)), counts)
    place = np.arange(total) - np.repeat(np.cumsum(counts) - counts, counts)
    step = (ends - starts)[which] / counts[which][:, None]
    first = starts[which] + place[:, None] * step
    pieces = field.on_surface(np.stack([first, first + step]))
    seen = np.isfinite(pieces).all((0, 2))
    return pieces[0][seen], pieces[1][seen]
