"""What is put into holes, and what is then found: n rows, one column with holes, all others whole."""

import torch
from torch import Tensor


def punched(leaning: Tensor, count: int, uniform: Tensor) -> Tensor:
    """Return which rows (n,) have a hole: so many, each next with a probability in proportion to exp(leaning).

    The largest of ``leaning`` with Gumbel noise are such draws without replacement (Kool et al. 2019).
    """
    found = torch.zeros(len(leaning), dtype=torch.bool)
    found[(leaning - (-uniform.log()).log()).topk(count).indices] = True
    return found


def standardized(others: Tensor) -> Tensor:
    """Return columns (n, column) with mean 0 and deviation 1."""
    return (others - others.mean(0)) / others.std(0, correction=0).clamp(min=1e-12)


def neighbours_mean(known: Tensor, near: Tensor, far: Tensor, k: int) -> Tensor:
    """Return the mean of the k known values nearest to each hole: scikit-learn's KNNImputer on standardized columns.

    ``known`` (a,) are the values, ``near`` (a, column) and ``far`` (b, column) the other columns of these and of holes.
    """
    nearest = torch.cdist(far, near).topk(min(k, len(known)), largest=False).indices
    return known[nearest].mean(1)


def regressed(known: Tensor, near: Tensor, far: Tensor) -> Tensor:
    """Return what least squares of the column on all others predicts for the holes (b,)."""
    return with_one(far) @ (torch.linalg.pinv(with_one(near)) @ known)


def regressed_draws(known: Tensor, near: Tensor, far: Tensor, noise: Tensor) -> Tensor:
    """Return draws (m, b) from what the regression foretells: its variance, its weights, then each value.

    Algorithm 3.1 of van Buuren (2018), Bayesian with a flat prior. ``noise`` (3, m, n) is of mean 0 and deviation 1.
    """
    inverse = torch.linalg.pinv(with_one(near))
    weights = inverse @ known
    rest = known - with_one(near) @ weights
    freedom = max(len(known) - len(weights), 1)
    deviation = (rest.square().sum() / noise[0, :, :freedom].square().sum(1)).sqrt()[:, None]
    sampled = weights + deviation * (noise[1, :, : len(known)] @ inverse.T)
    return sampled @ with_one(far).T + deviation * noise[2, :, : len(far)]


def with_one(columns: Tensor) -> Tensor:
    """Return columns with one of ones in front."""
    return torch.cat([torch.ones_like(columns[:, :1]), columns], 1)


def filled(way: str, column: Tensor, others: Tensor, missing: Tensor, k: int, noise: Tensor) -> Tensor:
    """Return the column (m, n) with its holes filled m times, once where there is no chance in it."""
    known = column[~missing]
    near, far = others[~missing], others[missing]
    if way == "knn":
        values = neighbours_mean(known, near, far, k)[None]
    elif way == "line":
        values = regressed(known, near, far)[None]
    elif way == "draw":
        values = regressed_draws(known, near, far, noise)
    elif way == "median":
        values = known.quantile(0.5).repeat(1, len(far))
    else:
        values = known.mean().repeat(1, len(far))
    found = column.repeat(len(values), 1)
    found[:, missing] = values
    return found


def slope_of(x: Tensor, y: Tensor, group: Tensor) -> Tensor:
    """Return the slope of y on x (m,), both (m, n), each of two groups (n,) with a level of its own.

    That is least squares with an indicator of the group as one more column; with one group it is the plain slope.
    """
    for part in (group, ~group):
        if bool(part.any()):
            x = torch.where(part, x - x[:, part].mean(1, keepdim=True), x)
            y = torch.where(part, y - y[:, part].mean(1, keepdim=True), y)
    return (x * y).sum(1) / x.square().sum(1).clamp(min=1e-30)


def estimates(way: str, table: Tensor, side: int, missing: Tensor, full: Tensor) -> Tensor:
    """Return mean and deviation of the column, slope of y on x, and the error of what is filled (4,), means over m.

    ``full`` (m, n) is the filled column, ``table`` (n, column) the truth with x and y in front, ``side`` 0 for x.
    """
    x, y = (full, table[:, 1].expand_as(full)) if side == 0 else (table[:, 0].expand_as(full), full)
    error = (full - table[:, side])[:, missing].square().mean(1).sqrt()
    if way == "drop":
        full, x, y = full[:, ~missing], x[:, ~missing], y[:, ~missing]
        missing, error = missing[~missing], error * torch.nan
    group = missing if way == "indicator" else torch.zeros_like(missing)
    found = torch.stack([full.mean(1), full.std(1, correction=0), slope_of(x, y, group), error])
    return found.mean(1)
