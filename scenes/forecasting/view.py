"""How it looks: the series with the split and the fan to drag, everybody's errors, intervals, and kinds of split."""

import math
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from explainer.contract.cards import (
    Ask,
    Band,
    Bar,
    Bars,
    Card,
    Cell,
    Column,
    Curves,
    Handle,
    Level,
    Line,
    Steps,
    Table,
    reads,
)
from explainer.contract.frame import Formula, Frame
from explainer.contract.number_text import number_text as n
from explainer.contract.refused import one_line
from explainer.contract.view import Files, View
from explainer.scenes.forecasting import COVERED, LEADS, MODELS, NEAR, SERIES, STEPS, length
from explainer.scenes.forecasting.series import own_series

NETWORK, SQUARES, GROWTH, NAIVE = 5, 4, 2, 0
MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
UNITS = {"airline": "thousands", "sunspots": "sunspots", "walk": "value", "file": "value"}


def when(frame: Frame, time: float) -> str:
    """Return what a time step is called."""
    if frame.params.series == "airline":
        month = round(time * 12)
        return f"{MONTHS[month % 12]} {month // 12}"
    return f"{STEPS[frame.params.series]} {time:.0f}"


def unit(frame: Frame) -> str:
    """Return what the values count."""
    return UNITS[frame.params.series]


def ahead_words(frame: Frame) -> str:
    """Return how far ahead is forecast."""
    step, h = STEPS[frame.params.series], frame.params.horizon
    return f"{h} {step}{'s' if h > 1 else ''} ahead"


def part_of(name: str, place: int, dims: Sequence[str]) -> Callable[[Frame], np.ndarray]:
    """Return a binding to one row of an array."""

    @reads(name, dims=dims)
    def row(frame: Frame) -> np.ndarray:
        return np.asarray(frame.arrays[name][place])

    return row


@reads("times")
def split_at(frame: Frame) -> float:
    """Return where the test part begins: between two time steps."""
    times = frame.arrays["times"]
    return float(times[len(times) - min(frame.params.test_size, len(times) - 1)] - (times[1] - times[0]) / 2)


def split_words(frame: Frame) -> str:
    """Say what the split means."""
    size = frame.params.test_size
    return f"{size} windows at random are tested" if frame.params.shuffle else f"tested: the last {size}"


@reads("times")
def move_split(frame: Frame, at: float) -> Mapping[str, int]:
    """Test as many of the last values as lie after a place."""
    left = int((frame.arrays["times"] > at).sum())
    most = length(frame.params) - frame.params.window - 1 - max(20, frame.params.season)
    return {"test_size": int(np.clip(left, 2, min(400, most)))}


def move_origin(frame: Frame, place: int) -> Mapping[str, int]:
    """Let the fan begin at a value."""
    first = frame.params.window
    return {"origin": int(np.clip(max(place, first) + 1 + frame.params.test_size - length(frame.params), -400, 400))}


@reads("near_times")
def fan_end(frame: Frame) -> float:
    """Return when the fan ends."""
    return float(frame.arrays["near_times"][NEAR - 1 + frame.params.horizon])


@reads("near_times")
def move_end(frame: Frame, at: float) -> Mapping[str, int]:
    """Forecast as far as the end was dragged."""
    nearest = int(np.abs(frame.arrays["near_times"] - at).argmin())
    return {"horizon": int(np.clip(nearest - NEAR + 1, 1, LEADS))}


@reads("near_times", "near_values", "near_forecasts", "near_band")
def fan_words(frame: Frame, place: int) -> str:
    """Say what is forecast for a time step from the origin."""
    arrays = frame.arrays
    came, said, (low, high) = (
        arrays["near_values"][place], arrays["near_forecasts"][:, place], arrays["near_band"][:, place]
    )  # fmt: skip
    words = [f"{when(frame, arrays['near_times'][place])}"]
    words += [f"was {n(came)}"] if np.isfinite(came) else []
    if place >= NEAR and np.isfinite(said[2]):
        words.append(f"network {n(said[2])} ({n(low)} to {n(high)}), least squares {n(said[1])}, growth {n(said[0])}")
    return ": ".join([words[0], "; ".join(words[1:])]) if words[1:] else words[0]


@reads("near_times")
def hero_title(frame: Frame) -> str:
    """Return what is forecast, and when the fan begins."""
    name = SERIES[frame.params.series].partition(",")[0]
    return f"{name}, {ahead_words(frame)}; below, from {when(frame, frame.arrays['near_times'][NEAR - 1])} on"


@reads("ahead", "values", dims=("shown model", "time"))
def missed(frame: Frame) -> np.ndarray:
    """Return forecast minus value of each shown model (shown model, time)."""
    with np.errstate(over="ignore", invalid="ignore"):
        return np.asarray(frame.arrays["ahead"] - frame.arrays["values"])


def measure(place: int) -> Callable[[Frame], np.ndarray]:
    """Return a binding to one column of the errors (model,)."""

    @reads("errors", dims=("model",))
    def column(frame: Frame) -> np.ndarray:
        return np.asarray(frame.arrays["errors"][:, place])

    return column


@reads("errors")
def ranking(frame: Frame) -> Sequence[int]:
    """Return the models, the least error h ahead first."""
    return np.argsort(frame.arrays["errors"][:, 2], kind="stable").tolist()


def level_of(place: int) -> Callable[[Frame], float | None]:
    """Return a level: a baseline's error one step ahead."""

    @reads("errors")
    def value(frame: Frame) -> float | None:
        found = float(frame.arrays["errors"][place, 1])
        return found if np.isfinite(found) else None

    return value


@reads("coverage", "counted")
def coverage_words(frame: Frame, part: int) -> str:
    """Say how many values an interval was tried on."""
    count = int(frame.arrays["counted"][part])
    return f"{frame.arrays['coverage'][part]:.0%} of {count} values within" if count else "no such windows"


def least_possible(frame: Frame) -> float | None:
    """Return the least mean |error| that is possible on a random walk: √(2h/π)."""
    return math.sqrt(2 * frame.params.horizon / math.pi) if frame.params.series == "walk" else None


def fixed(value: float) -> str:
    """Return a number with one decimal, a dash where there is none."""
    return f"{value:.1f}" if np.isfinite(value) else "–"


def share(value: float) -> str:
    """Return R² with two decimals."""
    return f"{value:.2f}".replace("-", "−") if np.isfinite(value) else "–"


HERO = Card(
    "series",
    hero_title,
    Column(
        (
            Curves(
                (Line("values", "series", 7), Line(part_of("ahead", 2, ("time",)), "network", 0)),
                unit, dims=("time",), handle=Handle(split_at, split_words, move=move_split),
                click=move_origin,
            ),
            Curves(
                (
                    Line("near_values", "series", 7),
                    Line(part_of("near_forecasts", 0, ("near",)), "growth", 2, dashed=True),
                    Line(part_of("near_forecasts", 1, ("near",)), "least squares", 1, dashed=True),
                    Line(part_of("near_forecasts", 2, ("near",)), "network", 0),
                ),
                unit, dims=("near",), dots=True, reading=fan_words,
                bands=(Band(part_of("near_band", 0, ("near",)), part_of("near_band", 1, ("near",)), 0),),
                handle=Handle(fan_end, lambda frame: f"h = {frame.params.horizon}", move=move_end),
            ),
        )
    ),
    name="Series and fan",
    about="The series with what was forecast h steps earlier; below, from one origin: growth, least squares, network",
    hint="drag the split; click a value: the fan begins there; drag the end of the fan",
    at_first=True,
    weight=3.0,
    least=(340, 280),
)  # fmt: skip
ERRORS = Card(
    "errors",
    "Mean |error| where nothing was learned",
    Table(
        (
            Cell(lambda frame: MODELS, "forecast"),
            Bar(measure(1), "1 ahead", number=fixed, place=1),
            Bar(measure(2), lambda frame: f"{frame.params.horizon} ahead", number=fixed, place=0),
            Cell(measure(3), "R²", right=True, number=share),
            Cell(measure(0), "in training", right=True, number=fixed),
        ),
        dim="model",
        order=ranking,
        chosen=lambda frame: NETWORK,
    ),
    about="Everybody on the same test windows, the best h ahead first; R² h ahead, training errors one ahead",
    at_first=True,
    least=(380, 170),
)
LEARNING = Card(
    "learning",
    "One step ahead, as it learns",
    Steps(
        {"error/test": "test", "error/train": "training"}, "mean |error|", log=True,
        levels=(
            Level(level_of(NAIVE), "naive"), Level(level_of(GROWTH), "growth"),
            Level(level_of(SQUARES), "least squares"),
        ),
    ),
    about="The network’s error in training and test against those of naive, growth and least squares in the test",
    at_first=True,
    least=(280, 150),
)  # fmt: skip
BY_LEAD = Card(
    "by-lead",
    "Mean |error| by steps ahead",
    Curves("by_lead", unit, dots=True, handle=Handle("horizon"), click=lambda frame, k: {"horizon": k + 1}),
    about="Everybody’s error in the test part, from one step ahead to 24; drag the horizon",
    hint="drag the horizon",
    least=(300, 180),
)
COVERAGE = Card(
    "coverage",
    lambda frame: f"Within the 80 % interval, {ahead_words(frame)}",
    Bars("coverage", "share within", place=0, span=(0.0, 1.0),
         number=lambda v: f"{v:.0%}" if np.isfinite(v) else "none",
         levels=(Level(COVERED, "promised"),), reading=coverage_words),
    name="Within the 80 % interval",
    about="How many values lie within the interval, where it was made and where it is used",
)  # fmt: skip
MISSED = Card(
    "missed",
    lambda frame: f"Forecast − value, {ahead_words(frame)}",
    Curves(missed, unit, span="even", levels=(Level(0.0),), handle=Handle(split_at, "test")),
    name="Errors over time",
    about="Signed errors over time: whether they grow, and whether they lean to one side",
)
SPLITS = Card(
    "splits",
    lambda frame: f"Errors {ahead_words(frame)}: split at random (left), by time",
    Bars("split_errors", unit, dims=("way", "learner"), number=fixed,
         levels=(Level(least_possible, "least possible"),), none="Computing …"),
    name="Split at random, split by time",
    about="The same three learners on the same windows: the mean of three random splits, and the split by time",
    ask=Ask("compare_splits", ("split_errors",), lambda frame: (
        frame.params.series, frame.params.path, frame.params.window, frame.params.transform, frame.params.test_size,
        frame.params.horizon, frame.params.interval,
    ), busy="fitting 12 models …"),
    least=(280, 170),
)  # fmt: skip


def summary(frame: Frame) -> str:
    """Say what is to be seen."""
    if not frame.step:
        return f"{SERIES[frame.params.series]}: the network has learned nothing yet."
    train, test = (n(frame.metric(f"error/{part}")) for part in ("train", "test"))
    return f"Step {frame.step}, one ahead: mean |error| {train} in training, {test} in the test."


def readings(frame: Frame) -> Sequence[tuple[str, str]]:
    """Return the network's errors one step ahead."""
    named = (("test", "error/test"), ("training", "error/train"))
    return [(name, n(frame.metric(metric))) for name, metric in named] if frame.step else ()


def growth(frame: Frame) -> str:
    """Return the formula of last season × growth."""
    if "log" in frame.params.transform:
        return r"\hat y_{o+h} = y_{o+h-m} \cdot \frac{y_o}{y_{o-m}}"
    return r"\hat y_{o+h} = y_{o+h-m} + y_o - y_{o-m}"


def loss(frame: Frame) -> str:
    """Return the formula of the loss."""
    if frame.params.interval == "quantile":
        return r"L = \max(q\,e,\ (q-1)\,e), \quad e = y - \hat y_q"
    return r"L = \frac{1}{n} \sum (\hat y - y)^2"


def drop_words(path: Path) -> str:
    """Say what dropping a file would do."""
    return f"Drop to forecast the last column of {one_line(path.name)}" if path.suffix.lower() == ".csv" else ""


def dropped(path: Path, params: Any) -> Mapping[str, Any]:
    """Return the parameters that a dropped series sets; raise :class:`Refused` for one that cannot be read."""
    own_series(str(path))
    return {"series": "file", "path": str(path)}


VIEW = View(
    cards=(HERO, ERRORS, LEARNING, BY_LEAD, COVERAGE, MISSED, SPLITS),
    formulas=(
        Formula("Last season × growth", growth, lambda frame: f"m = {frame.params.season}"),
        Formula("Loss", loss, lambda frame: f"L = {n(frame.metric('loss'))}" if frame.step else ""),
    ),
    summary=summary,
    readings=readings,
    files=Files(drop_words, dropped),
)
