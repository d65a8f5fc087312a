"""The formulas of the operation, and below each the same with the numbers of the moment."""

from __future__ import annotations

from explainer.contract.frame import Formula, Frame
from explainer.scenes.convolution.axis import Axis
from explainer.scenes.convolution.moment import Moment, moment_of
from explainer.scenes.convolution.plan import MAX_POOL, TRANSPOSED
from explainer.scenes.convolution.words import number

SIZE = r"o = \left\lfloor \frac{n + p_1 + p_2 - d\,(k - 1) - 1}{s} \right\rfloor + 1"
SIZE_TRANSPOSED = r"o = (n - 1)\,s - p_1 - p_2 + d\,(k - 1) + e + 1"
CELL = r"y_{o,i,j} = b_o + \sum_c \sum_{a,b} w_{o,c,a,b} \; x_{c,\; s i + d a - p,\; s j + d b - p}"
FLIPPED = r"y_{o,i,j} = b_o + \sum_c \sum_{a,b} w_{o,c,\,k-1-a,\,k-1-b} \; x_{c,\; s i + d a - p,\; s j + d b - p}"
CELL_TRANSPOSED = r"y_{o,\; s i + d a - p,\; s j + d b - p} \mathrel{+}= \sum_c w_{c,o,a,b} \; x_{c,i,j}"
CELL_MAX = r"y_{c,i,j} = \max_{a,b} \; x_{c,\; s i + d a - p,\; s j + d b - p}"
CELL_MEAN = r"y_{c,i,j} = \frac{1}{k_y k_x} \sum_{a,b} x_{c,\; s i + a - p,\; s j + b - p}"
GRADIENTS = (
    r"\frac{\partial L}{\partial x} = \sum g \, w, \quad "
    r"\frac{\partial L}{\partial w_{o,c,a,b}} = \sum_{i,j} g_{o,i,j} \; x_{c,\; s i + d a - p,\; s j + d b - p}"
)
FIELD = r"r = 1 + \sum_{l} d_l\,(k_l - 1) \prod_{m < l} s_m"
MOST_TERMS = 9


def cell(frame: Frame) -> str:
    """Return the formula of one cell."""
    params = frame.params
    found = {TRANSPOSED: CELL_TRANSPOSED, MAX_POOL: CELL_MAX, "average-pool": CELL_MEAN}
    return found.get(params.operation, FLIPPED if params.flip else CELL)


def cell_numbers(frame: Frame) -> str:
    """Return the sum of the run's cell with its numbers."""
    moment = moment_of(frame)
    if moment is None:
        return ""
    place = moment.here
    name = f"y_{{{place[0]},{place[1]},{place[2]}}}"
    if moment.plan.pools:
        return f"{name} = {_pooled(moment)} = {_tex(moment.value(place))}"
    channel = moment.plan.channels_of(place[0]).start
    pairs = list(zip(moment.patch(place, channel).flat, moment.kernel(place, channel).flat, strict=True))
    if len(pairs) > MOST_TERMS or len(moment.plan.channels_of(place[0])) > 1:
        terms = " + ".join(_tex(total, bracket=True) for _, total in moment.sums(place))
    else:
        terms = " + ".join(rf"{_tex(x)} \cdot {_tex(w, bracket=True)}" for x, w in pairs) or "0"
    return f"{name} = {_tex(float(moment.bias[place[0]]))} + {terms} = {_tex(moment.value(place))}"


def _pooled(moment: Moment) -> str:
    patch = moment.patch(moment.here, moment.here[0]).reshape(-1)
    inside = ", ".join(map(_tex, patch[:16])) + (r", \ldots" if patch.size > 16 else "")
    if moment.mean:
        return rf"\frac{{1}}{{{patch.size}}} ({inside.replace(',', ' +')})"
    return rf"\max({inside})"


def _tex(value: float, bracket: bool = False) -> str:
    words = number(float(value)).replace("−", "-").replace("∞", r"\infty").replace("k", r"\,\mathrm{k}")
    return f"({words})" if bracket and value < 0 else words


def size(frame: Frame) -> str:
    """Return the formula of the output's size."""
    return SIZE_TRANSPOSED if frame.params.operation == TRANSPOSED else SIZE


def size_numbers(frame: Frame) -> str:
    """Return it with the numbers of both directions."""
    moment = moment_of(frame)
    if moment is None:
        return ""
    y, x = moment.plan.y, moment.plan.x
    if y == x or frame.params.dimensions == 1:
        return _size(x)
    return rf"\begin{{aligned}} {_size(y).replace('=', '&=', 1)} \\ {_size(x).replace('=', '&=', 1)} \end{{aligned}}"


def _size(axis: Axis) -> str:
    pads, reach = rf"{axis.before} + {axis.after}", rf"{axis.dilation} \cdot ({axis.kernel} - 1)"
    if axis.transposed:
        return rf"o = ({axis.size} - 1) \cdot {axis.stride} - ({pads}) + {reach} + {axis.extra} + 1 = {axis.out}"
    top = rf"{axis.size} + {pads} - {reach} - 1"
    return rf"o = \left\lfloor \frac{{{top}}}{{{axis.stride}}} \right\rfloor + 1 = {axis.out}"


def field_numbers(frame: Frame) -> str:
    """Return the receptive field of the stack, layer by layer."""
    moment = moment_of(frame)
    if moment is None or moment.plan.x.transposed:
        return ""
    found, jump = [1], 1
    for _ in range(frame.params.layers):
        found.append(found[-1] + (moment.plan.x.span - 1) * jump)
        jump *= moment.plan.x.stride
    return r"r = " + r" \to ".join(map(str, found))


FORMULAS = (
    Formula("One cell", cell, cell_numbers),
    Formula("The size of the output", size, size_numbers),
    Formula("Backward", lambda frame: GRADIENTS, lambda frame: ""),
    Formula("Receptive field", lambda frame: FIELD, field_numbers),
)
