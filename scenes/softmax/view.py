"""How it looks: scores to drag, the probabilities and pulls they make, and the same over the temperature."""

import math
from collections.abc import Sequence

import numpy as np

from explainer.contract.cards import (
    Bars,
    Card,
    Cell,
    Column,
    Curves,
    Drag,
    Handle,
    Level,
    Line,
    Matrix,
    Steps,
    Table,
    reads,
)
from explainer.contract.frame import Formula, Frame
from explainer.contract.number_text import number_text as n
from explainer.contract.view import View
from explainer.scenes.softmax import CLASSES, HIGHEST, LOWEST


@reads("scores")
def probability_words(frame: Frame, k: int) -> str:
    """Say how a probability comes about."""
    z, p = frame.arrays["scores"], frame.arrays["probabilities"]
    above = (z[k] + frame.params.shift) / frame.params.temperature
    return f"{CLASSES[k]}: e^({n(above)}) / Σ = {n(p[k])}"


@reads("probabilities", "target")
def gradient_words(frame: Frame, k: int) -> str:
    """Say how a gradient comes about."""
    p, y, g = (frame.arrays[name][k] for name in ("probabilities", "target", "gradient"))
    return f"{CLASSES[k]}: (p − y) / T = ({n(p)} − {n(y)}) / {n(frame.params.temperature)} = {n(g)}"


@reads("probabilities")
def jacobian_words(frame: Frame, i: int, j: int) -> str:
    """Say how an entry of the Jacobian comes about."""
    p, value = frame.arrays["probabilities"], frame.arrays["jacobian"][i, j]
    product = f"{n(p[i])} · ({int(i == j)} − {n(p[j])}) / {n(frame.params.temperature)}"
    return f"∂p({CLASSES[i]})/∂z({CLASSES[j]}) = {product} = {n(value)}"


@reads("scores")
def lead(frame: Frame) -> float:
    """Return how far the true class's score lies above the largest other."""
    z, k = frame.arrays["scores"], CLASSES.index(frame.params.target)
    return float(z[k] - max(value for i, value in enumerate(z) if i != k))


@reads("scores")
def difference(frame: Frame) -> float:
    """Return the difference of the first two scores."""
    return float(frame.arrays["scores"][0] - frame.arrays["scores"][1])


@reads("scores")
def shifted_scores(frame: Frame) -> object:
    """Return what softmax is given (class,)."""
    return (frame.arrays["scores"] + frame.params.shift) / frame.params.temperature


def around_zero(values: np.ndarray) -> tuple[float, float]:
    """Return a range of the scores that is as far below zero as above, and not narrower than ±3."""
    most = max(3.0, float(np.abs(values).max(initial=0.0)))
    return -most, most


def names(frame: Frame) -> Sequence[str]:
    """Return what the classes are called (class,)."""
    return CLASSES[: frame.params.classes]


BARS = Card(
    "bars",
    "Scores, probabilities, gradient",
    Column(
        (
            Bars("scores", "score z", span=around_zero, drag=Drag("set_score", low=LOWEST, high=HIGHEST)),
            Bars("probabilities", "p", target="target", span=(0.0, 1.0), reading=probability_words),
            Bars("gradient", "∂L/∂z", span="even", reading=gradient_words),
        ),
        weights=(1.0, 1.0, 1.3),
    ),
    about="Drag a score; what softmax makes of it, and what the loss wants of it",
    hint="drag a dot",
    at_first=True,
    weight=1.6,
    least=(260, 300),
)
TEMPERATURE = Card(
    "temperature",
    "Probabilities over temperature",
    Curves("by_temperature", "p", span=(0.0, 1.0), handle=Handle("temperature")),
    about="softmax(z/T) of each class for every T; drag the line",
    hint="drag the line",
    at_first=True,
)
JACOBIAN = Card(
    "jacobian",
    "Jacobian ∂p/∂z",
    Matrix("jacobian", "∂p/∂z", colours="signed", low=-0.25, high=0.25, reading=jacobian_words),
    about="How much each probability moves with each score",
)
PULLS = Card(
    "pulls",
    "Pull on the true score",
    Curves("pulls", "−∂L/∂z", handle=Handle(lead, "you")),
    about="Cross-entropy pulls a wrong answer hard; squared error lets go of what is wrong and sure",
)
SAFE = Card(
    "safe",
    "In float32: as written, and safe",
    Table(
        (
            Cell(names, "class"),
            Cell(shifted_scores, "(z + c)/T", right=True),
            Cell("exponentials", "e^…", right=True, number=n),
            Cell("naive", "e^… / Σ", right=True, number=n),
            Cell("shifted", "e^(… − max)", right=True, number=n),
            Cell("probabilities", "p", right=True, number=n),
        ),
        dim="class",
    ),
    about="The formula as it is written, beside the same after the largest score was subtracted",
)
TERMS = Card(
    "terms",
    "Cross-entropy = entropy + divergence",
    Bars("terms", "nats"),
    about="H(y) cannot be trained away; KL(y‖p) is the rest",
)
SIGMOID = Card(
    "sigmoid",
    "Two classes: the sigmoid",
    Curves(
        (Line("sigmoid", "σ((z₁ − z₂)/T)"),), "p of the first class", span=(0.0, 1.0), handle=Handle(difference, "you")
    ),
    about="With two classes softmax is the sigmoid of the difference of the scores",
    applies=lambda params: "" if params.classes == 2 else "There are more than two classes: set Classes to 2.",
)
LOSS = Card(
    "loss",
    "Loss at every step",
    Steps({"loss": "cross-entropy", "entropy": "entropy of p"}, "nats", levels=(Level(0.0),)),
    about="The cross-entropy, and how undecided the probabilities are",
)


def summary(frame: Frame) -> str:
    """Say what is to be seen."""
    return f"Step {frame.step}: T = {n(frame.params.temperature)}, loss {n(frame.metric('loss'))} nats."


def readings(frame: Frame) -> Sequence[tuple[str, str]]:
    """Return the loss."""
    return (("loss", n(frame.metric("loss"))),) if frame.step else ()


def softmax_numbers(frame: Frame) -> str:
    """Return the true class's probability with its numbers."""
    if not {"scores", "probabilities"} <= frame.arrays.keys():
        return ""
    k, name = CLASSES.index(frame.params.target), frame.params.target
    z = (frame.arrays["scores"] + frame.params.shift) / frame.params.temperature
    terms = " + ".join(f"e^{{{value:.2f}}}" for value in z)
    return rf"p_{{\text{{{name}}}}} = \frac{{e^{{{z[k]:.2f}}}}}{{{terms}}} = {frame.arrays['probabilities'][k]:.4f}"


def loss_numbers(frame: Frame) -> str:
    """Return the loss of the present probabilities with its numbers."""
    p = frame.arrays.get("probabilities")
    if p is None or frame.params.smoothing:
        return ""
    right = float(p[CLASSES.index(frame.params.target)])
    return rf"L = -\log {right:.4g} = {-math.log(right):.4f}" if right else r"L = -\log p, \quad p < 10^{-45}"


def gradient_numbers(frame: Frame) -> str:
    """Return the true class's gradient with its numbers."""
    if not {"probabilities", "target", "gradient"} <= frame.arrays.keys():
        return ""
    k, name = CLASSES.index(frame.params.target), frame.params.target
    p, y, g = (frame.arrays[each][k] for each in ("probabilities", "target", "gradient"))
    slope, top = rf"\frac{{\partial L}}{{\partial z_{{\text{{{name}}}}}}}", rf"{p:.4f} - {y:.4f}"
    return rf"{slope} = \frac{{{top}}}{{{frame.params.temperature:.4g}}} = {g:.4f}"


VIEW = View(
    cards=(BARS, TEMPERATURE, JACOBIAN, PULLS, SAFE, TERMS, SIGMOID, LOSS),
    formulas=(
        Formula("Softmax", lambda frame: r"p_k = \frac{e^{z_k / T}}{\sum_j e^{z_j / T}}", softmax_numbers),
        Formula("Cross-entropy", lambda frame: r"L = -\sum_k y_k \log p_k", loss_numbers),
        Formula("Gradient", lambda frame: r"\frac{\partial L}{\partial z_k} = \frac{p_k - y_k}{T}", gradient_numbers),
    ),
    arrays=("scores", "probabilities"),
    formula_arrays=("target", "gradient"),
    summary=summary,
    readings=readings,
)
