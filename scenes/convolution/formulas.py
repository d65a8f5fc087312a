"""The formulas of the operation, one for each way it can be set; the numbers below them are another module's."""

from __future__ import annotations

from explainer.contract.frame import Formula, Frame
from explainer.scenes.convolution.formula_numbers import (
    cell_numbers,
    field_numbers,
    input_numbers,
    size_numbers,
    weight_numbers,
)
from explainer.scenes.convolution.plan import AVERAGE_POOL, MAX_POOL, POOLS, TRANSPOSED

SIZE = r"o = \left\lfloor \frac{n + p_1 + p_2 - d\,(k - 1) - 1}{s} \right\rfloor + 1"
SIZE_UP = (
    r"o = \left\lceil \frac{n + p_1 + p_2 - d\,(k - 1) - 1}{s} \right\rceil + 1"
    r"\quad (\text{less 1 where } (o - 1)\,s \ge n + p_1)"
)
SIZE_TRANSPOSED = r"o = (n - 1)\,s - p_1 - p_2 + d\,(k - 1) + e + 1"
DIVIDED = r"\text{window } i\!: \quad \lfloor i\,n / o \rfloor \; \ldots \; \lceil (i + 1)\,n / o \rceil - 1"
FIELD = r"r = 1 + \sum_{l} d_l\,(k_l - 1) \prod_{m < l} s_m"
WINDOW = r"(u, v) \in W_{i,j}"
FIRST_LARGEST = r"(u, v) = \mathrm{first}\,\mathrm{argmax}_{W_{i,j}} x_c"


def _flat(frame: Frame) -> bool:
    return bool(frame.params.dimensions == 1)


def _places(frame: Frame, rows: str, columns: str) -> str:
    """Return an index in both directions, in one dimension that along x alone."""
    return columns if _flat(frame) else rf"{rows},\, {columns}"


def _read(frame: Frame) -> str:
    """Return where a tap meets the padded input of a convolution, or the output of a transposed one."""
    return _places(frame, "s_y i + d_y a - p_y", "s_x j + d_x b - p_x")


def _tap(frame: Frame) -> str:
    """Return the index of a weight as it is applied, turned round where the kernel is flipped."""
    if frame.params.flip:
        return _places(frame, "k_y - 1 - a", "k_x - 1 - b")
    return _places(frame, "a", "b")


def _from_group(frame: Frame, name: str) -> str:
    """Return a channel counted within its group where there are several."""
    return f"{name} - {name}_0" if frame.params.groups > 1 else name


def _weight(frame: Frame) -> str:
    """Return a weight as PyTorch shapes it: (out, in / groups, …), transposed (in, out / groups, …)."""
    if frame.params.operation == TRANSPOSED:
        return rf"w_{{c,\, {_from_group(frame, 'o')},\, {_tap(frame)}}}"
    return rf"w_{{o,\, {_from_group(frame, 'c')},\, {_tap(frame)}}}"


def _input(frame: Frame) -> str:
    """Return the input that a weight meets; with a tilde where it is padded."""
    if frame.params.operation == TRANSPOSED:
        return rf"x_{{c,\, {_places(frame, 'i', 'j')}}}"
    return rf"\tilde x_{{c,\, {_read(frame)}}}"


def _output(frame: Frame, name: str, channel: str = "o") -> str:
    return rf"{name}_{{{channel},\, {_places(frame, 'i', 'j')}}}"


def _upstream(frame: Frame) -> str:
    """Return the upstream gradient at the output that input and weight meet at."""
    return rf"g_{{o,\, {_read(frame)}}}" if frame.params.operation == TRANSPOSED else _output(frame, "g")


def cell(frame: Frame) -> str:
    """Return the formula of one cell, and what its letters mean."""
    return rf"\begin{{aligned}} &{one_cell(frame)} \\ &{_legend(frame)} \end{{aligned}}"


def _legend(frame: Frame) -> str:
    if frame.params.operation in POOLS:
        return r"W_{i,j}\text{: places under the window, } n_{i,j}\text{: how many count}"
    found = [r"g = \partial L / \partial y"]
    if frame.params.operation != TRANSPOSED:
        found.append(r"\tilde x\text{: with padding}")
    if frame.params.groups > 1:
        found.append(r"o_0, c_0\text{: first of the group}")
    if frame.params.operation == "convolution" and frame.params.padding_mode != "zeros":
        found.append(r"\sigma\text{: where padding has its number from}")
    return r",\; ".join(found)


def one_cell(frame: Frame) -> str:
    """Return the formula of one cell."""
    params, taps = frame.params, _places(frame, "a", "b")
    if params.operation in POOLS:
        whole = r"(u, v) \in W_{i,j}"
        what = rf"\max_{{{whole}}}" if params.operation == MAX_POOL else rf"\frac{{1}}{{n_{{i,j}}}} \sum_{{{whole}}}"
        return rf"y_{{c,i,j}} = {what} \; \tilde x_{{c,u,v}}"
    if params.operation == TRANSPOSED:
        met = rf"{_read(frame)} = {_places(frame, 'u', 'v')}"
        return (
            rf"y_{{o,\, {_places(frame, 'u', 'v')}}} = b_o + \sum_c \sum_{{{met}}} {_weight(frame)} \; {_input(frame)}"
        )
    return rf"{_output(frame, 'y')} = b_o + \sum_c \sum_{{{taps}}} {_weight(frame)} \; {_input(frame)}"


def of_weight(frame: Frame) -> str:
    """Return the gradient of a weight; nothing for pooling, which has none."""
    if frame.params.operation in POOLS:
        return ""
    over = _places(frame, "i", "j")
    left = rf"\frac{{\partial L}}{{\partial {_weight(frame)}}}"
    return rf"{left} = \sum_{{{over}}} {_upstream(frame)} \; {_input(frame)}"


def of_input(frame: Frame) -> str:
    """Return the gradient of an input."""
    params = frame.params
    if params.operation in POOLS:
        met = FIRST_LARGEST if params.operation == MAX_POOL else WINDOW
        share = r"\frac{g_{c,i,j}}{n_{i,j}}" if params.operation == AVERAGE_POOL else "g_{c,i,j}"
        return rf"\frac{{\partial L}}{{\partial x_{{c,u,v}}}} = \sum_{{i,j:\; {met}}} {share}"
    if params.operation == TRANSPOSED:
        left = rf"\frac{{\partial L}}{{\partial {_input(frame)}}}"
        return rf"{left} = \sum_o \sum_{{{_places(frame, 'a', 'b')}}} {_weight(frame)} \; {_upstream(frame)}"
    place, left = _places(frame, "u", "v"), rf"\frac{{\partial L}}{{\partial x_{{c,\, {_places(frame, 'u', 'v')}}}}}"
    source = r"\sigma" if params.padding_mode != "zeros" else ""
    met = rf"{source}({_read(frame)}) = {'' if _flat(frame) else '('}{place}{'' if _flat(frame) else ')'}"
    return rf"{left} = \sum_o \sum_{{{met}}} {_weight(frame)} \; {_upstream(frame)}"


def size(frame: Frame) -> str:
    """Return the formula of the output's size, or of adaptive windows."""
    params = frame.params
    if params.operation in POOLS and params.windows != "fixed":
        return DIVIDED
    if params.operation in POOLS and params.ceil_mode:
        return SIZE_UP
    return SIZE_TRANSPOSED if params.operation == TRANSPOSED else SIZE


def field(frame: Frame) -> str:
    """Return the receptive field of a stack; nothing where it does not follow the formula."""
    params = frame.params
    adaptive = params.operation in POOLS and params.windows != "fixed"
    return "" if params.operation == TRANSPOSED or adaptive else FIELD


FORMULAS = (
    Formula("One cell", cell, cell_numbers),
    Formula("The size of the output", size, size_numbers),
    Formula("Backward: a weight", of_weight, weight_numbers),
    Formula("Backward: an input", of_input, input_numbers),
    Formula("Receptive field", field, field_numbers),
)
