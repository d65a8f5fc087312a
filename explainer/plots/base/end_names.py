"""The names of curves, each where it covers no curve and no other name."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QRectF
from PySide6.QtGui import QFontMetricsF

STRIDE, LEFTS, APART, OTHER_NAME = 4, 8, 4.0, 1000
"""Pixels between two looks at the curves; places tried along a curve; pixels between name and curve; what covering
another name costs, in looks."""


def settled(
    lines: Sequence[np.ndarray],
    labels: Sequence[str],
    metrics: QFontMetricsF,
    pane: QRectF,
    kept: dict[str, int],
    others: Sequence[QRectF] = (),
) -> list[QRectF | None]:
    """Return a box for each label beside its line (n, 2) in pixels; None where every place covers too much.

    ``others`` are places where words stand already. ``kept`` remembers where a name stood: it stays there as long
    as it covers nothing.
    """
    across = np.arange(0.0, max(STRIDE + 1, pane.right()), STRIDE)
    down = np.full((len(lines), len(across)), np.nan)
    for row, line in zip(down, lines, strict=True):
        seen = line[np.isfinite(line).all(1)]
        if len(seen):
            row[:] = np.interp(across, seen[:, 0], seen[:, 1], left=np.nan, right=np.nan)
    taken: list[QRectF] = list(others)
    found: list[QRectF | None] = []
    for index, label in enumerate(labels):
        if not label:
            found.append(None)
            continue
        size = metrics.horizontalAdvance(label) + 2, metrics.height()
        box = _candidate(kept[label], across, down[index], size, pane) if label in kept else None
        if box is None or _covered(box, across, down, taken):
            boxes = [_candidate(place, across, down[index], size, pane) for place in range(2 * LEFTS)]
            costs = [_covered(each, across, down, taken) for each in boxes]
            free = [_clearance(each, across, down, index) for each in boxes]
            place = min(range(len(boxes)), key=lambda k: (costs[k], -free[k]))
            kept[label], box = place, boxes[place] if costs[place] < OTHER_NAME else None
        found.append(box)
        if box is not None:
            taken.append(box)
    return found


def _candidate(place: int, across: np.ndarray, own: np.ndarray, size: tuple[float, float], pane: QRectF) -> QRectF:
    """Return one of the boxes that are tried: further right with each pair, above and below the curve by turns."""
    wide, high = size
    there = across[np.isfinite(own)]
    first, last = (float(there[0]), float(there[-1]) - wide) if len(there) else (pane.left(), pane.left())
    first = max(pane.left(), first)
    left = first + max(0.0, min(last, pane.right() - wide) - first) * (LEFTS - 1 - place // 2) / (LEFTS - 1)
    under = own[(across >= left - APART) & (across <= left + wide + APART)]
    under = under[np.isfinite(under)]
    if not len(under):
        under = np.array([pane.bottom()])
    top = float(under.max()) + APART if place % 2 else float(under.min()) - high - APART
    return QRectF(left, min(max(top, pane.top()), pane.bottom() - high), wide, high)


def _clearance(box: QRectF, across: np.ndarray, down: np.ndarray, own: int) -> float:
    """Return how far the nearest other curve is from a box' own one there, in pixels, 60 at most."""
    inside = (across >= box.left()) & (across <= box.right())
    gaps = np.abs(np.delete(down, own, 0)[:, inside] - down[own, inside])
    gaps = gaps[np.isfinite(gaps)]
    return min(60.0, float(gaps.min())) if len(gaps) else 60.0


def _covered(box: QRectF, across: np.ndarray, down: np.ndarray, taken: Sequence[QRectF]) -> int:
    inside = (across >= box.left() - APART) & (across <= box.right() + APART)
    seen = down[:, inside]
    lines = int(((seen > box.top() - 1) & (seen < box.bottom() + 1)).sum())
    return lines + OTHER_NAME * sum(box.intersects(other) for other in taken)
