"""What the scene says of the run in words and numbers."""

from __future__ import annotations

from explainer.contract.frame import Frame, Note
from explainer.plots.base.number_text import number_text

LATE, RECENT = 150, 20
"""From which step on accuracy says something, and over how many batches."""
LOST = 0.5


def percent(value: float) -> str:
    """Return a share as a person reads it, a dash where it is not known."""
    return f"{value:.1%}" if value == value else "–"


def readings(frame: Frame) -> list[tuple[str, str]]:
    """Return the held-out accuracy for the transport."""
    return [("held-out accuracy", percent(frame.metric("accuracy/test")))]


def summary(frame: Frame) -> str:
    """Say what is to be seen."""
    if not frame.step:
        return "Step 0: the network has learned nothing yet."
    accuracy, loss = frame.metric("accuracy/test"), frame.metric("loss/test")
    return f"Step {frame.step}: {percent(accuracy)} of the held-out images are right, loss {number_text(loss)}."


def notes(frame: Frame) -> list[Note]:
    """Return what is worth saying about the run now."""
    arrays, found = frame.arrays, []
    frozen = [str(name) for name, on in zip(arrays.get("layers", ()), arrays.get("frozen", ()), strict=False) if on]
    if frozen:
        found.append(Note(f"Frozen: {', '.join(frozen)}. The others learn on.", "warning"))
    train, test = frame.series.get("accuracy/train"), frame.series.get("accuracy/test")
    if frame.step < LATE or train is None or test is None:
        return found
    now = frame.metric("accuracy/test")
    recent = [train.at(step) for step in range(frame.step - RECENT + 1, frame.step + 1)]
    if now < LOST:
        text = f"Only {percent(now)} of the held-out images are right after {frame.step} steps: η may be too large."
        found.append(Note(text, "warning", "try:run=200"))
    elif min(recent) == 1.0 and now < 1.0:
        gap = f"The last {RECENT} batches were all right, but only {percent(now)} of the held-out images"
        found.append(Note(f"{gap}: it knows its own images by heart."))
    return found
