"""How it looks: the examples with every remedy's line, all remedies on the same curves, and what each finds."""

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from explainer.contract.cards import (
    Bar,
    Bars,
    Button,
    Card,
    Cell,
    Column,
    Curves,
    Handle,
    Level,
    Scatter,
    Steps,
    Table,
    Trail,
    reads,
)
from explainer.contract.frame import Formula, Frame
from explainer.contract.number_text import number_text as n
from explainer.contract.refused import one_line
from explainer.contract.view import Files, View
from explainer.scenes.imbalance import COLOURS, PLAIN, REMEDIES
from explainer.scenes.imbalance.own_table import read_table

MEASURE = {"recalls": 1, "precisions": 2, "alarms": 3}
"""Where each is in the array of what is found at the threshold."""
KINDS, KIND_NAMES = np.array([7, 5, 6]), ("", "", "", "", "", "positive", "made by SMOTE", "negative")
"""The colours of negatives, positives and made ones in the palette, and what these are called."""


def percent(value: float) -> str:
    """Return a share in per cent, a dash where there is none."""
    return f"{value:.1%}" if np.isfinite(value) else "–"


def decimals(value: float) -> str:
    """Return a number with three decimals, a dash where there is none."""
    return f"{round(value, 3) + 0.0:.3f}".replace("-", "−") if np.isfinite(value) else "–"


def names(frame: Frame) -> Sequence[str]:
    """Return what the remedies are called (remedy,)."""
    return [REMEDIES[name] for name in frame.params.remedies]


def colour_of(k: int) -> Any:
    """Return a function that says in which colour the k-th remedy is drawn."""
    return lambda frame: COLOURS[frame.params.remedies[k]] if k < len(frame.params.remedies) else k


def column(name: str, place: int) -> Any:
    """Return a binding to a column of an array (remedy, …)."""

    @reads(name, dims=("remedy",))
    def found(frame: Frame) -> np.ndarray:
        return frame.arrays[name][:, place]

    return found


def line(k: int) -> Trail:
    """Return the line of the k-th remedy."""

    @reads("lines")
    def ends(frame: Frame) -> np.ndarray:
        found = frame.arrays["lines"]
        return found[k] if k < len(found) else np.full((2, 2), np.nan)

    return Trail(ends, "", colour_of(k))


def curve(k: int, across: str, up: str) -> Trail:
    """Return a curve of the k-th remedy over all thresholds; the ROC curve goes to both corners."""

    @reads(across, up)
    def through(frame: Frame) -> np.ndarray:
        x, y = frame.arrays[across], frame.arrays[up]
        if k >= len(x):
            return np.full((2, 2), np.nan)
        inner = np.stack([x[k], y[k]], 1)
        return np.concatenate([[[1, 1]], inner, [[0, 0]]]) if across == "alarms" else inner

    return Trail(through, "", colour_of(k))


def dots(across: int, up: int) -> Any:
    """Return where the remedies are at the threshold (remedy, 2)."""

    @reads("found", dims=("remedy", "axis"))
    def places(frame: Frame) -> np.ndarray:
        return frame.arrays["found"][:, [across, up]]

    return places


def dragged(across: str, up: str) -> Any:
    """Return a function that asks for the threshold at which a remedy comes nearest to where its dot is dragged."""

    @reads(across, up, "odds")
    def asked(frame: Frame, k: int, x: float, y: float) -> Mapping[str, Any]:
        off = (frame.arrays[across][k] - x) ** 2 + (frame.arrays[up][k] - y) ** 2
        return threshold_of(frame, float(frame.arrays["odds"][np.nanargmin(off)]))

    return asked


@reads("found")
def dot_words(frame: Frame, k: int) -> str:
    """Say what a remedy finds at the threshold."""
    right, recall, precision, alarms = frame.arrays["found"][k]
    return (
        f"{names(frame)[k]}: recall {percent(recall)}, false alarms {percent(alarms)}, "
        f"precision {percent(precision)}, {percent(right)} right"
    )


def place_of_threshold(frame: Frame) -> float:
    """Return the threshold as log-odds, on the picture's edge where it is beyond."""
    t = frame.params.threshold
    return float(np.clip(math.log(t / (1 - t)) if 0 < t < 1 else (2 * t - 1) * math.inf, -8, 8))


def threshold_of(frame: Frame, odds: float) -> Mapping[str, Any]:
    """Return the threshold with these log-odds."""
    return {"threshold": float(f"{1 / (1 + math.exp(-odds)):.4g}")}


@reads("share")
def to_share(frame: Frame) -> Mapping[str, Any]:
    """Return what puts the threshold at the share of positives."""
    return {"threshold": float(f"{float(frame.arrays['share']):.4g}")}


@reads("share")
def true_share(frame: Frame) -> float:
    """Return the share of positives."""
    return float(frame.arrays["share"])


@reads("share")
def mean_title(frame: Frame) -> str:
    """Say how common positives are."""
    return f"Mean score, where {percent(true_share(frame))} are positive"


@reads("counted")
def sizes(frame: Frame) -> np.ndarray:
    """Return diameters (point,): areas are as the weights, between a dot and a disc."""
    return np.clip(4 * np.sqrt(frame.arrays["counted"]), 2.5, 18)


@reads("kinds")
def kind_colours(frame: Frame) -> np.ndarray:
    """Return the points' places in the palette (point,)."""
    return KINDS[frame.arrays["kinds"]]


def colours(frame: Frame) -> np.ndarray:
    """Return the remedies' places in the palette (remedy,)."""
    return np.array([COLOURS[name] for name in frame.params.remedies])


@reads("counted", "kinds")
def point_words(frame: Frame, k: int) -> str:
    """Say what an example is and how often it counts."""
    kind = ("negative", "positive", "made by SMOTE")[frame.arrays["kinds"][k]]
    return f"{kind}, counts {n(float(frame.arrays['counted'][k]))} times"


def looked_at(frame: Frame) -> int:
    """Return the place of the remedy in whose eyes examples are drawn."""
    chosen = frame.params.remedies
    return chosen.index(frame.params.look) if frame.params.look in chosen else 0


def look_at(frame: Frame, k: int) -> Mapping[str, Any]:
    """Return what shows the examples in the eyes of the k-th remedy."""
    return {"look": frame.params.remedies[k]}


def of(kind: str) -> Any:
    """Return a metric of every remedy, by its name."""
    return lambda frame: {f"{kind}/{name}": REMEDIES[name] for name in frame.params.remedies}


def plane_title(frame: Frame) -> str:
    """Say whose examples are drawn."""
    name = names(frame)[looked_at(frame)]
    once = frame.params.remedies[looked_at(frame)] in PLAIN
    return "Examples, each counted once" if once else f"{name}: examples as it counts them"


PLANE = Card(
    "plane",
    plane_title,
    Scatter(
        "points", ("x₁", "x₂"), dims=("point", "axis"), classes=kind_colours,
        class_names=KIND_NAMES, sizes=sizes,
        over=tuple(line(k) for k in range(len(REMEDIES))), span=(-3.5, 5.0, -3.5, 5.0), reading=point_words,
    ),
    name="Lines of all remedies",
    about="Examples as a remedy counts them, and the line of each: only its place changes",
    applies=lambda params: "" if params.data == "drawn" else "More than two columns: there is no plane to draw",
    at_first=True,
    weight=1.4,
    least=(280, 230),
)  # fmt: skip


def over_all(key: str, title: str, about: str, across: str, up: str, words: tuple[str, str]) -> Card:
    """Return a card with a curve over all thresholds for each remedy, and its place on it as a dot to drag."""
    return Card(
        key, title,
        Scatter(
            dots(MEASURE[across], MEASURE[up]), words, dims=("remedy", "axis"), classes=colours,
            sizes=lambda frame: np.full(len(frame.params.remedies), 13.0),
            over=tuple(curve(k, across, up) for k in range(len(REMEDIES))), span=(-0.02, 1.02, -0.02, 1.02),
            move=dragged(across, up), reading=dot_words, click=look_at,
        ),
        about=about, hint="drag a dot along its curve", at_first=key == "roc", weight=1.4, least=(280, 230),
    )  # fmt: skip


ROC = over_all(
    "roc", "ROC: one curve, many places on it", "Recall over false alarms of every remedy, the threshold as a dot",
    "alarms", "recalls", ("false alarms", "recall"),
)  # fmt: skip
PRECISION = over_all(
    "precision", "Precision over recall", "What is called and right, over what is found, the threshold as a dot",
    "recalls", "precisions", ("recall", "precision"),
)  # fmt: skip
BOARD = Card(
    "board",
    "At this threshold, and over all of them",
    Table(
        (
            Cell(names, "remedy", dot=lambda frame, k: COLOURS[frame.params.remedies[k]]),
            Bar(column("found", 0), "right", span=1.0, number=percent, place=7),
            Bar(column("found", 1), "recall", span=1.0, number=percent),
            Bar(column("found", 2), "precision", span=1.0, number=percent),
            Cell(column("ranking", 0), "AUC", right=True, number=decimals),
            Cell(column("ranking", 1), "AP", right=True, number=decimals),
        ),
        dim="remedy", chosen=looked_at, click=look_at,
    ),
    about="What each remedy finds at the threshold, and how it ranks; a click shows the examples in its eyes",
    hint="click a line",
    buttons=(
        Button("t = 0.5", lambda frame: {"threshold": 0.5}, "The usual threshold"),
        Button("t = π", to_share, "The threshold at the share of positives: what balanced classes come to"),
    ),
    switches=("corrected",),
    at_first=True,
    least=(430, 170),
)  # fmt: skip
BY_THRESHOLD = Card(
    "by-threshold",
    "Positives found, by threshold",
    Curves("recalls", "recall", span=(0.0, 1.0), handle=Handle(place_of_threshold, "t", threshold_of)),
    about="The same curve for all, moved along the log-odds: drag the threshold",
    hint="drag the line",
)
MEAN = Card(
    "mean",
    mean_title,
    Bars("mean_score", "mean score", number=percent, span=(0.0, 0.6), levels=(Level(true_share),)),
    name="Mean score: how common a remedy believes positives to be",
    about="Who has learned from even classes believes that far too many are positive",
    switches=("corrected",),
)
MOVES = Card(
    "moves",
    "How far scores are moved, and in which order",
    Table(
        (
            Cell(names, "remedy", dot=lambda frame, k: COLOURS[frame.params.remedies[k]]),
            Cell(column("learned", 0), "negatives", right=True, number=lambda v: f"{v:,.0f}"),
            Cell(column("learned", 1), "positives", right=True, number=lambda v: f"{v:,.0f}"),
            Cell(column("moves", 1), "foretold", right=True, number=decimals),
            Cell(column("moves", 0), "moved by", right=True, number=decimals),
            Cell(column("moves", 2), "order kept", right=True, number=decimals),
        ),
        dim="remedy", chosen=looked_at, click=look_at,
    ),
    about="What counts in each loss, the shift of the log-odds, and Spearman's correlation with plain scores",
    switches=("corrected",),
    least=(430, 150),
)  # fmt: skip
STEPS = Card(
    "steps",
    "Recall at 0.5, and the ranking, step by step",
    Column((Steps(of("recall"), "recall at 0.5"), Steps(of("auc"), "area under ROC"))),
    about="What training moves, and what it leaves",
    least=(240, 220),
)


def summary(frame: Frame) -> str:
    """Say what is to be seen."""
    if not frame.step:
        return "Step 0: every remedy begins at the plain regression."
    said = ", ".join(f"{REMEDIES[name]} {frame.metric(f'recall/{name}'):.0%}" for name in frame.params.remedies)
    return f"Step {frame.step}: recall at 0.5: {said}."


def readings(frame: Frame) -> Sequence[tuple[str, str]]:
    """Return the recall of the first two remedies at 0.5."""
    shown = frame.params.remedies[:2] if frame.step else ()
    return [(f"recall, {REMEDIES[name]}", percent(frame.metric(f"recall/{name}"))) for name in shown]


def weight_numbers(frame: Frame) -> str:
    """Return the shift of the log-odds in numbers."""
    share = frame.arrays.get("share")
    return "" if share is None else rf"\ln\frac{{{1 - share:.4g}}}{{{share:.4g}}} = {math.log((1 - share) / share):.3f}"


def drop_words(path: Path) -> str:
    """Say what dropping a file would do."""
    return f"Drop to learn from {one_line(path.name)}" if path.suffix.lower() == ".csv" else ""


def dropped(path: Path, params: Any) -> Mapping[str, Any]:
    """Return the parameters that a dropped table sets; raise :class:`Refused` for one that cannot be read."""
    read_table(str(path), "")
    return {"data": "file", "path": str(path), "label": ""}


VIEW = View(
    cards=(PLANE, ROC, BOARD, PRECISION, BY_THRESHOLD, MEAN, MOVES, STEPS),
    formulas=(
        Formula("Class weights", lambda frame: r"w_k = \frac{n}{2 n_k}", lambda frame: ""),
        Formula("What they add to the log-odds", lambda frame: r"\ln\frac{w_1}{w_0} = \ln\frac{1 - \pi}{\pi}",
                weight_numbers),
        Formula("Focal loss", lambda frame: r"L = -(1 - p_t)^\gamma \ln p_t",
                lambda frame: rf"\gamma = {frame.params.gamma:.4g}"),
    ),
    formula_arrays=("share",),
    summary=summary,
    readings=readings,
    files=Files(drop_words, dropped),
)  # fmt: skip
