"""A transposed convolution as a convolution: zeros between the inputs and around them, the kernel turned round."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from explainer.contract.cards import Board, Card, Grid, Mark
from explainer.contract.frame import Frame
from explainer.scenes.convolution.axis import Axis
from explainer.scenes.convolution.cards import looking
from explainer.scenes.convolution.cards.looking import CELL, WEIGHT, of_moment, place_of, plane, tap_of
from explainer.scenes.convolution.moment import Moment, remembered
from explainer.scenes.convolution.plan import TRANSPOSED, Plan
from explainer.scenes.convolution.words import size

STUFFED, KERNEL, OUTPUT = range(3)


def places_of(axis: Axis) -> np.ndarray:
    """Return the input at each place of the stuffed one along an axis, −1 for a zero that was put there."""
    lead, whole = axis.span - 1 - axis.before, axis.out + axis.span - 1
    found = np.full(whole, -1)
    for index in range(axis.size):
        if 0 <= lead + index * axis.stride < whole:
            found[lead + index * axis.stride] = index
    return found


@remembered
def _stuffed(plan: Plan, image: np.ndarray, channel: int) -> np.ndarray:
    rows, columns = places_of(plan.y), places_of(plan.x)
    found = image[channel][np.ix_(rows, columns)]
    return np.where(np.logical_and.outer(rows >= 0, columns >= 0), found, 0.0)


@of_moment(dims=("stuffed y", "stuffed x"))
def stuffed(frame: Frame, moment: Moment) -> np.ndarray:
    """Return the shown input channel with the zeros."""
    return _stuffed(moment.plan, moment.input, moment.channel_in)


@of_moment()
def put_there(frame: Frame, moment: Moment) -> np.ndarray:
    """Return which of its cells are zeros that were put there."""
    return ~np.logical_and.outer(places_of(moment.plan.y) >= 0, places_of(moment.plan.x) >= 0)


@of_moment()
def stuffed_head(frame: Frame, moment: Moment) -> str:
    """Return the size with the zeros."""
    return f"Input with zeros: {size(stuffed(frame).shape)}"


@of_moment()
def stuffed_lights(frame: Frame, moment: Moment, row: int, column: int) -> Any:
    """Light the output cell whose window lies about a place."""
    y, x = moment.plan.y, moment.plan.x
    return looking.outputs_lit(
        (min(max(row - y.span // 2, 0), y.out - 1), min(max(column - x.span // 2, 0), x.out - 1))
    )


@of_moment(dims=("turned y", "turned x"))
def turned(frame: Frame, moment: Moment) -> np.ndarray:
    """Return the kernel turned round, as it meets the stuffed input."""
    local = moment.local(moment.channel_out, moment.channel_in)
    shape = (moment.plan.y.kernel, moment.plan.x.kernel)
    return np.zeros(shape) if local is None else moment.applied[moment.channel_out, local, ::-1, ::-1]


def _upright(moment: Moment, place: tuple[int, int]) -> tuple[int, int]:
    """Return where a tap of the turned kernel is written in the kernel, or the other way round."""
    y, x = moment.plan.y, moment.plan.x
    return moment.turned((y.kernel - 1 - place[0], x.kernel - 1 - place[1]))


@of_moment()
def turned_lights(frame: Frame, moment: Moment, row: int, column: int) -> Any:
    """Light the weight, as it is written."""
    return {
        **{name: frame.lit[name] for name in CELL if name in frame.lit},
        **dict(zip(looking.TAP, _upright(moment, (row, column)), strict=True)),
    }


@of_moment(dims=CELL[1:])
def output(frame: Frame, moment: Moment) -> np.ndarray:
    """Return the shown output channel."""
    return plane(moment.result, moment.channel_out)


@of_moment()
def marks(frame: Frame, moment: Moment) -> Sequence[Mark]:
    """Mark the window on the stuffed input and its cell, and where the weight under the pointer lies in it."""
    (_, row, column), (y, x) = place_of(frame, moment), (moment.plan.y, moment.plan.x)
    rows = [row + tap * y.dilation for tap in range(y.kernel)]
    columns = [column + tap * x.dilation for tap in range(x.kernel)]
    window = [(a, b) for a in rows for b in columns]
    found = [Mark(STUFFED, window, "accent", 2.5), Mark(OUTPUT, [(row, column)], "accent", 2.5)]
    tap = tap_of(frame, moment)
    if tap is not None:
        a, b = _upright(moment, tap)
        found += [Mark(STUFFED, [(rows[a], columns[b])], WEIGHT, 2.5), Mark(KERNEL, [(a, b)], WEIGHT, 2.5)]
    return found


STUFFED_CARD = Card(
    "stuffed",
    "The same as a convolution over an input with zeros between",
    Board(
        (
            Grid(stuffed, stuffed_head, looking.shade, faint=put_there, lights=stuffed_lights),
            "⋆",
            Grid(turned, "Kernel, turned round", lights=turned_lights, cell=72),
            "=",
            Grid(output, of_moment()(lambda frame, moment: f"Output {size(moment.plan.shape[1:])}")),
        ),
        marks=marks,
        follows=(*CELL, *looking.TAP),
        caption="stride − 1 zeros between the inputs, and as many around as the window needs; the window moves by 1",
    ),
    about="Zeros between the inputs and around them, then an ordinary convolution at stride 1 with the kernel turned",
    hint="hover a cell or a weight",
    least=(240, 240),
    applies=lambda params: "" if params.operation == TRANSPOSED else "This is how a transposed convolution looks.",
)
