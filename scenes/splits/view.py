"""How it looks: the folds both ways, what they say, and what fresh examples say."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from explainer.contract.cards import (
    Act,
    Ask,
    Bar,
    Bars,
    Card,
    Cell,
    Column,
    Curves,
    Handle,
    Level,
    Map,
    Steps,
    Table,
    reads,
)
from explainer.contract.frame import Formula, Frame
from explainer.contract.number_text import number_text as n
from explainer.contract.view import View
from explainer.scenes.splits import MODELS, TRAPS, WAYS, units_of

KEY = ((7, "learned from"), (4, "held out, to come"), (2, "right"), (5, "wrong"))
"""What the values 0 to 3 of a table are drawn and called; −1 is not used."""
FADED = 0.75


def percent(value: float) -> str:
    """Return a share in per cent, a dash where there is none."""
    return f"{value:.0%}" if np.isfinite(value) else "–"


def plane(lane: int) -> Map:
    """Return the folds of one way, with clicks that move an example."""
    name = ("careless", "careful")[lane]

    @reads(name, dims=("fold", "example"))
    def colours(frame: Frame) -> np.ndarray:
        return np.array([-1, *(place for place, _ in KEY)])[frame.arrays[name] + 1]

    @reads(name, dims=("fold", "example"))
    def faded(frame: Frame) -> np.ndarray:
        return np.where(frame.arrays[name] == 0, FADED, 0.0)

    @reads("said", "true")
    def caption(frame: Frame) -> str:
        said, true = frame.arrays["said"][lane], frame.arrays["true"][lane]
        found = (
            f"{percent(said)} right held out, {percent(true)} on fresh examples" if frame.step else "nothing judged yet"
        )
        return f"{WAYS[frame.params.trap][lane]}: {found}"

    return Map(
        colours,
        pale=faded,
        caption=caption,
        legend=lambda frame: KEY,
        bad="not used",
        upward=False,
        click=lambda frame, fold, example: Act("move", {"example": example, "fold": fold}),
    )


def ways(frame: Frame) -> Sequence[str]:
    """Return what the two ways are called (way,)."""
    return WAYS[frame.params.trap]


@reads("folds_tried", "estimates", "fits")
def tried_names(frame: Frame) -> Sequence[str]:
    """Return the choices of k (choice,)."""
    ks = [int(k) for k in frame.arrays["folds_tried"]]
    return [f"{k}" if k < units_of(frame.params) else f"{k}: leave one out" for k in ks]


def over(function: Any) -> Any:
    """Return a binding to what a function makes of the estimates (choice,)."""

    @reads("folds_tried", "estimates", "fits")
    def found(frame: Frame) -> np.ndarray:
        return np.array([function(row[np.isfinite(row)]) for row in frame.arrays["estimates"]])

    return found


@reads("folds_tried", "estimates", "fits")
def fits(frame: Frame) -> np.ndarray:
    """Return how many models are fitted (choice,)."""
    return frame.arrays["fits"]


@reads("tried", "luck")
def luck_title(frame: Frame) -> str:
    """Return the title with the best coin's accuracy."""
    best = np.interp(np.log(frame.params.asked), np.log(frame.arrays["tried"]), frame.arrays["luck"])
    return f"The best of {frame.params.asked:,} coins on {frame.params.held:,} test examples: {best:.1%}"


FOLDS = Card(
    "folds",
    lambda frame: f"{TRAPS[frame.params.trap]}: who is held out when, {frame.params.k} folds",
    Column((plane(0), plane(1))),
    name="Folds",
    about="Who is held out when, and was told rightly, the careless and the careful way",
    hint="click a cell: that example is held out in that fold",
    at_first=True,
    weight=3.0,
    least=(420, 250),
)
ESTIMATE = Card(
    "estimate",
    "What is said, and what is so",
    Steps(
        {
            "held/careless": "careless",
            "held/careful": "careful",
            "fresh/careless": "careless, fresh",
            "fresh/careful": "careful, fresh",
        },
        "accuracy so far",
        places=lambda frame: (5, 2, 3, 0),
        levels=(Level(0.5, "a coin"),),
    ),
    about="Accuracy on held-out examples so far, and of the same models on 500 fresh ones",
    at_first=True,
    least=(280, 150),
)
BY_FOLD = Card(
    "by-fold",
    "Fold by fold, this round",
    Bars("by_fold", "accuracy", span=(0.0, 1.0), number=percent, none="No fold is judged yet"),
    about="The accuracy of each fold: how much a single hold-out would say",
    at_first=True,
)
POSITIVES = Card(
    "positives",
    "Examples of class 1 in each fold",
    Bars("positives", "examples", number=lambda v: f"{v:.0f}"),
    about="Shuffled folds can lack a rare class; stratified ones share it out",
)
TOTALS = Card(
    "totals",
    "Both ways in numbers",
    Table(
        (
            Cell(ways, "way"),
            Bar("said", "held out", span=1.0, number=percent, place=5),
            Bar("true", "fresh", span=1.0, number=percent, place=0),
            Cell("spread", "σ of the folds", right=True, number=lambda v: n(v) if np.isfinite(v) else "–"),
        ),
        dim="way",
    ),
    about="Accuracy held out, on fresh examples, and how far folds lie apart",
    least=(360, 110),
)
OVER_K = Card(
    "over-k",
    lambda frame: f"How many folds? {WAYS[frame.params.trap][1]}, 20 shuffles of the same examples",
    Table(
        (
            Cell(tried_names, "k"),
            Bar(over(np.mean), "mean of the estimates", span=1.0, number=lambda v: f"{v:.1%}", place=2),
            Bar(over(np.std), "σ over shuffles", number=lambda v: f"{v:.3f}", place=1),
            Cell(fits, "models fitted", right=True, number=lambda v: f"{v:.0f}"),
        ),
        dim="choice",
        none="Computing …",
    ),
    name="How many folds?",
    about="Mean, spread over shuffles and price of cross-validation from 2 folds to leave-one-out",
    ask=Ask(
        "over_k",
        ("folds_tried", "estimates", "fits"),
        lambda frame: (
            frame.params.trap, frame.params.model, frame.params.examples, frame.params.columns, frame.params.best
        ),
    ),
    least=(420, 180),
)  # fmt: skip
LUCK = Card(
    "luck",
    luck_title,
    Curves("luck", "best accuracy", span=(0.5, 1.0), handle=Handle("asked", "tried"), levels=(Level(0.5, "each"),)),
    name="A test set that is asked again and again",
    about="Expected accuracy of the best of many models that know nothing; drag the line",
    hint="drag the line",
)


def summary(frame: Frame) -> str:
    """Say what is to be seen."""
    if not frame.step:
        return f"{TRAPS[frame.params.trap]}, {frame.params.k} folds: none is judged yet."
    careless, careful = (percent(frame.metric(f"held/{lane}")) for lane in ("careless", "careful"))
    names = WAYS[frame.params.trap]
    return f"Step {frame.step}, {MODELS[frame.params.model]}: {names[0]} {careless}, {names[1]} {careful}."


def readings(frame: Frame) -> Sequence[tuple[str, str]]:
    """Return both accuracies so far."""
    if not frame.step:
        return ()
    return (
        ("careless", percent(frame.metric("held/careless"))),
        ("careful", percent(frame.metric("held/careful"))),
    )


def luck_numbers(frame: Frame) -> str:
    """Return the numbers of the coins."""
    return rf"m = {frame.params.asked},\ n = {frame.params.held}"


VIEW = View(
    cards=(FOLDS, ESTIMATE, BY_FOLD, TOTALS, OVER_K, LUCK, POSITIVES),
    formulas=(
        Formula(
            "Cross-validation",
            lambda frame: r"\hat a = \frac{1}{n} \sum_{j=1}^{k} \sum_{i \in F_j} [\hat y_{-F_j}(x_i) = y_i]",
            lambda frame: rf"k = {frame.params.k}",
        ),
        Formula(
            "The best of m coins",
            lambda frame: r"\frac{1}{n} \sum_{j=1}^{n} \left(1 - P(X < j)^m\right)",
            luck_numbers,
        ),
    ),
    summary=summary,
    readings=readings,
)
