"""The numbers that the lesson states, and how each is had: see ``tests.measure_lessons``."""

from __future__ import annotations

from typing import Any

from tests.measure_lessons import Stated
from tests.scenes.overfitting.measured import choice, last


def ended(run: Any) -> float:
    """Return the step at which the run was over."""
    return float(len(run.metrics["lr"]))


def cuts(run: Any) -> float:
    """Return the learning rate at the end."""
    return float(run.metrics["lr"][-1])


FREE, ONE, TEN, FIFTY = "patience=0&run=1500", "patience=1&run=450", "run=450", "patience=50&run=450"
KEPT, PLATEAU, NOTED = "restore=off&run=200", "patience=0&reduce=5&run=600", "monitor=right&run=450"
STATED = [
    Stated("71 to 75 % of the test digits are right at step 1,500", FREE, last("right/test"), (70.5, 75.5)),
    Stated("78 to 84 %, and the run is over at step 105 to 140", TEN, choice(0, 3), (77.5, 84.5)),
    Stated("78 to 84 %, and the run is over at step 105 to 140", TEN, ended, (105, 140)),
    Stated("and 84 to 86 % are right", FREE, choice(2, 3), (83.5, 86.5)),
    Stated("Both saved step 35, 49 or 70", FIFTY, choice(0, 0, 1.0), (35, 70)),
    Stated("to step 385 to 420", FIFTY, ended, (385, 420)),
    Stated("| 35 to 42 | 79 to 84 % |", ONE, ended, (35, 42)),
    Stated("| 35 to 42 | 79 to 84 % |", ONE, choice(0, 3), (78.5, 84.5)),
    Stated("| 105 to 140 | 78 to 84 % |", TEN, ended, (105, 140)),
    Stated("| 385 to 420 | 78 to 84 % |", FIFTY, choice(0, 3), (77.5, 84.5)),
    Stated("costs nothing there: 92 to 96 %", "noise=0&run=450", choice(0, 3), (91.5, 96.5)),
    Stated("74 to 84 %", KEPT, last("right/test"), (73.5, 84.5)),
    Stated("it is 70 to 77 %", "patience=0&run=600", last("right/test"), (69.5, 77.5)),
    Stated("82 to 87 %, and only 20 to 34 %", PLATEAU, last("right/test"), (81.5, 87.5)),
    Stated("82 to 87 %, and only 20 to 34 %", PLATEAU, last("right/wrong"), (19.5, 34.5)),
    Stated("Seven cuts later", PLATEAU, cuts, (0.9e-8, 1.1e-8)),
    Stated("78 to 84 % against 82 to 87 %", PLATEAU, choice(0, 3), (77.5, 84.5)),
    Stated("steps 35 to 84 are restored", NOTED, choice(1, 0, 1.0), (35, 84)),
    Stated("with 78 to 86 % of the test digits", NOTED, choice(1, 3), (77.5, 86.5)),
]
