"""How it looks: the scores of both groups with a threshold on each, what is alike then, and what cannot be."""

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
    Histogram,
    Level,
    Row,
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
from explainer.scenes.fairness import ASKS, BARS, CRITERIA, GROUPS, OUTCOMES
from explainer.scenes.fairness.own_people import read_people

COLOURS = (4, 3)
"""The colours of A and B in the palette."""
THRESHOLDS = ("threshold_a", "threshold_b")
ALIKE = 0.03
"""A criterion counts as kept up to here: three people in a hundred."""


def percent(value: float) -> str:
    """Return a share in per cent, a dash where there is none."""
    return f"{value:.1%}" if np.isfinite(value) else "–"


def column(name: str, place: int) -> Any:
    """Return a binding to a group's column of an array (…, group)."""

    @reads(name)
    def found(frame: Frame) -> np.ndarray:
        return frame.arrays[name][:, place]

    return found


def scores_of(k: int) -> Histogram:
    """Return the scores of a group, its threshold to be dragged."""

    @reads("counts", dims=("outcome of B" if k else "outcome", "bin"))
    def counts(frame: Frame) -> np.ndarray:
        return frame.arrays["counts"][k]

    @reads("counts")
    def words(frame: Frame, place: int) -> str:
        low, found = place / BARS, frame.arrays["counts"][k, :, place]
        parts = ", ".join(f"{count:,} {name}" for count, name in zip(found, OUTCOMES, strict=True))
        return f"score {low:.3g} to {low + 1 / BARS:.3g} of {GROUPS[k]}: {parts}"

    handle = Handle(THRESHOLDS[k], lambda frame: f"t = {n(getattr(frame.params, THRESHOLDS[k]))}")
    axis = "score" if k else ""
    return Histogram(counts, "edges", f"people of {GROUPS[k]}", axis, handle=handle, reading=words)


def best_cut(frame: Frame, k: int) -> Mapping[str, Any] | None:
    """Return the threshold of B at which B's k-th rate is nearest to A's; no threshold moves the other criteria."""
    if k >= len(frame.arrays["gaps"]) or np.isnan(frame.arrays["gaps"][k]).all():
        return None
    return {"threshold_b": round(float(frame.arrays["thresholds"][np.nanargmin(np.abs(frame.arrays["gaps"][k]))]), 4)}


@reads("gaps", "thresholds")
def to_alike(frame: Frame, k: int) -> Mapping[str, Any] | None:
    """Return what makes the k-th rate of B that of A."""
    return best_cut(frame, k)


@reads("apart")
def verdicts(frame: Frame) -> Sequence[str]:
    """Return whether each criterion is kept (criterion,)."""
    return ["kept" if value <= ALIKE else "–" if np.isnan(value) else "broken" for value in frame.arrays["apart"]]


@reads("apart")
def verdict_token(frame: Frame, k: int) -> str:
    """Return the colour of a verdict."""
    return "good" if frame.arrays["apart"][k] <= ALIKE else "faint"


@reads("apart", "right")
def board_title(frame: Frame) -> str:
    """Return how many criteria are kept, and how many calls are right."""
    kept = int((frame.arrays["apart"] <= ALIKE).sum())
    return f"{kept} of {len(CRITERIA)} criteria kept, {percent(float(frame.arrays['right']))} called rightly"


@reads("criteria", dims=("group", "axis"))
def operating(frame: Frame) -> np.ndarray:
    """Return FPR and TPR of each group at its threshold (group, 2)."""
    return frame.arrays["criteria"][[2, 1]].T


def roc(k: int) -> Trail:
    """Return the ROC curve of a group."""

    @reads("rates")
    def through(frame: Frame) -> np.ndarray:
        inner = frame.arrays["rates"][k][[2, 1]].T
        return np.concatenate([inner, [[0.0, 0.0]]])

    return Trail(through, GROUPS[k], COLOURS[k])


def same_precision(k: int) -> Trail:
    """Return the line of a group's points that have the precision of A (Chouldechova 2017)."""

    @reads("criteria", "flow")
    def ends(frame: Frame) -> np.ndarray:
        precision, share = frame.arrays["criteria"][3, 0], frame.arrays["flow"][base_row(frame), k]
        end = np.array([(1 - precision) * share, precision * (1 - share)])
        return np.stack([np.zeros(2), end / max(end.max(), 1e-30)])

    return Trail(ends, f"{GROUPS[k]} at A's precision", COLOURS[k], dashed=True)


def base_row(frame: Frame) -> int:
    """Return the place of the base rate by which calls are judged."""
    return 1 if frame.params.judge == "recorded" else 0


@reads("rates", "thresholds")
def dragged(frame: Frame, k: int, x: float, y: float) -> Mapping[str, Any]:
    """Return the threshold at which a group comes nearest to where its dot is dragged."""
    off = (frame.arrays["rates"][k, 2] - x) ** 2 + (frame.arrays["rates"][k, 1] - y) ** 2
    return {THRESHOLDS[k]: round(float(frame.arrays["thresholds"][off.argmin()]), 4)}


@reads("criteria")
def dot_words(frame: Frame, k: int) -> str:
    """Say what a group's threshold comes to."""
    called, recall, alarms, precision = frame.arrays["criteria"][:4, k]
    return (
        f"{GROUPS[k]}: {percent(called)} called, {percent(recall)} of the positives and {percent(alarms)} of the "
        f"negatives; precision {percent(precision)}"
    )


@reads("reliability")
def tenths(frame: Frame) -> np.ndarray:
    """Return mean score and share of positives, A's tenths first (n, 2)."""
    return frame.arrays["reliability"].reshape(-1, 2)


@reads("reliability")
def tenth_groups(frame: Frame) -> np.ndarray:
    """Return the colour of each tenth's group (n,)."""
    return np.repeat(COLOURS, frame.arrays["reliability"].shape[1])


@reads("reliability")
def tenth_words(frame: Frame, k: int) -> str:
    """Say what a tenth foretells, and what is so."""
    score, share = tenths(frame)[k]
    return f"{GROUPS[k // 10]}: mean score {percent(score)}, {percent(share)} positive"


@reads("told")
def seen_title(frame: Frame) -> str:
    """Return the title with how well the columns tell the groups apart."""
    return f"Weights; these columns tell A from B with an area of {float(frame.arrays['told']):.2f}"


def weight_click(frame: Frame, k: int) -> Mapping[str, Any] | None:
    """Return what takes the group or the proxy, the last two columns, in or out."""
    count = len(frame.arrays["column_names"]) if "column_names" in frame.arrays else 0
    if not count or k < count - 2:
        return None
    seen = {"readings": set(), "group": {1}, "proxy": {0}, "both": {0, 1}}[frame.params.seen] ^ {k - (count - 2)}
    return {"seen": {(): "readings", (1,): "group", (0,): "proxy", (0, 1): "both"}[tuple(sorted(seen))]}


SCORES = Card(
    "scores",
    "Scores of A, above, and of B: drag the thresholds",
    Row(
        (
            Column((scores_of(0), scores_of(1))),
            Curves(
                "gaps", "B less A", span=(-1.0, 1.0), handle=Handle("threshold_b", "t"), levels=(Level(0.0, "alike"),)
            ),
        ),
        weights=(1.25, 1.0),
    ),
    name="Scores and thresholds",
    about="Who of each group is called positive, and who of them is; how far B's rates are from A's at every threshold",
    hint="drag a line",
    buttons=(
        Button("B's threshold as A's", lambda frame: {"threshold_b": frame.params.threshold_a}, "The same for both"),
        Button("0.5 for both", lambda frame: dict.fromkeys(THRESHOLDS, 0.5), "Right most often, if calibrated"),
    ),
    at_first=True,
    weight=1.5,
    least=(480, 215),
)
BOARD = Card(
    "board",
    board_title,
    Table(
        (
            Cell(lambda frame: CRITERIA, "criterion"),
            Bar(column("criteria", 0), "A", span=1.0, number=percent, place=COLOURS[0]),
            Bar(column("criteria", 1), "B", span=1.0, number=percent, place=COLOURS[1]),
            Cell("apart", "apart", right=True, number=percent),
            Cell(lambda frame: ASKS, "asked for by"),
            Cell(verdicts, "", token=verdict_token),
        ),
        dim="criterion", click=to_alike,
    ),
    name="Seven criteria",
    about="Kept: at most 3 points apart; calibration: both errors at most 3 points. A click makes B's rate that of A",
    hint="click a rate to make it alike",
    at_first=True,
    weight=1.6,
    least=(560, 220),
)  # fmt: skip
ROC = Card(
    "roc",
    "ROC of both, and where B would have A's precision",
    Scatter(
        operating, ("false positive rate", "true positive rate"), dims=("group", "axis"),
        classes=lambda frame: np.array(COLOURS), class_names=("", "", "", "B", "A"),
        sizes=lambda frame: np.full(2, 13.0), over=(roc(0), roc(1), same_precision(0), same_precision(1)),
        span=(-0.02, 1.02, -0.02, 1.02), move=dragged, reading=dot_words,
    ),
    about="Equalized odds: the dots meet. Equal precision: each dot on its dashed line, and these meet in (0, 0) only",
    hint="drag a dot along its curve",
    least=(280, 230),
)  # fmt: skip
CALIBRATION = Card(
    "calibration",
    "Does a score mean the same in both groups?",
    Scatter(
        tenths, ("mean score", "share of positives"), classes=tenth_groups, class_names=("", "", "", "B", "A"),
        sizes=lambda frame: np.full(20, 9.0), span=(-0.02, 1.02, -0.02, 1.02), reading=tenth_words,
        over=(Trail(lambda frame: np.array([[0.0, 0.0], [1.0, 1.0]]), "calibrated", 7, dashed=True),),
    ),
    about="Share of positives over mean score in ten bins of each group",
    least=(240, 220),
)  # fmt: skip
FLOW_CARD = Card(
    "flow",
    "From the truth to the call",
    Bars("flow", "share of the group", number=percent, span=(0.0, 1.0), dims=("stage", "group")),
    name="From the truth to the call",
    about="How many of each group are positive, are recorded so, what their mean score is, and how many are called",
    least=(280, 190),
)
SEEN_CARD = Card(
    "seen",
    seen_title,
    Bars("weights", "weight", click=reads("column_names")(weight_click)),
    name="What the regression looks at",
    about="Weights of standardized columns; the area under ROC with which least squares on them tells the groups apart",
    hint="click proxy or group to take it in or out",
    least=(280, 190),
)
TRAINING = Card(
    "training",
    "What training does to both groups",
    Column(
        (
            Steps({"recall/A": "TPR of A", "recall/B": "TPR of B"}, "true positive rate"),
            Steps({"ece/A": "calibration error of A", "ece/B": "calibration error of B"}, "error"),
        )
    ),
    about="True positive rates at 0.5 and calibration errors, by the truth",
    least=(240, 220),
)


def summary(frame: Frame) -> str:
    """Say what is to be seen."""
    if not frame.step:
        return "Step 0: the readings count alike, and the group does not."
    rates = [frame.metric(f"recall/{name}") for name in GROUPS]
    return f"Step {frame.step}: at 0.5, {rates[0]:.0%} of A's positives are called and {rates[1]:.0%} of B's."


def readings(frame: Frame) -> Sequence[tuple[str, str]]:
    """Return accuracy and the gap of the true positive rates, at 0.5."""
    if not frame.step:
        return ()
    gap = abs(frame.metric("recall/A") - frame.metric("recall/B"))
    return (("accuracy", percent(frame.metric("accuracy"))), ("TPR apart", percent(gap)))


def odds_numbers(frame: Frame) -> str:
    """Return the false positive rates of both groups, made of base rate, precision and TPR."""
    criteria, flow = frame.arrays.get("criteria"), frame.arrays.get("flow")
    if criteria is None or flow is None or not (criteria[3] > 0).all():
        return ""
    shares = flow[base_row(frame)]
    parts = [
        rf"\frac{{{p:.3f}}}{{{1 - p:.3f}}} \cdot \frac{{{1 - ppv:.3f}}}{{{ppv:.3f}}} \cdot {tpr:.3f} = {fpr:.3f}"
        for p, tpr, fpr, ppv in zip(shares, *criteria[1:4], strict=True)
    ]
    return r"A: " + parts[0] + r" \qquad B: " + parts[1]


def drop_words(path: Path) -> str:
    """Say what dropping a file would do."""
    return f"Drop to learn from the people of {one_line(path.name)}" if path.suffix.lower() == ".csv" else ""


def dropped(path: Path, params: Any) -> Mapping[str, Any]:
    """Return the parameters that a dropped table sets; raise :class:`Refused` for one that cannot be read."""
    read_people(str(path), "")
    return {"data": "file", "path": str(path), "columns": ""}


VIEW = View(
    cards=(SCORES, BOARD, ROC, CALIBRATION, FLOW_CARD, SEEN_CARD, TRAINING),
    formulas=(
        Formula(
            "What ties the rates (Chouldechova 2017)",
            lambda frame: r"FPR = \frac{\pi}{1 - \pi} \cdot \frac{1 - PPV}{PPV} \cdot TPR", odds_numbers,
        ),
        Formula("Loss", lambda frame: r"L = \text{cross-entropy} + \lambda (\bar p_A - \bar p_B)^2", lambda frame: ""),
    ),
    formula_arrays=("criteria", "flow"),
    summary=summary,
    readings=readings,
    files=Files(drop_words, dropped),
)  # fmt: skip
