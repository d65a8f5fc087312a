"""What is said of a run: a ball that has been thrown away, a threshold that cuts everything or nothing."""

from collections.abc import Sequence

import numpy as np

from explainer.contract.frame import Frame, Note, Notes
from explainer.contract.number_text import number_text
from explainer.scenes.clipping import METHODS

LEAP, FLAT, ENOUGH = 5.0, 1e-6, 30
"""A step longer than this is a leap; gradients shorter than this move nothing; so many steps are enough to judge."""


def seen(frame: Frame) -> Sequence[Note]:
    """Return what is worth saying, most important first."""
    return [note for note in (thrown(frame), always(frame)) if note is not None]


def thrown(frame: Frame) -> Note | None:
    """Say which ball has leapt, how far, and that it lies where no gradient leads back."""
    path, raw = frame.arrays.get("path"), frame.arrays.get("raw")
    if path is None or raw is None or path.shape[1] < 2:
        return None
    leaps = np.linalg.norm(np.diff(path, axis=1), axis=-1)
    k = int(leaps.max(1).argmax())
    if leaps[k].max() < LEAP:
        return None
    words = (
        f"{METHODS[frame.params.methods[k]]}: at step {int(leaps[k].argmax()) + 1} it leapt {leaps[k].max():.0f} far"
    )
    flat = float(np.linalg.norm(raw[k])) < FLAT
    return Note(
        f"{words}, and lies where the gradient is {number_text(float(np.linalg.norm(raw[k])), 2)}: nothing leads back."
        if flat else f"{words}.",
        "warning", name="thrown", card="plane", number=float(leaps[k].max()),
    )  # fmt: skip


def always(frame: Frame) -> Note | None:
    """Say that the threshold cut every gradient so far: then η c is the length of every step."""
    if frame.step < ENOUGH or "norm" not in frame.params.methods:
        return None
    norms = frame.series["norm/norm"].up_to(frame.step) if "norm/norm" in frame.series else None
    if norms is None or not (norms > frame.params.threshold).all():
        return None
    return Note(
        f"Every gradient so far was longer than c = {number_text(frame.params.threshold)}: each step by norm is η c = "
        f"{number_text(frame.params.lr * frame.params.threshold)} long, whatever the slope.",
        name="always", card="counts", number=float(frame.params.threshold),
    )  # fmt: skip


NOTES = Notes(seen, arrays=("path", "raw"))
