"""The numbers that the lesson states, and how each is had: see ``tests.measure_lessons``."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from tests.measure_lessons import Stated


def last(name: str) -> Callable[[Any], float]:
    """Return a measure: a metric at the end."""
    return lambda run: float(run.metrics[name][-1])


def after_cut(k: int) -> Callable[[Any], float]:
    """Return a measure: the loss of the first lane 120 steps on, its rate cut as the k-th cut says."""

    def measure(run: Any) -> float:
        *_, found = run.execution.experiment.cut(0)
        return float(found["after"][k, -1])

    return measure


def climbed(run: Any) -> float:
    """Return the highest loss in the forty steps after the first restart."""
    return float(run.metrics["loss/restarts"][85:].max())


def times_lowered(run: Any) -> float:
    """Return how often a plateau has lowered the rate."""
    return math.log(float(run.metrics["rate/plateau"][-1]) / 0.2) / math.log(0.3)


def mark(k: int) -> Callable[[Any], float]:
    """Return a measure: a rate that the range test marks."""

    def measure(run: Any) -> float:
        *_, found = run.execution.experiment.range_test()
        return float(found["marks"][k])

    return measure


def sharpness(run: Any) -> list[float]:
    """Return the largest curvature of every lane."""
    *_, found = run.execution.experiment.sharpness()
    return [float(each) for each in found["sharpness"]]


def allowed(run: Any) -> list[float]:
    """Return up to which curvature the rates would be stable."""
    *_, found = run.execution.experiment.sharpness()
    return [float(each) for each in found["stable"]]


FALLING = "schedules=exponential,linear,one-cycle,restarts&run=600"
AT_300 = "schedules=constant,step&run=300"
EARLY = "schedules=step,custom&drawn=1,0.1,0.1,0.1,0.1,0.1,0.1,0.1,0.1,0.1,0.1,0.1,0.1&run=600"
ADAM = "optimizer=adam&lr=0.03&schedules=constant,cosine&run=600"
SLOW = "lr=0.03&schedules=constant,cosine,step&run=600"
TENTH = "lr=0.1&schedules=constant,cosine,step&run=600"
STATED = [
    Stated("At the start λ is 0.7 to 0.9", "run=0", sharpness, (0.65, 0.95)),
    Stated("η = 0.2 allows 19", "run=0", allowed, (18.9, 19.1)),
    Stated(
        "at the same constant rate comes to 0.002",
        "schedules=constant&batch=256&run=600",
        last("loss/constant"),
        (0.0015, 0.0025),
    ),
    Stated("0.03 to 0.05, with steps of a tenth 0.08 to 0.16", "run=600", last("loss/cosine"), (0.03, 0.05)),
    Stated("and 0.4 to 0.8 with the constant rate", "run=600", last("loss/constant"), (0.4, 0.8)),
    Stated("| 0.40 to 0.72 | 0.04 to 0.17 |", "run=600", last("loss/constant"), (0.395, 0.725)),
    Stated("| 0.40 to 0.72 | 0.04 to 0.17 |", "run=600", last("spread/constant"), (0.04, 0.17)),
    Stated("| 0.08 to 0.15 | below 0.002 |", "run=600", last("loss/step"), (0.08, 0.155)),
    Stated("| 0.08 to 0.15 | below 0.002 |", "run=600", last("spread/step"), (0, 0.002)),
    Stated("| 0.03 to 0.05 | below 0.001 |", "run=600", last("spread/cosine"), (0, 0.001)),
    Stated("| 0.02 to 0.03 | below 0.002 |", FALLING, last("loss/linear"), (0.02, 0.035)),
    Stated("| 0.02 to 0.03 | below 0.002 |", FALLING, last("spread/linear"), (0, 0.002)),
    Stated("| 0.02 to 0.03 | below 0.001 |", FALLING, last("loss/exponential"), (0.02, 0.035)),
    Stated("| 0.03 to 0.06 | below 0.001 |", FALLING, last("loss/one-cycle"), (0.03, 0.06)),
    Stated("| 0.2, as before | 0.5 to 0.7 |", AT_300, after_cut(0), (0.5, 0.7)),
    Stated("| 0.06 | 0.17 to 0.24 |", AT_300, after_cut(1), (0.165, 0.245)),
    Stated("| 0.02 | 0.23 to 0.26 |", AT_300, after_cut(2), (0.225, 0.265)),
    Stated("| 0.002 | 0.39 to 0.66 |", AT_300, after_cut(3), (0.385, 0.665)),
    Stated("0.02 to 0.03 against 0.08 to 0.15.", EARLY, last("loss/custom"), (0.02, 0.03)),
    Stated("0.02 to 0.03 against 0.08 to 0.15.", EARLY, last("loss/step"), (0.08, 0.155)),
    Stated("instead of 0.11 to 0.16", "schedules=cosine&total=200&run=400", last("loss/cosine"), (0.11, 0.16)),
    Stated("0.02 to 0.03 against 0.04 to 0.05.", SLOW, last("loss/constant"), (0.02, 0.03)),
    Stated("0.02 to 0.03 against 0.04 to 0.05.", SLOW, last("loss/cosine"), (0.04, 0.05)),
    Stated("ends at 0.016 to 0.02, below", TENTH, last("loss/cosine"), (0.016, 0.02)),
    Stated("and at 0.1 (0.03 to 0.06)", TENTH, last("loss/constant"), (0.03, 0.065)),
    Stated("0.04 to 0.12 against 0.016 to 0.02", ADAM, last("loss/constant"), (0.04, 0.12)),
    Stated("0.04 to 0.12 against 0.016 to 0.02", ADAM, last("loss/cosine"), (0.016, 0.02)),
    Stated("0.04 to 0.07 with, 0.03", "schedules=cosine&warmup=60&run=600", last("loss/cosine"), (0.04, 0.07)),
    Stated("the loss is 0.21 to 0.28", "schedules=restarts&run=85", last("loss/restarts"), (0.205, 0.285)),
    Stated("up at 0.59 to 1.02", "schedules=restarts&run=125", climbed, (0.585, 1.025)),
    Stated("the rate has been lowered", "schedules=plateau&watched=batch&run=300", times_lowered, (-0.01, 2.01)),
    Stated(
        "At 600 the loss is 0.09 to 0.15", "schedules=plateau&watched=batch&run=600", last("loss/plateau"), (0.09, 0.15)
    ),
    Stated("against 0.02 to 0.11 when", "schedules=plateau&run=600", last("loss/plateau"), (0.02, 0.11)),
    Stated("It falls most steeply at 0.03 to 0.05", "run=0", mark(0), (0.03, 0.05)),
    Stated("from 1.4 to 1.8 on", "run=0", mark(1), (1.4, 1.8)),
]
