"""Groups without names: how far two groupings agree, and how well each point lies in its own."""

from __future__ import annotations

import torch
from torch import Tensor


def adjusted_rand(one: Tensor, other: Tensor) -> Tensor:
    """Return how far two groupings (n,) agree, 0 by chance, 1 if they are the same (Hubert and Arabie 1985)."""
    counts = torch.zeros(int(one.max()) + 1, int(other.max()) + 1, dtype=torch.float64, device=one.device)
    counts.index_put_((one, other), torch.ones(len(one), dtype=torch.float64, device=one.device), accumulate=True)
    together = (counts * (counts - 1) / 2).sum()
    rows, columns = counts.sum(1), counts.sum(0)
    left, right = (rows * (rows - 1) / 2).sum(), (columns * (columns - 1) / 2).sum()
    expected = left * right / (len(one) * (len(one) - 1) / 2)
    room = (left + right) / 2 - expected
    return torch.where(room > 1e-12, (together - expected) / room.clamp(min=1e-12), 1.0)


def apart(x: Tensor) -> Tensor:
    """Return the distances (n, n) between rows (n, d), without the shortcut that rounds small ones."""
    return torch.cdist(x, x, compute_mode="donot_use_mm_for_euclid_dist")


def silhouettes(x: Tensor, group: Tensor) -> Tensor:
    """Return (b − a) / max(a, b) of each point (n,): a to its own group, b to the next one (Rousseeuw 1987).

    Both are mean distances. A group of one has 0; NaN for points of no group (−1), and where there is only one.
    """
    inside = group >= 0
    counts = torch.bincount(group[inside], minlength=1)
    distances = apart(x)
    sums = distances.new_zeros(len(counts), len(x)).index_add(0, group[inside], distances[inside])
    own, places = group.clamp(min=0), torch.arange(len(x), device=x.device)
    means = torch.where(counts[:, None] > 0, sums / counts[:, None].clamp(min=1), torch.inf)
    means[own, places] = torch.inf
    a, b = sums[own, places] / (counts[own] - 1).clamp(min=1), means.min(0).values
    found = torch.where(counts[own] > 1, (b - a) / torch.maximum(a, b).clamp(min=1e-300), 0.0)
    return torch.where(inside & torch.isfinite(b), found, torch.nan)


def mean_silhouette(x: Tensor, group: Tensor) -> Tensor:
    """Return the mean silhouette of the points that are in a group; 0 where there are fewer than two groups."""
    return silhouettes(x, group).nanmean().nan_to_num() if bool((group >= 0).any()) else x.new_zeros(())
