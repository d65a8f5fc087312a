"""Learning rate schedules by name: PyTorch's own, told for how many steps."""

from __future__ import annotations

from collections.abc import Callable

from torch.optim import Optimizer, lr_scheduler
from torch.optim.lr_scheduler import LRScheduler

SCHEDULES: dict[str, Callable[[Optimizer, int], LRScheduler]] = {
    "constant": lambda optimizer, steps: lr_scheduler.ConstantLR(optimizer, factor=1.0, total_iters=1),
    "step": lambda optimizer, steps: lr_scheduler.StepLR(optimizer, max(1, steps // 3), gamma=0.1),
    "exponential": lambda optimizer, steps: lr_scheduler.ExponentialLR(optimizer, 0.01 ** (1 / steps)),
    "linear": lambda optimizer, steps: lr_scheduler.LinearLR(optimizer, 1.0, 0.0, steps),
    "cosine": lambda optimizer, steps: lr_scheduler.CosineAnnealingLR(optimizer, steps),
    "warm-up": lambda optimizer, steps: lr_scheduler.SequentialLR(
        optimizer,
        [
            lr_scheduler.LinearLR(optimizer, 0.01, 1.0, max(1, steps // 10)),
            lr_scheduler.CosineAnnealingLR(optimizer, max(1, steps - steps // 10)),
        ],
        [max(1, steps // 10)],
    ),
}
"""A tenth after each third; down to a hundredth; straight or along a cosine to 0; a tenth of the steps up, then so."""


def make_schedule(name: str, optimizer: Optimizer, steps: int) -> LRScheduler:
    """Return the schedule of that name, at its first step, over so many steps."""
    return SCHEDULES[name](optimizer, steps)
