"""One output cell worked out: patch times kernel, the products, their sum over channels, and the bias."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from explainer.contract.cards import Board, Card, Grid, Mark
from explainer.contract.frame import Frame
from explainer.scenes.convolution.cards.looking import (
    CELL,
    EMPTY,
    TAP,
    WEIGHT,
    is_lit,
    of_moment,
    place_of,
    shade,
    tap_of,
)
from explainer.scenes.convolution.moment import Moment, Place
from explainer.scenes.convolution.plan import MAX_POOL
from explainer.scenes.convolution.words import MOST_LISTED, cell_line, product_words, sum_words

PATCH, KERNEL, PRODUCTS, TOTAL = range(4)
DONE = {"window": 0, "products": 2}
"""Phase → how many of kernel, products and value it has come to."""
FEW = 8
"""Numbers of a line, from which on it is shortened by two at a time."""
PHASES = {"window": " · 1 the window", "products": " · 2 the products"}


def channel_of(moment: Moment, place: Place) -> int:
    """Return the input channel whose numbers are shown: the chosen one, if the cell reads it."""
    read = moment.plan.channels_of(place[0])
    return moment.channel_in if moment.channel_in in read else read.start


@of_moment()
def heading(frame: Frame, moment: Moment) -> str:
    """Return which cell it is."""
    channel, row, column = place_of(frame, moment)
    where = f"channel {channel}, " if moment.plan.out_channels > 1 else ""
    phase = "" if is_lit(frame) else PHASES.get(moment.phase, "")
    return f"One cell, worked out: {where}row {row}, column {column}{phase}"


def _patch(frame: Frame, moment: Moment) -> np.ndarray:
    place = place_of(frame, moment)
    return moment.patch(place, channel_of(moment, place))


def _kernel(frame: Frame, moment: Moment) -> np.ndarray:
    place = place_of(frame, moment)
    return moment.kernel(place, channel_of(moment, place))


@of_moment(dims=("tap y", "tap x"))
def patch(frame: Frame, moment: Moment) -> np.ndarray:
    """Return the inputs under the window; one empty cell where it sees none."""
    found = _patch(frame, moment)
    return found if found.size else np.zeros((1, 1))


@of_moment()
def sees_nothing(frame: Frame, moment: Moment) -> np.ndarray | None:
    """Strike the empty cell out."""
    return None if _patch(frame, moment).size else np.ones((1, 1), bool)


@of_moment(dims=("tap y", "tap x"))
def kernel(frame: Frame, moment: Moment) -> np.ndarray:
    """Return the weights that meet them, or the share of each in a mean."""
    return EMPTY if moment.plan.operation == MAX_POOL else _kernel(frame, moment)


@of_moment(dims=("tap y", "tap x"))
def products(frame: Frame, moment: Moment) -> np.ndarray:
    """Return patch times kernel."""
    return EMPTY if moment.plan.pools else _patch(frame, moment) * _kernel(frame, moment)


@of_moment(dims=("one y", "one x"))
def total(frame: Frame, moment: Moment) -> np.ndarray:
    """Return the cell's value."""
    return np.array([[moment.value(place_of(frame, moment))]])


def _finite(values: np.ndarray) -> np.ndarray:
    return values[np.isfinite(values)]


@of_moment()
def input_low(frame: Frame, moment: Moment) -> float:
    """Return where the image's colours begin."""
    return min(0.0, float(_finite(moment.input[channel_of(moment, place_of(frame, moment))]).min(initial=0.0)))


@of_moment()
def input_high(frame: Frame, moment: Moment) -> float:
    """Return where the image's colours end."""
    return float(_finite(moment.input[channel_of(moment, place_of(frame, moment))]).max(initial=0.0))


@of_moment()
def strongest_weight(frame: Frame, moment: Moment) -> float:
    """Return the largest weight of the filter, so that a part of it has the colours of the whole."""
    place = place_of(frame, moment)
    if moment.plan.pools:
        return 1 / moment.plan.counted(*place[1:])
    return float(np.abs(moment.filters[place[0]]).max()) or 1.0


@of_moment()
def strongest_output(frame: Frame, moment: Moment) -> float:
    """Return the largest number of the output's channel."""
    known = np.abs(_finite(moment.result[place_of(frame, moment)[0]]))
    return float(known.max()) if known.size else 1.0


@of_moment()
def value_shade(frame: Frame, moment: Moment) -> str:
    """Return the colours of the value: the image's where it is one of its numbers."""
    return moment.shade if moment.plan.pools else "signed"


@of_moment()
def patch_head(frame: Frame, moment: Moment) -> str:
    """Return which channel's patch it is, of several."""
    place = place_of(frame, moment)
    several = len(moment.plan.channels_of(place[0])) > 1
    return f"Patch of channel {channel_of(moment, place)}" if several else "Patch"


@of_moment()
def kernel_head(frame: Frame, moment: Moment) -> str:
    """Return what the patch is multiplied by."""
    return f"1 / {moment.plan.counted(*place_of(frame, moment)[1:])} each" if moment.plan.pools else "Kernel"


@of_moment()
def last_sign(frame: Frame, moment: Moment) -> str:
    """Return how the value comes about."""
    return "max" if moment.plan.operation == MAX_POOL else "Σ"


def held_back(number: int, values: Callable[[Frame], np.ndarray]) -> Callable[[Frame], np.ndarray | None]:
    """Return what makes a grid pale that the step in progress has not come to yet."""

    @of_moment()
    def mask(frame: Frame, moment: Moment) -> np.ndarray | None:
        waits = not is_lit(frame) and number >= DONE.get(moment.phase, 3)
        return np.ones(values(frame).shape, bool) if waits else None

    return mask


@of_moment()
def lights(frame: Frame, moment: Moment, row: int, column: int) -> Mapping[str, int]:
    """Light the weight under the pointer; the cell stays the one that is looked at."""
    kept = {name: frame.lit[name] for name in CELL if name in frame.lit}
    rows, columns = moment.taps(place_of(frame, moment))
    if moment.plan.pools or row >= len(rows) or column >= len(columns):
        return kept
    return kept | dict(zip(TAP, moment.turned((rows[row][0], columns[column][0])), strict=True))


@of_moment()
def marks(frame: Frame, moment: Moment) -> Sequence[Mark]:
    """Mark the weight under the pointer with what it meets, the first of the largest numbers, and the value."""
    shown = _marked(frame, moment)
    cells = [shown] if shown is not None else []
    return *(Mark(grid, cells, WEIGHT, 2.5) for grid in (PATCH, KERNEL, PRODUCTS)), Mark(TOTAL, [(0, 0)], "accent", 2.5)


def _marked(frame: Frame, moment: Moment) -> tuple[int, int] | None:
    tap, (rows, columns) = tap_of(frame, moment), moment.taps(place_of(frame, moment))
    if tap is not None:
        used = moment.turned(tap)
        here = [t for t, _ in rows], [t for t, _ in columns]
        return (here[0].index(used[0]), here[1].index(used[1])) if used[0] in here[0] and used[1] in here[1] else None
    found = _patch(frame, moment)
    if moment.plan.operation != MAX_POOL or not found.size:
        return None
    row, column = divmod(int(found.argmax()), found.shape[1])
    return row, column


@of_moment()
def lines(frame: Frame, moment: Moment) -> Sequence[tuple[Sequence[str], str]]:
    """Return the sum and the products with as many numbers as there is room for, and the PyTorch line."""
    place = place_of(frame, moment)
    channel = channel_of(moment, place)
    most = min(MOST_LISTED, max(len(moment.plan.channels_of(place[0])), moment.patch(place, channel).size, 1))
    lengths = range(most, 0, -1 if most < FEW else -2)
    sums = tuple(dict.fromkeys(sum_words(moment, place, channel, most) for most in lengths))
    listed = tuple(dict.fromkeys(product_words(moment, place, channel, most) for most in lengths))
    return (sums, "strong"), ((cell_line(moment, place),), "code"), (listed if listed[0] else (), "")


CELL_CARD = Card(
    "cell",
    heading,
    Board(
        (
            Grid(patch, patch_head, shade, low=input_low, high=input_high, hatched=sees_nothing, lights=lights),
            "×",
            Grid(kernel, kernel_head, high=strongest_weight, faint=held_back(0, kernel), lights=lights),
            "=",
            Grid(products, "Products", faint=held_back(1, products), lights=lights),
            last_sign,
            Grid(
                total,
                "Output",
                value_shade,
                low=0.0,
                high=strongest_output,
                faint=held_back(2, total),
                lights=of_moment()(
                    lambda frame, moment, row, column: {n: frame.lit[n] for n in CELL if n in frame.lit}
                ),
            ),
        ),
        marks=marks,
        follows=(*CELL, *TAP),
        lines=lines,
    ),
    name="One output cell",
    about="Patch, kernel and products with their numbers, the sum, and the PyTorch line; hover a number to follow it",
    at_first=True,
    least=(240, 150),
)
