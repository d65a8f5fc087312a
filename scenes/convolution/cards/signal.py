"""One dimension as a signal: the input, and below it each output at the input that its window lies about."""

from __future__ import annotations

from typing import Any

import numpy as np

from explainer.contract.cards import Card, Column, Curves, Line
from explainer.contract.cards.bindings import Asked
from explainer.contract.frame import Frame
from explainer.scenes.convolution.axis import Axis
from explainer.scenes.convolution.cards import looking
from explainer.scenes.convolution.cards.looking import of_moment
from explainer.scenes.convolution.moment import Moment
from explainer.scenes.convolution.plan import POOLS, TRANSPOSED
from explainer.scenes.convolution.words import number

DIM = ("signal place",)


def middle_of(axis: Axis, place: int, causal: bool) -> int:
    """Return the input at which an output stands: its window's middle one, of a causal window the last."""
    return place * axis.stride - axis.before + ((axis.span - 1) if causal else (axis.span - 1) // 2)


def output_at(moment: Moment, at: int) -> int | None:
    """Return the output that stands at an input, None for none."""
    axis = moment.plan.x
    place, left = divmod(at - middle_of(axis, 0, moment.params.causal), axis.stride)
    return place if not left and 0 <= place < axis.out else None


def _aligned(moment: Moment, done: int) -> np.ndarray:
    """Return the first outputs of the shown channel, each at its input; NaN where none stands."""
    axis, values = moment.plan.x, moment.result[moment.channel_out, 0]
    found = np.full(axis.size, np.nan)
    for place in range(min(done, axis.out)):
        at = middle_of(axis, place, moment.params.causal)
        if 0 <= at < axis.size:
            found[at] = values[place]
    return found


@of_moment(dims=DIM)
def signal(frame: Frame, moment: Moment) -> np.ndarray:
    """Return the shown input channel."""
    return moment.input[moment.channel_in, 0]


@of_moment(dims=DIM)
def whole(frame: Frame, moment: Moment) -> np.ndarray:
    """Return the whole output, nothing where what is not computed is hidden."""
    return _aligned(moment, 0 if moment.params.hide else moment.plan.x.out)


@of_moment(dims=DIM)
def computed(frame: Frame, moment: Moment) -> np.ndarray:
    """Return what has been computed of it."""
    return _aligned(moment, max(0, moment.done - moment.channel_out * moment.plan.x.out))


@of_moment()
def reading(frame: Frame, moment: Moment, at: int) -> str:
    """Return the input at a place, and the output there with the inputs that it reads."""
    said = f"input {at}: {number(float(moment.input[moment.channel_in, 0, at]))}"
    place = output_at(moment, at)
    if place is None:
        return said
    read = [to for _, to in moment.plan.x.taps(place)]
    value = number(moment.value((moment.channel_out, 0, place)))
    return f"{said}   output {place}: {value}, which reads inputs {min(read)} to {max(read)}"


@of_moment()
def seek(frame: Frame, moment: Moment, at: int) -> Asked:
    """Go to the step of the output that stands at an input."""
    place = output_at(moment, at)
    return None if place is None else looking.seek_to(moment, (moment.channel_out, 0, place))


def _applies(params: Any) -> str:
    if params.dimensions == 2:
        return "Images have no such curve: set Dimensions to 1."
    divided = params.operation in POOLS and params.windows != "fixed"
    if params.operation == TRANSPOSED or divided:
        return "The outputs of this operation do not each stand at an input."
    return ""


SIGNAL = Card(
    "signal",
    "In one dimension: input, and each output where its window lies",
    Column(
        (
            Curves((Line(signal, "input", 0),), "input", dims=DIM, dots=True, reading=reading, click=seek),
            Curves(
                (Line(computed, "computed", 1), Line(whole, "output", 1, dashed=True)),
                "output",
                dims=DIM,
                dots=True,
                reading=reading,
                click=seek,
                none="No output stands at an input.",
            ),
        )
    ),
    about="The signal, and below each input the output whose window lies about it; causal: whose window ends there",
    hint="hover to see what an output reads, click to go there",
    least=(240, 200),
    applies=_applies,
)
