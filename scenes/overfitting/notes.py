"""What is said of a run: learned by heart, learned without harm, stopped, too small."""

from collections.abc import Sequence

from explainer.contract.frame import Frame, Note, Notes

FROM, NEARLY_ALL, HEART, LOST, KEPT, POOR, SMALL = 300, 0.99, 0.9, 0.05, 0.03, 0.7, 4
"""From this step on a run is judged. Shares right: nearly all of the labels, most of the wrong ones, lost and kept of
the best on test digits, a poor one on right labels. So many units are few."""


def seen(frame: Frame) -> Sequence[Note]:
    """Return what is worth saying, most important first."""
    return [note for note in (stopped(frame), by_heart(frame), unharmed(frame), underfits(frame)) if note is not None]


def best_test(frame: Frame) -> float:
    """Return the largest share of test digits right up to now, after any update."""
    return float(frame.series["right/test"].up_to(frame.step).max()) if frame.step else float("nan")


def stopped(frame: Frame) -> Note | None:
    """Say that early stopping has ended the run, and where it went back to."""
    choices = frame.arrays.get("choices")
    if not frame.finished or choices is None:
        return None
    step = choices[0 if frame.params.monitor == "loss" else 1, 0]
    back = f"the weights of step {step:,.0f} are back" if frame.params.restore else "the last weights were kept"
    return Note(
        f"Stopped: {frame.params.patience} epochs without a new best; {back}.",
        name="stopped", card="callbacks", number=float(frame.params.patience),
    )  # fmt: skip


def by_heart(frame: Frame) -> Note | None:
    """Say that wrong labels are repeated, and what that has cost on new digits."""
    wrong, test, best = frame.metric("right/wrong"), frame.metric("right/test"), best_test(frame)
    if frame.step < FROM or not wrong > HEART or not best - test > LOST:
        return None
    return Note(
        f"{wrong:.0%} of the wrong labels are repeated; of new digits {test:.0%} are right, {best:.0%} at best.",
        "warning", "show:choices", "What choosing by validation would give", name="by-heart", card="examples",
        number=wrong,
    )  # fmt: skip


def unharmed(frame: Frame) -> Note | None:
    """Say that everything is fitted and nothing lost."""
    train, test, best = frame.metric("right/train"), frame.metric("right/test"), best_test(frame)
    if frame.step < FROM or not train > NEARLY_ALL or not best - test <= KEPT:
        return None
    return Note(
        f"{train:.0%} of the labels are repeated, and {test:.0%} of new digits are right ({best:.0%} at best): "
        "a training error of 0 has cost next to nothing.",
        "good", name="unharmed", card="right", number=test,
    )  # fmt: skip


def underfits(frame: Frame) -> Note | None:
    """Say that so few units cannot even fit the training digits."""
    train = frame.metric("right/clean")
    if frame.step < FROM or frame.params.width > SMALL or not train < POOR:
        return None
    return Note(
        f"Only {train:.0%} of the rightly labelled training digits are right: {frame.params.width} hidden units.",
        "warning", "show:width", "More units", name="underfits", card="right", number=train,
    )  # fmt: skip


NOTES = Notes(seen, arrays=("choices",))
