"""Learning-rate schedules: the same network under different ones, and one that is drawn by hand."""

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
    numbers,
    real,
)
from explainer.contract.cards import Dimension

SCHEDULES = {
    "constant": "Constant",
    "step": "Steps of a tenth",
    "multistep": "Two late steps",
    "exponential": "Exponential",
    "linear": "Linear to 0",
    "polynomial": "Squared to 0",
    "cosine": "Cosine to 0",
    "restarts": "Warm restarts",
    "one-cycle": "One cycle",
    "cyclic": "Cyclic",
    "inverse-sqrt": "Inverse square root",
    "plateau": "On a plateau",
    "custom": "Drawn by hand",
}
PLANNED = tuple(name for name in SCHEDULES if name not in ("plateau", "custom"))
"""Those that are known before the run begins."""
OPTIMIZERS = {"sgd": "SGD with momentum", "adam": "Adam"}
WATCHED = {"held-out": "Loss on held-out digits", "batch": "Loss of the last batch"}
MOST, HANDLES, PLACES, AHEAD = 4, 13, 181, 120
"""Lanes at the most; handles of the drawn schedule; points of a curve; steps that a cut is followed for."""
CUTS = (1.0, 0.3, 0.1, 0.01)
"""What the rate is multiplied by to see what a cut would do."""


def metrics_of(kind: str, schedules: tuple[str, ...]) -> list[str]:
    """Return the names of one metric for each lane."""
    return [f"{kind}/{name}" for name in schedules]


class Params(Parameters):
    """What can be set, in the order of the controls."""

    schedules: tuple[str, ...] = choices(
        ("constant", "step", "cosine", "custom"), SCHEDULES, most=MOST, kind=STRUCTURAL, label="Schedules",
        help="One network for each: the same first weights, the same batches.",
    )
    lr: float = real(
        0.2, 1e-4, 3.0, log=True, kind=LIVE, label="Highest rate η", help="What each schedule is multiplied by."
    )
    total: int = integer(
        600, 20, 5000, log=True, kind=LIVE, label="Schedule length T", unit="steps", help="Over how many steps it goes.",
    )
    warmup: int = integer(
        0, 0, 500, kind=LIVE, label="Warm-up", unit="steps",
        help="So many steps from a hundredth up to η; the schedule is over the others.",
    )
    drawn: tuple[float, ...] = numbers(
        (1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 0.5, 0.5, 0.5, 0.2, 0.2, 0.05, 0.0), 0.0, 1.0, least=HANDLES, most=HANDLES,
        kind=LIVE, label="The drawn schedule", help="Shares of η from the first step to the last, evenly spaced.",
    )
    watched: str = choice(
        "held-out", WATCHED, kind=LIVE, label="Plateau of", help="Whose plateau lowers the rate, seen every 20 steps.",
    )
    optimizer: str = choice("sgd", OPTIMIZERS, kind=STRUCTURAL, label="Optimizer", help="What takes the steps.")
    momentum: float = real(
        0.9, 0.0, 0.95, kind=LIVE, label="Momentum β", when={"optimizer": ("sgd",)},
        help="One cycle moves it 0.05 up and down, against the rate.",
    )
    batch: int = integer(8, 1, 256, log=True, kind=STRUCTURAL, label="Batch size", help="Digits in each gradient.")
    looked: int = integer(0, 0, MOST - 1, kind=VIEW, label="Lane looked into", help="0 is the first one.")  # fmt: skip

    @property
    def lane(self) -> int:
        """Which lane is looked into."""
        return min(self.looked, len(self.schedules) - 1)

    def verify(self) -> None:
        """Refuse a warm-up that leaves no step to the schedule."""
        if self.warmup >= self.total:
            raise Refused(
                f"warmup = {self.warmup} is refused beside total = {self.total}: choose less, or a longer schedule",
                about="warmup",
            )


SCENE = Scene(
    title="Learning-rate schedules",
    room="Optimization",
    question="When should the learning rate fall?",
    parameters=Params,
    first=("schedules", "lr", "total"),
    data=("batch",),
    steps=600,
    speed=60.0,
    metrics={
        "loss/*": "Each lane's cross-entropy on all 1,437 training digits in nats, after the update.",
        "accuracy/*": "The share of 360 held-out digits that it has right.",
        "rate/*": "The learning rate of this update.",
        "spread/*": "The standard deviation of its loss over the last 50 steps.",
    },
    arrays={
        "places": Array(("place",), "float32", "Steps from 0 to the schedule's end."),
        "plan": Array(("lane", "place"), "float32", "The rate of each lane at these steps; on a plateau, as it is now."),
        "handles": Array(("handle", "coordinate"), "float32", "Step and rate of the drawn schedule's handles."),
        "now": Array(("lane", "fact"), "float64", "Rate, momentum (β₁ of Adam), loss, its spread, share right."),
    },
    dimensions={
        "lane": Dimension("", lambda params: [SCHEDULES[name] for name in params.schedules]),
        "place": Dimension("step", at="places"),
        "tested rate": Dimension("learning rate η", at="tested", log=True),
        "planned": Dimension("", tuple(SCHEDULES[name] for name in PLANNED)),
        "highest rate": Dimension("highest rate η", at="highest", log=True),
        "cut": Dimension("", ("go on as it is", "three tenths", "a tenth", "a hundredth")),
        "step ahead": Dimension("steps from here", at="ahead_steps"),
        "curvature": Dimension("", ("sharpness λ", "stable below")),
    },
    jobs={
        "range_test": Job("Let the rate grow from 0.0001 to 10 within one run, and watch the loss."),
        "over": Job("Train to the schedule's end under every schedule with every highest rate."),
        "cut": Job(
            "See what lowering the rate now would do.", {"lane": integer(0, 0, MOST - 1, label="Lane")},
        ),
        "sharpness": Job("Find the largest curvature of each lane's loss, and how large its rate allows it to be."),
    },
    symbols={"η": "lr", "T": "total", "β": "momentum", "L": "loss"},
    order=20,
)  # fmt: skip
