"""What the scene says of a run: which layers are frozen, and how what is learned holds on images never seen."""

from __future__ import annotations

from explainer.contract.frame import Frame, Note, Notes
from explainer.scenes.cnn.explain import percent

LATE, RECENT = 150, 20
"""From which step on accuracy says something, and over how many batches."""
LOST = 0.5


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


NOTES = Notes(notes, arrays=("layers", "frozen"))
