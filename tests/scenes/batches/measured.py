"""The numbers that the lesson states, and how each is had: see ``tests.measure_lessons``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from tests.measure_lessons import Stated


def percent(name: str) -> Callable[[Any], float]:
    """Return a measure: a lane's accuracy at the end, in percent."""
    return lambda run: 100 * float(run.metrics[f"accuracy/{name}"][-1])


def losses(run: Any) -> list[float]:
    """Return the losses of all lanes at the end."""
    return [float(values[-1]) for name, values in run.metrics.items() if name.startswith("loss/")]


def scale(run: Any) -> float:
    """Return the gradient noise scale of the lane looked into: of one example's noise, over the gradient's length."""
    found = run.arrays("formula", "signal")
    return float((found["formula"][0] / found["signal"][0]) ** 2)


def off(k: int) -> Callable[[Any], float]:
    """Return a measure: how far a gradient in pieces is off."""
    return lambda run: float(run.arrays("checks")["checks"][k])


def counted(k: int, what: int) -> Callable[[Any], float]:
    """Return a measure: one of a lane's counts."""
    return lambda run: float(run.arrays("counts")["counts"][k, what])


def seen(run: Any) -> float:
    """Return which share of the digits the epoch has used, in percent."""
    used = run.arrays("used_by")["used_by"]
    return 100 * float((used > 0).sum() / np.isfinite(used).sum())


FOUR, THREE = "batch_sizes=1,4,32,all&run=90", "batch_sizes=16,64,256&run=90"
LINEAR = "batch_sizes=4,32,256,all&scaling=linear&run=270"
STATED = [
    Stated("84 to 93 % against 64 to 77 % and 4 to 13 %", "run=90", percent("1"), (83.5, 93.5)),
    Stated("84 to 93 % against 64 to 77 % and 4 to 13 %", "run=90", percent("32"), (63.5, 77.5)),
    Stated("84 to 93 % against 64 to 77 % and 4 to 13 %", "run=90", percent("all"), (3.5, 13.5)),
    Stated("| 1,437 | 84 to 93 % |", FOUR, percent("1"), (83.5, 93.5)),
    Stated("| 360 | 93 to 94 % |", FOUR, percent("4"), (92.5, 94.5)),
    Stated("| 360 | 93 to 94 % |", FOUR, counted(1, 2), (360, 360)),
    Stated("| 45 | 64 to 77 % |", FOUR, percent("32"), (63.5, 77.5)),
    Stated("| 1 | 4 to 14 % |", FOUR, percent("all"), (3.5, 14.5)),
    Stated("| 90 | 80 to 84 % |", THREE, percent("16"), (79.5, 84.5)),
    Stated("| 23 | 33 to 52 % |", THREE, percent("64"), (32.5, 52.5)),
    Stated("| 23 | 33 to 52 % |", THREE, counted(1, 2), (23, 23)),
    Stated("| 6 | 7 to 23 % |", THREE, percent("256"), (6.5, 23.5)),
    Stated("are 45 iterations", "batch_sizes=32&run=1", counted(0, 2), (45, 45)),
    Stated("an epoch has 44", "batch_sizes=32&drop_last=1&run=1", counted(0, 2), (44, 44)),
    Stated("a last one of 29", "batch_sizes=32&per_step=1437&run=1", counted(0, 4), (29, 29)),
    Stated("| 200 | 79 to 87 % |", "batch_sizes=1&per_step=1&run=200", percent("1"), (78.5, 87.5)),
    Stated("| 6,400 | 91 to 92 % |", "batch_sizes=32&per_step=32&run=200", percent("32"), (90.5, 92.5)),
    Stated("91 to 92 % both", "batch_sizes=32&per_step=32&run=200", percent("32"), (90.5, 92.5)),
    Stated("| 287,400 | 91 to 92 % |", "batch_sizes=all&per_step=1437&run=200", percent("all"), (90.5, 92.5)),
    Stated("91 to 92 % both", "batch_sizes=all&per_step=1437&run=200", percent("all"), (90.5, 92.5)),
    Stated("At the first weights it is 46 to 47", "run=0", scale, (45, 47.5)),
    Stated("it is 41 to 46", "batch_sizes=32&per_step=32&run=45", scale, (40.5, 46.5)),
    Stated("1,600 to 2,100", "batch_sizes=32&per_step=32&run=900", scale, (1600, 2100)),
    Stated("(94 to 95 % after an epoch)", "lr=0.5&batch_sizes=1,4,16&run=90", percent("16"), (93.5, 95.5)),
    Stated("the lane B = 32 has 92 to 95 %", "lr=0.5&run=90", percent("32"), (91.5, 95.5)),
    Stated("the same lane has 93 to 95 %", "lr=0.02&run=90", percent("1"), (92.5, 95.5)),
    Stated("0.50 to 0.56 in all three", "batch_sizes=4,32,256&scaling=linear&run=270", losses, (0.495, 0.565)),
    Stated("three updates make 81 to 87 %", LINEAR, percent("all"), (80.5, 87.5)),
    Stated("35 to 41 % sorted", "order=sorted&batch_sizes=1,32&run=90", percent("1"), (34.5, 41.5)),
    Stated("84 to 93 % shuffled", "batch_sizes=1,32&run=90", percent("1"), (83.5, 93.5)),
    Stated("35 to 41 % against 84 to 93 %", "order=sorted&batch_sizes=1&run=90", percent("1"), (34.5, 41.5)),
    Stated("sees only 63 %", "order=replacement&batch_sizes=32&per_step=1437&run=1", seen, (62.5, 63.7)),
    Stated("1 in 10 million", "pieces=3&run=0", off(1), (0.9e-7, 1.5e-7)),
    Stated("2 to 3 in", "pieces=3&run=0", off(2), (1.5e-16, 3.5e-16)),
    Stated("3 to 4 %", "pieces=3&run=0", off(3), (0.03, 0.045)),
    Stated("about twice its length too long", "pieces=3&run=0", off(4), (1.9, 2.1)),
]
