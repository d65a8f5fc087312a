"""Batches: lanes that see the same digits and differ in how many make one update, and the noise that this makes."""

from explainer.contract import (
    LIVE,
    STRUCTURAL,
    VIEW,
    Array,
    Job,
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

COUNT = 1437
"""Training examples."""
SIZES = {name: f"B = {name}" for name in ("1", "2", "4", "8", "16", "32", "64", "128", "256", "512", "all")}
ORDERS = {
    "shuffled": "Shuffled anew each epoch",
    "once": "Shuffled once",
    "sorted": "Sorted by digit",
    "replacement": "Drawn with replacement",
}
SCALINGS = {"none": "The same η", "sqrt": "η · √(B/32)", "linear": "η · B/32"}
MOST, DOTS, REFERENCE, MOST_UPDATES = 4, 150, 32, 64
"""Lanes at the most; batches in the cloud; the batch size whose rate is η itself where rates are scaled; updates that
a lane may make in one step."""
COUNTED = ("updates", "epoch", "updates an epoch", "examples", "last batch")
CHECKS = (
    "all at once, the same sum in another order",
    "in pieces, each weighted by its size",
    "in pieces, float64",
    "in pieces, the plain mean of means",
    "in pieces, not divided",
)


def size_of(name: str) -> int:
    """Return how many examples a batch of that name has."""
    return COUNT if name == "all" else int(name)


def metrics_of(kind: str, batch_sizes: tuple[str, ...]) -> list[str]:
    """Return the names of one metric for each lane."""
    return [f"{kind}/{name}" for name in batch_sizes]


class Params(Parameters):
    """What can be set, in the order of the controls."""

    batch_sizes: tuple[str, ...] = choices(
        ("1", "32", "all"), SIZES, most=MOST, kind=STRUCTURAL, label="Batch sizes",
        help="A lane for each: the same first weights, the same digits; “all” is the whole training set.",
    )
    lr: float = real(0.05, 0.001, 10.0, log=True, kind=LIVE, label="Learning rate η", help="The size of a step.")
    scaling: str = choice(
        "none", SCALINGS, kind=LIVE, label="Rate of each lane", help="How a lane's rate depends on its batch size B.",
    )
    order: str = choice(
        "shuffled", ORDERS, kind=LIVE, label="Order", help="In which order an epoch sees the examples.",
    )
    drop_last: bool = switch(
        False, kind=STRUCTURAL, label="Drop last", help="Whether an epoch's last, smaller batch is left out."
    )
    pieces: int = integer(
        1, 1, 4, kind=LIVE, label="Pieces",
        help="In how many pieces a batch's gradient is added up before its one update (gradient accumulation).",
    )
    per_step: int = integer(
        16, 1, COUNT, log=True, kind=LIVE, label="Examples a step",
        help="How many examples every lane is dealt in one step; it updates whenever they make up a batch.",
    )
    cloud: int = integer(32, 1, COUNT, log=True, kind=VIEW, label="Batch size of the cloud", help="Only drawn.")
    looked: int = integer(1, 0, MOST - 1, kind=VIEW, label="Lane looked into", help="0 is the first one.")
    dot: int = integer(0, 0, DOTS - 1, kind=VIEW, label="Batch looked into", help="Which dot's digits are shown.")  # fmt: skip

    @property
    def lane(self) -> int:
        """Which lane is looked into."""
        return min(self.looked, len(self.batch_sizes) - 1)


    def verify(self) -> None:
        """Refuse a step in which a lane would make more updates than can be watched."""
        smallest = min(map(size_of, self.batch_sizes))
        if self.per_step > MOST_UPDATES * smallest:
            raise Refused(
                f"per_step = {self.per_step} is refused: a lane of batch size {smallest} would make "
                f"{self.per_step // smallest} updates in a step, {MOST_UPDATES} at the most; lower per_step, "
                "or take small batch sizes away",
                about="per_step",
            )


_PLANE = "First coordinate: along the full gradient. Second: along the direction across it in which examples differ most."
SCENE = Scene(
    title="Batches",
    room="Optimization",
    question="Why not look at all the data before every step?",
    parameters=Params,
    first=("batch_sizes", "lr", "cloud"),
    steps=270,
    speed=30.0,
    progress="accuracy/*",
    metrics={
        "accuracy/*": "The share of 360 held-out digits that the lane has right.",
        "loss/*": "Its cross-entropy on all 1,437 training digits in nats; of one that has run away, its last finite one.",
        "updates/*": "How many updates it has made.",
    },
    arrays={
        "counts": Array(("lane", "counted"), "int64", f"Of each lane: {', '.join(COUNTED)} (the batch's size)."),
        "rates": Array(("lane",), "float64", "Each lane's learning rate."),
        "resting": Array(("lane",), "bool", "Which lanes have run away and rest."),
        "used_by": Array(("strip row", "strip column"), "float32", "The training digits, sorted: which batch of the epoch "
                         "used each, from 1; 0 for none yet.", nan="no digit: the strip is longer than the data"),
        "singles": Array(("example", "coordinate"), "float32", f"The gradient of each example alone. {_PLANE}"),
        "dots": Array(("dot", "coordinate"), "float32", f"Gradients of {DOTS} batches of the cloud's size. {_PLANE}"),
        "centre": Array(("gradient", "coordinate"), "float32", "The full gradient in that plane: all of it is along x."),
        "spread": Array(("gradient", "coordinate", "coordinate"), "float32", "The examples' covariance in that plane."),
        "radii": Array(("what", "coordinate"), "float32", "Root mean square distance of the dots from the full gradient, "
                       "along each coordinate: measured, and by the formula."),
        "picture": Array(("shown digit", "pixel row", "pixel column"), "float32", "The digits of the dot looked into, 48 "
                         "at the most; standardized, from −2 to 2."),
        "labels": Array(("shown digit",), "int64", "What they are."),
        "tried": Array(("tried size",), "int64", "Batch sizes at which the noise is measured."),
        "formula": Array(("tried size",), "float32", "Root mean square distance of a batch's gradient from the full one, "
                         "all weights together, in the lane looked into: √(tr Σ / B), less without replacement."),
        "signal": Array(("tried size",), "float32", "The norm of the full gradient, at every size the same."),
        "checks": Array(("check",), "float64", "How far the gradient of the lane's next batch lies from the one taken at "
                        "once, over its norm."),
    },
    dimensions={
        "lane": Dimension("", lambda params: [SIZES[name] for name in params.batch_sizes]),
        "tried size": Dimension("batch size B", at="tried", log=True),
        "check": Dimension("", CHECKS),
        "strip row": Dimension("sorted 0–9"),
        "strip column": Dimension("column"),
        "timed size": Dimension("batch size B", at="cost_sizes", log=True),
        "mapped size": Dimension("batch size B", at="map_sizes", log=True),
        "mapped rate": Dimension("learning rate η", at="map_rates", log=True),
    },
    jobs={
        "noise": Job(
            "Measure how far batches' gradients lie from the full one.",
            {"lane": integer(0, 0, MOST - 1, label="Lane")},
        ),
        "over": Job("Train one epoch at every pair of batch size and learning rate."),
        "cost": Job("How long an update takes here at each batch size."),
    },
    symbols={"B": "cloud", "η": "lr", "g": "cloud", "L": "loss"},
    order=10,
)  # fmt: skip
