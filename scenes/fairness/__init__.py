"""Fairness: one score, two groups, a threshold for each, and the ways in which they can be treated alike."""

from explainer.contract import LIVE, STRUCTURAL, VIEW, Array, Parameters, Scene, choice, real, switch, text
from explainer.contract.cards import Dimension

GROUPS, BARS = ("A", "B"), 40
"""The groups; bins of the histograms."""
OUTCOMES = ("rightly not called", "called, negative", "positive, not called", "called, positive")
RATES = ("selection rate", "true positive rate", "false positive rate", "precision")
CRITERIA = (*RATES, "mean score of positives", "mean score of negatives", "calibration error")
ASKS = (
    "demographic parity", "equal opportunity", "equalized odds, with the above", "predictive parity",
    "balance, positives", "balance, negatives", "calibration",
)  # fmt: skip
"""What is asked for when the criterion must be alike, or, the last, small in both groups."""
FLOW = ("positive in truth", "recorded as positive", "mean score", "called positive")
SEEN = {
    "readings": "Readings alone",
    "group": "Readings and group",
    "proxy": "Readings and proxy",
    "both": "Readings, proxy and group",
}
DATA = {"credit": "Credit, drawn", "diabetes": "Diabetes, real", "file": "A table of your own"}
JUDGES = {"truth": "The truth", "recorded": "The recorded labels"}


class Params(Parameters):
    """What can be set, in the order of the controls."""

    threshold_a: float = real(
        0.5, 0.0, 1.0, kind=VIEW, label="Threshold of A", help="Whoever of A scores at least this is called positive."
    )
    threshold_b: float = real(
        0.5, 0.0, 1.0, kind=VIEW, label="Threshold of B", help="Whoever of B scores at least this is called positive."
    )
    seen: str = choice(
        "group", SEEN, kind=STRUCTURAL, label="Columns seen", help="What the regression is given to learn from."
    )
    base_a: float = real(
        0.6, 0.05, 0.95, kind=STRUCTURAL, label="Positives in A", when={"data": ("credit",)}, help="The base rate of A."
    )
    base_b: float = real(
        0.3, 0.05, 0.95, kind=STRUCTURAL, label="Positives in B", when={"data": ("credit",)}, help="The base rate of B."
    )
    bias: float = real(
        0.0, 0.0, 0.9, kind=STRUCTURAL, label="Label bias in B", when={"data": ("credit",)},
        help="The share of B's positives that is recorded as negative, in training and afterwards.",
    )
    judge: str = choice(
        "truth", JUDGES, kind=VIEW, label="Judged by", when={"data": ("credit",)},
        help="Whether calls are compared with what is so, or with what was recorded.",
    )
    proxy: float = real(
        2.0, 0.0, 5.0, kind=STRUCTURAL, label="Proxy strength", when={"data": ("credit",)},
        help="How far the groups lie apart in the proxy column, in σ. It says nothing else.",
    )
    separation: float = real(
        1.5, 0.0, 5.0, kind=STRUCTURAL, label="Separation d′", when={"data": ("credit",)},
        help="How far positives and negatives lie apart on the readings' best sum, in σ; the same in A and B.",
    )
    penalty: float = real(
        0.0, 0.0, 100.0, kind=LIVE, label="Parity penalty λ",
        help="λ times the squared difference of the groups' mean scores is added to the loss.",
    )
    reweighed: bool = switch(
        False, kind=STRUCTURAL, label="Reweighing",
        help="Examples are weighted so that group and recorded label are independent.",
    )
    lr: float = real(0.1, 0.001, 1.0, log=True, kind=LIVE, label="Learning rate η", help="Of Adam.")
    data: str = choice("credit", DATA, kind=STRUCTURAL, label="Data", help="Who is judged.")
    path: str = text(
        "", names="file", read_when={"data": ("file",)}, kind=STRUCTURAL, label="File", when={"data": ("file",)},
        suggests=lambda path: {"data": "file"} if path.strip() else {},
        help="A CSV with a head line: columns of numbers, one of two groups, one of two labels. Or drop one.",
    )
    columns: str = text(
        "", most=200, kind=STRUCTURAL, label="Group and label", when={"data": ("file",)},
        help="Group, label and perhaps the positive label, as in sex,repaid,yes; empty: the last two columns.",
    )


_NOBODY = "Nobody is called positive."

SCENE = Scene(
    title="Fairness",
    room="Generalization",
    question="Can one score be fair to two groups in every sense?",
    parameters=Params,
    first=("threshold_a", "threshold_b", "seen", "bias"),
    data=("data", "base_a", "base_b", "bias", "proxy", "separation", "path", "columns"),
    steps=200,
    speed=30.0,
    progress="recall/*",
    metrics={
        "loss": "What is made small, before the update: weighted cross-entropy in nats, with the penalty.",
        "accuracy": "The share of fresh people who are called as they are at the threshold 0.5, after the update.",
        "called/*": "The share of a group that is called positive at 0.5, after the update.",
        "recall/*": "The share of a group's true positives that is called positive at 0.5, after the update.",
        "alarms/*": "The share of a group's true negatives that is called positive at 0.5, after the update.",
        "ece/*": "A group's calibration error in ten bins, against the truth, after the update.",
    },
    arrays={
        "edges": Array(("edge",), "float64", "The edges of the bins of scores."),
        "counts": Array(("group", "outcome", "bin"), "int64", "Fresh people by score, and by label and call."),
        "thresholds": Array(("cut",), "float64", "Thresholds from 0 to 1."),
        "rates": Array(("group", "rate", "cut"), "float64", "Selection rate, TPR, FPR, PPV at each.", nan=_NOBODY),
        "criteria": Array(("criterion", "group"), "float64", "What is compared, at the thresholds.", nan=_NOBODY),
        "apart": Array(("criterion",), "float64", "How far A and B are apart; of calibration the larger error.",
                       nan=_NOBODY),
        "right": Array((), "float64", "The share of all calls that is right, at the groups' thresholds."),
        "gaps": Array(("rate", "cut"), "float64", "B at each threshold less A at its own.", nan=_NOBODY),
        "reliability": Array(("group", "tenth", "axis"), "float64", "Mean score and share of positives by tenths.",
                             nan="No such score."),
        "flow": Array(("stage", "group"), "float64", "Base rate, recorded rate, mean score, selection rate."),
        "weights": Array(("column",), "float64", "The regression's weights of columns of mean 0 and deviation 1."),
        "column_names": Array(("column",), "<U24", "What the columns are called."),
        "told": Array((), "float64", "The area under ROC with which the columns seen tell the groups apart."),
    },
    dimensions={
        "group": Dimension("group", GROUPS, colours=(4, 3)),
        "outcome": Dimension("", OUTCOMES, colours=(0, 1, 5, 2)),
        "outcome of B": Dimension("", ("", "", "", ""), colours=(0, 1, 5, 2)),
        "rate": Dimension("", RATES, colours=(0, 2, 1, 6)),
        "criterion": Dimension("", CRITERIA),
        "stage": Dimension("", FLOW),
        "cut": Dimension("threshold of B", at="thresholds"),
        "column": Dimension("column", "column_names"),
    },
    symbols={"η": "lr", "λ": "penalty", "t_A": "threshold_a", "t_B": "threshold_b"},
    order=45,
)  # fmt: skip
