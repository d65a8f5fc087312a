"""Normalization: which numbers are averaged, shown by changing one of them."""

from explainer.contract import (
    LIVE,
    STRUCTURAL,
    VIEW,
    Array,
    Parameters,
    Refused,
    Scene,
    choice,
    choices,
    integer,
    real,
    switch,
)
from explainer.contract.cards import Dimension

NORMS = {
    "none": "None",
    "batch": "Batch",
    "layer": "Layer",
    "group": "Group (4)",
    "rms": "RMS",
    "dropout": "Dropout 0.2",
}
BATCHES = {"shuffled": "Shuffled", "one-class": "One digit at a time"}
PLACES = {"before": "Before ReLU", "after": "After ReLU"}
MODES = {"train": "Training", "eval": "Evaluation"}
MOST, WIDTH, GROUPS, COMPANIES = 4, 32, 4, 12
"""Networks at the most, units in a layer, groups of them, and batches that one digit is put into."""


def metrics_of(kind: str, norms: tuple[str, ...]) -> list[str]:
    """Return the names of one metric for each network."""
    return [f"{kind}/{norm}" for norm in norms]


class Params(Parameters):
    """What can be set, in the order of the controls."""

    norms: tuple[str, ...] = choices(
        ("none", "batch", "layer"), NORMS, most=MOST, kind=STRUCTURAL, label="Normalization",
        help="One network for each: the same first weights, the same batches.",
    )
    batch: int = integer(8, 1, 128, log=True, kind=STRUCTURAL, label="Batch size", help="Digits in each gradient.")
    batches: str = choice(
        "shuffled", BATCHES, kind=STRUCTURAL, label="Batches", help="Drawn from all digits, or each from one class."
    )
    depth: int = integer(3, 1, 30, kind=STRUCTURAL, label="Hidden layers", help="Of 32 units, each normalized.")
    place: str = choice("before", PLACES, kind=STRUCTURAL, label="Normalized", help="Sums z, or outputs ReLU(z).")
    affine: bool = switch(True, kind=STRUCTURAL, label="γ and β", help="A learned scale and shift for each unit.")
    momentum: float = real(
        0.1, 0.001, 1.0, log=True, kind=STRUCTURAL, label="Running momentum",
        help="The share of this batch's statistics in the running ones.",
    )
    lr: float = real(0.05, 0.001, 10.0, log=True, kind=LIVE, label="Learning rate η", help="The size of a step.")
    mode: str = choice("train", MODES, kind=VIEW, label="Looked at in", help="Whose statistics the pictures use.")
    selected: int = integer(1, 0, MOST - 1, kind=VIEW, label="Network looked into", help="0 is the first one.")
    example: int = integer(2, 0, 127, kind=VIEW, label="Pushed example", help="The row of the number that is changed.")
    unit: int = integer(10, 0, WIDTH - 1, kind=VIEW, label="Pushed unit", help="Its column.")
    push: float = real(3.0, -20.0, 20.0, kind=VIEW, label="Push", help="What is added to that one number.")

    def verify(self) -> None:
        """Refuse a batch of one where means are over the batch."""
        if self.batch == 1 and "batch" in self.norms:
            raise Refused(
                "batch = 1 is refused with batch normalization: one number less its mean is 0; take 2 or more, or "
                "leave batch normalization out",
                about="batch",
            )

    @property
    def shown(self) -> int:
        """Which network is looked into."""
        return min(self.selected, len(self.norms) - 1)

    @property
    def cell(self) -> tuple[int, int]:
        """The example and the unit that are pushed."""
        return min(self.example, self.batch - 1), self.unit


_LOST = "the network's numbers have become too large for a float32"

SCENE = Scene(
    title="Normalization",
    room="Gradient flow",
    question="Which numbers are averaged?",
    parameters=Params,
    first=("norms", "batch", "mode"),
    data=("batch", "batches"),
    steps=400,
    speed=60.0,
    progress="accuracy/*",
    metrics={
        "loss/*": "Each network's cross-entropy on the batch in nats, in training mode, before the update; of one that "
                  "has run away, its last one below 10,000.",
        "right/*": "The share of the batch that it has right in training mode, before the update.",
        "accuracy/*": "The share of 360 held-out digits that it has right in evaluation mode, after the update.",
        "mean/batch": "Of unit 0 of layer 1 with batch normalization: the mean over this batch.",
        "mean/running": "The running mean that evaluation uses.",
        "deviation/batch": "Its standard deviation over this batch, from the unbiased variance.",
        "deviation/running": "The root of the running variance.",
    },
    arrays={
        "given": Array(("example", "unit"), "float32", "What the first normalization of the network looked into is "
                       "given, for the last batch.", nan=_LOST, infinite=_LOST),
        "normalized": Array(("example", "unit"), "float32", "What it makes of that, γ and β included.", nan=_LOST,
                            infinite=_LOST),
        "moved": Array(("network", "example", "unit"), "float32", "By how much each network's first normalization "
                       "changes its outputs when one number of what it is given is pushed.", nan=_LOST, infinite=_LOST),
        "company": Array(("network", "company"), "float32", "The probability of one held-out digit's true class when "
                         "it is in the batch with other digits.", nan=_LOST),
        "scale": Array(("unit",), "float32", "γ of the network looked into, first layer; 1 where there is none."),
        "shift": Array(("unit",), "float32", "β there; 0 where there is none."),
        "gradients": Array(("network", "layer"), "float32", "The norm of ∂L/∂z of each hidden layer on the last batch, "
                           "in training mode, without dropout.", nan=_LOST, infinite=_LOST),
        "runaway": Array(("network",), "bool", "Which networks have run away and rest."),
    },
    dimensions={
        "network": Dimension("", lambda params: [NORMS[norm] for norm in params.norms]),
        "example": Dimension("example"),
        "unit": Dimension("unit"),
        "layer": Dimension("hidden layer", whole=True),
        "company": Dimension("batch", whole=True),
    },
    symbols={"η": "lr", "γ": "scale", "β": "shift", "B": "batch"},
    order=20,
)  # fmt: skip
