"""The formulas with the numbers of the moment: every line is arithmetic that can be worked out again."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from explainer.contract.frame import Frame
from explainer.scenes.convolution.axis import Axis
from explainer.scenes.convolution.cards.backward import Term, input_terms, weight_terms
from explainer.scenes.convolution.cards.receptive import stack_of
from explainer.scenes.convolution.moment import Moment, moment_of
from explainer.scenes.convolution.words import number

MOST_TERMS = 9


def tex(value: float, bracket: bool = False) -> str:
    """Return a number as LaTeX, a negative one in brackets where it is a factor."""
    words = number(float(value)).replace("−", "-").replace("∞", r"\infty")
    return f"({words})" if bracket and value < 0 else words


def added(terms: Sequence[str], values: Sequence[float]) -> str:
    """Return terms added up, those after the first so many as the sum of their values."""
    shown, rest = terms[:MOST_TERMS], values[MOST_TERMS:]
    if rest:
        shown = [*shown, rf"{tex(float(np.sum(rest)), bracket=True)}\;(\text{{{len(rest)} more}})"]
    return " + ".join(shown) or "0"


def cell_numbers(frame: Frame) -> str:
    """Return the arithmetic of the cell that the run has come to."""
    moment = moment_of(frame)
    if moment is None:
        return ""
    place = moment.here
    name = f"y_{{{_index(moment, place)}}}"
    if moment.plan.pools:
        return f"{name} = {_pooled(moment)} = {tex(moment.value(place))}"
    read = moment.plan.channels_of(place[0])
    if len(read) > 1:
        values = [total for _, total in moment.sums(place)]
        terms = [tex(total, bracket=True) for total in values]
    else:
        pairs = list(zip(moment.patch(place, read.start).flat, moment.kernel(place, read.start).flat, strict=True))
        values = [x * w for x, w in pairs]
        terms = [_product(w, x) for x, w in pairs]
    return f"{name} = {tex(float(moment.bias[place[0]]))} + {added(terms, values)} = {tex(moment.value(place))}"


def _index(moment: Moment, place: Sequence[int]) -> str:
    """Return an index as it is written: in one dimension without the row."""
    shown = (place[0], *place[2:]) if moment.params.dimensions == 1 and len(place) == 3 else place
    return ",".join(map(str, shown))


def _product(first: float, second: float) -> str:
    return rf"{tex(first, bracket=True)} \cdot {tex(second, bracket=True)}"


def _pooled(moment: Moment) -> str:
    place = moment.here
    patch = moment.patch(place, place[0]).reshape(-1).tolist()
    if moment.mean:
        count = moment.plan.counted(*place[1:])
        return rf"\frac{{1}}{{{count}}} \left({added([tex(x, bracket=True) for x in patch], patch)}\right)"
    shown = ", ".join(map(tex, patch[:MOST_TERMS]))
    rest = patch[MOST_TERMS:]
    return (
        rf"\max({shown}, {tex(max(rest))}\;(\text{{the largest of {len(rest)} more}}))" if rest else rf"\max({shown})"
    )


def weight_numbers(frame: Frame) -> str:
    """Return the gradient of the first weight of the shown kernel as the sum of its terms."""
    moment, upstream = moment_of(frame), frame.arrays.get("upstream")
    found = frame.arrays.get("grad_weight")
    if moment is None or moment.plan.pools or upstream is None or found is None:
        return ""
    out, channel = moment.channel_out, moment.channel_in
    local = moment.local(out, channel)
    if local is None or upstream.shape != moment.result.shape or found.shape != moment.weight.shape:
        return ""
    tap = moment.turned((0, 0))
    place = _weight_place(moment, out, channel, local)
    terms = weight_terms(moment, upstream, out, channel, tap)
    return (
        rf"\frac{{\partial L}}{{\partial w_{{{_shown(moment, place)}}}}} = {_sum(terms)} = {tex(float(found[place]))}"
    )


def _weight_place(moment: Moment, out: int, channel: int, local: int) -> tuple[int, ...]:
    """Return where the first weight of a kernel stands in PyTorch's array."""
    if moment.plan.operation == "transposed":
        return channel, out % (moment.plan.out_channels // moment.plan.groups), 0, 0
    return out, local, 0, 0


def _shown(moment: Moment, place: tuple[int, ...]) -> str:
    return ",".join(map(str, (*place[:2], *place[3:]) if moment.params.dimensions == 1 else place))


def input_numbers(frame: Frame) -> str:
    """Return the largest gradient of an input of the shown channel as the sum of its terms."""
    moment, upstream, found = moment_of(frame), frame.arrays.get("upstream"), frame.arrays.get("grad_input")
    if moment is None or upstream is None or found is None:
        return ""
    if upstream.shape != moment.result.shape or found.shape != moment.input.shape:
        return ""
    channel = moment.channel_in
    row, column = np.unravel_index(int(np.abs(found[channel]).argmax()), found.shape[1:])
    terms = input_terms(moment, upstream, channel, int(row), int(column))
    place = _index(moment, (channel, row, column))
    value = tex(float(found[channel, row, column]))
    return rf"\frac{{\partial L}}{{\partial x_{{{place}}}}} = {_sum(terms)} = {value}"


def _sum(terms: Sequence[Term]) -> str:
    """Return products added up: those that are 0 are left out, if there are others."""
    some = [term for term in terms if term[2] * term[3] != 0]
    return added([_product(a, b) for _, _, a, b in some], [a * b for _, _, a, b in some])


def size_numbers(frame: Frame) -> str:
    """Return the size with the numbers of both directions."""
    moment = moment_of(frame)
    if moment is None:
        return ""
    y, x = moment.plan.y, moment.plan.x
    if y == x or frame.params.dimensions == 1:
        return _size(x)
    return rf"\begin{{aligned}} {_size(y).replace('=', '&=', 1)} \\ {_size(x).replace('=', '&=', 1)} \end{{aligned}}"


def _size(axis: Axis) -> str:
    if axis.parts:
        return rf"n = {axis.size}, \; o = {axis.parts}"
    pads, reach = rf"{axis.before} + {axis.after}", rf"{axis.dilation} \cdot ({axis.kernel} - 1)"
    if axis.transposed:
        return rf"o = ({axis.size} - 1) \cdot {axis.stride} - ({pads}) + {reach} + {axis.extra} + 1 = {axis.out}"
    top = rf"{axis.size} + {pads} - {reach} - 1"
    if axis.begins is None:
        return rf"o = \left\lfloor \frac{{{top}}}{{{axis.stride}}} \right\rfloor + 1 = {axis.out}"
    less = " - 1" if -(-axis.room // axis.stride) + 1 > axis.out else ""
    return rf"o = \left\lceil \frac{{{top}}}{{{axis.stride}}} \right\rceil + 1{less} = {axis.out}"


def field_numbers(frame: Frame) -> str:
    """Return the receptive field of the stack, layer by layer, in both directions where they differ."""
    moment = moment_of(frame)
    if moment is None or moment.plan.x.transposed or moment.plan.adaptive:
        return ""
    params = frame.params
    stack = stack_of(moment.plan, params.layers, widened=2 if params.stack_dilation == "doubled" else 1)
    y, x = (r" \to ".join(map(str, stack.fields(axes))) for axes in (stack.y, stack.x))
    if y == x or params.dimensions == 1:
        return f"r = {x}"
    return rf"r_y = {y}, \quad r_x = {x}"
