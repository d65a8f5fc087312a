"""Learning rate schedules by name: PyTorch's own, told for how many steps."""

from __future__ import annotations

import math
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


def factor(name: str, step: int, steps: int) -> float:
    """Return what the learning rate is multiplied by at step 1, 2, … by the schedule of that name, in closed form.

    These are :data:`SCHEDULES`, for a run whose schedule or learning rate may be changed on the way.
    """
    done = min(step - 1, steps)
    match name:
        case "step":
            return 0.1 ** ((step - 1) // max(1, steps // 3))
        case "exponential":
            return float(0.01 ** ((step - 1) / steps))
        case "linear":
            return 1 - done / steps
        case "cosine":
            return 0.5 * (1 + math.cos(math.pi * done / steps))
        case "warm-up":
            first = max(1, steps // 10)
            rest = max(1, steps - steps // 10)
            if done < first:
                return 0.01 + 0.99 * done / first
            return 0.5 * (1 + math.cos(math.pi * min(step - 1 - first, rest) / rest))
    return 1.0
