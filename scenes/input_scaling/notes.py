"""What input scaling says of a run: steps beyond the limit, a crawl, an answer worse than none."""

from collections.abc import Sequence

from explainer.contract.frame import Frame, Note, Notes
from explainer.contract.lesson_links import try_link
from explainer.contract.number_text import number_text
from explainer.scenes.input_scaling import SCALINGS

LONG, FEW = 1e4, 50
"""A valley so many times as steep across as along is gone down slowly; it is said after so many steps."""


def seen(frame: Frame) -> Sequence[Note]:
    """Return what is worth saying of each regression, most important first."""
    told = [found(frame, k, name) for found in (beyond, useless, slow) for k, name in enumerate(frame.params.scalings)]
    return [note for note in told if note is not None]


def beyond(frame: Frame, k: int, name: str) -> Note | None:
    """Say that a learning rate is beyond what is safe everywhere, and that the loss has risen."""
    rate, limit = frame.arrays.get("rate"), frame.arrays.get("limit")
    if frame.params.optimizer == "adam" or rate is None or limit is None or frame.step < 2:
        return None
    share, first, now = float(rate[k] / limit[k]), frame.series[f"loss/{name}"].at(1), frame.metric(f"loss/{name}")
    if not (share > 1 and now > first):
        return None
    return Note(
        f"{SCALINGS[name]}: η is {number_text(share)} × 2/λmax, and the loss has risen from {number_text(first)} to "
        f"{number_text(now)}: steps overshoot the valley.",
        "warning", try_link(frame.params, optimizer="own", share=0.9), name="beyond", card="contours", number=share,
    )  # fmt: skip


def useless(frame: Frame, k: int, name: str) -> Note | None:
    """Say that always answering with the commoner class would be as good."""
    classes, held = frame.arrays.get("classes"), frame.arrays.get("held_out")
    right = frame.metric(f"accuracy/{name}")
    if classes is None or held is None or frame.step < FEW:
        return None
    share = float(classes[held].mean())
    if not right <= max(share, 1 - share):
        return None
    return Note(
        f"{SCALINGS[name]}: {right:.0%} of the held-out examples are told rightly; one answer for all would have "
        f"{max(share, 1 - share):.0%}.",
        "warning", name="useless", card="accuracy", number=right,
    )  # fmt: skip


def slow(frame: Frame, k: int, name: str) -> Note | None:
    """Say that the valley is long and narrow, and how far the loss has come."""
    condition = frame.arrays.get("condition")
    if condition is None or frame.step < FEW or frame.params.optimizer == "adam" or not condition[k] > LONG:
        return None
    first, now = (frame.series[f"loss/{name}"].at(step) for step in (1, frame.step))
    if not 0.5 * first < now <= first:
        return None
    return Note(
        f"{SCALINGS[name]}: κ = {number_text(float(condition[k]))}. After {frame.step} steps the loss is "
        f"{number_text(now)}, of {number_text(first)} at first.",
        name="slow", card="unit", number=float(condition[k]),
    )  # fmt: skip


NOTES = Notes(seen, arrays=("rate", "limit", "condition", "classes", "held_out"))
