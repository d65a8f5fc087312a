"""What the cards share: functions of a moment, and the output cell that the run or a pointer looks at."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from explainer.contract.cards import Seek, reads
from explainer.contract.cards.bindings import MISSING
from explainer.contract.frame import Frame
from explainer.scenes.convolution.moment import NEEDED, Moment, Place, moment_of, remembered

CELL = ("output channel", "output y", "output x")
TAP = ("kernel y", "kernel x")
IMAGE = ("y", "x")
EMPTY = np.zeros((0, 0))
WEIGHT = 3
"""The place in the palette of what belongs to one weight: neither the pointer's colour nor that of a sign."""
MOST_MARKED = 5_000
"""Cells that are marked one by one."""


def of_moment(*arrays: str, dims: Sequence[str] = ()) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Make of a function of frame and moment one of a frame, which waits for the moment's arrays and these."""

    def make(function: Callable[..., Any]) -> Callable[..., Any]:
        @reads(*NEEDED, *arrays, dims=dims)
        def made(frame: Frame, *places: Any) -> Any:
            moment = moment_of(frame)
            return MISSING if moment is None else function(frame, moment, *places)

        return made

    return make


@remembered
def plane(array: np.ndarray, channel: int) -> np.ndarray:
    """Return one channel of an array, the same object each time."""
    return array[channel]


def place_of(frame: Frame, moment: Moment) -> Place:
    """Return the output cell that is looked at: the one that a pointer is on, else the run's."""
    row, column = frame.lit.get("output y"), frame.lit.get("output x")
    channel = frame.lit.get("output channel", moment.channel_out)
    if row is None or column is None or not _within((channel, row, column), moment.plan.shape):
        return moment.here
    return channel, row, column


def is_lit(frame: Frame) -> bool:
    """Return whether a pointer is on an output cell."""
    return "output y" in frame.lit and "output x" in frame.lit


def tap_of(frame: Frame, moment: Moment) -> tuple[int, int] | None:
    """Return the weight that a pointer is on, as it is written in the kernel."""
    row, column = frame.lit.get("kernel y"), frame.lit.get("kernel x")
    if row is None or column is None or moment.plan.pools:
        return None
    return (row, column) if _within((row, column), (moment.plan.y.kernel, moment.plan.x.kernel)) else None


def _within(place: Sequence[int], shape: Sequence[int]) -> bool:
    return all(0 <= at < size for at, size in zip(place, shape, strict=True))


def outputs_lit(place: tuple[int, int]) -> Mapping[str, int]:
    """Return what lights an output cell, of the channel that is shown."""
    return {"output y": place[0], "output x": place[1]}


def sources(moment: Moment, place: Place) -> list[tuple[int, int]]:
    """Return the inputs that an output cell reads, those through padding too."""
    y, x = moment.plan.y, moment.plan.x
    return [(y.source(at), x.source(to)) for at, to in moment.window(place)]


def seek_to(moment: Moment, place: Place) -> Seek | None:
    """Return the step that computes a cell; None where all are computed at once."""
    return Seek(moment.number(place) + 1) if moment.sweeps else None


@of_moment()
def seek_nearest(frame: Frame, moment: Moment, row: int, column: int) -> Seek | None:
    """Go to the step of the cell whose window lies about an input."""
    return seek_to(moment, (moment.channel_out, *moment.nearest(row, column)))


@of_moment()
def seek_output(frame: Frame, moment: Moment, row: int, column: int) -> Seek | None:
    """Go to the step that computes an output cell."""
    return seek_to(moment, (moment.channel_out, row, column))


def nothing_lit(frame: Frame, row: int, column: int) -> Mapping[str, int]:
    """Light nothing: these are other images."""
    return {}


@of_moment()
def shade(frame: Frame, moment: Moment) -> str:
    """Return the colours of the image's numbers."""
    return moment.shade


@of_moment(dims=IMAGE)
def image(frame: Frame, moment: Moment) -> np.ndarray:
    """Return the input channel that is shown."""
    return plane(moment.input, moment.channel_in)


def cells_of(mask: np.ndarray) -> Sequence[tuple[int, int]]:
    """Return the cells at which a mask is true."""
    return [(int(row), int(column)) for row, column in np.argwhere(mask)]
