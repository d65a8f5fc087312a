"""Attention against a recurrent network: sequential steps and time for sequences of growing length."""

from __future__ import annotations

import time
from collections.abc import Callable

import torch
from torch import Tensor, nn

from explainer.engine.experiment import Parts

LENGTHS = (16, 32, 64, 128, 256, 512, 1024)
WIDTH, REPEATS = 64, 3
"""Both have inputs and outputs of this width; the quickest of a few repeats counts."""


def race() -> Parts:
    """Yield the lengths, then after each length the milliseconds so far (network, length), NaN for those to come.

    The time is that of one forward and one backward pass over one sequence, on the processor: network 0
    is a GRU, 1 is one head of self-attention with its four projections.
    """
    recurrent, attention = nn.GRU(WIDTH, WIDTH, batch_first=True), nn.MultiheadAttention(WIDTH, 1, batch_first=True)
    runs: tuple[Callable[[Tensor], Tensor], ...] = (
        lambda x: recurrent(x)[0],
        lambda x: attention(x, x, x, need_weights=False)[0],
    )
    took = torch.full((2, len(LENGTHS)), torch.nan, dtype=torch.float64)
    yield {"race_length": torch.tensor(LENGTHS)}
    for column, length in enumerate(LENGTHS):
        x = torch.randn(1, length, WIDTH)
        for row, run in enumerate(runs):
            took[row, column] = min(_milliseconds(run, x) for _ in range(REPEATS))
            yield {}
        yield {"race_time": took.clone(), "race_done": torch.tensor(column + 1)}


def _milliseconds(run: Callable[[Tensor], Tensor], x: Tensor) -> float:
    started = time.perf_counter()
    run(x).sum().backward()
    return 1e3 * (time.perf_counter() - started)
