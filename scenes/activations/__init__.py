"""Activations: the same deep network with one and another, and the slope where its units really are."""

from explainer.contract import LIVE, STRUCTURAL, VIEW, Array, Job, Parameters, Scene, choice, choices, integer, real
from explainer.contract.cards import Dimension

NAMES = {
    "sigmoid": "Sigmoid",
    "tanh": "Tanh",
    "relu": "ReLU",
    "leaky-relu": "Leaky ReLU",
    "elu": "ELU",
    "selu": "SELU",
    "celu": "CELU",
    "gelu": "GELU",
    "gelu-tanh": "GELU (tanh)",
    "silu": "SiLU (Swish)",
    "mish": "Mish",
    "softplus": "Softplus",
    "softsign": "Softsign",
    "log-sigmoid": "Log-sigmoid",
    "relu6": "ReLU6",
    "hard-tanh": "Hardtanh",
    "hard-sigmoid": "Hardsigmoid",
    "hard-swish": "Hardswish",
    "soft-shrink": "Softshrink",
    "hard-shrink": "Hardshrink",
    "tanh-shrink": "Tanhshrink",
    "linear": "Linear (none)",
}
INITS = {"he-normal": "He", "xavier-normal": "Xavier", "normal": "LeCun", "pytorch": "PyTorch's default"}
FACTS = ("steepest", "lowest", "mean", "spread", "slope")
MOST, DEEPEST = 4, 20
"""So many networks side by side, and so many hidden layers, at the most."""


def metrics_of(kind: str, activations: tuple[str, ...]) -> list[str]:
    """Return the names of one metric for each network."""
    return [f"{kind}/{name}" for name in activations]


class Params(Parameters):
    """What can be set, in the order of the controls."""

    activations: tuple[str, ...] = choices(
        ("sigmoid", "relu", "tanh"), NAMES, most=MOST, kind=STRUCTURAL, label="Activations",
        help="One network for each: the same first weights, the same batches.",
    )
    depth: int = integer(5, 1, DEEPEST, kind=STRUCTURAL, label="Hidden layers", help="How many layers are activated.")
    width: int = integer(32, 4, 64, kind=STRUCTURAL, label="Width", help="Units in every hidden layer.")
    init: str = choice("he-normal", INITS, kind=STRUCTURAL, label="First weights", help="How the weights are drawn.")
    bias: float = real(
        0.0, -5.0, 5.0, kind=STRUCTURAL, label="First bias", help="The bias of every hidden unit at step 0."
    )
    batch: int = integer(64, 1, 256, log=True, kind=STRUCTURAL, label="Batch size", help="Digits in each gradient.")
    lr: float = real(0.1, 0.001, 10.0, log=True, kind=LIVE, label="Learning rate η", help="The size of a step.")
    leak: float = real(0.01, 0.0, 1.0, kind=LIVE, label="Leak", help="The slope of Leaky ReLU below zero.")
    alpha: float = real(1.0, 0.1, 4.0, kind=LIVE, label="α", help="How far below zero ELU and CELU go.")
    beta: float = real(
        1.0, 0.1, 10.0, log=True, kind=LIVE, label="β", help="How sharp Swish and Softplus bend; Swish is SiLU at 1."
    )
    selected: int = integer(0, 0, MOST - 1, kind=VIEW, label="Network looked into", help="0 is the first one.")
    layer: int = integer(5, 1, DEEPEST, kind=VIEW, label="Layer looked into", help="Whose sums lie under the curve.")
    point: float = real(1.0, -6.0, 6.0, kind=VIEW, label="Input z", help="Where value and slope are read.")  # fmt: skip

    @property
    def shown(self) -> int:
        """Which network is looked into."""
        return min(self.selected, len(self.activations) - 1)

    @property
    def shown_layer(self) -> int:
        """Which layer is looked into, from 0."""
        return min(self.layer, self.depth) - 1


_LOST = "the network's numbers have become too large for a float32"
_LAYERS = ("network", "layer")


def _of_layers(meaning: str) -> Array:
    return Array(_LAYERS, "float32", meaning, nan=_LOST, infinite=_LOST)


SCENE = Scene(
    title="Activations",
    room="Foundations",
    question="Which activation, and why?",
    parameters=Params,
    first=("activations", "depth"),
    data=("batch",),
    steps=300,
    speed=60.0,
    progress="accuracy/*",
    metrics={
        "loss/*": "Each network's cross-entropy on the batch in nats, before the update; of one that has run away, its last one below 10,000.",
        "accuracy/*": "The share of 360 held-out digits that it has right after the update.",
        "dead/*": "How many hidden units have slope 0 at every held-out digit.",
        "revived/*": "How many hidden units have been dead and are not any more.",
        "slope/*": "The mean size of the slope over hidden units and held-out digits.",
    },
    arrays={
        "inputs": Array(("input",), "float32", "Places z of the curves, and middles of the histograms' bins."),
        "edges": Array(("edge",), "float32", "The edges of these bins."),
        "values": Array(("network", "input"), "float32", "f(z) of each network's activation."),
        "slopes": Array(("network", "input"), "float32", "f′(z), by autograd."),
        "read": Array(("network", "what"), "float32", "f and f′ at the input that is dragged."),
        "histograms": Array(
            ("network", "layer", "input"), "float32",
            "The share of each layer's sums z, of 360 held-out digits, in each bin; those beyond count in the outermost.",
        ),
        "mean_slopes": _of_layers("The root mean square of f′(z) in each layer, over units and held-out digits."),
        "products": _of_layers("The product of these from the last hidden layer back to this one."),
        "gradients": _of_layers("The norm of ∂L/∂W of each hidden layer, L over the held-out digits."),
        "centres": _of_layers("The mean output of each layer over its root mean square: 0 is zero-centred."),
        "agreements": _of_layers(
            "For one digit: the share of the outputs other than 0 with the commoner sign, mean over digits. The gradients "
            "of the weights into one unit of the next layer share signs likewise; 0 where all outputs are 0."
        ),
        "alive": Array(
            ("layer", "unit"), "float32", "Of the network looked into: the share of digits at which a unit has a slope."
        ),
        "runaway": Array(("network",), "bool", "Which networks have run away and rest."),
        "dead_units": Array(_LAYERS, "float32", "How many units of each layer are dead."),
        "known_values": Array(("activation", "input"), "float32", "f(z) of every activation, PyTorch's defaults."),
        "known_slopes": Array(("activation", "input"), "float32", "f′(z) of every activation."),
        "facts": Array(
            ("activation", "fact"), "float32",
            "Steepest slope, infimum; for normal z of variance 1: mean and root mean square of f, and that of f′.",
            infinite="It is not bounded below.",
        ),
    },
    dimensions={
        "network": Dimension("", lambda params: [NAMES[name] for name in params.activations]),
        "layer": Dimension("hidden layer", whole=True),
        "input": Dimension("z", at="inputs"),
        "activation": Dimension("", tuple(NAMES.values())),
        "unit": Dimension("unit"),
    },
    jobs={"cost": Job("How long a call of each activation takes here, forward and backward.")},
    symbols={"η": "lr", "β": "beta", "α": "alpha", "f": "values", "f′": "slopes"},
    order=50,
)  # fmt: skip
