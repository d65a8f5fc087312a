"""Ensembles: trees that vote, grown one a step by bagging, as a forest, by AdaBoost or on the gradient."""

from collections.abc import Mapping
from typing import Any

from explainer.contract import LIVE, STRUCTURAL, VIEW, Array, Job, Parameters, Scene, Verb, choice, integer, real
from explainer.contract.cards import Dimension

METHODS = {"bagging": "Bagging", "forest": "Random forest", "adaboost": "AdaBoost", "gradient": "Gradient boosting"}
PARALLEL = ("bagging", "forest")
"""Methods whose members know nothing of one another."""
DATA = {"moons": "Moons", "circle": "Circle", "xor": "XOR", "gaussians": "Two heaps", "spiral": "Spirals"}
MOST, SHOWN, DEEP = 500, 20, 20
"""Members at the most, how many are drawn at once, and a depth that no tree of these points reaches."""
RACERS = ("one tree", *METHODS.values())


class Params(Parameters):
    """What can be set, in the order of the controls."""

    method: str = choice("bagging", METHODS, kind=STRUCTURAL, label="Method", help="How the next member is made.")
    max_depth: int = integer(
        DEEP, 1, DEEP, log=True, kind=STRUCTURAL, label="max_depth", help="Of each member. 1 is a stump, 20 has no limit."
    )
    max_samples: float = real(
        0.2, 0.05, 1.0, kind=LIVE, label="max_samples", when={"method": PARALLEL},
        help="Points drawn for each member, with replacement, as a share of all.",
    )
    learning_rate: float = real(
        1.0, 0.01, 2.0, log=True, kind=LIVE, label="learning_rate", when={"method": ("adaboost", "gradient")},
        help="How much of each new member is taken.",
    )
    data: str = choice("moons", DATA, kind=STRUCTURAL, label="Data", help="Where the two classes lie.")
    points: int = integer(200, 20, 1000, log=True, kind=STRUCTURAL, label="Points", help="Learned from; 2,000 others test.")
    noise: float = real(0.35, 0.0, 1.0, kind=STRUCTURAL, label="Noise σ", help="Added to both coordinates.")
    wrong: float = real(
        0.1, 0.0, 0.4, kind=STRUCTURAL, label="Wrong labels", help="Share of the points that are given the other class."
    )
    member: int = integer(
        0, 0, MOST, kind=VIEW, label="Member looked at", help="Counted from 1; 0 is always the newest."
    )

    @classmethod
    def defaults_beside(cls, given: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return scikit-learn's own depth and learning rate of the method."""
        method = given.get("method", "bagging")
        depth = {"adaboost": 1, "gradient": 3}.get(method, DEEP)
        return {"max_depth": depth, "learning_rate": 0.1 if method == "gradient" else 1.0}


def looked_at(params: Any, count: int) -> int:
    """Return which of so many members is looked at, from 0."""
    return min(params.member or count, count) - 1


SCENE = Scene(
    title="Ensembles",
    room="Generalization",
    question="Why do many weak ones beat a strong one?",
    parameters=Params,
    first=("method", "max_depth", "max_samples", "learning_rate"),
    data=("data", "points", "noise", "wrong"),
    steps=100,
    speed=10.0,
    progress="test/*",
    metrics={
        "test/vote": "Accuracy of the vote on 2,000 test points.",
        "test/member": "Accuracy of the newest member alone on them; of gradient boosting, of its correction's sign.",
        "test/one": "Accuracy of one tree of all points without limit of depth on them.",
        "train/vote": "Accuracy of the vote on the points that were learned from, against the labels given.",
    },
    arrays={
        "spots": Array(("point", "axis"), "float32", "The points that are learned from."),
        "labels": Array(("point",), "int64", "The labels given, 0 or 1."),
        "mislabelled": Array(("point",), "bool", "Whether the label given is the wrong one."),
        "across": Array(("x",), "float32", "Where the columns of the maps lie."),
        "up": Array(("y",), "float32", "Where the rows of the maps lie."),
        "vote": Array(("y", "x"), "float32", "The vote, from −1 (all for class 0) to 1."),
        "members": Array(("member", "y", "x"), "float32", "What the latest members say, at most 20, from −1 to 1."),
        "numbers": Array(("member",), "int64", "The numbers of these members, from 1."),
        "away": Array(("member",), "bool", "Which of them have no vote."),
        "looked": Array(("y", "x"), "float32", "What the member says that is looked at, from −1 to 1."),
        "emphasis": Array(("point",), "float64", "The weight of each point for that member; the mean is 1 in boosting."),
        "alphas": Array(("round",), "float64", "The weight of each member's vote."),
        "errors": Array(("round",), "float64", "The share of its weighted points that each member has wrong."),
        "alone": Array(("round",), "float64", "Test accuracy of each member."),
        "reached": Array(("round",), "float64", "Test accuracy of the vote of the first members, as they stand now."),
        "independent": Array(("round",), "float64", "The same if they erred independently, at their mean accuracy."),
        "margins": Array(("bin",), "int64", "Points by their margin: by how much the vote is for their label."),
        "edges": Array(("edge",), "float64", "The margins' bins, from −1 to 1."),
        "correlation": Array((), "float64", "Mean correlation of two members' errors.", nan="Fewer than two err."),
        "out_of_bag": Array((), "float64", "Accuracy by members that did not draw a point.", nan="No such votes."),
        "best": Array((), "float64", "Test accuracy of the best rule there is.", nan="Known for moons alone."),
    },
    dimensions={
        "point": Dimension("point"),
        "x": Dimension("x₁", at="across"),
        "y": Dimension("x₂", at="up"),
        "member": Dimension("member"),
        "round": Dimension("member", whole=True),
        "way": Dimension("", lambda params: RACERS, colours=(5, 0, 2, 1, 3)),
        "trial": Dimension("members", whole=True),
    },
    actions={
        "remove": Verb(
            "Take a member's vote away, or give it back.",
            {"member": integer(1, 1, MOST, label="Member")}, label="Remove a member", replaces=("member",),
        ),
    },
    jobs={
        "one_tree": Job("One tree of all points, without limit of depth: its map and its accuracies."),
        "spread": Job("How much the vote varies over 16 training sets, for 1 to 16 members, and its two causes."),
        "race": Job("Test accuracy of 40 members by every method of scikit-learn's, on these points and on tumours."),
    },
    symbols={r"\eta": "learning_rate", r"\alpha": "alphas", r"\rho": "spread"},
    order=45,
)  # fmt: skip
