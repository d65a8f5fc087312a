"""Which examples a step learns from."""

from __future__ import annotations

import torch
from torch import Generator, Tensor


def draw_batch(count: int, batch: int, generator: Generator) -> Tensor:
    """Return the places of a fresh batch among ``count`` examples, none twice."""
    return torch.randperm(count, generator=generator)[:batch].clone()


def updates_of_epoch(count: int, batch: int, drop_last: bool = False) -> int:
    """Return how many batches an epoch of ``count`` examples has; the last, smaller one may be dropped."""
    return count // batch if drop_last else -(-count // batch)


def order_of_epoch(epoch: int, count: int, seed: int, replacement: bool = False) -> Tensor:
    """Return the order in which epoch 0, 1, … sees the examples, drawn from ``seed`` and its number alone.

    So nothing need be kept from step to step. With replacement every place is drawn from all examples.
    """
    generator = Generator().manual_seed(seed + epoch)
    if replacement:
        return torch.randint(count, (count,), generator=generator)
    return torch.randperm(count, generator=generator)


def batch_of_epoch(step: int, count: int, batch: int, seed: int) -> Tensor:
    """Return the places that step 0, 1, … of a training by epochs learns from; an epoch sees every example once.

    Each epoch has an order of its own. Its last batch is smaller where ``batch`` does not divide ``count``.
    """
    epoch, place = divmod(step, updates_of_epoch(count, batch))
    return order_of_epoch(epoch, count, seed)[place * batch : (place + 1) * batch].clone()
