"""What gradient descent says of each optimizer: what it is doing, why where that is certain, and each with a number.

A cause is named after the check that tells it from its rivals; else a note says what is seen. Of the conditions
of a place (``where it is``) the first that holds is said, and of those of a movement (``how it moves``) too.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from explainer.contract.frame import Frame, Note, Notes
from explainer.contract.lesson_links import try_link
from explainer.contract.number_text import number_text, pair_text
from explainer.scenes.gradient_descent.formulas import names
from explainer.scenes.gradient_descent.learner import QUADRATIC, UNBOUNDED, Learner
from explainer.scenes.gradient_descent.movement import MOVEMENTS

FLAT, VERY_FLAT = 0.02, 1e-6
"""Shares of what is steep in the picture below which a slope is flat, and as good as zero."""
CLOSE = 0.01
"""A share of the picture's width within which a place is reached."""
NEAR_LIMIT = 0.9
SLOW = 0.9
"""An error that keeps more than this share of its size in a step dies down slowly."""


def notes(frame: Frame) -> list[Note]:
    """Return the conditions that each optimizer is in, most urgent first, each with its number."""
    found: list[Note] = []
    for index in range(len(names(frame))):
        one = Learner(frame, index)
        if (gone := retired(one)) is not None:
            found.append(gone)
            continue
        placed = first(PLACES, one)
        moving = first(MOVEMENTS, one) if placed is None else None
        found += [note for note in (placed, moving, limit(one, placed is not None)) if note is not None]
    return sorted(found, key=lambda note: note.level != "warning")


def note_of(one: Learner) -> Note | None:
    """Return what is said of one optimizer's place or movement, or of its end."""
    return retired(one) or first(PLACES, one) or first(MOVEMENTS, one)


def first(conditions: Sequence[object], one: Learner) -> Note | None:
    """Return the note of the first condition that holds."""
    for condition in conditions:
        if (note := condition(one)) is not None:  # type: ignore[operator]
            return note
    return None


WHY = {
    1: "its loss rose beyond all numbers, each step overshooting by more",
    2: "its loss fell without end: the surface has no lower bound there",
    3: "its step led to {place}, where the loss is not defined",
    4: "the gradient is not defined where it stood",
}


def retired(one: Learner) -> Note | None:
    """Say when and why an optimizer ended."""
    step, why = one.number("retired"), one.number("why_retired")
    if not step >= 0:
        return None
    place = one.vector("left_at")
    told = WHY.get(int(why) if why == why else 0, "its numbers ran over").format(
        place=pair_text(*place) if place is not None else "a place"
    )
    last = number_text(one.number("loss"))
    return Note(f"{one.name} ended at step {step:.0f}: {told}; its last loss is {last}.", "warning",
                name="retired", card="contours", number=step)  # fmt: skip


# the learning rate against its limit


def limit_words(one: Learner) -> tuple[str, str]:
    """Return what an optimizer's stability limit is the limit of, and its formula with the settings it has."""
    kind, told = one.entry.name, one.told
    steepest = "(λmax + λ)" if one.decay > 0 else "λmax"
    if kind == "nesterov":
        return "Nesterov momentum", f"2(1 + β)/((1 + 2β){steepest})"
    if kind in ("sgd", "momentum") and told.get("momentum", 0) > 0:
        damped = f"((1 − dampening){steepest})" if told.get("dampening", 0) > 0 else steepest
        return "heavy-ball momentum", f"2(1 + β)/{damped}"
    if kind in ("sgd", "momentum"):
        return "plain gradient descent", f"2/{steepest}"
    if kind == "newton":
        return "Newton's method", "2(λ + μ)/λ"
    return f"{one.entry.optimizer.label} with its present scaling", "by the curvature after scaling"


def limit(one: Learner, settled: bool) -> Note | None:
    """Compare η with its limit on the quadratic that touches the surface here."""
    bound, rate = one.number("lr_limit"), one.told["lr"]
    if not bound > 0 or not math.isfinite(bound) or settled or one.slope <= VERY_FLAT * one.steep:
        return None
    share, step = rate / bound, one.frame.ages.get("lr_limit", one.frame.step)
    whose, formula = limit_words(one)
    text = (
        f"{one.name}: η is {number_text(share)} × the limit of {whose} at step {step}, {formula} = {number_text(bound)}"
    )
    if share > 1 + 1e-9:
        return Note(f"{text}. {_above(one)}", "warning", _below_limit(one, bound), name="above-limit", card="map",
                    number=share)  # fmt: skip
    _, steep = one.growth()
    if share < NEAR_LIMIT or not steep > SLOW:
        return None
    kept = "keeps its size" if abs(steep - 1) < 1e-6 else f"keeps {number_text(steep)} of its size"
    return Note(f"{text}: along the steep direction an error {kept} in a step.", name="near-limit", card="map",
                number=share)  # fmt: skip


def _above(one: Learner) -> str:
    _, steep = one.growth()
    if one.recurrence is not None:
        along = f"On the quadratic that touches the surface here an error along {_direction(one)}"
        return f"{along} would grow {number_text(steep)}-fold in a step."
    if one.entry.name == "newton":
        return "On the quadratic that touches the surface here it would leave."
    return "Its scaling follows the gradients, so it may hover at the limit rather than leave."


def _direction(one: Learner) -> str:
    along = one.vector("steep_direction")
    return pair_text(*along.round(6), 2) if along is not None and along.any() else "every direction"


def _below_limit(one: Learner, bound: float) -> str:
    """Return a link to a rate below the limit, where that limit holds all the way and the control reaches it."""
    if one.frame.params.surface not in QUADRATIC or one.recurrence is None or "lr" in dict(one.entry.settings):
        return ""
    return try_link(one.frame.params, lr=float(f"{0.9 * bound:.3g}"))


# where it is


def level(one: Learner) -> Note | None:
    """Find a surface without any slope."""
    if one.slope == 0 and one.surface is not None and np.ptp(one.surface[2]) == 0:
        return _place(one, "level", "stands still: the loss is the same everywhere in the picture", 0.0)
    return None


def critical(one: Learner) -> Note | None:
    """Find a place where the gradient vanishes and that is no minimum: told by the signs of the curvatures."""
    low, high = one.curvatures
    scale = one.steep / one.extent
    if not one.slope < FLAT * one.steep or not math.isfinite(scale):
        return None
    said = f"‖∇L‖ = {number_text(one.slope)}, curvatures {number_text(high)} and {number_text(low)}"
    if max(abs(low), abs(high)) < 1e-6 * scale:
        exact = one.slope <= VERY_FLAT * one.steep
        words = "is where gradient and curvature are both zero: no minimum need be here"
        return _place(one, "degenerate", f"{words}; {said}", one.slope) if exact else None
    if one.steps_to_zero > CLOSE * one.extent:
        return None
    ending = "; Newton's method goes to any place of zero gradient" if one.entry.name == "newton" else ""
    if low < 0 < high:
        return _place(one, "saddle", f"is at a saddle: {said}{ending}", one.slope)
    if high < 0:
        return _place(one, "maximum", f"is at a maximum: {said}{ending}", one.slope)
    return None


def minimum(one: Learner) -> Note | None:
    """Find a ball at rest in a hollow that is not the lowest known one."""
    low, _ = one.curvatures
    if one.noisy or not low > 0 or one.steps_to_zero > CLOSE * one.extent or len(one.losses) < 6:
        return None
    above = float(one.losses[-1]) - one.lowest
    depth = one.slope * one.steps_to_zero / 2
    moved = np.hypot(*one.updates(6).T)
    far = above > 0.02 * max(float(one.losses[0]) - one.lowest, 1e-300)
    if not far or depth > 0.01 * above or moved.max(initial=0.0) > CLOSE * one.extent / 2:
        return None
    place = one.vector("position")
    where = f" at {pair_text(*place)}" if place is not None else ""
    return _place(one, "local-minimum", f"rests in a local minimum{where}: its loss is {number_text(above)} above the "
                  "lowest known", above, "info")  # fmt: skip


def outside(one: Learner) -> Note | None:
    """Find a loss that goes on falling outside the picture."""
    recent = one.losses[-12:]
    if one.noisy or one.inside or one.surface is None or len(recent) < 12 or not np.isfinite(recent).all():
        return None
    drawn = one.surface[2][np.isfinite(one.surface[2])]
    if not drawn.size or recent[-1] >= drawn.min() or (np.diff(recent) >= 0).any():
        return None
    faster = recent[-2] - recent[-1] > recent[0] - recent[1]
    words = f"has left the picture and falls on{', faster with every step' if faster else ''}"
    words += ": this surface has no lower bound" if one.frame.params.surface in UNBOUNDED else ""
    return _place(one, "leaves", f"{words}; its loss is {number_text(recent[-1])}", float(recent[-1]))


PLACES = (level, critical, minimum, outside)


def _place(one: Learner, name: str, words: str, number: float, grade: str = "warning") -> Note:
    return Note(f"{one.name} {words}.", grade, name=name, card="contours", number=number)


NOTES = Notes(
    notes,
    arrays=(
        "label", "loss", "position", "gradient", "next_gradient", "update", "path", "retired", "why_retired", "left_at",
        "hessian_eigenvalues", "steep_direction", "lr_limit", "scaling", "gradient_noise",
        "surface_x", "surface_y", "surface_loss",
    ),
)  # fmt: skip
