"""Where vectors of any length are drawn in the plane; NumPy only."""

from __future__ import annotations

import numpy as np


def seen_from_query(q: np.ndarray, k: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the query (2,) and the keys (key, 2) in the plane in which their dot products can be seen.

    Two dimensions are drawn as they are. Else the first coordinate is the component along the query, so
    that it is in proportion to the score, and the second the direction across it in which the keys differ most.
    """
    if q.shape[0] == 2:
        return q, k
    length = float(np.linalg.norm(q))
    along = q / length if length > 0 else np.eye(q.shape[0])[0]
    across = _main_directions(k - np.outer(k @ along, along), 1)
    return np.array([length, 0.0]), np.stack([k @ along, (k @ across.T)[:, 0]], 1)


def in_their_plane(v: np.ndarray, context: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return values (key, 2) and what is read (2,) in the plane in which the values differ most.

    A linear projection keeps weighted means, so what is read lies within the hull here as well.
    """
    if v.shape[1] == 2:
        return v, context
    middle = v.mean(0)
    directions = _main_directions(v - middle, 2)
    return (v - middle) @ directions.T, (context - middle) @ directions.T


def _main_directions(rows: np.ndarray, count: int) -> np.ndarray:
    """Return the first principal directions (count, d) with the largest entry positive; zeros where there are none."""
    found = np.zeros((count, rows.shape[1]))
    directions = np.linalg.svd(rows, full_matrices=False)[2][:count]
    signs = np.sign(directions[np.arange(len(directions)), np.abs(directions).argmax(1)])
    found[: len(directions)] = directions * np.where(signs == 0, 1.0, signs)[:, None]
    return found


def hull(points: np.ndarray) -> np.ndarray:
    """Return the corners of the convex hull of points (n, 2), counter-clockwise (Andrew's monotone chain)."""
    ordered = sorted({(float(x), float(y)) for x, y in points})
    if len(ordered) < 3:
        return np.array(ordered).reshape(-1, 2)
    return np.array(_half(ordered)[:-1] + _half(ordered[::-1])[:-1])


def _half(points: list[tuple[float, float]]) -> list[tuple[float, float]]:
    kept: list[tuple[float, float]] = []
    for x, y in points:
        while len(kept) > 1 and _turn(kept[-2], kept[-1], (x, y)) <= 0:
            kept.pop()
        kept.append((x, y))
    return kept


def _turn(a: tuple[float, float], b: tuple[float, float], c: tuple[float, float]) -> float:
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def reach(points: np.ndarray, before: float) -> float:
    """Return how far a plane around the origin reaches: as before, unless that is too little or far too much."""
    farthest = float(np.abs(points).max(initial=0.5)) if np.isfinite(points).all() else 1.0
    if before and 0.35 * before < farthest < 0.9 * before:
        return before
    return 1.3 * farthest
