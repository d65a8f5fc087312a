"""The numbers that the lesson states, and how each is had: see ``tests.measure_lessons``."""

from __future__ import annotations

import math
from typing import Any

from tests.measure_lessons import Stated


def loss_at(step: int) -> Any:
    """Return a measure: the loss of that step."""
    return lambda run: float(run.metrics["loss"][step - 1])


def falls(run: Any) -> list[float]:
    """Return by how much the loss falls in each of the first four steps."""
    loss = run.metrics["loss"]
    return [float(loss[i] - loss[i + 1]) for i in range(4)]


STATED = [
    Stated("$e^{2-1} = 2.7$ times", None, lambda seed: math.exp(1), (2.65, 2.75)),
    Stated("From 1.50 to 5.01 nats", "run=1", loss_at(1), (1.495, 1.505)),
    Stated("From 1.50 to 5.01 nats", "temperature=0.2&run=1", loss_at(1), (5.005, 5.015)),
    Stated("H(y) = 0.39 nats", "smoothing=0.1", lambda run: run.arrays("terms")["terms"][0], (0.385, 0.395)),
    Stated("$e / (e + 4) = 0.40$ of five", None, lambda seed: math.e / (math.e + 4), (0.395, 0.405)),
    Stated("By 0.999;", "start=sure&run=1", lambda run: -run.arrays("gradient")["gradient"][1], (0.9985, 0.9995)),
    Stated("about 1 nat in each of the first four steps", "start=sure&run=8", falls, (0.97, 1.0)),
    Stated("that is 0.0013", "classes=2", lambda run: run.arrays("pulls")["pulls"][1, 0], (0.00125, 0.00135)),
    Stated("pulls with 0.9997", "classes=2", lambda run: run.arrays("pulls")["pulls"][0, 0], (0.99965, 0.99975)),
    Stated("$1 - 0.2 + 0.2/5 = 0.84$", "smoothing=0.2&lr=5&run=200",
           lambda run: run.arrays("probabilities")["probabilities"][1], (0.835, 0.845)),
]  # fmt: skip
