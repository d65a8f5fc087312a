"""Splits: the same examples held out fold by fold, once with a leak and once without, against fresh ones."""

from collections.abc import Mapping
from typing import Any

from explainer.contract import STRUCTURAL, VIEW, Array, Job, Parameters, Refused, Scene, Verb, choice, integer
from explainer.contract.cards import Dimension

TRAPS = {
    "selection": "Columns chosen from noise",
    "copies": "Examples that occur twice",
    "groups": "Several examples of a person",
    "time": "A series in time",
    "rare": "A rare class",
    "scaling": "Scaling (real data)",
}
WAYS = {
    "selection": ("chosen before splitting", "chosen in each training part"),
    "copies": ("copies go anywhere", "copies stay together"),
    "groups": ("examples go anywhere", "persons stay together"),
    "time": ("shuffled", "later from earlier ones"),
    "rare": ("shuffled", "stratified"),
    "scaling": ("scaled before splitting", "scaled by each training part"),
}
"""What the two lanes do: the one that is often done, and the one that is right."""
MODELS = {"linear": "Linear (ridge)", "neighbour": "Nearest neighbour"}
SIZES = {"copies": 2, "groups": 5}
"""How many examples belong together."""
MOST = 200


def units_of(params: Any) -> int:
    """Return how many things can be dealt to folds: examples, persons, originals."""
    return params.examples // SIZES.get(params.trap, 1)


class Params(Parameters):
    """What can be set, in the order of the controls."""

    trap: str = choice("selection", TRAPS, kind=STRUCTURAL, label="Case", help="What the examples are, and the trap in them.")
    k: int = integer(
        10, 2, MOST, log=True, kind=STRUCTURAL, label="Folds k", help="As many as examples: leave one out."
    )
    model: str = choice("linear", MODELS, kind=STRUCTURAL, label="Model", help="Fitted anew for each fold, in a moment.")
    examples: int = integer(60, 20, MOST, kind=STRUCTURAL, label="Examples", help="How many there are in all.")
    columns: int = integer(
        2000, 20, 5000, log=True, kind=STRUCTURAL, label="Columns", when={"trap": ("selection",)}, help="Of pure noise."
    )
    best: int = integer(
        20, 1, 20, kind=STRUCTURAL, label="Columns kept", when={"trap": ("selection",)},
        help="Those that go best with the labels.",
    )
    asked: int = integer(
        100, 1, 10_000, log=True, kind=VIEW, label="Models tried", help="How many coin-tossing models one test set judges."
    )
    held: int = integer(
        100, 10, 10_000, log=True, kind=VIEW, label="Test examples", help="How large that test set is."
    )

    @classmethod
    def defaults_beside(cls, given: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return the model that falls into the trap, and as many examples as it needs."""
        trap = given.get("trap", "selection")
        return {
            "model": "neighbour" if trap in ("copies", "groups", "time") else "linear",
            "examples": 200 if trap == "time" else 100 if trap in ("rare", "scaling") else 60,
        }

    def verify(self) -> None:
        """Refuse more folds than there is something to put into them."""
        most = units_of(self)
        if self.k > most:
            what = {"copies": "originals", "groups": "persons"}.get(self.trap, "examples")
            raise Refused(f"k = {self.k} is refused with {most} {what}: give at most {most} folds", about="k")


_SHARE = "on all held-out examples judged so far"

SCENE = Scene(
    title="Splits",
    room="Generalization",
    question="How good is it, honestly?",
    parameters=Params,
    first=("trap", "k", "model"),
    data=("trap", "examples", "columns"),
    steps=50,
    speed=4.0,
    progress="held/*",
    metrics={
        "held/careless": f"Accuracy {_SHARE}, the careless way.",
        "held/careful": f"Accuracy {_SHARE}, the careful way.",
        "fresh/careless": "Mean accuracy so far of these models on fresh examples, the careless way.",
        "fresh/careful": "Mean accuracy so far of these models on fresh examples, the careful way.",
    },
    arrays={
        "careless": Array(("fold", "example"), "int64", "0: learned from, 1: held out, 2: right, 3: wrong, −1: not used."),
        "careful": Array(("fold", "example"), "int64", "The same, the careful way."),
        "labels": Array(("example",), "int64", "The classes, 0 or 1."),
        "by_fold": Array(("way", "fold"), "float64", "Accuracy of each fold of this round.", nan="Not judged yet."),
        "positives": Array(("way", "fold"), "int64", "Examples of class 1 in each fold."),
        "said": Array(("way",), "float64", "Accuracy so far.", nan="Nothing is judged yet."),
        "spread": Array(("way",), "float64", "Standard deviation over this round's folds.", nan="Fewer than two folds."),
        "true": Array(("way",), "float64", "Accuracy on fresh examples so far.", nan="Nothing is judged yet."),
        "tried": Array(("tried",), "int64", "How many models are tried."),
        "luck": Array(("tried",), "float64", "The expected accuracy of the best of so many coins on the test set."),
    },
    dimensions={
        "fold": Dimension("fold", whole=True),
        "example": Dimension("example", whole=True),
        "way": Dimension("", lambda params: WAYS[params.trap], colours=(5, 2)),
        "tried": Dimension("models tried on one test set", at="tried", log=True),
    },
    actions={
        "move": Verb(
            "Hold an example out in another fold, in both ways.",
            {"example": integer(0, 0, MOST - 1, label="Example"), "fold": integer(0, 0, MOST - 1, label="Fold")},
            label="Move an example", replaces=("example",),
        ),
    },
    jobs={"over_k": Job("Mean, spread and price of cross-validation for several k, by 20 shuffles of these examples.")},
    symbols={"k": "k", "m": "asked", "n": "held"},
    order=25,
)  # fmt: skip
