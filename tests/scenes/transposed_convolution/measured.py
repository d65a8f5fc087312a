"""The numbers that the lesson states, and how each is had: see ``tests.measure_lessons``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from explainer import Run
from tests.measure_lessons import Stated

ONES = "image=constant&kernel_values=1,1,1,1;1,1,1,1;1,1,1,1;1,1,1,1"


def first(name: str, *expected: int) -> Callable[[Any], float]:
    """Return what gives by how much the first number of an array differs from that expected with a seed."""
    return lambda seed: float(Run("transposed-convolution", seed=seed).arrays(name)[name].flat[0]) - expected[seed]


def found(*numbers: float) -> Callable[[Any], float]:
    """Return what gives 1 where exactly these numbers are in the output."""
    return lambda run: float(np.unique(run.arrays("result")["result"]).tolist() == list(numbers))


BACK = "With seed 0 the first one, 7, comes back as 313; with seeds 1 to 3 a 3 as 160, a 7 as 318 and a 6 as 298"
STATED = [
    Stated(BACK, None, first("input", 7, 3, 7, 6), (0, 0), range(4)),
    Stated(BACK, None, first("round_trip", 313, 160, 318, 298), (0, 0), range(4)),
    Stated("9, 18 and 36", "image=constant&kernel_values=1,1,1;1,1,1;1,1,1", found(9, 18, 36), (1, 1)),
    Stated("four times, 36, with 9 and 18 at the border", ONES, found(9, 18, 36), (1, 1)),
]
