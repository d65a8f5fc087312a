"""How it looks: slices side by side, the path in its plane, straight lines, and the steepest direction."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from explainer.contract.cards import (
    Act,
    Ask,
    Bar,
    Bars,
    Card,
    Cell,
    Column,
    Curves,
    Level,
    Line,
    Plane,
    Row,
    Steps,
    Surface,
    Table,
    Tabs,
    reads,
)
from explainer.contract.frame import Formula, Frame
from explainer.contract.number_text import number_text as n
from explainer.contract.view import View
from explainer.scenes.loss_landscape import KINDS

EVERY = 50
"""A slice is looked at anew after so many steps."""


def names(frame: Frame) -> list[str]:
    """Return what the networks are called (network,)."""
    return [KINDS[kind] for kind in frame.params.networks]


def of_each(what: str) -> Callable[[Frame], Mapping[str, str]]:
    """Return a function that gives each network's metric and name."""
    return lambda frame: {f"{what}/{kind}": KINDS[kind] for kind in frame.params.networks}


def heights(k: int) -> Callable[[Frame], np.ndarray]:
    """Return what gives the slice of the k-th network (row, column); empty without one."""

    @reads("slice_loss")
    def values(frame: Frame) -> np.ndarray:
        found = frame.arrays["slice_loss"]
        return np.asarray(found[k] if k < len(found) else np.zeros((0, 0)), float)

    return values


@reads("slice_loss")
def here(frame: Frame) -> np.ndarray:
    """Return the path of a network that stands in the middle (runner, step, coordinate)."""
    return np.zeros((1, 1, 2))


def ball(k: int) -> Callable[[Frame], Sequence[str]]:
    """Return what gives the loss in the middle of the k-th slice, and the step of which it is, in words."""

    @reads("slice_loss", "slice_step")
    def words(frame: Frame) -> Sequence[str]:
        found = frame.arrays["slice_loss"]
        middle = found.shape[-1] // 2
        step = int(frame.arrays["slice_step"][0])
        return [f"step {step}: L = {n(float(found[k, middle, middle]))}" if k < len(found) else ""]

    return words


def axis_names(k: int) -> Callable[[Frame], tuple[str, str]]:
    """Return what gives the names of the k-th slice's axes: first of all the network's."""
    return lambda frame: (f"{KINDS[frame.params.networks[k]] if k < len(frame.params.networks) else ''}: α", "β")


def jump(k: int) -> Callable[[Frame, float, float], Act | None]:
    """Return what a click on the k-th slice asks for."""

    def asked(frame: Frame, x: float, y: float) -> Act | None:
        if k >= len(frame.params.networks) or max(abs(x), abs(y)) > 2:
            return None
        told = {"normalization": frame.params.normalization, "directions": frame.params.directions}
        return Act("jump", {"network": k, "x": round(x, 3), "y": round(y, 3), **told})

    return asked


def above(k: int) -> Plane:
    """Return the k-th slice from above."""
    return Plane(heights(k), "slice_at", "slice_at", here, label=axis_names(k), names=ball(k), click=jump(k),
                 none="Nothing to look around in")  # fmt: skip


def hills(k: int) -> Surface:
    """Return the k-th slice as hills."""
    return Surface(heights(k), "slice_at", "slice_at", here, label=lambda frame: (*axis_names(k)(frame), "L"),
                   names=ball(k), none="Nothing to look around in")  # fmt: skip


def slice_words(params: Any) -> dict[str, Any]:
    """Return what a slice is asked with."""
    return {name: getattr(params, name) for name in ("normalization", "directions", "reach", "stretch")}


def started(frame: Frame) -> tuple[Any, ...]:
    """Return what the run is made of, and what was done to it."""
    given = (frame.params.networks, frame.params.blocks, frame.params.width, frame.params.batch)
    return (*given, sum(action.step <= frame.step for action in frame.actions))


def every_few(frame: Frame) -> tuple[Any, ...]:
    """Return what an answer depends on, of the step only its fifties."""
    return (frame.step // EVERY, *started(frame))


@reads("path_points", "path_share")
def path_of(frame: Frame) -> np.ndarray:
    """Return the path in its plane (runner, step, coordinate)."""
    return np.asarray(frame.arrays["path_points"][None], float)


@reads("path_points")
def path_places(frame: Frame) -> Sequence[tuple[float, float]]:
    """Return the path's places, none of which may be cut off."""
    return [(float(x), float(y)) for x, y in frame.arrays["path_points"]]


@reads("path_share")
def share_names(frame: Frame) -> tuple[str, str]:
    """Return the axes of the path's plane with the share of its variance."""
    first, second = frame.arrays["path_share"]
    return f"component 1: {first:.0%}", f"2: {second:.0%}"


def path_label(frame: Frame) -> tuple[str, str]:
    """Return the axes of the path's plane."""
    return share_names(frame) if "path_share" in frame.arrays else ("component 1", "2")


def path_title(frame: Frame) -> str:
    """Return whose path is drawn."""
    return f"The path of: {names(frame)[frame.params.shown]}"


@reads("correct", dims=("network",))
def trained(frame: Frame) -> np.ndarray:
    """Return the shares right of digits that are trained on (network,)."""
    return np.asarray(frame.arrays["correct"][0])


@reads("correct", dims=("network",))
def held_out(frame: Frame) -> np.ndarray:
    """Return the shares right of digits held out (network,)."""
    return np.asarray(frame.arrays["correct"][1])


def percent(value: float) -> str:
    """Return a share in percent."""
    return f"{value:.0%}"


SLICES = Card(
    "slices",
    "The loss around the first two networks",
    Tabs({"From above": Row((above(0), above(1))), "As hills": Row((hills(0), hills(1)))}),
    about="The loss at θ + α d₁ + β d₂: a plane through the weights, along two random directions",
    hint="click in a slice: the network is put there, and trains on from there",
    at_first=True,
    weight=3.0,
    ask=Ask(
        "slices",
        ("slice_at", "slice_minima", "slice_step", "slice_loss"),
        lambda frame: (*every_few(frame), *slice_words(frame.params).values()),
        lambda frame: slice_words(frame.params),
        "looking around in 625 places …",
    ),
    least=(420, 220),
)
LOSS = Card("loss", "Loss at every step", Steps(of_each("loss"), "nats", log=True), about="Cross-entropy on each batch",
            at_first=True)  # fmt: skip
TABLE = Card(
    "table",
    "How well each does",
    Table(
        (
            Cell(reads("correct")(names), "network"),
            Bar(trained, "trained on", span=1.0, number=percent),
            Bar(held_out, "held out", span=1.0, place=1, number=percent),
            Cell("moved", "moved", right=True, number=lambda v: f"{v:.0%}"),
        ),
        dim="network",
        chosen=lambda frame: frame.params.shown,
        click=lambda frame, k: {"selected": k},
    ),
    about="Shares right, and how far the weights have moved, in shares of their length; a click looks into a network",
    at_first=True,
    least=(320, 110),
)
PATH = Card(
    "path",
    path_title,
    Plane("path_loss", "path_x", "path_y", path_of, label=path_label, keep=path_places, dims=("row", "column")),
    name="The path that training took",
    about="The plane of the first two principal components of the path, and the loss there now",
    ask=Ask(
        "path",
        ("path_x", "path_y", "path_points", "path_share", "path_steps", "path_loss"),
        lambda frame: (*every_few(frame), frame.params.shown),
        lambda frame: {"network": frame.params.shown},
        "looking at the plane of the path …",
    ),
)
LINES = Card(
    "lines",
    "On a straight line",
    Column(
        (
            Curves("line_loss", "loss", dims=("network", "along")),
            Curves((Line("between_loss", "with skips → its twin", 1),), "loss", dims=("between",),
                   none="Add “With skips, other weights” to go from one to the other"),
        )
    ),
    about="The loss on a straight line: what the network met on its way is not on it",
    ask=Ask("lines", ("line_at", "between_at", "between_loss", "line_loss"), every_few, busy="going straight …"),
    least=(240, 260),
)  # fmt: skip
SHARPNESS = Card(
    "sharpness",
    "Steepest curvature, weights × ½, 1, 2",
    Bars("sharpness", "|λ|", dims=("times", "network"), log=True,
         levels=(Level(lambda frame: 2 / frame.params.lr, "2/η"),)),
    about="The Hessian's largest eigenvalue with the weights × ½, 1 and 2: the same function, another sharpness",
    ask=Ask("sharpness", ("sharpness",), every_few, busy="multiplying by the Hessian …"),
    hides_before_prediction=True,
)  # fmt: skip


def summary(frame: Frame) -> str:
    """Say what is to be seen."""
    said = ", ".join(f"{KINDS[kind]} {n(frame.metric(f'loss/{kind}'))}" for kind in frame.params.networks)
    return f"Step {frame.step}. Loss: {said}."


def readings(frame: Frame) -> Sequence[tuple[str, str]]:
    """Return the losses of the first two."""
    if not frame.step:
        return ()
    return tuple((KINDS[kind], n(frame.metric(f"loss/{kind}"))) for kind in frame.params.networks[:2])


VIEW = View(
    cards=(SLICES, LOSS, TABLE, PATH, LINES, SHARPNESS),
    formulas=(
        Formula("A slice", lambda frame: r"f(\alpha, \beta) = L(\theta + \alpha\,d_1 + \beta\,d_2)", lambda frame: ""),
        Formula(
            "A direction as long as each unit's weights",
            lambda frame: r"d_i \leftarrow \frac{d_i}{\|d_i\|}\,\|\theta_i\|"
            if frame.params.normalization == "filter" else "",
            lambda frame: "",
        ),
        Formula("Stable", lambda frame: r"\lambda_{\max} < \frac{2}{\eta}",
                lambda frame: rf"\frac{{2}}{{\eta}} = {2 / frame.params.lr:.4g}"),
    ),
    summary=summary,
    readings=readings,
)  # fmt: skip
