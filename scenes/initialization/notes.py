"""What is said of a run: units that are copies, sums that vanish or fill the activation, networks that ran away."""

from collections.abc import Sequence

import numpy as np

from explainer.contract.frame import Frame, Note, Notes
from explainer.contract.number_text import number_text
from explainer.scenes.initialization import WAYS

SMALL, FULL = 1e-2, 4.0
"""Sums of a layer below this share of layer 1's have vanished; beyond this size they fill tanh."""


def seen(frame: Frame) -> Sequence[Note]:
    """Return what is worth saying, most important first."""
    return [note for note in (away(frame), copies(frame), vanished(frame), saturated(frame)) if note is not None]


def _names(frame: Frame, which: np.ndarray) -> str:
    return ", ".join(WAYS[frame.params.ways[int(k)]] for k in np.flatnonzero(which))


def away(frame: Frame) -> Note | None:
    """Say that networks have run away."""
    gone = frame.arrays.get("runaway")
    if gone is None or not gone.any():
        return None
    return Note(
        f"{_names(frame, gone)}: the loss went beyond a million or the gradient beyond float32; it rests from then on.",
        "warning", name="away", card="loss", number=float(gone.sum()),
    )  # fmt: skip


def copies(frame: Frame) -> Note | None:
    """Say in which networks layers are made of copies of one unit."""
    kinds = frame.arrays.get("kinds")
    if kinds is None or not (kinds == 1).all(1).any():
        return None
    which = (kinds == 1).all(1)
    return Note(
        f"{_names(frame, which)}: in every hidden layer all {frame.params.width} units are copies of one. Copies get "
        "the same gradient.",
        "warning", name="copies", card="kinds", number=float(which.sum()),
    )  # fmt: skip


def vanished(frame: Frame) -> Note | None:
    """Say where the sums shrink from layer to layer until little is left."""
    sizes = frame.arrays.get("sizes")
    if sizes is None or frame.params.depth < 2 or not np.isfinite(sizes).all():
        return None
    left = sizes[:, -2] / np.maximum(sizes[:, 0], 1e-30)
    k = int(np.where(sizes[:, 0] > 0, left, np.inf).argmin())
    if not (0 < left[k] < SMALL):
        return None
    return Note(
        f"{WAYS[frame.params.ways[k]]}: the sums of layer {frame.params.depth} are {number_text(left[k], 2)} of those "
        "of layer 1.",
        "warning", name="vanished", card="sizes", number=float(left[k]),
    )  # fmt: skip


def saturated(frame: Frame) -> Note | None:
    """Say where the sums are so large that tanh is flat."""
    sizes = frame.arrays.get("sizes")
    if sizes is None or frame.params.activation != "tanh":
        return None
    k = int(sizes[:, :-1].min(1).argmax())
    least = float(sizes[k, :-1].min())
    if not least > FULL:
        return None
    slope = 1 / np.cosh(min(least, 300.0)) ** 2
    return Note(
        f"{WAYS[frame.params.ways[k]]}: sums of {number_text(least)} and more in every hidden layer; at such a sum "
        f"tanh's slope is {number_text(slope, 2)}.",
        "warning", name="saturated", card="outputs", number=least,
    )  # fmt: skip


NOTES = Notes(seen, arrays=("runaway", "kinds", "sizes"))
