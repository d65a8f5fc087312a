"""What the scene says about itself: summary, readings and conditions worth a word."""

from __future__ import annotations

import numpy as np

from explainer.contract.frame import Frame
from explainer.scenes.attention.moment import Moment
from explainer.scenes.attention.names import PHASES


def summary(frame: Frame) -> str:
    """Return what the query token reads, and how far the run is."""
    moment = Moment.of(frame)
    if moment is None:
        return f"Step {frame.step} of {len(PHASES)}."
    if moment.empty:
        return f"{operation(frame)} “{moment.token}” may read nothing: its row is masked completely."
    order = np.argsort(-moment.weights, kind="stable")[:3]
    read = ", ".join(f"{moment.keys[j]} {moment.weights[j]:.2f}" for j in order)
    return f"{operation(frame)} “{moment.token}” reads {read}."


def operation(frame: Frame) -> str:
    """Return which operation was done last."""
    if frame.step == 0:
        return "No operation has been done yet."
    return f"Operation {frame.step} of {len(PHASES)}: {PHASES[min(frame.step, len(PHASES)) - 1]}."


def readings(frame: Frame) -> list[tuple[str, str]]:
    """Return the operation done last and the entropy of the row."""
    moment = Moment.of(frame)
    found = [("done", PHASES[min(frame.step, len(PHASES)) - 1] if frame.step else "nothing yet")]
    if moment is not None:
        found.append((f"entropy {moment.token}", f"{float(moment['row_entropy'][moment.head, moment.row]):.2f}"))
    return found
