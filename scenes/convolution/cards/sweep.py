"""Input, kernel and output side by side: the window on the one, the cell it makes on the other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from explainer.contract.cards import Board, Card, Edit, Grid, Mark
from explainer.contract.cards.bindings import MISSING, Asked
from explainer.contract.frame import Frame
from explainer.scenes.convolution.cards import looking
from explainer.scenes.convolution.cards.looking import (
    EMPTY,
    IMAGE,
    MOST_MARKED,
    TAP,
    WEIGHT,
    of_moment,
    place_of,
    plane,
)
from explainer.scenes.convolution.moment import Moment, remembered
from explainer.scenes.convolution.plan import MAX_POOL, POOLS, TRANSPOSED
from explainer.scenes.convolution.unread import caption
from explainer.scenes.convolution.words import (
    both_sizes,
    kernel_caption,
    kernel_title,
    number,
    operation_title,
    size,
    window_size,
)

INPUT, KERNEL, DENSE, OUTPUT, CHANNELS_IN, CHANNELS_OUT = range(6)
DENSE_DIMS, OUTPUT_DIMS = ("dense y", "dense x"), ("output y", "output x")
ORDINALS = {1: "", 2: "second ", 3: "third "}


@of_moment()
def heading(frame: Frame, moment: Moment) -> str:
    """Return what is computed, and the size arithmetic."""
    return f"{operation_title(moment)} · size {both_sizes(moment)}"


# the input


@remembered
def _photograph(planes: np.ndarray) -> np.ndarray:
    return np.nan_to_num(planes, neginf=0.0).clip(0, 255).transpose(1, 2, 0).round().astype(np.uint8)


def is_photograph(moment: Moment, planes: np.ndarray) -> bool:
    """Return whether planes are the colours of a photograph at its own size."""
    return moment.shade == "photograph" and planes.shape[0] == 3 and moment.input[0].size > 64 * 64


@of_moment(dims=IMAGE)
def padded(frame: Frame, moment: Moment) -> np.ndarray:
    """Return the input channel with its padding."""
    return moment.padded(moment.channel_in)[0]


@of_moment()
def border(frame: Frame, moment: Moment) -> tuple[int, ...]:
    """Return how many cells of padding there are on each side."""
    return moment.padded(moment.channel_in)[1]


@of_moment()
def unread(frame: Frame, moment: Moment) -> np.ndarray | None:
    """Return which inputs have no part in the output; of very many none is struck out."""
    return moment.unread() if moment.padded(moment.channel_in)[0].size <= MOST_MARKED else None


@of_moment()
def input_picture(frame: Frame, moment: Moment) -> np.ndarray | None:
    """Return the colours of a photograph without padding."""
    return (
        _photograph(moment.input)
        if is_photograph(moment, moment.input) and not any(moment.padded(moment.channel_in)[1])
        else None
    )


@of_moment()
def input_lights(frame: Frame, moment: Moment, row: int, column: int) -> Mapping[str, int]:
    """Light the cell whose window lies about an input; a transposed one lights all that the input writes."""
    if moment.plan.operation == TRANSPOSED:
        return {"y": row, "x": column}
    return looking.outputs_lit(moment.nearest(row, column))


# the kernel


def has_kernel(moment: Moment) -> bool:
    """Return whether there are weights to show."""
    return moment.plan.operation != MAX_POOL and not moment.plan.adaptive


@of_moment(dims=TAP)
def kernel(frame: Frame, moment: Moment) -> np.ndarray:
    """Return the kernel between the shown channels, zeros where none is; what a mean multiplies by."""
    plan, shape = moment.plan, (moment.plan.y.kernel, moment.plan.x.kernel)
    if not has_kernel(moment):
        return EMPTY
    if plan.pools:
        return np.full(shape, 1 / (shape[0] * shape[1]))
    local = moment.local(moment.channel_out, moment.channel_in)
    return np.zeros(shape) if local is None else moment.filters[moment.channel_out, local]


@of_moment()
def kernel_head(frame: Frame, moment: Moment) -> str:
    """Return the kernel's name and size."""
    return f"Mean of {window_size(moment)}" if moment.plan.pools else kernel_title(moment)


@of_moment()
def kernel_foot(frame: Frame, moment: Moment) -> str:
    """Return what the kernel's name does not say."""
    if moment.plan.pools:
        return ""
    between = moment.local(moment.channel_out, moment.channel_in)
    return "reads other channels" if between is None else kernel_caption(moment)


@of_moment()
def kernel_lights(frame: Frame, moment: Moment, row: int, column: int) -> Mapping[str, int]:
    """Light a weight; the share of a mean is none."""
    return {} if moment.plan.pools else dict(zip(TAP, (row, column), strict=True))


@of_moment()
def kernel_given(frame: Frame, moment: Moment, place: tuple[int, int], given: float) -> Asked:
    """Ask for a kernel with another number."""
    return moment.edited(moment.channel_out, moment.channel_in, place, given)


@of_moment()
def kernel_open(frame: Frame, moment: Moment) -> bool:
    """Return whether the numbers are weights between the shown channels."""
    return not moment.plan.pools and moment.local(moment.channel_out, moment.channel_in) is not None


# the output


@remembered
def _waiting(shape: tuple[int, int], first: int, done: int) -> np.ndarray:
    return np.arange(shape[0] * shape[1]).reshape(shape) + first >= done


def waiting(moment: Moment) -> np.ndarray:
    """Return which output cells of the shown channel have not been computed."""
    shape = moment.plan.shape[1:]
    return _waiting(shape, moment.channel_out * shape[0] * shape[1], moment.done)


@of_moment()
def faint(frame: Frame, moment: Moment) -> np.ndarray | None:
    """Return which cells are drawn pale; none of very many before the first step."""
    return waiting(moment) if moment.result[0].size <= MOST_MARKED or moment.done else None


@of_moment(dims=OUTPUT_DIMS)
def output(frame: Frame, moment: Moment) -> np.ndarray:
    """Return the output channel that is shown, without what is not computed where that is to be hidden."""
    values = plane(moment.result, moment.channel_out)
    return np.where(waiting(moment), np.nan, values) if moment.params.hide else values


@of_moment()
def output_picture(frame: Frame, moment: Moment) -> np.ndarray | None:
    """Return the colours of a photograph that is pooled."""
    return _photograph(moment.result) if moment.plan.pools and is_photograph(moment, moment.result) else None


@of_moment()
def output_foot(frame: Frame, moment: Moment) -> str:
    """Return how many cells have been computed, until all are."""
    found = waiting(moment)
    return f"{int((~found).sum()):,} of {found.size:,} computed" if found.any() else ""


@of_moment()
def output_shade(frame: Frame, moment: Moment) -> str:
    """Return the colours of the output's numbers."""
    return moment.shade if moment.plan.pools else "signed"


@remembered
def _strongest(values: np.ndarray) -> float:
    return float(np.quantile(np.abs(values[::5, ::5]), 0.99)) or 1.0


@of_moment()
def output_high(frame: Frame, moment: Moment) -> float | None:
    """Return where the colours of a photograph's output end, which are not left to a single large value."""
    values = plane(moment.result, moment.channel_out)
    return None if moment.plan.pools or values.size <= MOST_MARKED else _strongest(values)


@of_moment()
def output_reading(frame: Frame, moment: Moment, row: int, column: int) -> str:
    """Return a cell's number, unless it is hidden."""
    hidden = moment.params.hide and waiting(moment)[row, column]
    value = "not computed yet" if hidden else number(moment.value((moment.channel_out, row, column)))
    return f"output row {row}, column {column}: {value}"


# the output at stride 1


def shows_dense(params: Any) -> bool:
    """Return whether the output at stride 1 is another one, as far as the parameters say."""
    strided = max(params.stride_y, params.stride_x) > 1 and params.operation != TRANSPOSED
    return strided and not (params.operation in POOLS and params.windows != "fixed")


def _dense(frame: Frame, moment: Moment) -> np.ndarray | None:
    found = frame.arrays.get("stride_one") if moment.plan.strided else None
    return found if found is not None and found[0].size <= MOST_MARKED else None


@of_moment(dims=DENSE_DIMS)
def dense(frame: Frame, moment: Moment) -> Any:
    """Return what stride 1 would give, where that is another output."""
    if not moment.plan.strided:
        return EMPTY
    if "stride_one" not in frame.arrays:
        return MISSING
    found = _dense(frame, moment)
    return EMPTY if found is None else plane(found, moment.channel_out)


dense.picks = (lambda params: "stride_one" if shows_dense(params) else "result", ("stride_one",))  # type: ignore[attr-defined]


@of_moment()
def dropped(frame: Frame, moment: Moment) -> np.ndarray | None:
    """Return which cells of it the stride leaves out."""
    found = _dense(frame, moment)
    if found is None:
        return None
    left_out = np.ones(found.shape[1:], bool)
    left_out[:: moment.plan.y.stride, :: moment.plan.x.stride] = False
    return left_out


@of_moment()
def dense_head(frame: Frame, moment: Moment) -> str:
    """Return its size."""
    found = _dense(frame, moment)
    return "" if found is None else f"At stride 1: {size(found.shape[1:])}"


@of_moment()
def dense_foot(frame: Frame, moment: Moment) -> str:
    """Return what the stride keeps."""
    y, x = (ORDINALS.get(axis.stride, f"{axis.stride}th ") for axis in (moment.plan.y, moment.plan.x))
    if moment.params.dimensions == 1:
        return f"kept: every {x}cell"
    return f"kept: every {y}row and column" if y == x else f"kept: every {y}row, {x}column"


@of_moment()
def dense_lights(frame: Frame, moment: Moment, row: int, column: int) -> Mapping[str, int]:
    """Light the output cell that is kept nearest before a place."""
    y, x = moment.plan.y, moment.plan.x
    return looking.outputs_lit((min(row // y.stride, y.out - 1), min(column // x.stride, x.out - 1)))


# signs


@of_moment()
def first_sign(frame: Frame, moment: Moment) -> str:
    """Return ⋆ for cross-correlation, ∗ where the kernel is turned round.

    What a transposed one does is the convolution of mathematics, with zeros between the inputs.
    """
    if moment.mean:
        return "·"
    return "∗" if moment.params.flip != (moment.plan.operation == TRANSPOSED) else "⋆"


@of_moment()
def made_sign(frame: Frame, moment: Moment) -> str:
    """Return what stands before the result: the name of what is done where there is no kernel."""
    return "=" if has_kernel(moment) else "mean" if moment.mean else "max"


@of_moment()
def output_sign(frame: Frame, moment: Moment) -> str:
    """Return what stands before the output: an arrow where it is what a stride keeps."""
    return "→" if _dense(frame, moment) is not None else made_sign(frame)


# channels to choose from


@of_moment(dims=("one", "channel"))
def channels_in(frame: Frame, moment: Moment) -> np.ndarray:
    """Return the numbers of the input's channels, none for one alone."""
    count = moment.input.shape[0]
    return np.arange(count)[None] if count > 1 else EMPTY


@of_moment(dims=("one", "output channel"))
def channels_out(frame: Frame, moment: Moment) -> np.ndarray:
    """Return the numbers of the output's channels, none for one alone."""
    count = moment.plan.out_channels
    return np.arange(count)[None] if count > 1 else EMPTY


# marks


@of_moment("input")
def marks(frame: Frame, moment: Moment) -> Sequence[Mark]:
    """Mark the window and its cell, all that a weight touches, or all that an input of a transposed one writes."""
    chosen = (Mark(CHANNELS_IN, [(0, moment.channel_in)]), Mark(CHANNELS_OUT, [(0, moment.channel_out)]))
    tap, at = looking.tap_of(frame, moment), (frame.lit.get("y"), frame.lit.get("x"))
    if tap is not None:
        return *chosen, *_tap_marks(moment, tap)
    if moment.plan.operation == TRANSPOSED and at[0] is not None and at[1] is not None:
        return *chosen, *_stamp_marks(moment, (at[0], at[1]))
    place, (y, x) = place_of(frame, moment), (moment.plan.y, moment.plan.x)
    rows, columns = moment.taps(place)
    met = [moment.turned((a, b)) for a, _ in rows for b, _ in columns]
    return (
        *chosen,
        Mark(INPUT, moment.window(place), "accent", 2.5),
        Mark(KERNEL, [] if len(met) == y.kernel * x.kernel else met, "accent", 2.5),
        Mark(DENSE, [(place[1] * y.stride, place[2] * x.stride)], "accent", 2.5),
        Mark(OUTPUT, [place[1:]], "accent", 2.5),
    )


def _tap_marks(moment: Moment, tap: tuple[int, int]) -> Sequence[Mark]:
    used = moment.turned(tap)
    rows, columns = moment.plan.y.outputs_of(used[0]), moment.plan.x.outputs_of(used[1])
    own = Mark(KERNEL, [tap], WEIGHT, 2.5)
    if len(rows) * len(columns) > MOST_MARKED:
        return (own,)
    touched = [(y, x) for _, y in rows for _, x in columns]
    reached = [(i, j) for i, _ in rows for j, _ in columns]
    return own, Mark(INPUT, touched, WEIGHT, 1.5, 0.22), Mark(OUTPUT, reached, WEIGHT, 1.5, 0.22)


def stamp(moment: Moment, at: tuple[int, int]) -> list[tuple[int, int]]:
    """Return the output cells on which an input of a transposed convolution writes its kernel."""
    y, x = moment.plan.y, moment.plan.x
    return [(row, column) for row in y.written_by(at[0]) for column in x.written_by(at[1])]


def _stamp_marks(moment: Moment, at: tuple[int, int]) -> Sequence[Mark]:
    return Mark(INPUT, [at], WEIGHT, 2.5), Mark(OUTPUT, stamp(moment, at), WEIGHT, 1.5, 0.22)


@of_moment()
def input_reading(frame: Frame, moment: Moment, row: int, column: int) -> str:
    """Return an input, and what a transposed convolution makes of it."""
    value = number(moment.at(moment.channel_in, row, column))
    said = f"input row {row}, column {column}: {value}"
    if moment.plan.operation == TRANSPOSED:
        return f"{said}; it adds {value} × the kernel to the marked outputs"
    return said if _is_inside(moment, row, column) else f"padding: {value}"


def _is_inside(moment: Moment, row: int, column: int) -> bool:
    return 0 <= row < moment.plan.y.size and 0 <= column < moment.plan.x.size


SWEEP = Card(
    "operation",
    heading,
    Board(
        (
            (
                Grid(
                    padded,
                    of_moment()(lambda frame, moment: f"Input {size(moment.input.shape[1:])}"),
                    looking.shade,
                    border=border,
                    hatched=unread,
                    picture=input_picture,
                    caption=of_moment()(lambda frame, moment: caption(moment)),
                    reading=input_reading,
                    lights=input_lights,
                    click=looking.seek_nearest,
                ),
                first_sign,
                Grid(
                    kernel,
                    kernel_head,
                    caption=kernel_foot,
                    lights=kernel_lights,
                    edit=Edit(kernel_given, applies=kernel_open),
                    cell=72,
                ),
                made_sign,
                Grid(
                    dense,
                    dense_head,
                    output_shade,
                    high=output_high,
                    faint=dropped,
                    caption=dense_foot,
                    lights=dense_lights,
                ),
                output_sign,
                Grid(
                    output,
                    of_moment()(lambda frame, moment: f"Output {size(moment.plan.shape[1:])}"),
                    output_shade,
                    high=output_high,
                    faint=faint,
                    picture=output_picture,
                    caption=output_foot,
                    reading=output_reading,
                    click=looking.seek_output,
                ),
            ),
            (
                Grid(
                    channels_in,
                    "Input channels",
                    "ink",
                    low=-30,
                    high=64,
                    cell=22,
                    lights=looking.nothing_lit,
                    reading=lambda frame, row, column: f"show input channel {column}",
                    click=lambda frame, row, column: {"channel_in": column},
                ),
                Grid(
                    channels_out,
                    "Output channels",
                    "ink",
                    low=-30,
                    high=64,
                    cell=22,
                    lights=looking.nothing_lit,
                    reading=lambda frame, row, column: f"show output channel {column}",
                    click=lambda frame, row, column: {"channel_out": column},
                ),
            ),
        ),
        marks=marks,
    ),
    about="Input, kernel and output: hover a cell to move the window, a weight to see what it meets; "
    "drag it to change it",
    hint="hover, click or drag any cell",
    at_first=True,
    weight=1.5,
    least=(320, 170),
)
