"""The cards of gradient descent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import numpy as np

from explainer.contract.cards import Ahead, Card, Plane, Probe, Steps, Stroke, Surface, reads
from explainer.contract.frame import Frame
from explainer.contract.number_text import number_text, pair_text
from explainer.lab.expression import parse
from explainer.scenes.gradient_descent.formulas import entry, names, settings, vector
from explainer.scenes.gradient_descent.landscapes import LANDSCAPES

PREVIEW_STEPS = 150
ARROWS, KEPT = 150, 24
"""So many of the last steps have arrows, and so many of these show what they kept."""
FEW = 5
"""So many minima are all kept in view; of more, those that happen to be there."""


def surface_words(frame: Frame) -> str:
    """Return what the surface is called."""
    params = frame.params
    words = LANDSCAPES[params.surface].title
    if params.surface == "ravine":
        words += f", condition {params.condition:g}" + (f", turned by {params.angle:g}°" if params.angle else "")
    return words


def window(frame: Frame) -> tuple[float, float, float, float]:
    """Return the part that is shown at first: the recommended window and the start."""
    x0, x1, y0, y1 = LANDSCAPES[frame.params.surface].window
    x, y = frame.params.start
    return min(x0, x), max(x1, x), min(y0, y), max(y1, y)


def shown(frame: Frame) -> tuple[float, float, float, float]:
    """Return the part that the contours show at the least.

    A ravine that lies along x happens near its floor: a wide card then gives its width to x, and a square one
    shows more of the walls, since one unit is as long in x as in y.
    """
    x0, x1, y0, y1 = window(frame)
    if frame.params.surface == "ravine" and not frame.params.angle and frame.params.condition > 1:
        y0, y1 = y0 / 2, y1 / 2
    y = frame.params.start[1]
    return x0, x1, min(y0, y), max(y1, y)


def letters(frame: Frame) -> tuple[str, str]:
    """Return what the two coordinates are called."""
    return ("w", "b") if frame.params.surface == "regression" else ("x", "y")


@reads("retired")
def is_retired(frame: Frame) -> np.ndarray:
    """Return which learners have been retired."""
    return frame.arrays["retired"] >= 0


@reads("minima")
def kept_in_view(frame: Frame) -> Sequence[tuple[float, float]]:
    """Return the start and, while they are few, the minima."""
    minima = [tuple(place) for place in frame.arrays["minima"].tolist()]
    return [frame.params.start, *(minima if len(minima) < FEW else ())]


@reads("label", "loss")
def ball_names(frame: Frame) -> Sequence[str]:
    """Return each learner's name with its loss."""
    return [f"{name} {number_text(float(loss))}" for name, loss in zip(names(frame), frame.arrays["loss"], strict=True)]


@reads("label")
def runner_names(frame: Frame) -> Sequence[str]:
    """Return each learner's name."""
    return names(frame)


def retired(frame: Frame, index: int) -> bool:
    """Return whether a learner has been retired."""
    return bool(frame.arrays["retired"][index] >= 0)


def shows_arrows(params: Any) -> bool:
    """Return whether the arrows are drawn."""
    return bool(params.arrows)


@reads("position", "update", "next_gradient", "velocity", "scaling", "retired", "path")
def strokes(frame: Frame) -> Sequence[Stroke]:
    """Return each step of the paths as an arrow, and at each ball the two parts of the next one.

    Within a step, whether arrows are wished or not, what the phase has brought: the gradient, or the change.
    """
    wished = shows_arrows(frame.params)
    found: list[Stroke] = []
    for index in range(len(frame.params.optimizers)):
        position, update = vector(frame, "position", index), vector(frame, "update", index)
        if position is None or update is None or retired(frame, index):
            continue
        if wished:
            found += path_strokes(frame, index)
        if frame.phase == "update":
            found.append(Stroke(tuple(position - update), tuple(update), index, 3.0))
        elif wished or frame.phase == "backward":
            gradient, kept = next_parts(frame, index)
            if gradient is not None:
                found.append(Stroke(tuple(position), tuple(gradient), "text", 1.8))
            if kept is not None and kept.any():
                found.append(Stroke(tuple(position), tuple(kept), "muted", 1.8, True))
    return found


def path_strokes(frame: Frame, index: int) -> Sequence[Stroke]:
    """Return the last steps of a path as arrows; of the heavy ball's also what each kept of the one before.

    Its step is β times the last one minus η times the gradient, as long as neither β nor η is changed.
    """
    path = np.asarray(frame.arrays["path"][index], float)[-ARROWS - 1 :]
    path = path[np.isfinite(path).all(-1)]
    moved = np.diff(path, axis=0)
    found = [Stroke(tuple(at), tuple(by), index, 1.6) for at, by in zip(path[:-1], moved, strict=True)]
    told, name = settings(frame, index), entry(frame, index).name
    beta = told.get("momentum", 0.0) if name in ("sgd", "momentum") and not told.get("dampening") else 0.0
    settled = max((action.step for action in frame.actions if action.step < frame.step), default=-1) + 1
    if beta:
        first = max(1, len(moved) - KEPT, settled + 1 - (frame.step - len(moved)))
        found += [
            Stroke(tuple(path[k]), tuple(beta * moved[k - 1]), "muted", 1.4, True) for k in range(first, len(moved))
        ]
    return found


def next_parts(frame: Frame, index: int) -> tuple[np.ndarray | None, np.ndarray | None]:
    """Return what the gradient here and what is kept of earlier ones would add to the next step, without noise.

    Of methods that divide by a scaling, with the scaling that they have; Newton's, Rprop's and Adadelta's step is
    not made of these.
    """
    gradient, velocity = vector(frame, "next_gradient", index), vector(frame, "velocity", index)
    told, name = settings(frame, index), entry(frame, index).name
    if gradient is None or velocity is None or name in ("newton", "rprop", "adadelta"):
        return None, None
    rate, beta = told["lr"], told.get("momentum", 0.0)
    if name in ("sgd", "momentum"):
        share = 1 - told.get("dampening", 0.0) if velocity.any() else 1.0
        return -rate * share * gradient, -rate * beta * velocity
    if name == "nesterov":
        return -rate * (1 + beta) * gradient, -rate * beta**2 * velocity
    scaling = vector(frame, "scaling", index)
    if scaling is None:
        return None, None
    share = told.get("beta1", 0.0)
    return -rate * (1 - share) * gradient / scaling, -rate * share * velocity / scaling if share else None


@reads("velocity")
def stroke_key(frame: Frame) -> Sequence[tuple[str, str | int, bool]]:
    """Return what the arrows' colours mean."""
    if frame.phase == "update":
        return [("the update", 0, False)]
    if not (shows_arrows(frame.params) or frame.phase == "backward"):
        return ()
    key: list[tuple[str, str | int, bool]] = [("a step", 0, False)] if frame.step and shows_arrows(frame.params) else []
    key.append(("the gradient's part of the next", "text", False))
    return [*key, ("what is kept of the last", "muted", True)] if frame.arrays["velocity"].any() else key


def probe_words(at: tuple[float, float], found: Mapping[str, Any]) -> str:
    """Return loss and gradient under the pointer."""
    loss, gradient = float(np.ravel(found["probe_loss"])[0]), np.ravel(found["probe_gradient"])
    return f"{pair_text(*at)}   L = {number_text(loss)}   ∇L = {pair_text(*gradient[:2])}"


CONTOURS = Card(
    "contours",
    surface_words,
    Plane(
        "surface_loss",
        "surface_x",
        "surface_y",
        "path",
        retired=is_retired,
        crosses="minima",
        label=letters,
        window=shown,
        keep=kept_in_view,
        strokes=strokes,
        key=stroke_key,
        downhill=lambda params: params.field,
        equal=lambda params: params.equal_axes,
        start="start",
        names=ball_names,
        probe=Probe("probe", "at", "probe_loss", probe_words),
        preview=Probe(
            "preview",
            "start",
            "preview_path",
            more={"steps": PREVIEW_STEPS},
            applies=lambda params: params.preview,
        ),
        ahead=Ahead(
            "ahead",
            "ahead_path",
            lambda params: (params.lr, params.momentum),
            more={"steps": PREVIEW_STEPS},
            applies=lambda params: params.preview,
        ),
    ),
    name="Contours",
    about="The surface from above with every step taken; drag the start",
    hint="drag the start · hover for value and gradient",
    switches=("equal_axes", "arrows", "field", "preview"),
    at_first=True,
    weight=3.0,
)
SURFACE = Card(
    "surface",
    "Loss surface",
    Surface(
        "surface_loss",
        "surface_x",
        "surface_y",
        "path",
        retired=is_retired,
        label=lambda frame: (*letters(frame), "L"),
        window=window,
        names=runner_names,
    ),
    about="The loss as height, in three dimensions; drag to orbit, wheel to zoom",
    hint="drag to orbit",
    weight=2.0,
)


# the loss at every step


@reads("label")
def loss_curves(frame: Frame) -> Mapping[str, str]:
    """Return the metric of every learner and its name."""
    labels = map(str, frame.arrays.get("label", ()))
    return {f"loss/{label}": name for label, name in zip(labels, names(frame), strict=True)}


@lru_cache(8)
def stays_above_zero(surface: str, expression: str) -> bool:
    """Return whether a surface's losses are above zero, so that decades say something of all of them."""
    if surface != "custom":
        return surface not in BELOW_ZERO
    x0, x1, y0, y1 = LANDSCAPES[surface].window
    x, y = np.meshgrid(np.linspace(x0, x1, 81), np.linspace(y0, y1, 81))
    with np.errstate(all="ignore"):
        losses = np.asarray(parse(expression).evaluate(x, y, np), float)
    return bool((losses[np.isfinite(losses)] >= 0).all())


BELOW_ZERO = ("saddle", "monkey-saddle", "hills", "styblinski-tang")
"""The surfaces with losses below zero."""


def in_decades(params: Any) -> bool:
    """Return whether the loss is drawn in decades: as is wished, and as far as the surface allows it."""
    return bool(params.log_loss) and stays_above_zero(params.surface, params.expression)


def loss_label(frame: Frame) -> str:
    """Return what the axis shows, and why it has no decades where they were wished."""
    wished = frame.params.log_loss and not in_decades(frame.params)
    return "loss (below 0: linear)" if wished else "loss"


LOSS = Card(
    "loss",
    "Loss at every step",
    Steps(loss_curves, loss_label, in_decades),
    switches=("log_loss",),
    about="The loss against the step, logarithmic or linear; drag the cursor to go to a step",
    weight=1.4,
)
