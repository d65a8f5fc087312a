"""The numbers that the lesson states, and how each is had: see ``tests.measure_lessons``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.measure_lessons import Stated


def last(name: str) -> Callable[[Any], float]:
    """Return a measure: the last value of a metric, in percent."""
    return lambda run: 100 * float(run.metrics[name][-1])


def most(name: str) -> Callable[[Any], float]:
    """Return a measure: the largest value of a metric, in percent."""
    return lambda run: 100 * float(run.metrics[name].max())


def entry(name: str, *place: int, times: float = 100.0) -> Callable[[Any], float]:
    """Return a measure: an entry of an array, in percent."""
    return lambda run: times * float(run.arrays(name)[name][place])


def shift(run: Any) -> float:
    """Return the variance with masks over that at evaluation."""
    found = run.arrays("variances")["variances"]
    return float(found[0] / found[1])


MAIN, MUCH, FAST, NORM = "run=400", "p=0.8&run=400", "lr=0.1&run=400", "norm=on&run=400"
STATED = [
    Stated("85 to 87 % against 73 to 78 %", MAIN, last("test/dropout"), (84.5, 87.5)),
    Stated("85 to 87 % against 73 to 78 %", MAIN, last("test/plain"), (72.5, 78.5)),
    Stated("it repeats 76 to 82 %, the whole one 94 to 97 %", MAIN, last("train/dropout"), (75.5, 82.5)),
    Stated("it repeats 76 to 82 %, the whole one 94 to 97 %", MAIN, last("train/plain"), (93.5, 97.5)),
    Stated("83 to 87 % against 85 to 87 %. ReLU", MAIN, entry("ways", 1, 0), (82.5, 87.5)),
    Stated("0.71 to 0.79 nats instead of 0.56 to 0.69", MAIN, entry("ways", 1, 1, times=1.0), (0.705, 0.795)),
    Stated("0.71 to 0.79 nats instead of 0.56 to 0.69", MAIN, entry("ways", 0, 1, times=1.0), (0.555, 0.695)),
    Stated("71 to 78 % are right: each answer", MAIN, entry("ways", 2, 0), (70.5, 78.5)),
    Stated("the mean of 30 masks has 84 to 86 %", MAIN, entry("ways", 3, 0), (83.5, 86.5)),
    Stated(
        "of the surest quarter 98 to 100 % are right, of the least sure 56 to 67 %",
        MAIN,
        entry("quarters", 0),
        (97.5, 100),
    ),
    Stated(
        "of the surest quarter 98 to 100 % are right, of the least sure 56 to 67 %",
        MAIN,
        entry("quarters", 3),
        (55.5, 67.5),
    ),
    Stated("50 to 63 % of the test digits, and 48 to 56 %", MUCH, last("test/dropout"), (49.5, 63.5)),
    Stated("50 to 63 % of the test digits, and 48 to 56 %", MUCH, last("train/dropout"), (47.5, 56.5)),
    Stated("reaches 79 to 87 % and then falls to 45 to 52 % by step 400", FAST, most("test/dropout"), (78.5, 87.5)),
    Stated("reaches 79 to 87 % and then falls to 45 to 52 % by step 400", FAST, last("test/dropout"), (44.5, 52.5)),
    Stated("its twin still has 66 to 71 %", FAST, last("test/plain"), (65.5, 71.5)),
    Stated("1.5 to 1.6 times as large", NORM, shift, (1.45, 1.65)),
    Stated("72 to 79 % of the test digits are right in the network", MAIN, entry("without", 0, 5), (71.5, 79.5)),
    Stated("and 56 to 64 % in its twin", MAIN, entry("without", 1, 5), (55.5, 64.5)),
]
