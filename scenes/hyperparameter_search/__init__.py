"""Hyperparameter search: where to try next, and how much of each trial to pay for."""

from math import log, prod

from explainer.contract import (
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
    point,
    real,
    switch,
)
from explainer.contract.cards import Dimension

METHODS = {
    "grid": "Grid",
    "random": "Random",
    "sobol": "Sobol sequence",
    "tpe": "TPE",
    "halving": "Successive halving",
    "hyperband": "Hyperband",
}
"""The last two draw like random and stop trials early."""
YOU = "You"
SPACE = {
    "lr": "learning rate",
    "weight_decay": "weight decay",
    "momentum": "momentum",
    "units": "hidden units",
    "gain": "weight scale",
}
USUAL = {"lr": 0.1, "weight_decay": 1e-4, "momentum": 0.9, "units": 32.0, "gain": 1.0}
"""What each is where it is not searched."""
RANGES = {"weight_decay": (1e-6, 1.0), "momentum": (0.0, 0.99), "units": (2.0, 64.0), "gain": (0.1, 10.0)}
"""From, to; all but the momentum on a logarithmic scale. The learning rate's are parameters."""
CHECKPOINTS = 9
"""A training is looked at after each ninth of its updates; rungs are after 1/9 and 1/3 of them."""
MOST = 5


def metrics_of(kind: str, methods: tuple[str, ...]) -> list[str]:
    """Return the names of one metric for each method."""
    return [f"{kind}/{name}" for name in methods]


def share_of(value: float, low: float, high: float, even: bool) -> float:
    """Return where a value lies in its range, from 0 to 1: evenly, or by its logarithm."""
    found = (value - low) / (high - low) if even else log(value / low) / log(high / low)
    return min(1.0, max(0.0, found))


def grid_sizes(budget: int, searched: int) -> list[int]:
    """Return how many values a grid of ``budget`` points at most has of each hyperparameter, as even as may be."""
    sizes = [1] * searched
    while True:
        for axis in range(searched):
            larger = [size + (k == axis) for k, size in enumerate(sizes)]
            if sizes[axis] == min(sizes) and prod(larger) <= budget:
                sizes = larger
                break
        else:
            return sizes


def axis_words(name: str) -> str:
    """Return what is written at the axis of a hyperparameter."""
    return SPACE[name] if name == "momentum" else f"log₁₀ {SPACE[name]}"


class Params(Parameters):
    """What can be set, in the order of the controls."""

    methods: tuple[str, ...] = choices(
        ("grid", "random", "tpe", "halving"), METHODS, most=MOST, kind=STRUCTURAL, label="Methods",
        help="Each searches for itself; all have the same budget of updates.",
    )
    searched: tuple[str, ...] = choices(
        ("lr", "weight_decay"), {name: words.capitalize() for name, words in SPACE.items()}, kind=STRUCTURAL,
        label="Searched", help="At least two; the first two are drawn. The others have usual values.",
    )
    budget: int = integer(
        25, 4, 100, log=True, kind=STRUCTURAL, label="Budget", help="So many full trainings for each method; the grid has as many points at most."
    )
    updates: int = integer(60, 9, 180, kind=STRUCTURAL, label="Updates of a training", help="Of 32 digits each.")
    lr_low: float = real(
        1e-5, 1e-6, 1e-2, log=True, kind=STRUCTURAL, label="Lowest learning rate", help="Where the searched range begins."
    )
    lr_high: float = real(
        10.0, 0.02, 100.0, log=True, kind=STRUCTURAL, label="Highest learning rate", help="Where the searched range ends."
    )
    lr_scale: str = choice(
        "log", {"log": "Even in its logarithm", "linear": "Even in itself"}, kind=STRUCTURAL, label="Scale of the learning rate",
        help="How its values are spread over the range.",
    )
    validation: int = integer(
        360, 20, 360, log=True, kind=STRUCTURAL, label="Validation examples", help="Digits by which trials are judged."
    )
    own_seed: bool = switch(
        True, kind=STRUCTURAL, label="Each trial its own seed", help="Off, all trials have the same first weights and batches."
    )
    selected: int = integer(
        1, 0, MOST, kind=VIEW, label="Method looked at", help="Whose learning curves and trials are drawn; 0 is the first."
    )

    def verify(self) -> None:
        """Refuse fewer than two hyperparameters."""
        if len(self.searched) < 2:
            known = ", ".join(SPACE)
            raise Refused(f"searched = {self.searched[0]} is refused: give at least two of {known}", about="searched")

    def ends(self, name: str) -> tuple[float, float]:
        """Return from where to where a hyperparameter is searched."""
        return (self.lr_low, self.lr_high) if name == "lr" else RANGES[name]

    def even(self, name: str) -> bool:
        """Return whether a hyperparameter's values are spread evenly, not their logarithms."""
        return name == "momentum" or (name == "lr" and self.lr_scale == "linear")

    def share(self, name: str, value: float) -> float:
        """Return where a value lies in its range, from 0 to 1."""
        return share_of(value, *self.ends(name), self.even(name))

    @property
    def grid_sizes(self) -> list[int]:
        """How many values the grid has of each."""
        return grid_sizes(self.budget, len(self.searched))

    @property
    def shown(self) -> int:
        """Which method is looked at."""
        return min(self.selected, len(self.methods) - 1)


_NONE = "The trial was stopped before, or has none."

SCENE = Scene(
    title="Hyperparameter search",
    room="Optimization",
    question="Grid, random or clever?",
    parameters=Params,
    first=("methods", "searched"),
    data=("validation",),
    steps=25,
    pictured=20,
    speed=4.0,
    progress="error/*",
    metrics={
        "error/*": "Share of the validation digits that the best trial so far has wrong, of those trained to their end.",
        "test/*": "Share of 360 test digits, of which no method is told, that this trial has wrong.",
        "trials/*": "How many trials the method has made so far.",
    },
    arrays={
        "trial_searcher": Array(("trial",), "int64", "Whose trial it is: a place among the methods, then you."),
        "trial_settings": Array(("trial", "hyperparameter"), "float64", "Its hyperparameters."),
        "trial_value": Array(("trial",), "float64", "Its validation accuracy when it ended."),
        "trial_used": Array(("trial",), "int64", "How many updates it had."),
        "own_curves": Array(
            ("own trial", "checkpoint"), "float64", "Validation accuracies of the trials of the method looked at.", nan=_NONE
        ),
        "own_shares": Array(
            ("own trial", "axis"), "float64", "Where they lie in the searched ranges, 0 to 1, and their accuracy.", nan=_NONE
        ),
        "checkpoints": Array(("checkpoint",), "int64", "The updates at which a training is looked at."),
        "searcher_trials": Array(("searcher",), "int64", "Trials so far."),
        "searcher_updates": Array(("searcher",), "int64", "Updates spent so far."),
        "searcher_best": Array(("searcher",), "float64", "Best validation accuracy so far.", nan=_NONE),
        "searcher_test": Array(("searcher",), "float64", "That trial's test accuracy.", nan=_NONE),
        "searcher_settings": Array(("searcher", "hyperparameter"), "float64", "That trial's hyperparameters.", nan=_NONE),
        "searcher_values": Array(("searcher",), "int64", "How many values of the first hyperparameter were tried."),
    },
    dimensions={
        "searcher": Dimension("", lambda params: [*(METHODS[name] for name in params.methods), YOU]),
        "method": Dimension("", lambda params: [METHODS[name] for name in params.methods]),
        "hyperparameter": Dimension("", tuple(SPACE.values())),
        "searched": Dimension("", lambda params: [SPACE[name] for name in params.searched]),
        "axis": Dimension("", lambda params: [*(SPACE[name] for name in params.searched), "accuracy"]),
        "checkpoint": Dimension("updates", at="checkpoints"),
        "trial": Dimension("trial"),
        "own trial": Dimension("trial"),
        "where": Dimension("", ("where it was chosen: validation", "where nobody looked: test")),
        "count": Dimension("trainings to choose from", whole=True),
        "training": Dimension("budget, in full trainings", whole=True),
        "response column": Dimension(lambda frame: axis_words(frame.params.searched[0]), at="response_x"),
        "response row": Dimension(lambda frame: axis_words(frame.params.searched[1]), at="response_y"),
    },
    actions={
        "attempt": Verb(
            "Try a setting of your own: it is trained to its end, and counts as your trial.",
            {"place": point((-2.0, -3.0), -10.0, 10.0, label="Place on the axes of the plane")},
            label="Try a setting",
        ),
    },
    jobs={
        "response": Job("The accuracy of 20 × 20 settings of the first two hyperparameters, all with the same seed."),
        "race": Job("Six whole searches of every method, each with its own seed."),
        "flattery": Job("What choosing the best of up to 100 equal trainings does to its score."),
        "importance": Job("How much of the accuracies' variance each hyperparameter explains, by fANOVA."),
    },
    symbols={"η": "plane", r"\eta": "plane", "λ": "plane"},
    order=50,
)  # fmt: skip
