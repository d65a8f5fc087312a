"""The numbers that the lesson states, and how each is had: see ``tests.measure_lessons``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from tests.measure_lessons import Stated


def last(name: str) -> Callable[[Any], float]:
    """Return a measure: a metric at the end."""
    return lambda run: float(run.metrics[name][-1])


def odd_share(k: int) -> Callable[[Any], float]:
    """Return a measure: the odd point's share of one loss's pulls, in percent."""
    return lambda run: 100 * float(run.arrays("shares")["shares"][k, 17])


def pull(k: int) -> Callable[[Any], float]:
    """Return a measure: the pull of one loss at z = −6."""
    return lambda run: -float(run.arrays("slopes")["slopes"][k, 20])


def crossing(name: str) -> Callable[[Any], float]:
    """Return a measure: the first step at which a score is above 0, its probability above one half."""
    return lambda run: float((run.metrics[name] > 0).argmax() + 1)


def spread(run: Any) -> float:
    """Return σ of the bell fitted forward."""
    return float(np.exp(run.metrics["second/forward"][-1]))


def curvature(run: Any) -> float:
    """Return the largest eigenvalue of MSE's Hessian."""
    x = run.arrays("points")["points"][:, 0]
    joined = np.column_stack([np.ones(len(x)), x])
    return float(np.linalg.eigvalsh(2 * joined.T @ joined / len(x)).max())


def mask_slope(run: Any, place: int) -> float:
    """Return the slope of a mask's loss where p is nearest to one half."""
    found = run.arrays("filled", "mask_slopes")
    return float(found["mask_slopes"][place, abs(found["filled"] - 0.5).argmin()])


STATED = [
    Stated("MSE ends at a slope of 0.35 to 0.40", "run=100", last("second/mse"), (0.345, 0.405)),
    Stated("MAE at 0.71 to 0.78", "run=100", last("second/mae"), (0.705, 0.785)),
    Stated("Huber at 0.69 to 0.75", "run=100", last("second/huber"), (0.685, 0.755)),
    Stated("39 to 40 % of all the pulling", "run=100", odd_share(0), (38.5, 40.5)),
    Stated("5 % each", "run=100", odd_share(1), (4.99, 5.01)),
    Stated("| 0.76 to 0.81 | 0.74 to 0.84 |", "outlier=1.6&run=100", last("second/mse"), (0.755, 0.815)),
    Stated("| 0.76 to 0.81 | 0.74 to 0.84 |", "outlier=1.6&run=100", last("second/mae"), (0.735, 0.845)),
    Stated("| 0.03 to 0.08 | 0.71 to 0.78 |", "outlier=-12&run=100", last("second/mse"), (0.025, 0.085)),
    Stated("pulls with 0.9975", "task=score", pull(0), (0.9974, 0.9976)),
    Stated("pulls with 0.0049", "task=score", pull(1), (0.00485, 0.00495)),
    Stated("above one half at step 7", "task=score&lr=1&run=300", crossing("first/bce"), (7, 7)),
    Stated("until step 214", "task=score&lr=1&run=300", crossing("first/squared"), (214, 214)),
    Stated("At −0.26, with σ = 1.65", "task=shape&run=600", last("first/forward"), (-0.265, -0.255)),
    Stated("At −0.26, with σ = 1.65", "task=shape&run=600", spread, (1.645, 1.655)),
    Stated("here λ is 2.9", "losses=mse", curvature, (2.85, 2.99)),
    Stated(
        "It is a weighted mean: 0.809",
        "run=1",
        lambda run: float(run.arrays("reduced")["reduced"][1]),
        (0.8085, 0.8095),
    ),
    Stated(
        "divides by 4 and gives 1.21", "run=1", lambda run: float(run.arrays("reduced")["reduced"][2]), (1.205, 1.215)
    ),
    Stated("its slope is −0.89", "", lambda run: float(mask_slope(run, 0)), (-0.895, -0.88)),
    Stated("that of cross-entropy −0.1", "", lambda run: float(mask_slope(run, 1)), (-0.105, -0.095)),
]
