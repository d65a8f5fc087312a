"""What missing data says of a run: holes that are not at random, a spread that has shrunk, a slope that is off."""

from collections.abc import Sequence

from explainer.contract.frame import Frame, Note, Notes
from explainer.contract.lesson_links import try_link
from explainer.scenes.missing_data import WAYS

SURE, SHRUNK, OFF = 4.0, 0.9, 3.0
"""Welch's t, a share of the true deviation, and a bias in standard errors that are worth a word."""


def seen(frame: Frame) -> Sequence[Note]:
    """Return what is worth saying, most important first."""
    found = (leaning(frame), shrunk(frame), off(frame))
    return [note for note in found if note is not None]


def leaning(frame: Frame) -> Note | None:
    """Say that rows with a hole differ in the other column: not completely at random, whichever way it is."""
    apart = frame.arrays.get("apart")
    if apart is None or not abs(float(apart[1])) > SURE:
        return None
    gap = float(apart[0])
    return Note(
        f"Rows with a hole are {abs(gap):.2f} deviations {'higher' if gap > 0 else 'lower'} in the other column: "
        "not completely at random. By what, the table cannot tell.",
        "warning", name="leaning", card="holes", number=gap,
    )  # fmt: skip


def shrunk(frame: Frame) -> Note | None:
    """Say that the chosen way has made the column narrower than it is."""
    found, target, way = frame.arrays.get("found"), frame.arrays.get("target"), frame.params.look
    if found is None or target is None or way not in frame.params.ways:
        return None
    ratio = float(found[frame.params.ways.index(way), 1] / target[1])
    if ratio >= SHRUNK or way == "drop":
        return None
    return Note(
        f"{WAYS[way]}: the standard deviation is {ratio:.0%} of the true one.",
        "warning", try_link(frame.params, look="draw"), name="shrunk", card="spread", number=ratio,
    )  # fmt: skip


def off(frame: Frame) -> Note | None:
    """Say of the chosen way that its slope is off by more than chance, over many draws."""
    bias, spread, way = frame.arrays.get("bias"), frame.arrays.get("spread"), frame.params.look
    if frame.step < 30 or bias is None or spread is None or way not in frame.params.ways:
        return None
    row = frame.params.ways.index(way)
    mean, error = float(bias[row, 1]), float(spread[row, 1]) / frame.step**0.5
    if not abs(mean) > max(OFF * error, 0.05):
        return None
    return Note(f"{WAYS[way]}: over {frame.step} draws the slope is off by {mean:+.0%}.".replace("-", "−"),
                name="off", card="target", number=mean)  # fmt: skip


NOTES = Notes(seen, arrays=("apart", "found", "target", "bias", "spread"))
