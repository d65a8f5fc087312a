"""How it looks: points and centres on the ground that each group holds, and the scores that are to judge it."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from explainer.contract.cards import (
    Act,
    Ask,
    Card,
    Cell,
    Column,
    Curves,
    DecisionMap,
    Ellipses,
    Handle,
    Histogram,
    Level,
    Matrix,
    Scatter,
    Seek,
    Steps,
    Table,
    Trail,
    pick,
    reads,
)
from explainer.contract.frame import Formula, Frame
from explainer.contract.number_text import number_text as n
from explainer.contract.refused import one_line
from explainer.contract.view import Files, View
from explainer.scenes.clustering import DATA, MEASURES, METHODS, SCORES, WAYS
from explainer.scenes.clustering.own_table import read_table

PALETTE, TAIL = 7, 40
"""Colours of groups; steps of a centre's way that are drawn."""
SETTINGS = ("data", "points", "noise", "stretch", "standardize", "path", "label")
OBJECTIVE = {"kmeans": "inertia", "mixture": "−ln p", "dbscan": "in no group", "agglomerative": "height"}
CRITERION = {"kmeans": "inertia J", "mixture": "BIC", "agglomerative": "height of the next merge"}


def key(*names: str) -> Callable[[Frame], tuple[Any, ...]]:
    """Return what the answer of a side job depends on: the data, and these settings."""
    return lambda frame: tuple(getattr(frame.params, name) for name in (*SETTINGS, *names))


def score_text(value: float) -> str:
    """Return a score, a dash where there is none."""
    return n(float(value), 3) if np.isfinite(value) else "–"


def in_plane(params: Any) -> bool:
    """Return whether the data have two columns, so that the picture is all there is of them."""
    return params.data not in ("digits", "file")


def of_method(*methods: str) -> Callable[[Any], str]:
    """Return what says why a card has nothing to show under another method."""
    words = " or ".join(METHODS[name] for name in methods)
    return lambda params: "" if params.method in methods else f"For {words}: choose the method"


def trail(k: int) -> Trail:
    """Return the way of the k-th colour's centres."""

    @reads("path")
    def points(frame: Frame) -> np.ndarray:
        path = np.asarray(frame.arrays["path"][-TAIL:], float)
        ways = [np.append(path[:, c], [[np.nan, np.nan]], 0) for c in range(k, path.shape[1], PALETTE)]
        return np.concatenate(ways) if ways and len(path) > 1 else np.zeros((0, 2))

    return Trail(points, "", k, width=2.5)


def title(frame: Frame) -> str:
    """Return what is grouped, how, and how far that agrees with the labels."""
    params = frame.params
    shadow = "" if in_plane(params) else ", two principal components"
    found = frame.metric("agreement") if frame.step else np.nan
    agreed = f": agreement with the labels {found:.2f}" if np.isfinite(found) else ""
    return f"{DATA[params.data]}{shadow}, {METHODS[params.method]}{agreed}".replace("-0.", "−0.")


def move(frame: Frame, k: int, x: float, y: float) -> Act | None:
    """Put a centre elsewhere; points stay."""
    centre = k - (len(frame.arrays["places"]) - frame.arrays["path"].shape[1])
    return Act("move_centre", {"index": centre, "x": x, "y": y}) if centre >= 0 else None


@reads("group", "labels", "silhouettes", "places")
def point_words(frame: Frame, k: int) -> str:
    """Say where a point belongs, and how well."""
    group = frame.arrays["group"]
    if k >= len(group):
        return f"centre {k - len(group) + 1}: drag it"
    label, own, s = int(frame.arrays["labels"][k]), int(group[k]), float(frame.arrays["silhouettes"][k])
    told = f", label {label}" if label >= 0 else ""
    return f"point {k}: {f'group {own + 1}' if own >= 0 else 'no group'}{told}, silhouette {score_text(s)}"


def axis(k: int) -> Callable[[Frame], str]:
    """Return the name of an axis."""
    return lambda frame: f"x{'₁₂'[k]}" if in_plane(frame.params) else f"component {k + 1}"


@reads("tops")
def to_merge(frame: Frame, k: int) -> Seek:
    """Go to the step after a merge."""
    return Seek(k + 1)


@reads("tops")
def merge_words(frame: Frame, k: int) -> str:
    """Say what a merge leaves."""
    height = float(frame.arrays["tops"][k, 1])
    return f"merge {k + 1}, at a distance of {n(height)}, leaves {len(frame.arrays['tops']) - k} groups"


@reads("tops")
def merge_colours(frame: Frame) -> np.ndarray:
    """Return the colour of those that are done, and of the others (merge,)."""
    return np.where(np.arange(len(frame.arrays["tops"])) < frame.step, 0, PALETTE)


def cell(column: int, head: str, best: Callable[[np.ndarray], Any] | None, **more: Any) -> Cell:
    """Return a column of the scores; the best of the methods is lit."""

    @reads("score", dims=("way",))
    def values(frame: Frame) -> np.ndarray:
        return frame.arrays["score"][:, column]

    def token(frame: Frame, k: int) -> str:
        found = frame.arrays.get("score")
        if found is None or best is None or not np.isfinite(found[k, column]):
            return ""
        return "good" if found[k, column] == best(found[:-1, column]) else ""

    return Cell(values, head, right=True, number=more.get("number", score_text), token=token)


@reads("score")
def score_reading(frame: Frame, k: int) -> str:
    """Return a line of the scores in words."""
    values = [score_text(value) for value in frame.arrays["score"][k, 1:]]
    return f"{WAYS[k]}: " + ", ".join(f"{name} {value}" for name, value in zip(SCORES[1:], values, strict=True))


def over_k_title(frame: Frame) -> str:
    """Say which number of groups each measure likes best, of those that have been tried."""
    found = frame.arrays.get("measures_k")
    if found is None or not frame.step or found.shape[1] < 2:
        return "How many groups?"
    said = []
    for name, row in zip(MEASURES, found, strict=True):
        if np.isfinite(row).any():
            best = np.flatnonzero(row >= np.nanmax(row) - 0.001) + 1
            said.append(f"{name} {' or '.join(map(str, best.tolist()[:2]))}")
    return f"Best k: {', '.join(said)}"


POINTS = Card(
    "points",
    title,
    DecisionMap(
        "territory",
        points="places",
        point_dim="place",
        classes=pick(lambda params: "truth_colours" if params.truth else "colours", "colours", "truth_colours"),
        hollow="hollow",
        sizes="diameters",
        over=(*(trail(k) for k in range(PALETTE)), Ellipses("ellipse_at", "ellipse_shape", PALETTE)),
        label=(axis(0), axis(1)),
        point_reading=point_words,
        move=reads("places", "path")(move),
    ),
    name="Points and groups",
    about="Each point in its group's colour, grey in none; large: the centres, with their way so far",
    hint="drag a centre: the method goes on from there",
    switches=("truth",),
    at_first=True,
    weight=2.2,
    least=(340, 300),
)
OVER_K = Card(
    "over-k",
    over_k_title,
    Column(
        (
            Curves("measures_k", "score", dims=("measure", "groups made"), span=(0.0, 1.05), dots=True,
                   handle=Handle(lambda frame: frame.params.k, "k"), click=lambda frame, at: {"k": at + 1}),
            Curves("criterion", lambda frame: CRITERION.get(frame.params.method, ""), dims=("groups made",), dots=True,
                   handle=Handle(lambda frame: frame.params.k), click=lambda frame, at: {"k": at + 1}),
        ),
        weights=(1.6, 1.0),
    ),
    name="How many groups? Every number tried",
    about="Silhouette, stability over samples, agreement with the labels; below, what the method makes small",
    hint="click on a k",
    at_first=True,
    weight=1.6,
    applies=of_method("kmeans", "mixture", "agglomerative"),
    ask=Ask("over_k", ("tried_k", "criterion", "measures_k", "over_k_done"),
            key("method", "covariance", "linkage"), busy="grouping for every k …", parts=True),
    least=(260, 240),
    hides_before_prediction=True,
)  # fmt: skip
SCORES_CARD = Card(
    "scores",
    "Who says so? Each score has a favourite",
    Table(
        (
            Cell(lambda frame: WAYS, "groups by"),
            cell(0, "k", None, number=lambda v: f"{v:.0f}"),
            cell(1, "silh.", np.nanmax),
            cell(2, "C–H", np.nanmax),
            cell(3, "D–B", np.nanmin),
            cell(4, "agree", np.nanmax),
        ),
        dim="way",
        reading=score_reading,
    ),
    about="Four methods, single linkage and the labels: silhouette and Calinski–Harabasz (high is good), "
    "Davies–Bouldin (low is good), agreement",
    at_first=True,
    ask=Ask("scores", ("score",), key("k", "covariance", "eps", "min_samples"), busy="grouping in every way …"),
    least=(330, 170),
    hides_before_prediction=True,
)
PROFILE = Card(
    "silhouettes",
    "Silhouettes, group by group",
    Curves(
        "profile", "silhouette s", span="fit", none="A silhouette needs two groups",
        levels=(Level(lambda frame: frame.metric("silhouette") if frame.step else None, "mean"), Level(0.0)),
    ),
    about="Each point's silhouette, best first in each group: below 0 it is nearer to another group",
)  # fmt: skip
TRAINING = Card(
    "steps",
    "Step by step",
    Column(
        (
            Steps({"silhouette": "silhouette", "agreement": "agreement"}, "score"),
            Steps(lambda frame: {f"objective/{frame.params.method}": OBJECTIVE[frame.params.method]},
                  lambda frame: OBJECTIVE[frame.params.method]),
        )
    ),
    about="Scores after each step, and what the method makes small",
    least=(240, 200),
)  # fmt: skip
ENDS = Card(
    "ends",
    "Where 100 starts of k-means end",
    Histogram("end_counts", "end_edges", "runs", "inertia at the end", dims=("start", "end bin")),
    about="k-means ends at the nearest place where no point changes its group, which need not be the best",
    applies=of_method("kmeans"),
    ask=Ask("ends", ("end_edges", "end_counts"), key("k"), busy="starting 200 times …"),
    hides_before_prediction=True,
)
OVER_EPS = Card(
    "over-eps",
    "What DBSCAN finds for every reach",
    Column(
        (
            Curves("readings", "score, share", dims=("reading", "reach"), span=(-0.05, 1.05),
                   handle=Handle("eps", "ε")),
            Curves("found", "groups", dims=("reach",), handle=Handle("eps", "ε")),
        ),
        weights=(1.6, 1.0),
    ),
    about="Silhouette, points of no group, agreement, and how many groups, as ε grows",
    hint="drag ε",
    applies=of_method("dbscan"),
    ask=Ask("over_eps", ("tried_eps", "found", "readings"), key("min_samples"), busy="growing ε …"),
    least=(240, 240),
)  # fmt: skip
TREE = Card(
    "tree",
    "The tree of merges: click on one to go there",
    Scatter(
        "tops", ("points", "distance of the two groups"), dims=("merge", "coordinate"), classes=merge_colours,
        sizes=reads("tops")(lambda frame: np.full(len(frame.arrays["tops"]), 4.0)),
        over=(Trail("tree", "", PALETTE, width=1.0), Trail("branches", "", 0, width=1.6)),
        reading=merge_words, click=to_merge,
    ),
    about="A dendrogram: every merge as high as the two groups were apart; blue ones are done",
    hint="click on a merge",
    applies=of_method("agglomerative"),
    least=(260, 200),
)  # fmt: skip
COUNTS = Card(
    "counts",
    "Labels against groups",
    Matrix("counts", colours="viridis", low=0.0),
    about="How many points of each label each group holds, of the twelve largest",
    applies=lambda params: "" if params.data != "file" or params.label else "Name the column that holds labels",
    least=(200, 180),
)


def summary(frame: Frame) -> str:
    """Say what is to be seen."""
    if not frame.step:
        return f"{DATA[frame.params.data]}, before the first step."
    found = f"{frame.metric('groups'):.0f} groups, mean silhouette {n(frame.metric('silhouette'))}"
    agreed = frame.metric("agreement")
    return f"Step {frame.step}: {found}" + (f", agreement {n(agreed)}." if np.isfinite(agreed) else ".")


def readings(frame: Frame) -> Sequence[tuple[str, str]]:
    """Return the mean silhouette and the agreement."""
    if not frame.step:
        return ()
    return (
        ("silhouette", score_text(frame.metric("silhouette"))),
        ("agreement", score_text(frame.metric("agreement"))),
    )


def only(method: str, latex: str) -> Callable[[Frame], str]:
    """Return a formula that stands under one method."""
    return lambda frame: latex if frame.params.method == method else ""


def objective_numbers(frame: Frame) -> str:
    """Return the inertia."""
    found = frame.metric("objective/kmeans") if frame.step else np.nan
    return f"J = {found:.4g}" if np.isfinite(found) else ""


def drop_words(path: Path) -> str:
    """Say what dropping a file would do."""
    return f"Drop to group the rows of {one_line(path.name)}" if path.suffix.lower() == ".csv" else ""


def dropped(path: Path, params: Any) -> Mapping[str, Any]:
    """Return the parameters that a dropped table sets; raise :class:`Refused` for one that cannot be read."""
    read_table(str(path), "")
    return {"data": "file", "path": str(path), "label": ""}


VIEW = View(
    cards=(POINTS, OVER_K, SCORES_CARD, TRAINING, PROFILE, COUNTS, ENDS, OVER_EPS, TREE),
    formulas=(
        Formula("k-means", only("kmeans", r"J = \sum_i \min_j \lVert x_i - \mu_j \rVert^2"), objective_numbers),
        Formula("Mixture", only("mixture", r"p(x) = \sum_j \pi_j\,N(x \mid \mu_j, \Sigma_j), \quad"
                r" r_{ij} = \frac{\pi_j\,N(x_i \mid \mu_j, \Sigma_j)}{p(x_i)}"), lambda frame: ""),
        Formula("Core point", only("dbscan", r"\#\{\,j : \lVert x_i - x_j \rVert \le \varepsilon\,\} \ge m"),
                lambda frame: rf"\varepsilon = {frame.params.eps:.4g}, \quad m = {frame.params.min_samples}"),
        Formula("Ward's distance", only("agglomerative", r"\sqrt{\frac{2\,n_A n_B}{n_A + n_B}}\,"
                r"\lVert \mu_A - \mu_B \rVert"), lambda frame: ""),
        Formula("Silhouette", lambda frame: r"s = \frac{b - a}{\max(a, b)}", lambda frame: ""),
    ),
    summary=summary,
    readings=readings,
    files=Files(drop_words, dropped),
)  # fmt: skip
