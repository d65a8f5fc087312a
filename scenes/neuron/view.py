"""How it looks: the plane with the line to grab, the sum of one point, and what the rule has come to."""

from collections.abc import Sequence

import numpy as np

from explainer.contract.cards import (
    Arrows,
    Bars,
    Card,
    Cell,
    Column,
    Curves,
    DecisionMap,
    Drag,
    Handle,
    Level,
    Line,
    Steps,
    Table,
    Trail,
    reads,
)
from explainer.contract.cards.bindings import Act, Asked
from explainer.contract.frame import Formula, Frame
from explainer.contract.number_text import number_text as n
from explainer.contract.view import View
from explainer.scenes.neuron import HIGH, LOW

NEAR = 0.12
"""A click within this distance of a point looks at it."""


@reads("points", "labels", "sums")
def point_words(frame: Frame, k: int) -> str:
    """Say what the neuron makes of a point."""
    (x, y), z, label = frame.arrays["points"][k], frame.arrays["sums"][k], frame.arrays["labels"][k]
    verdict = "right" if (z > 0) == bool(label) else "wrong"
    return f"point {k}: ({n(x)}, {n(y)}) of class {label}, z = {n(z)}: {verdict}"


@reads("points")
def look_at(frame: Frame, x: float, y: float) -> Asked:
    """Return what a click comes to: the nearest point is looked at."""
    away = np.hypot(*(frame.arrays["points"] - (x, y)).T)
    return {"chosen": int(away.argmin())} if away.min() < NEAR else None


@reads("points", "labels")
def add(frame: Frame, x: float, y: float) -> Asked:
    """Return what a double click beside the points comes to: one more, of the class that has fewer."""
    few = int(frame.arrays["labels"].mean() < 0.5)
    return Act("add_point", {"x": round(x, 3), "y": round(y, 3), "label": few})


@reads("points", "seen")
def ring(frame: Frame) -> np.ndarray:
    """Return a circle around the point looked at (n, 2)."""
    angle = np.linspace(0, 2 * np.pi, 33)
    return frame.arrays["points"][int(frame.arrays["seen"][0])] + 0.07 * np.stack([np.cos(angle), np.sin(angle)], 1)


@reads("weights")
def line(frame: Frame) -> np.ndarray:
    """Return the line w·x + b = 0 across the plane (2, 2); nothing while w is 0."""
    w1, w2, b = (float(value) for value in frame.arrays["weights"])
    size = np.hypot(w1, w2)
    if not size:
        return np.full((2, 2), np.nan)
    foot, along = -b * np.array([w1, w2]) / size**2, np.array([-w2, w1]) / size
    return np.array([foot - 9 * along, foot + 9 * along])


@reads("terms")
def sum_of(frame: Frame) -> float:
    """Return z of the point looked at."""
    return float(frame.arrays["terms"][-1])


@reads("bound")
def most_mistakes(frame: Frame) -> float | None:
    """Return Novikoff's bound, where there is one."""
    found = float(frame.arrays["bound"][0])
    return found if np.isfinite(found) else None


@reads("bound")
def mistakes_title(frame: Frame) -> str:
    """Return the title, with the bound where there is one."""
    most = most_mistakes(frame)
    return "Mistakes so far" if most is None else f"Mistakes so far · never more than (R/γ)² = {n(most)}"


@reads("points")
def first(frame: Frame) -> np.ndarray:
    """Return x₁ of the points (point,)."""
    return frame.arrays["points"][:, 0]


@reads("points")
def second(frame: Frame) -> np.ndarray:
    """Return x₂ of the points (point,)."""
    return frame.arrays["points"][:, 1]


@reads("sums", "labels")
def verdicts(frame: Frame) -> list[str]:
    """Return whether each point is on its side (point,)."""
    right = (frame.arrays["sums"] > 0) == (frame.arrays["labels"] == 1)
    return ["right" if one else "wrong" for one in right]


def verdict_token(frame: Frame, k: int) -> str:
    """Return a verdict's colour."""
    return "good" if verdicts(frame)[k] == "right" else "danger"


@reads("weights")
def plane_title(frame: Frame) -> str:
    """Return the title, which says why there is no line where there is none."""
    return "The line and its weights" if frame.arrays["weights"][:2].any() else "All weights 0: no line yet"


def flip(frame: Frame, k: int) -> Asked:
    """Return what a click on a point's class comes to."""
    return Act("flip_point", {"index": k})


PLANE = Card(
    "plane",
    plane_title,
    DecisionMap(
        "distance",
        low=-2.5,
        high=2.5,
        points="points",
        classes="labels",
        over=(
            Trail(line, "", 4),
            Arrows("foot", "direction", place=4, tip=Drag("turn", value="x", also="y", low=LOW, high=HIGH),
                   tail=Drag("shift", value="x", also="y", low=LOW, high=HIGH)),
            Trail(ring, "", 4),
        ),
        label=("x₁", "x₂"),
        point_reading=point_words,
        drag=Drag("move_point", value="x", also="y", low=LOW, high=HIGH),
        add=add,
        remove=lambda frame, k: Act("remove_point", {"index": k}),
        click=look_at,
    ),
    name="The line and its weights",
    about="The line where the sum is zero; the arrow is the weights, at a right angle to it",
    hint="drag the arrow's ends or a point; double-click to add or remove one",
    at_first=True,
    weight=1.6,
    least=(300, 260),
)  # fmt: skip
SUM = Card(
    "sum",
    "One point's sum and output",
    Column(
        (
            Bars("terms", "", span="even"),
            Curves((Line("activation", "output"),), "output", span=(-0.05, 1.05), handle=Handle(sum_of, "z")),
        ),
        weights=(1.0, 1.1),
    ),
    about="w₁x₁ + w₂x₂ + b of the point that was used last or clicked, and the step or sigmoid of it",
    at_first=True,
    least=(220, 220),
)
MISTAKES = Card(
    "mistakes",
    mistakes_title,
    Steps({"mistakes": "mistakes"}, "mistakes", levels=(Level(most_mistakes, "at most (R/γ)²"),)),
    name="Mistakes so far",
    about="Each mistake turns the line once; where the points can be separated, their number is bounded",
    at_first=True,
)
WEIGHTS = Card(
    "weights",
    "Weights at every step",
    Steps({"weight/1": "w₁", "weight/2": "w₂", "weight/b": "b"}, "weights", levels=(Level(0.0),)),
    about="What the rule has done to the weights",
)
SET = Card(
    "set",
    "The weights",
    Bars("weights", "", span="even", drag=Drag("set_weight", low=-20, high=20)),
    about="Drag a weight or the bias",
    hint="drag a dot",
)
TABLE = Card(
    "table",
    "Every point",
    Table(
        (
            Cell(first, "x₁", right=True, number=n),
            Cell(second, "x₂", right=True, number=n),
            Cell("labels", "class", right=True, number=lambda value: str(int(value)), click=flip),
            Cell("sums", "z", right=True, number=n),
            Cell("outputs", "output", right=True, number=n),
            Cell(verdicts, "", token=verdict_token),
        ),
        dim="point",
        chosen=lambda frame: int(frame.arrays["seen"][0]) if "seen" in frame.arrays else None,
        click=lambda frame, k: {"chosen": k},
    ),
    about="Inputs, sum and output of each point; a click looks at one, or on its class gives it the other",
    hint="click a class to change it",
)
CORRECT = Card(
    "correct",
    "Share of points on their side",
    Steps({"correct": "right"}, "share", levels=(Level(0.75, "3 of 4"),)),
    about="How many of the points the line has right at each step",
)
LOSS = Card("loss", "Loss of the rule", Steps({"loss": "loss"}, "loss"), about="What the rule makes small")


def summary(frame: Frame) -> str:
    """Say what is to be seen."""
    return f"Step {frame.step}: {frame.metric('correct'):.0%} right, {frame.metric('mistakes'):.0f} mistakes so far."


def readings(frame: Frame) -> Sequence[tuple[str, str]]:
    """Return mistakes and the share that is right."""
    if not frame.step:
        return ()
    return (("mistakes", f"{frame.metric('mistakes'):.0f}"), ("right", f"{frame.metric('correct'):.0%}"))


RULE = {
    "perceptron": r"w \leftarrow w + \eta\,(y - \hat y)\,x, \quad \hat y = [z > 0]",
    "pocket": r"w \leftarrow w + \eta\,(y - \hat y)\,x, \quad \hat y = [z > 0]",
    "delta": r"w \leftarrow w + \eta\,(t - z)\,x, \quad t = \pm 1",
    "logistic": r"w \leftarrow w + \eta\,(y - \sigma(z))\,x",
}


def sum_numbers(frame: Frame) -> str:
    """Return the sum of the point looked at with its numbers."""
    if "terms" not in frame.arrays:
        return ""
    one, two, b, z = (f"{value:.3g}" for value in frame.arrays["terms"])
    return rf"z = {one} + ({two}) + ({b}) = {z}"


VIEW = View(
    cards=(PLANE, SUM, MISTAKES, WEIGHTS, SET, TABLE, CORRECT, LOSS),
    formulas=(
        Formula("Sum", lambda frame: r"z = w_1 x_1 + w_2 x_2 + b", sum_numbers),
        Formula("Rule", lambda frame: RULE[frame.params.rule], lambda frame: ""),
        Formula("Bound", lambda frame: r"\text{mistakes} \le (R / \gamma)^2", lambda frame: ""),
    ),
    formula_arrays=("terms",),
    summary=summary,
    readings=readings,
)
