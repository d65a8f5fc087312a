"""Imbalance: one rare class, and the same logistic regression with every usual remedy."""

from collections.abc import Mapping
from typing import Any

from explainer.contract import (
    LIVE,
    STRUCTURAL,
    VIEW,
    Array,
    Parameters,
    Scene,
    choice,
    choices,
    integer,
    real,
    switch,
    text,
)
from explainer.contract.cards import Dimension

REMEDIES = {
    "none": "Nothing done",
    "moved": "Threshold moved",
    "weights": "Class weights",
    "over": "Oversampling",
    "under": "Undersampling",
    "smote": "SMOTE",
    "focal": "Focal loss",
}
COLOURS = {"none": 0, "moved": 6, "weights": 1, "over": 5, "under": 2, "smote": 4, "focal": 3}
"""Their places in the palette."""
PLAIN = ("none", "moved")
"""Those that stay at the plain optimum."""
BALANCED = ("weights", "over", "under", "smote")
"""The remedies that learn from classes that count alike."""
DATA = {"drawn": "Two readings, drawn", "digits": "An 8 among digits, real", "file": "A table of your own"}
MEASURES = ("accuracy", "recall", "precision", "false alarms")


def metrics_of(kind: str, remedies: tuple[str, ...]) -> list[str]:
    """Return the names of one metric for each remedy."""
    return [f"{kind}/{name}" for name in remedies]


class Params(Parameters):
    """What can be set, in the order of the controls."""

    threshold: float = real(
        0.5, 0.0, 1.0, kind=VIEW, label="Threshold t", help="Whoever scores at least this is called positive."
    )
    positives: float = real(
        0.01, 0.002, 0.5, log=True, kind=STRUCTURAL, label="Positives π", when={"data": ("drawn", "digits")},
        help="The share of the rare class.",
    )
    remedies: tuple[str, ...] = choices(
        ("none", "weights", "under", "smote", "focal"), REMEDIES, most=len(REMEDIES), kind=STRUCTURAL, label="Remedies",
        help="One logistic regression for each, on the same examples.",
    )
    corrected: bool = switch(
        False, kind=VIEW, label="Scores put right", help="Takes out of each score what its remedy has put in, by a formula."
    )
    look: str = choice(
        "none", REMEDIES, kind=VIEW, label="Examples as seen by", help="Points are as large as this remedy counts them."
    )
    data: str = choice("drawn", DATA, kind=STRUCTURAL, label="Data", help="What is learned from and judged.")
    separation: float = real(
        1.5, 0.0, 4.0, kind=STRUCTURAL, label="Separation d′", when={"data": ("drawn",)},
        help="How far the classes' means lie apart, in σ.",
    )
    examples: int = integer(
        5000, 1000, 8000, log=True, kind=STRUCTURAL, label="Examples", when={"data": ("drawn",)}, help="To learn from."
    )
    gamma: float = real(
        2.0, 0.0, 5.0, kind=LIVE, label="Focal γ", help="The power of how wrong an example is: 0 is cross-entropy."
    )
    lr: float = real(0.1, 0.001, 1.0, log=True, kind=LIVE, label="Learning rate η", help="Of Adam.")
    l2: float = real(
        0.0, 0.0, 0.1, kind=STRUCTURAL, label="Weight decay λ", help="λ/2 times the squared weights is added to the loss."
    )
    path: str = text(
        "", names="file", read_when={"data": ("file",)}, kind=STRUCTURAL, label="File", when={"data": ("file",)},
        suggests=lambda path: {"data": "file"} if path.strip() else {},
        help="A CSV with a head line: columns of numbers, and one of two labels. Or drop one on the window.",
    )
    label: str = text(
        "", most=100, kind=STRUCTURAL, label="Label column", when={"data": ("file",)},
        help="Its name; empty: the last. The rarer label is positive.",
    )

    @classmethod
    def defaults_beside(cls, given: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return what real data need: a penalty, for a plane can tell their few positives apart without a mistake."""
        real_ones = given.get("data", "drawn") != "drawn"
        return {"l2": 0.01 if real_ones else 0.0, "positives": 0.02 if real_ones else 0.01}


_NOBODY = "Nobody is called positive."

SCENE = Scene(
    title="Imbalance",
    room="Generalization",
    question="99 % right and useless?",
    parameters=Params,
    first=("threshold", "positives", "remedies", "corrected"),
    data=("data", "positives", "separation", "examples", "path", "label"),
    steps=200,
    speed=30.0,
    progress="recall/*",
    metrics={
        "loss/*": "What is made small, before the update: the mean over all that is learned from, in nats.",
        "accuracy/*": "The share of fresh cases that is right at the threshold 0.5, after the update.",
        "recall/*": "The share of their positives that is found at 0.5, after the update.",
        "auc/*": "The area under their ROC curve, after the update.",
        "ap/*": "Their average precision, after the update.",
    },
    arrays={
        "points": Array(("point", "axis"), "float64", "Examples in the eyes of a remedy: at most 600 of each kind."),
        "kinds": Array(("point",), "int64", "0: negative, 1: positive, 2: positive and made by SMOTE."),
        "counted": Array(("point",), "float64", "How often each counts."),
        "lines": Array(("remedy", "end", "axis"), "float64", "Where each score is the threshold.",
                       nan="There are more than two columns, or no score is the threshold."),
        "odds": Array(("cut",), "float64", "Thresholds as log-odds, ln(t / (1 − t))."),
        "recalls": Array(("remedy", "cut"), "float64", "Recall at each."),
        "alarms": Array(("remedy", "cut"), "float64", "The share of the negatives that is called positive at each."),
        "precisions": Array(("remedy", "cut"), "float64", "Precision at each.", nan=_NOBODY),
        "found": Array(("remedy", "measure"), "float64", "Accuracy, recall, precision, false alarms at the threshold.",
                       nan=_NOBODY),
        "ranking": Array(("remedy", "total"), "float64", "Area under the ROC curve, and average precision."),
        "mean_score": Array(("remedy",), "float64", "The mean score of fresh cases."),
        "share": Array((), "float64", "The share of positives among the examples, and among fresh cases."),
        "learned": Array(("remedy", "label"), "float64", "How much the negatives, the positives count in the loss."),
        "moves": Array(("remedy", "move"), "float64",
                       "Mean log-odds less the plain ones; what is foretold; Spearman's correlation with the plain scores.",
                       nan="Nothing is foretold, or all scores are one."),
    },
    dimensions={
        "remedy": Dimension(
            "", lambda params: [REMEDIES[name] for name in params.remedies],
            colours=lambda params: [COLOURS[name] for name in params.remedies],
        ),
        "cut": Dimension("threshold as log-odds, ln(t / (1 − t))", at="odds"),
        "measure": Dimension("", MEASURES),
    },
    symbols={"t": "threshold", "η": "lr", "γ": "gamma", "π": "positives", "λ": "l2"},
    order=40,
)  # fmt: skip
