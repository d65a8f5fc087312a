"""Regularization: two weights, ten weights and a network of digits, with and without what keeps weights small."""

from collections.abc import Mapping
from typing import Any

from explainer.contract import LIVE, STRUCTURAL, VIEW, Array, Job, Parameters, Scene, choice, integer, point, real
from explainer.contract.cards import Dimension

PENALTIES = {
    "l1": "L1: λ Σ |w|",
    "l2": "L2: λ/2 Σ w²",
    "elastic": "Elastic net: half of each",
    "prox": "L1 by soft threshold",
    "decay": "Decoupled weight decay",
    "max_norm": "Max-norm: ‖w‖ ≤ c",
}
L1_RATIOS = {"l1": 1.0, "prox": 1.0, "elastic": 0.5, "l2": 0.0, "decay": 0.0}
"""The share of L1, as scikit-learn's elastic net has it."""
USUAL = {"l1": 0.001, "elastic": 0.002, "prox": 0.01, "l2": 0.01, "decay": 0.1}
COLUMNS = ("age", "sex", "bmi", "blood pressure", "s1", "s2", "s3", "s4", "s5", "s6")
OPTIMIZERS = ("SGD", "SGD, momentum 0.9", "Adam")
LANES = ("regularized", "without")
TINY, REACH = 0.01, 2.0
"""A weight smaller than this counts as near 0; how far from 0 the lowest point of the two weights can be dragged."""


class Params(Parameters):
    """What can be set, in the order of the controls."""

    penalty: str = choice(
        "l1", PENALTIES, kind=STRUCTURAL, label="What holds them", help="Of the regularized network, and in the pictures."
    )
    weight_decay: float = real(
        0.001, 1e-5, 1.0, log=True, kind=LIVE, label="Strength λ", unless={"penalty": ("max_norm",)},
        help="Of the network; its biases are not held.",
    )
    max_norm: float = real(
        1.0, 0.05, 20.0, log=True, kind=LIVE, label="Radius c", when={"penalty": ("max_norm",)},
        help="The greatest length of the weights into one unit of the network.",
    )
    label_smoothing: float = real(
        0.0, 0.0, 0.9, kind=LIVE, label="Label smoothing", help="What the regularized network's labels give to all classes."
    )
    noise: float = real(
        0.3, 0.0, 1.0, kind=STRUCTURAL, label="Random labels", help="The share of labels that are drawn at random."
    )
    examples: int = integer(
        200, 20, 1000, log=True, kind=STRUCTURAL, label="Training digits", help="How many digits are learned from."
    )
    width: int = integer(128, 1, 512, log=True, kind=STRUCTURAL, label="Hidden units", help="64-units-10, ReLU.")
    batch: int = integer(32, 1, 256, log=True, kind=STRUCTURAL, label="Batch size", help="Digits in each gradient.")
    lr: float = real(0.1, 0.001, 2.0, log=True, kind=LIVE, label="Learning rate η", help="Of SGD with momentum 0.9.")
    alpha: float = real(
        0.7, 0.001, 3.0, log=True, kind=VIEW, label="Strength α",
        help="In the pictures of two and of ten weights; with max-norm it is the radius.",
    )
    correlation: float = real(
        0.3, -0.95, 0.95, kind=VIEW, label="Correlation ρ", help="Of the two columns whose weights are drawn."
    )
    lowest: tuple[float, float] = point(
        (1.1, 0.5), -REACH, REACH, kind=VIEW, label="Lowest loss", help="Where the loss of the two weights is lowest."
    )

    @classmethod
    def defaults_beside(cls, given: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return a strength that suits what holds the weights."""
        return {"weight_decay": USUAL[given["penalty"]]} if given.get("penalty") in USUAL else {}


SCENE = Scene(
    title="Regularization",
    room="Generalization",
    question="What keeps the weights small, and does it help?",
    parameters=Params,
    first=("penalty", "alpha", "weight_decay"),
    data=("noise", "examples", "batch"),
    steps=1500,
    speed=60.0,
    progress="test/*",
    metrics={
        "loss/held": "Cross-entropy of the regularized network on the batch in nats, penalty not counted, before the update.",
        "loss/plain": "The same of the network without.",
        "train/held": "The share of given training labels repeated by the regularized network, after the update.",
        "train/plain": "The same of the network without.",
        "test/held": "The share of 360 test digits right, after the update.",
        "test/plain": "The same of the network without.",
        "stopped/held": "That share at the end of the epoch, from the start on, with the lowest validation loss.",
        "stopped/plain": "The same of the network without: what stopping early gives.",
        "norm/held": "The length of all weights of the regularized network.",
        "norm/plain": "The same of the network without.",
        "near": "The share of the regularized network's weights that are smaller than 0.01.",
        "zero": "The share of them that are exactly 0.",
        "units": "Hidden units of the regularized network into which a weight of at least 0.01 leads.",
    },
    arrays={
        "units_in": Array(("unit", "row", "column"), "float32", "The regularized network's weights into each hidden unit."),
        "unit_largest": Array(("unit",), "float32", "The largest size of a weight into each."),
        "counts": Array(("lane", "bin"), "int64", "Weights of both networks by size; beyond the ends: in the last bin."),
        "edges": Array(("edge",), "float64", "The edges of these bins."),
        "alphas": Array(("alpha",), "float64", "The strengths for which weights are found."),
        "contours": Array(
            ("turn", "coordinate"), "float64", "Ellipses of equal loss around the lowest.", nan="Between two ellipses."
        ),
        "touching": Array(("angle", "coordinate"), "float64", "The ellipse through the solution."),
        "region": Array(("angle", "coordinate"), "float64", "Where the penalty is at most the solution's."),
        "two_path": Array(("alpha", "coordinate"), "float64", "The two weights at each strength."),
        "two_other": Array(("alpha", "coordinate"), "float64", "The same with L2 where L1 is drawn, else with L1."),
        "corners": Array(("alpha",), "float64", "How far the region reaches along the first weight."),
        "spots": Array(("spot", "coordinate"), "float64", "The lowest loss, the solution at α, the region's corner."),
        "ten_path": Array(("alpha", "measure"), "float64", "The weights of ten standardized columns at each strength."),
        "ten_errors": Array(
            ("alpha", "part"), "float64", "Mean squared error over the variance: of 40 persons, of 402 others."
        ),
        "sizes": Array(("place",), "float64", "Sizes of one weight."),
        "beliefs": Array(("belief", "place"), "float64", "Prior, likelihood, posterior, each with a highest value of 1."),
        "estimates": Array(("estimate",), "float64", "The most likely weight, the posterior's highest place, its mean."),
    },
    dimensions={
        "lane": Dimension("", LANES),
        "unit": Dimension("hidden unit", whole=True),
        "alpha": Dimension(lambda frame: "c" if frame.params.penalty == "max_norm" else "α", at="alphas", log=True),
        "measure": Dimension("", COLUMNS),
        "part": Dimension("", ("40 persons fitted", "402 others")),
        "spot": Dimension("", ("lowest loss", "solution", "corner")),
        "place": Dimension("w", at="sizes"),
        "belief": Dimension("", ("prior", "likelihood", "posterior")),
        "strength": Dimension("strength", at="strengths", log=True),
        "optimizer": Dimension("", OPTIMIZERS),
    },
    jobs={
        "sweep": Job("The network trained with seven strengths."),
        "decays": Job("L2 in the loss against decoupled decay, under three optimizers."),
    },
    symbols={"η": "lr", "λ": "weight_decay", "α": "alpha", "ρ": "correlation", "c": "max_norm"},
    order=30,
)  # fmt: skip
