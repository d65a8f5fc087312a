"""Losses: each is a force, and its slope says how hard an error pulls."""

from explainer.contract import (
    LIVE,
    STRUCTURAL,
    VIEW,
    Array,
    Parameters,
    Scene,
    Verb,
    choice,
    choices,
    integer,
    real,
)
from explainer.contract.cards import Dimension

TASKS = {
    "line": "A line through points",
    "constant": "One number for a sample",
    "score": "One score, sure and wrong",
    "shape": "One bell for two hills",
}
NUMBERS = {"mse": "MSE", "mae": "MAE", "huber": "Huber", "quantile": "Quantile"}
SCORES = {"bce": "Cross-entropy", "squared": "Squared error", "hinge": "Hinge", "focal": "Focal"}
PAIRS = ("Contrastive, same", "Contrastive, different", "Triplet, the other's distance")
MASKS = ("Dice", "Cross-entropy, mean of all pixels")
REDUCTIONS = ('reduction="sum"', 'reduction="mean"', 'reduction="none", then .mean()')
SHAPES = {"forward": "KL(p‖q)", "reverse": "KL(q‖p)"}
NAMES = NUMBERS | SCORES | SHAPES
COUNT = 20
"""So many points."""
OUTLIER = 17
"""The number of the point that lies far off at first."""


def chosen(task: str, losses: tuple[str, ...], scored: tuple[str, ...]) -> tuple[str, ...]:
    """Return the losses that a task is fitted with."""
    return {"score": scored, "shape": tuple(SHAPES)}.get(task, losses)


def metrics_of(kind: str, task: str, losses: tuple[str, ...], scored: tuple[str, ...]) -> list[str]:
    """Return the names of one metric for each loss."""
    return [f"{kind}/{name}" for name in chosen(task, losses, scored)]


class Params(Parameters):
    """What can be set, in the order of the controls."""

    task: str = choice("line", TASKS, kind=STRUCTURAL, label="What is fitted", help="What the losses are losses of.")
    losses: tuple[str, ...] = choices(
        ("mse", "mae", "huber"), NUMBERS, kind=STRUCTURAL, label="Losses",
        when={"task": ("line", "constant")}, help="Each has a fit of its own; all start alike.",
    )
    scored: tuple[str, ...] = choices(
        ("bce", "squared"), SCORES, kind=STRUCTURAL, label="Losses of a score", when={"task": ("score",)},
        help="Each moves a score of its own, from the same start.",
    )
    outlier: float = real(
        -6.0, -12.0, 12.0, kind=STRUCTURAL, label="The odd point's y", when={"task": ("line",)},
        help="Where the point that does not belong lies at first.",
    )
    start: float = real(
        -6.0, -12.0, 12.0, kind=STRUCTURAL, label="Score at first", when={"task": ("score",)},
        help="The score z at step 0; the target is 1.",
    )
    middle: float = real(
        1.2, -4.0, 4.0, kind=STRUCTURAL, label="The bell's middle at first", when={"task": ("shape",)},
        help="Where μ begins; the bell begins narrow, σ = 0.5.",
    )
    delta: float = real(
        1.0, 0.05, 10.0, log=True, kind=LIVE, label="Huber's δ", when={"task": ("line", "constant")},
        help="Up to this error squared, beyond it straight.",
    )
    tau: float = real(
        0.9, 0.02, 0.98, kind=LIVE, label="Quantile τ", when={"task": ("line", "constant")},
        help="Which quantile the quantile loss estimates.",
    )
    gamma: float = real(
        2.0, 0.0, 5.0, kind=LIVE, label="Focal γ", when={"task": ("score",)},
        help="How much an example that is right counts less: (1 − p)^γ.",
    )
    margin: float = real(
        1.0, 0.1, 2.0, kind=VIEW, label="Margin m", help="Beyond it a different example pushes no more: a view only.",
    )
    weight: float = real(
        3.0, 1.0, 20.0, kind=VIEW, label="Weight of the rare class", help="Of the batch of four: a view only.",
    )
    lr: float = real(0.1, 0.001, 10.0, log=True, kind=LIVE, label="Learning rate η", help="The size of a step.")
    selected: int = integer(
        0, 0, 3, kind=VIEW, label="Loss whose pulls are drawn", help="0 is the first of the losses chosen.",
    )  # fmt: skip

    @property
    def chosen(self) -> tuple[str, ...]:
        """The losses of the task."""
        return chosen(self.task, self.losses, self.scored)

    @property
    def shown(self) -> int:
        """Which loss's pulls are drawn."""
        return min(self.selected, len(self.chosen) - 1)


_POINT = ("point", "coordinate")
SCENE = Scene(
    title="Losses",
    room="Foundations",
    question="What does a loss punish?",
    parameters=Params,
    first=("task", "losses"),
    data=("task", "outlier"),
    steps=100,
    speed=30.0,
    metrics={
        "loss/*": "Each loss, a mean over the points, before the update; nats for cross-entropy and KL.",
        "first/*": "The first parameter after the update: a line's height at x = 0, the constant, the score z, or μ.",
        "second/*": "The second one: a line's slope, or the bell's log σ; a constant and a score have none.",
    },
    arrays={
        "points": Array(_POINT, "float32", "The points (x, y); of a sample x is only the place where it is drawn."),
        "lines": Array(("loss", "end", "coordinate"), "float32", "Each fit's line at the left and the right end."),
        "feet": Array(_POINT, "float32", "Where the selected loss's pulls act: on its line at each x."),
        "pulls": Array(_POINT, "float32", "−∂L/∂ŷ of each point, upright; L the sum over the points, times 0.4."),
        "shares": Array(("loss", "point"), "float32", "Each point's share of all pulls |∂L/∂ŷ|."),
        "errors": Array(("error",), "float32", "Errors ŷ − y, or scores z with target 1."),
        "values": Array(("loss", "error"), "float32", "The loss of one example there."),
        "slopes": Array(("loss", "error"), "float32", "Its derivative in ŷ, or in z."),
        "present": Array(("loss",), "float32", "Each score z, or the error of the odd point."),
        "estimates": Array(("loss", "parameter"), "float32", "The fitted parameters, two for each loss.",
                           nan="A constant or a score is one parameter."),
        "distances": Array(("distance",), "float32", "Distances between what two examples are mapped to."),
        "pair_values": Array(("pair loss", "distance"), "float32", "Losses of pairs and of a triplet there."),
        "pair_slopes": Array(("pair loss", "distance"), "float32", "Their derivatives in that distance."),
        "filled": Array(("share",), "float32", "The probability p that every pixel of an object is given."),
        "mask_values": Array(("mask loss", "share"), "float32", "Losses of a mask of which 5 % are object."),
        "mask_slopes": Array(("mask loss", "share"), "float32", "Their derivatives in p."),
        "batch_names": Array(("example",), "<U16", "Classes of a batch of four examples."),
        "batch_chances": Array(("example",), "float32", "The probability that each gives its own class."),
        "batch_losses": Array(("example",), "float32", "Cross-entropy of each."),
        "batch_weighted": Array(("example",), "float32", "The same times the weight of its class."),
        "batch_pulls": Array(("example",), "float32", "|∂L/∂z| of its own class's score, L by reduction mean."),
        "reduced": Array(("reduction",), "float32", "The batch's loss by sum, by mean, and by none and then mean()."),
        "places": Array(("place",), "float32", "Where the distributions are sampled."),
        "hills": Array(("place",), "float32", "p: two hills, sums to 1."),
        "bells": Array(("loss", "place"), "float32", "Each q: a bell, sums to 1.", nan="its μ or σ has run away"),
    },
    dimensions={
        "loss": Dimension("loss", lambda params: [NAMES[name] for name in params.chosen]),
        "error": Dimension("error ŷ − y, or score z of target 1", at="errors"),
        "place": Dimension("x", at="places"),
        "point": Dimension("point"),
        "pair loss": Dimension("", PAIRS),
        "mask loss": Dimension("", MASKS),
        "example": Dimension("example", "batch_names"),
        "reduction": Dimension("", REDUCTIONS),
        "distance": Dimension("distance d", at="distances"),
        "share": Dimension("p at every pixel of the object, 0 elsewhere", at="filled"),
    },
    actions={
        "move_point": Verb(
            "Move a point.",
            {
                "index": integer(0, 0, COUNT - 1, label="Point"),
                "x": real(0.0, -3.0, 3.0, label="x"),
                "y": real(0.0, -12.0, 12.0, label="y"),
            },
            label="Move a point",
            replaces=("index",),
        ),
    },
    symbols={"δ": "delta", "τ": "tau", "γ": "gamma", "η": "lr", "m": "margin"},
    order=40,
)  # fmt: skip
