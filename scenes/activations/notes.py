"""What is said of a run: slopes that multiply to nothing, dead units, numbers that have run away."""

from collections.abc import Sequence

import numpy as np

from explainer.contract.frame import Frame, Note, Notes
from explainer.contract.number_text import number_text
from explainer.scenes.activations import NAMES

SMALL, MANY = 1e-2, 0.25
"""A product of slopes below this is said, and so is a share of dead units above this."""


def seen(frame: Frame) -> Sequence[Note]:
    """Return what is worth saying, most important first."""
    found = (away(frame), dead(frame), small(frame))
    return [note for note in found if note is not None]


def _name(frame: Frame, k: int) -> str:
    return NAMES[frame.params.activations[k]]


def away(frame: Frame) -> Note | None:
    """Say that networks have run away."""
    gone = frame.arrays.get("runaway")
    if gone is None or not gone.any():
        return None
    names = ", ".join(_name(frame, int(k)) for k in np.flatnonzero(gone))
    return Note(
        f"{names}: the loss went beyond 10,000 or the gradient beyond float32; it rests from then on.",
        "warning", name="away", card="loss", number=float(gone.sum()),
    )  # fmt: skip


def dead(frame: Frame) -> Note | None:
    """Say in which network the most units are dead."""
    counts = frame.arrays.get("dead_units")
    if counts is None:
        return None
    k, units = int(counts.sum(1).argmax()), frame.params.depth * frame.params.width
    if counts[k].sum() < MANY * units:
        return None
    return Note(
        f"{_name(frame, k)}: {counts[k].sum():.0f} of {units} hidden units are dead; no digit gives them a gradient.",
        "warning", name="dead", card="counts", number=float(counts[k].sum()),
    )  # fmt: skip


def small(frame: Frame) -> Note | None:
    """Say in which network the slopes leave the least of a gradient."""
    products = frame.arrays.get("products")
    if products is None or not np.isfinite(products).all() or products[:, 0].min() >= SMALL:
        return None
    k = int(products[:, 0].argmin())
    return Note(
        f"{_name(frame, k)}: the slopes of {frame.params.depth} layers multiply to {number_text(products[k, 0])}.",
        "warning", name="small", card="products", number=float(products[k, 0]),
    )  # fmt: skip


NOTES = Notes(seen, arrays=("runaway", "dead_units", "products"))
