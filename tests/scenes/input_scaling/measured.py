"""The numbers that the lesson states, and how each is had: see ``tests.measure_lessons``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from tests.measure_lessons import Stated

ALL_WINE = "data=wine&scalings=none,minmax,standard,white&run=300"
PARTS = "scalings=none,centre,scale,standard&run=300"
TEN = "data=cancer&examples=10&scalings=minmax,standard"


def last(name: str, factor: float = 1.0) -> Callable[[Any], float]:
    """Return a measure: a metric at the end."""
    return lambda run: factor * float(run.metrics[name][-1])


def entry(name: str, *place: int) -> Callable[[Any], float]:
    """Return a measure: an entry of an array."""
    return lambda run: float(run.arrays(name)[name][place])


def job(run: Any, name: str) -> np.ndarray:
    """Return what a side job yields last."""
    return list(getattr(run.execution.experiment, name)())[-1]


def leak(measure: Callable[[np.ndarray], float]) -> Callable[[Any], float]:
    """Return a measure of the accuracies over 40 splits (fitted, split)."""
    return lambda run: measure(np.asarray(job(run, "leaks")["leak"]))


def other(way: int, model: int) -> Callable[[Any], float]:
    """Return a measure: a model's held-out accuracy in percent after one way to scale."""
    return lambda run: 100 * float(job(run, "others")["others"][way, model])


def spread(k: int) -> Callable[[Any], float]:
    """Return a measure: σ of a feature in the training part."""
    return lambda run: float(run.execution.experiment.inputs[0][:, k].std(correction=0))


STATED = [
    Stated("0.692 or 0.693 nats", "run=300", last("loss/none"), (0.6915, 0.6935)),
    Stated("0.11 to 0.18, within 30 steps", "run=30", last("loss/standard"), (0.105, 0.185)),
    Stated("0.11 to 0.18, within 30 steps", "run=300", last("loss/standard"), (0.105, 0.185)),
    Stated("178 wines", None, lambda seed: 178, (178, 178)),
    Stated("comes down to 0.13 to 0.19", "unit=0.001&run=300", last("loss/none"), (0.125, 0.195)),
    Stated("σ = 305 to 322", "", spread(0), (304.5, 322.5)),
    Stated("hue 0.23", "", spread(1), (0.225, 0.235)),
    Stated("about two million times", "", lambda run: (spread(0)(run) / spread(1)(run)) ** 2 / 1e6, (1.75, 2.05)),
    Stated("κ is 25 million", "", entry("condition", 0), (2.45e7, 2.55e7)),
    Stated("η must stay below 0.000012", "", entry("limit", 0), (1.15e-5, 1.25e-5)),
    Stated("κ is 1.5 to 1.7", "", entry("condition", 1), (1.45, 1.75)),
    Stated("η may be 6.4 to 6.8", "", entry("limit", 1), (6.35, 6.85)),
    Stated("Mean subtracted: 0.19 to 0.25.", PARTS, last("loss/centre"), (0.185, 0.255)),
    Stated("Divided by σ: 0.25 to 0.29.", PARTS, last("loss/scale"), (0.245, 0.295)),
    Stated("about 2 million, 530 to 600, and 1.5 to 1.7", PARTS, entry("condition", 1), (1.8e6, 2.2e6)),
    Stated("about 2 million, 530 to 600, and 1.5 to 1.7", PARTS, entry("condition", 2), (525, 605)),
    Stated("460 to 550 million | 0.37 to 0.39", ALL_WINE, entry("condition", 0), (455e6, 555e6)),
    Stated("460 to 550 million | 0.37 to 0.39", ALL_WINE, last("loss/none"), (0.365, 0.395)),
    Stated("690 to 910 | 0.053 to 0.066", ALL_WINE, entry("condition", 1), (685, 915)),
    Stated("690 to 910 | 0.053 to 0.066", ALL_WINE, last("loss/minmax"), (0.0525, 0.0665)),
    Stated("48 to 65 | 0.0056 to 0.0064", ALL_WINE, entry("condition", 2), (47.5, 65.5)),
    Stated("48 to 65 | 0.0056 to 0.0064", ALL_WINE, last("loss/standard"), (0.00555, 0.00645)),
    Stated("| 1 | 0.0019 to 0.0030", ALL_WINE, entry("condition", 3), (0.999, 1.001)),
    Stated("| 1 | 0.0019 to 0.0030", ALL_WINE, last("loss/white"), (0.00185, 0.00305)),
    Stated("tells 89 to 93 %", "data=cancer&scalings=standard,white&run=300", last("accuracy/white", 100), (88.5, 93.5)),
    Stated("tells 96 to 97 %", "data=cancer&scalings=standard,white&run=300",
           last("accuracy/standard", 100), (95.5, 97.5)),
    Stated("is 11 to 12 after 300 steps", "scalings=none&optimizer=same&lr=0.0001&run=300", last("loss/none"), (11, 12)),
    Stated("eight times that", "scalings=none&optimizer=same&lr=0.0001",
           lambda run: 1e-4 / entry("limit", 0)(run), (7.9, 8.7)),
    Stated("0.014 to 0.018 for proline", "", entry("minimum", 0, 0), (0.0135, 0.0185)),
    Stated("−14 to −18 for the bias", "", entry("minimum", 0, 2), (-18.5, -13.5)),
    Stated("The minimum is the same, 0.11 to 0.18", "run=300", last("loss/standard"), (0.105, 0.185)),
    Stated("0.23 to 0.27 against", "optimizer=adam&lr=0.1&run=300", last("loss/none"), (0.225, 0.275)),
    Stated("against 0.11 to 0.18.", "optimizer=adam&lr=0.1&run=300", last("loss/standard"), (0.105, 0.185)),
    Stated("86 to 95 % as measured", "data=wine", other(0, 0), (85.5, 95.5)),
    Stated("98 to 100 % standardized", "data=wine", other(4, 0), (97.5, 100)),
    Stated("From 77 to 88 %", f"{TEN}&run=300", last("accuracy/minmax", 100), (76.5, 88.5)),
    Stated("down to 64 to 67 %", f"{TEN}&fitted=each&run=300", last("accuracy/minmax", 100), (63.5, 67.5)),
    Stated("training loss is below 0.02", f"{TEN}&fitted=each&run=300", last("loss/minmax"), (0, 0.02)),
    Stated("3.0 to 3.6 points more", f"{TEN}&selected=0",
           leak(lambda a: 100 * float(a[1].mean() - a[0].mean())), (2.95, 3.65)),
    Stated("32 to 36 of the 40", f"{TEN}&selected=0", leak(lambda a: float((a[1] > a[0]).sum())), (32, 36)),
    Stated("less than 0.2 points", "data=cancer&scalings=standard",
           leak(lambda a: 100 * abs(float(a[1].mean() - a[0].mean()))), (0, 0.2)),
]  # fmt: skip
