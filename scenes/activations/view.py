"""How it looks: the curve with the network's own sums lying under it, and what the slopes come to."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from explainer.contract.cards import (
    Ask,
    Band,
    Bars,
    Button,
    Card,
    Cell,
    Column,
    Curves,
    Handle,
    Level,
    Line,
    Matrix,
    Ridges,
    Spark,
    Steps,
    Table,
    reads,
)
from explainer.contract.frame import Formula, Frame
from explainer.contract.number_text import number_text as n
from explainer.contract.view import View
from explainer.scenes.activations import NAMES, Params
from explainer.scenes.activations.formulas import DERIVATIVES, FORMULAS


def selected(frame: Frame) -> str:
    """Return the activation that is looked into."""
    return frame.params.activations[frame.params.shown]


@reads("values", dims=("input",))
def value(frame: Frame) -> np.ndarray:
    """Return f of the network looked into (input,)."""
    return frame.arrays["values"][frame.params.shown]


@reads("slopes", dims=("input",))
def slope(frame: Frame) -> np.ndarray:
    """Return f′ of the network looked into (input,)."""
    return frame.arrays["slopes"][frame.params.shown]


@reads("histograms", dims=("input",))
def floor(frame: Frame) -> np.ndarray:
    """Return what the hill stands on (input,)."""
    return np.zeros(frame.arrays["histograms"].shape[-1])


@reads("histograms", dims=("input",))
def hill(frame: Frame) -> np.ndarray:
    """Return where the sums of the layer lie, the fullest bin at 1 (input,)."""
    row = frame.arrays["histograms"][frame.params.shown, frame.params.shown_layer]
    return row / max(row.max(), 1e-12)


@reads("histograms", dims=("layer", "input"))
def ridges(frame: Frame) -> np.ndarray:
    """Return where the sums of every layer lie (layer, input)."""
    return frame.arrays["histograms"][frame.params.shown]


def hero_title(frame: Frame) -> str:
    """Return value and slope at the input that is dragged; the button below says of what."""
    if "read" not in frame.arrays:
        return NAMES[selected(frame)]
    f, steep = frame.arrays["read"][frame.params.shown]
    return f"f({n(frame.params.point)}) = {n(f)}, f′ = {n(steep)}"


@reads("values", "slopes")
def place_words(frame: Frame, k: int) -> str:
    """Say value, slope and how full the bin is."""
    f, steep = (frame.arrays[name][frame.params.shown][k] for name in ("values", "slopes"))
    z = -6.0 + 0.1 * (k + 0.5)
    words = f"z = {n(z)}: f = {n(f)}, f′ = {n(steep)}"
    if "histograms" in frame.arrays:
        share = frame.arrays["histograms"][frame.params.shown, frame.params.shown_layer, k]
        words += f", {share:.1%} of the sums lie here"
    return words


def next_network(frame: Frame) -> Mapping[str, int]:
    """Return what looks into the next network."""
    return {"selected": (frame.params.shown + 1) % len(frame.params.activations)}


def next_layer(frame: Frame) -> Mapping[str, int]:
    """Return what looks into the next layer, after the last into the first."""
    return {"layer": (frame.params.shown_layer + 1) % frame.params.depth + 1}


def of_each(kind: str) -> Callable[[Frame], Mapping[str, str]]:
    """Return what gives a metric of each network, by name."""
    return lambda frame: {f"{kind}/{name}": NAMES[name] for name in frame.params.activations}


def fact(k: int) -> Callable[[Frame], np.ndarray]:
    """Return what gives a column of the facts (activation,)."""

    @reads("facts", dims=("activation",))
    def values(frame: Frame) -> np.ndarray:
        return frame.arrays["facts"][:, k]

    return values


@reads("facts")
def all_names(frame: Frame) -> list[str]:
    """Return what the activations are called (activation,)."""
    return list(NAMES.values())


@reads("measured")
def timed_names(frame: Frame) -> list[str]:
    """Return what those that are measured are called (n,)."""
    return [list(NAMES.values())[int(k)] for k in frame.arrays["measured"]]


def try_one(frame: Frame, k: int) -> Mapping[str, object] | None:
    """Return what puts an activation in the place of the one that is looked into."""
    name, chosen = list(NAMES)[k], list(frame.params.activations)
    if name in chosen:
        return {"selected": chosen.index(name)}
    chosen[frame.params.shown] = name
    return {"activations": tuple(chosen)}


def known_chosen(frame: Frame) -> int:
    """Return the place of the activation that is looked into."""
    return list(NAMES).index(selected(frame))


@reads("alive")
def unit_words(frame: Frame, i: int, j: int) -> str:
    """Say at how many digits a unit has a slope."""
    share = frame.arrays["alive"][i, j]
    return f"Layer {i + 1}, unit {j}: " + ("dead, slope 0 at every digit" if share == 0 else f"alive at {share:.0%}")


def short(number: float) -> str:
    """Return a number, what rounding has left as 0, and −∞ as such."""
    return "−∞" if number == -np.inf else n(number) if abs(number) >= 1e-6 else "0"


def deep(params: Params) -> str:
    """Say why there is no product of slopes."""
    return "" if params.depth > 1 else "With one hidden layer there is no product: raise Hidden layers."


HERO = Card(
    "curve",
    hero_title,
    Column(
        (
            Curves(
                (Line(value, "f", 0), Line(slope, "f′", 1)),
                "f and f′",
                span=(-1.3, 2.2),
                bands=(Band(floor, hill, 4),),
                handle=Handle("point", "z"),
                reading=place_words,
            ),
            Ridges(ridges, "edges", "sum z", place=4),
        ),
        weights=(1.5, 1.0),
    ),
    name="The curve, and the network's sums under it",
    about="f, its slope f′, and as a hill where the layer's own sums z lie; below, every layer",
    hint="drag the line to read f and f′",
    buttons=(
        Button(lambda frame: f"{NAMES[selected(frame)]} ›", next_network, "Look into the next network"),
        Button(lambda frame: f"layer {frame.params.shown_layer + 1} ›", next_layer, "Look into the next layer"),
    ),
    at_first=True,
    weight=1.6,
    least=(300, 316),
)
ACCURACY = Card(
    "accuracy",
    "Held-out digits right",
    Steps(of_each("accuracy"), "share", levels=(Level(0.1, "chance"),)),
    about="Of 360 digits that no network trains on, after each step",
    at_first=True,
)
PRODUCTS = Card(
    "products",
    "Product of slopes, going back",
    Curves("products", "product", log=True, dots=True),
    about="What the activations alone do to a gradient on its way back: the r.m.s. slopes of the layers, multiplied",
    applies=deep,
    at_first=True,
)
GRADIENTS = Card(
    "gradients",
    "Gradient at each layer",
    Curves("gradients", "‖∂L/∂W‖", log=True, dots=True),
    about="The norm of each hidden layer's weight gradient: slopes and weights together",
)
SLOPES = Card(
    "slopes",
    "Slope in each layer (r.m.s.)",
    Curves("mean_slopes", "r.m.s. f′(z)", span=(0.0, 1.2), dots=True),
    about="How steep the activation is where the units of the layer are",
)
ALL = Card(
    "all",
    "The chosen ones side by side",
    Column((Curves("values", "f(z)", span=(-2.0, 3.0)), Curves("slopes", "f′(z)", span=(-0.3, 1.3)))),
    about="The networks' activations and their slopes over the same z",
)
DEAD = Card(
    "dead",
    "Dead units",
    Steps(of_each("dead"), "units"),
    about="Hidden units whose slope is 0 at every held-out digit",
)
REVIVED = Card(
    "revived",
    "Units that came back",
    Steps(of_each("revived"), "units"),
    about="Hidden units that have been dead and now are not",
)
UNITS = Card(
    "units",
    lambda frame: f"{NAMES[selected(frame)]}: which units are dead",
    Matrix("alive", "share", low=0.0, high=1.0, reading=unit_words),
    name="Which units are dead",
    about="At which share of the digits each unit has a slope, layer by layer; 0 is dead",
)
CENTRES = Card(
    "centres",
    "Zero-centred or not",
    Column(
        (
            Curves("centres", "mean", span=(-1.05, 1.05), dots=True, levels=(Level(0.0),)),
            Curves("agreements", "sign", span=(0.45, 1.05), dots=True, levels=(Level(0.5, "even"),)),
        )
    ),
    about="Each layer's mean output over its r.m.s.; and what share of the weights into a unit one digit pushes alike",
    least=(220, 240),
)
KNOWN = Card(
    "known",
    "Every activation, as in PyTorch",
    Table(
        (
            Cell(all_names, "activation"),
            Spark("known_values", "f", width=70.0),
            Spark("known_slopes", "f′", 1, width=70.0),
            Cell(fact(0), "steepest", right=True, number=n),
            Cell(fact(1), "lowest", right=True, number=short),
            Cell(fact(2), "mean f", right=True, number=short),
            Cell(fact(4), "r.m.s. f′", right=True, number=n),
        ),
        dim="activation",
        chosen=known_chosen,
        click=try_one,
    ),
    about="Curve, slope, and both for sums that are normal with mean 0 and variance 1; a click tries one",
    hint="click one to try it",
    least=(320, 200),
)
COST = Card(
    "cost",
    "Nanoseconds a number",
    Table(
        (
            Cell(timed_names, "activation"),
            Cell("forward", "f", right=True, number=n),
            Cell("backward", "backward", right=True, number=n),
        )
    ),
    about="Measured on this machine: 100,000 numbers at once, the best of 15",
    ask=Ask("cost", ("forward", "backward", "measured"), lambda frame: "cost", busy="measuring …", parts=True),
)
LOSS = Card("loss", "Loss at every step", Steps(of_each("loss"), "nats", log=True), about="Cross-entropy on each batch")
COUNTS = Card(
    "counts",
    "Dead units of each layer",
    Bars("dead_units", "units", number=lambda count: f"{count:.0f}"),
    about="Where the dead units are, network by network",
)


def summary(frame: Frame) -> str:
    """Say what is to be seen."""
    said = ", ".join(f"{words} {frame.metric(name):.0%}" for name, words in of_each("accuracy")(frame).items())
    return f"Step {frame.step}: {said} of the held-out digits right." if frame.step else "No step has been made yet."


def readings(frame: Frame) -> Sequence[tuple[str, str]]:
    """Return the accuracies of the first three networks."""
    pairs = list(of_each("accuracy")(frame).items())[:3]
    return tuple((words, f"{frame.metric(name):.0%}") for name, words in pairs) if frame.step else ()


def value_numbers(frame: Frame) -> str:
    """Return f at the input that is dragged."""
    if "read" not in frame.arrays:
        return ""
    return rf"f({frame.params.point:.4g}) = {frame.arrays['read'][frame.params.shown][0]:.4g}"


def slope_numbers(frame: Frame) -> str:
    """Return f′ there."""
    if "read" not in frame.arrays:
        return ""
    return rf"f'({frame.params.point:.4g}) = {frame.arrays['read'][frame.params.shown][1]:.4g}"


def product_numbers(frame: Frame) -> str:
    """Return the factors of the product of slopes."""
    if "mean_slopes" not in frame.arrays:
        return ""
    row = frame.arrays["mean_slopes"][frame.params.shown].astype(float)
    if not np.isfinite(row).all() or len(row) > 8:
        return ""
    return r" \cdot ".join(f"{each:.3g}" for each in row) + f" = {np.prod(row):.3g}"


VIEW = View(
    cards=(HERO, ACCURACY, PRODUCTS, GRADIENTS, SLOPES, ALL, DEAD, REVIVED, UNITS, COUNTS, CENTRES, KNOWN, COST, LOSS),
    formulas=(
        Formula("Activation", lambda frame: FORMULAS[selected(frame)], value_numbers),
        Formula("Slope", lambda frame: DERIVATIVES[selected(frame)], slope_numbers),
        Formula("Product of slopes", lambda frame: r"\prod_\ell \sqrt{\overline{f'(z_\ell)^2}}", product_numbers),
    ),
    arrays=("read",),
    formula_arrays=("read", "mean_slopes"),
    summary=summary,
    readings=readings,
)
