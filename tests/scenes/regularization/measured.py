"""The numbers that the lesson states, and how each is had: see ``tests.measure_lessons``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from explainer import Run
from tests.measure_lessons import Stated


def last(name: str, times: float = 100.0) -> Callable[[Any], float]:
    """Return a measure: the last value of a metric, in percent."""
    return lambda run: times * float(run.metrics[name][-1])


def spot(k: int) -> Callable[[Any], float]:
    """Return a measure: one of the two weights of the solution."""
    return lambda run: float(run.arrays("spots")["spots"][1, k])


def error(run: Any) -> float:
    """Return the error of the others at the weakest penalty."""
    return float(run.arrays("ten_errors")["ten_errors"][0, 1])


def least(run: Any) -> float:
    """Return their least error."""
    return float(run.arrays("ten_errors")["ten_errors"][:, 1].min())


def adam_left(seed: int) -> float:
    """Return the share in percent of the length of all weights that L2 leaves under Adam."""
    *_, answer = Run("regularization", seed=seed).execution.experiment.decays()
    without, with_l2 = answer["decay_norms"][2, :2].tolist()
    return 100 * with_l2 / without


MAIN, L1, L2 = "run=600", "run=1500", "penalty=l2&run=1500"
STATED = [
    Stated("each of 9,472 weights", None, lambda seed: 64 * 128 + 128 * 10, (9472, 9472)),
    Stated("it takes 0.003 % off a weight", None, lambda seed: 100 * 0.01 * 0.1 / 30, (0.0025, 0.0035)),
    Stated("L2 leaves 56 % of", None, adam_left, (55.5, 56.51)),
    Stated("81 to 83 % of the weights are below 0.01", MAIN, last("near"), (80.5, 83.5)),
    Stated("72 to 74 % of the test digits are right with L1, 70 to 77 %", MAIN, last("test/held"), (71.5, 74.5)),
    Stated("72 to 74 % of the test digits are right with L1, 70 to 77 %", MAIN, last("test/plain"), (69.5, 77.5)),
    Stated("58 to 59 of 128 are left", MAIN, last("units", 1.0), (58, 59)),
    Stated("They are 0.30 and 0.19", "penalty=l2&alpha=3&run=0", spot(0), (0.295, 0.305)),
    Stated("They are 0.30 and 0.19", "penalty=l2&alpha=3&run=0", spot(1), (0.185, 0.195)),
    Stated("is 0 from α = 0.65 on", "alpha=0.649&run=0", spot(1), (1e-9, 0.01)),
    Stated("is 0 from α = 0.65 on", "alpha=0.651&run=0", spot(1), (0, 0)),
    Stated("both are from 1.25 on", "alpha=1.249&run=0", spot(0), (1e-9, 0.01)),
    Stated("both are from 1.25 on", "alpha=1.251&run=0", spot(0), (0, 0)),
    Stated("from 0.64 to 1.24 without to 0.54 to 0.70 at best", "run=0", error, (0.635, 1.245)),
    Stated("from 0.64 to 1.24 without to 0.54 to 0.70 at best", "run=0", least, (0.535, 0.705)),
    Stated("79 to 83 %, against 72 to 74 % with L1 and 70 to 77 %", MAIN, last("stopped/plain"), (78.5, 83.5)),
    Stated("| without, stopped early | | 79 to 83 % |", L2, last("stopped/plain"), (78.5, 83.5)),
    Stated("| 78 to 86 % | 70 to 80 % |", L2, last("test/held"), (69.5, 80.5)),
    Stated("| 100 % | 70 to 75 % |", L2, last("test/plain"), (69.5, 75.5)),
    Stated("76 to 83 % of the test digits were right with it", "penalty=l2&run=600", last("test/held"), (75.5, 83.5)),
    Stated("| L2, stopped early | | 79 to 86 % |", L2, last("stopped/held"), (78.5, 86.5)),
    Stated("| 78 to 86 % | 70 to 80 % |", L2, last("train/held"), (77.5, 86.5)),
    Stated("| 99 to 100 % | 68 to 73 % |", L1, last("train/held"), (98.5, 100)),
    Stated("| 99 to 100 % | 68 to 73 % |", L1, last("test/held"), (67.5, 73.5)),
    Stated("| 100 % | 70 to 75 % |", L1, last("train/plain"), (99.5, 100)),
    Stated("70 to 75 % are exactly 0", "penalty=prox&run=400", last("zero"), (69.5, 75.5)),
    Stated(
        "19 to 21 against 9.7 to 10.1", "penalty=decay&weight_decay=0.01&run=400", last("norm/held", 1.0), (18.5, 21.5)
    ),
    Stated(
        "19 to 21 against 9.7 to 10.1", "penalty=l2&weight_decay=0.01&run=400", last("norm/held", 1.0), (9.65, 10.15)
    ),
    Stated("‖w‖ is 0.2 to 4.7 instead of 22 to 24", "weight_decay=0.01&run=400", last("norm/held", 1.0), (0.15, 4.75)),
    Stated("‖w‖ is 0.2 to 4.7 instead of 22 to 24", "weight_decay=0.01&run=400", last("norm/plain", 1.0), (21.5, 24.5)),
]
