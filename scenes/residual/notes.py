"""What is said of a run: numbers that ran away, a deep plain network that cannot even fit what it trains on."""

from collections.abc import Sequence

import numpy as np

from explainer.contract.frame import Frame, Note, Notes
from explainer.contract.number_text import number_text
from explainer.scenes.residual import KINDS

STEPS, POOR, GOOD, DOUBLED = 100, 0.5, 0.9, 1.3
"""From this step on a network is compared; shares right that are poor and good; growth of h per block."""


def seen(frame: Frame) -> Sequence[Note]:
    """Return what is worth saying, most important first."""
    return [note for note in (away(frame), degraded(frame)) if note is not None]


def away(frame: Frame) -> Note | None:
    """Say which networks ran away, and that h grew on its way where it did."""
    rests, sizes = (frame.arrays.get(name) for name in ("resting", "sizes"))
    if rests is None or sizes is None or not rests.any():
        return None
    k = int(np.flatnonzero(rests)[0])
    words = f"{KINDS[frame.params.variants[k]]}: its numbers ran away, and it rests."
    first, last = sizes[k, 0], sizes[k, -1]
    blocks = sizes.shape[1]
    if blocks > 1 and np.isfinite(sizes[k]).all() and first > 0 and last > first * DOUBLED ** (blocks - 1):
        growth = float((last / first) ** (1 / (blocks - 1)))
        words += f" What passes grew by {number_text(growth)} a block, to {number_text(float(last))}."
    return Note(words, "warning", name="away", card="sizes", number=float(rests.sum()))


def degraded(frame: Frame) -> Note | None:
    """Say that a plain network fails on what it trains on, where a residual one of the same depth does not."""
    correct, rests = (frame.arrays.get(name) for name in ("correct", "resting"))
    if frame.step < STEPS or correct is None or rests is None:
        return None
    plain = [k for k, kind in enumerate(frame.params.variants) if kind.startswith("plain") and not rests[k]]
    others = [k for k, kind in enumerate(frame.params.variants) if not kind.startswith("plain") and not rests[k]]
    if not plain or not others:
        return None
    worst, best = min(plain, key=lambda k: correct[0, k]), max(others, key=lambda k: correct[0, k])
    if correct[0, worst] > POOR or correct[0, best] < GOOD:
        return None
    names = [KINDS[frame.params.variants[k]] for k in (worst, best)]
    return Note(
        f"{names[0]} has {correct[0, worst]:.0%} of its training digits right, {names[1]} {correct[0, best]:.0%}: what "
        "fails is the training, not the step to new digits.",
        name="degraded", card="right", number=float(correct[0, worst]),
    )  # fmt: skip


NOTES = Notes(seen, arrays=("resting", "sizes", "correct"))
