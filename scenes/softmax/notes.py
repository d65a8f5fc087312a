"""What softmax says of a run: sure and wrong, and exponentials that have left float32."""

from collections.abc import Sequence

import numpy as np

from explainer.contract.frame import Frame, Note, Notes
from explainer.contract.number_text import number_text
from explainer.scenes.softmax import CLASSES

SURE = 0.9
LARGEST = 88.72
"""e to more than this is beyond float32: log of its largest number."""


def seen(frame: Frame) -> Sequence[Note]:
    """Return what is worth saying, most important first."""
    found = (overflow(frame), underflow(frame), sure_and_wrong(frame))
    return [note for note in found if note is not None]


def overflow(frame: Frame) -> Note | None:
    """Say that the formula as it is written is ∞/∞ although every probability is an ordinary number."""
    values = frame.arrays.get("exponentials")
    if values is None or not np.isinf(values).any():
        return None
    return Note(
        f"{int(np.isinf(values).sum())} of {len(values)} exponentials are beyond float32, whose limit is "
        f"e^{LARGEST}: written out, softmax is ∞/∞. With the largest score subtracted nothing overflows.",
        "warning", name="overflow", card="safe", number=float(np.isinf(values).sum()),
    )  # fmt: skip


def underflow(frame: Frame) -> Note | None:
    """Say that every exponential has become zero."""
    values = frame.arrays.get("exponentials")
    if values is None or values.any():
        return None
    return Note(
        f"All {len(values)} exponentials are rounded to 0 in float32: written out, softmax is 0/0.",
        "warning", name="underflow", card="safe", number=float(len(values)),
    )  # fmt: skip


def sure_and_wrong(frame: Frame) -> Note | None:
    """Say that a wrong class has nearly all of the probability, and how hard the loss pulls."""
    p, true = frame.arrays.get("probabilities"), CLASSES.index(frame.params.target)
    if p is None or int(p.argmax()) == true or p.max() <= SURE:
        return None
    return Note(
        f"Sure and wrong: p({CLASSES[int(p.argmax())]}) = {number_text(p.max())}, the true class has "
        f"{number_text(p[true])}.",
        "warning", name="sure-and-wrong", card="bars", number=float(p.max()),
    )  # fmt: skip


NOTES = Notes(seen, arrays=("exponentials", "probabilities"))
