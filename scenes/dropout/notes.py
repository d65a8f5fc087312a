"""What is said of a run: dropout that helps, that is too much, and units taken out by hand."""

from collections.abc import Sequence

from explainer.contract.frame import Frame, Note, Notes

FROM, BETTER, TOO_MUCH, LEARNED = 200, 0.03, 0.5, 0.9
"""From this step on a run is judged; how far dropout is ahead; a poor share of labels repeated; a good one."""


def seen(frame: Frame) -> Sequence[Note]:
    """Return what is worth saying, most important first."""
    return [note for note in (too_much(frame), helps(frame), out(frame)) if note is not None]


def too_much(frame: Frame) -> Note | None:
    """Say that the network with dropout cannot even fit its training digits, where its twin can."""
    train, plain = frame.metric("train/dropout"), frame.metric("train/plain")
    if frame.step < FROM or not (train < TOO_MUCH and plain > LEARNED):
        return None
    return Note(
        f"With p = {frame.params.p:.2g} and η = {frame.params.lr:.2g} only {train:.0%} of the training labels are "
        f"repeated, without dropout {plain:.0%}: it underfits.",
        "warning", name="too-much", card="train", number=train,
    )  # fmt: skip


def helps(frame: Frame) -> Note | None:
    """Say by how much dropout is ahead on test digits."""
    test, plain = frame.metric("test/dropout"), frame.metric("test/plain")
    if frame.step < FROM or not test - plain > BETTER or not frame.params.p:
        return None
    return Note(
        f"{test:.0%} of the test digits are right with dropout, {plain:.0%} without.",
        "good", name="helps", card="test", number=test,
    )  # fmt: skip


def out(frame: Frame) -> Note | None:
    """Say how many units are out."""
    removed = frame.arrays.get("removed")
    if removed is None or not removed.any():
        return None
    count = int(removed.sum())
    return Note(f"{count} of {len(removed)} units of layer 1 are taken out by hand.", name="out", card="units",
                number=float(count))  # fmt: skip


NOTES = Notes(seen, arrays=("removed",))
