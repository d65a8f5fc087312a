"""How it looks: the fits and their pulls, each loss over the error, and where the parameters go."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from explainer.contract.cards import (
    Arrows,
    Bar,
    Bars,
    Card,
    Cell,
    Column,
    Curves,
    Drag,
    Line,
    Scatter,
    Steps,
    Table,
    Trail,
    reads,
)
from explainer.contract.frame import Formula, Frame
from explainer.contract.number_text import number_text as n
from explainer.contract.view import View
from explainer.scenes.losses import NAMES, REDUCTIONS, TASKS, Params


def only(*tasks: str) -> Callable[[Params], str]:
    """Return what says why a card has nothing to show under another task."""
    wanted = " or ".join(TASKS[task].lower() for task in tasks)
    return lambda params: "" if params.task in tasks else f"Choose {wanted} as what is fitted."


def fit_line(k: int) -> Trail:
    """Return the line of the k-th loss; nothing where there are fewer."""

    @reads("lines")
    def points(frame: Frame) -> np.ndarray:
        lines = frame.arrays["lines"]
        return lines[k] if k < len(lines) else np.full((2, 2), np.nan)

    def name(frame: Frame) -> str:
        chosen = frame.params.chosen
        return NAMES[chosen[k]] if k < len(chosen) else ""

    return Trail(points, name, k)


@reads("points", "feet")
def point_words(frame: Frame, k: int) -> str:
    """Say how far a point lies from the selected line, and how hard it pulls."""
    (x, y), said = frame.arrays["points"][k], frame.arrays["feet"][k][1]
    return f"({n(x)}, {n(y)}): ŷ = {n(said)}, error ŷ − y = {n(said - y)}"


def selected_name(frame: Frame) -> str:
    """Return what the loss is called whose pulls are drawn."""
    return NAMES[frame.params.chosen[frame.params.shown]]


def fit_title(frame: Frame) -> str:
    """Return the title, with the loss whose pulls are drawn where there are points."""
    return (
        f"The fits, and how {selected_name(frame)} pulls" if frame.params.task in ("line", "constant") else "The fits"
    )


def followed(frame: Frame) -> Mapping[str, str]:
    """Return the metrics that say where the parameters go."""
    kind = "second" if frame.params.task == "line" else "first"
    return {f"{kind}/{name}": NAMES[name] for name in frame.params.chosen}


def followed_title(frame: Frame) -> str:
    """Return what is followed."""
    return {
        "line": "Slope of each line",
        "constant": "Each estimate",
        "score": "Each score z; above 0 the answer is right",
        "shape": "Middle of each bell",
    }[frame.params.task]


def losses(frame: Frame) -> Mapping[str, str]:
    """Return each loss's metric."""
    return {f"loss/{name}": NAMES[name] for name in frame.params.chosen}


@reads("estimates")
def first(frame: Frame) -> np.ndarray:
    """Return the first parameter of each fit (loss,)."""
    return frame.arrays["estimates"][:, 0]


@reads("estimates")
def second(frame: Frame) -> list[str]:
    """Return the second parameter of each fit in words (loss,)."""
    values = frame.arrays["estimates"][:, 1]
    return [n(np.exp(v) if frame.params.task == "shape" else v) if np.isfinite(v) else "" for v in values]


@reads("points")
def meaning(frame: Frame) -> list[str]:
    """Return what the minimiser of each loss is, with its value in the sample (loss,)."""
    y, tau = frame.arrays["points"][:, 1].astype(float), frame.params.tau
    if frame.params.task != "constant":
        return ["" for _ in frame.params.chosen]
    known = {
        "mse": f"the mean, {n(y.mean())}",
        "mae": f"a median, {n(np.median(y))}",
        "huber": "between median and mean",
        "quantile": f"the {tau:.0%} quantile, {n(np.quantile(y, tau, method='inverted_cdf'))}",
    }
    return [known[name] for name in frame.params.chosen]


@reads("estimates")
def names(frame: Frame) -> list[str]:
    """Return what the losses are called (loss,)."""
    return [NAMES[name] for name in frame.params.chosen]


def bell_of(k: int) -> Callable[[Frame], np.ndarray]:
    """Return what gives the k-th bell (place,)."""

    @reads("bells")
    def values(frame: Frame) -> np.ndarray:
        return frame.arrays["bells"][k] if k < len(frame.arrays["bells"]) else np.full(161, np.nan)

    return values


FIT = Card(
    "fit",
    fit_title,
    Scatter(
        "points",
        ("x", "y"),
        over=(*(fit_line(k) for k in range(4)), Arrows("feet", "pulls", place=4)),
        drag=Drag("move_point", value="x", also="y", low=-12, high=12),
        reading=point_words,
    ),
    name="The fits and their pulls",
    about="The points and each loss's line; the arrows are −∂L/∂ŷ of the selected loss",
    hint="drag a point",
    at_first=True,
    weight=1.4,
    applies=only("line", "constant"),
    least=(300, 220),
)
CURVES = Card(
    "curves",
    "Each loss and its slope",
    Column(
        (
            Curves("values", "loss", span=(0.0, 8.0)),
            Curves("slopes", "slope", span=(-4.0, 4.0)),
        )
    ),
    about="The height is what is punished; the slope is how hard it pulls",
    at_first=True,
    applies=only("line", "constant", "score"),
    least=(240, 260),
)
FOLLOWED = Card(
    "followed",
    followed_title,
    Steps(followed, ""),
    name="Where the parameters go",
    about="The slope, estimate, probability or middle that each loss has come to",
    at_first=True,
)
SHAPES = Card(
    "shape",
    "Two hills, and the bell of each divergence",
    Curves((Line("hills", "p", 4, dashed=True), Line(bell_of(0), "KL(p‖q)", 0),
            Line(bell_of(1), "KL(q‖p)", 1)), "probability"),
    about="The same bell fitted in both directions of the divergence",
    applies=only("shape"),
)  # fmt: skip
SHARES = Card(
    "shares",
    "Each point's share of the pull",
    Bars("shares", "share", span=(0.0, 1.0)),
    about="How much of all pulling one point does: far off, nearly all of it in MSE",
    applies=only("line", "constant"),
)
PAIRS = Card(
    "pairs",
    "Losses of pairs: contrastive and triplet",
    Column((Curves("pair_values", "loss", span=(0.0, 3.0)), Curves("pair_slopes", "slope", span=(-2.0, 3.0)))),
    about="Over the distance between what two examples are mapped to: what is alike pulls, what is not pushes",
    least=(240, 260),
)
MASK = Card(
    "mask",
    "Losses of a mask: Dice beside cross-entropy",
    Column((Curves("mask_values", "loss", span=(0.0, 1.05)), Curves("mask_slopes", "slope", span=(-2.1, 0.1)))),
    about="An object that fills 5 % of an image: Dice pulls as hard as if it filled it all",
    least=(240, 260),
)
BATCH = Card(
    "batch",
    "One number for a batch",
    Column(
        (
            Table(
                (
                    Cell("batch_names", "class"),
                    Cell("batch_chances", "p of its class", right=True, number=n),
                    Cell("batch_losses", "loss", right=True, number=n),
                    Cell("batch_weighted", "× weight", right=True, number=n),
                    Bar("batch_pulls", "pull in the mean", number=n),
                ),
                dim="example",
            ),
            Table(
                (Cell(lambda frame: list(REDUCTIONS), "reduction"), Cell("reduced", "L", right=True, number=n)),
                dim="reduction",
            ),
        ),
        weights=(1.4, 1.0),
    ),
    about="F.cross_entropy with a weight for each class: mean divides by the sum of the weights, not by the examples",
    least=(300, 240),
)
LOSS = Card("loss", "Each loss at every step", Steps(losses, "loss", log=True), about="Units differ from loss to loss")
TABLE = Card(
    "table",
    "What each fit has come to",
    Table(
        (
            Cell(names, "loss"),
            Cell(first, "level, μ or z", right=True, number=n),
            Cell(second, "slope or σ", right=True),
            Cell(meaning, "its minimum is at"),
        ),
        dim="loss",
        chosen=lambda frame: frame.params.shown,
        click=lambda frame, k: {"selected": k},
    ),
    about="The parameters, and what the minimiser estimates; a click draws that loss's pulls",
)


FORMULAS = {
    "mse": r"(\hat y - y)^2",
    "mae": r"|\hat y - y|",
    "huber": r"\tfrac12 e^2 \ (|e| \le \delta), \quad \delta\,(|e| - \tfrac12 \delta) \ (|e| > \delta)",
    "quantile": r"\max(\tau\,(y - \hat y),\ (\tau - 1)(y - \hat y))",
    "bce": r"-\log \sigma(z)",
    "squared": r"(1 - \sigma(z))^2",
    "hinge": r"\max(0,\ 1 - z)",
    "focal": r"-(1 - p)^\gamma \log p, \quad p = \sigma(z)",
    "forward": r"\sum p \log (p / q)",
    "reverse": r"\sum q \log (q / p)",
}


def formula(name: str) -> Formula:
    """Return a loss's formula; none while it is not among those chosen."""
    return Formula(
        NAMES[name],
        lambda frame: FORMULAS[name] if name in frame.params.chosen else "",
        lambda frame: value_of(frame, name),
    )


def value_of(frame: Frame, name: str) -> str:
    """Return the loss recorded at this step."""
    value = frame.metric(f"loss/{name}")
    return rf"L = {value:.4g}" if frame.step and np.isfinite(value) else ""


def summary(frame: Frame) -> str:
    """Say what is to be seen."""
    said = ", ".join(f"{words} {n(frame.metric(name))}" for name, words in followed(frame).items())
    return f"Step {frame.step}. {followed_title(frame)}: {said}."


def readings(frame: Frame) -> Sequence[tuple[str, str]]:
    """Return what is followed, of the first two losses."""
    return (
        tuple((words, n(frame.metric(name))) for name, words in list(followed(frame).items())[:2]) if frame.step else ()
    )


VIEW = View(
    cards=(FIT, CURVES, FOLLOWED, SHAPES, SHARES, LOSS, TABLE, BATCH, PAIRS, MASK),
    formulas=tuple(formula(name) for name in FORMULAS),
    summary=summary,
    readings=readings,
)
