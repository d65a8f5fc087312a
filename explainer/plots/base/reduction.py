"""Fewer points, same picture: reductions that keep every extreme and every zigzag; NumPy only."""

from __future__ import annotations

import numpy as np

BLOCK = 64


class Blocks:
    """Smallest and largest of each 64 neighbours of a growing sequence, so that far views stay cheap."""

    def __init__(self) -> None:
        self._low = np.empty(0)
        self._high = np.empty(0)
        self._probe: tuple[bytes, ...] = ()

    def follow(self, steps: np.ndarray, values: np.ndarray) -> None:
        """Take in what has been appended; begin anew when the past is another one."""
        if not self._continues(steps, values):
            self._low = self._high = np.empty(0)
        done, whole = len(self._low), len(values) // BLOCK
        if whole > done:
            fresh = values[done * BLOCK : whole * BLOCK].reshape(-1, BLOCK)
            self._low = np.concatenate([self._low, np.fmin.reduce(fresh, 1)])
            self._high = np.concatenate([self._high, np.fmax.reduce(fresh, 1)])
            self._probe = self._probes(steps, values)

    @property
    def low(self) -> np.ndarray:
        """The smallest of each whole block, NaN where all are."""
        return self._low

    @property
    def high(self) -> np.ndarray:
        """The largest of each whole block."""
        return self._high

    def _probes(self, steps: np.ndarray, values: np.ndarray) -> tuple[bytes, ...]:
        end = len(self._low) * BLOCK - 1
        places = [0, end // 2, end]
        return steps[places].tobytes(), values[places].tobytes()

    def _continues(self, steps: np.ndarray, values: np.ndarray) -> bool:
        known = len(self._low) * BLOCK
        return known <= len(values) and (known == 0 or self._probes(steps, values) == self._probe)


def columns(
    steps: np.ndarray, values: np.ndarray, low: float, high: float, count: int, blocks: Blocks | None = None
) -> tuple[tuple[np.ndarray, np.ndarray], bool]:
    """Return (x, y) of at most four points for each of ``count`` columns of [low, high], and whether it is reduced.

    When it is, each column keeps its first, smallest, largest and last value, so that no spike is lost and the
    line enters and leaves where it did. One neighbour on either side stays, so lines run off the edge.
    """
    start = max(0, int(np.searchsorted(steps, low)) - 1)
    end = min(len(steps), int(np.searchsorted(steps, high, side="right")) + 1)
    size = end - start
    if size <= 2 * count:
        return (steps[start:end].astype(float), values[start:end]), False
    edges = start + np.searchsorted(steps[start:end], np.linspace(low, high, count + 1)[:-1])
    edges[0] = start
    edges = np.unique(edges[edges < end])
    if blocks is not None and size > 4 * BLOCK * count:
        smallest, largest = _from_blocks(values, blocks, edges, end)
    else:
        smallest = np.fmin.reduceat(values[:end], edges)
        largest = np.fmax.reduceat(values[:end], edges)
    lasts = np.append(edges[1:], end) - 1
    middle = (steps[edges] + steps[lasts]) / 2.0
    x = np.stack([steps[edges], middle, middle, steps[lasts]], 1)
    y = np.stack([values[edges], smallest, largest, values[lasts]], 1)
    return (x.ravel(), y.ravel()), True


def _from_blocks(values: np.ndarray, blocks: Blocks, edges: np.ndarray, end: int) -> tuple[np.ndarray, np.ndarray]:
    """Reduce whole blocks; a column's extremes may come from a block that straddles its edge."""
    places = np.minimum(edges // BLOCK, max(0, len(blocks.low) - 1))
    last = min(len(blocks.low), -(-end // BLOCK))
    places, index = np.unique(places, return_inverse=True)
    smallest = np.fmin.reduceat(blocks.low[:last], places)[index]
    largest = np.fmax.reduceat(blocks.high[:last], places)[index]
    tail = values[max(int(edges[-1]), len(blocks.low) * BLOCK) : end]
    if len(tail):
        smallest[-1] = np.fmin(smallest[-1], np.fmin.reduce(tail))
        largest[-1] = np.fmax(largest[-1], np.fmax.reduce(tail))
    return smallest, largest


def clip_segments(starts: np.ndarray, ends: np.ndarray, width: float, height: float) -> tuple[np.ndarray, np.ndarray]:
    """Return the parts of segments (n, 2) to (n, 2) that lie within a margin around width × height.

    Segments with NaN or infinite ends, and those wholly outside, are left out; directions are kept.
    """
    good = np.isfinite(starts).all(1) & np.isfinite(ends).all(1)
    starts, ends = starts[good], ends[good]
    margin = 64.0
    low, high = np.array([-margin, -margin]), np.array([width + margin, height + margin])
    inside = ((starts >= low) & (starts <= high) & (ends >= low) & (ends <= high)).all(1)
    if inside.all():
        return starts, ends
    with np.errstate(all="ignore"):
        delta = ends - starts
        first, second = (low - starts) / delta, (high - starts) / delta
        still = delta == 0
        beyond = (starts < low) | (starts > high)
        enter = np.where(still, np.where(beyond, np.inf, -np.inf), np.minimum(first, second)).max(1)
        leave = np.where(still, np.where(beyond, -np.inf, np.inf), np.maximum(first, second)).min(1)
        enter, leave = np.clip(enter, 0, 1), np.clip(leave, 0, 1)
        seen = leave > enter
        begins, finishes = starts + enter[:, None] * delta, starts + leave[:, None] * delta
    # beside huge numbers starts + t·delta cancels to rubbish: keep it within the margin
    begins, finishes = np.clip(begins[seen], low, high), np.clip(finishes[seen], low, high)
    return begins, finishes


def distinct_segments(points: np.ndarray, most: int = 4_000) -> tuple[np.ndarray, np.ndarray]:
    """Return the segments of a polyline (n, 2) in pixels that paint something new: starts and ends.

    Points that fall in the same pixel as the one before are passed over, a segment between the same
    two pixels is kept once, and pixels grow until at most ``most`` segments are left, so that a
    zigzag stays a zigzag.
    """
    points = points[np.isfinite(points).all(1)]
    for cell in (1.0, 2.0, 4.0, 8.0, 16.0, 32.0):
        cells = np.floor(np.clip(points, -1e4, 1e4) / cell).astype(np.int64)
        keys = cells[:, 0] * 65_536 + cells[:, 1]
        moved = np.flatnonzero(np.diff(keys)) + 1
        kept = np.concatenate([[0], moved]) if len(points) else moved
        if len(kept) < 2:
            return points[:0], points[:0]
        first, second = np.minimum(keys[kept[:-1]], keys[kept[1:]]), np.maximum(keys[kept[:-1]], keys[kept[1:]])
        _, unique = np.unique(first * 2**33 + second, return_index=True)
        if len(unique) <= most:
            break
    unique = np.sort(unique)[-most:]
    return points[kept[:-1][unique]], points[kept[1:][unique]]
