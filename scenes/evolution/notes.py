"""What evolution says of a run: no slope to follow, a covariance that has collapsed elsewhere, a blind compass."""

from collections.abc import Sequence

from explainer.contract.frame import Frame, Note, Notes
from explainer.contract.number_text import number_text
from explainer.scenes.evolution import METHODS

BLIND, ENOUGH = 0.1, 10
"""A cosine below this is hardly a direction; generations that a mean is taken over."""


def seen(frame: Frame) -> Sequence[Note]:
    """Return what is worth saying, most important first."""
    return [note for note in (no_slope(frame), converged(frame), blind(frame)) if note is not None]


def no_slope(frame: Frame) -> Note | None:
    """Say that descent has rested after every step because the objective is flat."""
    params, restarts = frame.params, frame.arrays.get("restarts")
    if params.objective != "error" or params.problem != "network" or "gd" not in params.methods or restarts is None:
        return None
    count = int(restarts[params.methods.index("gd")])
    if not count:
        return None
    return Note(
        f"Descent has begun anew {count} times, after every step: the share of wrong answers has no slope.",
        "warning", name="no-slope", card="table", number=float(count),
    )  # fmt: skip


def converged(frame: Frame) -> Note | None:
    """Say that a covariance strategy has converged above the lowest loss that is known, and begun anew."""
    restarts, best = frame.arrays.get("restarts"), frame.arrays.get("best_losses")
    if restarts is None or best is None:
        return None
    for k, name in enumerate(frame.params.methods):
        if name in ("cma", "sep") and restarts[k] and best[k] > best.min() + 1e-6:
            return Note(
                f"{METHODS[name]} has converged {int(restarts[k])} times, at best to {number_text(best[k])}, and "
                "begun anew elsewhere: more trials a generation may see more.",
                name="converged", card="best", number=float(best[k]),
            )  # fmt: skip
    return None


def blind(frame: Frame) -> Note | None:
    """Say that the strategy's direction has little to do with the slope."""
    series = frame.series.get("cosine")
    if series is None or frame.step < ENOUGH:
        return None
    mean = sum(series.at(step) for step in range(frame.step - ENOUGH + 1, frame.step + 1)) / ENOUGH
    if not -BLIND < mean < BLIND:
        return None
    return Note(
        f"The strategy's direction has had a mean cosine of {mean:.2f} to the slope over {ENOUGH} generations.",
        name="blind", card="compass", number=mean,
    )  # fmt: skip


NOTES = Notes(seen, arrays=("restarts", "best_losses"))
