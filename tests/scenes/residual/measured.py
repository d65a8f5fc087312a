"""The numbers that the lesson states, and how each is had: see ``tests.measure_lessons``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.measure_lessons import Stated


def right(k: int) -> Callable[[Any], float]:
    """Return a measure: the share of the training digits that a network has right, in percent."""
    return lambda run: 100 * float(run.arrays("correct")["correct"][0, k])


def tried(trial: int, k: int) -> Callable[[Any], float]:
    """Return a measure: what stays right without the block tried (1) or without its skip (2), in percent."""
    return lambda run: 100 * float(run.arrays("tried")["tried"][trial, k])


def ratio(k: int) -> Callable[[Any], float]:
    """Return a measure: the gradient after the first block over that after the last."""

    def measure(run: Any) -> float:
        deltas = run.arrays("deltas")["deltas"][k]
        return float(deltas[0] / deltas[-1])

    return measure


def size(k: int, block: int) -> Callable[[Any], float]:
    """Return a measure: the root mean square of what a block hands on."""
    return lambda run: float(run.arrays("sizes")["sizes"][k, block])


def resting(run: Any) -> list[float]:
    """Return which of the networks have run away, 1 for yes."""
    return [float(each) for each in run.arrays("resting")["resting"]]


def last_loss(kind: str) -> Callable[[Any], float]:
    """Return a measure: the loss of the last step."""
    return lambda run: float(run.metrics[f"loss/{kind}"][-1])


FOUR, TWENTY, FORTY = "blocks=2&run=200", "blocks=10&run=200", "run=200"
CUT = "variants=plain-norm,residual-norm&blocks=10&selected=1&block=6&run=150"
BARE = "variants=residual,residual-norm&selected=0"
LEFT = "| 94 to 96 % | 95 to 97 % | 98 to 99 % | 97 to 99 % |"
OTHERS = "variants=pre-activation,residual-norm,plain-norm&selected=0"
STATED = [
    Stated("has over 80 % of its", "variants=plain-norm&blocks=2&run=100", right(0), (80, 100)),
    Stated(LEFT, FOUR, right(0), (93.5, 96.5)),
    Stated(LEFT, FOUR, right(1), (94.5, 97.5)),
    Stated(LEFT, FOUR, right(2), (97.5, 99.5)),
    Stated(LEFT, FOUR, right(3), (96.5, 99.5)),
    Stated("| 34 to 58 % |", TWENTY, right(0), (33.5, 58.5)),
    Stated("| 71 to 79 % |", TWENTY, right(1), (70.5, 79.5)),
    Stated("| ran away | 97 to 98 % |", TWENTY, lambda run: resting(run)[2], (1, 1)),
    Stated("| ran away | 97 to 98 % |", TWENTY, right(3), (96.5, 98.5)),
    Stated("| 10 to 32 % | 17 to 25 % |", FORTY, right(0), (9.5, 32.5)),
    Stated("| 10 to 32 % | 17 to 25 % |", FORTY, right(1), (16.5, 25.5)),
    Stated("| 17 to 25 % | ran away | 97 to 98 % |", FORTY, right(3), (96.5, 98.5)),
    Stated("2,000 to 7,500 times as long", "variants=plain-norm,residual-norm&run=0", ratio(0), (1950, 7550)),
    Stated("17 to 22 times in the residual one", "variants=plain-norm,residual-norm&run=0", ratio(1), (16.5, 22.5)),
    Stated("is 0.18 to 0.39 of that", "run=0", ratio(0), (0.175, 0.395)),
    Stated("Without the block 88 to 96 %", CUT, tried(1, 1), (87.45, 96.5)),
    Stated("without its skip 16 to 33 %", CUT, tried(2, 1), (15.5, 33.5)),
    Stated("has 61 to 66 % of them", CUT, right(0), (60.5, 66.5)),
    Stated("7 to 23 % without its block 6", CUT, tried(1, 0), (6.5, 23.5)),
    Stated("They do at step 2", f"{BARE}&run=1", resting, (0, 0)),
    Stated("They do at step 2", f"{BARE}&run=2", lambda run: resting(run)[0], (1, 1)),
    Stated("1.2 to 1.4 after the first", BARE, size(0, 0), (1.15, 1.45)),
    Stated("680 to 2,100 after the last", BARE, size(0, 19), (675, 2150)),
    Stated("only 4.0 to 4.2", BARE, size(1, 19), (3.95, 4.25)),
    Stated("the first loss is in the thousands", f"{BARE}&run=1", last_loss("residual"), (1000, 9999)),
    Stated("97 to 99 % of its", "variants=residual-zero,plain-identity,residual-norm&run=200", right(0), (96.5, 99.5)),
    Stated("81 to 98 %", "variants=plain-identity,plain&run=200", right(0), (80.5, 98.5)),
    Stated("8 to 10 times that after", OTHERS, ratio(0), (7.5, 10.5)),
    Stated("against 17 to 22 with", OTHERS, ratio(1), (16.5, 22.5)),
    Stated("it has 96 % of the", "variants=pre-activation,residual-norm&run=200", right(0), (95.5, 96.5)),
    Stated("the first form 97 to 98 %", "variants=pre-activation,residual-norm&run=200", right(1), (96.5, 98.5)),
    Stated("91 to 96 % right", "variants=plain-norm&blocks=10&run=600", right(0), (90.5, 96.5)),
]
