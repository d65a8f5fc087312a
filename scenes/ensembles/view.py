"""How it looks: one strong tree beside the vote and its members, and what the members have in common."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from explainer.contract.cards import (
    Act,
    Ask,
    Bar,
    Card,
    Cell,
    Curves,
    DecisionMap,
    Histogram,
    Level,
    Line,
    Maps,
    Row,
    Steps,
    Table,
    reads,
)
from explainer.contract.frame import Formula, Frame
from explainer.contract.number_text import number_text as n
from explainer.contract.view import View
from explainer.scenes.ensembles import METHODS, PARALLEL, RACERS, looked_at

SMALL, LARGEST = 5.0, 26.0
"""The diameter of a point of weight 1, and the largest there is, in pixels."""


def percent(value: float) -> str:
    """Return a share in per cent, a dash where there is none."""
    return f"{value:.1%}" if np.isfinite(value) else "–"


@reads("emphasis")
def point_words(frame: Frame, k: int) -> str:
    """Say a point's weight."""
    words = {"gradient": "residual", "adaboost": "weight"}.get(frame.params.method, "drawn")
    return f"{words} {n(float(frame.arrays['emphasis'][k]))}"


def plane(
    array: str, title: Callable[[Frame], str], sizes: Any = None, boundary: bool = False, none: str = ""
) -> DecisionMap:
    """Return a map of what is said from −1 to 1, with the points on it; mislabelled ones are hollow."""

    @reads(array)
    def both(frame: Frame) -> np.ndarray:
        share = (1 + frame.arrays[array]) / 2
        return np.stack([1 - share, share])

    return DecisionMap(
        both, dims=("class", "y", "x"), points="spots", classes="labels", hollow="mislabelled", sizes=sizes,
        boundary=boundary, point_dim="point", point_reading=point_words if sizes else None, label=(title, ""),
        none=none,
    )  # fmt: skip


@reads("strong_scores")
def strong_title(frame: Frame) -> str:
    """Say how good the one tree is."""
    return f"one tree: {percent(frame.arrays['strong_scores'][1])} of test points"


def vote_title(frame: Frame) -> str:
    """Say how good the vote is."""
    if not frame.step:
        return "the vote: nobody yet"
    return f"the vote: {percent(frame.metric('test/vote'))} of test points"


@reads("numbers", "away")
def headings(frame: Frame) -> Sequence[str]:
    """Return the members' numbers (member,)."""
    return [f"{k}" for k in frame.arrays["numbers"]]


@reads("emphasis")
def sizes(frame: Frame) -> np.ndarray:
    """Return diameters (point,) whose areas are as the weights; weight 0 is a speck."""
    weights = frame.arrays["emphasis"]
    if frame.params.method == "gradient":
        weights = 4 * weights
    return np.clip(SMALL * np.sqrt(weights), 1.5, LARGEST)


@reads("emphasis", "errors", "alphas", "alone")
def member_title(frame: Frame) -> str:
    """Say what the member that is looked at has learned from, and what its vote weighs."""
    count = len(frame.arrays["alphas"])
    if not count:
        return "The points' weights before the first member: all are 1"
    k = looked_at(frame.params, count)
    weights, error, alpha = frame.arrays["emphasis"], frame.arrays["errors"][k], frame.arrays["alphas"][k]
    alone = percent(frame.arrays["alone"][k])
    if frame.params.method in PARALLEL:
        return f"Member {k + 1}: {alone} alone, {(weights == 0).mean():.0%} of the points not drawn"
    if frame.params.method == "gradient":
        return f"Member {k + 1}: residuals |y − p| up to {weights.max():.2f}"
    return f"Member {k + 1}: weighted error {error:.3f}, vote α = {n(alpha)}"


@reads("best")
def best_rule(frame: Frame) -> float | None:
    """Return what the best rule has, where it is known."""
    found = float(frame.arrays["best"])
    return found if np.isfinite(found) else None


@reads("correlation", "alone")
def independent_title(frame: Frame) -> str:
    """Return the title with the correlation of errors."""
    found, alone = float(frame.arrays["correlation"]), frame.arrays["alone"]
    if not np.isfinite(found):
        return "What independent members could do"
    return f"Alone right in {percent(alone.mean())}, errors correlate by {found:.2f}"


@reads("margins", "edges")
def margin_title(frame: Frame) -> str:
    """Return the title with the share of points that the vote has wrong."""
    counts = frame.arrays["margins"]
    return f"Margins of the points: {percent(counts[: len(counts) // 2].sum() / counts.sum())} below 0"


@reads("causes")
def spread_title(frame: Frame) -> str:
    """Return the title with both causes."""
    variance, correlation = frame.arrays["causes"]
    return f"Variance over training sets: σ² = {variance:.2f}, ρ = {correlation:.2f}"


@reads("causes")
def floor(frame: Frame) -> float:
    """Return ρσ², what no number of members takes away."""
    return float(np.prod(frame.arrays["causes"]))


def looks(frame: Frame, k: int) -> dict[str, int]:
    """Return what looks at a member."""
    return {"member": k + 1}


def last(array: str) -> Any:
    """Return a binding to the accuracies with all members of a race (way,)."""

    @reads(array, dims=("way",))
    def found(frame: Frame) -> np.ndarray:
        return frame.arrays[array][:, -1]

    return found


VOTES = Card(
    "votes",
    lambda frame: f"{METHODS[frame.params.method]}: one strong tree, the vote, and its latest members",
    Row(
        (
            plane("strong", strong_title, none="growing one tree …"),
            plane("vote", vote_title, boundary=True),
            Maps(
                "members", colours="signed", low=-1.0, high=1.0, headings=headings, dimmed="away", upward=True,
                click=lambda frame, k: Act("remove", {"member": int(frame.arrays["numbers"][k])}),
                none="No member yet: press play",
            ),
        ),
        weights=(1.0, 1.0, 1.0),
    ),
    name="One tree, the vote, its members",
    about="What one tree of all points says, what the members say together, and each of the latest 20",
    hint="click a member to take its vote away, again to give it back",
    ask=Ask(
        "one_tree", ("strong", "strong_scores"),
        lambda frame: (frame.params.data, frame.params.points, frame.params.noise, frame.params.wrong),
    ),
    at_first=True,
    weight=3.0,
    least=(600, 230),
)  # fmt: skip
ACCURACY = Card(
    "accuracy",
    "Right about test points, member by member",
    Steps(
        {"test/vote": "vote", "test/member": "newest alone", "test/one": "one tree", "train/vote": "vote, own points"},
        "accuracy",
        places=lambda frame: (0, 7, 5, 2),
        levels=(Level(best_rule, "the best rule"),),
    ),
    about="The vote, each new member alone, and one strong tree, on 2,000 test points",
    at_first=True,
    least=(280, 150),
)
WEIGHTS = Card(
    "weights",
    member_title,
    plane("looked", lambda frame: "area: weight of the point", sizes),
    name="What a member learned from",
    about="One member's map, each point as large as its weight for it",
    hint="click a place in “Member by member” to look at that member",
    at_first=True,
    least=(260, 200),
)
ROUNDS = Card(
    "rounds",
    "Member by member",
    Curves(
        (Line("errors", "weighted error", 5), Line("alphas", "its vote α", 1), Line("alone", "alone, test points", 7)),
        "",
        click=looks,
    ),
    about="The weighted error of each member, what its vote weighs, and how good it is alone",
    hint="click a member to look at it",
)  # fmt: skip
INDEPENDENT = Card(
    "independent",
    independent_title,
    Curves(
        (Line("independent", "if they erred independently", 3, dashed=True), Line("reached", "as they are", 0)),
        "test accuracy",
        span="fit",
    ),
    name="Independent members",
    about="The vote of the first members, and what as many would reach whose errors have nothing in common",
    least=(260, 150),
)
MARGINS = Card(
    "margins",
    margin_title,
    Histogram("margins", "edges", "points", "label · vote", levels=()),
    name="Margins",
    about="By how much the vote is for each point's label: −1 all against, 1 all for it",
)
SPREAD = Card(
    "spread",
    spread_title,
    Curves(
        (Line("measured", "measured", 0), Line("foretold", "ρσ² + (1 − ρ)σ²/M", 1, dashed=True)),
        "variance of the vote", dims=("trial",), levels=(Level(floor, "ρσ²"),), none="Growing 256 trees …",
    ),
    name="Variance over training sets",
    about="How much the vote of 1 to 16 members changes with the training set",
    ask=Ask(
        "spread", ("measured", "foretold", "causes"),
        lambda frame: (
            frame.params.method, frame.params.max_depth, frame.params.max_samples, frame.params.data,
            frame.params.points, frame.params.noise, frame.params.wrong,
        ),
        busy="growing 256 trees …",
    ),
    applies=lambda params: "" if params.method in PARALLEL else "Boosted members are not drawn alike: choose bagging.",
    least=(260, 150),
)  # fmt: skip
RACE = Card(
    "race",
    "40 members, every method, scikit-learn's own classes",
    Table(
        (
            Cell(lambda frame: RACERS, "method"),
            Bar(last("on_points"), "these points", span=1.0, number=percent, place=0),
            Bar(last("on_tumours"), "tumours, 30 columns", span=1.0, number=percent, place=2),
        ),
        dim="way", none="Computing …",
    ),
    about="Test accuracy of one tree and four ensembles, on these points and on 285 real tumours",
    ask=Ask(
        "race", ("on_points", "on_tumours"),
        lambda frame: (frame.params.data, frame.params.points, frame.params.noise, frame.params.wrong),
    ),
    least=(380, 170),
)  # fmt: skip


def summary(frame: Frame) -> str:
    """Say what is to be seen."""
    if not frame.step:
        return f"{METHODS[frame.params.method]}: no member yet."
    vote, one = percent(frame.metric("test/vote")), percent(frame.metric("test/one"))
    return f"{METHODS[frame.params.method]}, {frame.step} members: the vote has {vote} of test points, one tree {one}."


def readings(frame: Frame) -> Sequence[tuple[str, str]]:
    """Return the vote's accuracy, one tree's, and by bagging the out-of-bag estimate."""
    if not frame.step:
        return ()
    return (("vote", percent(frame.metric("test/vote"))), ("one tree", percent(frame.metric("test/one"))))


def vote_formula(frame: Frame) -> str:
    """Return how members are put together."""
    if frame.params.method == "gradient":
        return r"F_m(x) = F_{m-1}(x) + \eta\, h_m(x), \quad p = \frac{1}{1 + e^{-F}}"
    if frame.params.method == "adaboost":
        return (
            r"\alpha_m = \eta \ln \frac{1 - \epsilon_m}{\epsilon_m}, \quad "
            r"w_i \leftarrow w_i\, e^{\alpha_m [h_m(x_i) \ne y_i]}"
        )
    return r"\hat y(x) = \mathrm{sign}\, \frac{1}{M} \sum_{m=1}^{M} h_m(x)"


def weight_numbers(frame: Frame) -> str:
    """Return the newest member's error and weight in AdaBoost, else how many there are."""
    errors, alphas = frame.arrays.get("errors"), frame.arrays.get("alphas")
    if frame.params.method != "adaboost" or errors is None or alphas is None or not len(errors):
        return rf"M = {frame.step}"
    return rf"\epsilon_{{{frame.step}}} = {errors[-1]:.3f},\ \alpha_{{{frame.step}}} = {alphas[-1]:.3f}"


def variance_numbers(frame: Frame) -> str:
    """Return the number of members."""
    return rf"M = {frame.step}"


def out_numbers(frame: Frame) -> str:
    """Return the out-of-bag accuracy with what test points say."""
    found = float(frame.arrays.get("out_of_bag", np.nan))
    if not np.isfinite(found):
        return ""
    return rf"{found:.3f} \text{{, on test points }} {frame.metric('test/vote'):.3f}"


VIEW = View(
    cards=(VOTES, ACCURACY, WEIGHTS, INDEPENDENT, ROUNDS, MARGINS, SPREAD, RACE),
    formulas=(
        Formula("The members together", vote_formula, weight_numbers),
        Formula(
            "Variance of a mean of M", lambda frame: r"\rho \sigma^2 + \frac{1 - \rho}{M} \sigma^2", variance_numbers
        ),
        Formula("Out of bag", lambda frame: r"\text{accuracy by members that did not draw } x_i", out_numbers),
    ),
    formula_arrays=("out_of_bag", "errors", "alphas"),
    summary=summary,
    readings=readings,
)
