"""The numbers that the lesson states, and how each is had: see ``tests.measure_lessons``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from tests.measure_lessons import Stated

FIVE = "methods=grid,random&searched=lr,weight_decay,momentum,units,gain&run=25"
HYPERBAND = "methods=random,halving,hyperband&run=25"


def last(name: str, factor: float = 100.0) -> Callable[[Any], float]:
    """Return a measure: a metric at the end, in percent."""
    return lambda run: factor * float(run.metrics[name][-1])


def flattery(row: int, count: int) -> Callable[[Any], float]:
    """Return a measure: the error of the best of so many equal trainings, in percent."""
    return lambda run: 100 * float(list(run.execution.experiment.flattery())[-1]["flattery"][row, count - 1])


def importance(run: Any) -> float:
    """Return the share of the variance that the learning rate explains, in percent, by 25 random trials."""
    return 100 * float(list(run.execution.experiment.importance())[-1]["importances"][0])


def parameters(run: Any) -> float:
    """Return how many parameters the network has."""
    units = run.arrays("searcher_settings")["searcher_settings"][0, 3]
    return float(np.prod([65, units]) + np.prod([units + 1, 10]))


STATED = [
    Stated("Grid 13 to 16 % wrong", "run=25", last("error/grid"), (12.5, 16.5)),
    Stated("random 7 to 10 %.", "run=25", last("error/random"), (6.5, 10.5)),
    Stated("the best has 13 to 16 % wrong", "methods=grid&run=25", last("error/grid"), (12.5, 16.5)),
    Stated("83 to 88 %.", FIVE, last("error/grid"), (82.5, 88.5)),
    Stated("The random search has 7 to 12 %", FIVE, last("error/random"), (6.5, 12.5)),
    Stated("0.72 for 25, 0.95 for 59", None, lambda seed: 1 - 0.95**25, (0.715, 0.725)),
    Stated("0.72 for 25, 0.95 for 59", None, lambda seed: 1 - 0.95**59, (0.95, 0.955)),
    Stated("has 56 to 67 % wrong", "methods=grid&lr_scale=linear&run=25", last("error/grid"), (55.5, 67.5)),
    Stated("5.8 to 6.7 % wrong after 25, where random has 7 to 10 %", "run=25", last("error/tpe"), (5.75, 6.75)),
    Stated("the learning rate has 61 to 86 %", "methods=random&run=25", importance, (60.5, 86.5)),
    Stated("84 to 101. Its first 25", "run=25", last("trials/halving", 1), (84, 101)),
    Stated("ends at 4.7 to 6.4 % wrong instead of 7 to 10 %", "run=25", last("error/halving"), (4.65, 6.45)),
    Stated("84 to 101 trials for the price of 25", "run=25", last("trials/halving", 1), (84, 101)),
    Stated("makes 39 to 42 trials", HYPERBAND, last("trials/hyperband", 1), (39, 42)),
    Stated("a single one has 7 % wrong on average", "validation=40", flattery(0, 1), (6.5, 7.5)),
    Stated("the best of 100 has 0.9 to 1.4 %", "validation=40", flattery(0, 100), (0.85, 1.45)),
    Stated("it still has 6.5 to 6.8 %", "validation=40", flattery(1, 100), (6.45, 6.85)),
    Stated("the best of 100 has 3.6 to 4.3 %", "", flattery(0, 100), (3.55, 4.35)),
    Stated("and 5.2 to 6.3 % there", "", flattery(1, 100), (5.15, 6.35)),
    Stated("reports 0 to 5 % wrong", "methods=random&validation=20&run=25", last("error/random"), (0, 5.01)),
    Stated("In use it is 6 to 11 %", "methods=random&validation=20&run=25", last("test/random"), (6, 11)),
    Stated("the search reports 7 to 10 %", "methods=random&run=25", last("error/random"), (6.5, 10.5)),
    Stated("2,410 weights and biases", "methods=tpe&run=25", parameters, (2410, 2410)),
]
