"""Residual: deep networks of the same blocks, with and without a way around each of them."""

from explainer.contract import (
    LIVE,
    STRUCTURAL,
    VIEW,
    Array,
    Job,
    Parameters,
    Scene,
    Verb,
    choice,
    choices,
    integer,
    real,
)
from explainer.contract.cards import Dimension

KINDS = {
    "plain": "Plain",
    "plain-norm": "Plain + BN",
    "residual": "Residual",
    "residual-norm": "Residual + BN",
    "residual-zero": "Residual from 0",
    "pre-activation": "Pre-activation + BN",
    "plain-identity": "Plain from identity",
}
WAYS = ("both", "branch", "skip")
"""Which ways of a block are open, in the order in which the arrays count them."""
MOST, DEEPEST = 4, 50
"""So many networks side by side, and so many blocks, at the most."""


def metrics_of(what: str, kinds: tuple[str, ...]) -> list[str]:
    """Return the names of one metric for each network."""
    return [f"{what}/{kind}" for kind in kinds]


class Params(Parameters):
    """What can be set, in the order of the controls."""

    variants: tuple[str, ...] = choices(
        ("plain", "plain-norm", "residual", "residual-norm"), KINDS, most=MOST, kind=STRUCTURAL, label="Networks",
        help="Side by side: the same random weights, the same batches. BN is batch normalization.",
    )
    blocks: int = integer(
        20, 1, DEEPEST, log=True, kind=STRUCTURAL, label="Blocks", help="Of two layers each: 20 blocks are 40 layers."
    )
    width: int = integer(32, 4, 64, kind=STRUCTURAL, label="Width", help="Units in every hidden layer.")
    batch: int = integer(64, 2, 256, log=True, kind=STRUCTURAL, label="Batch size", help="Digits in each gradient.")
    lr: float = real(0.05, 0.001, 1.0, log=True, kind=LIVE, label="Learning rate η", help="The size of a step of SGD.")
    selected: int = integer(
        3, 0, MOST - 1, kind=VIEW, label="Network looked into", help="Whose blocks are tried out; 0 is the first one."
    )
    block: int = integer(
        10, 1, DEEPEST, kind=VIEW, label="Block tried", help="Which block is left out, and whose skip is cut, on trial."
    )

    @property
    def shown(self) -> int:
        """Which network is looked into."""
        return min(self.selected, len(self.variants) - 1)


_LOST = "the network's numbers have become too large for a float32"


def _of_blocks(meaning: str) -> Array:
    return Array(("network", "block"), "float64", meaning, nan=_LOST, infinite=_LOST)


SCENE = Scene(
    title="Residual networks",
    room="Gradient flow",
    question="Why did deeper networks get worse?",
    parameters=Params,
    first=("variants", "blocks"),
    data=("batch",),
    steps=200,
    speed=60.0,
    progress="right/*",
    metrics={
        "loss/*": "Cross-entropy on the batch in nats, before the update; never more than 10,000.",
        "right/*": "The share of the batch that is right, before the update.",
    },
    arrays={
        "deltas": _of_blocks("‖∂L/∂h‖, h what each block hands on, on the batch."),
        "sizes": _of_blocks("The root mean square of h."),
        "changes": _of_blocks("‖h after the block − h before it‖ / ‖h before it‖."),
        "ways": Array(("network", "block"), "int64", "0: both ways are open, 1: the branch alone, 2: the skip alone."),
        "correct": Array(
            ("part", "network"), "float64",
            "The share right now of 360 digits that are trained on, and of 360 held out, by the running statistics.",
        ),
        "tried": Array(
            ("trial", "network"), "float64",
            "The share right of the 360 trained on: as it is, without the block tried, and with its skip cut.",
        ),
        "resting": Array(("network",), "bool", "Which networks have run away, and rest."),
    },
    dimensions={
        "network": Dimension("", lambda params: [KINDS[kind] for kind in params.variants]),
        "block": Dimension("block", whole=True),
        "part": Dimension("", ("trained on", "held out")),
        "trial": Dimension("", ("as it is", "without the block", "without its skip")),
        "count": Dimension("blocks left out"),
        "layers": Dimension("layers", at="depth_layers", log=True),
    },
    actions={
        "set_way": Verb(
            "Leave a block out, or cut its skip, or mend it.",
            {
                "network": integer(0, 0, MOST - 1, label="Network"),
                "block": integer(0, 0, DEEPEST - 1, label="Block"),
                "way": choice("both", WAYS, label="Ways open"),
            },
            label="Cut, leave out, mend",
        ),
    },
    jobs={
        "lesions": Job(
            "How much stays right without each block, without each skip, and without several blocks.",
            {"network": integer(0, 0, MOST - 1)},
        ),
        "depths": Job("Training error after 100 steps, for four kinds of network from 2 to 40 layers."),
    },
    symbols={"η": "lr", r"\delta": "deltas", "δ": "deltas", "h": "sizes", "F": "changes"},
    order=40,
)  # fmt: skip
