"""A recurrent network and a block of attention on sequences of the same length: how long each takes."""

from __future__ import annotations

import torch
from torch import nn

from explainer.engine.experiment import Parts
from explainer.lab.race import LENGTHS, race
from explainer.scenes.attention_maps.transformer import Attention, Block

WIDTH, HEADS, BATCH, REPEATS = 64, 4, 4, 5


def race_job(device: torch.device) -> Parts:
    """Measure forward and backward of a GRU and of a block of attention, of width 64, for four sequences at once.

    The block is a whole one, with the network at each token and both normalizations; the GRU stands alone.

    Gives ``race_length`` (n,), ``race_steps`` (2, n): operations that must wait for one another, and
    ``race_time`` (2, n): milliseconds, the best of five; first the GRU, then attention.
    """
    recurrent = nn.GRU(WIDTH, WIDTH, batch_first=True, device=device)
    block = Block(Attention(WIDTH, HEADS), WIDTH, 4 * WIDTH, nn.GELU(), True, 1e-5).to(device)
    gates = torch.ones(HEADS, device=device)
    models = (lambda x: recurrent(x)[0], lambda x: block(x, gates))
    for took in race(models, lambda length: torch.randn(BATCH, length, WIDTH, device=device), REPEATS):
        if took is None:
            yield {}
            continue
        lengths = LENGTHS[: int((~took[0].isnan()).sum())]
        yield {
            "race_length": torch.tensor(lengths),
            "race_steps": torch.tensor([lengths, (1,) * len(lengths)]),
            "race_time": took[:, : len(lengths)].float(),
        }
