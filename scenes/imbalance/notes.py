"""What imbalance says of a run: right and useless, scores that overstate, positives that are too few to judge by."""

from collections.abc import Sequence

from explainer.contract.frame import Frame, Note, Notes
from explainer.contract.lesson_links import try_link
from explainer.scenes.imbalance import REMEDIES

MOST_MISSED, OVERSTATED, FEW = 0.1, 3.0, 20
"""Recall that is this low, a mean score this many times the share, positives this few are worth a word."""


def seen(frame: Frame) -> Sequence[Note]:
    """Return what is worth saying, most important first."""
    found = (useless(frame), overstated(frame), few(frame))
    return [note for note in found if note is not None]


def useless(frame: Frame) -> Note | None:
    """Say of the first remedy that does so that nearly all is right and nearly no positive found."""
    found, share = frame.arrays.get("found"), frame.arrays.get("share")
    if found is None or share is None:
        return None
    for name, (right, recall, *_) in zip(frame.params.remedies, found.tolist(), strict=True):
        if right >= 0.9 and recall < MOST_MISSED:
            return Note(
                f"{REMEDIES[name]}: {right:.1%} is right, and {recall:.1%} of the positives are found.",
                "warning", try_link(frame.params, threshold=float(f"{float(share):.3g}")),
                name="useless", card="board", number=recall,
            )  # fmt: skip
    return None


def overstated(frame: Frame) -> Note | None:
    """Say whose mean score is farthest above the share of positives."""
    mean, share = frame.arrays.get("mean_score"), frame.arrays.get("share")
    if mean is None or share is None or not mean.max() > OVERSTATED * share:
        return None
    name = REMEDIES[frame.params.remedies[int(mean.argmax())]]
    return Note(
        f"{name} gives a mean score of {mean.max():.1%} where {float(share):.1%} are positive: no probabilities.",
        name="overstated", card="mean", number=float(mean.max() / share),
    )  # fmt: skip


def few(frame: Frame) -> Note | None:
    """Say that there are few positives to learn from."""
    learned = frame.arrays.get("learned")
    if learned is None or "none" not in frame.params.remedies:
        return None
    count = float(learned[frame.params.remedies.index("none"), 1])
    if count >= FEW:
        return None
    return Note(f"There are {count:.0f} positives to learn from: copies and mixtures of them add no news.",
                name="few", card="moves", number=count)  # fmt: skip


NOTES = Notes(seen, arrays=("found", "share", "mean_score", "learned"))
