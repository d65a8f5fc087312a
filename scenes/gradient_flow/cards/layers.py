"""The cards of gradient flow: over the layers, against the step, over the run, and what was tried on copies."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from explainer.contract.cards import (
    Ask,
    Bar,
    Button,
    Card,
    Cell,
    Curves,
    Line,
    Map,
    Ridges,
    Seek,
    Steps,
    Table,
    pick,
    reads,
)
from explainer.contract.frame import Frame
from explainer.contract.number_text import number_text
from explainer.scenes.gradient_flow.cards.words import (
    chain,
    counted,
    drawn_steps,
    history_name,
    history_range,
    product_words,
    selected,
    thinned,
)
from explainer.scenes.gradient_flow.grid_axes import AXES, SHOWS, axis_values, long_names, sides
from explainer.scenes.gradient_flow.lanes import (
    DECLARED,
    MEASURES,
    MOST_BESIDE,
    metric_names,
    resolve,
    titles,
    with_setting,
)
from explainer.scenes.gradient_flow.options import HISTORIES, RIDGES
from explainer.scenes.gradient_flow.remedies import remedy_words

SLOPES, WEIGHTS, BOUND = 3, 5, 7
"""Places in the palette."""
LEAST = (240, 180)
"""Pixels that a picture with choices above it needs."""
SEEN = 0.005
"""A share below this is none, as it is written."""
REMEDY_STEPS, GRID_STEPS, FARTHEST = 30, 8, 20.0
"""Steps that copies train; steps of each cell of the grid; powers of ten at which the colours of a ratio end."""


def none(frame: Frame) -> str:
    """Return why there is no curve."""
    if frame.phase == "forward":
        return "The numbers have gone forwards only: δ comes with the backward pass"
    return "Overflow: the numbers became too large for the number type"


def own(frame: Frame) -> int:
    """Return the place of the selected network's colour."""
    return selected(frame.params)


def of_selected(title: str) -> Callable[[Frame], str]:
    """Return a title that names the selected network."""
    return lambda frame: f"{title} · {titles(frame.params)[selected(frame.params)]}"


def over_layers(title: str) -> Callable[[Frame], str]:
    """Return a title that says what is counted."""
    return lambda frame: title.replace("layer", counted(frame.params))


def of_all(key: str, title: str, array: str, label: str, about: str, **more: Any) -> Card:
    """Return a card with a curve for each network."""
    return Card(key, over_layers(title), Curves(array, label, log=True, none=none), title, about, **more)


def choice_of(index: int) -> Button:
    """Return what chooses one of several networks, above a picture of one."""

    def words(frame: Frame) -> str:
        named = titles(frame.params)
        return named[index] if index < len(named) > 1 and index != selected(frame.params) else ""

    return Button(words, lambda frame: {"selected": index}, "Show this network here, and in every picture of one")


CHOICES = tuple(map(choice_of, range(MOST_BESIDE + 1)))
"""Above every picture of one network: the others."""


def of_one(key: str, title: Any, label: str, about: str, *lines: Line, **more: Any) -> Card:
    """Return a card with curves of the selected network."""
    log, span = more.get("log", True), more.get("span")
    drawing = Curves(lines, label, ("layer",), log=log, span=span, none=none)
    called, told = more.get("name", title), of_selected(title) if isinstance(title, str) else title
    return Card(key, told, drawing, called, about, buttons=CHOICES, least=LEAST)


def of_steps(key: str, title: str, measure: str, label: str, about: str, log: Any = False) -> Card:
    """Return a card with a recorded quantity of every network."""
    place = MEASURES.index(measure)

    def curves(frame: Frame) -> dict[str, str]:
        named = zip(metric_names(frame.params), titles(frame.params), strict=True)
        return {names[place]: title for names, title in named}

    return Card(key, title, Steps(curves, label, log), about=about)


def product(name: str) -> Callable[[Frame], Any]:
    """Return the running product of an array of factors; none where no factor is known."""

    @reads(name, dims=("layer",))
    def running(frame: Frame) -> np.ndarray | None:
        factors = np.asarray(frame.arrays[name], float)
        return chain(factors) if np.isfinite(factors).any() else None

    return running


def singular(place: float) -> Callable[[Frame], Any]:
    """Return a singular value of each layer: at 0 the largest, at 1 the smallest."""

    @reads("jacobian_singular", dims=("layer",))
    def values(frame: Frame) -> np.ndarray:
        found = np.asarray(frame.arrays["jacobian_singular"], float)
        return found[:, round(place * (found.shape[1] - 1) + 0.01)]

    return values


@reads("delta_factor")
def real_words(frame: Frame) -> str:
    """Return what the real factor is called, with its product."""
    return f"real factor{product_words(np.asarray(frame.arrays['delta_factor'], float))}"


@reads("jacobian_singular")
def largest_words(frame: Frame) -> str:
    """Return what the largest factor is called, with its product."""
    return f"largest{product_words(np.asarray(frame.arrays['jacobian_singular'], float)[:, 0])}"


@reads("activation_mean", dims=("layer",))
def mean_size(frame: Frame) -> np.ndarray:
    """Return the size of each layer's mean."""
    return np.abs(frame.arrays["activation_mean"])


DELTAS = of_all(
    "delta",
    "How much gradient arrives: ‖∂L/∂output‖ at each layer",
    "each_delta_norm",
    "‖δ‖",
    "The gradient of the loss in each layer's output, on its way from the output to the input",
    at_first=True,
    weight=1.1,
)
GRADIENTS = of_all(
    "gradient",
    "Gradient of the weights, ‖∂L/∂W‖, at each layer",
    "each_gradient_norm",
    "‖∂L/∂W‖",
    "What the optimizer is given for each layer's weights",
)
CHAIN = of_one(
    "chain",
    "The chain of factors",
    "running product",
    "The running product of each layer's factor, and of its parts: activation slopes, weights",
    Line(product("delta_factor"), "what δ really does", own),
    Line(product("slope_factor"), "slopes alone", SLOPES, dashed=True),
    Line(product("weight_factor"), "weights alone", WEIGHTS, dashed=True),
)
SINGULAR = of_one(
    "singular",
    "Bounds, not the truth: Jacobians",
    "factor",
    "The largest, median and smallest factor that a layer could apply; δ is somewhere between",
    Line("delta_factor", real_words, own),
    Line(singular(0.0), largest_words, BOUND, dashed=True),
    Line(singular(0.5), "median", BOUND, dashed=True),
    Line(singular(1.0), "smallest", BOUND, dashed=True),
)


@reads("saturated", "dead", "zero_deltas")
def units_title(frame: Frame) -> str:
    """Return what there is of each, so that nothing is said to be nothing."""
    found = {
        name: float(np.nanmax(np.nan_to_num(frame.arrays[array], nan=0.0), initial=0.0))
        for name, array in (("saturated", "saturated"), ("dead", "dead"), ("δ exactly 0", "zero_deltas"))
    }
    said = ", ".join(f"{name} up to {share:.0%}" for name, share in found.items() if share >= SEEN)
    return f"{said or 'No output saturated, no unit dead'} · {titles(frame.params)[selected(frame.params)]}"


UNITS = of_one(
    "units",
    units_title,
    "share",
    "Shares of flat outputs, of units dead for the whole batch, and of δ that is exactly zero",
    Line("saturated", "saturated outputs", own),
    Line("dead", "dead units", WEIGHTS, dashed=True),
    Line("zero_deltas", "δ exactly 0", BOUND, dashed=True),
    name="Saturated and dead",
    log=False,
    span=(0.0, 1.08),
)
OUTPUTS = of_one(
    "outputs",
    "Mean and spread of outputs",
    "size",
    "Mean and standard deviation of each layer's outputs over batch and units",
    Line("activation_std", "standard deviation", own),
    Line(mean_size, "size of the mean", BOUND, dashed=True),
)
UPDATES = of_one(
    "updates",
    "Update ÷ weight",
    "‖ΔW‖ ÷ ‖W‖",
    "The norm of the last update of each layer's weights over the norm of the weights",
    Line("update_ratio", "", own),
)
LOSS = of_steps(
    "loss",
    "Loss at every step",
    "loss",
    "loss",
    "The loss of every network on the step's batch; drag the cursor to go to a step",
    lambda params: params.log_loss,
)
ACCURACY = of_steps(
    "accuracy",
    "Accuracy at every step",
    "accuracy",
    "share right",
    "The share of each step's batch that is classified right",
)
RATIO = of_steps(
    "ratio",
    "Gradient at the first hidden layer ÷ at the last",
    "delta_ratio",
    "first ÷ last",
    "How much of the gradient is left at the first hidden layer, at every step",
    True,
)
COSINE = of_steps(
    "cosine",
    "How alike different inputs have become",
    "cosine",
    "mean cosine",
    "Mean cosine between the last hidden vectors of different inputs: 1 is all the same",
)


# how values are spread


def counts_gradients(params: Any) -> bool:
    """Return whether the ridges count gradients."""
    return bool(params.ridges == "gradients")


def histogram(part: str) -> Callable[[Frame], Any]:
    """Return the binding to the chosen histogram, or to its edges."""
    names = tuple(f"{name}_histogram{part}" for name in ("gradient", "activation"))
    return pick(lambda params: names[0] if counts_gradients(params) else names[1], *names)


RIDGE_CARD = Card(
    "ridges",
    lambda frame: f"{RIDGES[frame.params.ridges]} · {titles(frame.params)[selected(frame.params)]}",
    Ridges(
        histogram(""),
        histogram("_edges"),
        lambda frame: "size of ∂L/∂output" if counts_gradients(frame.params) else "output",
        log_x=counts_gradients,
        place=own,
        none="Nothing to count",
    ),
    name="Histogram of every layer",
    buttons=CHOICES,
    least=LEAST,
    about="Histograms of outputs or of gradients, one ridge for each layer",
    weight=1.3,
)


# layer × step


history_of = pick(history_name, *(f"{name}_history" for name in HISTORIES))


def history(frame: Frame) -> Any:
    """Return the chosen history of the selected network (layer, step), of a long run at evenly spaced steps."""
    found = frame.arrays.get(history_name(frame.params))
    if found is None or selected(frame.params) >= len(found):
        return None
    values = np.asarray(found[selected(frame.params)], float)
    return np.abs(values[:, thinned(values.shape[1])])


history.picks, history.dims = history_of.picks, ("layer", "drawn step")  # type: ignore[attr-defined]


def to_drawn_step(frame: Frame, row: int, column: int) -> Seek | None:
    """Return that the step of a column is to be gone to."""
    steps = drawn_steps(frame)
    return None if steps is None else Seek(int(steps[column]))


HISTORY = Card(
    "history",
    lambda frame: (
        f"Layer × step: {HISTORIES[frame.params.history].lower()} · {titles(frame.params)[selected(frame.params)]}"
    ),
    Map(
        history,
        lambda frame: {"delta": "‖δ‖", "gradient": "‖∂L/∂W‖", "spread": "std", "mean": "|mean|"}[frame.params.history],
        ("layer", "drawn step"),
        low=lambda frame: history_range(history(frame))[0],
        high=lambda frame: history_range(history(frame))[1],
        log=True,
        bad="retired",
        click=to_drawn_step,
        none="The map grows while the run goes on.",
    ),
    name="Layer × step",
    buttons=CHOICES,
    least=LEAST,
    about="Gradient or spread of every layer at every step of the run; click to go to a step",
    hint="click to go to a step",
    pause=100,
)


# the grid


def grid_table(frame: Frame, when: str) -> np.ndarray | None:
    """Return what the grid shows at the ``start`` or the ``end``; None where it has not come."""
    found = frame.arrays.get(f"grid_{when}/{frame.params.grid_shows}")
    return None if found is None else np.asarray(found, float)


def is_after(frame: Frame) -> bool:
    """Return whether the grid after its steps is shown."""
    return bool(frame.params.grid_after and grid_table(frame, "end") is not None)


def grid_values(frame: Frame) -> np.ndarray | None:
    """Return the colours' values: log₁₀ of a ratio or a scale, the loss as it is."""
    values = grid_table(frame, "end" if is_after(frame) else "start")
    if values is None or frame.params.grid_shows == "loss":
        return values
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(values > 0, np.log10(values), np.nan)


grid_values.dims = ("grid row", "grid column")  # type: ignore[attr-defined]


def grid_high(frame: Frame) -> float | None:
    """Return where the colours end."""
    values = grid_values(frame)
    seen = values[np.isfinite(values)] if values is not None else np.zeros(0)
    if frame.params.grid_shows == "gradient_scale" or not len(seen):
        return None
    if frame.params.grid_shows == "loss":
        return min(10.0, max(float(seen.max()), 1e-6))
    return float(np.clip(np.ceil(np.abs(seen).max()), 2.0, FARTHEST))


def grid_low(frame: Frame) -> float | None:
    """Return where the colours begin: of a ratio as far below one as they end above."""
    high = grid_high(frame)
    return -high if high is not None and frame.params.grid_shows.endswith("ratio") else None


def grid_caption(frame: Frame) -> str:
    """Return what is shown, and when."""
    when = f"after {GRID_STEPS} steps of SGD" if is_after(frame) else "at initialization"
    under_way = frame.params.grid_after and not is_after(frame)
    return f"{SHOWS[frame.params.grid_shows]}, {when}" + (", the steps are under way" if under_way else "")


def grid_reading(frame: Frame, row: int, column: int) -> str:
    """Return a cell's settings and its numbers before and after the steps."""
    rows, columns = sides(frame.params)
    tables = (("start", grid_table(frame, "start")), (f"after {GRID_STEPS}", grid_table(frame, "end")))
    said = [f"{when} {number_text(float(table[row, column]))}" for when, table in tables if table is not None]
    words = f"{long_names(rows)[row]} · {long_names(columns)[column]}"
    return f"{words} · {SHOWS[frame.params.grid_shows]}: {', '.join(said)}"


def own_cell(frame: Frame) -> tuple[int, int] | None:
    """Return the cell of the selected network's settings, where the grid has it."""
    told = resolve(frame.params)[selected(frame.params)]
    places = [list(axis_values(side)) for side in sides(frame.params)]
    here = [getattr(told, side) for side in sides(frame.params)]
    if any(value not in values for value, values in zip(here, places, strict=True)):
        return None
    return places[0].index(here[0]), places[1].index(here[1])


def go_to_cell(frame: Frame, row: int, column: int) -> dict[str, Any]:
    """Return what gives the selected network the settings of a cell."""
    asked: dict[str, Any] = {}
    for side, place in zip(sides(frame.params), (row, column), strict=True):
        params = frame.params.replace(**asked)
        asked |= with_setting(params, selected(frame.params), side, axis_values(side)[place])
    return asked


def grid_key(frame: Frame) -> Any:
    """Return all settings on which the grid depends."""
    rows, columns = sides(frame.params)
    told = resolve(frame.params)[selected(frame.params)]
    fixed = tuple(value for name, value in vars(told).items() if name not in (rows, columns))
    params = frame.params
    return rows, columns, fixed, params.depth, params.width, params.data, params.batch


def grid_arguments(frame: Frame) -> dict[str, Any]:
    """Return what the grid's side job is asked."""
    rows, columns = sides(frame.params)
    return {"rows": rows, "columns": columns, "network": selected(frame.params), "steps": GRID_STEPS}


def grid_busy(frame: Frame) -> str:
    """Return what is under way."""
    rows, columns = sides(frame.params)
    return f"computing {len(axis_values(rows)) * len(axis_values(columns))} networks…"


def grid_title(frame: Frame) -> str:
    """Return what varies, and what does not."""
    rows, columns = sides(frame.params)
    title = f"{AXES[rows]} × {AXES[columns].lower()}, else as {titles(frame.params)[selected(frame.params)]}"
    return title + (" in layers" if frame.params.architecture == "recurrent" else "")


GRID = Card(
    "grid",
    grid_title,
    Map(
        grid_values,
        lambda frame: "loss" if frame.params.grid_shows == "loss" else "log₁₀",
        ("grid row", "grid column"),
        lambda frame: "signed" if frame.params.grid_shows.endswith(("ratio", "forward_scale")) else "viridis",
        low=grid_low,
        high=grid_high,
        numbers=True,
        upward=False,
        bad="0 or overflow",
        caption=grid_caption,
        reading=grid_reading,
        click=go_to_cell,
        framed=own_cell,
        none="The grid is computed once the run is there.",
    ),
    name="Grid of settings",
    buttons=CHOICES,
    least=LEAST,
    about="A network for each pair of settings: what arrives at its first layer; click to go there",
    hint="click to go there",
    weight=1.6,
    ask=Ask(
        "grid",
        tuple(f"grid_{when}/{shows}" for when in ("start", "end") for shows in (*list(SHOWS)[1:], next(iter(SHOWS)))),
        grid_key,
        grid_arguments,
        grid_busy,
        parts=True,
    ),
)


# what would help


REMEDY = tuple(f"remedy_{part}" for part in ("name", "value", "loss", "accuracy", "lost"))


@reads(*REMEDY, dims=("change",))
def change_words(frame: Frame) -> np.ndarray:
    """Return each change in words."""
    pairs = zip(frame.arrays["remedy_name"].tolist(), frame.arrays["remedy_value"].tolist(), strict=True)
    return np.array([remedy_words(name, value) for name, value in pairs], dtype="<U80")


@reads(*REMEDY, dims=("change",))
def outcome_words(frame: Frame) -> np.ndarray:
    """Return how each copy fared."""
    found = [frame.arrays[name].tolist() for name in REMEDY[2:]]
    regression = frame.params.data == "regression"
    said = [
        f"overflow at step {lost}"
        if lost >= 0
        else (f"R² {accuracy:.2f}" if regression else f"{100 * accuracy:.0f} %").replace("-", "−")
        for _, accuracy, lost in zip(*found, strict=True)
    ]
    return np.array(said, dtype="<U40")


@reads(*REMEDY)
def best_first(frame: Frame) -> Sequence[int]:
    """Return the changes in the order of their loss, those that overflowed last."""
    losses = np.asarray(frame.arrays["remedy_loss"], float)
    return sorted(range(len(losses)), key=lambda k: (not np.isfinite(losses[k]), losses[k]))


@reads(*REMEDY)
def change_colour(frame: Frame, place: int) -> str:
    """Return the colour of a bar: quiet for the network as it is, green for what lowers its loss."""
    names, losses = frame.arrays["remedy_name"].tolist(), np.asarray(frame.arrays["remedy_loss"], float)
    if not names[place]:
        return "muted"
    start = losses[names.index("")] if "" in names else np.inf
    return "good" if losses[place] < start else "faint"


@reads(*REMEDY)
def outcome_colour(frame: Frame, place: int) -> str:
    """Return the colour of what is said: red for an overflow."""
    return "danger" if frame.arrays["remedy_lost"][place] >= 0 else ""


@reads(*REMEDY)
def take_change(frame: Frame, place: int) -> dict[str, Any]:
    """Return what makes the change."""
    name, value = str(frame.arrays["remedy_name"][place]), str(frame.arrays["remedy_value"][place])
    if not name:
        return {}
    parsed = DECLARED[name]().parse(value) if name in DECLARED else value
    return with_setting(frame.params, selected(frame.params), name, parsed)


def loss_number(loss: float) -> str:
    """Return a loss; nothing for one that overflowed."""
    return number_text(loss) if np.isfinite(loss) else ""


def loss_head(frame: Frame) -> str:
    """Return what the bars are, and how many changes are still to be tried."""
    planned = frame.arrays.get("remedy_planned")
    left = int(planned) - len(frame.arrays.get("remedy_name", ())) if planned is not None else 0
    return f"loss after {REMEDY_STEPS} steps, short is good" + (f" · trying {left} more …" if left > 0 else "")


def remedy_key(frame: Frame) -> Any:
    """Return all settings on which the answers depend."""
    params, index = frame.params, selected(frame.params)
    common = params.depth, params.width, params.data, params.batch, params.optimizer, params.architecture
    return index, resolve(params)[index], common, params.truncation


REMEDIES = Card(
    "remedies",
    of_selected("What would help?"),
    Table(
        (
            Cell(change_words, "change"),
            Bar("remedy_loss", loss_head, number=loss_number, token=change_colour),
            Cell(outcome_words, "right", right=True, token=outcome_colour),
        ),
        dim="change",
        order=best_first,
        click=take_change,
        none="The copies start once the run is there.",
    ),
    name="What would help?",
    buttons=CHOICES,
    least=LEAST,
    about="Copies of the network train 30 steps with one setting changed; click one to take it",
    hint="click a change to take it",
    weight=1.4,
    ask=Ask(
        "remedies",
        ("remedy_planned", *REMEDY, "remedy_complete"),
        remedy_key,
        lambda frame: {"network": selected(frame.params), "steps": REMEDY_STEPS},
        f"training copies for {REMEDY_STEPS} steps each…",
        parts=True,
    ),
    hides_before_prediction=True,
)
