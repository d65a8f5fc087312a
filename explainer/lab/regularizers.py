"""What is added to a loss so that weights stay small, and what holds them back after an update."""

from __future__ import annotations

from collections.abc import Iterable

import torch
from torch import Tensor


def l1(weights: Iterable[Tensor]) -> Tensor:
    """Return the sum of all |w|, whose derivative has the same size however small a weight is."""
    return torch.stack([weight.abs().sum() for weight in weights]).sum()


def l2(weights: Iterable[Tensor]) -> Tensor:
    """Return half the sum of all w², whose derivative is w: the weight decay of plain gradient descent."""
    return torch.stack([weight.square().sum() for weight in weights]).sum() / 2


@torch.no_grad()
def max_norm(weights: Iterable[Tensor], most: float | Tensor) -> None:
    """Shorten every row (the weights into one unit) that is longer than ``most`` to that length, in place."""
    for weight in weights:
        norms = torch.linalg.vector_norm(weight, dim=-1, keepdim=True)
        weight.mul_(most / norms.clamp(min=most))


@torch.no_grad()
def decay(weights: Iterable[Tensor], share: float | Tensor) -> None:
    """Shorten all weights by a share, in place: decoupled weight decay, of share learning rate × strength."""
    for weight in weights:
        weight.mul_(1 - share)


@torch.no_grad()
def soft_threshold(weights: Iterable[Tensor], by: float | Tensor) -> None:
    """Bring all weights nearer to 0 by as much, and to 0 those that are smaller, in place: L1's proximal step."""
    for weight in weights:
        weight.copy_(weight.sign() * (weight.abs() - by).clamp(min=0.0))
