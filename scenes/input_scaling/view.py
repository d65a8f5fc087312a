"""How it looks: two valleys beside one another, the curvature over the unit, and what each regression has learned."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from explainer.contract.cards import (
    Ask,
    Bar,
    Bars,
    Card,
    Cell,
    Curves,
    DecisionMap,
    Handle,
    Plane,
    Probe,
    Ridges,
    Row,
    Steps,
    Table,
    Tabs,
    reads,
)
from explainer.contract.frame import Formula, Frame
from explainer.contract.number_text import number_text as n
from explainer.contract.view import View
from explainer.scenes.input_scaling import DATA, FITTED, NAMES, SCALINGS, Params

Made = Callable[[Frame], Any]


def lane(frame: Frame, pane: int) -> int:
    """Return which scaling is drawn in a pane: the first on the left, the chosen one on the right."""
    return frame.params.shown if pane else 0


def of(array: str, pane: int) -> Made:
    """Return what gives a pane's part of an array (scaling, …)."""

    @reads(array)
    def part(frame: Frame) -> np.ndarray:
        return frame.arrays[array][lane(frame, pane)]

    return part


def paths(weights: Sequence[int], pane: int) -> Made:
    """Return what gives the paths over two weights (scaling, step, 2), of the pane's scaling alone."""

    @reads("path")
    def found(frame: Frame) -> np.ndarray:
        path, k = frame.arrays["path"][..., list(weights)], lane(frame, pane)
        return np.where(np.arange(len(path))[:, None, None] == k, path, np.nan)

    return found


def lowest(weights: Sequence[int], pane: int) -> Made:
    """Return what gives the place of the least loss (1, 2)."""

    @reads("minimum")
    def found(frame: Frame) -> np.ndarray:
        return frame.arrays["minimum"][lane(frame, pane)][None, list(weights)]

    return found


def way(frame: Frame, pane: int) -> str:
    """Return what a pane's scaling is called."""
    return SCALINGS[frame.params.scalings[lane(frame, pane)]]


def plane(pane: int, up: str = "up", surface: str = "surface", across: str = "across", bias: bool = False) -> Plane:
    """Return the contours of one scaling."""
    weights = (0, 2) if bias else (0, 1)

    def label(frame: Frame) -> tuple[str, str]:
        one, two = NAMES[frame.params.data][:2]
        return f"{way(frame, pane)}: weight of {one}", "bias" if bias else f"weight of {two}"

    @reads("reach")
    def window(frame: Frame) -> tuple[float, float, float, float]:
        x, y = frame.arrays["reach"][lane(frame, pane)][list(weights)]
        if frame.params.equal_axes:
            x = y = max(x, y)
        return -x, x, -y, y

    def names(frame: Frame) -> Sequence[str]:
        return [f"loss {n(frame.metric(f'loss/{name}'))}" if frame.step else "" for name in frame.params.scalings]

    return Plane(
        of(surface, pane), of(across, pane), of(up, pane), paths(weights, pane),
        crosses=lowest(weights, pane), label=label, window=window, names=names,
        equal=lambda params: params.equal_axes, start="" if bias else "start",
        preview=None if bias else Probe("preview", "start", "ahead", more={"pane": pane},
                                        applies=lambda params: params.optimizer != "adam"),
        dims=("scaling",),
    )  # fmt: skip


def of_each(kind: str) -> Callable[[Frame], Mapping[str, str]]:
    """Return what gives one metric of every scaling, with its words."""
    return lambda frame: {f"{kind}/{name}": SCALINGS[name] for name in frame.params.scalings}


def ways(frame: Frame) -> list[str]:
    """Return what the scalings are called (scaling,)."""
    return [SCALINGS[name] for name in frame.params.scalings]


def last(kind: str) -> Callable[[Frame], np.ndarray]:
    """Return what gives each scaling's metric at this step (scaling,)."""
    return lambda frame: np.array([frame.metric(f"{kind}/{name}") for name in frame.params.scalings])


def percent(value: float) -> str:
    """Return a share in percent."""
    return f"{value:.1%}" if np.isfinite(value) else ""


def decision(pane: int) -> DecisionMap:
    """Return what one regression says over the first two features."""

    @reads("maps")
    def both(frame: Frame) -> np.ndarray:
        p = frame.arrays["maps"][lane(frame, pane)]
        return np.stack([1 - p, p])

    return DecisionMap(
        both, dims=("class", "map row", "map column"), points="points", classes="classes", hollow="held_out",
        boundary=True, point_dim="example", label=(lambda frame: f"{way(frame, pane)}: proline (σ)", "hue (σ)"),
    )  # fmt: skip


def everything(params: Params) -> str:
    """Say why there is no map of the examples where they have more than two features."""
    return "" if params.data == "pair" else f"Choose {DATA['pair']}: more than two features are no plane."


def all_ways(frame: Frame) -> list[str]:
    """Return what every way to scale is called (way,)."""
    return list(SCALINGS.values())


def model(k: int) -> Made:
    """Return what gives one model's accuracies (way,)."""

    @reads("others")
    def found(frame: Frame) -> np.ndarray:
        return frame.arrays["others"][:, k]

    return found


def leak(of_split: Callable[[np.ndarray], np.ndarray]) -> Made:
    """Return what gives a number of each row of the leaks (fitted,)."""

    @reads("leak")
    def found(frame: Frame) -> np.ndarray:
        return of_split(frame.arrays["leak"])

    return found


def against(accuracies: np.ndarray, sign: int) -> np.ndarray:
    """Return in how many splits a row is above (1) or below (−1) the first."""
    return (sign * (accuracies - accuracies[:1]) > 0).sum(1)


def split_key(frame: Frame) -> Any:
    """Return what the split and the scaled inputs depend on."""
    params = frame.params
    return params.data, params.unit, params.examples, params.fitted


CONTOURS = Card(
    "contours",
    "The loss over two weights",
    Row((plane(0), plane(1))),
    about="The same regression on the same examples; × is where the loss is least; all other weights as they are now",
    hint="drag the first weights",
    at_first=True,
    weight=3.0,
    least=(420, 190),
)
UNIT = Card(
    "unit",
    "Curvature over the unit",
    Tabs(
        {
            "κ": Curves("condition_by_unit", "κ", log=True, handle=Handle("unit")),
            "2/λmax": Curves("limit_by_unit", "2/λmax", log=True, handle=Handle("unit")),
        }
    ),
    about="Another unit for one feature: how long the valley is for its width, and how long a step may be",
    hint="drag the line",
    weight=2.0,
    least=(240, 170),
)
LOSS = Card(
    "loss",
    "Loss at every step",
    Steps(of_each("loss"), "loss (nats)", log=True),
    about="Of the training examples",
    at_first=True,
    weight=2.0,
)
ACCURACY = Card(
    "accuracy",
    "Held-out accuracy",
    Steps(of_each("accuracy"), "share told rightly"),
    about="Of the examples not trained on",
)
MAPS = Card(
    "maps",
    "What is said of each wine",
    Row((decision(0), decision(1))),
    about="p(grower 1); the line is p = 1/2; hollow: held out",
    applies=everything,
    at_first=True,
    weight=2.0,
    least=(300, 180),
)
BIAS = Card(
    "bias",
    "The loss over a weight and the bias",
    Row(tuple(plane(pane, "bias_up", "bias_surface", "bias_across", bias=True) for pane in (0, 1))),
    about="What a mean that is not 0 does: weight and bias can make up for one another, along a slanting valley",
    least=(420, 240),
)
FEATURES = Card(
    "features",
    lambda frame: f"Features: {way(frame, 0).lower()}, {way(frame, 1).lower()}",
    Row(tuple(Ridges(of("counts", pane), of("edges", pane), "value", dims=("feature", "bin")) for pane in (0, 1))),
    name="Features before and after",
    about="How the training examples' values lie, all features on one scale",
    least=(360, 200),
)
LANES = Card(
    "lanes",
    "Each scaling in numbers",
    Table(
        (
            Cell(ways, "scaling"),
            Cell("condition", "κ", right=True, number=n),
            Cell("limit", "2/λmax", right=True, number=n),
            Cell("rate", "η", right=True, number=n),
            Cell(last("curvature"), "λmax here", right=True, number=n),
            Cell(last("loss"), "loss", right=True, number=n),
            Cell(last("accuracy"), "held out", right=True, number=percent),
        ),
        dim="scaling",
        chosen=lambda frame: frame.params.shown,
        click=lambda frame, k: {"selected": k},
    ),
    about="Condition number, limit, learning rate, loss; a click draws that scaling on the right",
    least=(320, 120),
)
CONDITIONS = Card(
    "conditions",
    "Condition number of every scaling",
    Bars("conditions", "κ", log=True, number=n, place=0),
    about="Largest over smallest curvature at weights 0: 1 is a round valley",
)
OTHERS = Card(
    "others",
    "Models that descend no gradient",
    Table(
        (
            Cell(all_ways, "scaling"),
            Bar(model(0), "5 neighbours", span=1.0, number=percent, place=0),
            Bar(model(1), "SVM (RBF)", span=1.0, number=percent, place=1),
            Bar(model(2), "tree", span=1.0, number=percent, place=2),
        ),
        dim="way",
    ),
    about="Held-out accuracy of distances, kernels and thresholds on the same scaled features, by scikit-learn",
    ask=Ask("others", ("others",), split_key, busy="fitting …", parts=True),
    least=(320, 200),
)
LEAKS = Card(
    "leaks",
    lambda frame: f"Scaler fitted on what? {way(frame, 1)}, 40 splits",
    Table(
        (
            Cell(lambda frame: list(FITTED.values()), "fitted on"),
            Bar(leak(lambda a: a.mean(1)), "accuracy, mean", span=1.0, number=percent),
            Cell(leak(lambda a: against(a, 1)), "higher in", right=True, number=lambda v: f"{v:.0f}"),
            Cell(leak(lambda a: against(a, -1)), "lower in", right=True, number=lambda v: f"{v:.0f}"),
        ),
        dim="fitted",
    ),
    name="Scaler fitted on what?",
    about="Held-out accuracy over 40 random splits, and in how many it lies above or below that of the training part",
    ask=Ask("leaks", ("leak",), lambda frame: (*split_key(frame)[:3], frame.params.scalings[frame.params.shown])),
    least=(320, 120),
)


def summary(frame: Frame) -> str:
    """Say what is to be seen."""
    said = ", ".join(f"{SCALINGS[name].lower()} {n(frame.metric(f'loss/{name}'))}" for name in frame.params.scalings)
    return f"Step {frame.step}. Loss: {said}."


def readings(frame: Frame) -> Sequence[tuple[str, str]]:
    """Return the losses of the two that are drawn."""
    names = dict.fromkeys(frame.params.scalings[lane(frame, pane)] for pane in (0, 1))
    return tuple((SCALINGS[k].lower(), n(frame.metric(f"loss/{k}"))) for k in names) if frame.step else ()


def condition_numbers(frame: Frame) -> str:
    """Return κ of the two that are drawn."""
    found = frame.arrays.get("condition")
    return "" if found is None else rf"\kappa = {found[0]:.4g} \quad \kappa' = {found[frame.params.shown]:.4g}"


def limit_numbers(frame: Frame) -> str:
    """Return 2/λmax of the two that are drawn."""
    found = frame.arrays.get("limit")
    if found is None:
        return ""
    both = (found[0], found[frame.params.shown])
    return r" \quad ".join(rf"\frac{{2}}{{{2 / each:.4g}}} = {each:.4g}" for each in both)


VIEW = View(
    cards=(CONTOURS, UNIT, LOSS, ACCURACY, MAPS, BIAS, FEATURES, LANES, CONDITIONS, OTHERS, LEAKS),
    formulas=(
        Formula("Standardized", lambda frame: r"x' = \frac{x - \mu}{\sigma}", lambda frame: ""),
        Formula("Curvature", lambda frame: r"H = \frac{1}{n} \sum_i p_i (1 - p_i)\, x_i x_i^\top", lambda frame: ""),
        Formula(
            "Condition number",
            lambda frame: (
                r"\kappa = \frac{\lambda_{\max}}{\lambda_{\min}} \ \text{of} \ \frac{1}{n} \sum_i x_i x_i^\top"
            ),
            condition_numbers,
        ),
        Formula("Limit of η", lambda frame: r"\eta < \frac{2}{\lambda_{\max}}", limit_numbers),
    ),
    formula_arrays=("condition", "limit"),
    summary=summary,
    readings=readings,
)
