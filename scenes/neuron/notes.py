"""What the neuron says of a run: it has settled, it cannot, it runs away."""

from collections.abc import Sequence

import numpy as np

from explainer.contract.frame import Frame, Note, Notes
from explainer.contract.number_text import number_text

STEPS_RULES = ("perceptron", "pocket")
LARGE = 1e3


def seen(frame: Frame) -> Sequence[Note]:
    """Return what is worth saying, most important first."""
    found = (away(frame), no_line(frame), settled(frame))
    return [note for note in found if note is not None]


def away(frame: Frame) -> Note | None:
    """Say that the delta rule's weights run away, which its own factor shows."""
    w, points = frame.arrays.get("weights"), frame.arrays.get("points")
    if w is None or points is None or frame.params.rule != "delta" or np.abs(w).max() < LARGE:
        return None
    factor = 1 - frame.params.lr * float((np.hypot(*points.T) ** 2).max() + frame.params.bias)
    if factor > -1:
        return None
    return Note(
        f"The weights run away: the longest example multiplies its own error by {number_text(factor)} each time.",
        "warning", name="away", card="weights", number=factor,
    )  # fmt: skip


def no_line(frame: Frame) -> Note | None:
    """Say that no line separates the points, where that is known."""
    bound = frame.arrays.get("bound")
    moved = any(action.verb != "set" for action in frame.actions if action.step <= frame.step)
    if bound is None or np.isfinite(bound[0]) or frame.params.rule not in STEPS_RULES or moved or not frame.step:
        return None
    through = "" if frame.params.bias else " through the origin"
    return Note(f"No line{through} separates these points strictly.", name="no-line", card="plane")


def settled(frame: Frame) -> Note | None:
    """Say that every point is on its side: a rule that learns from mistakes alone has come to its end."""
    z, labels = frame.arrays.get("sums"), frame.arrays.get("labels")
    if z is None or labels is None or frame.params.rule != "perceptron" or not frame.step:
        return None
    if not ((z > 0) == (labels == 1)).all():
        return None
    mistakes = frame.metric("mistakes")
    return Note(f"Every point is on its side after {mistakes:.0f} mistakes: nothing changes any more.",
                "good", name="settled", card="mistakes", number=mistakes)  # fmt: skip


NOTES = Notes(seen, arrays=("weights", "points", "bound", "sums", "labels"))
