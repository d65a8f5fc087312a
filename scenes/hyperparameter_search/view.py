"""How it looks: where each method has tried, what it found, its shadow on one axis, and what it all cost."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from explainer.contract.cards import (
    Act,
    Ask,
    Band,
    Bars,
    Card,
    Cell,
    Curves,
    Line,
    Map,
    Row,
    Scatter,
    Steps,
    Table,
    Trail,
    reads,
)
from explainer.contract.frame import Formula, Frame
from explainer.contract.number_text import number_text as n
from explainer.contract.view import View
from explainer.scenes.hyperparameter_search import METHODS, MOST, SPACE, USUAL, YOU, Params, axis_words

UNITS = int(USUAL["units"])
SHORT = {**METHODS, "sobol": "Sobol", "halving": "Halving"}
"""What the methods are called where room is scarce."""


def on_axis(name: str, values: Any) -> np.ndarray:
    """Return where values of a hyperparameter lie on its axis: their logarithm, but of the momentum."""
    return np.asarray(values, float) if name == "momentum" else np.log10(np.asarray(values, float))


def column(frame: Frame, k: int) -> np.ndarray:
    """Return all trials' places along the first or second searched hyperparameter (trial,)."""
    name = frame.params.searched[k]
    return on_axis(name, frame.arrays["trial_settings"][:, list(SPACE).index(name)])


def ends(params: Params, k: int) -> np.ndarray:
    """Return from where to where the first or second one is searched, on its axis (2,)."""
    return on_axis(params.searched[k], params.ends(params.searched[k]))


@reads("trial_settings")
def places(frame: Frame) -> np.ndarray:
    """Return where the trials lie in the plane (trial, 2)."""
    return np.stack([column(frame, 0), column(frame, 1)], 1)


@reads("trial_settings", "trial_value")
def shadows(frame: Frame) -> np.ndarray:
    """Return the first hyperparameter and the accuracy of each trial (trial, 2)."""
    return np.stack([column(frame, 0), frame.arrays["trial_value"]], 1)


@reads("trial_value")
def sizes(frame: Frame) -> np.ndarray:
    """Return points' diameters: the larger, the more accurate (trial,)."""
    return 5.0 + 11.0 * frame.arrays["trial_value"]


@reads("trial_settings", "trial_value", "trial_used", "trial_searcher")
def trial_words(frame: Frame, k: int) -> str:
    """Say what a trial was, and what came of it."""
    params, row = frame.params, frame.arrays["trial_settings"][k]
    who = [*(METHODS[name] for name in params.methods), YOU][int(frame.arrays["trial_searcher"][k])]
    said = ", ".join(f"{SPACE[name]} {n(row[list(SPACE).index(name)])}" for name in params.searched)
    used = int(frame.arrays["trial_used"][k])
    early = f", stopped after {used} updates" if used < params.updates else ""
    return f"{who}: {said}: {frame.arrays['trial_value'][k]:.1%}{early}"


def outline(frame: Frame) -> np.ndarray:
    """Return the border of what is searched (5, 2)."""
    (x0, x1), (y0, y1) = ends(frame.params, 0), ends(frame.params, 1)
    return np.array([[x0, y0], [x1, y0], [x1, y1], [x0, y1], [x0, y0]])


def grid_lines(frame: Frame) -> np.ndarray:
    """Return upright lines at the grid's values of the first hyperparameter (3 n, 2); none without a grid."""
    params = frame.params
    if "grid" not in params.methods:
        return np.zeros((0, 2))
    name, count, (y0, y1) = params.searched[0], params.grid_sizes[0], ends(params, 1)
    share, (low, high) = np.linspace(0, 1, count) if count > 1 else np.array([0.5]), params.ends(name)
    x = on_axis(name, low + (high - low) * share if params.even(name) else low * (high / low) ** share)
    return np.stack([np.repeat(x, 3), np.tile([y0, y1, np.nan], count)], 1)


def attempt(frame: Frame, x: float, y: float) -> Act:
    """Return what a place of the plane asks for: a trial of one's own there, within what is searched."""
    place = [np.clip(at, *ends(frame.params, k)) for k, at in enumerate((x, y))]
    return Act("attempt", {"place": tuple(round(float(each), 3) for each in place)})


def method(frame: Frame) -> str:
    """Return what the method looked at is called."""
    return METHODS[frame.params.methods[frame.params.shown]]


def of_each(kind: str) -> Callable[[Frame], Mapping[str, str]]:
    """Return what gives one metric of every method, with its words."""
    return lambda frame: {f"{kind}/{name}": SHORT[name] for name in frame.params.methods}


def both(frame: Frame) -> Mapping[str, str]:
    """Return the two errors of the method looked at."""
    name = frame.params.methods[frame.params.shown]
    return {f"error/{name}": "validation", f"test/{name}": "test"}


@reads("own_shares")
def best_trial(frame: Frame) -> int | None:
    """Return the most accurate trial of the method looked at; None before one was trained to its end."""
    accuracies = frame.arrays["own_shares"][:, -1]
    return int(np.nanargmax(accuracies)) if np.isfinite(accuracies).any() else None


def names(frame: Frame) -> list[str]:
    """Return who searches (searcher,)."""
    return [*(SHORT[name] for name in frame.params.methods), YOU]


def percent(value: float) -> str:
    """Return a share in percent."""
    return f"{value:.1%}" if np.isfinite(value) else ""


def best_setting(k: int) -> Callable[[Frame], Any]:
    """Return what gives a searched hyperparameter of each one's best trial (searcher,)."""

    @reads("searcher_settings")
    def found(frame: Frame) -> list[str]:
        values = frame.arrays["searcher_settings"][:, list(SPACE).index(frame.params.searched[k])]
        return [n(value) if np.isfinite(value) else "" for value in values]

    return found


def axis_name(k: int) -> Callable[[Frame], str]:
    """Return what gives the words at an axis of the plane."""
    return lambda frame: axis_words(frame.params.searched[k])


def quartile(k: int, row: int) -> Callable[[Frame], Any]:
    """Return what gives a quartile of the race's k-th method (training,)."""

    @reads("race")
    def found(frame: Frame) -> np.ndarray:
        race = frame.arrays["race"]
        return race[row, k] if k < race.shape[1] else np.full(race.shape[2], np.nan)

    return found


def race_name(k: int) -> Callable[[Frame], str]:
    """Return what gives the name of the race's k-th method."""
    return lambda frame: SHORT[frame.params.methods[k]] if k < len(frame.params.methods) else ""


@reads("trial_settings", "trial_searcher")
def tried(frame: Frame) -> Sequence[tuple[float, float]]:
    """Return the trials of the method looked at, as (row's value, column's value) of the surface."""
    chosen = frame.arrays["trial_searcher"] == frame.params.shown
    return [(float(y), float(x)) for x, y in places(frame)[chosen]]


@reads("response", "response_x", "response_y")
def surface_click(frame: Frame, row: int, column: int) -> Act:
    """Return a trial of one's own at a cell of the surface."""
    return attempt(frame, frame.arrays["response_x"][column], frame.arrays["response_y"][row])


def set_before(frame: Frame) -> list[str]:
    """Return the hyperparameters, searched or not (row,)."""
    return [SPACE[name] + ("" if name in frame.params.searched else " (fixed)") for name in SPACE]


@reads("searcher_settings")
def chosen_values(frame: Frame) -> list[str]:
    """Return the values that the method looked at has chosen, the usual ones before it has (row,)."""
    row = frame.arrays["searcher_settings"][frame.params.shown]
    return [n(value if np.isfinite(value) else usual) for value, usual in zip(row, USUAL.values(), strict=True)]


LEARNED = ("weights, pixel → hidden", "biases, hidden", "weights, hidden → class", "biases, class")


@reads("searcher_settings")
def learned(frame: Frame) -> list[str]:
    """Return how many parameters of each kind the chosen network has (4,)."""
    units = frame.arrays["searcher_settings"][frame.params.shown, list(SPACE).index("units")]
    width = int(units) if np.isfinite(units) else UNITS
    return [f"{count:,}" for count in (64 * width, width, 10 * width, 10)]


def settings_key(frame: Frame) -> Any:
    """Return what the side jobs depend on."""
    params = frame.params
    return (
        params.searched, params.updates, params.lr_low, params.lr_high, params.lr_scale, params.validation,
        params.own_seed,
    )  # fmt: skip


PLANE = Card(
    "plane",
    "Where each has tried",
    Scatter(
        places,
        (axis_name(0), axis_name(1)),
        dims=("trial", "axis of plane"),
        classes="trial_searcher",
        sizes=sizes,
        over=(Trail(outline, place=5, width=1.0), Trail(grid_lines, place=0, dashed=True, width=1.0)),
        reading=trial_words,
        add=attempt,
    ),
    about="Each point is a training, the larger the more accurate; dashed: the grid's values",
    hint="double-click: a trial of your own",
    at_first=True,
    weight=2.0,
    least=(300, 220),
)
SHADOW = Card(
    "shadow",
    "The same trials from one side",
    Scatter(
        shadows,
        (axis_name(0), "validation accuracy"),
        dims=("trial", "axis of shadow"),
        classes="trial_searcher",
        reading=trial_words,
        none="No trials yet: press play",
    ),
    about="Accuracy over the first hyperparameter alone: a grid repeats the same few values",
    at_first=True,
    weight=1.4,
    least=(260, 180),
)
BEST = Card(
    "best",
    "Least error so far",
    Steps(of_each("error"), "validation error", log=True),
    about="Of the trials that were trained to their end, over full trainings' worth of updates",
    at_first=True,
    weight=1.4,
)
SEARCHERS = Card(
    "searchers",
    "What each has spent and found",
    Table(
        (
            Cell(names, "method"),
            Cell("searcher_trials", "trials", right=True, number=lambda v: f"{v:.0f}"),
            Cell("searcher_updates", "updates", right=True, number=lambda v: f"{v:.0f}"),
            Cell("searcher_values", "values of the first", right=True, number=lambda v: f"{v:.0f}"),
            Cell("searcher_best", "best", right=True, number=percent),
            Cell("searcher_test", "test", right=True, number=percent),
            Cell(best_setting(0), lambda frame: SPACE[frame.params.searched[0]], right=True),
            Cell(best_setting(1), lambda frame: SPACE[frame.params.searched[1]], right=True),
        ),
        dim="searcher",
        chosen=lambda frame: frame.params.shown,
        click=lambda frame, k: {"selected": min(k, MOST)},
    ),
    about="Trials, updates, best validation accuracy, its test accuracy and settings; a click looks at a method",
    least=(360, 120),
)
GAP = Card(
    "gap",
    lambda frame: f"Validation and test: {method(frame)}",
    Steps(both, "error", log=True),
    name="Validation and test",
    about="The error of the chosen trial where it was chosen, and where nobody looked",
)
CURVES = Card(
    "curves",
    lambda frame: f"Learning curves: {method(frame)}",
    Curves(
        "own_curves", "accuracy", span=(0.0, 1.0), strong=best_trial, none="No trials yet: press play",
    ),
    name="Learning curves",
    about="Every trial of the method looked at, the best one strong; those that were stopped end early",
)  # fmt: skip
COORDINATES = Card(
    "coordinates",
    lambda frame: f"Every trial across its hyperparameters: {method(frame)}",
    Curves(
        "own_shares", "share of the range", span=(0.0, 1.0), strong=best_trial, none="No trials yet: press play",
    ),
    name="Parallel coordinates",
    about="One line for each trial, the best one strong: where it lies in each range, and the accuracy at the end",
)  # fmt: skip
RESPONSE = Card(
    "response",
    "The true surface",
    Map(
        "response", "accuracy", dims=("response row", "response column"), low=0.0, high=1.0,
        crosses=tried, click=surface_click, bad="to come",
    ),
    about="Accuracy of 400 settings with one seed: what no method sees; crosses are the method's trials",
    hint="click: a trial of your own",
    ask=Ask(
        "response", ("response_x", "response_y", "response"), settings_key, busy="training 400 networks …", parts=True
    ),
    weight=1.6,
    least=(260, 200),
)  # fmt: skip
RACE = Card(
    "race",
    "Six searches of each, median and quartiles",
    Curves(
        tuple(Line(quartile(k, 1), race_name(k), k) for k in range(MOST)),
        "best accuracy",
        dims=("method", "training"),
        bands=tuple(Band(quartile(k, 0), quartile(k, 2), k) for k in range(MOST)),
    ),
    about="Whole searches with other seeds: what was luck and what was method",
    ask=Ask(
        "race", ("race_test", "race"),
        lambda frame: (settings_key(frame), frame.params.methods, frame.params.budget), busy="searching …", parts=True,
    ),
    least=(280, 200),
)  # fmt: skip
FLATTERY = Card(
    "flattery",
    "The best of many equal trainings",
    Curves("flattery", "error, mean", dims=("where", "count")),
    about="The usual hyperparameters every time, other seeds: all that can be chosen is luck",
    ask=Ask("flattery", ("flattery",), settings_key, busy="training 100 networks …"),
    least=(260, 180),
)
IMPORTANCE = Card(
    "importance",
    lambda frame: f"What mattered (fANOVA): {method(frame)}",
    Bars("importances", "share", dims=("searched",), span=(0.0, 1.0), number=percent,
         none="Four trials trained to their end are needed: press play"),
    name="What mattered",
    about="How much of the accuracies' variance each hyperparameter explains, by Optuna's fANOVA",
    ask=Ask(
        "importance",
        ("importances",),
        lambda frame: (settings_key(frame), frame.params.methods, frame.params.shown, frame.step),
        busy="growing trees …",
    ),
)  # fmt: skip
COUNTS = Card(
    "counts",
    "Hyperparameters, and parameters",
    Row(
        (
            Table((Cell(set_before, "set before"), Cell(chosen_values, "value", right=True)), dim="hyperparameter"),
            Table((Cell(lambda frame: list(LEARNED), "learned by training"), Cell(learned, "how many", right=True))),
        )
    ),
    about="What is chosen before, and what gradient descent finds",
    least=(360, 140),
)  # fmt: skip


def summary(frame: Frame) -> str:
    """Say what is to be seen."""
    said = ", ".join(f"{METHODS[name]} {frame.metric(f'error/{name}'):.1%}" for name in frame.params.methods)
    return (
        f"{frame.step} trainings' worth for each. Least validation error: {said}." if frame.step else "No trials yet."
    )


def readings(frame: Frame) -> Sequence[tuple[str, str]]:
    """Return the best accuracies."""
    return (
        tuple((METHODS[k].lower(), f"{1 - frame.metric(f'error/{k}'):.1%}") for k in frame.params.methods[:3])
        if frame.step
        else ()
    )


VIEW = View(
    cards=(PLANE, SHADOW, BEST, SEARCHERS, GAP, CURVES, COORDINATES, RESPONSE, RACE, FLATTERY, IMPORTANCE, COUNTS),
    formulas=(
        Formula("Random search", lambda frame: r"P(\text{one of } n \text{ in the best } 5\,\%) = 1 - 0.95^n",
                lambda frame: rf"1 - 0.95^{{{frame.step}}} = {1 - 0.95**frame.step:.3f}" if frame.step else ""),
        Formula("TPE", lambda frame: r"x^* = \arg\max_x \frac{l(x)}{g(x)}", lambda frame: ""),
        Formula(
            "Successive halving",
            lambda frame: r"r_k = R / 3^{2 - k}, \quad \text{one in } 3 \text{ goes on}",
            lambda frame: "",
        ),
    ),
    summary=summary,
    readings=readings,
)  # fmt: skip
