"""Attention against a recurrent network: sequential steps and time for sequences of growing length."""

from __future__ import annotations

import torch
from torch import nn

from explainer.engine.experiment import Parts
from explainer.lab.race import LENGTHS, race

WIDTH, REPEATS = 64, 3
"""Both have inputs and outputs of this width; the quickest of a few repeats counts."""


def race_job() -> Parts:
    """Yield the lengths, then after each length the milliseconds so far (network, length), NaN for those to come.

    The time is that of one forward and one backward pass over one sequence, on the processor: network 0
    is a GRU, 1 is one head of self-attention with its four projections.
    """
    recurrent, attention = nn.GRU(WIDTH, WIDTH, batch_first=True), nn.MultiheadAttention(WIDTH, 1, batch_first=True)
    models = (lambda x: recurrent(x)[0], lambda x: attention(x, x, x, need_weights=False)[0])
    yield {"race_length": torch.tensor(LENGTHS)}
    for took in race(models, lambda length: torch.randn(1, length, WIDTH), REPEATS):
        yield {} if took is None else {"race_time": took, "race_done": (~took[0].isnan()).sum()}
