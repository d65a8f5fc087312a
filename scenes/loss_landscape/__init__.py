"""Loss landscape: slices through the loss of deep networks, with and without skip connections, as they train."""

from explainer.contract import (
    LIVE,
    STRUCTURAL,
    VIEW,
    Array,
    Job,
    Parameters,
    Refused,
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
    "residual": "With skips",
    "twin": "With skips, other weights",
    "plain-bare": "Plain, no BN",
    "residual-bare": "With skips, no BN",
}
NORMALIZATIONS = {"filter": "Each unit", "layer": "Each layer", "none": "None"}
MOST = 3
"""So many networks side by side at the most."""


def metrics_of(what: str, kinds: tuple[str, ...]) -> list[str]:
    """Return the names of one metric for each network."""
    return [f"{what}/{kind}" for kind in kinds]


class Params(Parameters):
    """What can be set, in the order of the controls."""

    networks: tuple[str, ...] = choices(
        ("plain", "residual"), KINDS, most=MOST, kind=STRUCTURAL, label="Networks",
        help="All but the twin begin with the same random weights, and all see the same batches.",
    )
    blocks: int = integer(
        9, 1, 20, kind=STRUCTURAL, label="Blocks", help="Of two layers each: 9 blocks are 20 layers in all."
    )
    width: int = integer(32, 4, 64, kind=STRUCTURAL, label="Width", help="Units in every hidden layer.")
    batch: int = integer(64, 4, 256, log=True, kind=STRUCTURAL, label="Batch size", help="Digits in each gradient.")
    lr: float = real(0.05, 0.001, 1.0, log=True, kind=LIVE, label="Learning rate η", help="The size of a step of SGD.")
    normalization: str = choice(
        "filter", NORMALIZATIONS, kind=VIEW, label="Directions as long as",
        help="A random direction is made as long as the weights: unit by unit, layer by layer, or only as a whole.",
    )
    directions: int = integer(0, 0, 99, kind=VIEW, label="Directions' seed", help="Which two random directions.")
    reach: float = real(
        1.0, 0.05, 2.0, log=True, kind=VIEW, label="Reach", help="How far the slice goes; 1 is as long as the weights."
    )
    stretch: float = real(
        1.0, 0.25, 4.0, log=True, kind=VIEW, label="Weights × c",
        help="Shows the same function with weights multiplied by c where that changes nothing.",
    )
    selected: int = integer(1, 0, MOST - 1, kind=VIEW, label="Network looked into", help="0 is the first of those chosen.")

    def verify(self) -> None:
        """Refuse a twin of nobody."""
        if "twin" in self.networks and "residual" not in self.networks:
            raise Refused("networks = twin is refused without residual: add residual, whose twin it is",
                          about="networks")

    @property
    def shown(self) -> int:
        """Which network is looked into."""
        return min(self.selected, len(self.networks) - 1)


SCENE = Scene(
    title="Loss landscape",
    room="Optimization",
    question="What does the loss of a real network look like?",
    parameters=Params,
    first=("networks", "normalization", "reach", "directions"),
    data=("batch",),
    steps=200,
    speed=10.0,
    pictured=200,
    progress="loss/*",
    metrics={
        "loss/*": "Cross-entropy on the batch in nats, before the update; never more than 10,000.",
        "right/*": "The share of the batch that is right, before the update.",
    },
    arrays={
        "correct": Array(("part", "network"), "float64", "The share right of 360 digits that are trained on, and of 360 "
                         "held out, by the running statistics."),
        "weights": Array(("network",), "int64", "How many numbers each network learns."),
        "moved": Array(("network",), "float64", "‖θ − θ₀‖ / ‖θ₀‖: how far each network has moved.",
                       nan="the network's numbers have run away", infinite="the network's numbers have run away"),
        "resting": Array(("network",), "bool", "Which networks have run away, and rest."),
        "kept_steps": Array(("snapshot",), "int64", "The steps of which the weights are kept for the path."),
    },
    dimensions={
        "network": Dimension("", lambda params: [KINDS[kind] for kind in params.networks]),
        "part": Dimension("", ("trained on", "held out")),
        "along": Dimension("first weights (0) → now (1)", at="line_at"),
        "between": Dimension("one network (0) → its twin (1)", at="between_at"),
        "times": Dimension("weights × c", ("½", "1", "2")),
    },
    actions={
        "jump": Verb(
            "Put a network elsewhere in its slice.",
            {
                "network": integer(0, 0, MOST - 1, label="Network"),
                "x": real(0.0, -2.0, 2.0, label="Along the first direction"),
                "y": real(0.0, -2.0, 2.0, label="Along the second direction"),
                "normalization": choice("filter", NORMALIZATIONS, label="Directions as long as"),
                "directions": integer(0, 0, 99, label="Directions' seed"),
            },
            label="Jump",
        ),
    },
    jobs={
        "slices": Job(
            "The loss of every network on 25 × 25 places of a plane through its weights.",
            {
                "normalization": choice("filter", NORMALIZATIONS),
                "directions": integer(0, 0, 99),
                "reach": real(1.0, 0.05, 2.0),
                "stretch": real(1.0, 0.25, 4.0),
            },
        ),
        "path": Job("The plane of a network's path, by its first two principal components.",
                    {"network": integer(0, 0, MOST - 1)}),
        "lines": Job("The loss on the straight line from the first weights to the present ones, and to the twin."),
        "sharpness": Job("The largest eigenvalue of each Hessian, with the weights times ½, 1 and 2."),
    },
    symbols={"η": "lr", "c": "stretch", r"\theta": "slices", r"\lambda": "sharpness"},
    order=50,
)  # fmt: skip
