"""Input scaling: the same problem in other units, and the valley that gradient descent has to go down."""

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
    switch,
)
from explainer.contract.cards import Dimension

SCALINGS = {
    "none": "As measured",
    "centre": "Mean subtracted",
    "scale": "Divided by σ",
    "minmax": "Min–max",
    "standard": "Standardized",
    "robust": "Robust",
    "quantile": "Quantile",
    "white": "Whitened",
}
FITTED = {"train": "The training part", "all": "Everything: a leak", "each": "Each part for itself"}
WINE = (
    "proline", "hue", "alcohol", "malic acid", "ash", "alcalinity", "magnesium", "phenols", "flavanoids",
    "other phenols", "proanthocyanins", "colour", "od280/od315",
)  # fmt: skip
_NUCLEUS = (
    "radius", "texture", "perimeter", "area", "smoothness", "compactness", "concavity", "concave points", "symmetry",
    "fractal dimension",
)  # fmt: skip
_CANCER = [f"{kind} {name}" for kind in ("mean", "error of", "worst") for name in _NUCLEUS]
CANCER = (_CANCER[23], _CANCER[27], *_CANCER[:23], *_CANCER[24:27], *_CANCER[28:])
DATA = {"pair": "Wine: proline and hue", "wine": "Wine: all 13 measures", "cancer": "Breast cancer: all 30 measures"}
NAMES = {"pair": WINE[:2], "wine": WINE, "cancer": CANCER}
"""The features, those first whose weights are drawn; the unit is that of the very first."""
MODELS = ("5 nearest neighbours", "SVM, RBF kernel", "Decision tree")
MOST = 4
"""So many ways to scale side by side at the most."""


def metrics_of(kind: str, scalings: tuple[str, ...]) -> list[str]:
    """Return the names of one metric for each way to scale."""
    return [f"{kind}/{name}" for name in scalings]


class Params(Parameters):
    """What can be set, in the order of the controls."""

    data: str = choice("pair", DATA, kind=STRUCTURAL, label="Data", help="Grower 1 or not; malignant or not.")
    scalings: tuple[str, ...] = choices(
        ("none", "standard"), SCALINGS, most=MOST, kind=STRUCTURAL, label="Scalings",
        help="One logistic regression for each: the same examples, the same first weights.",
    )
    unit: float = real(
        1.0, 1e-3, 1e3, log=True, kind=STRUCTURAL, label="Unit of the first feature", unit="×",
        help="All its values are multiplied by this: of proline in mg/L, 0.001 makes g/L.",
    )
    optimizer: str = choice(
        "own", {"own": "Gradient descent, each its own η", "same": "Gradient descent, one η", "adam": "Adam, one η"},
        kind=STRUCTURAL, label="Optimizer", help="Whether η is given, or measured against each valley's limit.",
    )
    share: float = real(
        0.9, 0.01, 10.0, log=True, kind=LIVE, label="Share of the limit", when={"optimizer": ("own",)},
        help="η is this times 2/λmax, λmax the largest curvature that the loss has anywhere.",
    )
    lr: float = real(
        0.1, 1e-8, 10.0, log=True, kind=LIVE, label="Learning rate η", when={"optimizer": ("same", "adam")},
        help="The same for all.",
    )
    start: tuple[float, float] = point(
        (0.0, 0.0), -30.0, 30.0, kind=STRUCTURAL, label="First weights", help="Of the two features drawn; others are 0."
    )
    examples: int = integer(
        120, 10, 160, kind=STRUCTURAL, label="Training examples", help="Drawn at random; all others are held out."
    )
    fitted: str = choice(
        "train", FITTED, kind=STRUCTURAL, label="Scaler is fitted on", help="Where means, ranges and so on are taken from."
    )
    selected: int = integer(
        1, 0, MOST - 1, kind=VIEW, label="Drawn on the right", help="Which of the scalings; 0 is the first, on the left."
    )
    equal_axes: bool = switch(
        True, kind=VIEW, label="Equal axes", help="Off, the contours' axes are stretched, as scaling stretches the inputs."
    )

    @property
    def shown(self) -> int:
        """Which scaling is drawn on the right."""
        return min(self.selected, len(self.scalings) - 1)


_RANK = "Eigenvalues of directions that the examples do not have are left out."

SCENE = Scene(
    title="Input scaling",
    room="Optimization",
    question="Why scale the inputs?",
    parameters=Params,
    first=("unit", "scalings"),
    data=("data", "examples"),
    steps=300,
    speed=30.0,
    metrics={
        "loss/*": "Cross-entropy of the training examples in nats, before the update.",
        "accuracy/*": "The share of the held-out examples that are told rightly, after the update.",
        "curvature/*": "The largest eigenvalue of the loss's Hessian, before the update.",
    },
    arrays={
        "path": Array(
            ("scaling", "step + 1", "weight"), "float64", "The first two weights and the bias at every step.", traced=True
        ),
        "reach": Array(("scaling", "weight"), "float64", "How far the contours are drawn to each side of 0."),
        "across": Array(("scaling", "column"), "float32", "The first weights of the contours."),
        "up": Array(("scaling", "row"), "float32", "The second weights of the contours."),
        "surface": Array(
            ("scaling", "row", "column"), "float32", "The loss there, all other weights as they are.", slow=True
        ),
        "bias_across": Array(("scaling", "column"), "float32", "The first weights of the contours with the bias."),
        "bias_up": Array(("scaling", "row"), "float32", "The biases of these contours."),
        "bias_surface": Array(
            ("scaling", "row", "column"), "float32", "The loss there, all other weights as they are.", slow=True
        ),
        "minimum": Array(
            ("scaling", "weight"), "float64", "Where the loss is least, by Newton's method.",
            nan="The classes can be told apart without error: the loss has no minimum, it falls for ever.",
        ),
        "condition": Array(("scaling",), "float64", f"κ: largest over smallest eigenvalue of Σ x xᵀ / n, x with a 1 joined. {_RANK}"),
        "limit": Array(("scaling",), "float64", "2/λmax, λmax = the largest of these eigenvalues / 4."),
        "rate": Array(("scaling",), "float64", "The learning rate η of each."),
        "conditions": Array(("way",), "float64", f"κ of every way to scale. {_RANK}"),
        "units": Array(("unit",), "float64", "The units of the curves over the unit."),
        "condition_by_unit": Array(("scaling", "unit"), "float64", "κ over the unit."),
        "limit_by_unit": Array(("scaling", "unit"), "float64", "2/λmax over the unit."),
        "points": Array(("example", "feature drawn"), "float32", "The first two features, in σ of the training part from its mean."),
        "classes": Array(("example",), "int64", "1: grower 1, or malignant."),
        "held_out": Array(("example",), "bool", "Which examples are not trained on."),
        "places_x": Array(("map column",), "float32", "The first feature's values in the maps, in σ from its mean."),
        "places_y": Array(("map row",), "float32", "The second feature's values in the maps, in σ from its mean."),
        "maps": Array(
            ("scaling", "map row", "map column"), "float32", "p(class 1) there, other features at their training means."
        ),
        "edges": Array(("scaling", "edge"), "float64", "The edges of the histograms, common to a scaling's features."),
        "counts": Array(("scaling", "feature", "bin"), "float64", "Training examples in each bin, after scaling."),
    },
    dimensions={
        "scaling": Dimension("", lambda params: [SCALINGS[name] for name in params.scalings]),
        "way": Dimension("", tuple(SCALINGS.values())),
        "unit": Dimension(lambda frame: f"unit of {NAMES[frame.params.data][0]} (×)", at="units", log=True),
        "feature": Dimension("feature", lambda params: NAMES[params.data]),
        "map column": Dimension(lambda frame: f"{NAMES[frame.params.data][0]} (σ from its mean)", at="places_x"),
        "map row": Dimension(lambda frame: f"{NAMES[frame.params.data][1]} (σ)", at="places_y"),
        "fitted": Dimension("", tuple(FITTED.values())),
    },
    jobs={
        "preview": Job(
            "The next 100 steps of one regression from other first weights.",
            {"start": point((0.0, 0.0), -30.0, 30.0), "pane": integer(0, 0, 1)},
        ),
        "others": Job("What every scaling does to models that do not descend a gradient."),
        "leaks": Job("Accuracy over 40 splits with the scaler fitted on the training part, on everything, on each part."),
    },
    symbols={"η": "lr", "κ": "condition", r"\kappa": "condition", r"\lambda": "lanes", "λ": "lanes"},
    order=10,
)  # fmt: skip
