"""What gradient descent says of each optimizer: named conditions, each with its number; plain Python."""

from __future__ import annotations

import math

import numpy as np

from explainer.contract.frame import Frame, Note, Notes
from explainer.contract.lesson_links import try_link
from explainer.plots.base.number_text import number_text, pair_text
from explainer.scenes.gradient_descent.formulas import entry, names, settings, vector

CLOSE_TO_LIMIT = 0.9
"""From this share of its limit on, η is worth a word."""
WINDOW = 6
"""Steps over which losses are compared."""


def notes(frame: Frame) -> list[Note]:
    """Return the conditions that each optimizer is in, most urgent first, each with its number."""
    found: list[Note] = []
    for index, name in enumerate(names(frame)):
        retired = _retired(frame, index, name)
        if retired is not None:
            found.append(retired)
            continue
        conditions = (_above_limit, _diverging, _at_saddle, _at_rest, _crawling, _oscillating)
        found += [note for note in (condition(frame, index, name) for condition in conditions) if note is not None]
    return sorted(found, key=lambda note: note.level != "warning")


def _retired(frame: Frame, index: int, name: str) -> Note | None:
    steps = frame.arrays.get("retired")
    if steps is None or steps[index] < 0:
        return None
    return Note(
        f"{name} ran away and was retired at step {int(steps[index])}, its loss {_loss_words(frame, index)}.", "warning"
    )


def _loss_words(frame: Frame, index: int) -> str:
    losses = frame.arrays.get("loss")
    return number_text(float(losses[index])) if losses is not None else "unknown"


# the learning rate against its limit


def limit_words(frame: Frame, index: int) -> tuple[str, str]:
    """Return what an optimizer's stability limit is the limit of, and its formula with the settings it has."""
    kind, told = entry(frame, index).name, settings(frame, index)
    steepest = "(λmax + λ)" if told.get("weight_decay", 0) > 0 else "λmax"
    if kind == "nesterov":
        return "Nesterov momentum", f"2(1 + β)/((1 + 2β){steepest})"
    if kind in ("sgd", "momentum") and told.get("momentum", 0) > 0:
        damped = f"((1 − dampening){steepest})" if told.get("dampening", 0) > 0 else steepest
        return "heavy-ball momentum", f"2(1 + β)/{damped}"
    if kind in ("sgd", "momentum"):
        return "plain gradient descent", f"2/{steepest}"
    return f"{entry(frame, index).optimizer.label} with its present scaling", "of the preconditioned curvature"


def _above_limit(frame: Frame, index: int, name: str) -> Note | None:
    limits = frame.arrays.get("lr_limit")
    if limits is None or index >= len(limits) or not math.isfinite(limits[index]) or limits[index] <= 0:
        return None
    limit, rate = float(limits[index]), settings(frame, index)["lr"]
    share = rate / limit
    if share < CLOSE_TO_LIMIT:
        return None
    whose, formula = limit_words(frame, index)
    text = f"{name}: η is {number_text(share)} × the limit of {whose} at step {_step_of(frame, 'lr_limit')}"
    text += f", {formula} = {number_text(limit)}"
    if share > 1:
        ending = "the steep direction will grow." if "λmax" in formula else "it will not settle here."
        own = "lr" in dict(entry(frame, index).settings)
        return Note(
            f"{text}: {ending}", "warning", "" if own else try_link(frame.params, lr=float(f"{0.9 * limit:.3g}"))
        )
    return Note(f"{text}: the steep direction dies down slowly.", "info")


def _step_of(frame: Frame, array: str) -> int:
    """Return the step at which an array was computed."""
    return frame.ages.get(array, frame.step)


# what the losses show


def _losses(frame: Frame, index: int) -> np.ndarray:
    series = frame.series.get(f"loss/{frame.arrays['label'][index]}")
    return series.up_to(frame.step) if series is not None else np.empty(0)


def _diverging(frame: Frame, index: int, name: str) -> Note | None:
    """Compare the largest losses of three successive windows with one another and with all before."""
    losses = _losses(frame, index)
    if len(losses) < 3 * WINDOW or not np.isfinite(losses[-3 * WINDOW :]).all():
        return None
    first, second, third = losses[-3 * WINDOW :].reshape(3, WINDOW).max(1)
    if not 0 < first < second < third or third < losses.max():
        return None
    growth = (third / second) ** (1 / WINDOW)
    if growth < 1.005:
        return None
    return Note(
        f"{name} diverges: its loss grows by a factor of {growth:.2f} a step and is {number_text(losses[-1])}.",
        "warning",
    )


def _lowest(frame: Frame) -> float:
    """Return the lowest loss that the drawn surface is known to have, NaN where none is."""
    surface = frame.arrays.get("surface_loss")
    known = surface[np.isfinite(surface)] if surface is not None else np.empty(0)
    return float(known.min()) if known.size else math.nan


def _above_lowest(frame: Frame, index: int) -> tuple[float, float]:
    """Return how far the loss is above the lowest one, now and at the first recorded step; NaN where unknown."""
    losses, lowest = _losses(frame, index), _lowest(frame)
    if len(losses) < WINDOW or not math.isfinite(lowest):
        return math.nan, math.nan
    return float(losses[-1]) - lowest, float(losses[0]) - lowest


def _crawling(frame: Frame, index: int, name: str) -> Note | None:
    """Ask how many steps the rest of the way takes at the present pace."""
    above, at_first = _above_lowest(frame, index)
    losses, gradient = _losses(frame, index), _gradient(frame, index)
    if not above > 0.01 * max(at_first, 1e-300) or len(losses) < 2 * WINDOW or gradient is None:
        return None
    pace = float(losses[-2 * WINDOW] - losses[-1]) / (2 * WINDOW - 1)
    if pace < 0 or above < 300 * pace or _settled(frame, index) or _near_saddle(frame, index):
        return None
    if float(losses[-2 * WINDOW :].max() - losses[-2 * WINDOW :].min()) > 0.05 * above:
        return None
    rest = f"{above / pace:,.0f} more steps at this pace" if pace > 0 else "no end in sight at this pace"
    return Note(
        f"{name} crawls, as on a plateau: ‖∇L‖ = {number_text(float(np.hypot(*gradient)))}, "
        f"the loss still {number_text(above)} above the lowest; {rest}.",
        "warning",
    )


# what gradient and curvature show


def _gradient(frame: Frame, index: int) -> np.ndarray | None:
    present = vector(frame, "next_gradient", index)
    return present if present is not None else vector(frame, "gradient", index)


def _extent(frame: Frame) -> float:
    axes = [frame.arrays.get(name) for name in ("surface_x", "surface_y")]
    return max((float(axis[-1] - axis[0]) for axis in axes if axis is not None and len(axis)), default=math.nan)


def _near_saddle(frame: Frame, index: int) -> bool:
    """Whether curvatures of both signs meet within 1 % of the picture of where the gradient vanishes."""
    curvature, gradient = vector(frame, "hessian_eigenvalues", index), _gradient(frame, index)
    if curvature is None or gradient is None or not curvature[0] < 0 < curvature[1]:
        return False
    return bool(np.hypot(*gradient) < 0.01 * _extent(frame) * np.abs(curvature).min())


def _at_saddle(frame: Frame, index: int, name: str) -> Note | None:
    curvature, gradient = vector(frame, "hessian_eigenvalues", index), _gradient(frame, index)
    if curvature is None or gradient is None or not _near_saddle(frame, index):
        return None
    step, length = _step_of(frame, "hessian_eigenvalues"), number_text(float(np.hypot(*gradient)))
    return Note(
        f"{name} is at a saddle at step {step}: ‖∇L‖ = {length}, "
        f"curvature {number_text(curvature[1])} one way and {number_text(curvature[0])} the other.",
        "warning",
    )


def _settled(frame: Frame, index: int) -> bool:
    """Whether the bowl it is in has hardly any depth left, by the quadratic that touches it: ‖∇L‖²/(2λmin)."""
    curvature, gradient = vector(frame, "hessian_eigenvalues", index), _gradient(frame, index)
    above, _ = _above_lowest(frame, index)
    if curvature is None or gradient is None or curvature[0] <= 0 or math.isnan(above):
        return False
    with np.errstate(over="ignore"):
        return bool(gradient @ gradient / (2 * curvature[0]) < 0.01 * above)


def _at_rest(frame: Frame, index: int, name: str) -> Note | None:
    above, at_first = _above_lowest(frame, index)
    if not above > 0.02 * max(at_first, 1e-300) or not _settled(frame, index):
        return None
    return Note(f"{name} rests in a local minimum: its loss is {number_text(above)} above the lowest in the picture.")


def steep_direction(frame: Frame, index: int) -> np.ndarray | None:
    """Return the unit eigenvector of the Hessian's largest eigenvalue, None where it cannot be told.

    With eigenvalues a < b the Hessian is a·I + (b − a)·vvᵀ, so the change y of the gradient over the
    last update u gives v along y − a·u: exact on quadratics.
    """
    curvature = vector(frame, "hessian_eigenvalues", index)
    pieces = [vector(frame, name, index) for name in ("gradient", "next_gradient", "update")]
    if curvature is None or any(piece is None for piece in pieces) or curvature[1] <= 1.5 * abs(curvature[0]):
        return None
    before, now, update = (np.asarray(piece) for piece in pieces)
    along = now - before - curvature[0] * update
    length = float(np.hypot(*along))
    if length <= 1e-9 * curvature[1] * float(np.hypot(*update)) or length == 0:
        return None
    along = along / length
    return along if along[np.abs(along).argmax()] > 0 else -along


def _oscillating(frame: Frame, index: int, name: str) -> Note | None:
    """Look for four successive updates of alternating sign along the steep direction."""
    path, steep = frame.arrays.get("path"), steep_direction(frame, index)
    if path is None or steep is None or path.shape[1] < 5:
        return None
    along = np.diff(path[index, -5:], axis=0) @ steep
    if not np.isfinite(along).all() or not (along[1:] * along[:-1] < 0).all():
        return None
    share, curvature = along[-1] / along[-2], frame.arrays["hessian_eigenvalues"][index, -1]
    if abs(share) < 0.5 or np.abs(along[-1]) < 1e-9 * max(1e-300, float(np.abs(path[index, -1]).max())):
        return None
    return Note(
        f"{name} oscillates along the steep direction {pair_text(*steep.round(6), 2)}: each step there is "
        f"{number_text(share)} × the one before, where λ = {number_text(curvature)}."
    )


NOTES = Notes(
    notes,
    arrays=(
        "label",
        "loss",
        "position",
        "gradient",
        "next_gradient",
        "update",
        "path",
        "retired",
        "hessian_eigenvalues",
        "lr_limit",
        "surface_x",
        "surface_y",
        "surface_loss",
    ),
)
