"""Which part of a plane a pane shows when one unit is to be as long in x as in y; NumPy only."""

from __future__ import annotations

import numpy as np

Box = tuple[float, float, float, float]
"""x from, x to, y from, y to."""


def equal_box(box: Box, aspect: float, limits: Box | None, must_show: np.ndarray) -> Box:
    """Return ``box`` widened to ``aspect`` (width over height), or cut down where ``limits`` forbid that.

    Cutting keeps the points ``must_show`` (n, 2); where it cannot, the box is widened all the same.
    """
    x0, x1, y0, y1 = box
    width, height = max(x1 - x0, (y1 - y0) * aspect), max(y1 - y0, (x1 - x0) / aspect)
    middle_x, middle_y = (x0 + x1) / 2, (y0 + y1) / 2
    if limits is not None:
        left, right, bottom, top = limits
        across = min(width, right - left, (top - bottom) * aspect)
        begin_x = _placed(left, right, across, middle_x, must_show[:, 0])
        begin_y = _placed(bottom, top, across / aspect, middle_y, must_show[:, 1])
        if begin_x is not None and begin_y is not None:
            return begin_x, begin_x + across, begin_y, begin_y + across / aspect
    return middle_x - width / 2, middle_x + width / 2, middle_y - height / 2, middle_y + height / 2


def _placed(low: float, high: float, size: float, middle: float, points: np.ndarray) -> float | None:
    """Return where a window of ``size`` begins, near ``middle`` and within [low, high] if that holds the points.

    None when no window of this size holds them.
    """
    begin = float(np.clip(middle - size / 2, low, max(low, high - size)))
    points = points[np.isfinite(points)]
    if not len(points):
        return begin
    margin = 0.06 * size
    earliest, latest = float(points.max()) + margin - size, float(points.min()) - margin
    return float(np.clip(begin, earliest, latest)) if earliest <= latest else None
