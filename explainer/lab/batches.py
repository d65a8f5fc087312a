"""Which examples a step learns from."""

from __future__ import annotations

import torch
from torch import Generator, Tensor


def draw_batch(count: int, batch: int, generator: Generator) -> Tensor:
    """Return the places of a fresh batch among ``count`` examples, none twice."""
    return torch.randperm(count, generator=generator)[:batch].clone()


def batch_of_epoch(step: int, count: int, batch: int, seed: int) -> Tensor:
    """Return the places that step 0, 1, … of a training by epochs learns from; an epoch sees every example once.

    Each epoch has an order of its own, drawn from ``seed`` and its number alone, so that nothing need be kept
    from step to step. An epoch's last batch is smaller where ``batch`` does not divide ``count``.
    """
    steps = -(-count // batch)
    epoch, place = divmod(step, steps)
    order = torch.randperm(count, generator=Generator().manual_seed(seed + epoch))
    return order[place * batch : (place + 1) * batch].clone()
