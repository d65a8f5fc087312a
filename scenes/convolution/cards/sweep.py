"""Input, kernel and output side by side: the window on the one, the cell it makes on the other."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from explainer.contract.cards import Board, Card, Grid, Mark
from explainer.contract.frame import Frame
from explainer.scenes.convolution.cards import looking
from explainer.scenes.convolution.cards.input_grid import INPUT_GRID
from explainer.scenes.convolution.cards.kernel_grid import KERNEL_GRID, has_kernel
from explainer.scenes.convolution.cards.looking import (
    EMPTY,
    MOST_MARKED,
    WEIGHT,
    of_moment,
    place_of,
)
from explainer.scenes.convolution.cards.output_grid import DENSE_GRID, OUTPUT_GRID, dense_of
from explainer.scenes.convolution.moment import Moment
from explainer.scenes.convolution.plan import TRANSPOSED
from explainer.scenes.convolution.words import (
    both_sizes,
    operation_title,
)

INPUT, KERNEL, DENSE, OUTPUT, CHANNELS_IN, CHANNELS_OUT = range(6)


@of_moment()
def heading(frame: Frame, moment: Moment) -> str:
    """Return what is computed, and the size arithmetic."""
    return f"{operation_title(moment)} · size {both_sizes(moment)}"


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
    return "→" if dense_of(frame, moment) is not None else made_sign(frame)


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


@of_moment()
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


SWEEP = Card(
    "operation",
    heading,
    Board(
        (
            (
                INPUT_GRID,
                first_sign,
                KERNEL_GRID,
                made_sign,
                DENSE_GRID,
                output_sign,
                OUTPUT_GRID,
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
    name="Input, kernel, output",
    about="Input, kernel and output: hover a cell to move the window, a weight to see what it meets; "
    "drag it to change it",
    hint="hover, click or drag any cell",
    at_first=True,
    weight=1.5,
    least=(240, 220),
)
