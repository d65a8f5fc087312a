"""The cards that many runs are computed for at once: learning rate × second setting, and basins; plain Python.

Both are without noise and see all data, whatever the run has, and say so.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from explainer.contract.cards import Ask, Card, Map, Seek, reads
from explainer.contract.frame import Frame
from explainer.contract.number_text import number_text, pair_text
from explainer.lab.optimizer_settings import Entry
from explainer.scenes.gradient_descent.formulas import entry, learner, second_words, settings

STEPS, BASIN_STEPS = 150, 500
FLOOR = 1e-12
"""Losses below this are as good as none and share the lowest colour."""
REACHED = ("momentum", "nesterov")
"""The optimizers that the control "Momentum" reaches."""
NAMED, MARKED = 8, 30
"""Minima that the legend names, and up to which they are marked by crosses."""
PALEST, PALER = 0.75, 0.25
"""How far a colour is faded where the loss is highest, and where it is lowest."""
LOSSES = ("map_lr", "map_second", "map_first_loss", "map_limit", "map_loss")
BASIN = ("basin_x", "basin_y", "basin_minima", "basin")


def place_key(frame: Frame) -> tuple[Any, ...]:
    """Return what determines the surface: its name, shape and data."""
    params, points = frame.params, frame.arrays.get("points")
    shape = params.surface, params.condition, params.angle, params.expression
    return (*shape, points.tobytes() if points is not None else b"")


@reads("points")
def map_key(frame: Frame) -> tuple[Any, ...]:
    """Return what the map depends on; the run's own η and second setting are not in it."""
    return (learner(frame), chosen(frame).text(), frame.params.start, *place_key(frame))


@reads("points")
def basin_key(frame: Frame) -> tuple[Any, ...]:
    """Return what the basins depend on."""
    return (learner(frame), chosen(frame).text(), tuple(settings(frame, learner(frame)).items()), *place_key(frame))


def chosen(frame: Frame) -> Entry:
    """Return what the selected optimizer was told."""
    return entry(frame, learner(frame))


# learning rate × second setting


@reads(*LOSSES, dims=("second of map", "rate of map"))
def coloured(frame: Frame) -> np.ndarray:
    """Return losses as they are coloured: above the best one where some are negative, and none that rose."""
    loss = np.asarray(frame.arrays["map_loss"], float)
    kept = np.where(loss <= first_loss(frame), loss, np.nan)
    least = best(frame)
    return kept - least if least < 0 else kept


def first_loss(frame: Frame) -> float:
    """Return the loss at the start."""
    return float(np.ravel(frame.arrays["map_first_loss"])[0])


def best(frame: Frame) -> float:
    """Return the lowest loss of the map, 0 where there is none."""
    loss = np.asarray(frame.arrays["map_loss"], float)
    known = loss[np.isfinite(loss)]
    return float(known.min()) if known.size else 0.0


@reads(*LOSSES)
def loss_label(frame: Frame) -> str:
    """Return what the colours are."""
    return "L − best" if best(frame) < 0 else "loss"


@reads(*LOSSES)
def lowest(frame: Frame) -> float:
    """Return where the colours begin."""
    shown = coloured(frame)
    positive = shown[np.isfinite(shown) & (shown > 0)]
    return max(FLOOR, float(positive.min())) if positive.size else FLOOR


@reads(*LOSSES)
def highest(frame: Frame) -> float:
    """Return where the colours end: at what the smallest rates leave."""
    shown = coloured(frame)
    slow = shown[:, 0][np.isfinite(shown[:, 0])]
    high = float(slow.max()) if slow.size and slow.max() > FLOOR else 1.0
    positive = shown[np.isfinite(shown) & (shown > 0)]
    most = float(positive.max()) if positive.size else 1.0
    return max(min(high, most), 10.0 * lowest(frame))


@reads(*LOSSES)
def map_marker(frame: Frame) -> tuple[float, float] | None:
    """Return where the selected optimizer is on the map."""
    now = settings(frame, learner(frame))
    second = now.get(chosen(frame).optimizer.second)
    return None if second is None else (second, now["lr"])


@reads(*LOSSES)
def limit_line(frame: Frame) -> Sequence[tuple[float, float]]:
    """Return points (second, η) of the limit of η by the curvature at the start, where it is known."""
    limits, seconds = np.asarray(frame.arrays["map_limit"], float), np.asarray(frame.arrays["map_second"], float)
    rates = np.asarray(frame.arrays["map_lr"], float)
    shown = np.flatnonzero(np.isfinite(limits) & (limits >= rates[0]) & (limits <= rates[-1]))
    return [(float(seconds[place]), float(limits[place])) for place in shown[:: max(1, len(shown) // 12)]]


@reads(*LOSSES)
def map_caption(frame: Frame) -> str:
    """Return what is shown, for whom, and the limit at the present second setting."""
    words = f"Loss after {STEPS} steps without noise, on all data · the dot is you"
    return words + (" · crosses: η's limit" if limit_line(frame) else "")


@reads(*LOSSES)
def map_reading(frame: Frame, row: int, column: int) -> str:
    """Return a cell's settings, its loss, and how far its η is from the limit."""
    loss, rate = float(frame.arrays["map_loss"][row, column]), float(frame.arrays["map_lr"][column])
    said = f"loss {number_text(loss)} after {STEPS} steps"
    if not loss <= first_loss(frame):
        said = f"{said}, above the start" if math.isfinite(loss) else f"diverged within {STEPS} steps"
    limit = float(frame.arrays["map_limit"][row])
    share = f" · {number_text(rate / limit, 2)} × the limit at the start" if limit > 0 else ""
    second = f"{second_words(chosen(frame))} {number_text(float(frame.arrays['map_second'][row]))}"
    return f"η {number_text(rate)} · {second} · {said}{share}"


@reads(*LOSSES)
def go_there(frame: Frame, row: int, column: int) -> tuple[Any, ...]:
    """Return what starts the run that a cell was computed for, from the beginning.

    What the controls do not reach becomes the optimizer's own setting.
    """
    told, index = chosen(frame), learner(frame)
    own, second = dict(told.settings), told.optimizer.second
    rate = within(frame.arrays["map_lr"][column], frame.params.declaration("lr").limits())
    value = float(f"{float(frame.arrays['map_second'][row]):.6g}")
    asked: dict[str, Any] = {}
    if "lr" in own:
        own["lr"] = rate
    else:
        asked["lr"] = rate
    if told.name in REACHED and "momentum" not in own:
        asked["momentum"] = within(value, frame.params.declaration("momentum").limits())
    else:
        known = told.optimizer.setting(second)
        own[second] = min(max(value, known.low), known.high)
    order = [setting.name for setting in told.optimizer.settings if setting.name in own]
    text = Entry(told.name, tuple((name, own[name]) for name in order)).text()
    if text != told.text():
        entries = list(frame.params.optimizers)
        entries[index] = text
        asked["optimizers"] = tuple(entries)
    return Seek(0), asked


def within(value: float, limits: Mapping[str, Any]) -> float:
    """Return a number with six digits, within a parameter's range."""
    return min(max(float(f"{float(value):.6g}"), limits["minimum"]), limits["maximum"])


@reads(*LOSSES)
def map_summary(frame: Frame) -> str:
    """Return where the dot is, and how much of the map rose."""
    share = float(np.mean(~(np.asarray(frame.arrays["map_loss"], float) <= first_loss(frame))))
    now = settings(frame, learner(frame))
    return (
        f"{map_title(frame)}. {share:.0%} of the runs ended above the start or diverged. You are at learning rate "
        f"{number_text(now['lr'])}."
    )


def map_title(frame: Frame) -> str:
    """Return what varies, and for which optimizer."""
    told = chosen(frame)
    return f"Learning rate × {second_words(told)} · 4,096 runs of {told.optimizer.label}"


MAP = Card(
    "map",
    map_title,
    Map(
        coloured,
        loss_label,
        low=lowest,
        high=highest,
        log=True,
        bad="above the start",
        caption=map_caption,
        marker=map_marker,
        crosses=limit_line,
        reading=map_reading,
        click=go_there,
        none="The map is computed once the run is there.",
    ),
    name="Map of settings",
    about="The loss after 150 steps for 64 × 64 pairs of settings; click to start the run of a cell",
    hint="click to start that run",
    weight=2.0,
    ask=Ask(
        "map",
        LOSSES,
        map_key,
        lambda frame: {"learner": learner(frame), "steps": STEPS},
        "computing 4,096 runs…",
    ),
    hides_before_prediction=True,
    summary=map_summary,
)


# basins


@reads(*BASIN)
def shares(frame: Frame) -> np.ndarray:
    """Return the share of starts that reach each minimum."""
    basin = np.asarray(frame.arrays["basin"])
    return np.bincount(basin[basin >= 0].ravel(), minlength=len(frame.arrays["basin_minima"])) / max(1, basin.size)


@reads(*BASIN)
def basin_legend(frame: Frame) -> Sequence[tuple[int, str]]:
    """Return place and share of the minima that most starts reach, and what reaches none."""
    part, minima = shares(frame), np.asarray(frame.arrays["basin_minima"], float)
    order = [index for index in np.argsort(-part, kind="stable").tolist() if part[index] > 0]
    entries = [
        (index, f"{pair_text(minima[index, 0], minima[index, 1], 2)} · {part[index]:.0%}") for index in order[:NAMED]
    ]
    rest = len(order) - len(entries)
    return [*entries, (-1, f"and {rest} more")] if rest > 0 else entries


@reads(*BASIN, "surface_x", "surface_y", "surface_loss", dims=("start y of basins", "start x of basins"))
def paleness(frame: Frame) -> np.ndarray:
    """Return how far each cell is faded: the more, the higher the surface there."""
    x, y, loss = (np.asarray(frame.arrays[name], float) for name in ("surface_x", "surface_y", "surface_loss"))
    columns, rows = (
        np.abs(axis[None, :] - np.asarray(frame.arrays[name], float)[:, None]).argmin(1)
        for axis, name in ((x, "basin_x"), (y, "basin_y"))
    )
    below = loss[np.ix_(rows, columns)]
    known = below[np.isfinite(below)]
    if not known.size or known.max() <= known.min():
        return np.full(below.shape, (PALER + PALEST) / 2)
    high = np.log1p(
        (np.clip(below, known.min(), known.max()) - known.min()) / max(np.median(known - known.min()), 1e-300)
    )
    return PALER + (PALEST - PALER) * np.nan_to_num(high / max(float(np.nanmax(high)), 1e-300), nan=1.0)


@reads(*BASIN)
def basin_crosses(frame: Frame) -> Sequence[tuple[float, float]]:
    """Return where the minima are (y, x), none where they would bury the picture."""
    minima = np.asarray(frame.arrays["basin_minima"], float).tolist()
    return [(y, x) for x, y in minima] if len(minima) <= MARKED else []


@reads(*BASIN)
def basin_reading(frame: Frame, row: int, column: int) -> str:
    """Return a start, and where it leads."""
    index, minima = int(frame.arrays["basin"][row, column]), np.asarray(frame.arrays["basin_minima"], float)
    start = pair_text(float(frame.arrays["basin_x"][column]), float(frame.arrays["basin_y"][row]))
    ends = f"reaches {pair_text(*minima[index])}" if index >= 0 else f"at no minimum after {BASIN_STEPS} steps"
    return f"start {start} · {ends}"


@reads(*BASIN)
def start_there(frame: Frame, row: int, column: int) -> dict[str, Any]:
    """Return the start that a cell stands for."""
    place = frame.arrays["basin_x"][column], frame.arrays["basin_y"][row]
    return {"start": tuple(float(f"{float(part):.4g}") for part in place)}


def basin_title(frame: Frame) -> str:
    """Return whose basins they are."""
    return f"Basins · which minimum each start reaches · {chosen(frame).optimizer.label}"


@reads(*BASIN)
def basin_summary(frame: Frame) -> str:
    """Return how many starts reach which minimum."""
    said = "; ".join(words for _, words in basin_legend(frame))
    return f"{basin_title(frame)}. {said or f'No start is at a minimum after {BASIN_STEPS} steps.'}"


BASINS = Card(
    "basins",
    basin_title,
    Map(
        "basin",
        dims=("start y of basins", "start x of basins"),
        equal=True,
        bad=f"at none after {BASIN_STEPS} steps",
        caption=f"Where {BASIN_STEPS} steps lead, without noise, with all data · the dot is the start",
        marker=lambda frame: (frame.params.start[1], frame.params.start[0]),
        crosses=basin_crosses,
        legend=basin_legend,
        pale=paleness,
        reading=basin_reading,
        click=start_there,
        none="The basins are computed once the run is there.",
    ),
    name="Basins of attraction",
    about="One colour per minimum, 4,096 starts; click to choose the start",
    hint="click to start there",
    weight=2.0,
    ask=Ask(
        "basins",
        BASIN,
        basin_key,
        lambda frame: {"learner": learner(frame), "steps": BASIN_STEPS},
        "computing 4,096 starts…",
    ),
    hides_before_prediction=True,
    summary=basin_summary,
)
