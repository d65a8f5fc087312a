"""What the scene says of a run: what is frozen or dead, how the loss goes, and what holds on images never seen."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import numpy as np

from explainer.contract.frame import Frame, Note, Notes
from explainer.contract.number_text import number_text
from explainer.scenes.cnn.words import percent

LATE, RECENT = 150, 50
"""From which step on accuracy says something, and over how many steps the course of the loss is looked at."""
LOST = 0.5


STEADY = 0.8
"""In what share of the steps the loss must fall for it to be slow and not to and fro."""


def notes(frame: Frame) -> list[Note]:
    """Return what is worth saying about the run now, what hinders it first."""
    found = [*_dead(frame), *_lost(frame), *_known(frame), *_frozen(frame)]
    return sorted(found, key=lambda note: note.level != "warning")


def dead_layers(frame: Frame) -> dict[str, np.ndarray]:
    """Return for each convolution whose maps are known which of them are 0 everywhere."""
    names = [str(name) for name in frame.arrays.get("layers", ())]
    found = {name: frame.arrays.get(f"dead/{name}") for name in names}
    return {name: array for name, array in found.items() if array is not None}


def _dead(frame: Frame) -> Iterator[Note]:
    """Say which maps answer to nothing; where a whole layer is dead, that nothing gets through it."""
    for name, dead in dead_layers(frame).items():
        count = int(dead.sum())
        if not count:
            continue
        which = f"{count} of {len(dead)} maps of {name}"
        if count == len(dead):
            text = f"All {count} maps of {name} are dead, 0 in every image: nothing of the image gets through"
            yield Note(f"{text}, and no gradient back.", "warning", name="dead-layer", card="network", number=count)
        else:
            yield Note(f"{which} are dead: 0 in every image.", name="dead-maps", card="network", number=count)


def _lost(frame: Frame) -> Iterator[Note]:
    """Say how the loss goes where few images are right: what is seen, and what may be tried, no cause."""
    accuracy, classes = frame.metric("accuracy/test"), frame.arrays.get("classes")
    if frame.step < LATE or classes is None or not accuracy < LOST or _disturbed(frame):
        return
    if any(dead.all() for dead in dead_layers(frame).values()):
        return
    before, now = (_losses(frame, "loss/test", frame.step - back) for back in (RECENT // 2, 0))
    blind, mean = math.log(len(classes)), float(np.mean(now))
    batches = float(np.mean(_losses(frame, "loss/train", frame.step)))
    start = f"Only {percent(accuracy)} of the held-out images are right after {frame.step} steps"
    fell = float(np.mean(before)) - mean
    noise = math.sqrt((np.var(before) + np.var(now)) / len(now))
    if batches > blind * 1.02:
        told = f"the loss of the last batches, {number_text(batches)}, is above ln {len(classes)} = {blind:.2f}"
        text, name = f"{start}: {told}, that of an even guess. A smaller η is worth a try.", "above-guessing"
    elif fell > 2 * noise and fell > 0:  # however little: what falls steadily is slow, not stuck
        told = f"their loss is still falling, by {number_text(fell)} to {number_text(mean)} in {RECENT // 2} steps"
        steady = float(np.mean(np.diff([*before, *now]) < 0)) > STEADY
        more = "More steps or a larger η are" if steady else "More steps are"
        text, name = f"{start}, and {told}. {more} worth a try.", "still-falling"
    else:
        told = f"their loss has not fallen in {RECENT} steps: {number_text(mean)}; an even guess has {blind:.2f}"
        text, name = f"{start}, and {told}.", "no-progress"
    yield Note(text, "warning", "try:run=200", name=name, card="loss", number=accuracy)


def _losses(frame: Frame, name: str, end: int) -> Sequence[float]:
    """Return the losses of half as many steps as are looked at, up to one."""
    return [frame.series[name].at(step) for step in range(end - RECENT // 2 + 1, end + 1)]


def _disturbed(frame: Frame) -> bool:
    """Return whether something was done to the network so lately that the loss has not settled since."""
    return any(frame.step - 2 * RECENT < action.step <= frame.step for action in frame.actions)


def _known(frame: Frame) -> Iterator[Note]:
    """Say that all images to learn from are right and others are not: counted over all of them, not over batches."""
    known, accuracy = frame.arrays.get("known"), frame.metric("accuracy/test")
    if known is not None and float(known) == 1.0 and accuracy < 1.0 and _fresh(frame):
        text = f"All images that it learns from are right, but only {percent(accuracy)} of the held-out ones."
        yield Note(text, name="knows-its-own", card="accuracy", number=accuracy)


def _fresh(frame: Frame) -> bool:
    """Return whether what was counted belongs to this step."""
    return frame.ages.get("known", frame.step) == frame.step


def _frozen(frame: Frame) -> Iterator[Note]:
    arrays = frame.arrays
    frozen = [str(name) for name, on in zip(arrays.get("layers", ()), arrays.get("frozen", ()), strict=False) if on]
    if frozen:
        text = f"Frozen: {', '.join(frozen)}. The others learn on."
        yield Note(text, name="frozen", card="layers", number=len(frozen))


NOTES = Notes(notes, arrays=("layers", "frozen", "classes", "dead/*", "known"))
