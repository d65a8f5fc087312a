"""A loss over a regular grid as heights in a box: scaling, interpolation and what hides what; NumPy only."""

from __future__ import annotations

import numpy as np

TOP = 0.75
"""The height of the box, in half widths."""
NARROWEST = 0.4
"""The shorter side of the box is at least this share of the longer one."""
_HUGE = 1e300
_WIDE = 8.0
"""A range is compressed when it is this many times what lies below the median."""
_TOLERANCE = 0.004


class HeightField:
    """Heights over evenly spaced ``x`` (columns) and ``y`` (rows), scaled into a box.

    The box is [−half_x, half_x] × [−half_y, half_y] × [0, TOP], the longer side from −1 to 1. Where
    a few values dwarf the rest the height is log₁₀(1 + L − min). NaN and infinite values have no
    height.
    """

    def __init__(self, x: np.ndarray, y: np.ndarray, values: np.ndarray) -> None:
        self.x, self.y = np.asarray(x, float), np.asarray(y, float)
        self.given = kept = np.array(values, float)
        self.values = np.where(np.isfinite(kept), np.clip(kept, -_HUGE, _HUGE), np.nan)
        finite = self.values[np.isfinite(self.values)]
        self.low, self.high = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 1.0)
        self.compressed = bool(finite.size) and self._is_wide(float(np.median(finite)))
        self._scaled_top = max(float(self.scaled(np.array(self.high))), 1e-300)
        self.heights = TOP * self.scaled(self.values) / self._scaled_top
        self.extent = self._box()

    def _is_wide(self, median: float) -> bool:
        span = self.high - self.low
        return span > 50.0 and span > _WIDE * (median - self.low)

    def _box(self) -> tuple[float, float, float]:
        width, depth = (abs(float(axis[-1] - axis[0])) or 1.0 for axis in (self.x, self.y))
        longer = max(width, depth)
        return max(width / longer, NARROWEST), max(depth / longer, NARROWEST), TOP

    def scaled(self, values: np.ndarray) -> np.ndarray:
        """Return L − min, or log₁₀(1 + L − min) where the range is wide."""
        above = np.maximum(values - self.low, 0.0)
        return np.log10(1.0 + above) if self.compressed else above

    def height_of(self, value: float) -> float:
        """Return the height in the box of a loss."""
        return float(TOP * self.scaled(np.array(value)) / self._scaled_top)

    def grid(self) -> np.ndarray:
        """Return the grid's points in the box, shape (rows, columns, 3)."""
        half_x, half_y, _ = self.extent
        columns, rows = np.meshgrid(
            np.linspace(-half_x, half_x, len(self.x)), np.linspace(-half_y, half_y, len(self.y))
        )
        return np.stack([columns, rows, self.heights], -1)

    def box_xy(self, points: np.ndarray) -> np.ndarray:
        """Return where points (n, 2) of the loss's own coordinates stand in the box, (n, 2)."""
        halves = np.array(self.extent[:2])
        first = np.array([self.x[0], self.y[0]])
        spans = np.array([self.x[-1] - self.x[0], self.y[-1] - self.y[0]])
        with np.errstate(all="ignore"):
            return ((points - first) / np.where(spans == 0, 1.0, spans) * 2.0 - 1.0) * halves

    def on_surface(self, box_xy: np.ndarray) -> np.ndarray:
        """Return the points of the surface above places (…, 2) of the box, (…, 3); NaN outside."""
        return np.concatenate([box_xy, self.at(box_xy[..., 0], box_xy[..., 1])[..., None]], -1)

    def at(self, box_x: np.ndarray, box_y: np.ndarray) -> np.ndarray:
        """Return heights between the grid's points, bilinear; NaN outside the box."""
        return _bilinear(self.heights, *self._cells(box_x, box_y))

    def _cells(self, box_x: np.ndarray, box_y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        half_x, half_y, _ = self.extent
        columns = (box_x + half_x) * ((len(self.x) - 1) / (2 * half_x))
        rows = (box_y + half_y) * ((len(self.y) - 1) / (2 * half_y))
        return rows, columns

    def _along(self, points: np.ndarray, towards: np.ndarray, places: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return the fractional rows and columns of places (n, samples) on rays, single precision."""
        starts = self._cells(points[:, 0], points[:, 1])
        ends = self._cells(points[:, 0] + towards[:, 0], points[:, 1] + towards[:, 1])
        pairs = [
            (a.astype(np.float32)[:, None], (b - a).astype(np.float32)[:, None])
            for a, b in zip(starts, ends, strict=True)
        ]
        rows, columns = (start + places * speed for start, speed in pairs)
        return rows, columns

    def normals(self) -> np.ndarray:
        """Return the unit normals at the grid's points, (rows, columns, 3); straight up beside holes."""
        half_x, half_y, _ = self.extent
        along_y, along_x = np.gradient(self.heights, 2 * half_y / (len(self.y) - 1), 2 * half_x / (len(self.x) - 1))
        raw = np.stack([-along_x, -along_y, np.ones_like(along_x)], -1)
        raw = np.where(np.isfinite(raw), raw, np.array([0.0, 0.0, 1.0]))
        return raw / np.linalg.norm(raw, axis=-1, keepdims=True)

    def hidden(self, points: np.ndarray, eye: np.ndarray, samples: int = 96) -> np.ndarray:
        """Return which points (n, 3) of the surface a hill hides from the eye.

        Follows the line of sight from each point to where it leaves the box and compares its height
        with the surface below it. A point seen only through the outside of the box's own rim, where
        the line leaves the box below the surface, is not hidden: that side is painted see-through.
        """
        answer = np.zeros(len(points), bool)
        known = np.isfinite(points).all(1)
        below = self._rise_above_sight(points[known], eye - points[known], samples) > _TOLERANCE
        dives = (below[:, 1:] & ~below[:, :-1]).sum(1) + below[:, 0]
        answer[known] = (dives > 1) | ((dives == 1) & ~below[:, -1])
        return answer

    def _rise_above_sight(self, points: np.ndarray, towards: np.ndarray, samples: int) -> np.ndarray:
        """Return by how much the surface rises above each line of sight, (n, samples)."""
        half_x, half_y, top = self.extent
        walls = np.stack(
            [half_x * np.sign(towards[:, 0]), half_y * np.sign(towards[:, 1]), np.full(len(points), top)], 1
        )
        with np.errstate(all="ignore"):
            leaves = np.where(towards == 0, np.inf, (walls - points) / towards)
        leaves = np.clip(np.fmin.reduce(np.where(leaves < 0, 0.0, leaves), 1), 0.0, 1.0)
        cell = 2 * max(half_x / (len(self.x) - 1), half_y / (len(self.y) - 1))
        starts = np.minimum(0.5 * cell / np.maximum(np.hypot(towards[:, 0], towards[:, 1]), 1e-9), leaves)
        places = (starts[:, None] + (leaves - starts)[:, None] * np.linspace(0.0, 1.0, samples)).astype(np.float32)
        rows, columns = self._along(points, towards, places)
        sight = points[:, 2:].astype(np.float32) + places * towards[:, 2:].astype(np.float32)
        return _inside(self.heights.astype(np.float32), rows, columns) - sight


def resampled(x: np.ndarray, y: np.ndarray, values: np.ndarray, at_x: np.ndarray, at_y: np.ndarray) -> np.ndarray:
    """Return values (y, x) over evenly spaced x and y at other x and y, bilinear; NaN outside."""
    columns = (at_x - x[0]) / (x[-1] - x[0]) * (len(x) - 1)
    rows = (at_y - y[0]) / (y[-1] - y[0]) * (len(y) - 1)
    with np.errstate(all="ignore"):
        return _bilinear(np.asarray(values, float), *np.meshgrid(rows, columns, indexing="ij"))


def _bilinear(grid: np.ndarray, rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
    """Return the grid's values at fractional rows and columns; NaN outside and beside NaN."""
    last_row, last_column = grid.shape[0] - 1, grid.shape[1] - 1
    slack = 1e-9
    with np.errstate(invalid="ignore"):
        inside = (rows >= -slack) & (rows <= last_row + slack) & (columns >= -slack) & (columns <= last_column + slack)
    return np.where(inside, _inside(grid, np.where(inside, rows, 0.0), np.where(inside, columns, 0.0)), np.nan)


def _inside(grid: np.ndarray, rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
    """Return the grid's values at fractional rows and columns known to be within it."""
    row = np.clip(rows.astype(np.int32), 0, grid.shape[0] - 2)
    column = np.clip(columns.astype(np.int32), 0, grid.shape[1] - 2)
    down, right = rows - row.astype(grid.dtype), columns - column.astype(grid.dtype)
    flat, first = grid.ravel(), row * grid.shape[1] + column
    below = first + grid.shape[1]
    upper, lower = flat.take(first), flat.take(below)
    upper += right * (flat.take(first + 1) - upper)
    lower += right * (flat.take(below + 1) - lower)
    return upper + down * (lower - upper)
