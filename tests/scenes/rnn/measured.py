"""The numbers that the lesson states, and how each is had: see ``tests.measure_lessons``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from tests.measure_lessons import Stated


def first_above(lane: str) -> Callable[[Any], float]:
    """Return a measure: the first step at which 95 % are named, infinite where there is none."""
    return lambda run: float(next((k for k, a in enumerate(run.metrics[f"accuracy/{lane}"], 1) if a >= 0.95), np.inf))


def last(lane: str) -> Callable[[Any], float]:
    """Return a measure: the accuracy at the end."""
    return lambda run: float(run.metrics[f"accuracy/{lane}"][-1])


def left(lane: int) -> Callable[[Any], float]:
    """Return a measure: the gradient at the first state, of that at the last."""

    def measure(run: Any) -> float:
        norms = run.arrays("gradient_norms")["gradient_norms"][lane]
        return float(norms[0] / norms[-1])

    return measure


def factor(lane: int) -> Callable[[Any], float]:
    """Return a measure: the gradient's mean factor a step back."""
    return lambda run: left(lane)(run) ** (1 / 19)


def last_five(lane: int) -> Callable[[Any], float]:
    """Return a measure: what the last five terms make up, in percent."""
    return lambda run: 100 * float(run.arrays("shares")["shares"][lane, -5:].sum())


def readable(run: Any) -> float:
    """Return what a fitted readout names of the orthogonal network's last state, in percent."""
    return 100 * float(run.arrays("readable")["readable"][0, -1])


STATED = [
    Stated("above 95 % after 35 to 38 updates", "run=100", first_above("orthogonal"), (35, 38)),
    Stated("The other one is still guessing after 100", "run=100", last("pytorch"), (0.1, 0.45)),
    Stated("0.56 to 0.65 for PyTorch's default", "run=0", factor(0), (0.555, 0.655)),
    Stated("0.94 to 0.95 for the orthogonal", "run=0", factor(1), (0.935, 0.955)),
    Stated("0.00001 to 0.0003 of the gradient", "run=0", left(0), (0.00001, 0.0003)),
    Stated("against 0.30 to 0.36", "run=0", left(1), (0.295, 0.365)),
    Stated("the last five make up 92 to 96 %", "run=0", last_five(0), (92, 96)),
    Stated("and 38 to 42 %", "run=0", last_five(1), (38, 42)),
    Stated("about $1/\\sqrt 3 = 0.58$", None, lambda seed: 3**-0.5, (0.575, 0.585)),
    Stated(
        "It reaches 95 % after 34 to 117 updates", "gain=1.8&lanes=pytorch&run=150", first_above("pytorch"), (34, 117)
    ),
    Stated("More than 70 % are right", "lanes=orthogonal&window=10&run=100", last("orthogonal"), (0.7, 1.0)),
    Stated("gives 50 to 58 %", "lanes=orthogonal&run=0", readable, (50, 58)),
    Stated("$0.58^{19} = 0.00003$", None, lambda seed: 0.58**19, (0.000025, 0.000035)),
]
