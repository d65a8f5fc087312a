"""Side jobs: other numbers of groups, other reaches, other starts, other methods."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from torch import Generator, Tensor

from explainer.engine.experiment import Parts
from explainer.lab.clusters import adjusted_rand, apart, silhouettes
from explainer.scenes.clustering import SCORES, WAYS
from explainer.scenes.clustering.methods import (
    best_start,
    cut,
    dbscan,
    fit_mixture,
    group_means,
    inertia,
    lloyd,
    random_start,
    spread_start,
)

MOST_K, TRIES, PAIRS, SHARE, ROUNDS = 12, 4, 4, 0.8, 30
"""Groups tried; starts of which the best is kept; pairs of samples, their share of the points; rounds of a mixture."""
REACHES, STARTS = 40, 100


def best_lloyd(x: Tensor, k: int, generator: Generator) -> tuple[Tensor, Tensor]:
    """Return groups and inertia of the best of some runs of k-means from k-means++."""
    group, centres = lloyd(x, best_start(x, [spread_start(x, k, generator) for _ in range(TRIES)]))
    return group, inertia(x, group, centres)


def best_mixture(x: Tensor, k: int, kind: str, generator: Generator) -> tuple[Tensor, Tensor]:
    """Return groups and −ln p of a point of the likeliest of some mixtures."""
    found = [fit_mixture(x, spread_start(x, k, generator), kind, ROUNDS) for _ in range(TRIES)]
    return min(found, key=lambda run: float(run[1]))


def free_numbers(k: int, d: int, kind: str) -> int:
    """Return how many numbers a mixture is free to choose."""
    return k - 1 + k * d + {"full": k * d * (d + 1) // 2, "diag": k * d, "spherical": k}[kind]


def grouped(x: Tensor, k: int, params: Any, generator: Generator) -> tuple[Tensor, float]:
    """Return groups (n,) by the chosen method, and inertia, BIC (Schwarz 1978) or height of the next merge."""
    if params.method == "mixture":
        group, surprise = best_mixture(x, k, params.covariance, generator)
        free = free_numbers(k, x.shape[1], params.covariance)
        return group, float(free * np.log(len(x)) + 2 * len(x) * surprise)
    if params.method == "agglomerative":
        from scipy.cluster.hierarchy import linkage

        return cut(x, k, params.linkage), float(linkage(x.cpu().numpy(), params.linkage)[-k, 2])
    group, total = best_lloyd(x, k, generator)
    return group, float(total)


def steadiness(x: Tensor, k: int, params: Any, generator: Generator) -> float:
    """Return how far groupings of two samples, of 80 % of the points each, agree on the points that both have."""
    groups = torch.full((2, len(x)), -1, device=x.device)
    for row in groups:
        chosen = torch.randperm(len(x), generator=generator)[: round(SHARE * len(x))]
        row[chosen] = grouped(x[chosen], k, params, generator)[0]
    return float(adjusted_rand(*groups[:, (groups >= 0).all(0)]))


def over_k_job(x: Tensor, truth: Tensor, params: Any, generator: Generator) -> Parts:
    """Yield ``criterion`` (groups made,) and ``measures_k`` (measure, groups made), which grow."""
    rows: list[list[float]] = []
    most = min(MOST_K, len(x) // 2)
    for k in range(1, most + 1):
        group, criterion = grouped(x, k, params, generator)
        yield {}
        steady = []
        for _ in range(PAIRS if k > 1 else 0):
            steady.append(steadiness(x, k, params, generator))
            yield {}
        agreed = float(adjusted_rand(group, truth)) if truth.min() >= 0 else np.nan
        stable = float(np.mean(steady)) if steady else np.nan
        rows.append([criterion, float(silhouettes(x, group).nanmean()), stable, agreed])
        table = torch.tensor(rows, dtype=torch.float64).T
        made = torch.arange(1, k + 1, dtype=torch.float64)
        if k > 1 or most == 1:  # one group has neither silhouette nor stability
            yield {"tried_k": made, "criterion": table[0].contiguous(), "measures_k": table[1:].contiguous()}
    yield {"over_k_done": torch.tensor(1)}


def over_eps_job(x: Tensor, truth: Tensor, params: Any) -> Parts:
    """Yield ``found`` (reach,), the numbers of groups, and ``readings`` (reading, reach)."""
    distances = apart(x)
    nearest_of_all = distances.sort(1).values[:, min(params.min_samples, len(x)) - 1]
    low, high = max(float(nearest_of_all.min()), 1e-9), max(float(distances.max()) / 2, 2e-9)
    reaches = torch.logspace(np.log10(low), np.log10(max(high, 1.1 * low)), REACHES, dtype=torch.float64)
    rows = []
    for reach in reaches.tolist():
        group = dbscan(x, reach, params.min_samples)
        agreed = float(adjusted_rand(group + 1, truth)) if truth.min() >= 0 else np.nan
        alone = float((group < 0).double().mean())
        rows.append(
            [int(group.max()) + 1, float(silhouettes(x, group).nanmean()) if alone < 1 else np.nan, alone, agreed]
        )
        yield {}
    table = torch.tensor(rows, dtype=torch.float64).T
    yield {"tried_eps": reaches, "found": table[0].contiguous(), "readings": table[1:].contiguous()}


def ends_job(x: Tensor, params: Any, generator: Generator) -> Parts:
    """Yield ``end_counts`` (start, bin): the inertia at which k-means ends, over ``end_edges``."""
    found: list[list[float]] = [[], []]
    for _ in range(STARTS):
        for row, start in zip(found, (spread_start, random_start), strict=True):
            row.append(float(inertia(x, *lloyd(x, start(x, min(params.k, len(x)), generator)))))
        yield {}
    low, high = np.min(found), np.max(found)
    pad = 0.02 * (high - low) or 0.01 * abs(high) or 0.01
    edges = np.linspace(low - pad, high + pad, 41)
    yield {
        "end_edges": torch.tensor(edges),
        "end_counts": torch.tensor(np.stack([np.histogram(row, edges)[0] for row in found])),
    }


def scored(x: Tensor, group: Tensor, truth: Tensor) -> list[float]:
    """Return groups, mean silhouette, Calinski–Harabasz, Davies–Bouldin, and agreement; points of no group left out.

    The agreement is over all points, those of no group being one (Caliński and Harabasz 1974; Davies and Bouldin 1979).
    """
    agreed = float(adjusted_rand(group + 1, truth)) if truth.min() >= 0 else np.nan
    inside, own = x[group >= 0], group[group >= 0]
    k, n = len(own.unique()), len(own)
    if not 2 <= k < n:
        return [k, np.nan, np.nan, np.nan, agreed]
    own = own.unique(return_inverse=True)[1]
    middles = group_means(inside, own, x.new_zeros(k, x.shape[1]))
    within = inertia(inside, own, middles)
    total = (inside - inside.mean(0)).square().sum()
    reach = x.new_zeros(k).index_add(0, own, (inside - middles[own]).norm(dim=1)) / torch.bincount(own)
    worst = ((reach[:, None] + reach) / apart(middles).fill_diagonal_(torch.inf)).max(1).values
    ratio = (total - within) / (k - 1) / (within / (n - k))
    return [k, float(silhouettes(inside, own).mean()), float(ratio), float(worst.mean()), agreed]


def scores_job(x: Tensor, truth: Tensor, params: Any, generator: Generator) -> Parts:
    """Yield ``score`` (way, 5): four methods as they are set, single linkage, and the labels themselves."""
    k = min(params.k, len(x))
    table = torch.full((len(WAYS), len(SCORES)), torch.nan, dtype=torch.float64)
    ways: tuple[Callable[[], Tensor], ...] = (
        lambda: best_lloyd(x, k, generator)[0],
        lambda: best_mixture(x, k, params.covariance, generator)[0],
        lambda: dbscan(x, params.eps, params.min_samples),
        lambda: cut(x, k, "ward"),
        lambda: cut(x, k, "single"),
        lambda: truth,
    )
    for row, make in enumerate(ways):
        table[row] = torch.tensor(scored(x, make(), truth), dtype=torch.float64)
        yield {}
    yield {"score": table}
