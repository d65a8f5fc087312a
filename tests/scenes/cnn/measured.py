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


def at(step: int) -> Any:
    """Return what gives the held-out accuracy after so many steps."""
    return lambda run: 100 * float(run.metrics["accuracy/test"][step - 1])


EIGHT = tuple(range(8))
DEFAULT = "run=600"
SHAPES = "data=shapes&blocks=pooled:channels=8,pooled,pooled&run=300"
STATED = [
    Stated("it took 90 to 254 updates", "run=600", first_97, (90, 254), EIGHT),
    Stated("97.8 to 98.4 %", "run=600", held_out, (97.75, 98.4), EIGHT),
    Stated("95.8 to 97.3 %", "blocks=conv:kernel=1:padding=0&run=600", held_out, (95.8, 97.3)),
    Stated("ends with 0 to 1 of 24", DEFAULT, dead, (0, 1)),
    Stated("45 to 79 % by seed and direction", DEFAULT, by_one_pixel, (45, 79)),
    Stated("14 to 28 % by two to the right", DEFAULT, two_to_the_right, (14, 28)),
    Stated("By 30° 40 to 60 % are right", DEFAULT, turned(30, -30), (40, 60)),
    Stated("30 to 34 % anticlockwise", DEFAULT, turned(45), (30, 34)),
    Stated("14 to 17 % clockwise", DEFAULT, turned(-45), (13.95, 17)),
    Stated("94 to 97 % of the images moved by one pixel", "augment=1&run=600", by_one_pixel, (94, 97.05)),
    Stated("97.2 to 97.9 % of the others", "augment=1&run=600", held_out, (97.2, 97.9)),
    Stated("by two pixels to the right it is 57 to 64 %", "augment=1&run=600", two_to_the_right, (57, 64)),
    Stated("where 81 to 98 % are right", "head=maximum&run=600", sideways, (81, 98)),
    Stated("where it is 40 to 90 %", "head=maximum&run=600", up_or_down, (40, 90)),
    Stated("89 to 92 % unshifted", "head=mean&run=600", held_out, (89, 92)),
    Stated("36 to 76 % right by one pixel", "head=mean&run=600", by_one_pixel, (36, 76)),
    Stated("97 % within 40 to 61 steps", "blocks=conv:norm=batch,pooled:norm=batch&run=600", first_97, (40, 61)),
    Stated("98.6 to 98.9 % at the end", "blocks=conv:norm=batch,pooled:norm=batch&run=600", held_out, (98.6, 98.95)),
    Stated(
        "95.0 to 95.7 %",
        "blocks=conv:activation=none,pooled:activation=none:pool=average&run=600",
        held_out,
        (95, 95.7),
    ),
    Stated("83 to 95 % of the held-out shapes", SHAPES, at(200), (83, 95)),
    Stated("92 to 97 % after 300", SHAPES, at(300), (92, 97)),
    Stated("at 93 to 95 % after 600 steps", "lr=0.0005&run=600", held_out, (93, 95)),
    Stated("22 to 24 of the 24 maps are dead", "lr=0.3&run=300", dead, (22, 24)),
]
