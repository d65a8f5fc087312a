"""The numbers that the lesson states, and how each is had: see ``tests.measure_lessons``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.measure_lessons import Stated


def most(name: str) -> Callable[[Any], float]:
    """Return a measure: the largest value of a metric, in percent."""
    return lambda run: 100 * float(run.metrics[name].max())


def last(name: str, less: float = 0.0) -> Callable[[Any], float]:
    """Return a measure: the last value of a metric, or what it lacks, in percent."""
    return lambda run: abs(less - 100 * float(run.metrics[name][-1]))


def best_step(run: Any) -> float:
    """Return the step with most test digits right."""
    return float(run.metrics["right/test"].argmax()) + 1


def choice(k: int, measure: int, times: float = 100.0) -> Callable[[Any], float]:
    """Return a measure: what the table of choices has."""
    return lambda run: times * float(run.arrays("choices")["choices"][k, measure])


def rise(run: Any) -> float:
    """Return the last validation loss over the lowest."""
    loss = run.metrics["loss/validation"]
    return float(loss[-1] / loss.min())


def count(run: Any) -> float:
    """Return how many parameters the network has."""
    return float(sum(each.numel() for each in run.execution.experiment.network.parameters()))


def polynomial(row: int, degree: int) -> Callable[[Any], float]:
    """Return a measure: a squared error of the polynomial."""
    return lambda run: float(run.arrays("poly_errors")["poly_errors"][row, degree - 1])


def wrong(features: int) -> Callable[[Any], float]:
    """Return a measure: the share of test digits wrong with so many random features, in percent."""

    def measure(run: Any) -> float:
        (found,) = [part for part in run.execution.experiment.descend() if part]
        place = found["feature_counts"].tolist().index(features)
        return 100 * float(found["feature_test"][place])

    return measure


MAIN, RIGHT, SOME, ALL = "run=1500", "noise=0&run=1500", "noise=0.6&run=1500", "noise=1&run=1500"
STATED = [
    Stated("it calls 85 to 88 % of them what they are", MAIN, most("right/true"), (84.5, 88.5)),
    Stated("it repeats 100 % of the wrong labels", MAIN, last("right/wrong"), (99.5, 100)),
    Stated("85 to 86 % of the test digits are right at best, around step 80", MAIN, most("right/test"), (84.5, 86.5)),
    Stated("85 to 86 % of the test digits are right at best, around step 80", MAIN, best_step, (72, 88)),
    Stated("and 71 to 75 % at the end", MAIN, last("right/test"), (70.5, 75.5)),
    Stated("9,610 weights and biases", "run=0", count, (9610, 9610)),
    Stated("From 94 to 97 % at best to 92 to 96 % at the end", RIGHT, most("right/test"), (93.5, 97.5)),
    Stated("From 94 to 97 % at best to 92 to 96 % at the end", RIGHT, last("right/test"), (91.5, 96.5)),
    Stated("| 100 % | 94 to 97 % | 92 to 96 % |", RIGHT, last("right/train"), (99.5, 100)),
    Stated("| 100 % | 85 to 86 % | 71 to 75 % |", MAIN, last("right/train"), (99.5, 100)),
    Stated("| 100 % | 67 to 79 % | 46 to 57 % |", SOME, last("right/train"), (99.5, 100)),
    Stated("| 100 % | 67 to 79 % | 46 to 57 % |", SOME, most("right/test"), (66.5, 79.5)),
    Stated("| 100 % | 67 to 79 % | 46 to 57 % |", SOME, last("right/test"), (45.5, 57.5)),
    Stated("| 100 % | | 7 to 16 % |", ALL, last("right/train"), (99.5, 100)),
    Stated("| 100 % | | 7 to 16 % |", ALL, last("right/test"), (6.5, 16.5)),
    Stated("lies between steps 35 and 70", MAIN, choice(0, 0, 1.0), (35, 70)),
    Stated("where 79 to 83 % of the test digits are right", MAIN, choice(0, 3), (78.5, 83.5)),
    Stated("has nearly tripled since its lowest", MAIN, rise, (2.7, 3.0)),
    Stated("100 % of the wrong training labels are repeated", MAIN, last("right/wrong"), (99.5, 100)),
    Stated("only 32 to 46 % of the wrong labels", "examples=1000&run=1500", last("right/wrong"), (31.5, 46.5)),
    Stated("72 to 78 % with 1,024 units", "width=1024&run=600", last("right/test"), (71.5, 78.5)),
    Stated("64 to 70 % with 16", "width=16&run=600", last("right/test"), (63.5, 70.5)),
    Stated("leave 44 to 72 % of the rightly", "width=2&run=600", last("right/clean", 100.0), (43.5, 72.5)),
    Stated("At 5 it is 0.055 to 0.059", "run=0", polynomial(3, 5), (0.0545, 0.0595)),
    Stated("A straight line has 0.54 to 0.55", "run=0", polynomial(3, 1), (0.535, 0.555)),
    Stated("has 21 to 41, nearly", "run=0", polynomial(3, 14), (20.5, 41.5)),
    Stated("to 0 at degree 14", "run=0", polynomial(0, 14), (0, 1e-12)),
    Stated("26 to 33 % of the test digits are wrong at 50 features", "noise=0.2&run=0", wrong(50), (25.5, 33.5)),
    Stated("76 to 84 % are; and at 4,000 features", "noise=0.2&run=0", wrong(150), (75.5, 84.5)),
    Stated("by any old rule, 20 to 25 %", "noise=0.2&run=0", wrong(4000), (19.5, 25.5)),
    Stated("it is 19 to 22 %, 58 to 79 % and 4 to 8 %", "noise=0&run=0", wrong(50), (18.5, 22.5)),
    Stated("it is 19 to 22 %, 58 to 79 % and 4 to 8 %", "noise=0&run=0", wrong(150), (57.5, 79.5)),
    Stated("it is 19 to 22 %, 58 to 79 % and 4 to 8 %", "noise=0&run=0", wrong(4000), (3.5, 8.5)),
]
