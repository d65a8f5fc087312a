"""The input on the board: with its padding, what of it is unread, a photograph as a picture."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from explainer.contract.cards import Grid
from explainer.contract.frame import Frame
from explainer.scenes.convolution.cards import looking
from explainer.scenes.convolution.cards.looking import IMAGE, MOST_MARKED, of_moment
from explainer.scenes.convolution.moment import Moment, remembered
from explainer.scenes.convolution.plan import TRANSPOSED
from explainer.scenes.convolution.unread import caption
from explainer.scenes.convolution.words import number, size


@remembered
def _colours(planes: np.ndarray) -> np.ndarray:
    return np.nan_to_num(planes, neginf=0.0).clip(0, 255).transpose(1, 2, 0).round().astype(np.uint8)


def photograph_of(moment: Moment, planes: np.ndarray) -> np.ndarray | None:
    """Return the colours (y, x, 3) of planes of a photograph of three channels, None for other images."""
    is_one = moment.shade == "photograph" and planes.shape[0] == 3 and moment.input[0].size > 64 * 64
    return _colours(planes) if is_one else None


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
    return None if any(moment.padded(moment.channel_in)[1]) else photograph_of(moment, moment.input)


@of_moment()
def input_lights(frame: Frame, moment: Moment, row: int, column: int) -> Mapping[str, int]:
    """Light the cell whose window lies about an input; a transposed one lights all that the input writes."""
    if moment.plan.operation == TRANSPOSED:
        return {"y": row, "x": column}
    return looking.outputs_lit(moment.nearest(row, column))


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


INPUT_GRID = Grid(
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
)
