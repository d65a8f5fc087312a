"""One moment of the experiment as the pictures read it: which numbers meet at a cell, and what comes of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property, wraps
from typing import Any, TypeVar

import numpy as np

from explainer.contract.frame import Frame
from explainer.contract.refused import Refused
from explainer.scenes.convolution import Params
from explainer.scenes.convolution.axis import Axis
from explainer.scenes.convolution.kernels import write_kernels
from explainer.scenes.convolution.plan import AVERAGE_POOL, MAX_POOL, TRANSPOSED, Plan, plan_of

Place = tuple[int, int, int]
"""Channel, row, column."""
Taps = Sequence[tuple[int, int]]


NEEDED = ("input", "weight", "bias", "result")
MOST_KEPT = 12
F = TypeVar("F", bound=Callable[..., Any])


def remembered(function: F) -> F:
    """Keep what a function made of its last few arguments: another array is another one, all else is compared."""
    kept: list[tuple[tuple[Any, ...], Any]] = []

    @wraps(function)
    def found(*given: Any) -> Any:
        for known, made in tuple(kept):
            if len(known) == len(given) and all(map(_is_same, known, given)):
                return made
        made = function(*given)
        kept.insert(0, (given, made))
        del kept[MOST_KEPT:]
        return made

    return found  # type: ignore[return-value]


def _is_same(one: Any, other: Any) -> bool:
    return one is other or (not (isinstance(one, np.ndarray) or isinstance(other, np.ndarray)) and bool(one == other))


def moment_of(frame: Frame) -> Moment | None:
    """Return the moment, None while arrays of it are on their way."""
    if not frame.arrays.keys() >= set(NEEDED):
        return None
    return _moment(frame.params, frame.step, frame.phase, *(frame.arrays[name] for name in NEEDED))


@remembered
def _moment(params: Params, step: int, phase: str, image: np.ndarray, *layer: np.ndarray) -> Moment | None:
    try:
        plan = plan_of(params, image.shape)
    except Refused:
        return None
    found = Moment(params, plan, image, *layer, step=step, phase=phase)
    fits = plan.pools or found.filters.shape[2:] == (plan.y.kernel, plan.x.kernel)
    return found if found.result.shape == plan.shape and fits else None


@dataclass(frozen=True)
class Moment:
    """Parameters, plan and arrays that belong together."""

    params: Params
    plan: Plan
    input: np.ndarray
    weight: np.ndarray
    bias: np.ndarray
    result: np.ndarray
    step: int
    phase: str = ""
    """What has just been done of the cell in progress, empty between cells."""

    @property
    def done(self) -> int:
        """How many cells have been computed."""
        cells = self.plan.cells
        return cells if self.params.at_once and self.step else min(self.step, cells)

    @property
    def here(self) -> Place:
        """The last computed cell, within a step the one to be computed; at the beginning the one that shows most."""
        if self.phase and not self.params.at_once:
            return self.plan.place(min(self.done, self.plan.cells - 1))
        return self.plan.place(self.done - 1) if self.done else self.opening

    @cached_property
    def opening(self) -> Place:
        """The cell to begin with."""
        return self.plan.opening(self.input)

    @property
    def channel_in(self) -> int:
        """The input channel that is shown."""
        return min(self.params.channel_in, self.input.shape[0] - 1)

    @property
    def channel_out(self) -> int:
        """The output channel that is shown."""
        return min(self.params.channel_out, self.plan.out_channels - 1)

    @property
    def sweeps(self) -> bool:
        """Whether the cells are computed one after the other."""
        return not self.params.at_once

    @cached_property
    def filters(self) -> np.ndarray:
        """The filters (out, in / groups, y, x) as they are written down, before flipping."""
        if self.plan.operation != TRANSPOSED:
            return self.weight
        groups, (first, second) = self.plan.groups, self.weight.shape[:2]
        split = self.weight.reshape(groups, first // groups, second, *self.weight.shape[2:])
        return split.swapaxes(1, 2).reshape(groups * second, first // groups, *self.weight.shape[2:])

    @property
    def applied(self) -> np.ndarray:
        """The filters as they meet the input."""
        return self.filters[..., ::-1, ::-1] if self.params.flip else self.filters

    def turned(self, tap: tuple[int, int]) -> tuple[int, int]:
        """Return where a tap as applied is written in the kernel, or the other way round."""
        y, x = self.plan.y, self.plan.x
        return (y.kernel - 1 - tap[0], x.kernel - 1 - tap[1]) if self.params.flip else tap

    def local(self, out: int, channel: int) -> int | None:
        """Return which of a filter's channels reads an input channel, None when none does."""
        read = self.plan.channels_of(out)
        return channel - read.start if channel in read else None

    def taps(self, place: Place) -> tuple[Taps, Taps]:
        """Return (tap, place in the input) of the window of an output cell, for rows and columns."""
        return self.plan.y.taps(place[1]), self.plan.x.taps(place[2])

    def window(self, place: Place) -> list[tuple[int, int]]:
        """Return row and column of each input under the window."""
        rows, columns = self.taps(place)
        return [(y, x) for _, y in rows for _, x in columns]

    def at(self, channel: int, y: int, x: int) -> float:
        """Return the number at a place of the padded input."""
        row, column = self.plan.y.source(y), self.plan.x.source(x)
        if row < 0 or column < 0:
            return -np.inf if self.plan.operation == MAX_POOL else 0.0
        return float(self.input[channel, row, column])

    def patch(self, place: Place, channel: int) -> np.ndarray:
        """Return the numbers of an input channel under the window (row, column)."""
        if (place, channel) not in self._patches:
            self._patches[place, channel] = self._patch(place, channel)
        return self._patches[place, channel]

    @cached_property
    def _patches(self) -> dict[tuple[Place, int], np.ndarray]:
        return {}

    def _patch(self, place: Place, channel: int) -> np.ndarray:
        rows, columns = self.taps(place)
        found = [self.at(channel, y, x) for _, y in rows for _, x in columns]
        return np.array(found, float).reshape(len(rows), len(columns))

    def kernel(self, place: Place, channel: int) -> np.ndarray:
        """Return the weights that meet them (row, column); one over the numbers counted where the mean is taken."""
        rows, columns = self.taps(place)
        if self.plan.pools:
            return np.full((len(rows), len(columns)), 1 / self.plan.counted(*place[1:]))
        local = self.local(place[0], channel)
        if local is None:
            return np.zeros((len(rows), len(columns)))
        weights = self.applied[place[0], local]
        return weights[[t for t, _ in rows]][:, [t for t, _ in columns]].astype(float)

    def sums(self, place: Place) -> list[tuple[int, float]]:
        """Return (input channel, sum of its products) for the channels that a cell reads."""
        read = self.plan.channels_of(place[0])
        return [(c, float((self.patch(place, c) * self.kernel(place, c)).sum())) for c in read]

    def value(self, place: Place) -> float:
        """Return what PyTorch found for a cell."""
        return float(self.result[place])

    def number(self, place: Place) -> int:
        """Return a cell's number in reading order."""
        return int(np.ravel_multi_index(place, self.plan.shape))

    def nearest(self, y: int, x: int) -> tuple[int, int]:
        """Return row and column of the output cell whose window lies about an input place."""
        return _nearest(self.plan.y, y), _nearest(self.plan.x, x)

    def padded(self, channel: int) -> tuple[np.ndarray, tuple[int, int, int, int]]:
        """Return an input channel with its padding, and how many rows and columns that adds on each side."""
        return _padded(self.plan, self.input, channel)

    def unread(self) -> np.ndarray:
        """Return which places of the padded input have no part in the output (row, column).

        A number that is read through padding, as the circular one, has one where no window covers its own place.
        """
        y, x = self.plan.y, self.plan.x
        found = ~np.logical_and.outer(y.read, x.read)
        top, left = (0, 0) if self.plan.operation == TRANSPOSED else (y.before, x.before)
        found[top : top + y.size, left : left + x.size] = ~np.logical_and.outer(y.used, x.used)
        return found

    def edited(self, out: int, channel: int, tap: tuple[int, int], number: float) -> dict[str, str]:
        """Return the parameters of the kernel with another number; alike kernels stay alike."""
        filters = self.filters.copy()
        if (filters == filters[:1, :1]).all():
            filters = filters[:1, :1]
            filters[..., tap[0], tap[1]] = number
        else:
            filters[out, self.local(out, channel) or 0, tap[0], tap[1]] = number
        return {"kernel": "custom", "kernel_values": write_kernels(filters.reshape(-1, *filters.shape[2:]))}

    @property
    def shade(self) -> str:
        """The colours of the image's numbers: a photograph's are light, in both themes."""
        return "photograph" if self.params.image in ("china", "flower", "file") else "ink"

    @property
    def mean(self) -> bool:
        """Whether the mean of the window is taken."""
        return self.plan.operation == AVERAGE_POOL


@remembered
def _padded(plan: Plan, image: np.ndarray, channel: int) -> tuple[np.ndarray, tuple[int, int, int, int]]:
    y, x = plan.y, plan.x
    if plan.operation == TRANSPOSED or not any((y.before, y.after, x.before, x.after)):
        return image[channel], (0, 0, 0, 0)
    rows = [y.source(at) for at in range(-y.before, y.size + y.after)]
    columns = [x.source(at) for at in range(-x.before, x.size + x.after)]
    found = image[channel][np.ix_(rows, columns)].astype(float)
    fill = -np.inf if plan.operation == MAX_POOL else 0.0
    found[np.array(rows) < 0] = fill
    found[:, np.array(columns) < 0] = fill
    return found, (y.before, y.after, x.before, x.after)


def _nearest(axis: Axis, at: int) -> int:
    if axis.parts:
        place = at * axis.parts // axis.size
    elif axis.transposed:
        place = at * axis.stride + (axis.span - 1) // 2 - axis.before
    else:
        place = round((at + axis.before - (axis.span - 1) / 2) / axis.stride)
    return min(max(place, 0), axis.out - 1)
