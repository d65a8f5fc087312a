"""What dimensionality says of a run: a hub among the neighbours, nothing above the noise."""

from collections.abc import Sequence

import numpy as np

from explainer.contract.frame import Frame, Note, Notes

MANY = 10
"""A digit that is so many times as often a neighbour as the mean one is worth a word."""


def seen(frame: Frame) -> Sequence[Note]:
    """Return what is worth saying, most important first."""
    return [note for note in (drowned(frame), hub(frame)) if note is not None] if frame.step else ()


def drowned(frame: Frame) -> Note | None:
    """Say that no component stands out of the noise."""
    variances, params = frame.arrays.get("variances"), frame.params
    count = frame.metric("columns")
    if variances is None or params.added != "noise" or not count > 0:
        return None
    most = params.scale**2 * (1 + np.sqrt(count / (params.examples - 1))) ** 2
    above = int((np.asarray(variances) > most).sum())
    if above >= min(params.q, 10):
        return None
    return Note(
        f"Only {above} principal components have more variance than {count:,.0f} columns of noise alone reach.",
        "warning", name="drowned", card="spectrum", number=above,
    )  # fmt: skip


def hub(frame: Frame) -> Note | None:
    """Say that one digit is a neighbour of very many."""
    times = frame.metric("hub")
    if not times > MANY * frame.params.k:
        return None
    return Note(
        f"One digit is among the {frame.params.k} nearest of {times:.0f} others, "
        f"{times / frame.params.k:.0f} times the mean: a hub.", name="hub", card="accuracy", number=times,
    )  # fmt: skip


NOTES = Notes(seen, arrays=("variances",))
