"""Learning rate schedules by name: PyTorch's own, told for how many steps."""

from __future__ import annotations

import math
from collections.abc import Callable

from torch.optim import Optimizer, lr_scheduler
from torch.optim.lr_scheduler import LRScheduler

SCHEDULES: dict[str, Callable[[Optimizer, int], LRScheduler]] = {
    "constant": lambda optimizer, steps: lr_scheduler.ConstantLR(optimizer, factor=1.0, total_iters=1),
    "step": lambda optimizer, steps: lr_scheduler.StepLR(optimizer, max(1, steps // 3), gamma=0.1),
    "multistep": lambda optimizer, steps: lr_scheduler.MultiStepLR(optimizer, [steps // 2, 3 * steps // 4], gamma=0.1),
    "exponential": lambda optimizer, steps: lr_scheduler.ExponentialLR(optimizer, 0.01 ** (1 / steps)),
    "linear": lambda optimizer, steps: lr_scheduler.LinearLR(optimizer, 1.0, 0.0, steps),
    "polynomial": lambda optimizer, steps: lr_scheduler.PolynomialLR(optimizer, steps, power=2.0),
    "cosine": lambda optimizer, steps: lr_scheduler.CosineAnnealingLR(optimizer, steps),
    "restarts": lambda optimizer, steps: lr_scheduler.CosineAnnealingWarmRestarts(optimizer, max(1, steps // 7), 2),
    "one-cycle": lambda optimizer, steps: lr_scheduler.OneCycleLR(
        optimizer, optimizer.param_groups[0]["lr"], total_steps=steps, cycle_momentum=False
    ),
    "cyclic": lambda optimizer, steps: lr_scheduler.CyclicLR(
        optimizer,
        0.1 * optimizer.param_groups[0]["lr"],
        optimizer.param_groups[0]["lr"],
        max(1, steps // 6),
        cycle_momentum=False,
    ),
    "inverse-sqrt": lambda optimizer, steps: lr_scheduler.LambdaLR(
        optimizer, lambda done: math.sqrt(max(1, steps // 10) / max(1, steps // 10, done + 1))
    ),
    "warm-up": lambda optimizer, steps: warmed(optimizer, "cosine", steps, max(1, steps // 10)),
}
"""A tenth after each third, or after a half and three quarters; down to a hundredth; to 0 straight, by the square,
along a cosine, or a cosine restarted twice, each time twice as long; up from a 25th and down to nothing; to and fro
three times; by the square root from a tenth of the steps on; a tenth of the steps up, then along a cosine."""


def warmed(optimizer: Optimizer, name: str, steps: int, warmup: int) -> LRScheduler:
    """Return a schedule over so many steps that begins with so many in which the rate grows from a hundredth."""
    up = lr_scheduler.LinearLR(optimizer, 0.01, 1.0, warmup)
    return lr_scheduler.SequentialLR(optimizer, [up, SCHEDULES[name](optimizer, max(1, steps - warmup))], [warmup])


def make_schedule(name: str, optimizer: Optimizer, steps: int) -> LRScheduler:
    """Return the schedule of that name, at its first step, over so many steps."""
    return SCHEDULES[name](optimizer, steps)


def factor(name: str, step: int, steps: int, warmup: int = 0) -> float:
    """Return what the learning rate is multiplied by at step 1, 2, … by the schedule of that name, in closed form.

    These are :data:`SCHEDULES`, for a run whose schedule or learning rate may be changed on the way. With ``warmup``
    the rate first grows for so many steps, and the schedule is over the others.
    """
    if name == "warm-up":
        return factor("cosine", step, steps, max(1, steps // 10))
    if step <= warmup:
        return 0.01 + 0.99 * (step - 1) / warmup
    steps, step = max(1, steps - warmup), step - warmup
    done = min(step - 1, steps)
    match name:
        case "step":
            return 0.1 ** ((step - 1) // max(1, steps // 3))
        case "multistep":
            return 0.1 ** ((step > steps // 2) + (step > 3 * steps // 4))
        case "exponential":
            return float(0.01 ** ((step - 1) / steps))
        case "linear":
            return 1 - done / steps
        case "polynomial":
            return (1 - done / steps) ** 2
        case "cosine":
            return half_cosine(done / steps)
        case "restarts":
            place, length = step - 1, max(1, steps // 7)
            while place >= length:
                place, length = place - length, 2 * length
            return half_cosine(place / length)
        case "one-cycle":
            return (
                1 / 25 + 24 / 25 * risen(step, steps)
                if step <= 0.3 * steps
                else (1 / 250_000 + (1 - 1 / 250_000) * risen(step, steps))
            )
        case "cyclic":
            return 1 - 0.9 * abs((step - 1) / max(1, steps // 6) % 2 - 1)
        case "inverse-sqrt":
            return math.sqrt(max(1, steps // 10) / max(1, steps // 10, step))
    return 1.0


def half_cosine(share: float) -> float:
    """Return 1 at 0 and 0 at 1, along half a cosine."""
    return 0.5 * (1 + math.cos(math.pi * share))


def risen(step: int, steps: int) -> float:
    """Return how far a one-cycle schedule is up at step 1, 2, …: from 0 to 1 over 30 % of the steps, then down to 0.

    Its momentum falls by as much and comes back, in PyTorch from 0.95 to 0.85 (Smith and Topin 2017).
    """
    top, last, done = 0.3 * steps - 1, steps - 1, min(step, steps) - 1
    return 1 - half_cosine(done / top) if done <= top and top > 0 else half_cosine((done - top) / (last - top))
