"""What is said of a run: a penalty that is too strong, what stopping early would have given, units that are gone."""

from collections.abc import Sequence

from explainer.contract.frame import Frame, Note, Notes

FROM, BETTER, POOR, LEARNED, GONE = 300, 0.03, 0.5, 0.9, 0.25
"""From this step on a run is judged; a lead worth saying; a poor and a good share of labels; a share of units."""


def seen(frame: Frame) -> Sequence[Note]:
    """Return what is worth saying, most important first."""
    if frame.step < FROM:
        return []
    return [note for note in (too_much(frame), stopped(frame), gone(frame)) if note is not None]


def too_much(frame: Frame) -> Note | None:
    """Say that the network cannot even fit its training digits, where its twin can."""
    train, plain = frame.metric("train/held"), frame.metric("train/plain")
    if not (train < POOR and plain > LEARNED):
        return None
    return Note(
        f"Only {train:.0%} of the training labels are repeated, without the penalty {plain:.0%}: it underfits.",
        "warning", name="too-much", card="train", number=train,
    )  # fmt: skip


def stopped(frame: Frame) -> Note | None:
    """Say that the network without a penalty, stopped at its lowest validation loss, is ahead."""
    held, early = frame.metric("test/held"), frame.metric("stopped/plain")
    if not early - held > BETTER:
        return None
    return Note(
        f"{held:.0%} of the test digits are right now; without a penalty, stopped at the lowest validation loss, "
        f"{early:.0%}.",
        "good", name="stopped", card="test", number=early,
    )  # fmt: skip


def gone(frame: Frame) -> Note | None:
    """Say how many units have no weight left that leads into them."""
    left, width = int(frame.metric("units")), frame.params.width
    if left > (1 - GONE) * width:
        return None
    return Note(
        f"Into {width - left} of {width} hidden units no weight of 0.01 or more leads: they could be taken out.",
        name="gone", card="units", number=float(width - left),
    )  # fmt: skip


NOTES = Notes(seen)
