"""The output on the board: what has been computed, and what stride 1 would give."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from explainer.contract.cards import Grid
from explainer.contract.cards.bindings import MISSING
from explainer.contract.frame import Frame
from explainer.scenes.convolution.cards import looking
from explainer.scenes.convolution.cards.input_grid import photograph_of
from explainer.scenes.convolution.cards.looking import EMPTY, MOST_MARKED, of_moment, plane
from explainer.scenes.convolution.moment import Moment, remembered
from explainer.scenes.convolution.plan import POOLS, TRANSPOSED
from explainer.scenes.convolution.words import number, size

DENSE_DIMS, OUTPUT_DIMS = ("dense y", "dense x"), ("output y", "output x")
ORDINALS = {1: "", 2: "second ", 3: "third "}


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
    return photograph_of(moment, moment.result) if moment.plan.pools else None


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


def shows_dense(params: Any) -> bool:
    """Return whether the output at stride 1 is another one, as far as the parameters say."""
    strided = max(params.stride_y, params.stride_x) > 1 and params.operation != TRANSPOSED
    return strided and not (params.operation in POOLS and params.windows != "fixed")


def dense_of(frame: Frame, moment: Moment) -> np.ndarray | None:
    """Return the output (channel, y, x) at stride 1, None where it is the output or too large to be drawn."""
    found = frame.arrays.get("stride_one") if moment.plan.strided else None
    return found if found is not None and found[0].size <= MOST_MARKED else None


@of_moment(dims=DENSE_DIMS)
def dense(frame: Frame, moment: Moment) -> Any:
    """Return what stride 1 would give, where that is another output."""
    if not moment.plan.strided:
        return EMPTY
    if "stride_one" not in frame.arrays:
        return MISSING
    found = dense_of(frame, moment)
    return EMPTY if found is None else plane(found, moment.channel_out)


dense.picks = (lambda params: "stride_one" if shows_dense(params) else "result", ("stride_one",))  # type: ignore[attr-defined]


@of_moment()
def dropped(frame: Frame, moment: Moment) -> np.ndarray | None:
    """Return which cells of it the stride leaves out."""
    found = dense_of(frame, moment)
    if found is None:
        return None
    left_out = np.ones(found.shape[1:], bool)
    left_out[:: moment.plan.y.stride, :: moment.plan.x.stride] = False
    return left_out


@of_moment()
def dense_head(frame: Frame, moment: Moment) -> str:
    """Return its size."""
    found = dense_of(frame, moment)
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


DENSE_GRID = Grid(
    dense,
    dense_head,
    output_shade,
    high=output_high,
    faint=dropped,
    caption=dense_foot,
    lights=dense_lights,
)
OUTPUT_GRID = Grid(
    output,
    of_moment()(lambda frame, moment: f"Output {size(moment.plan.shape[1:])}"),
    output_shade,
    high=output_high,
    faint=faint,
    picture=output_picture,
    caption=output_foot,
    reading=output_reading,
    click=looking.seek_output,
)
