"""What splits says of a run: a leak that flatters, folds without the rare class."""

from collections.abc import Sequence

from explainer.contract.frame import Frame, Note, Notes
from explainer.scenes.splits import WAYS

FLATTERED = 0.15
"""Held-out accuracy that lies so far above that on fresh examples is worth a word."""


def seen(frame: Frame) -> Sequence[Note]:
    """Return what is worth saying, most important first."""
    found = (flattered(frame), lacking(frame))
    return [note for note in found if note is not None]


def flattered(frame: Frame) -> Note | None:
    """Say that held-out examples are told far better than fresh ones."""
    if frame.step < frame.params.k:
        return None
    said, true = frame.metric("held/careless"), frame.metric("fresh/careless")
    if not said - true > FLATTERED:
        return None
    return Note(
        f"“{WAYS[frame.params.trap][0]}” says {said:.0%}; the same models have {true:.0%} on fresh examples.",
        "warning", name="flattered", card="estimate", number=said - true,
    )  # fmt: skip


def lacking(frame: Frame) -> Note | None:
    """Say in how many shuffled folds the rare class is missing."""
    positives = frame.arrays.get("positives")
    if positives is None or frame.params.trap != "rare":
        return None
    without = int((positives[0] == 0).sum())
    if not without:
        return None
    return Note(
        f"{without} of {frame.params.k} shuffled folds have no example of class 1: recall there is 0/0.",
        "warning", name="lacking", card="positives", number=float(without),
    )  # fmt: skip


NOTES = Notes(seen, arrays=("positives",))
