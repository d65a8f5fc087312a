"""How it looks: the table as points with its holes filled, the two lines, and what each way finds over many draws."""

from collections.abc import Mapping, Sequence
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
    Drag,
    Handle,
    Histogram,
    Level,
    Scatter,
    Steps,
    Table,
    Tabs,
    Trail,
    reads,
)
from explainer.contract.frame import Formula, Frame
from explainer.contract.number_text import number_text as n
from explainer.contract.refused import one_line
from explainer.contract.view import Files, View
from explainer.scenes.missing_data import COLOURS, WAYS, WHY
from explainer.scenes.missing_data.own_table import read_table

KNOWN = 7
"""The place in the palette of what is known."""


def percent(value: float) -> str:
    """Return a signed share in per cent, a dash where there is none."""
    return f"{value:+.1%}".replace("-", "−") if np.isfinite(value) else "–"


def plain(value: float) -> str:
    """Return a share in per cent, a dash where there is none."""
    return f"{value:.1%}" if np.isfinite(value) else "–"


def number(value: float) -> str:
    """Return a number with four digits, a dash where there is none."""
    return f"{value:#.4g}".rstrip(".").replace("-", "−") if np.isfinite(value) else "–"


def looked_at(frame: Frame) -> int:
    """Return the place of the way whose values are drawn."""
    return frame.params.ways.index(frame.params.look) if frame.params.look in frame.params.ways else 0


def way_at(frame: Frame) -> str:
    """Return the way whose values are drawn."""
    return str(frame.params.ways[looked_at(frame)])


def look_at(frame: Frame, k: int) -> Mapping[str, Any]:
    """Return what draws the values of the k-th way."""
    return {"look": frame.params.ways[k]}


def names(frame: Frame) -> Sequence[str]:
    """Return what the ways are called (way,)."""
    return [WAYS[way] for way in frame.params.ways]


def axis(place: int) -> Any:
    """Return a function that says what x or y is called."""
    return reads("names")(lambda frame: str(frame.arrays["names"][place]))


@reads("names")
def punched_name(frame: Frame) -> str:
    """Return what the column with holes is called."""
    return str(frame.arrays["names"][0 if frame.params.side == "x" else 1])


@reads("names")
def other_name(frame: Frame) -> str:
    """Return what the other column is called."""
    return str(frame.arrays["names"][1 if frame.params.side == "x" else 0])


@reads("missing")
def point_colours(frame: Frame) -> np.ndarray:
    """Return the points' places in the palette (row,)."""
    return np.where(frame.arrays["missing"], COLOURS[way_at(frame)], KNOWN)


@reads("missing")
def sizes(frame: Frame) -> np.ndarray:
    """Return diameters (row,): what is filled is larger."""
    return np.where(frame.arrays["missing"], 8.0, 6.0)


@reads("points", "whole", "missing")
def missed(frame: Frame) -> np.ndarray:
    """Return lines from filled to true values (3 × hole, 2), broken between; nothing where they are not wanted."""
    if not frame.params.truth or way_at(frame) == "drop":
        return np.full((1, 2), np.nan)
    holes = frame.arrays["missing"].astype(bool)
    ends = [frame.arrays["points"][holes], frame.arrays["whole"][holes]]
    return np.stack([*ends, np.full_like(ends[0], np.nan)], 1).reshape(-1, 2)


def end_of(k: int) -> Any:
    """Return a binding to the k-th line (2, 2)."""
    return reads("lines")(lambda frame: frame.arrays["lines"][k])


@reads("whole")
def plane_span(frame: Frame) -> tuple[float, float, float, float]:
    """Return the part of the plane in which the whole table lies."""
    low, high = frame.arrays["whole"].min(0), frame.arrays["whole"].max(0)
    edge = 0.04 * (high - low)
    return tuple(float(v) for v in (low[0] - edge[0], high[0] + edge[0], low[1] - edge[1], high[1] + edge[1]))  # type: ignore[return-value]


@reads("points", "whole", "missing", "names")
def point_words(frame: Frame, k: int) -> str:
    """Say what a row holds, and what is filled in."""
    (x, y), (true_x, true_y) = frame.arrays["points"][k], frame.arrays["whole"][k]
    if not frame.arrays["missing"][k]:
        return f"row {k}: x = {number(x)}, y = {number(y)}; a click takes it away"
    filled, true = (x, true_x) if frame.params.side == "x" else (y, true_y)
    return f"row {k}: missing, {number(true)} in truth, {number(filled)} filled in; a click gives it back"


def punch(frame: Frame, k: int) -> Act:
    """Return what makes a hole, or closes it."""
    return Act("punch", {"index": k})


PLANE = Card(
    "plane",
    lambda frame: f"Holes filled by: {WAYS[way_at(frame)]}",
    Scatter(
        "points", (axis(0), axis(1)), dims=("row", "axis"), classes=point_colours, sizes=sizes,
        over=(
            Trail(missed, "", KNOWN, width=0.8),
            Trail(end_of(0), "whole table", KNOWN, dashed=True),
            Trail(end_of(1), "after filling", lambda frame: COLOURS[way_at(frame)], width=3.0),
        ),
        span=plane_span, drag=Drag("move", value="x", also="y"), click=punch, reading=point_words,
    ),
    name="The table with its holes filled",
    about="Known points grey, filled ones in colour, each with a line to the truth; the slope of both tables",
    hint="drag a point; click one to take its value away",
    switches=("truth",), at_first=True, weight=1.5, least=(300, 240),
)  # fmt: skip


def column(array: str, place: int) -> Any:
    """Return a binding to a column of an array (way, …)."""
    return reads(array, dims=("way",))(lambda frame: frame.arrays[array][:, place])


def head(word: str, place: int) -> Any:
    """Return the head of a column: what the whole table has."""
    return reads("target")(lambda frame: f"{word} ({number(float(frame.arrays['target'][place]))})")


BOARD = Card(
    "board",
    "What is found with these holes (whole table)",
    Table(
        (
            Cell(names, ""),
            Cell(column("found", 0), head("mean", 0), right=True, number=number),
            Cell(column("found", 1), head("SD", 1), right=True, number=number),
            Cell(column("found", 2), head("slope", 2), right=True, number=number),
            Cell(column("found", 3), "filled off by", right=True, number=number),
        ),
        dim="way", chosen=looked_at, click=look_at,
    ),
    about="Mean and standard deviation of the column, slope of y on x, root mean squared error of what is filled",
    hint="click a line to see its values", at_first=True, least=(400, 160),
)  # fmt: skip


def dots(place: int) -> Any:
    """Return spread and bias of the mean (0) or the slope (1) (way, 2)."""

    @reads("bias", "spread", dims=("way", "axis"))
    def found(frame: Frame) -> np.ndarray:
        return np.stack([frame.arrays["spread"][:, place], frame.arrays["bias"][:, place]], 1)

    return found


def dot_words(place: int) -> Any:
    """Return a function that says the bias and the spread of a way."""

    @reads("bias", "spread")
    def words(frame: Frame, k: int) -> str:
        bias, spread = frame.arrays["bias"][k, place], frame.arrays["spread"][k, place]
        unit = "of the slope" if place else "deviations"
        return f"{names(frame)[k]}: bias {percent(bias)}, spread {plain(spread)} {unit}"

    return words


def colours(frame: Frame) -> list[int]:
    """Return the ways' places in the palette (way,)."""
    return [COLOURS[way] for way in frame.params.ways]


def target(place: int, words: tuple[str, str]) -> Scatter:
    """Return bias over spread of every way as dots with names, and the line on which there is no bias."""

    @reads("bias", "spread")
    def span(frame: Frame) -> tuple[float, float, float, float]:
        spread, bias = frame.arrays["spread"][:, place], frame.arrays["bias"][:, place]
        if not np.isfinite(spread).all():
            return (0.0, 0.2, -0.5, 0.1)
        low, high = np.floor(10 * min(bias.min(), 0) - 0.4) / 10, np.ceil(10 * max(bias.max(), 0) + 0.4) / 10
        return (0.0, float(np.ceil(max(spread.max(), 0.001) * 1.6 / 0.05) * 0.05), float(low), float(high))

    @reads("bias", "spread")
    def level(frame: Frame) -> np.ndarray:
        return np.array([[0.0, 0.0], [span(frame)[1], 0.0]])

    return Scatter(
        dots(place), words, dims=("way", "axis"), classes=lambda frame: np.array(colours(frame)), texts=names,
        sizes=lambda frame: np.full(len(frame.params.ways), 12.0), over=(Trail(level, "", KNOWN, dashed=True),),
        span=span, reading=dot_words(place), click=look_at, none="Two draws of holes are needed: press play",
    )  # fmt: skip


TARGET = Card(
    "target",
    "Bias and spread over all draws so far",
    Tabs({
        "Slope": target(1, ("spread, as a share of the slope", "bias, share")),
        "Mean": target(0, ("spread, in deviations", "bias, deviations")),
    }),
    about="How far off each way is on average, over how much it varies from one draw of holes to the next",
    hint="click a dot to see its values", at_first=True, least=(280, 200),
)  # fmt: skip
COUNTS = Card(
    "spread",
    lambda frame: f"The column: whole, and with {WAYS[way_at(frame)].lower().replace('k-nn', 'k-NN')}",
    Histogram("counts", "edges", "rows", punched_name, dims=("table", "bin")),
    name="The column, whole and filled",
    about="A constant in every hole is a spike, and the rest is too narrow",
)
HOLES = Card(
    "holes",
    "Who has a hole, by the other column",
    Histogram("other_counts", "other_edges", "rows", other_name, dims=("seen", "bin")),
    about="Alike: perhaps at random. Unlike: not completely at random, by this column or by what goes with it",
)


def of(kind: str) -> Any:
    """Return a metric of every way, by its name."""
    return lambda frame: {f"{kind}/{way}": WAYS[way] for way in frame.params.ways}


@reads("target")
def true_slope(frame: Frame) -> float:
    """Return the slope of the whole table."""
    return float(frame.arrays["target"][2])


STEPS = Card(
    "steps",
    "Slope of every draw, and its bias so far",
    Column((
        Steps(of("slope"), "slope", places=colours, levels=(Level(true_slope, "whole table"),)),
        Steps(of("slope_bias"), "bias", places=colours, levels=(Level(0.0),)),
    )),
    about="Chance goes, bias stays",
    least=(240, 220),
)  # fmt: skip
SHARES = Card(
    "shares",
    "By how much is missing",
    Tabs({
        "Slope": Curves("slope_off", "slope, share of truth", dims=("way", "tried"), handle=Handle("share", "q")),
        "SD": Curves("sd_ratio", "SD, share of truth", dims=("way", "tried"), handle=Handle("share", "q")),
        "Mean": Curves("mean_off", "mean, deviations off", dims=("way", "tried"), handle=Handle("share", "q")),
    }),
    about="Mean of 10 draws of holes for each share from 0.1 to 0.8; drag the line",
    hint="drag the line",
    ask=Ask(
        "over_shares", ("shares", "mean_off", "sd_ratio", "slope_off"),
        lambda frame: tuple(
            getattr(frame.params, name)
            for name in ("why", "side", "ways", "strength", "k", "m", "data", "rows", "r", "curve", "path", "columns")
        ),
    ),
    least=(300, 200),
)  # fmt: skip


def summary(frame: Frame) -> str:
    """Say what is to be seen."""
    head = f"{frame.params.share:.0%} missing, {WHY[frame.params.why].lower().replace('ar)', 'AR)')}"
    if not frame.step:
        return f"{head}: a first draw of holes."
    said = ", ".join(f"{WAYS[way]} {percent(frame.metric(f'slope_bias/{way}'))}" for way in frame.params.ways)
    return f"{head}, {frame.step} draws. Bias of the slope: {said}."


def readings(frame: Frame) -> Sequence[tuple[str, str]]:
    """Return the slope's bias of the way that is drawn."""
    return [("slope bias", percent(frame.metric(f"slope_bias/{way_at(frame)}")))] if frame.step else ()


def variance_numbers(frame: Frame) -> str:
    """Return the share of the variance that is left, in numbers."""
    missing = frame.arrays.get("missing")
    if missing is None:
        return ""
    share = float(missing.mean())
    return rf"(1 - {share:.3g})\,s^2 = {n(1 - share)}\,s^2"


def drop_words(path: Path) -> str:
    """Say what dropping a file would do."""
    return f"Drop to punch holes into {one_line(path.name)}" if path.suffix.lower() == ".csv" else ""


def dropped(path: Path, params: Any) -> Mapping[str, Any]:
    """Return the parameters that a dropped table sets; raise :class:`Refused` for one that cannot be read."""
    read_table(str(path), "")
    return {"data": "file", "path": str(path), "columns": ""}


VIEW = View(
    cards=(PLANE, TARGET, BOARD, COUNTS, HOLES, STEPS, SHARES),
    formulas=(
        Formula("Variance with the mean in the holes", lambda frame: r"(1 - q)\,s^2", variance_numbers),
        Formula("What is in a hole", lambda frame: r"y_i = \hat\beta_0 + \hat\beta_1 x_i + \sigma \varepsilon_i",
                lambda frame: ""),
    ),
    formula_arrays=("missing",),
    summary=summary,
    readings=readings,
    files=Files(drop_words, dropped),
)  # fmt: skip
