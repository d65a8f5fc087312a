"""A recurrent network and a block of attention on sequences of the same length: how long each takes."""

from __future__ import annotations

import time
from collections.abc import Callable

import torch
from torch import Tensor, nn

from explainer.engine.experiment import Parts
from explainer.scenes.attention_maps.transformer import Attention, Block

LENGTHS = (16, 32, 64, 128, 256, 512, 1024)
WIDTH, HEADS, BATCH, TIMES = 64, 4, 4, 5


def race(device: torch.device) -> Parts:
    """Measure forward and backward of a GRU and of a block of attention, of width 64, for four sequences at once.

    The block is a whole one, with the network at each token and both normalizations; the GRU stands alone.

    Gives ``race_length`` (n,), ``race_steps`` (2, n): operations that must wait for one another, and
    ``race_time`` (2, n): milliseconds, the best of five; first the GRU, then attention.
    """
    recurrent = nn.GRU(WIDTH, WIDTH, batch_first=True, device=device)
    block = Block(Attention(WIDTH, HEADS), WIDTH, 4 * WIDTH, nn.GELU(), True, 1e-5).to(device)
    gates = torch.ones(HEADS, device=device)
    models: tuple[Callable[[Tensor], Tensor], ...] = (lambda x: recurrent(x)[0], lambda x: block(x, gates))
    times = torch.full((2, len(LENGTHS)), torch.nan)
    for place, length in enumerate(LENGTHS):
        x = torch.randn(BATCH, length, WIDTH, device=device)
        for row, model in enumerate(models):
            times[row, place] = _milliseconds(model, x)
            yield {}
        yield {
            "race_length": torch.tensor(LENGTHS[: place + 1]),
            "race_steps": torch.tensor([LENGTHS[: place + 1], (1,) * (place + 1)]),
            "race_time": times[:, : place + 1].clone(),
        }


def _milliseconds(model: Callable[[Tensor], Tensor], x: Tensor) -> float:
    best = float("inf")
    for _ in range(TIMES):
        _wait(x.device)
        started = time.perf_counter()
        model(x).sum().backward()
        _wait(x.device)
        best = min(best, time.perf_counter() - started)
    return 1000 * best


def _wait(device: torch.device) -> None:
    """Wait until a graphics card has done what it was told."""
    if device.type == "cuda":
        torch.cuda.synchronize(device)
