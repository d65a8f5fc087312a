"""What is said of a run: what two examples leave of a number, training and evaluation that differ, runs that ended."""

from collections.abc import Sequence

import numpy as np

from explainer.contract.frame import Frame, Note, Notes
from explainer.scenes.normalization import NORMS

RECENT, APART = 50, 0.3
"""Over so many steps training is averaged; so far above evaluation is said."""


def seen(frame: Frame) -> Sequence[Note]:
    """Return what is worth saying, most important first."""
    return [note for note in (away(frame), pair(frame), apart(frame)) if note is not None]


def away(frame: Frame) -> Note | None:
    """Say that networks have run away."""
    gone = frame.arrays.get("runaway")
    if gone is None or not gone.any():
        return None
    names = ", ".join(NORMS[frame.params.norms[int(k)]] for k in np.flatnonzero(gone))
    return Note(
        f"{names}: the loss went beyond 10,000 or the gradient beyond float32; it rests from then on.",
        "warning", name="away", card="loss", number=float(gone.sum()),
    )  # fmt: skip


def pair(frame: Frame) -> Note | None:
    """Say what batch normalization of two numbers leaves of them."""
    if frame.params.batch != 2 or "batch" not in frame.params.norms:
        return None
    return Note(
        "Batch normalization of 2 examples makes +1 and −1 of any two different numbers: only which is larger is left.",
        "warning", name="pair", card="normalized", number=2.0,
    )  # fmt: skip


def apart(frame: Frame) -> Note | None:
    """Say that a network reads its batches and not the held-out digits."""
    if frame.step < RECENT:
        return None
    for norm in frame.params.norms:
        series = frame.series.get(f"right/{norm}")
        if series is None:
            continue
        training = float(series.up_to(frame.step)[-RECENT:].mean())
        evaluation = frame.metric(f"accuracy/{norm}")
        if training - evaluation > APART:
            return Note(
                f"{NORMS[norm]}: {training:.0%} right in its last {RECENT} batches in training mode, {evaluation:.0%} "
                "of new digits in evaluation mode.",
                "warning", name="apart", card="right", number=training - evaluation,
            )  # fmt: skip
    return None


NOTES = Notes(seen, arrays=("runaway",))
