"""What hyperparameter search says of a run: a flattered score, a best value at the edge, few values tried."""

from collections.abc import Sequence

import numpy as np

from explainer.contract.frame import Frame, Note, Notes
from explainer.contract.number_text import number_text
from explainer.scenes.hyperparameter_search import METHODS, SPACE

FLATTERED, EDGE, FEW = 3.0, 0.02, 8
"""So many standard errors; so near to an end of the range, as a share of it; so many values at the most."""


def seen(frame: Frame) -> Sequence[Note]:
    """Return what is worth saying of each method, most important first."""
    told = [found(frame, k, name) for found in (flattered, edge, few) for k, name in enumerate(frame.params.methods)]
    return [note for note in told if note is not None]


def flattered(frame: Frame, k: int, name: str) -> Note | None:
    """Say that the chosen trial is much better where it was chosen than on the test digits.

    By more than three standard errors of the difference of two such shares.
    """
    error, test = frame.metric(f"error/{name}"), frame.metric(f"test/{name}")
    if not (np.isfinite(error) and np.isfinite(test)):
        return None
    spread = float(np.sqrt(test * (1 - test) * (1 / frame.params.validation + 1 / 360)))
    if not test - error > FLATTERED * spread:
        return None
    return Note(
        f"{METHODS[name]}: the chosen trial has {error:.1%} of the validation digits wrong and {test:.1%} of the test "
        f"digits, {number_text((test - error) / spread)} standard errors more.",
        "warning", name="flattered", card="gap", number=test - error,
    )  # fmt: skip


def edge(frame: Frame, k: int, name: str) -> Note | None:
    """Say that the best value lies at an end of its range, so that better ones may lie beyond."""
    found = frame.arrays.get("searcher_settings")
    if found is None or frame.step < frame.params.budget // 2 or not np.isfinite(found[k]).all():
        return None
    searched = "lr"
    if searched not in frame.params.searched:
        return None
    value = float(found[k, list(SPACE).index(searched)])
    share = frame.params.share(searched, value)
    if EDGE < share < 1 - EDGE:
        return None
    return Note(
        f"{METHODS[name]}: its best learning rate, {number_text(value)}, lies at the end of the range: look beyond it.",
        "warning", name="edge", card="plane", number=value,
    )  # fmt: skip


def few(frame: Frame, k: int, name: str) -> Note | None:
    """Say how few values of the first hyperparameter a grid has tried."""
    values, trials = frame.arrays.get("searcher_values"), frame.arrays.get("searcher_trials")
    if name != "grid" or values is None or trials is None or not values[k] * 2 <= trials[k] or not 0 < values[k] <= FEW:
        return None
    return Note(
        f"Grid: {trials[k]} trials, and {values[k]} values of the {SPACE[frame.params.searched[0]]}.",
        name="few-values", card="shadow", number=float(values[k]),
    )  # fmt: skip


NOTES = Notes(seen, arrays=("searcher_settings", "searcher_values", "searcher_trials"))
