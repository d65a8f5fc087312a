"""The numbers that the lesson states, and how each is had: see ``tests.measure_lessons``."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

from explainer.scenes.cnn.data import moved_image, shifted
from tests.measure_lessons import Stated

SIDES = ((1, 0), (-1, 0), (0, 1), (0, -1))


def accuracy(run: Any, images: Any = None) -> float:
    """Return the percentage of right answers on the held-out images, or on others in their place."""
    experiment = run.execution.experiment
    model = experiment.model.eval()
    tests = experiment.images.test_images
    with torch.no_grad():
        found = model(tests if images is None else images(tests)).argmax(1)
    return 100 * float((found == experiment.images.test_labels).double().mean())


def by_one_pixel(run: Any) -> list[float]:
    """Return the accuracy with all held-out images moved by one pixel, in each direction."""
    return [accuracy(run, lambda tests, side=side: shifted(tests, *side)) for side in SIDES]


def sideways(run: Any) -> list[float]:
    """Return the same to the right and to the left."""
    return by_one_pixel(run)[:2]


def up_or_down(run: Any) -> list[float]:
    """Return the same up and down."""
    return by_one_pixel(run)[2:]


def two_to_the_right(run: Any) -> float:
    """Return the accuracy with all moved by two pixels to the right."""
    return accuracy(run, lambda tests: shifted(tests, 2, 0))


def turned(*degrees: float) -> Any:
    """Return what gives the accuracy with all held-out images turned by each of so many degrees."""

    def measure(run: Any) -> list[float]:
        return [
            accuracy(run, lambda tests, by=by: torch.cat([moved_image(one[None], (0, 0), by, 0.0) for one in tests]))
            for by in degrees
        ]

    return measure


def held_out(run: Any) -> float:
    """Return the held-out accuracy that the run has recorded last."""
    return 100 * float(run.metrics["accuracy/test"][-1])


def first_97(run: Any) -> float:
    """Return the first step at which 97 % of the held-out images are right."""
    return float(np.flatnonzero(run.metrics["accuracy/test"] >= 0.97)[0]) + 1


def dead(run: Any) -> float:
    """Return how many maps are dead."""
    return float(sum(array.sum() for array in run.arrays("dead/*").values()))


EIGHT = tuple(range(8))
STATED = [
    Stated("it took 79 to 243 updates", "run=300", first_97, (79, 243), EIGHT),
    Stated("97.5 to 98.4 %", "run=600", held_out, (97.5, 98.4), EIGHT),
    Stated("44 to 74 % by seed and direction", "run=600", by_one_pixel, (43.9, 74.3)),
    Stated("13 to 27 % by two to the right", "run=600", two_to_the_right, (13.4, 27)),
    Stated("95 to 99 %", "run=600&augment=1", by_one_pixel, (95, 99)),
    Stated("98.6 to 98.9 % of the others", "run=600&augment=1", held_out, (98.6, 98.95)),
    Stated("80 to 98 % sideways", "run=600&head=maximum", sideways, (80, 98.5)),
    Stated("44 to 66 % up or down", "run=600&head=maximum", up_or_down, (44, 66)),
    Stated("91 to 93 %", "run=600&head=mean", held_out, (91, 93.2)),
    Stated("40 to 67 % are right", "run=600", turned(30, -30), (40, 67)),
    Stated("30 to 38 % anticlockwise", "run=600", turned(45), (30, 38)),
    Stated("12 to 21 % clockwise", "run=600", turned(-45), (12, 21)),
    Stated("all 24 maps are dead", "lr=0.3&run=300", dead, (24, 24)),
]
