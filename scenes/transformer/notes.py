"""What is said of a run: a model that ran away, one that sees the answer, one that has stayed with counting."""

from collections.abc import Sequence

import numpy as np

from explainer.contract.frame import Frame, Note, Notes
from explainer.contract.number_text import number_text as n
from explainer.scenes.transformer import KINDS, YARDSTICKS

WARMED_UP, CLEARLY, LEAKS = 60, 0.06, 1.0
"""From this step on models are judged; so many nats are a clear difference; below this a symbol is no guess."""


def seen(frame: Frame) -> Sequence[Note]:
    """Return what is worth saying, most important first."""
    return [note for note in (away(frame), leaking(frame), counting(frame), switched_off(frame)) if note is not None]


def away(frame: Frame) -> Note | None:
    """Say which model ran away."""
    rests = frame.arrays.get("resting")
    if rests is None or not rests.any():
        return None
    kind = frame.params.variants[int(np.flatnonzero(rests)[0])]
    return Note(
        f"{KINDS[kind]}: its numbers ran away, and it rests.", "warning", name="away", card="loss",
        number=float(rests.sum()),
    )  # fmt: skip


def leaking(frame: Frame) -> Note | None:
    """Say that a model without a mask reads the answer."""
    loss = frame.metric("test/no-mask")
    if not frame.step or not loss < LEAKS:
        return None
    return Note(
        f"No mask: {n(loss)} nats held out, where counting triples gives 1.8. Every symbol reads the one that it is "
        "to foretell; it could not write.",
        "warning", name="leak", card="loss", number=float(loss),
    )  # fmt: skip


def counting(frame: Frame) -> Note | None:
    """Say which model has come to what single frequencies, or pairs, give, and no further."""
    yardsticks = frame.arrays.get("yardsticks")
    if yardsticks is None or frame.step < WARMED_UP:
        return None
    for kind in frame.params.variants:
        loss = frame.metric(f"test/{kind}")
        for k, why in ((1, "as if it saw no symbol at all"), (2, "as if it saw one symbol")):
            stuck = kind == ("no-residual", "no-attention")[k - 1]
            if stuck and abs(loss - yardsticks[k]) < CLEARLY:
                return Note(
                    f"{KINDS[kind]}: {n(loss)} nats held out, as much as counting {YARDSTICKS[k]} "
                    f"({n(yardsticks[k])}): {why}.",
                    name=f"only-{YARDSTICKS[k]}", card="loss", number=float(loss),
                )  # fmt: skip
    return None


def switched_off(frame: Frame) -> Note | None:
    """Say how many parts are switched off."""
    cuts = frame.arrays.get("cuts")
    if cuts is None or not cuts.any():
        return None
    return Note(f"Switched off: {int(cuts.sum())} of {cuts.size} parts.", name="off", number=float(cuts.sum()))


NOTES = Notes(seen, arrays=("resting", "yardsticks", "cuts"))
