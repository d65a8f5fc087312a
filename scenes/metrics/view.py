"""How it looks: the scores with the threshold on them, what comes of it, and what it costs."""

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from explainer.contract.cards import (
    Bar,
    Button,
    Card,
    Cell,
    Column,
    Confusion,
    Curves,
    Handle,
    Histogram,
    Level,
    Row,
    Scatter,
    Steps,
    Table,
    Threshold,
    Trail,
    reads,
)
from explainer.contract.frame import Formula, Frame
from explainer.contract.number_text import number_text as n
from explainer.contract.refused import one_line
from explainer.contract.view import Files, View
from explainer.scenes.metrics import AVERAGES, ERRORS, MEASURES, OUTCOMES, classes_of, names_of
from explainer.scenes.metrics.own_scores import read_scores


def share(value: float) -> str:
    """Return a share with three decimals, a dash where there is none."""
    return f"{value:.3f}".replace("-", "−") if np.isfinite(value) else "–"


@reads("totals")
def measure_sums(frame: Frame) -> Sequence[str]:
    """Return what each measure is made of, in numbers (measure,)."""
    tn, fp, fn, tp = frame.arrays["totals"].tolist()
    return (
        f"{tp + tn} / {tn + fp + fn + tp}",
        "(recall + spec.) / 2",
        f"{tp} / ({tp} + {fp})",
        f"{tp} / ({tp} + {fn})",
        f"{tn} / ({tn} + {fp})",
        f"{2 * tp} / ({2 * tp} + {fp + fn})",
        "correlation",
    )


@reads("intervals")
def interval_words(frame: Frame) -> Sequence[str]:
    """Return the intervals as words (measure,)."""
    return [f"{low:.2f}–{high:.2f}" if high == high else "–" for low, high in frame.arrays["intervals"]]


@reads("totals")
def counts_of_four(frame: Frame) -> np.ndarray:
    """Return the counts (actual, verdict)."""
    return frame.arrays["totals"].reshape(2, 2)


@reads("counts")
def bars(frame: Frame) -> np.ndarray:
    """Return what is drawn of the scores (outcome, bin): counts, or shares of each class in per cent."""
    found = frame.arrays["counts"]
    if not frame.params.shares:
        return found
    totals = found.reshape(2, -1).sum(1)
    return 100 * found / np.repeat(totals, 2)[:, None]


@reads("edges")
def place_of_threshold(frame: Frame) -> float:
    """Return the threshold as log-odds, on the picture's edge where it is beyond."""
    t, edges = frame.params.threshold, frame.arrays["edges"]
    odds = math.log(t / (1 - t)) if 0 < t < 1 else (2 * t - 1) * math.inf
    return float(np.clip(odds, edges[0], edges[-1]))


def threshold_of(frame: Frame, odds: float) -> Mapping[str, Any]:
    """Return the threshold with these log-odds."""
    return {"threshold": float(f"{1 / (1 + math.exp(-odds)):.4g}")}


def bar_words(frame: Frame) -> str:
    """Return what the histogram's height is."""
    return "% of its class" if frame.params.shares else "cases"


@reads("counts", "edges")
def bin_words(frame: Frame, k: int) -> str:
    """Say what lies in a bin."""
    low, high = 1 / (1 + np.exp(-frame.arrays["edges"][k : k + 2]))
    heights = [f"{n(v)} %" if frame.params.shares else f"{v:,}" for v in bars(frame)[:, k]]
    parts = ", ".join(f"{height} {name}" for height, name in zip(heights, OUTCOMES, strict=True))
    return f"score {n(low)} to {n(high)}: {parts}"


@reads("cheapest")
def to_cheapest(frame: Frame) -> Mapping[str, Any]:
    """Return what puts the threshold where the cost is least."""
    return {"threshold": float(frame.arrays["cheapest"][0])}


def by_costs(frame: Frame) -> float | None:
    """Return the threshold that the costs ask for where scores are probabilities (Elkan 2001)."""
    both = frame.params.alarm + frame.params.miss
    return frame.params.alarm / both if both else None


def costs_words(frame: Frame) -> str:
    """Return what that threshold is called."""
    found = by_costs(frame)
    return "" if found is None else f"go to {n(found)}, what the costs ask for"


def to_costs(frame: Frame) -> Mapping[str, Any] | None:
    """Return what sets that threshold."""
    found = by_costs(frame)
    return None if found is None else {"threshold": found}


@reads("cheapest")
def cheapest_price(frame: Frame) -> float:
    """Return the least cost."""
    return float(frame.arrays["cheapest"][1])


@reads("cheapest")
def least_words(frame: Frame) -> str:
    """Return the least cost in words."""
    return f"least: {n(float(frame.arrays['cheapest'][1]))}"


@reads("price")
def price_title(frame: Frame) -> str:
    """Return the title with the cost at the threshold."""
    return f"Cost a case: {n(float(frame.arrays['price']))}"


@reads("values_elsewhere", "shares_elsewhere")
def elsewhere_title(frame: Frame) -> str:
    """Return the title with the precision at the chosen share."""
    places, found = frame.arrays["shares_elsewhere"], frame.arrays["values_elsewhere"][0]
    at = frame.params.elsewhere
    return f"Where {n(100 * at)} % are {names_of(frame.params)[1]}, precision is {share(np.interp(at, places, found))}"


@reads("progression", "predicted")
def patients(frame: Frame) -> np.ndarray:
    """Return truth and prediction (patient, 2)."""
    return np.stack([frame.arrays["progression"], frame.arrays["predicted"]], 1)


@reads("progression", "predicted")
def patient_words(frame: Frame, k: int) -> str:
    """Say how far off a prediction is."""
    truth, said = frame.arrays["progression"][k], frame.arrays["predicted"][k]
    return f"went to {n(truth)}, predicted {n(said)}: off by {n(said - truth)}"


@reads("progression", "predicted")
def blundered(frame: Frame, k: int, x: float, y: float) -> Mapping[str, Any]:
    """Return the blunder that puts a prediction there; another's is taken back."""
    own = frame.params.blunder if k == frame.params.patient else 0.0
    off = y - (float(frame.arrays["predicted"][k]) - own)
    return {"patient": k, "blunder": float(np.clip(round(off, 1), -1000, 1000))}


@reads("progression")
def sizes(frame: Frame) -> np.ndarray:
    """Return the points' diameters, the blundering one's the largest (patient,)."""
    return np.where(np.arange(len(frame.arrays["progression"])) == frame.params.patient, 14.0, 6.0)


def by_class(column: int) -> Any:
    """Return a binding to a column of what is said of each class (class,)."""

    @reads("by_class", dims=("class",))
    def found(frame: Frame) -> np.ndarray:
        return frame.arrays["by_class"][:, column]

    return found


def averaged(column: int) -> Any:
    """Return a binding to one measure, averaged in three ways (average,)."""

    @reads("averages", dims=("average",))
    def found(frame: Frame) -> np.ndarray:
        return frame.arrays["averages"][:, column]

    return found


SCORES = Card(
    "scores",
    lambda frame: f"Scores of the {names_of(frame.params)[0]} and the {names_of(frame.params)[1]}: drag the threshold",
    Row(
        (
            Histogram(
                bars,
                "edges",
                bar_words,
                "log-odds of the score p, ln(p / (1 − p))",
                dims=("outcome", "bin"),
                handle=Handle(place_of_threshold, lambda frame: f"t = {n(frame.params.threshold)}", threshold_of),
                reading=bin_words,
            ),
            Confusion(counts_of_four, dims=("actual", "verdict")),
        ),
        weights=(1.7, 1.0),
    ),
    name="Scores and threshold",
    about="Who is called positive, and who of them is: drag the line",
    hint="drag the line",
    buttons=(
        Button("go to the cheapest threshold", to_cheapest, "The threshold of least cost on these cases"),
        Button(costs_words, to_costs, "False alarm / (false alarm + miss): best where scores are true probabilities"),
    ),
    switches=("shares",),
    at_first=True,
    weight=3.0,
    least=(420, 220),
)
MEASURES_CARD = Card(
    "measures",
    "What that comes to",
    Table(
        (
            Cell(lambda frame: MEASURES, "measure"),
            Bar("measures", "value", span=1.0, number=share),
            Cell(interval_words, "95 %", width=66.0),
            Cell(measure_sums, "made of", width=124.0),
        ),
        dim="measure",
    ),
    about="Seven measures at the threshold, how sure they are, and what they are made of",
    at_first=True,
    least=(390, 190),
)
CURVES = Card(
    "curves",
    "Every threshold at once: ROC, and precision over recall",
    Row(
        (
            Threshold("scores", "labels", "roc", handle=Handle("threshold"), none="Both classes are needed"),
            Threshold(
                "scores", "labels", "precision-recall", handle=Handle("threshold"), none="Both classes are needed"
            ),
        )
    ),
    about="Both curves with the threshold as a dot, now and at step 0",
    hint="drag the dot",
    least=(420, 190),
)
PRICE = Card(
    "price",
    price_title,
    Curves("prices", "cost per case", handle=Handle("threshold", "t"), levels=(Level(cheapest_price, least_words),)),
    name="Cost of every threshold",
    about="What misses and false alarms cost per case, and what the scores themselves foretell",
    hint="drag the line",
    at_first=True,
    least=(230, 190),
)
CALIBRATION = Card(
    "calibration",
    "Does what is called 70 % happen in 70 of 100?",
    Threshold("scores", "labels", "calibration", none="No score"),
    about="Share of positives against mean score in ten bins, now and at step 0",
    least=(220, 190),
)
BY_THRESHOLD = Card(
    "by-threshold",
    "The measures over the threshold",
    Curves("by_threshold", "measure", span=(-0.1, 1.0), handle=Handle("threshold", "t")),
    about="Seven curves, one threshold",
    hint="drag the line",
)
ELSEWHERE = Card(
    "elsewhere",
    elsewhere_title,
    Curves("values_elsewhere", "probability", span=(0.0, 1.0), handle=Handle("elsewhere", "used here")),
    name="The same test where positives are rarer",
    about="Precision by Bayes' rule, recall and specificity as they are; drag the line",
    hint="drag the line",
)
CLASSES = Card(
    "classes",
    "Class by class, and three averages",
    Row(
        (
            Confusion("confusion"),
            Column(
                (
                    Table(
                        (
                            Cell(lambda frame: classes_of(frame.params), "class"),
                            Bar(by_class(0), "precision", span=1.0, number=share),
                            Bar(by_class(1), "recall", span=1.0, number=share, place=1),
                            Bar(by_class(2), "F1", span=1.0, number=share, place=2),
                            Cell(by_class(3), "cases", right=True, number=lambda v: f"{v:.0f}"),
                        ),
                        dim="class",
                    ),
                    Table(
                        (
                            Cell(lambda frame: AVERAGES, "average"),
                            Bar(averaged(0), "precision", span=1.0, number=share),
                            Bar(averaged(1), "recall", span=1.0, number=share, place=1),
                            Bar(averaged(2), "F1", span=1.0, number=share, place=2),
                        ),
                        dim="average",
                    ),
                ),
                weights=(2.6, 1.0),
            ),
        ),
        weights=(1.0, 1.5),
    ),
    about="The likeliest class of each case; macro, micro and weighted averages",
    weight=1.6,
    least=(480, 320),
)
REGRESSION = Card(
    "regression",
    "Numbers instead of classes: drag a prediction",
    Row(
        (
            Scatter(
                patients, ("how far the diabetes went", "predicted"), dims=("patient", "axis"), sizes=sizes,
                over=(Trail(lambda frame: np.array([[0.0, 0.0], [400.0, 400.0]]), "right", 7, dashed=True),),
                move=blundered, reading=patient_words,
            ),
            Table(
                (Cell(lambda frame: ERRORS, "error"), Cell("errors", "", right=True, number=lambda v: n(v, 4))),
                dim="error",
            ),
        ),
        weights=(2.0, 1.0),
    ),
    about="Least squares on 221 people: MSE, RMSE, MAE and R² beside one blunder",
    hint="drag a point up or down",
    least=(380, 220),
)  # fmt: skip
TRAINING = Card(
    "training",
    "Ranking and calibration over the steps",
    Steps({"auc": "area under ROC", "ap": "average precision", "brier": "Brier score", "ece": "calibration error"}, ""),
    about="What the threshold does not change",
)


def summary(frame: Frame) -> str:
    """Say what is to be seen."""
    price = frame.arrays.get("price")
    cost = f", cost per case {n(float(price))}" if price is not None else ""
    return f"Step {frame.step}, threshold {n(frame.params.threshold)}{cost}."


def readings(frame: Frame) -> Sequence[tuple[str, str]]:
    """Return the area under the ROC curve and the calibration error."""
    return (("area", share(frame.metric("auc"))), ("ECE", share(frame.metric("ece")))) if frame.step else ()


def fraction(top: int, other: int) -> Any:
    """Return numbers of outcome ``top`` over itself and another."""

    def words(frame: Frame) -> str:
        found = frame.arrays.get("totals")
        if found is None or not found[top] + found[other]:
            return ""
        return (
            rf"\frac{{{found[top]}}}{{{found[top]} + {found[other]}}} = {found[top] / (found[top] + found[other]):.3f}"
        )

    return words


def costs_numbers(frame: Frame) -> str:
    """Return the threshold that the costs ask for."""
    found, (alarm, miss) = by_costs(frame), (frame.params.alarm, frame.params.miss)
    return "" if found is None else rf"t^* = \frac{{{alarm:.4g}}}{{{alarm:.4g} + {miss:.4g}}} = {found:.3f}"


def drop_words(path: Path) -> str:
    """Say what dropping a file would do."""
    return f"Drop to judge the scores of {one_line(path.name)}" if path.suffix.lower() == ".csv" else ""


def dropped(path: Path, params: Any) -> Mapping[str, Any]:
    """Return the parameters that a dropped table sets; raise :class:`Refused` for one that cannot be read."""
    read_scores(str(path), "")
    return {"data": "file", "path": str(path), "columns": ""}


VIEW = View(
    cards=(SCORES, MEASURES_CARD, CURVES, PRICE, CALIBRATION, BY_THRESHOLD, ELSEWHERE, CLASSES, REGRESSION, TRAINING),
    formulas=(
        Formula("Precision", lambda frame: r"P = \frac{TP}{TP + FP}", fraction(3, 1)),
        Formula("Recall", lambda frame: r"R = \frac{TP}{TP + FN}", fraction(3, 2)),
        Formula("Specificity", lambda frame: r"\frac{TN}{TN + FP}", fraction(0, 1)),
        Formula(
            "Threshold of least cost",
            lambda frame: r"t^* = \frac{c_{\text{alarm}}}{c_{\text{alarm}} + c_{\text{miss}}}",
            costs_numbers,
        ),
    ),
    arrays=("price",),
    formula_arrays=("totals",),
    summary=summary,
    readings=readings,
    files=Files(drop_words, dropped),
)
