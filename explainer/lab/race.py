"""Models against one another on sequences of growing length: how long each takes."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence

import torch
from torch import Tensor

LENGTHS = (16, 32, 64, 128, 256, 512, 1024)


def race(
    models: Sequence[Callable[[Tensor], Tensor]], sequences: Callable[[int], Tensor], repeats: int
) -> Iterator[Tensor | None]:
    """Time forward and backward of every model at all :data:`LENGTHS`; ``sequences`` makes the input of a length.

    Yields the milliseconds so far (model, length) once all have had a length, NaN for the longer ones, and None
    after each model in between. The quickest of the repeats counts.
    """
    took = torch.full((len(models), len(LENGTHS)), torch.nan, dtype=torch.float64)
    for column, length in enumerate(LENGTHS):
        x = sequences(length)
        for row, model in enumerate(models):
            took[row, column] = min(_milliseconds(model, x) for _ in range(repeats))
            yield None
        yield took.clone()


def _milliseconds(model: Callable[[Tensor], Tensor], x: Tensor) -> float:
    _wait(x.device)
    started = time.perf_counter()
    torch.autograd.backward(model(x).sum())
    _wait(x.device)
    return 1e3 * (time.perf_counter() - started)


def _wait(device: torch.device) -> None:
    """Wait until a graphics card has done what it was told."""
    if device.type == "cuda":
        torch.cuda.synchronize(device)
