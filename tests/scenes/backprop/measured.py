"""The numbers that the lesson states, and how each is had: see ``tests.measure_lessons``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
import torch.utils.checkpoint

from tests.measure_lessons import Stated

SIGMOID = "graph=own&program=x=1;t=0;w=8;(sigmoid(w*x)-t)**2&run=7"
ENTROPY = "graph=own&program=x=1;t=0;w=8;-log(1-sigmoid(w*x))&run=10"


def entry(name: str, *place: int) -> Callable[[Any], float]:
    """Return a measure: one number of an array."""
    return lambda run: float(run.arrays(name)[name][place])


def best(precision: int) -> Callable[[Any], float]:
    """Return a measure: the ε of the smallest error."""

    def found(run: Any) -> float:
        arrays = run.arrays("epsilons", "nudge_errors")
        return float(arrays["epsilons"][arrays["nudge_errors"][precision].argmin()])

    return found


def least(precision: int) -> Callable[[Any], float]:
    """Return a measure: the smallest error."""
    return lambda run: float(run.arrays("nudge_errors")["nudge_errors"][precision].min())


def kibibytes(which: str, place: int) -> Callable[[Any], float]:
    """Return a measure: bytes that were counted, in KiB."""
    return lambda run: float(run.arrays(f"bytes_{which}")[f"bytes_{which}"][place]) / 1024


def pytorchs(pieces: int, reentrant: bool = False) -> tuple[list[torch.Tensor], int]:
    """Return the gradients by PyTorch's own checkpoint, and how many layers it computed."""
    generator = torch.Generator().manual_seed(0)
    weights = [torch.randn(64, 64, generator=generator) / 8 for _ in range(16)]
    x = torch.randn(64, 64, generator=generator)
    for each in (x, *weights):
        each.requires_grad_()
    computed = 0

    def piece(h: torch.Tensor, part: list[torch.Tensor]) -> torch.Tensor:
        nonlocal computed
        for weight in part:
            h = torch.tanh(h @ weight)
            computed += 1
        return h

    for first in range(0, 16, 16 // pieces):
        part = weights[first : first + 16 // pieces]
        x = torch.utils.checkpoint.checkpoint(piece, x, part, use_reentrant=reentrant)
    x.sum().backward()
    return [each.grad for each in weights if each.grad is not None], computed


def operations(run: Any) -> float:
    """Return how many operations there are."""
    return float(len(run.params.read.operations))


STATED = [
    Stated("9 leaves and 23 edges", "", lambda run: run.arrays("edges")["edges"].shape[0], (23, 23)),
    Stated("After the 13 operations", "", operations, (13, 13)),
    Stated("the best is near 10⁻⁶", "run=1", best(0), (1e-7, 1e-5)),
    Stated("with an error of 10⁻¹²", "run=1", least(0), (1e-13, 1e-11)),
    Stated("In float32 it is near 10⁻³, with 10⁻⁶", "run=1", best(1), (3e-4, 1e-2)),
    Stated("In float32 it is near 10⁻³, with 10⁻⁶", "run=1", least(1), (1e-7, 1e-5)),
    Stated("is 0.9997: as wrong as can be", SIGMOID, entry("values", 4), (0.9996, 0.9998)),
    Stated("the weight's gradient is 0.00067", SIGMOID, entry("exact", 2), (0.000665, 0.000675)),
    Stated("is 0.00034", SIGMOID, lambda run: (p := run.arrays("values")["values"][4]) * (1 - p), (0.00033, 0.00034)),
    Stated("behind the same sigmoid it is 0.9997", ENTROPY, entry("exact", 2), (0.9996, 0.9998)),
    Stated("16 tanh layers save 17 tensors of 16 KiB, 272 KiB", "run=1", kibibytes("most", 0), (272, 272)),
    Stated("One piece keeps 16 KiB, and on the way back needs all 272", "run=1", kibibytes("kept", 1), (16, 16)),
    Stated("One piece keeps 16 KiB, and on the way back needs all 272", "run=1", kibibytes("most", 1), (272, 272)),
    Stated("4 + 4 of them, 128 KiB", "run=1", kibibytes("most", 3), (128, 128)),
    Stated("32 layers computed instead of 16", "run=1", entry("layers_computed", 3), (32, 32)),
    Stated("28 layers with 4 pieces", "", lambda run: pytorchs(4)[1], (28, 28)),
    Stated("The sum before the ReLU is −1.5", "graph=own&program=x=1;t=1;w=-2;b=0.5;(relu(w*x+b)-t)**2&run=4",
           entry("values", 5), (-1.5, -1.5)),
]  # fmt: skip
