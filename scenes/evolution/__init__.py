"""Evolution: four searches race on the same loss, and every evaluation is paid for."""

from collections.abc import Mapping
from typing import Any

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
    point,
    real,
    switch,
)
from explainer.contract.cards import Dimension

PROBLEMS = {
    "rastrigin": "Rastrigin: many wells",
    "sphere": "Sphere: a round bowl",
    "ellipsoid": "Ellipsoid: a long, turned valley",
    "rosenbrock": "Rosenbrock: a bent valley",
    "network": "The weights of a network",
}
REACH = {"rastrigin": 5.12, "sphere": 5.12, "ellipsoid": 5.12, "rosenbrock": 2.048}
"""Each coordinate of a test function lies within ± this at first; a search may leave it."""
CONDITION = 1e4
"""How much steeper the ellipsoid is in its steepest direction than in its flattest."""
METHODS = {
    "gd": "Gradient descent",
    "cma": "CMA-ES",
    "es": "Evolution strategy",
    "ga": "Genetic algorithm",
    "sep": "CMA-ES, diagonal",
    "random": "Random search",
}
SHORT = {"gd": "descent", "cma": "CMA-ES", "es": "strategy", "ga": "genetic", "sep": "diagonal", "random": "random"}
OBJECTIVES = {
    "loss": "Cross-entropy, tanh units",
    "step": "Cross-entropy, step units",
    "error": "Share of wrong answers",
}
USUAL = {
    "rastrigin": {"lr": 0.002, "sigma": 0.5, "alpha": 0.2},
    "sphere": {"lr": 0.1, "sigma": 0.5, "alpha": 0.2},
    "ellipsoid": {"lr": 1e-4, "sigma": 0.5, "alpha": 0.2},
    "rosenbrock": {"lr": 1e-3, "sigma": 0.2, "alpha": 0.02},
    "network": {"lr": 1.0, "sigma": 0.3, "alpha": 0.3},
}
"""What suits each problem."""
POINTS, NOISE = 100, 0.1
"""Points of the two moons, and the standard deviation of their noise."""
LARGEST = 201
"""More numbers than this are too many for a full covariance: drawing one place takes n³ operations."""


def numbers(problem: str, dimension: int, hidden: int) -> int:
    """Return how many numbers are searched for."""
    return 4 * hidden + 1 if problem == "network" else dimension


class Params(Parameters):
    """What can be set, in the order of the controls."""

    problem: str = choice(
        "rastrigin", PROBLEMS, suggests=lambda name: USUAL[name], kind=STRUCTURAL, label="Problem",
        help="The loss that is to be made small.",
    )
    methods: tuple[str, ...] = choices(
        ("gd", "cma", "es", "ga"), METHODS, kind=STRUCTURAL, label="Methods",
        help="All pay for the same number of evaluations in every generation.",
    )
    dimension: int = integer(
        2, 2, 100, log=True, kind=STRUCTURAL, label="Dimension n", unless={"problem": ("network",)},
        help="How many coordinates are searched for; the first two are drawn.",
    )
    hidden: int = integer(
        8, 1, 500, log=True, kind=STRUCTURAL, label="Hidden units", when={"problem": ("network",)},
        help="Of a 2-h-1 network on two moons: 4h + 1 weights.",
    )
    objective: str = choice(
        "loss", OBJECTIVES, kind=STRUCTURAL, label="Objective", when={"problem": ("network",)},
        help="What is evaluated. The last two have flat parts, where a gradient says nothing.",
    )
    population: int = integer(
        20, 6, 400, log=True, kind=STRUCTURAL, label="Population λ",
        help="Evaluations in each generation; a gradient is counted as three.",
    )
    sigma: float = real(
        0.5, 0.01, 5.0, log=True, kind=STRUCTURAL, label="Step size σ",
        help="How far trials lie apart: of CMA-ES at first, of the others always.",
    )
    lr: float = real(
        0.002, 1e-5, 10.0, log=True, kind=LIVE, label="Learning rate η", help="Of gradient descent alone."
    )
    alpha: float = real(
        0.2, 1e-3, 10.0, log=True, kind=LIVE, label="Step α", help="Of the evolution strategy: how far its centre moves."
    )
    start: tuple[float, float] = point(
        (3.3, -2.4), -5.12, 5.12, kind=STRUCTURAL, label="Start", unless={"problem": ("network",)},
        help="Where all begin, over and over again along further coordinates; a click in the picture sets it.",
    )
    selected: int = integer(0, 0, 5, kind=VIEW, label="Method looked at", help="0 is the first of those chosen.")
    blurred: bool = switch(
        False, kind=VIEW, label="Blurred", unless={"problem": ("network",)},
        help="Draws the mean loss over a cloud of size σ: what an evolution strategy descends.",
    )

    @classmethod
    def defaults_beside(cls, given: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return the rates that suit the problem."""
        return USUAL[given.get("problem", "rastrigin")]

    def verify(self) -> None:
        """Refuse half a pair, and a covariance that is too large."""
        if self.population % 2:
            raise Refused(f"population = {self.population} is refused: trials come in pairs, give an even number",
                          about="population")
        n = numbers(self.problem, self.dimension, self.hidden)
        if "cma" in self.methods and n > LARGEST:
            raise Refused(f"hidden = {self.hidden} is refused with cma: {n:,} weights have a covariance of {n * n:,} "
                          f"numbers, and at most {LARGEST} are allowed; choose sep instead", about="hidden")

    @property
    def shown(self) -> int:
        """Which method is looked at."""
        return min(self.selected, len(self.methods) - 1)


_PLACE = ("method", "coordinate")
SCENE = Scene(
    title="Evolution",
    room="Optimization",
    question="Can one learn without gradients?",
    parameters=Params,
    first=("problem", "methods", "dimension", "population"),
    data=("problem",),
    steps=200,
    speed=20.0,
    progress="best/*",
    metrics={
        "best/*": "The lowest loss that the method has evaluated so far.",
        "now/*": "The loss at the method's centre: where it stands, its mean, or its best child.",
        "cosine": "The cosine between the slope that the evolution strategy estimates and the true one (of a test "
                  "function: of its blurred form); 0 where there is no slope.",
    },
    arrays={
        "across": Array(("column",), "float64", "First coordinates of the drawn section."),
        "up": Array(("row",), "float64", "Second coordinates of the drawn section."),
        "heights": Array(("row", "column"), "float64", "The loss there, further coordinates at the minimum."),
        "blurred_heights": Array(("row", "column"), "float64", "Its mean over x + σ N(0, I)."),
        "people": Array(("individual", "coordinate"), "float64", "All trials of the last generation."),
        "people_of": Array(("individual",), "int64", "Whose trial each is."),
        "centres": Array(_PLACE, "float64", "Each method's centre."),
        "covariances": Array((*_PLACE, "other coordinate"), "float64", "Of what each method tries."),
        "path": Array(("method", "step + 1", "coordinate"), "float64", "The centres so far.", traced=True),
        "best_losses": Array(("method",), "float64", "The lowest loss so far."),
        "centre_losses": Array(("method",), "float64", "The loss at the centre."),
        "restarts": Array(("method",), "int64", "How often it has begun anew."),
        "evaluations": Array((), "int64", "What each has paid for so far."),
        "memory": Array(("method",), "int64", "Numbers that it carries from one generation to the next."),
        "slice_at": Array(("sample",), "float64", "First coordinates along a line through the selected centre."),
        "slice_loss": Array(("sample",), "float64", "The loss there."),
        "slice_blurred": Array(("sample",), "float64", "Its mean over x + σ N(0, I); of a network the loss itself."),
        "axes": Array(("axis",), "float64", "CMA-ES's standard deviations along its principal axes, longest first; "
                      "none without it."),
        "ideal": Array(("axis",), "float64", "One over the root of the Hessian's eigenvalues at the minimum, of the "
                       "same geometric mean.", nan="of a network's minimum nothing is known"),
        "points": Array(("point", "coordinate"), "float64", "What the network is to name."),
        "classes": Array(("point",), "int64", "The two classes."),
        "map_at": Array(("place",), "float64", "Where the answers are drawn, on both axes."),
        "answers": Array(("method", "place up", "place"), "float64", "What each method's best network says there, "
                         "from −1 to 1; 0 for a test function."),
    },
    dimensions={
        "method": Dimension("method", lambda params: [METHODS[name] for name in params.methods]),
        "column": Dimension("x₁", at="across"),
        "row": Dimension("x₂", at="up"),
        "sample": Dimension("x₁", at="slice_at"),
        "axis": Dimension("axis", whole=True),
        "place": Dimension("x₁", at="map_at"),
        "place up": Dimension("x₂", at="map_at"),
        "size": Dimension("numbers searched for, n", at="price_at", log=True),
    },
    jobs={"price": Job("Evaluations until the loss is a tenth of the first one, for growing numbers of coordinates.")},
    symbols={"η": "lr", "σ": "sigma", "λ": "population", "α": "alpha", "n": "dimension"},
    order=60,
)  # fmt: skip
