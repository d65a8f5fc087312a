"""What the scene says of the run in words and numbers."""

from __future__ import annotations

from explainer.contract.frame import Frame
from explainer.contract.number_text import number_text


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
