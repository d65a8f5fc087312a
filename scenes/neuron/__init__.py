"""A neuron: a weighted sum, a step or a sigmoid, and a rule that turns its line at every mistake."""

from typing import Any

from explainer.contract import LIVE, STRUCTURAL, VIEW, Array, Parameters, Scene, Verb, choice, integer, real, switch
from explainer.contract.cards import Dimension

DATA = {
    "and": "AND",
    "or": "OR",
    "nand": "NAND",
    "xor": "XOR",
    "apart": "Two clouds apart",
    "mixed": "Two clouds that overlap",
}
RULES = {
    "perceptron": "Perceptron rule",
    "pocket": "Pocket: keep the best line",
    "delta": "Delta rule (Widrow–Hoff)",
    "logistic": "Logistic regression",
}
ORDERS = {"random": "At random", "shuffled": "Shuffled each epoch", "cyclic": "In turn"}
TERMS = ("w₁x₁", "w₂x₂", "b", "sum z")
LOW, HIGH = -0.75, 1.75
"""The part of the plane that is shown, on both axes."""
MOST_POINTS = 200
_PLACE = {
    "x": real(0.0, LOW, HIGH, label="x₁"),
    "y": real(0.0, LOW, HIGH, label="x₂"),
}


def _index(label: str = "Point") -> Any:
    return integer(0, 0, MOST_POINTS - 1, label=label)


class Params(Parameters):
    """What can be set, in the order of the controls."""

    data: str = choice("and", DATA, kind=STRUCTURAL, label="Points", help="What the neuron is to tell apart.")
    rule: str = choice("perceptron", RULES, kind=STRUCTURAL, label="Rule", help="How an example changes the weights.")
    lr: float = real(
        1.0, 0.001, 10.0, log=True, kind=LIVE, label="Learning rate η", help="The size of a change of the weights."
    )
    order: str = choice("random", ORDERS, kind=STRUCTURAL, label="Order", help="In which order examples are shown.")
    bias: bool = switch(True, kind=STRUCTURAL, label="Bias b", help="Without it the line goes through the origin.")
    chosen: int = integer(
        -1, -1, MOST_POINTS - 1, kind=VIEW, label="Point looked at", help="Whose sum is shown; −1: the one just used."
    )


SCENE = Scene(
    title="A neuron",
    room="Foundations",
    question="What can one neuron compute, and what can it not?",
    parameters=Params,
    first=("data", "rule"),
    data=("data", "order"),
    steps=100,
    speed=5.0,
    progress="mistakes",
    metrics={
        "mistakes": "Mistakes so far: examples that were shown and put on the wrong side.",
        "correct": "The share of all points that are on the right side of the drawn line after the update.",
        "loss": "The rule's loss, a mean over all points after the update: perceptron criterion max(0, −t z) with "
        "t = ±1, squared error (t − z)²/2, or cross-entropy.",
        "weight/1": "w₁ after the update.",
        "weight/2": "w₂ after the update.",
        "weight/b": "The bias b after the update.",
    },
    arrays={
        "points": Array(("point", "coordinate"), "float32", "The points."),
        "labels": Array(("point",), "int64", "Their classes, 0 or 1."),
        "sums": Array(("point",), "float32", "z = w·x + b of each point."),
        "outputs": Array(("point",), "float32", "What the neuron says: step(z), or σ(z) in logistic regression."),
        "weights": Array(("weight",), "float32", "w₁, w₂ and b."),
        "distance": Array(
            ("y", "x"), "float32", "(w·x + b)/‖w‖ over the plane; with the pocket rule of the kept line. 0 if w is 0."
        ),
        "plane": Array(("x",), "float32", "Where the columns and rows of distance lie."),
        "foot": Array(("arrow", "coordinate"), "float32", "The place on the line nearest to the middle of the points."),
        "direction": Array(("arrow", "coordinate"), "float32", "0.5 w/‖w‖; nothing while w is 0."),
        "terms": Array(("term",), "float32", "w₁x₁, w₂x₂, b and their sum for the point looked at."),
        "seen": Array(("one",), "int64", "The number of the point looked at."),
        "inputs": Array(("input",), "float32", "Places z of the curve."),
        "activation": Array(("input",), "float32", "The neuron's activation there: a step, or a sigmoid."),
        "bound": Array(
            ("one",),
            "float32",
            "(R/γ)² of Novikoff: no more mistakes than this from zero weights, with a 1 joined to each point.",
            nan="There is none: no line separates the points, another rule, or something was moved by hand.",
        ),
    },
    dimensions={
        "point": Dimension("point"),
        "weight": Dimension("", ("w₁", "w₂", "b")),
        "term": Dimension("", TERMS),
        "x": Dimension("x₁", at="plane"),
        "y": Dimension("x₂", at="plane"),
        "input": Dimension("z = w·x + b", at="inputs"),
    },
    actions={
        "add_point": Verb(
            "Add a point.", {**_PLACE, "label": integer(1, 0, 1, label="Class")}, label="Add a point"
        ),
        "move_point": Verb("Move a point.", {"index": _index(), **_PLACE}, label="Move a point", replaces=("index",)),
        "flip_point": Verb("Give a point the other class.", {"index": _index()}, label="Change a point's class"),
        "remove_point": Verb("Take a point away.", {"index": _index()}, label="Remove a point"),
        "turn": Verb(
            "Turn the weights towards a place.",
            {"index": _index("Arrow"), **_PLACE},
            label="Turn the line",
            replaces=("index",),
        ),
        "shift": Verb(
            "Move the line to a place, by its bias.",
            {"index": _index("Arrow"), **_PLACE},
            label="Move the line",
            replaces=("index",),
        ),
        "set_weight": Verb(
            "Give a weight another value.",
            {"index": integer(0, 0, 2, label="Weight"), "value": real(0.0, -20.0, 20.0, label="Value")},
            label="Set a weight",
            replaces=("index",),
        ),
    },
    symbols={"η": "lr", "w": "weights", "b": "bias"},
    order=5,
)
