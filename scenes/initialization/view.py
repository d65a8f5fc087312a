"""How it looks: the units of a layer as cards, those that are copies on one another, and how far the spread gets."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from explainer.contract.cards import (
    Act,
    Bars,
    Button,
    Card,
    Cell,
    Curves,
    Handle,
    Level,
    Line,
    Maps,
    Matrix,
    Ridges,
    Row,
    Scatter,
    Steps,
    Table,
    reads,
)
from explainer.contract.frame import Formula, Frame
from explainer.contract.number_text import number_text as n
from explainer.contract.view import View
from explainer.scenes.initialization import MOST, WAYS, layer_names

RULES = {
    "zeros": "0",
    "constant": "c",
    "small": "0.01",
    "large": "1",
    "pytorch": "1/√(3 nᵢₙ)",
    "xavier-normal": "√(2/(nᵢₙ + nₒᵤₜ))",
    "xavier-uniform": "√(2/(nᵢₙ + nₒᵤₜ))",
    "he-normal": "√(2/nᵢₙ)",
    "he-uniform": "√(2/nᵢₙ)",
    "orthogonal": "1/√max(nᵢₙ, nₒᵤₜ)",
}
LATEX = {
    "zeros": "0",
    "constant": "c^2",
    "small": "0.01^2",
    "large": "1",
    "pytorch": r"\frac{1}{3\, n_{\mathrm{in}}}",
    "xavier-normal": r"\frac{2}{n_{\mathrm{in}} + n_{\mathrm{out}}}",
    "he-normal": r"\frac{2}{n_{\mathrm{in}}}",
    "orthogonal": r"\frac{1}{\max(n_{\mathrm{in}},\, n_{\mathrm{out}})}",
}


def way(frame: Frame) -> str:
    """Return how the network looked into began."""
    return frame.params.ways[frame.params.shown]


def layer_words(frame: Frame) -> str:
    """Return what the layer looked into is called."""
    name = layer_names(frame.params)[frame.params.shown_layer]
    return "the layer of the scores" if name == "scores" else f"layer {name}"


def kinds_of(copies: np.ndarray) -> int:
    """Return how many different units there are."""
    return round(float((1 / copies).sum()))


def units_title(frame: Frame) -> str:
    """Return how many of the units of layer 1 differ."""
    words = f"{WAYS[way(frame)]}: the {frame.params.width} units of layer 1"
    if "copies" not in frame.arrays:
        return words
    kinds = kinds_of(frame.arrays["copies"])
    return f"{words} are {kinds} kind{'s' if kinds > 1 else ''}"


@reads("copies")
def stack_sizes(frame: Frame) -> np.ndarray:
    """Return each point's diameter (unit,): larger where units lie on one another."""
    return 8 + 2 * np.sqrt(frame.arrays["copies"] - 1.0)


@reads("copies")
def palette_place(frame: Frame) -> np.ndarray:
    """Return the colour of the network looked into (unit,)."""
    return np.full(frame.params.width, frame.params.shown)


@reads("copies")
def stack_words(frame: Frame) -> list[str]:
    """Return how many units lie on one another (unit,), once for each stack."""
    copies = frame.arrays["copies"]
    return [f"× {count}" if count > 1 else "" for count in copies]


@reads("pair", "copies")
def unit_words(frame: Frame, k: int) -> str:
    """Say two weights of a unit, and how many others are the same."""
    (x, y), count = frame.arrays["pair"][k], frame.arrays["copies"][k]
    same = "no other is the same" if count == 1 else f"{count} units are the same"
    return f"unit {k}: weights {n(x)} and {n(y)}; {same}"


@reads("templates")
def template_words(frame: Frame, unit: int, i: int, j: int) -> str:
    """Say a weight of layer 1."""
    return f"unit {unit}, weight from pixel ({i}, {j}): {n(frame.arrays['templates'][unit, i, j])}"


def matrix_title(frame: Frame) -> str:
    """Return whose matrix it is."""
    return f"{WAYS[way(frame)]}: W of {layer_words(frame)}"


def next_network(frame: Frame) -> Mapping[str, int]:
    """Return what looks into the next network."""
    return {"selected": (frame.params.shown + 1) % len(frame.params.ways)}


def next_layer(frame: Frame) -> Mapping[str, int]:
    """Return what looks into the next layer, after the last into the first."""
    return {"layer": (frame.params.shown_layer + 1) % (frame.params.depth + 1) + 1}


def of_each(kind: str) -> Callable[[Frame], Mapping[str, str]]:
    """Return what gives a metric of each network, by name."""
    return lambda frame: {f"{kind}/{name}": WAYS[name] for name in frame.params.ways}


def line(array: str, dim: str, k: int, named: bool = True) -> Line:
    """Return the curve of the k-th network; nothing where there are fewer."""

    @reads(array, dims=(dim,))
    def values(frame: Frame) -> np.ndarray:
        rows = frame.arrays[array]
        return rows[k] if k < len(rows) else np.full(rows.shape[1], np.nan)

    def name(frame: Frame) -> str:
        return WAYS[frame.params.ways[k]] if named and k < len(frame.params.ways) else ""

    return Line(values, name, k, dashed=not named)


@reads("sizes", "theory")
def size_words(frame: Frame, k: int) -> str:
    """Say each network's sums in a layer, and what theory has for step 0."""
    said = [
        f"{WAYS[name]} {n(now[k])}" + (f" (theory at step 0: {n(then[k])})" if np.isfinite(then[k]) else "")
        for name, now, then in zip(frame.params.ways, frame.arrays["sizes"], frame.arrays["theory"], strict=True)
    ]
    return f"layer {layer_names(frame.params)[k]}: " + ", ".join(said)


def size_span(values: np.ndarray) -> tuple[float, float]:
    """Return the range of the sums that is drawn: what is below a thousandth has vanished."""
    finite = values[np.isfinite(values) & (values > 0)]
    low, high = (finite.min(), finite.max()) if len(finite) else (0.1, 1.0)
    return float(np.clip(low / 2, 1e-3, 0.1)), float(max(2 * high, 2.0))


def column(k: int) -> Callable[[Frame], np.ndarray]:
    """Return what gives a column of the deviations (network,)."""

    @reads("deviations", dims=("network",))
    def values(frame: Frame) -> np.ndarray:
        return frame.arrays["deviations"][:, k]

    return values


@reads("deviations")
def names(frame: Frame) -> list[str]:
    """Return how the networks began (network,)."""
    return [WAYS[name] for name in frame.params.ways]


@reads("deviations")
def rules(frame: Frame) -> list[str]:
    """Return the rules (network,)."""
    return [RULES[name] for name in frame.params.ways]


NETWORK = Button(lambda frame: f"{WAYS[way(frame)]} ›", next_network, "Look into the next network")
LAYER = Button(lambda frame: f"{layer_words(frame)} ›", next_layer, "Look into the next layer")

UNITS = Card(
    "units",
    units_title,
    Row(
        (
            Maps("templates", colours="signed", columns=8, captions=lambda frame: (), reading=template_words),
            Scatter(
                "pair",
                ("from pixel (2, 3)", "from pixel (5, 4)"),
                classes=palette_place,
                sizes=stack_sizes,
                texts=stack_words,
                reading=unit_words,
                move=lambda frame, k, x, y: Act(
                    "move_unit", {"network": frame.params.shown, "index": k, "x": x, "y": y}
                ),
            ),
        ),
        weights=(1.5, 1.0),
    ),
    name="The units of layer 1, as cards and as points",
    about="Each unit's 64 weights as an image, and two of them as a point; copies lie on one another",
    hint="drag a point: one unit gets other weights, its copies do not",
    buttons=(NETWORK,),
    at_first=True,
    weight=2.2,
    least=(420, 220),
)
ACCURACY = Card(
    "accuracy",
    "Digits right",
    Steps(of_each("accuracy"), "share", levels=(Level(0.1, "chance"),)),
    about="Of 360 digits that no network trains on, after each step",
    at_first=True,
)
SIZES = Card(
    "sizes",
    "Size of the sums z, layer by layer",
    Curves(
        (*(line("sizes", "layer", k) for k in range(MOST)), *(line("theory", "layer", k, False) for k in range(MOST))),
        "r.m.s. z",
        log=True,
        span=size_span,
        dots=True,
        reading=size_words,
    ),
    about="Now, over the held-out digits; dashed: what theory has for step 0",
    at_first=True,
)
GAIN = Card(
    "gain",
    "Last hidden sums over the gain",
    Curves(
        tuple(line("by_gain", "gain", k) for k in range(MOST)),
        "r.m.s. z",
        log=True,
        span=size_span,
        handle=Handle("gain", "gain"),
    ),
    about="At step 0: what the same first weights would make, multiplied by another gain",
    hint="drag the line: all begin again with that gain",
)
OUTPUTS = Card(
    "outputs",
    lambda frame: f"{WAYS[way(frame)]}: outputs, layer by layer",
    Ridges("outputs", "edges", "output φ(z)"),
    name="Outputs as ridges",
    about="Where the outputs of each layer lie: all at 0, at both ends, or spread",
    buttons=(NETWORK,),
    least=(220, 170),
)
BACKWARD = Card(
    "backward",
    "Gradient at each layer",
    Curves("backward", "r.m.s. ∂ℓ/∂z", log=True, dots=True),
    about="Of each held-out digit's loss ℓ in the sums of the layer",
)
KINDS = Card(
    "kinds",
    "Different units in each layer",
    Bars("kinds", "different units", number=lambda count: f"{count:.0f}"),
    about="Units with the same weights and bias, to within a millionth, count once",
)
APART = Card(
    "apart",
    "How far units are apart",
    Steps(of_each("apart"), "difference", log=True),
    about="The largest difference between two units in one weight; of copies it is 0, which has no place here",
)
MATRIX = Card(
    "matrix",
    matrix_title,
    Matrix("matrix", "weight", colours="signed", square=False),
    name="The weight matrix",
    about="A row for each unit: equal rows make upright stripes",
    buttons=(NETWORK, LAYER),
    least=(220, 170),
)
SINGULAR = Card(
    "singular",
    lambda frame: f"Singular values of W, {layer_words(frame)}",
    Curves("singular", "value", dots=True),
    name="Singular values",
    about="By what W stretches at most and at least; orthogonal: all by the same",
    buttons=(LAYER,),
)
TABLE = Card(
    "rules",
    lambda frame: f"Size of the weights of {layer_words(frame)}",
    Table(
        (
            Cell(names, "first weights"),
            Cell(rules, "r.m.s. by the rule"),
            Cell(column(0), "with the gain", right=True, number=n),
            Cell(column(1), "drawn", right=True, number=n),
            Cell(column(2), "now", right=True, number=n),
        ),
        dim="network",
        chosen=lambda frame: frame.params.shown,
        click=lambda frame, k: {"selected": k},
    ),
    name="Rules and what was drawn",
    about="What each rule asks for, what was drawn, and what training has made of it",
    hint="click a line to look into that network",
    buttons=(LAYER,),
)
LOSS = Card("loss", "Loss at every step", Steps(of_each("loss"), "nats", log=True), about="Cross-entropy on each batch")


def summary(frame: Frame) -> str:
    """Say what is to be seen."""
    said = ", ".join(f"{words} {frame.metric(name):.0%}" for name, words in of_each("accuracy")(frame).items())
    return f"Step {frame.step}: {said} of the held-out digits right." if frame.step else "No step has been made yet."


def readings(frame: Frame) -> Sequence[tuple[str, str]]:
    """Return the accuracies of the first three networks."""
    pairs = list(of_each("accuracy")(frame).items())[:3]
    return tuple((words, f"{frame.metric(name):.0%}") for name, words in pairs) if frame.step else ()


def variance(frame: Frame) -> str:
    """Return the rule of the network looked into."""
    known = LATEX[way(frame).replace("uniform", "normal")]
    return rf"\overline{{W^2}} = g^2 \cdot {known}"


def variance_numbers(frame: Frame) -> str:
    """Return what the rule comes to in the layer looked into."""
    if "deviations" not in frame.arrays:
        return ""
    ruled, drawn, _ = frame.arrays["deviations"][frame.params.shown].astype(float)
    return rf"\sqrt{{\overline{{W^2}}}} = {ruled:.4g}, \quad \text{{drawn}}\ {drawn:.4g}"


def forward_numbers(frame: Frame) -> str:
    """Return the factor from the first hidden layer's sums to the last one's."""
    sizes = frame.arrays.get("sizes")
    if sizes is None or frame.params.depth < 2:
        return ""
    first, last = sizes[frame.params.shown, 0], sizes[frame.params.shown, -2]
    return rf"\text{{layer}}\ 1{{:}}\ {first:.3g} \quad \text{{layer}}\ {frame.params.depth}{{:}}\ {last:.3g}"


VIEW = View(
    cards=(UNITS, ACCURACY, SIZES, GAIN, OUTPUTS, BACKWARD, KINDS, APART, MATRIX, SINGULAR, TABLE, LOSS),
    formulas=(
        Formula("Size of the weights", variance, variance_numbers),
        Formula(
            "Size of the sums",
            lambda frame: r"\overline{z_{l+1}^2} = n_{\mathrm{in}}\, \overline{W^2}\; \overline{\varphi(z_l)^2}",
            forward_numbers,
        ),
    ),
    formula_arrays=("deviations", "sizes"),
    summary=summary,
    readings=readings,
)
