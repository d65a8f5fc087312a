"""What the language model says of a run: learned by heart, better or no better than counting, a text that repeats."""

from collections.abc import Sequence

import numpy as np

from explainer.contract.frame import Frame, Note, Notes
from explainer.contract.number_text import number_text as n
from explainer.scenes.language_model import YARDSTICKS

LATELY, CLEARLY = 24, 0.1
"""So many steps make a mean; by so many nats a loss has to have changed."""
WARMED_UP = 120
LONGEST_LOOP, REPEATED, LEAST_REPEATED = 32, 3, 24
"""A loop of so many symbols at most, gone through so many times, over so many symbols at least."""


def seen(frame: Frame) -> Sequence[Note]:
    """Return what is worth saying, most important first."""
    found = (by_heart(frame), counting_is_as_good(frame), better_than_counting(frame), loop(frame), done(frame))
    return [note for note in found if note is not None]


def losses(frame: Frame, name: str) -> np.ndarray:
    """Return a loss at every update up to this step (update,)."""
    values = frame.series[name].up_to(frame.step) if name in frame.series else np.zeros(0)
    return values[np.isfinite(values)]


def by_heart(frame: Frame) -> Note | None:
    """Say that the held-out loss has risen for a while in which the batch's has fallen."""
    batch, held_out = losses(frame, "loss"), losses(frame, "loss/test")
    if len(held_out) < 4 * LATELY:
        return None
    best = LATELY + int(held_out[LATELY:].argmin())
    then, now = batch[best - LATELY : best].mean(), batch[-LATELY:].mean()
    risen = held_out[-1] - held_out[best] > CLEARLY and len(held_out) - best > 2 * LATELY
    if not risen or now > then - CLEARLY:
        return None
    return Note(
        f"Learned by heart: since update {best + 1:,} the held-out loss has risen from {n(held_out[best])} to "
        f"{n(held_out[-1])}, and the batch's has fallen from {n(then)} to {n(now)} (means of {LATELY}).",
        "warning", name="by-heart", card="loss", number=float(held_out[-1]),
    )  # fmt: skip


def counting_is_as_good(frame: Frame) -> Note | None:
    """Say that after the warm-up frequencies of single characters still foretell as well."""
    held_out, counts = losses(frame, "loss/test"), frame.arrays.get("yardsticks")
    if counts is None or len(held_out) < WARMED_UP or held_out[-1] < counts[1] - CLEARLY:
        return None
    return Note(
        f"After {len(held_out):,} updates {n(held_out[-1])} nats per character held out: frequencies of single "
        f"characters, which know nothing of what stands before, give {n(counts[1])}.",
        "warning", "try:lr=0.004&run=150", "η = 0.004", name="no-better", card="loss", number=float(held_out[-1]),
    )  # fmt: skip


def better_than_counting(frame: Frame) -> Note | None:
    """Say which way of counting the model has left behind, the best of them."""
    held_out, counts = losses(frame, "loss/test"), frame.arrays.get("yardsticks")
    if counts is None or len(held_out) < 4 * LATELY or held_out[-1] >= counts[:3].min():
        return None
    best = 3 if held_out[-1] < counts.min() else 2
    return Note(
        f"Better than {YARDSTICKS[best]}: {n(held_out[-1])} nats per character held out, counting gives "
        f"{n(counts[best])}.",
        "good", name=f"better-than-{YARDSTICKS[best]}", card="loss", number=float(held_out[-1]),
    )  # fmt: skip


def loop(frame: Frame) -> Note | None:
    """Say that the end of the text is the same few symbols again and again."""
    written = frame.arrays.get("written")
    if written is None or not frame.step:
        return None
    for period in range(1, LONGEST_LOOP + 1):
        length = max(REPEATED * period, LEAST_REPEATED)
        end = written[-length:]
        if len(end) == length and (end[period:] == end[:-period]).all():
            said = "".join(end[-period:]).replace("\n", "⏎").replace(" ", "␣")
            return Note(
                f"A loop: the last {length} symbols are “{said}” again and again.",
                "warning", name="loop", card="write", number=float(period),
            )  # fmt: skip
    return None


def done(frame: Frame) -> Note | None:
    """Say that there are no more updates."""
    updates = len(losses(frame, "loss"))
    if updates < frame.params.length or not np.isnan(frame.metric("loss")):
        return None
    return Note(f"All {updates:,} updates are done: it only writes.", name="only-writes", number=float(updates))


NOTES = Notes(seen, arrays=("yardsticks", "written"))
