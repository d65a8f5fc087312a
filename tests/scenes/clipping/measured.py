"""The numbers that the lesson states, and how each is had: see ``tests.measure_lessons``."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

import numpy as np

from explainer import Run
from tests.measure_lessons import Stated


def last(name: str) -> Callable[[Any], float]:
    """Return a measure: a metric at the end."""
    return lambda run: float(run.metrics[name][-1])


def most(name: str) -> Callable[[Any], float]:
    """Return a measure: the greatest value of a metric."""
    return lambda run: float(run.metrics[name].max())


def leap(run: Any) -> float:
    """Return how long the first ball's longest step is."""
    return float(np.linalg.norm(np.diff(run.arrays("path")["path"][0], axis=0), axis=1).max())


def cut(run: Any) -> float:
    """Return how many gradients were longer than c."""
    return float((run.metrics["norm/norm"] > run.params.threshold).sum())


def steepest(run: Any) -> float:
    """Return the greatest length of the gradient over the drawn ground."""
    return float(10 ** run.arrays("lengths")["lengths"].max())


def first_product(run: Any) -> float:
    """Return ∂h_T/∂h_1."""
    return float(run.arrays("products")["products"][0, 0])


@lru_cache
def trained(seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the lengths and the losses of the four recurrent networks at c = 1."""
    found: dict[str, Any] = {}
    for part in Run("clipping", seed=seed, threshold=1.0).execution.experiment.networks(1.0):
        found |= part
    return found["network_norms"].numpy(), found["network_losses"].numpy()


def longest(network: int) -> Callable[[Any], float]:
    """Return a measure: a network's longest gradient."""
    return lambda seed: float(trained(seed)[0][network].max())


def loss(network: int) -> Callable[[Any], float]:
    """Return a measure: a network's loss over the last 20 updates."""
    return lambda seed: float(trained(seed)[1][network, -20:].mean())


STATED = [
    Stated("a gradient of length 272", "run=200", most("norm/none"), (271.5, 272.5)),
    Stated("leaps 54 far", "run=200", leap, (53.5, 54.5)),
    Stated("loss 0.09, gradient 0", "run=200", last("loss/none"), (0.0899, 0.0901)),
    Stated(
        "at step 72 and ends at 0.00007", "run=200", lambda run: float(run.metrics["loss/norm"].argmin() > 70), (1, 1)
    ),
    Stated("at step 72 and ends at 0.00007", "run=200", last("loss/norm"), (6.5e-5, 7.5e-5)),
    Stated("| 0.09 | 1 of 200 |", "methods=norm&threshold=50&run=200", last("loss/norm"), (0.0899, 0.0901)),
    Stated("| 0.09 | 1 of 200 |", "methods=norm&threshold=50&run=200", cut, (1, 1)),
    Stated("| 0.0003 | 1 of 200 |", "methods=norm&threshold=5&run=200", last("loss/norm"), (2.5e-4, 3.5e-4)),
    Stated("| 0.0003 | 1 of 200 |", "methods=norm&threshold=5&run=200", cut, (1, 1)),
    Stated("| 0.00007 | 16 of 200 |", "methods=norm&run=200", cut, (16, 16)),
    Stated("| 0.20 | all |", "methods=norm&threshold=0.05&run=200", last("loss/norm"), (0.195, 0.205)),
    Stated("| 0.20 | all |", "methods=norm&threshold=0.05&run=200", cut, (200, 200)),
    Stated("after 400 steps the loss is 0.06", "methods=none&lr=0.002&run=400", last("loss/none"), (0.055, 0.065)),
    Stated("0.00007 against 0.0075", "run=200", last("loss/value"), (0.00745, 0.00755)),
    Stated("turned the gradient by 26°", "run=200", most("turned/value"), (25.5, 26.5)),
    Stated("= 911", "methods=none&run=43", first_product, (910.5, 911.5)),
    Stated("it was 0.0000000000002", "methods=none", first_product, (1.5e-13, 2.5e-13)),
    Stated("| 0.19 |", "time_steps=1", steepest, (0.185, 0.195)),
    Stated("| 5.5 |", "time_steps=5", steepest, (5.45, 5.55)),
    Stated("| 147 |", "time_steps=10", steepest, (146.5, 147.5)),
    Stated("| 50,000 |", "time_steps=20", steepest, (49_500, 51_000)),
    Stated("longer than 0.0041", "start=3,-6&run=200", most("norm/none"), (0.00405, 0.0041)),
    Stated("| 71 to 190 | 2.09 to 2.22 |", None, longest(0), (70.5, 190.5)),
    Stated("| 71 to 190 | 2.09 to 2.22 |", None, loss(0), (2.085, 2.225)),
    Stated("| 76 to 123 | 1.67 to 1.75 |", None, longest(1), (75.5, 123.5)),
    Stated("| 76 to 123 | 1.67 to 1.75 |", None, loss(1), (1.665, 1.755)),
    Stated("| 0.57 to 0.70 | 2.27 to 2.29 |", None, longest(2), (0.565, 0.705)),
    Stated("| 0.57 to 0.70 | 2.27 to 2.29 |", None, loss(2), (2.265, 2.295)),
    Stated("Every gradient of the clipped ReLU", None, lambda seed: float(trained(seed)[0][1].min()), (1, 1e9)),
    Stated(
        "it ends at 0.00007 as well",
        "methods=none,norm,value,adaptive&run=200",
        last("loss/adaptive"),
        (6.5e-5, 7.5e-5),
    ),
]
