"""What the loss landscape's scene says of a run: degradation, and networks that have run away."""

from collections.abc import Sequence

from explainer.contract.frame import Frame, Note, Notes
from explainer.scenes.loss_landscape import KINDS

POINTS, SETTLED = 0.1, 100
"""By how much more of its own training digits a network must get wrong; the step from which that is said."""


def seen(frame: Frame) -> Sequence[Note]:
    """Return what is worth saying, most important first."""
    return [note for note in (ran_away(frame), degraded(frame)) if note is not None]


def ran_away(frame: Frame) -> Note | None:
    """Say which networks rest because their loss has left the ordinary numbers."""
    resting = frame.arrays.get("resting")
    if resting is None or not resting.any():
        return None
    names = ", ".join(KINDS[kind] for kind, rests in zip(frame.params.networks, resting, strict=True) if rests)
    return Note(
        f"{names}: the loss has run away, and no further step is made.", "warning", name="ran-away", card="loss"
    )


def degraded(frame: Frame) -> Note | None:
    """Say that a plain network is worse on what it is trained on than the same one with skips."""
    correct, kinds = frame.arrays.get("correct"), frame.params.networks
    if correct is None or frame.step < SETTLED or not {"plain", "residual"} <= set(kinds):
        return None
    plain, residual = (float(correct[0, kinds.index(name)]) for name in ("plain", "residual"))
    if residual - plain < POINTS:
        return None
    return Note(
        f"Without skips {plain:.0%} of the digits trained on are right, with them {residual:.0%}: no overfitting, for "
        "these are the training digits.",
        name="degraded", card="table", number=plain,
    )  # fmt: skip


NOTES = Notes(seen, arrays=("resting", "correct"))
