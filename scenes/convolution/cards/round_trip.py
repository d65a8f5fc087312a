"""There and back: the operation, then its transpose; what comes back is not what went."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from explainer.contract.cards import Board, Card, Grid, Mark
from explainer.contract.cards.bindings import MISSING
from explainer.contract.frame import Frame
from explainer.scenes.convolution.cards import looking
from explainer.scenes.convolution.cards.equivariance import alike
from explainer.scenes.convolution.cards.looking import EMPTY, IMAGE, of_moment, place_of, plane
from explainer.scenes.convolution.cards.matrix import is_identity
from explainer.scenes.convolution.moment import Moment, remembered
from explainer.scenes.convolution.plan import MAX_POOL
from explainer.scenes.convolution.words import number, size

BEFORE, OUT, BACK = range(3)


@remembered
def _unbiased(result: np.ndarray, bias: np.ndarray, channel: int) -> np.ndarray:
    return result[channel] - (bias[channel] if bias.size else 0.0)


@of_moment("round_trip", dims=looking.CELL[1:])
def there(frame: Frame, moment: Moment) -> np.ndarray:
    """Return the output without its bias."""
    return _unbiased(moment.result, moment.bias, moment.channel_out)


def _arrived(frame: Frame, moment: Moment) -> bool:
    return frame.arrays["round_trip"].shape == moment.input.shape


@of_moment("round_trip", dims=IMAGE)
def back(frame: Frame, moment: Moment) -> Any:
    """Return what comes back."""
    return plane(frame.arrays["round_trip"], moment.channel_in) if _arrived(frame, moment) else MISSING


@of_moment()
def lights(frame: Frame, moment: Moment, row: int, column: int) -> Mapping[str, int]:
    """Light an input, and the output cell whose window lies about it."""
    return {"y": row, "x": column, **looking.outputs_lit(moment.nearest(row, column))}


@of_moment()
def marks(frame: Frame, moment: Moment) -> Sequence[Mark]:
    """Mark the cell that is looked at and the inputs that it reads and writes."""
    place = place_of(frame, moment)
    around = looking.sources(moment, place)
    return Mark(BEFORE, around, "accent", 2.5), Mark(OUT, [place[1:]], "accent", 2.5), Mark(BACK, around, "accent", 2.5)


@of_moment("round_trip")
def lines(frame: Frame, moment: Moment) -> Sequence[tuple[str, str]]:
    """Return how many numbers are as before, and one of them."""
    if not _arrived(frame, moment):
        return ()
    row, column = frame.lit.get("y", 0), frame.lit.get("x", 0)
    if not (row < moment.plan.y.size and column < moment.plan.x.size):
        row = column = 0
    went, came = (float(each[moment.channel_in, row, column]) for each in (moment.input, frame.arrays["round_trip"]))
    one = f"row {row}, column {column}: {number(went)} went, {number(came)} came back"
    return (words(frame, moment), "strong"), (one, "")


def words(frame: Frame, moment: Moment) -> str:
    """Return how many numbers are as before, and whether that holds for every image."""
    came, went = frame.arrays["round_trip"], moment.input
    if moment.plan.operation == MAX_POOL:
        return "Each maximum goes back to where it stood, once for every window that it won; the rest is lost."
    same, gram = alike(went, came), frame.arrays.get("gram", EMPTY)
    known = gram.shape == (went.size, went.size)
    if known and is_identity(gram):
        return "Every number has come back, as for any image: this operation's transpose undoes it."
    if same < went.size:
        return f"The shape has come back, {same} of {went.size} numbers have: the transpose is not the inverse."
    if known:
        return "Every number of this image has come back, of others not: WᵀW is not the identity."
    return "Every number of this image has come back; of other images that does not follow."


@of_moment("round_trip", "gram")
def summary(frame: Frame, moment: Moment) -> str:
    """Return what came back, in words."""
    return words(frame, moment)


def _sized(name: str, shape: Any) -> Any:
    return of_moment()(lambda frame, moment: f"{name}: {size(shape(moment))}")


ROUND_TRIP = Card(
    "round-trip",
    "There and back: the operation, then its transpose",
    Board(
        (
            Grid(
                looking.image,
                _sized("Input x", lambda moment: moment.input.shape[1:]),
                looking.shade,
                lights=lights,
            ),
            "W →",
            Grid(there, _sized("W x", lambda moment: moment.plan.shape[1:])),
            "Wᵀ →",
            Grid(back, _sized("WᵀW x", lambda moment: moment.input.shape[1:]), lights=lights),
        ),
        marks=marks,
        lines=lines,
    ),
    about="Input x, output W x, and WᵀW x: the transpose brings the shape back, not the numbers",
    summary=summary,
    least=(240, 200),
)
