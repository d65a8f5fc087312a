"""Clipping: a recurrent unit whose loss has a cliff, and what becomes of a ball that meets it."""

from explainer.contract import (
    LIVE,
    STRUCTURAL,
    VIEW,
    Array,
    Job,
    Parameters,
    Scene,
    choice,
    choices,
    integer,
    point,
    real,
)
from explainer.contract.cards import Dimension

METHODS = {"none": "No clipping", "norm": "By norm", "value": "By value", "adaptive": "Adaptive"}
NETWORKS = ("ReLU, as it comes", "ReLU, clipped", "tanh, as it comes", "tanh, clipped")
WINDOW = (3.0, 7.0, -3.6, -0.9)
"""What is seen at first: w from, w to, b from, b to."""
REACH, MOST = 20.0, 4
"""The start lies within ± this; so many balls at the most."""


def metrics_of(what: str, methods: tuple[str, ...]) -> list[str]:
    """Return the names of one metric for each ball."""
    return [f"{what}/{method}" for method in methods]


class Params(Parameters):
    """What can be set, in the order of the controls."""

    methods: tuple[str, ...] = choices(
        ("none", "norm", "value"), METHODS, most=MOST, kind=STRUCTURAL, label="Clipping",
        help="One ball for each, from the same start.",
    )
    threshold: float = real(
        0.5, 0.001, 1000.0, log=True, kind=LIVE, label="Threshold c",
        help="The greatest length of the gradient (by norm), or of each of its components (by value).",
    )
    ratio: float = real(
        0.1, 0.001, 10.0, log=True, kind=LIVE, label="Ratio λ",
        help="Adaptive: the greatest length of the gradient as a share of that of the weights.",
    )
    lr: float = real(0.2, 0.001, 5.0, log=True, kind=LIVE, label="Learning rate η", help="The size of a step.")
    start: tuple[float, float] = point(
        (5.0, -2.625), -REACH, REACH, kind=STRUCTURAL, label="Start (w, b)", help="Where every ball begins; drag it."
    )
    time_steps: int = integer(
        50, 1, 100, kind=STRUCTURAL, label="Time steps T", help="How often the unit is applied to its own output."
    )
    target: float = real(0.7, 0.05, 0.95, kind=STRUCTURAL, label="Target", help="What the last output should be.")
    shows: str = choice(
        "loss", {"loss": "Loss", "length": "Length of the gradient"}, kind=VIEW, label="Ground shows",
        help="What the heights of the hills are: the loss, or log₁₀ of the length of its gradient.",
    )
    selected: int = integer(
        1, 0, MOST - 1, kind=VIEW, label="Ball looked into", help="Whose gradient is drawn; 0 is the first one."
    )

    @property
    def shown(self) -> int:
        """Which ball is looked into."""
        return min(self.selected, len(self.methods) - 1)


def _of_balls(meaning: str) -> Array:
    return Array(("ball", "w or b"), "float64", meaning)


SCENE = Scene(
    title="Gradient clipping",
    room="Gradient flow",
    question="What if the gradient is a cliff?",
    parameters=Params,
    first=("methods", "threshold"),
    steps=200,
    speed=30.0,
    progress="loss/*",
    metrics={
        "loss/*": "(h_T − target)² where the ball is, before the update.",
        "norm/*": "The length of the gradient there, before clipping.",
        "used/*": "Its length after clipping.",
        "turned/*": "The angle between the two in degrees, 0 where there is no gradient.",
    },
    arrays={
        "position": _of_balls("Where each ball is."),
        "path": Array(("ball", "step + 1", "w or b"), "float64", "Every place so far.", traced=True),
        "raw": _of_balls("The gradient where each ball is."),
        "clipped": _of_balls("What clipping leaves of it."),
        "line_w": Array(("column",), "float64", "The w of the ground."),
        "line_b": Array(("row",), "float64", "The b of the ground."),
        "ground": Array(("row", "column"), "float64", "The loss there."),
        "lengths": Array(("row", "column"), "float64", "log₁₀ of the length of the gradient there, at least −12."),
        "states": Array(("ball", "time"), "float64", "h₁ to h_T where each ball is."),
        "products": Array(("ball", "time"), "float64", "∂h_T/∂h_t: the product of w σ′ from t to the end."),
        "norm_edges": Array(("edge",), "float64", "The edges of the histogram."),
        "norm_counts": Array(
            ("ball", "bin"), "int64", "How many of the gradients so far were so long; the ends count what is beyond."
        ),
        "allowed": Array(("limit", "corner", "axis"), "float64", "The circle and the square of radius 1."),
        "in_units": Array(("part", "axis"), "float64", "Of the ball looked into, in units of c: the gradient, drawn no "
                          "longer than 2.4, clipped by norm, clipped by value."),
    },
    dimensions={
        "ball": Dimension("", lambda params: [METHODS[method] for method in params.methods]),
        "column": Dimension("w", at="line_w"),
        "row": Dimension("b", at="line_b"),
        "time": Dimension("time step t", whole=True),
        "network": Dimension("", NETWORKS),
        "update": Dimension("update", whole=True),
    },
    jobs={
        "networks": Job(
            "Train recurrent networks that read digits pixel by pixel, as they come and clipped by norm.",
            {"threshold": real(0.5, 0.001, 1000.0)},
        ),
    },
    symbols={"c": "threshold", "η": "lr", "λ": "ratio", "T": "time_steps", "g": "raw", "h": "states"},
    order=50,
)  # fmt: skip
