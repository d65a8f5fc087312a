"""Metrics: the scores of a classifier, a threshold on them, and what right and wrong cost."""

from typing import Any

from explainer.contract import (
    LIVE,
    STRUCTURAL,
    VIEW,
    Array,
    Parameters,
    Refused,
    Scene,
    choice,
    integer,
    real,
    switch,
    text,
)
from explainer.contract.cards import Dimension
from explainer.scenes.metrics.own_scores import read_scores

DATA = {
    "screening": "Screening, drawn",
    "diabetes": "Diabetes, real",
    "cancer": "Tumours, real",
    "digits": "Digits, real",
    "file": "Scores of your own",
}
NAMES = {"screening": ("healthy", "ill"), "diabetes": ("mild", "severe"), "cancer": ("benign", "malignant")}
DIGITS = tuple(str(k) for k in range(10))
MEASURES = ("accuracy", "balanced acc.", "precision", "recall", "specificity", "F1", "MCC")
OUTCOMES = ("rightly negative", "false alarm", "missed", "found")
AVERAGES = ("macro", "micro", "weighted")
ERRORS = ("MSE", "RMSE", "MAE", "R²")


def names_of(params: Any) -> tuple[str, str]:
    """Return what negative and positive cases are called."""
    if params.data == "digits":
        return "other digits", f"a {params.digit}"
    if params.data == "file":
        try:
            return read_scores(params.path, params.columns).names
        except Refused:
            return "negative", "positive"
    return NAMES[params.data]


def classes_of(params: Any) -> tuple[str, ...]:
    """Return what the classes are called that the model tells apart."""
    return DIGITS if params.data == "digits" else names_of(params)


class Params(Parameters):
    """What can be set, in the order of the controls."""

    threshold: float = real(
        0.5, 0.0, 1.0, kind=VIEW, label="Threshold t", help="Whoever scores at least this is called positive."
    )
    miss: float = real(
        5.0, 0.0, 100.0, kind=VIEW, label="Cost of a miss", help="What one positive that is called negative costs."
    )
    alarm: float = real(
        1.0, 0.0, 100.0, kind=VIEW, label="Cost of a false alarm", help="What one negative that is called positive costs."
    )
    data: str = choice("screening", DATA, kind=STRUCTURAL, label="Data", help="Whose scores are judged.")
    positives: float = real(
        0.2, 0.005, 0.5, log=True, kind=STRUCTURAL, label="Positives", when={"data": ("screening",)},
        help="The share of the people that is ill.",
    )
    separation: float = real(
        1.5, 0.0, 5.0, kind=STRUCTURAL, label="Separation d′", when={"data": ("screening",)},
        help="How far apart ill and healthy are on the best score, in its standard deviations.",
    )
    cases: int = integer(
        2000, 50, 20_000, log=True, kind=STRUCTURAL, label="People judged", when={"data": ("screening",)},
        help="How many are judged; 2,000 others are learned from.",
    )
    cut: int = integer(
        200, 50, 300, kind=STRUCTURAL, label="Severe beyond", when={"data": ("diabetes",)},
        help="From which progression on a case counts as severe; the median is 140.",
    )
    digit: int = integer(
        8, 0, 9, kind=STRUCTURAL, label="Positive digit", when={"data": ("digits",)}, help="Told from all others."
    )
    path: str = text(
        "", names="file", read_when={"data": ("file",)}, kind=STRUCTURAL, label="File", when={"data": ("file",)},
        suggests=lambda path: {"data": "file"} if path.strip() else {},
        help="A CSV with a head line: a score and a label for each case. Or drop one on the window.",
    )
    columns: str = text(
        "", most=200, kind=STRUCTURAL, label="Columns", when={"data": ("file",)},
        help="Scores, labels and perhaps the positive label, as in score,label,yes; empty: the first of numbers, the last.",
    )
    kept: float = real(
        1.0, 0.01, 1.0, log=True, kind=STRUCTURAL, label="Positives kept", when={"data": tuple(DATA)[:4]},
        help="Only this share of the positives is judged; the model has learned from all of its own.",
    )
    start: str = choice(
        "model", {"model": "A finished model", "zero": "Weights of zero"}, kind=STRUCTURAL, label="Scores at first",
        help="Naive Bayes, or your own scores; or a regression that knows nothing.",
    )
    lr: float = real(
        0.5, 0.001, 10.0, log=True, kind=LIVE, label="Learning rate η", help="Of the regression that goes on from there."
    )
    shares: bool = switch(
        False, kind=VIEW, label="Shares of each class", help="Each class fills the same area, however rare it is."
    )
    elsewhere: float = real(
        0.01, 0.0001, 1.0, log=True, kind=VIEW, label="Positives elsewhere",
        help="How common positives are where the test will be used.",
    )
    blunder: float = real(
        0.0, -1000.0, 1000.0, kind=VIEW, label="One blunder",
        help="Is added to one of the predicted numbers, in the regression picture.",
    )
    patient: int = integer(
        0, 0, 220, kind=VIEW, label="Whose prediction", help="Of the 221 people in the regression picture, counted from 0."
    )


_UNDEFINED = "0/0: nothing was called positive, or one of the classes is empty."

SCENE = Scene(
    title="Metrics",
    room="Generalization",
    question="Right how often, and at what price?",
    parameters=Params,
    first=("threshold", "miss", "alarm", "data"),
    data=("data", "positives", "separation", "cases", "cut", "digit", "path", "columns"),
    steps=100,
    speed=20.0,
    progress="ece",
    metrics={
        "loss/train": "Cross-entropy of the training cases in nats, before the update.",
        "loss/judged": "Cross-entropy of the judged cases in nats, after the update.",
        "auc": "Area under the ROC curve of the judged cases, after the update.",
        "ap": "Average precision of the judged cases, after the update.",
        "brier": "Brier score: mean of (score − label)² of the judged cases, after the update.",
        "ece": "Expected calibration error of the judged cases in ten bins, after the update.",
    },
    arrays={
        "scores": Array(("moment", "case"), "float64", "The probability of positive, now and at step 0."),
        "labels": Array(("case",), "int64", "1: positive."),
        "edges": Array(("edge",), "float64", "The edges of the histogram's bins, in log-odds of the score."),
        "counts": Array(("outcome", "bin"), "int64", "Cases in each bin, by outcome; those beyond are in the last."),
        "totals": Array(("outcome",), "int64", "Cases of each outcome: TN, FP, FN, TP."),
        "measures": Array(("measure",), "float64", "The measures at the threshold.", nan=_UNDEFINED),
        "intervals": Array(("measure", "end"), "float64", "Their 95 % intervals, by 2,000 bootstrap samples.", nan=_UNDEFINED),
        "thresholds": Array(("threshold place",), "float64", "The thresholds of the curves."),
        "by_threshold": Array(("measure", "threshold place"), "float64", "The measures at each.", nan=_UNDEFINED),
        "prices": Array(("price", "threshold place"), "float64", "Cost per case: what it is, and what the scores foretell."),
        "price": Array((), "float64", "Cost per case at the threshold."),
        "cheapest": Array(("threshold and price",), "float64", "The threshold of least cost, and that cost."),
        "shares_elsewhere": Array(("share",), "float64", "How common positives may be."),
        "values_elsewhere": Array(("value", "share"), "float64", "Precision, and 1 − NPV, at that share.", nan=_UNDEFINED),
        "confusion": Array(("actual class", "called"), "int64", "Judged cases by class and by the likeliest class."),
        "by_class": Array(("class", "class measure"), "float64", "Precision, recall, F1, cases.", nan="Never said."),
        "averages": Array(("average", "average measure"), "float64", "Precision, recall and F1; NaN counted as 0."),
        "progression": Array(("patient",), "float64", "How far the diabetes of 221 people went."),
        "predicted": Array(("patient",), "float64", "What least squares says of them, with the blunder."),
        "errors": Array(("error",), "float64", "MSE, RMSE, MAE and R² of these."),
    },
    dimensions={
        "moment": Dimension("", ("now", "at step 0")),
        "outcome": Dimension("", OUTCOMES, colours=(0, 1, 5, 2)),
        "measure": Dimension("", MEASURES),
        "threshold place": Dimension("threshold t", at="thresholds"),
        "price": Dimension("", ("what it costs", "what scores foretell")),
        "share": Dimension("share of positives where it is used", at="shares_elsewhere", log=True),
        "value": Dimension("", lambda params: [f"{names_of(params)[1]}, if called {name}" for name in names_of(params)[::-1]]),
        "actual": Dimension("actual", names_of),
        "verdict": Dimension("called", names_of),
        "class": Dimension("class", classes_of),
        "actual class": Dimension("actual", classes_of),
        "called": Dimension("called", classes_of),
        "average": Dimension("", AVERAGES),
        "error": Dimension("", ERRORS),
    },
    symbols={"t": "threshold", "η": "lr", "TP": "scores", "FP": "scores", "FN": "scores", "TN": "scores"},
    order=30,
)  # fmt: skip
