"""How it looks: the cliff with its balls, their gradients long and short, and where such lengths come from."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from explainer.contract.cards import (
    Arrows,
    Ask,
    Button,
    Card,
    Column,
    Curves,
    Handle,
    Histogram,
    Level,
    Plane,
    Scatter,
    Steps,
    Stroke,
    Surface,
    Trail,
    pick,
    reads,
)
from explainer.contract.frame import Formula, Frame
from explainer.contract.number_text import number_text as n
from explainer.contract.view import View
from explainer.scenes.clipping import METHODS, WINDOW

GROUND = pick(lambda params: "lengths" if params.shows == "length" else "ground", "lengths", "ground")


def ball_names(frame: Frame) -> list[str]:
    """Return what the balls are called (ball,)."""
    return [METHODS[method] for method in frame.params.methods]


def of_each(what: str) -> Callable[[Frame], Mapping[str, str]]:
    """Return what gives a metric of each ball, by name."""
    return lambda frame: {f"{what}/{method}": METHODS[method] for method in frame.params.methods}


@reads("position", "raw", "clipped")
def strokes(frame: Frame) -> Sequence[Stroke]:
    """Return where each ball would go by its gradient, and where it goes by what clipping leaves of it."""
    found = []
    for k, place in enumerate(frame.arrays["position"]):
        raw, clipped = (-frame.params.lr * frame.arrays[name][k] for name in ("raw", "clipped"))
        found.append(Stroke(tuple(place), tuple(raw), k, 1.6, dashed=True))
        found.append(Stroke(tuple(place), tuple(clipped), k, 3.5))
    return found


def stroke_key(frame: Frame) -> Sequence[tuple[str, str | int, bool]]:
    """Return what the arrows mean."""
    return [("−η g", "text", True), ("−η g clipped", "text", False)]


def window(frame: Frame) -> tuple[float, float, float, float]:
    """Return the part that is shown at first."""
    w, b = frame.params.start
    return min(WINDOW[0], w), max(WINDOW[1], w), min(WINDOW[2], b), max(WINDOW[3], b)


def plane_title(frame: Frame) -> str:
    """Return the title, with what the heights are."""
    what = "Loss" if frame.params.shows == "loss" else "log₁₀ of the gradient's length"
    return f"{what} over weight w and bias b"


def next_ground(frame: Frame) -> Mapping[str, str]:
    """Return what shows the other ground."""
    return {"shows": "length" if frame.params.shows == "loss" else "loss"}


def next_ball(frame: Frame) -> Mapping[str, int]:
    """Return what looks into the next ball."""
    return {"selected": (frame.params.shown + 1) % len(frame.params.methods)}


def part(name: str, k: int, dims: tuple[str, ...]) -> Callable[[Frame], np.ndarray]:
    """Return what gives a part of an array."""
    return reads(name, dims=dims)(lambda frame: frame.arrays[name][k])


def tail(frame: Frame) -> np.ndarray:
    """Return where the arrows of the gradient begin (1, 2)."""
    return np.zeros((1, 2))


def arrow(k: int) -> Callable[[Frame], np.ndarray]:
    """Return what gives one of the arrows in units of c (1, 2)."""
    return reads("in_units")(lambda frame: frame.arrays["in_units"][k : k + 1])


@reads("in_units")
def tips(frame: Frame) -> np.ndarray:
    """Return the ends of the arrows (3, 2)."""
    return frame.arrays["in_units"]


@reads("in_units", "raw")
def tip_words(frame: Frame, k: int) -> str:
    """Say what an arrow is, and how far it is turned."""
    vectors, length = frame.arrays["in_units"], float(np.linalg.norm(frame.arrays["raw"][frame.params.shown]))
    across = vectors[0, 0] * vectors[k, 1] - vectors[0, 1] * vectors[k, 0]
    turned = np.degrees(np.arctan2(abs(across), vectors[0] @ vectors[k]))
    name = ("as it comes", "clipped by norm", "clipped by value")[k]
    left = length if k == 0 else float(np.linalg.norm(vectors[k])) * frame.params.threshold
    return f"{name}: length {n(left)}" + (f", turned by {n(turned)}°" if k else "")


def unit_title(frame: Frame) -> str:
    """Return the title, with the ball."""
    return f"{ball_names(frame)[frame.params.shown]}: this gradient in units of c"


PLANE = Card(
    "plane",
    plane_title,
    Plane(
        GROUND, "line_w", "line_b", "path", label=lambda frame: ("w", "b"), window=window, strokes=strokes,
        key=stroke_key, equal=False, start="start", names=ball_names, dims=("row", "column"),
    ),
    name="The cliff",
    about="Where each ball has been, and its next step as the gradient has it (dashed) and after clipping",
    hint="drag the start",
    buttons=(
        Button(lambda frame: "length of g ›" if frame.params.shows == "loss" else "loss ›", next_ground,
               "Show the other ground"),
    ),
    at_first=True,
    weight=3.0,
    least=(320, 260),
)  # fmt: skip
NORMS = Card(
    "norms",
    "Gradient before clipping",
    Steps(
        of_each("norm"), "‖g‖", log=True,
        levels=(Level(lambda frame: float(frame.params.threshold), lambda frame: f"c = {n(frame.params.threshold)}"),),
    ),
    about="At every step; what is above the line is clipped by norm",
    at_first=True,
)  # fmt: skip
LOSS = Card(
    "loss", "Loss at every step", Steps(of_each("loss"), "loss", log=True), about="(h_T − target)² at every step",
    at_first=True,
)  # fmt: skip
COUNTS = Card(
    "counts",
    "How long the gradients were so far",
    Histogram("norm_counts", "norm_edges", "steps", "‖g‖", dims=("ball", "bin"), log_x=True,
              handle=Handle("threshold", "c"), none="No step has been made yet"),
    about="Each step's ‖g‖ counted; drag the threshold to where few are cut",
    hint="drag the threshold",
)  # fmt: skip
UNITS = Card(
    "units",
    unit_title,
    Scatter(
        tips,
        ("∂L/∂w", "∂L/∂b"),
        dims=("part", "axis"),
        span=(-2.5, 2.5, -2.5, 2.5),
        equal=True,
        reading=tip_words,
        over=(
            Trail(part("allowed", 0, ("corner", "axis")), "", 1),
            Trail(part("allowed", 1, ("corner", "axis")), "", 2, dashed=True),
            Arrows(tail, arrow(0), "", 0),
            Arrows(tail, arrow(1), "", 1),
            Arrows(tail, arrow(2), "", 2),
        ),
    ),
    name="The gradient in units of c",
    about="By norm a gradient ends on the circle, in its own direction; by value in the square, often in a corner",
    buttons=(Button(lambda frame: f"{ball_names(frame)[frame.params.shown]} ›", next_ball, "Look into the next ball"),),
    least=(240, 280),
    weight=1.6,
)
TURNED = Card(
    "turned",
    "How far clipping turns the gradient",
    Steps(of_each("turned"), "degrees"),
    about="By norm not at all, by value by up to 45° in two dimensions",
)
TIME = Card(
    "time",
    "The unit over time, and ∂h_T/∂h_t",
    Column((
        Curves("states", "h_t", span=(0.0, 1.0), levels=(Level(lambda frame: float(frame.params.target), "target"),)),
        Curves("products", "∂h_T/∂h_t", log=True),
    )),
    about="Below: what is left, or made, of a change at time t. A factor w σ′ for every step",
    least=(240, 240),
)  # fmt: skip
RELIEF = Card(
    "relief",
    "The cliff as a hill",
    Surface("ground", "line_w", "line_b", "path", label=lambda frame: ("w", "b", "L"), window=window, names=ball_names,
            dims=("row", "column")),
    about="The loss as height; drag to turn it",
)  # fmt: skip
NETWORKS = Card(
    "networks",
    lambda frame: f"Real networks: digits read pixel by pixel, c = {n(frame.params.threshold)}",
    Column((
        Curves("network_norms", "‖g‖", dims=("network", "update"), log=True,
               levels=(Level(lambda frame: float(frame.params.threshold), "c"),)),
        Curves("network_losses", "loss", dims=("network", "update"), span=(0.0, 4.0)),
    )),
    name="Real recurrent networks",
    about="32 units over 64 time steps, 150 updates with η = 0.01: the length of every gradient, and the loss",
    ask=Ask("networks", ("network_norms", "network_losses", "networks_complete"),
            lambda frame: float(frame.params.threshold), lambda frame: {"threshold": float(frame.params.threshold)},
            "training four networks …", parts=True),
    hides_before_prediction=True,
    least=(260, 260),
)  # fmt: skip


def summary(frame: Frame) -> str:
    """Say what is to be seen."""
    if not frame.step:
        return "No step has been made yet."
    said = ", ".join(f"{words} {n(frame.metric(name))}" for name, words in of_each("loss")(frame).items())
    return f"Step {frame.step}: loss {said}."


def readings(frame: Frame) -> Sequence[tuple[str, str]]:
    """Return the losses of two balls."""
    pairs = list(of_each("loss")(frame).items())[:2]
    return tuple((words, n(frame.metric(name))) for name, words in pairs) if frame.step else ()


def norm_numbers(frame: Frame) -> str:
    """Return the length of the gradient of the ball looked into, and the factor by norm."""
    if "raw" not in frame.arrays:
        return ""
    length, c = float(np.linalg.norm(frame.arrays["raw"][frame.params.shown])), frame.params.threshold
    return rf"\|g\| = {length:.4g}, \quad \min(1, c / \|g\|) = {min(1.0, c / max(length, 1e-300)):.4g}"


VIEW = View(
    cards=(PLANE, NORMS, LOSS, COUNTS, UNITS, TIME, TURNED, RELIEF, NETWORKS),
    formulas=(
        Formula("The unit", lambda frame: r"h_t = \sigma(w\,h_{t-1} + b), \quad L = (h_T - \text{target})^2",
                lambda frame: ""),
        Formula("By norm", lambda frame: r"g \leftarrow g \cdot \min\left(1, \frac{c}{\|g\|}\right)", norm_numbers),
        Formula("By value", lambda frame: r"g_i \leftarrow \min(\max(g_i, -c), c)", lambda frame: ""),
        Formula("Adaptive",
                lambda frame: r"g \leftarrow g \cdot \min\left(1, \lambda \frac{\|\theta\|}{\|g\|}\right)",
                lambda frame: ""),
    ),
    formula_arrays=("raw",),
    summary=summary,
    readings=readings,
)  # fmt: skip
