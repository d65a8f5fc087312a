"""Contours of a sampled surface with NumPy: levels, smooth resampling and lines; no Qt."""

from __future__ import annotations

import numpy as np

LOW, MOST = 0.3, 0.45
"""Where more than this share of the plane lies in the lowest part of the heights, equal distances tell it little."""
EVEN = 0.35
"""How far levels then stay at equal distances; else they divide the plane into equal areas."""
HUGE = 1e100
"""Losses beyond this are taken for it, so that sums of products stay finite."""


def contour_levels(loss: np.ndarray, count: int = 14) -> np.ndarray:
    """Return ``count`` increasing levels that divide the surface well; none where it is flat or unknown.

    When the values above the minimum span more than a factor of 40 the levels' distances from the minimum grow by
    equal factors, else the levels are equally far apart; where most of the plane lies low they stand closer there.
    """
    known = loss[np.isfinite(loss)]
    if known.size == 0:
        return np.empty(0)
    known = np.clip(known, -HUGE, HUGE)
    least = float(known.min())
    above = known - least
    low, middle, high = np.quantile(above, [0.004, 0.05, 0.94])
    if not high > 1e-12 * max(1e-290, abs(least)):
        return np.empty(0)
    if high > 40 * max(middle, 1e-300):
        low = max(low, high * 1e-6, 1e-300)
        return least + np.geomspace(low, high, count)
    shares = np.linspace(0, 1, count + 2)[1:-1]
    even = shares * float(above.max())
    if np.mean(above < LOW * above.max()) < MOST:
        return least + even
    return least + (EVEN * even + (1 - EVEN) * np.quantile(above, shares))


def resample(grid: np.ndarray, rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
    """Return the surface at fractional ``rows`` × ``columns``: cubic, exact for quadratics; NaN outside.

    Beside samples that are not finite it is blank, too.
    """
    known = np.isfinite(grid)
    filled = np.clip(np.where(known, grid, 0.0), -HUGE, HUGE)
    smooth = _along_columns(_along_columns(filled, rows).T, columns).T
    if not known.all():
        smooth[_touched(~known, rows, columns)] = np.nan
    smooth[(rows < 0) | (rows > grid.shape[0] - 1), :] = np.nan
    smooth[:, (columns < 0) | (columns > grid.shape[1] - 1)] = np.nan
    return smooth


def _along_columns(grid: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """Return ``grid`` at fractional ``rows`` by cubic convolution (Keys 1981, a = −1/2)."""
    if len(grid) < 3:
        padded = np.concatenate([grid[:1], grid, grid[-1:]])
    else:
        # one row beyond each edge that continues the quadratic through the last three
        first, last = grid[:3], grid[-3:]
        padded = np.concatenate([[3 * first[0] - 3 * first[1] + first[2]], grid, [3 * last[2] - 3 * last[1] + last[0]]])
    base = np.clip(np.floor(rows).astype(int), 0, max(0, len(grid) - 2))
    t = np.clip(rows - base, 0, 1)
    weights = (
        -0.5 * t + t**2 - 0.5 * t**3,
        1 - 2.5 * t**2 + 1.5 * t**3,
        0.5 * t + 2 * t**2 - 1.5 * t**3,
        -0.5 * t**2 + 0.5 * t**3,
    )
    return sum(weight[:, None] * padded[base + offset] for offset, weight in enumerate(weights))


def _touched(unknown: np.ndarray, rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
    """Return which places have an unknown sample among the sixteen they are computed from."""
    padded = np.pad(unknown, 2)
    wide = np.zeros_like(unknown)
    for down in range(-1, 3):
        for across in range(-1, 3):
            wide |= padded[2 + down : 2 + down + len(unknown), 2 + across : 2 + across + unknown.shape[1]]
    base_row = np.clip(np.floor(rows).astype(int), 0, max(0, len(unknown) - 2))
    base_column = np.clip(np.floor(columns).astype(int), 0, max(0, unknown.shape[1] - 2))
    return wide[np.ix_(base_row, base_column)]


def isolines(grid: np.ndarray, levels: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return all contour lines as segments in (column, row): starts (n, 2), ends (n, 2), level numbers (n,).

    Marching squares over the cells that some level crosses; cells with a NaN corner are left out,
    and a cell with two diagonal pairs is decided by the mean of its corners.
    """
    empty = np.empty((0, 2))
    if len(levels) == 0 or min(grid.shape) < 2:
        return empty, empty, np.empty(0, int)
    corners = np.stack([grid[:-1, :-1], grid[:-1, 1:], grid[1:, 1:], grid[1:, :-1]])
    low, high = corners.min(0), corners.max(0)
    first, last = np.searchsorted(levels, low), np.searchsorted(levels, high)
    rows, columns = np.nonzero((last > first) & np.isfinite(low + high))
    counts = (last - first)[rows, columns]
    cell = np.repeat(np.arange(len(rows)), counts)
    number = np.arange(len(cell)) - np.repeat(np.cumsum(counts) - counts, counts) + first[rows, columns][cell]
    values = corners[:, rows[cell], columns[cell]]
    return _cell_segments(values, levels[number], np.stack([columns[cell], rows[cell]], 1).astype(float), number)


_CORNER = np.array([[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0]])


def _cell_segments(
    values: np.ndarray, level: np.ndarray, origin: np.ndarray, number: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the segments within cells: corner ``values`` (4, n) around, ``level`` (n,), ``origin`` (n, 2)."""
    above = values > level
    crossed = above != np.roll(above, -1, 0)
    following = np.roll(values, -1, 0)
    with np.errstate(all="ignore"):
        share = np.clip(np.nan_to_num((level - values) / (following - values), nan=0.5), 0, 1)
    points = _CORNER[:, None] + share[..., None] * (np.roll(_CORNER, -1, 0) - _CORNER)[:, None] + origin
    simple, double = crossed.sum(0) == 2, crossed.sum(0) == 4
    one = np.flatnonzero(simple)
    begin, end = crossed[:, one].argmax(0), 3 - crossed[::-1][:, one].argmax(0)
    starts, ends, numbers = [points[begin, one]], [points[end, one]], [number[one]]
    two = np.flatnonzero(double)
    joined = (values[:, two].mean(0) > level[two]) == above[0, two]
    for pair, other in (((0, 1), (0, 3)), ((2, 3), (1, 2))):
        a = np.where(joined[:, None], points[pair[0], two], points[other[0], two])
        b = np.where(joined[:, None], points[pair[1], two], points[other[1], two])
        for gathered, part in ((starts, a), (ends, b), (numbers, number[two])):
            gathered.append(part)
    return np.concatenate(starts), np.concatenate(ends), np.concatenate(numbers)
