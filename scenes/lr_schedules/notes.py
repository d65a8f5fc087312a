"""What is said of a run: a rate that goes on stirring, a schedule that has ended, plateaus that were seen."""

from collections.abc import Sequence

from explainer.contract.frame import Frame, Note, Notes
from explainer.contract.number_text import number_text as n
from explainer.scenes.lr_schedules import SCHEDULES

STIRS = 10.0
"""A lane is said to be stirred whose loss moves so many times as much as that of another lane."""


def seen(frame: Frame) -> Sequence[Note]:
    """Return what is worth saying, most important first."""
    found = (stirring(frame), ended(frame))
    return [note for note in found if note is not None]


def stirring(frame: Frame) -> Note | None:
    """Say that one lane's loss still moves, and another's hardly."""
    spreads = {name: frame.metric(f"spread/{name}") for name in frame.params.schedules}
    most, least = max(spreads, key=lambda name: spreads[name]), min(spreads, key=lambda name: spreads[name])
    if frame.step < frame.params.total // 2 or not spreads[most] > STIRS * spreads[least] > 0:
        return None
    return Note(
        f"{SCHEDULES[most]}: the loss has moved by ± {n(spreads[most])} over 50 steps; "
        f"{SCHEDULES[least]}: by ± {n(spreads[least])}.",
        name="stirring", card="spread", number=spreads[most],
    )  # fmt: skip


def ended(frame: Frame) -> Note | None:
    """Say that the schedules have come to their end."""
    if frame.step < frame.params.total:
        return None
    return Note(
        f"The schedules, over {frame.params.total} steps, have come to their end.",
        name="ended", card="schedules", number=float(frame.params.total),
    )  # fmt: skip


NOTES = Notes(seen)
