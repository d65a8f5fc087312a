"""What metrics says of a run: an accuracy that is worth nothing, a threshold that costs, scores that overstate."""

from collections.abc import Sequence

import numpy as np

from explainer.contract.frame import Frame, Note, Notes
from explainer.contract.lesson_links import try_link
from explainer.contract.number_text import number_text as n

DEAR, RARE, OFF = 1.1, 0.05, 0.08
"""A cost so many times the least one, a class so rare, a calibration error so large are worth a word."""


def seen(frame: Frame) -> Sequence[Note]:
    """Return what is worth saying, most important first."""
    found = (one_class(frame), useless(frame), dear(frame), overstated(frame))
    return [note for note in found if note is not None]


def one_class(frame: Frame) -> Note | None:
    """Say that precision is undefined, for nobody is called positive."""
    totals = frame.arrays.get("totals")
    if totals is None or totals[1] + totals[3]:
        return None
    right = totals[0] / totals.sum()
    return Note(
        f"Nobody is called positive, and {right:.1%} is right. Precision is 0/0; scikit-learn writes 0 and warns.",
        "warning", name="one-class", card="measures", number=float(right),
    )  # fmt: skip


def useless(frame: Frame) -> Note | None:
    """Say that calling everybody by the commoner class would be right more often."""
    totals = frame.arrays.get("totals")
    if totals is None or not totals[1] + totals[3]:
        return None
    tn, fp, fn, tp = totals.tolist()
    right, plain = (tn + tp) / sum(totals), max(tn + fp, fn + tp) / sum(totals)
    if min(tn + fp, fn + tp) > RARE * sum(totals) or right > plain:
        return None
    return Note(
        f"{right:.1%} is right; one answer for everybody would have {plain:.1%}.",
        "warning", name="useless", card="measures", number=float(right),
    )  # fmt: skip


def dear(frame: Frame) -> Note | None:
    """Say how much of the cost another threshold would save."""
    price, cheapest = frame.arrays.get("price"), frame.arrays.get("cheapest")
    if price is None or cheapest is None or not price > DEAR * cheapest[1]:
        return None
    at, least = cheapest.tolist()
    return Note(
        f"The cost per case is {n(float(price))}. At the threshold {n(at)} it would be {n(least)} on these cases.",
        "warning", try_link(frame.params, threshold=float(f"{at:.3g}")),
        name="dear", card="price", number=float(price) / least if least else np.inf,
    )  # fmt: skip


def overstated(frame: Frame) -> Note | None:
    """Say that the scores are no probabilities, and which way they lie."""
    error = frame.metric("ece") if frame.step else np.nan
    if not error > OFF:
        return None
    return Note(
        f"The calibration error is {n(error)}: scores are that far from the shares they stand for, on average.",
        name="uncalibrated", card="calibration", number=float(error),
    )  # fmt: skip


NOTES = Notes(seen, arrays=("totals", "price", "cheapest"))
