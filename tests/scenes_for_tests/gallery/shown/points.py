"""Scatter plots, decision maps, thresholds."""

import numpy as np

from explainer.contract.cards import (
    Arrows,
    Card,
    DecisionMap,
    Dimension,
    Drag,
    Ellipses,
    Handle,
    Row,
    Scatter,
    Tabs,
    Threshold,
    Trail,
    reads,
)
from explainer.contract.scene import Array

COUNTS = {"usual": 24, "one": 1, "none": 0, "many": 30_000, "odd": 24}
ARRAYS = {
    "spot": Array(("spot", "xy"), "float64", "Points.", nan="not known", infinite="too far"),
    "spot_class": Array(("spot",), "int64", "Classes."),
    "spot_size": Array(("spot",), "float64", "Sizes."),
    "spot_error": Array(("spot",), "float64", "Errors.", nan="not known"),
    "spot_name": Array(("spot",), "<U32", "Names."),
    "probability_map": Array(("kind of spot", "plane y", "plane x"), "float64", "Probabilities.", nan="not known"),
    "score_map": Array(("plane y", "plane x"), "float64", "Scores.", nan="not known", infinite="too much"),
    "plane_x": Array(("plane x",), "float64", "Where columns lie."),
    "plane_y": Array(("plane y",), "float64", "Where rows lie."),
    "judged": Array(("judge", "case"), "float64", "Scores of cases.", nan="not known"),
    "truth": Array(("case",), "int64", "Labels."),
}
DIMENSIONS = {
    "spot": Dimension("spot", "spot_name"),
    "kind of spot": Dimension("class", ("inner", "outer", "far")),
    "plane x": Dimension("x₁", at="plane_x"),
    "plane y": Dimension("x₂", at="plane_y"),
    "judge": Dimension("model", ("good", "poor")),
}


def arrays(params, step):
    """Return the arrays."""
    count = COUNTS[params.amount]
    chance = np.random.default_rng(1)
    spot = chance.normal(size=(count, 2))
    kind = (np.hypot(*spot.T) > 1).astype(int) + (np.hypot(*spot.T) > 2)
    error = np.abs(chance.normal(size=count)) / 4
    if params.amount == "odd":
        spot[0], spot[1, 0], error[2] = np.nan, np.inf, np.nan
    x, y = np.linspace(-3, 3, 41), np.linspace(-3, 3, 41)
    radius = np.hypot(x[None, :], y[:, None])
    weight = np.exp(-3 * np.abs(np.stack([radius - 0.3, radius - 1.5, radius - 3])))
    score = 1.2 - radius + 0.1 * np.sin(step + 3 * x[None, :])
    if params.amount == "odd":
        score[:6, :6], score[20, 20] = np.nan, np.inf
    cases = {"usual": 80, "one": 1, "none": 0, "many": 5000, "odd": 60}[params.amount]
    truth = (chance.random(cases) < 0.3).astype(int)
    judged = np.clip(np.stack([0.35 * truth, 0.1 * truth]) + chance.random((2, cases)) * 0.6, 0, 1)
    if params.amount == "odd":
        judged[0, :5] = np.nan
    return {
        "spot": spot,
        "spot_class": kind,
        "spot_size": 6 + 4 * kind.astype(float),
        "spot_error": error,
        "spot_name": np.array([f"p{k}" for k in range(count)], dtype="<U32"),
        "probability_map": weight / weight.sum(0),
        "score_map": score,
        "plane_x": x,
        "plane_y": y,
        "judged": judged,
        "truth": truth,
    }


@reads("spot")
def fit(frame):
    """Return a line through the points."""
    return np.array([[-3.0, -1.0], [0.0, 0.4], [3.0, 1.6]])


@reads("spot")
def wind(frame):
    """Return an arrow for each of the first points."""
    return np.nan_to_num(frame.arrays["spot"][:5], posinf=0) * 0.4


@reads("spot")
def begin(frame):
    """Return where these arrows begin."""
    return np.nan_to_num(frame.arrays["spot"][:5], posinf=0)


OVER = (
    Trail(fit, "fit", 1),
    Arrows(begin, wind, place=2),
    Ellipses(lambda frame: np.zeros((1, 2)), lambda frame: np.array([[[1.0, 0.5], [0.5, 0.8]]]), 3),
)
MOVE = Drag("place", value="x", also="y", low=-9, high=9)

CARDS = (
    Card(
        "scatter",
        "Points with everything beside them",
        Scatter(
            "spot",
            ("width", "height"),
            classes="spot_class",
            class_names=("inner", "outer", "far"),
            sizes="spot_size",
            errors="spot_error",
            texts="spot_name",
            over=OVER,
            span=(-3.5, 3.5, -3.0, 3.0),
            drag=MOVE,
            add=lambda frame, x, y: {"chosen": 1},
            remove=lambda frame, place: {"chosen": 2},
            none="no point",
        ),
    ),
    Card(
        "decision",
        "Probabilities of three classes, and one score",
        Row(
            (
                DecisionMap("probability_map", points="spot", classes="spot_class", drag=MOVE, label=("x₁", "x₂")),
                DecisionMap("score_map", levels=(0.0, 0.5, -0.5), click=lambda frame, x, y: {"chosen": 3}),
            )
        ),
    ),
    Card(
        "threshold",
        "What a threshold does",
        Tabs(
            {
                "ROC": Threshold("judged", "truth", "roc", handle=Handle("temperature"), none="one class only"),
                "Precision": Threshold("judged", "truth", "precision-recall", none="one class only"),
                "Calibration": Threshold("judged", "truth", "calibration", none="no score"),
            }
        ),
    ),
)
