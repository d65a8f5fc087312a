"""Four ways to make groups, one step at a time: Lloyd's, expectation and maximisation, DBSCAN's, and merging."""

from __future__ import annotations

import math

import torch
from torch import Generator, Tensor

from explainer.lab.clusters import apart

# k-means


def squares(x: Tensor, centres: Tensor) -> Tensor:
    """Return the squared distances (n, k) of points (n, d) from centres (k, d)."""
    return (x[:, None] - centres).square().sum(2)


def nearest(x: Tensor, centres: Tensor) -> Tensor:
    """Return which centre is nearest to each point (n,)."""
    return squares(x, centres).argmin(1)


def group_means(x: Tensor, group: Tensor, centres: Tensor) -> Tensor:
    """Return the mean of each group (k, d); a centre that has no point stays."""
    sums = torch.zeros_like(centres).index_add(0, group, x)
    counts = torch.bincount(group, minlength=len(centres))[:, None]
    return torch.where(counts > 0, sums / counts.clamp(min=1), centres)


def inertia(x: Tensor, group: Tensor, centres: Tensor) -> Tensor:
    """Return the sum of the squared distances from each point to the centre of its group."""
    return (x - centres[group]).square().sum()


def spread_start(x: Tensor, k: int, generator: Generator | None = None) -> Tensor:
    """Return k of the points, each drawn by its squared distance to those before (Arthur and Vassilvitskii 2007)."""
    chosen = torch.randint(len(x), (1,), generator=generator)
    for _ in range(k - 1):
        weight = squares(x, x[chosen]).min(1).values.cpu()
        weight = weight if weight.sum() > 0 else torch.ones_like(weight)
        chosen = torch.cat([chosen, torch.multinomial(weight, 1, generator=generator)])
    return x[chosen]


def random_start(x: Tensor, k: int, generator: Generator | None = None) -> Tensor:
    """Return k different points (k, d), each as likely as any other."""
    return x[torch.randperm(len(x), generator=generator)[:k]]


def lloyd(x: Tensor, centres: Tensor, most: int = 200) -> tuple[Tensor, Tensor]:
    """Return groups (n,) and centres (k, d) from where nothing moves any more (Lloyd 1982)."""
    group = nearest(x, centres)
    for _ in range(most):
        centres = group_means(x, group, centres)
        again = nearest(x, centres)
        if torch.equal(again, group):
            break
        group = again
    return group, centres


# a mixture of Gaussians


def expectation(x: Tensor, weights: Tensor, means: Tensor, covariances: Tensor) -> tuple[Tensor, Tensor]:
    """Return how likely each component is behind each point (n, k), and the mean log-likelihood of a point."""
    factors = torch.linalg.cholesky(covariances)
    away = torch.linalg.solve_triangular(factors, (x - means[:, None]).mT, upper=False)
    spread = factors.diagonal(dim1=1, dim2=2).log().sum(1)
    log = weights.log() - spread - x.shape[1] / 2 * math.log(2 * math.pi) - away.square().sum(1).T / 2
    total = log.logsumexp(1, keepdim=True)
    return (log - total).exp(), total.mean()


def maximisation(x: Tensor, shares: Tensor, kind: str) -> tuple[Tensor, Tensor, Tensor]:
    """Return weights (k,), means (k, d) and covariances (k, d, d) that fit best, given the shares (n, k).

    A millionth of the data's variance is added to each, so that none can shrink onto a point.
    """
    counts = shares.sum(0) + 1e-15
    means = shares.T @ x / counts[:, None]
    away = (x - means[:, None]) * shares.T.sqrt()[:, :, None]
    covariances = away.mT @ away / counts[:, None, None]
    if kind != "full":
        variances = covariances.diagonal(dim1=1, dim2=2)
        if kind == "spherical":
            variances = variances.mean(1, keepdim=True).expand_as(variances)
        covariances = torch.diag_embed(variances)
    return counts / counts.sum(), means, covariances + floor_of(x) * torch.eye(x.shape[1]).to(x)


def floor_of(x: Tensor) -> float:
    """Return a millionth of the mean variance of the columns; a millionth where they are constant."""
    variance = float(x.var(0, correction=0).mean())
    return 1e-6 * (variance or 1.0)


def fit_mixture(x: Tensor, centres: Tensor, kind: str, rounds: int = 60) -> tuple[Tensor, Tensor]:
    """Return the groups (n,) of a mixture that begins with the points nearest to each centre, and −ln p of a point."""
    parts = maximisation(x, torch.eye(len(centres)).to(x)[nearest(x, centres)], kind)
    for _ in range(rounds):
        shares, likelihood = expectation(x, *parts)
        parts = maximisation(x, shares, kind)
    return shares.argmax(1), -likelihood


def best_start(x: Tensor, starts: list[Tensor], kind: str = "") -> Tensor:
    """Return the centres (k, d) from which k-means ends lowest, or, given a kind of covariance, a mixture."""
    ends = [fit_mixture(x, start, kind)[1] if kind else inertia(x, *lloyd(x, start)) for start in starts]
    return starts[int(torch.stack(ends).argmin())]


# DBSCAN (Ester et al. 1996)


def spread(near: Tensor, core: Tensor, group: Tensor, front: Tensor) -> tuple[Tensor, Tensor]:
    """Let the newest group take what is near (n, n) to its front (n,), or begin another at the first free core point.

    Returns the groups (n,), −1 for none, and the new front: the core points among those taken.
    """
    if front.any():
        taken, label = near[front].any(0) & (group < 0), group.max()
    else:
        taken, label = torch.zeros_like(front), group.max() + 1
        taken[(core & (group < 0)).nonzero()[:1, 0]] = True
    return torch.where(taken, label, group), taken & core


def dense(x: Tensor, eps: float, least: int) -> tuple[Tensor, Tensor]:
    """Return which points are at most eps apart (n, n), and which have so many so near, themselves included (n,)."""
    near = apart(x) <= eps
    return near, near.sum(1) >= least


def dbscan(x: Tensor, eps: float, least: int) -> Tensor:
    """Return the groups (n,), −1 for the points of none."""
    near, core = dense(x, eps, least)
    group, front = torch.full((len(x),), -1, device=x.device), torch.zeros_like(core)
    while front.any() or (core & (group < 0)).any():
        group, front = spread(near, core, group, front)
    return group


# agglomerative clustering (Lance and Williams 1967)


def merge(between: Tensor, sizes: Tensor, names: Tensor, linkage: str) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Merge the two groups that are nearest: the later one takes the earlier one's name.

    Returns the distances between groups (n, n), infinite where there is none, their sizes (n,), each point's group
    by the number of its first point (n,), and how far apart the two were.
    """
    i, j = sorted(divmod(int(between.argmin()), len(between)))
    one, two, height = between[i], between[j], between[i, j]
    if linkage == "single":
        new = torch.minimum(one, two)
    elif linkage == "complete":
        new = torch.maximum(one, two)
    elif linkage == "average":
        new = (sizes[i] * one + sizes[j] * two) / (sizes[i] + sizes[j])
    else:
        both = (sizes + sizes[i]) * one.square() + (sizes + sizes[j]) * two.square() - sizes * height.square()
        new = (both.clamp(min=0) / (sizes + sizes[i] + sizes[j])).sqrt()
    between = between.clone()
    between[i], between[:, i], between[j], between[:, j] = new, new, torch.inf, torch.inf
    between[i, i] = torch.inf
    sizes = sizes.clone()
    sizes[i] += sizes[j]
    return between, sizes, torch.where(names == j, i, names), height


def by_size(names: Tensor) -> Tensor:
    """Return groups (n,) numbered from the largest on."""
    _, places, counts = names.unique(return_inverse=True, return_counts=True)
    return counts.argsort(descending=True, stable=True).argsort()[places]


def cut(x: Tensor, k: int, linkage: str) -> Tensor:
    """Return SciPy's groups (n,) of the same tree, cut where k are left."""
    from scipy.cluster.hierarchy import cut_tree
    from scipy.cluster.hierarchy import linkage as tree

    return torch.tensor(cut_tree(tree(x.cpu().numpy(), linkage), k)[:, 0].astype(int), device=x.device)
