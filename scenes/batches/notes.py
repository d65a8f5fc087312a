"""What is said of a run: lanes that have run away, and a lane whose last batch is smaller."""

from collections.abc import Sequence

import numpy as np

from explainer.contract.frame import Frame, Note, Notes
from explainer.scenes.batches import SIZES


def seen(frame: Frame) -> Sequence[Note]:
    """Return what is worth saying, most important first."""
    found = (away(frame), few(frame))
    return [note for note in found if note is not None]


def away(frame: Frame) -> Note | None:
    """Say which lanes have run away."""
    gone = frame.arrays.get("resting")
    if gone is None or not gone.any():
        return None
    names = ", ".join(SIZES[frame.params.batch_sizes[int(k)]] for k in np.flatnonzero(gone))
    return Note(
        f"{names}: the loss of a batch went beyond 10,000 nats; the lane rests from then on.",
        "warning", name="away", card="loss", number=float(gone.sum()),
    )  # fmt: skip


def few(frame: Frame) -> Note | None:
    """Say that a lane has seen all examples and hardly updated."""
    counts = frame.arrays.get("counts")
    if counts is None or not frame.step:
        return None
    k = int(counts[:, 0].argmin())
    updates, most, name = int(counts[k, 0]), int(counts[:, 0].max()), SIZES[frame.params.batch_sizes[k]]
    if updates == most:
        return None
    return Note(
        f"From equally many examples {name} has made {updates:,} updates, another lane {most:,}.",
        name="few", card="counts", number=float(updates),
    )  # fmt: skip


NOTES = Notes(seen, arrays=("resting", "counts"))
