"""Initialization: the same deep network from different first weights, its units laid out as cards."""

from explainer.contract import LIVE, STRUCTURAL, VIEW, Array, Parameters, Scene, Verb, choice, choices, integer, real
from explainer.contract.cards import Dimension

WAYS = {
    "zeros": "Zeros",
    "constant": "Constant",
    "small": "Normal 0.01",
    "large": "Normal 1",
    "pytorch": "PyTorch's",
    "xavier-normal": "Xavier",
    "xavier-uniform": "Xavier uniform",
    "he-normal": "He",
    "he-uniform": "He uniform",
    "orthogonal": "Orthogonal",
}
ACTIVATIONS = {"tanh": "Tanh", "relu": "ReLU", "sigmoid": "Sigmoid", "gelu": "GELU", "selu": "SELU", "linear": "Linear"}
MOST, DEEPEST, WIDEST = 6, 20, 64
"""So many networks side by side, so many hidden layers and units in each, at the most."""


def metrics_of(kind: str, ways: tuple[str, ...]) -> list[str]:
    """Return the names of one metric for each network."""
    return [f"{kind}/{way}" for way in ways]


class Params(Parameters):
    """What can be set, in the order of the controls."""

    ways: tuple[str, ...] = choices(
        ("constant", "small", "large", "pytorch", "xavier-normal"), WAYS, most=MOST, kind=STRUCTURAL,
        label="First weights", help="One network for each, on the same batches.",
    )
    activation: str = choice(
        "tanh", ACTIVATIONS, kind=STRUCTURAL, label="Activation", help="After every hidden layer."
    )
    gain: float = real(
        1.0, 0.1, 10.0, log=True, kind=STRUCTURAL, label="Gain", help="Every first weight is multiplied by this."
    )
    depth: int = integer(5, 1, DEEPEST, kind=STRUCTURAL, label="Hidden layers", help="Before the ten scores.")
    width: int = integer(32, 2, WIDEST, kind=STRUCTURAL, label="Width", help="Units in every hidden layer.")
    constant: float = real(
        0.05, -1.0, 1.0, kind=STRUCTURAL, label="The constant", help="What every weight is, where they are constant."
    )
    odd: int = integer(
        0, 0, 8, kind=STRUCTURAL, label="Odd units",
        help="So many units of layer 1 begin with one weight changed, by 0.1, 0.2, …, in every network.",
    )
    noise: float = real(
        0.0, 0.0, 0.1, kind=STRUCTURAL, label="Noise σ", help="Normal noise that is added to every first weight."
    )
    batch: int = integer(64, 1, 256, log=True, kind=STRUCTURAL, label="Batch size", help="Digits in each gradient.")
    lr: float = real(0.1, 0.001, 10.0, log=True, kind=LIVE, label="Learning rate η", help="The size of a step.")
    selected: int = integer(0, 0, MOST - 1, kind=VIEW, label="Network looked into", help="0 is the first one.")
    layer: int = integer(1, 1, DEEPEST + 1, kind=VIEW, label="Layer looked into", help="After the hidden ones: scores.")

    @property
    def shown(self) -> int:
        """Which network is looked into."""
        return min(self.selected, len(self.ways) - 1)

    @property
    def shown_layer(self) -> int:
        """Which layer is looked into, from 0."""
        return min(self.layer, self.depth + 1) - 1


def layer_names(params: Params) -> list[str]:
    """Return what the layers are called, that of the scores included."""
    return [*(str(k + 1) for k in range(params.depth)), "scores"]


_LOST = "the network's numbers have become too large for a float32"


def _of_layers(meaning: str) -> Array:
    return Array(("network", "layer"), "float32", meaning, nan=_LOST, infinite=_LOST)


SCENE = Scene(
    title="Initialization",
    room="Gradient flow",
    question="Where should the weights start?",
    parameters=Params,
    first=("ways", "activation", "gain"),
    data=("batch",),
    steps=300,
    speed=60.0,
    progress="accuracy/*",
    metrics={
        "loss/*": "Each network's cross-entropy on the batch in nats, before the update; of one that has run away, its "
                  "last one below a million.",
        "accuracy/*": "The share of 360 held-out digits that it has right after the update.",
        "apart/*": "How far the units of layer 1 are apart: the largest difference between two of them in one weight.",
    },
    arrays={
        "templates": Array(("unit", "pixel row", "pixel column"), "float32", "The weights into each unit of layer 1."),
        "pair": Array(("unit", "axis"), "float32", "Two of these weights: from pixel (2, 3) and from pixel (5, 4)."),
        "copies": Array(("unit",), "int64", "How many units of layer 1 have the very same weights, itself included."),
        "matrix": Array(("row", "input"), "float32", "W of the layer looked into."),
        "sizes": _of_layers("The r.m.s. of each layer's sums z, over units and held-out digits."),
        "theory": Array(
            ("network", "layer"), "float32", "The same at step 0 as wide layers would have it on average.",
            nan="weights that are not drawn have no variance to reckon with",
        ),
        "gains": Array(("gain",), "float32", "Gains that the first weights might have had."),
        "by_gain": Array(
            ("network", "gain"), "float32", "The r.m.s. of the last hidden layer's sums at step 0, had that been the "
            "gain.", nan=_LOST, infinite=_LOST,
        ),
        "backward": _of_layers("The r.m.s. of ∂L/∂z in each layer, L the mean over the held-out digits, times 360."),
        "outputs": Array(("hidden", "bin"), "float32", "Shares of a layer's outputs in each bin, of the network "
                         "looked into; those beyond count in the outermost."),
        "edges": Array(("edge",), "float32", "The edges of these bins."),
        "kinds": Array(("network", "hidden"), "int64", "How many different units each hidden layer has."),
        "singular": Array(
            ("network", "rank"), "float32", "The singular values of W of the layer looked into, largest first.",
            nan=_LOST, infinite=_LOST,
        ),
        "deviations": Array(("network", "what"), "float32", "Of W of the layer looked into: the standard deviation by "
                            "the rule, as it was drawn, and now; from 0, not from the mean.", nan=_LOST, infinite=_LOST),
        "runaway": Array(("network",), "bool", "Which networks have run away and rest."),
    },
    dimensions={
        "network": Dimension("", lambda params: [WAYS[way] for way in params.ways]),
        "layer": Dimension("layer", layer_names),
        "hidden": Dimension("hidden layer", whole=True),
        "unit": Dimension("unit"),
        "row": Dimension("unit"),
        "input": Dimension("input"),
        "gain": Dimension("gain", at="gains", log=True),
        "rank": Dimension("singular value", whole=True),
    },
    actions={
        "move_unit": Verb(
            "Change two weights of a unit of layer 1.",
            {
                "network": integer(0, 0, MOST - 1, label="Network"),
                "index": integer(0, 0, WIDEST - 1, label="Unit"),
                "x": real(0.0, -100.0, 100.0, label="Weight from pixel (2, 3)"),
                "y": real(0.0, -100.0, 100.0, label="Weight from pixel (5, 4)"),
            },
            label="Change a unit",
            replaces=("network", "index"),
        ),
    },
    symbols={"η": "lr", "W": "matrix", "g": "gain", "c": "constant", r"\delta": "backward"},
    order=10,
)  # fmt: skip
