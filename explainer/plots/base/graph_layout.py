"""Where the nodes of a graph stand: in given columns, or in those of their order of dependence; NumPy only."""

from __future__ import annotations

import numpy as np

SWEEPS = 8
"""How often the order within columns is improved, by turns from the left and from the right."""


def depths(count: int, edges: np.ndarray) -> np.ndarray:
    """Return each node's column (n,): the longest way to it from a node without a predecessor.

    Where edges close a circle, those that go back in the nodes' own order do not count.
    """
    found = _longest_ways(count, edges)
    if found is None:
        found = _longest_ways(count, edges[edges[:, 0] < edges[:, 1]])
    assert found is not None, "edges that only go forward in the nodes' own order close no circle"
    return found


def _longest_ways(count: int, edges: np.ndarray) -> np.ndarray | None:
    """Return the longest way to each node, None where edges close a circle."""
    columns = np.zeros(count, int)
    for _ in range(count + 1):
        wanted = columns.copy()
        if len(edges):
            np.maximum.at(wanted, edges[:, 1], columns[edges[:, 0]] + 1)
        if (wanted == columns).all():
            return columns
        columns = wanted
    return None


def layout(count: int, edges: np.ndarray, columns: np.ndarray | None = None) -> np.ndarray:
    """Return places (n, 2) in the unit square, x by column, y spread evenly within each.

    Within a column nodes are ordered by the mean of their neighbours (Sugiyama's barycentre method), which keeps
    lines from crossing; given columns keep the nodes' own order, for there it means something.
    """
    given = columns is not None
    columns = depths(count, edges) if columns is None else np.asarray(columns, int)
    ranks = np.unique(columns, return_inverse=True)[1] if count else columns
    height = _spread(ranks)
    for sweep in range(0 if given or not len(edges) else SWEEPS):
        height = _reordered(ranks, edges, height, forward=sweep % 2 == 0)
    across = ranks / max(1, int(ranks.max(initial=0)))
    across = across if ranks.max(initial=0) else np.full(count, 0.5)
    return np.stack([across, height], 1)


def _spread(ranks: np.ndarray, order: np.ndarray | None = None) -> np.ndarray:
    """Return heights in (0, 1): nodes of a column evenly apart, in the order of ``order``."""
    height = np.zeros(len(ranks))
    for rank in np.unique(ranks):
        members = np.flatnonzero(ranks == rank)
        if order is not None:
            members = members[np.argsort(order[members], kind="stable")]
        height[members] = (np.arange(len(members)) + 0.5) / len(members)
    return height


def _reordered(ranks: np.ndarray, edges: np.ndarray, height: np.ndarray, *, forward: bool) -> np.ndarray:
    """Return heights after each node has gone towards the mean of its neighbours on one side."""
    to, source = (edges[:, 1], edges[:, 0]) if forward else (edges[:, 0], edges[:, 1])
    total, number = np.zeros(len(ranks)), np.zeros(len(ranks))
    np.add.at(total, to, height[source])
    np.add.at(number, to, 1)
    return _spread(ranks, np.where(number > 0, total / np.maximum(number, 1), height))
