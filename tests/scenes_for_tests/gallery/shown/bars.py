"""Bars, with every option."""

import numpy as np

from explainer.contract.cards import Bars, Card, Column, Dimension, Drag, Level, Row
from explainer.contract.scene import Array

COUNTS = {"usual": 4, "one": 1, "none": 0, "many": 200, "odd": 4}
ARRAYS = {
    "score": Array(("class",), "float64", "Scores.", nan="not known", infinite="too much"),
    "probability": Array(("class",), "float64", "Softmax.", nan="not known"),
    "goal": Array(("class",), "float64", "One hot."),
    "shares": Array(("group of bars", "class"), "float64", "Shares.", nan="not known"),
}
DIMENSIONS = {
    "class": Dimension("class", ("cat", "dog", "bird", "fish")),
    "group of bars": Dimension("group", ("train", "test")),
}


def arrays(params, step):
    """Return the arrays."""
    count = COUNTS[params.amount]
    score = np.resize(np.array(params.scores), count).astype(float)
    if params.amount == "odd":
        score[1], score[2] = np.nan, np.inf
    weight = np.exp(np.where(np.isfinite(score), score, np.nan))
    probability = weight / np.nansum(weight) if count else weight
    shares = np.stack([np.nan_to_num(score, posinf=9), np.nan_to_num(-score / 2, neginf=-9)])
    return {"score": score, "probability": probability, "goal": np.eye(1, count)[0], "shares": shares}


CARDS = (
    Card(
        "bars",
        "Dragged scores, probabilities with targets",
        Column(
            (
                Bars("score", "score z", span=(-6, 6), drag=Drag(parameter="scores", low=-6, high=6), none="no bar"),
                Bars("probability", "p", span=(0, 1), target="goal", number=lambda p: f"{p:.0%}", none="no bar"),
            )
        ),
        hint="drag a dot",
        at_first=True,
    ),
    Card(
        "groups",
        "Side by side, and stacked",
        Row(
            (
                Bars("shares", "value", click=lambda frame, place: {"chosen": place % 64}, none="no bar"),
                Bars("shares", "value", stacked=True, levels=(Level(1.0, "one"),), none="no bar"),
            )
        ),
    ),
)
