"""What each remedy learns from, the loss, and how its scores are put right again."""

import math

import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812 - the usual name

NEIGHBOURS, NEWTON_STEPS, RIDGE = 5, 25, 1e-9
FARTHEST = 30.0
"""Log-odds beyond this are taken for this where focal scores are put right."""

Learned = tuple[Tensor, Tensor, Tensor]
"""Inputs (n, column), classes (n,) 0 or 1, and how often each counts (n,)."""


def smote(x: Tensor, count: int, draw: torch.Generator) -> Tensor:
    """Return new examples (count, column) on the ways from examples to neighbours (Chawla et al. 2002).

    Each lies at an even random place between a random example and a random one of its five nearest.
    """
    known = min(NEIGHBOURS, len(x) - 1)
    start = torch.randint(len(x), (count,), generator=draw)
    nearest = torch.cdist(x[start], x).topk(known + 1, largest=False).indices[:, 1:]
    towards = nearest[torch.arange(count), torch.randint(known, (count,), generator=draw)]
    return x[start] + torch.rand(count, 1, generator=draw, dtype=x.dtype) * (x[towards] - x[start])


def prepared(remedy: str, x: Tensor, y: Tensor, seed: int) -> Learned:
    """Return what a remedy learns from. A copy drawn by oversampling counts once more; class 1 is the rare one."""
    draw = torch.Generator().manual_seed(seed)
    once = torch.ones(len(y), dtype=x.dtype)
    rare, common = (y == 1).nonzero()[:, 0], (y == 0).nonzero()[:, 0]
    lacking = len(common) - len(rare)
    if remedy == "weights":
        return x, y, len(y) / (2 * torch.bincount(y).to(x.dtype))[y]
    if remedy == "over":
        copies = rare[torch.randint(len(rare), (lacking,), generator=draw)]
        return x, y, once + torch.bincount(copies, minlength=len(y))
    if remedy == "under":
        stay = torch.cat([rare, common[torch.randperm(len(common), generator=draw)[: len(rare)]]])
        return x[stay], y[stay], once[stay]
    if remedy == "smote":
        made = smote(x[rare], lacking, draw)
        both = torch.cat([y, torch.ones(lacking, dtype=y.dtype)])
        return torch.cat([x, made]), both, torch.ones(len(both), dtype=x.dtype)
    return x, y, once


def wrongness(logits: Tensor, y: Tensor, gamma: float) -> Tensor:
    """Return (1 − p_t)^γ, p_t the probability of the true class."""
    return torch.sigmoid(torch.where(y == 1, -logits, logits)) ** gamma


def loss_of(logits: Tensor, learned: Learned, gamma: float) -> Tensor:
    """Return the weighted mean of −(1 − p_t)^γ ln p_t (Lin et al. 2017); γ = 0 is cross-entropy."""
    _, y, weights = learned
    each = -wrongness(logits, y, gamma) * F.logsigmoid(torch.where(y == 1, logits, -logits))
    return (weights * each).sum() / weights.sum()


def plain_fit(x: Tensor, y: Tensor, l2: float) -> tuple[Tensor, Tensor]:
    """Return weights (column,) and bias of logistic regression by Newton's method from zero on.

    A ridge of 1e-9 keeps the Hessian invertible: where classes can be told apart there is no finite optimum.
    """
    inputs = torch.cat([x, torch.ones(len(x), 1, dtype=x.dtype)], 1)
    decay = l2 * torch.ones(inputs.shape[1], dtype=x.dtype)
    decay[-1] = 0
    found = torch.zeros(inputs.shape[1], dtype=x.dtype)
    for _ in range(NEWTON_STEPS):
        p = torch.sigmoid(inputs @ found)
        slope = inputs.T @ (p - y) / len(y) + decay * found
        curvature = (inputs * (p * (1 - p))[:, None]).T @ inputs / len(y) + torch.diag(decay + RIDGE)
        found = found - torch.linalg.solve(curvature, slope)
    return found[:-1], found[-1]


def true_odds(logits: Tensor, gamma: float) -> Tensor:
    """Return the log-odds of the probability at which focal loss is least where it gives these (Charoenphakdee 2021).

    With ℓ(v) = −(1 − v)^γ ln v the loss ηℓ(v) + (1 − η)ℓ(1 − v) is least where η / (1 − η) = ℓ′(1 − v) / ℓ′(v).
    """
    z = logits.clamp(-FARTHEST, FARTHEST)

    def log_slope(z: Tensor) -> Tensor:
        return gamma * F.logsigmoid(-z) + torch.log(1 + torch.exp(-z) + gamma * F.softplus(-z) * (1 + torch.exp(z)))

    return log_slope(-z) - log_slope(z)


def log_odds(share: float) -> float:
    """Return ln(share / (1 − share)), infinite at 0 and 1."""
    return math.log(share / (1 - share)) if 0 < share < 1 else math.copysign(math.inf, share - 0.5)
