"""What forecasting says of a run: who does better without learning, splits that see the future, broken promises."""

from collections.abc import Sequence

import numpy as np

from explainer.contract.frame import Frame, Note, Notes
from explainer.contract.number_text import number_text
from explainer.scenes.forecasting import COVERED, MODELS

UNLEARNED, NETWORK, ENOUGH = 4, 5, 100
"""Models before this one learn nothing; updates before a network is compared."""


def seen(frame: Frame) -> Sequence[Note]:
    """Return what is worth saying, most important first."""
    return (*shuffled(frame), *beaten(frame), *narrow(frame))


def shuffled(frame: Frame) -> Sequence[Note]:
    """Say that the test is no forecast."""
    if not frame.params.shuffle:
        return ()
    words = "Tested windows lie among those that are learned from: what came after them is known to the network."
    return (Note(words, "warning", name="shuffled", card="series", number=float(frame.params.test_size)),)


def beaten(frame: Frame) -> Sequence[Note]:
    """Name the best forecast without any learning, where it beats the network."""
    errors = frame.arrays.get("errors")
    if errors is None or frame.step < ENOUGH:
        return ()
    simple = np.where(np.isfinite(errors[:UNLEARNED, 2]), errors[:UNLEARNED, 2], np.inf)
    best, own = int(simple.argmin()), errors[NETWORK, 2]
    if not own > simple[best]:
        return ()
    words = (
        f"{frame.params.horizon} ahead, “{MODELS[best]}” has a mean |error| of {number_text(simple[best])} "
        f"without learning anything, the network {number_text(own)}."
    )
    return (Note(words, "warning", name="beaten", card="errors", number=float(simple[best])),)


def narrow(frame: Frame) -> Sequence[Note]:
    """Say that the interval holds far less of the test part than it promises."""
    coverage, counted = frame.arrays.get("coverage"), frame.arrays.get("counted")
    if coverage is None or counted is None or frame.step < ENOUGH or counted[2] < 10:
        return ()
    spread = (COVERED * (1 - COVERED) / counted[2]) ** 0.5
    if not coverage[2] < COVERED - 3 * spread:
        return ()
    words = f"The 80 % interval holds {coverage[2]:.0%} of {int(counted[2])} test values."
    return (Note(words, "warning", name="narrow", card="coverage", number=float(coverage[2])),)


NOTES = Notes(seen, arrays=("errors", "coverage", "counted"))
