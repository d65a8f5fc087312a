"""What fairness says of a run: calibrated and unequal, labels that are biased, a group that is betrayed."""

from collections.abc import Sequence

from explainer.contract.frame import Frame, Note, Notes
from explainer.contract.lesson_links import try_link

CALIBRATED, UNEQUAL, BETRAYED = 0.03, 0.1, 0.8
"""Calibration errors this small beside rates this far apart, and groups told apart this well, are worth a word."""


def seen(frame: Frame) -> Sequence[Note]:
    """Return what is worth saying, most important first."""
    found = (biased(frame), betrayed(frame), unequal(frame))
    return [note for note in found if note is not None]


def biased(frame: Frame) -> Note | None:
    """Say that the recorded labels are not the truth."""
    flow = frame.arrays.get("flow")
    if flow is None or not flow[0, 1] - flow[1, 1] > 0.02:
        return None
    return Note(
        f"{flow[0, 1]:.0%} of B are positive, and {flow[1, 1]:.0%} are recorded so: the second is what is learned.",
        "warning", try_link(frame.params, bias=0.0), name="biased", card="flow", number=float(flow[0, 1] - flow[1, 1]),
    )  # fmt: skip


def betrayed(frame: Frame) -> Note | None:
    """Say that columns tell the group that is not one of them."""
    told = frame.arrays.get("told")
    if told is None or frame.params.seen not in ("readings", "proxy") or not told > BETRAYED:
        return None
    return Note(
        f"The group is no column, and those that are tell it with an area under ROC of {float(told):.2f}.",
        name="betrayed", card="seen", number=float(told),
    )  # fmt: skip


def unequal(frame: Frame) -> Note | None:
    """Say that scores are calibrated in both groups while positives fare differently."""
    apart, criteria = frame.arrays.get("apart"), frame.arrays.get("criteria")
    if apart is None or criteria is None or not (apart[6] < CALIBRATED and apart[1] > UNEQUAL):
        return None
    return Note(
        f"Calibrated in both groups; called are {criteria[1, 0]:.0%} of A's positives, {criteria[1, 1]:.0%} of B's.",
        name="unequal", card="board", number=float(apart[1]),
    )  # fmt: skip


NOTES = Notes(seen, arrays=("flow", "told", "apart", "criteria"))
