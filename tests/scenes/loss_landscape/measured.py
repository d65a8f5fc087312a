"""The numbers that the lesson states, and how each is had: see ``tests.measure_lessons``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import torch

from tests.measure_lessons import Stated


def found(parts: Any) -> Mapping[str, torch.Tensor]:
    """Return all that a side job yields."""
    return {name: array for part in parts for name, array in part.items()}


def right(part: int, network: int) -> Callable[[Any], float]:
    """Return a measure: a share right in percent; part 0 is trained on, 1 held out."""
    return lambda run: 100 * float(run.arrays("correct")["correct"][part, network])


def moved(network: int) -> Callable[[Any], float]:
    """Return a measure: how far the weights have moved, in percent of their length."""
    return lambda run: 100 * float(run.arrays("moved")["moved"][network])


def hollows(network: int, directions: int = 3) -> Callable[[Any], list[float]]:
    """Return a measure: hollows of slices along the first pairs of directions."""

    def measure(run: Any) -> list[float]:
        own = run.execution.experiment
        return [float(found(own.slices("filter", k, 1.0, 1.0))["slice_minima"][network]) for k in range(directions)]

    return measure


def middle(run: Any) -> float:
    """Return the loss in the middle of the first network's slice."""
    landscape = run.execution.experiment.looked_at(0)
    return float(landscape.losses(landscape.theta[None])[0])


def share(run: Any) -> float:
    """Return the share of variance of two components of the second network's path, in percent."""
    return 100 * float(found(run.execution.experiment.path(1))["path_share"].sum())


def barrier(run: Any) -> float:
    """Return the highest loss between a network and its twin."""
    return float(found(run.execution.experiment.lines())["between_loss"].max())


def sharper(run: Any) -> float:
    """Return how many times as sharp the network is with its weights halved."""
    sharpness = found(run.execution.experiment.sharpness())["sharpness"]
    return float(sharpness[0, 0] / sharpness[1, 0])


def count(run: Any) -> float:
    """Return how many weights the second network has."""
    return float(run.arrays("weights")["weights"][1])


BOTH, BARE = "run=200", "networks=plain-bare,residual-bare&run=200"
STATED = [
    Stated("here 22,634.", "run=0", count, (22_634, 22_634)),
    Stated("98 to 99 % with skips, 71 to 77 % without", BOTH, right(0, 1), (97.5, 99.5)),
    Stated("98 to 99 % with skips, 71 to 77 % without", BOTH, right(0, 0), (70.5, 77.5)),
    Stated("89 to 94 % and 67 to 72 %", BOTH, right(1, 1), (88.5, 94.5)),
    Stated("89 to 94 % and 67 to 72 %", BOTH, right(1, 0), (66.5, 72.5)),
    Stated("10 to 24", BOTH, hollows(0), (10, 24)),
    Stated("[with skips](try:run=200&speed=max) | 1", BOTH, hollows(1), (1, 1)),
    Stated("0.06 to 0.14", "networks=plain&run=1000", middle, (0.055, 0.145)),
    Stated("10 to 16 hollows", "networks=plain&run=1000", hollows(0, 1), (10, 16)),
    Stated("97 to 98 % without a skip", "blocks=1&run=200", right(0, 0), (96.5, 98.5)),
    Stated("96 to 98 % with one", "blocks=1&run=200", right(0, 1), (95.5, 98.5)),
    Stated("9 to 10 %, and the one without skips 16 %", BOTH, moved(1), (8.5, 10.5)),
    Stated("9 to 10 %, and the one without skips 16 %", BOTH, moved(0), (15.5, 16.5)),
    Stated("90 to 91 % of its variance", BOTH, share, (89.5, 91.5)),
    Stated("rises to 2.6 to 3.5", "networks=residual,twin&run=200", barrier, (2.55, 3.55)),
    Stated("3.5 to 3.9 times", "networks=residual&run=200", sharper, (3.5, 3.9)),
    Stated("98 to 99 % and 47 to 51 %", BARE, right(0, 1), (97.5, 99.5)),
    Stated("98 to 99 % and 47 to 51 %", BARE, right(0, 0), (46.5, 51.5)),
]
