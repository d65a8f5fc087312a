"""Separate segments put together again into the curves that they are parts of; NumPy only."""

from __future__ import annotations

import itertools
from collections import defaultdict

import numpy as np

_DIGITS = 4
"""Ends that agree to so many decimals of a pixel are the same place."""
Place = tuple[float, float]


def joined(starts: np.ndarray, ends: np.ndarray) -> list[np.ndarray]:
    """Return curves (n, 2) made of all segments (m, 2) to (m, 2), each of which is in exactly one of them.

    Segments given one after the other stay in this order; what is left is joined wherever two ends meet.
    """
    runs = _in_order(starts, ends)
    return runs if len(runs) < 2 else _where_ends_meet(runs)


def _in_order(starts: np.ndarray, ends: np.ndarray) -> list[np.ndarray]:
    if not len(starts):
        return []
    breaks = np.flatnonzero((np.abs(starts[1:] - ends[:-1]) > 10.0**-_DIGITS).any(1)) + 1
    edges = [0, *breaks.tolist(), len(starts)]
    return [np.concatenate([starts[a : a + 1], ends[a:b]]) for a, b in itertools.pairwise(edges)]


def _where_ends_meet(runs: list[np.ndarray]) -> list[np.ndarray]:
    """Join runs at their ends, some of them turned round."""
    at: dict[Place, list[int]] = defaultdict(list)
    for index, run in enumerate(runs):
        at[_place(run[0])].append(index)
        at[_place(run[-1])].append(index)
    free, found = set(range(len(runs))), []
    for index in range(len(runs)):
        if index in free:
            free.discard(index)
            after = _followers(runs[index], runs, at, free)
            before = _followers(runs[index][::-1], runs, at, free)
            found.append(np.concatenate([*(part[:0:-1] for part in before[:0:-1]), *_tails(before, after)]))
    return found


def _tails(before: list[np.ndarray], after: list[np.ndarray]) -> list[np.ndarray]:
    """Return the first run whole, joined to what comes before it, and of those after it all but their first point."""
    return [after[0], *(part[1:] for part in after[1:])]


def _followers(run: np.ndarray, runs: list[np.ndarray], at: dict[Place, list[int]], free: set[int]) -> list[np.ndarray]:
    """Return ``run`` and the free runs that go on from its end, one after the other; they are free no longer."""
    chain = [run]
    while True:
        end = _place(chain[-1][-1])
        index = next((i for i in at[end] if i in free), None)
        if index is None:
            return chain
        free.discard(index)
        follower = runs[index]
        chain.append(follower if _place(follower[0]) == end else follower[::-1])


def _place(point: np.ndarray) -> Place:
    return round(float(point[0]), _DIGITS) + 0.0, round(float(point[1]), _DIGITS) + 0.0
