"""The numbers that the lesson states, and how each is had: see ``tests.measure_lessons``."""

from __future__ import annotations

import math
from typing import Any

from tests.measure_lessons import Stated


def last(metric: str) -> Any:
    """Return a measure: the last value of a metric."""
    return lambda run: float(run.metrics[metric][-1])


def at_start(k: int) -> Any:
    """Return a measure: a number of the start."""
    return lambda run: float(run.arrays("at_start")["at_start"][k])


def trained(run: Any) -> int:
    """Return how many weights are trained."""
    return int(run.arrays("trained")["trained"][0])


TEXT = "task=text&lr=0.003"
STATED = [
    Stated("it stands at 1.49 nats", "", at_start(0), (1.485, 1.495)),
    Stated("at first a text has 0.2 to 0.4", "", at_start(2), (0.15, 0.45)),
    Stated("goes from 1.49 to 2.4–2.8", "run=60", last("loss/prose"), (2.35, 2.85)),
    Stated("it starts at 4.4 nats", "", at_start(1), (4.35, 4.45)),
    Stated("(0.2 for two,", None, lambda seed: math.log(2) - 1 / 2, (0.15, 0.25)),
    Stated("1.8 for sixteen)", None, lambda seed: math.log(16) - 15 / 16, (1.75, 1.85)),
    Stated("| 64,800 |", TEXT, trained, (64_800, 64_800)),
    Stated("| 6,912 |", f"{TEXT}&method=lora", trained, (6_912, 6_912)),
    Stated("| 4,512 |", f"{TEXT}&method=head", trained, (4_512, 4_512)),
    Stated("| 2.3 | 2.1 |", f"{TEXT}&run=60", last("loss/code"), (2.25, 2.35)),
    Stated("| 2.3 | 2.1 |", f"{TEXT}&run=60", last("loss/prose"), (2.05, 2.15)),
    Stated("| 3.0 | 1.7–1.8 |", f"{TEXT}&method=lora&run=60", last("loss/code"), (2.95, 3.05)),
    Stated("| 3.0 | 1.7–1.8 |", f"{TEXT}&method=lora&run=60", last("loss/prose"), (1.65, 1.85)),
    Stated("| 2.8–2.9 | 1.7 |", f"{TEXT}&method=head&run=60", last("loss/code"), (2.75, 2.95)),
    Stated("| 2.8–2.9 | 1.7 |", f"{TEXT}&method=head&run=60", last("loss/prose"), (1.65, 1.75)),
]  # fmt: skip
