"""What ensembles says of a run: a vote that fell again, weights on wrong labels, members that are all the same."""

from collections.abc import Sequence

import numpy as np

from explainer.contract.frame import Frame, Note, Notes

FELL, HEAVY, ENOUGH = 0.02, 2.0, 10
"""A fall of accuracy and a ratio of weights that are worth a word; members before anything is said."""


def seen(frame: Frame) -> Sequence[Note]:
    """Return what is worth saying, most important first."""
    found = (perfect(frame), heavy(frame), fell(frame))
    return [note for note in found if note is not None]


def perfect(frame: Frame) -> Note | None:
    """Say that boosting has nothing to weigh, for no member is ever wrong."""
    errors = frame.arrays.get("errors")
    if frame.params.method != "adaboost" or errors is None or len(errors) < 2 or errors.max() > 0:
        return None
    return Note(
        "No member is wrong about any point it learned from: all weights stay 1, and the trees are alike.",
        "warning", name="perfect", card="weights", number=0.0,
    )  # fmt: skip


def heavy(frame: Frame) -> Note | None:
    """Say that wrong labels are weighed the most."""
    weights, wrong = frame.arrays.get("emphasis"), frame.arrays.get("mislabelled")
    if frame.params.method != "adaboost" or weights is None or wrong is None or frame.step < ENOUGH or not wrong.any():
        return None
    ratio = float(weights[wrong].mean() / max(weights[~wrong].mean(), 1e-12))
    if ratio < HEAVY:
        return None
    return Note(
        f"A point with a wrong label weighs {ratio:.1f} times as much as one with the right label.",
        "warning", name="heavy", card="weights", number=ratio,
    )  # fmt: skip


def fell(frame: Frame) -> Note | None:
    """Say that the vote was better with fewer members."""
    reached = frame.arrays.get("reached")
    if reached is None or len(reached) < ENOUGH:
        return None
    fall = float(reached.max() - reached[-1])
    if fall < FELL:
        return None
    return Note(
        f"The vote of the first {int(np.argmax(reached)) + 1} members had {reached.max():.1%} of test points, "
        f"all {len(reached)} have {reached[-1]:.1%}.",
        "info", name="fell", card="accuracy", number=fall,
    )  # fmt: skip


NOTES = Notes(seen, arrays=("errors", "emphasis", "mislabelled", "reached"))
