"""The numbers that the lesson states, and how each is had: see ``tests.measure_lessons``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.measure_lessons import Stated


def percent(name: str) -> Callable[[Any], float]:
    """Return a measure: an accuracy at the end, in percent."""
    return lambda run: 100 * float(run.metrics[f"accuracy/{name}"][-1])


def agreement(run: Any) -> float:
    """Return the adjusted Rand index at the end."""
    return float(run.metrics["agreement"][-1])


def row(words: str, steps: int, labels: tuple[float, float], reward: tuple[float, float]) -> list[Stated]:
    """Return both statements of a row of the table; half a percent either way is rounding."""
    return [
        Stated(words, f"run={steps}", percent("labels"), (labels[0] - 0.5, labels[1] + 0.5)),
        Stated(words, f"run={steps}", percent("reward"), (reward[0] - 0.5, reward[1] + 0.5)),
    ]


STATED = [
    *row("78 to 86 % | 36 to 56 %", 100, (78, 86), (36, 56)),
    *row("93 to 94 % | 64 to 77 %", 300, (93, 94), (64, 77)),
    *row("95 to 96 % | 87 to 92 %", 1000, (95, 96), (87, 92)),
    *row("96 to 97 % | 94 to 95 %", 3000, (96, 97), (94, 95)),
    Stated("After 300 images it is 0.47 to 0.59", "run=300", agreement, (0.465, 0.595)),
    Stated("60 to 71 %, with ten names", "run=300", percent("clusters"), (59.5, 71.5)),
    Stated("81 to 90 % after 1,000 images", "clusters=20&run=1000", percent("clusters"), (80.5, 90.5)),
    Stated("give 59 to 79", "run=1000", percent("clusters"), (58.5, 79.5)),
    Stated("stays below 75 % after 1,000", "noise=0.5&run=1000", percent("labels"), (0, 75)),
]
