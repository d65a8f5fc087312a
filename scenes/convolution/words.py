"""What the scene says in words and code: titles, sizes, the PyTorch line; plain Python."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from explainer.plots.base.cell_text import needed_decimals, whole_text
from explainer.scenes.convolution import SCENE, Params
from explainer.scenes.convolution.axis import Axis
from explainer.scenes.convolution.moment import Moment, Place
from explainer.scenes.convolution.plan import AVERAGE_POOL, MAX_POOL, POOLS, TRANSPOSED, fits_pooling

MOST_LISTED = 16
"""Numbers or products of a window that are written out."""
CROSSES = ("laplacian", "sharpen")
"""Kernels that need a neighbour on each side."""


def option(name: str, value: str) -> str:
    """Return an option's words on the screen, without what stands in parentheses."""
    words: str = SCENE.parameters.declaration(name).options[value]  # type: ignore[attr-defined]
    return words.split(" (")[0]


@lru_cache(4_096)
def number(value: float) -> str:
    """Return a number as it stands in a sum: all of its figures before the point, so that it can be added up."""
    return whole_text(value, needed_decimals([value], 4))


def size(shape: Sequence[int]) -> str:
    """Return rows × columns."""
    return f"{shape[0]} × {shape[1]}"


def size_formula(axis: Axis) -> str:
    """Return an output size with its numbers: ⌊(n + padding − d(k − 1) − 1) / s⌋ + 1, or the transposed one's."""
    pads = axis.before + axis.after
    if axis.transposed:
        extra = f" + {axis.extra}" if axis.extra else ""
        return f"({axis.size} − 1)·{axis.stride} − {pads} + {axis.dilation}·({axis.kernel} − 1){extra} + 1 = {axis.out}"
    top = f"{axis.size} + {pads} − {axis.dilation}·({axis.kernel} − 1) − 1"
    if axis.begins is None:
        return f"⌊({top}) / {axis.stride}⌋ + 1 = {axis.out}"
    found = -(-axis.room // axis.stride) + 1
    less = f" − 1 = {axis.out}: one would begin behind the input" if found > axis.out else f" = {axis.out}"
    return f"⌈({top}) / {axis.stride}⌉ + 1{less}"


def both_sizes(moment: Moment) -> str:
    """Return the size arithmetic of both directions, once where they are alike; an adaptive one has none."""
    y, x = moment.plan.y, moment.plan.x
    if moment.plan.adaptive:
        return size((y.out, x.out)) if moment.params.dimensions == 2 else str(x.out)
    if moment.params.dimensions == 1 or y == x:
        return size_formula(x)
    return f"{y.size} → {y.out} rows, {x.size} → {x.out} columns"


def kernel_name(params: Params) -> str:
    """Return the kernel's name."""
    return option("kernel", params.kernel)


def window_size(moment: Moment) -> str:
    """Return rows × columns of the window."""
    return size((moment.plan.y.kernel, moment.plan.x.kernel))


def kernel_title(moment: Moment) -> str:
    """Return the kernel's name and size."""
    return f"{kernel_name(moment.params)} {window_size(moment)}"


def kernel_caption(moment: Moment) -> str:
    """Return what a kernel's name does not say: that it is turned round, stretched, or cut."""
    params, shape = moment.params, (moment.plan.y.kernel, moment.plan.x.kernel)
    found = ["flipped before use"] if params.flip else []
    if params.kernel == "learned" and shape != (3, 3):
        found.append("learned as 3 × 3, resampled")
    if params.kernel in CROSSES and min(shape) < 3:
        found.append("cut: some neighbours lie outside")
    return ", ".join(found)


def operation_title(moment: Moment) -> str:
    """Return what is done to what."""
    params = moment.params
    over = option("image", params.image).lower()
    if moment.plan.pools:
        what = option("operation", params.operation)
    else:
        what = option("kernel", params.kernel)
        if params.operation == TRANSPOSED:
            what = f"{what}, transposed,"
    return f"{what} over the {over}" if params.image != "file" else f"{what} over your image"


def torch_line(moment: Moment) -> str:
    """Return the PyTorch call that computes the output."""
    params, plan = moment.params, moment.plan
    flat = params.dimensions == 1
    dims, y, x = ("1d" if flat else "2d"), plan.y, plan.x
    if plan.adaptive:
        name = {MAX_POOL: "adaptive_max_pool", AVERAGE_POOL: "adaptive_avg_pool"}[plan.operation]
        return f"F.{name}{dims}(input, {_pair(flat, y.out, x.out)})"
    axes = (x,) if flat else (y, x)
    native = all(_is_native(axis, plan.operation) for axis in axes)
    arguments = ["input" if native or plan.operation == TRANSPOSED else _padded(plan.operation, axes)]
    if plan.pools:
        arguments.append(_pair(flat, y.kernel, x.kernel))
    else:
        arguments.append(("weight.flip(-1)" if flat else "weight.flip(-2, -1)") if params.flip else "weight")
        arguments.append("bias")
    arguments += _options(moment, native)
    name = {"convolution": "conv", "transposed": "conv_transpose", "max-pool": "max_pool", "average-pool": "avg_pool"}
    call = f"F.{name[plan.operation]}{dims}({', '.join(arguments)})"
    if plan.operation == TRANSPOSED and not native:
        cuts = ", ".join(f"{axis.before}:{-axis.after or None}" for axis in axes)
        call += f"[..., {cuts}]"
    return call


def _is_native(axis: Axis, operation: str) -> bool:
    """Return whether PyTorch's call takes the padding of a direction itself."""
    if operation in POOLS:
        return fits_pooling(axis)
    return axis.before == axis.after and (operation == TRANSPOSED or axis.mode == "zeros")


def _padded(operation: str, axes: Sequence[Axis]) -> str:
    """Return the call that pads beforehand."""
    given = ", ".join(f"{axis.before}, {axis.after}" for axis in reversed(axes))
    how = "" if axes[-1].mode == "zeros" else f', mode="{axes[-1].mode}"'
    how = ", value=-torch.inf" if operation == MAX_POOL else how
    return f"F.pad(input, ({given}){how})"


def _options(moment: Moment, native: bool) -> list[str]:
    """Return the keyword arguments that are not PyTorch's own defaults, and the stride."""
    plan, flat = moment.plan, moment.params.dimensions == 1
    y, x = plan.y, plan.x
    found = [f"stride={_pair(flat, y.stride, x.stride)}"]
    if native and max(x.before, 0 if flat else y.before):
        found.append(f"padding={_pair(flat, y.before, x.before)}")
    if plan.operation == TRANSPOSED and x.extra:
        found.append(f"output_padding={_pair(flat, y.extra, x.extra)}")
    if max(y.dilation, x.dilation) > 1:
        found.append(f"dilation={_pair(flat, y.dilation, x.dilation)}")
    if not plan.pools and plan.groups > 1:
        found.append(f"groups={plan.groups}")
    if x.begins is not None:
        found.append("ceil_mode=True")
    if not x.counts_padding:
        found.append("count_include_pad=False")
    return found


def _pair(flat: bool, y: int, x: int) -> str:
    return f"{x}" if flat or y == x else f"({y}, {x})"


def cell_line(moment: Moment, place: Place) -> str:
    """Return the PyTorch line that computes one cell."""
    index = (place[0], place[2]) if moment.params.dimensions == 1 else place
    return f"{torch_line(moment)}[{', '.join(map(str, index))}]"


def sum_words(moment: Moment, place: Place, channel: int = 0, most: int = MOST_LISTED) -> str:
    """Return the cell's value as the sum over channels and the bias, or as what pooling takes, in ``most`` numbers."""
    value = number(moment.value(place))
    patch = moment.patch(place, place[0] if moment.plan.pools else 0)
    if moment.plan.operation == MAX_POOL:
        return f"max({_listed(patch.reshape(-1), most)}) = {value}{_ties(patch)}"
    if moment.mean:
        return f"({_added(patch.reshape(-1), most)}) / {moment.plan.counted(*place[1:])} = {value}"
    sums = moment.sums(place)
    parts = _added([total for _, total in sums], most)
    over = f"Σ over channels {', '.join(str(c) for c, _ in sums)}: " if len(sums) > 1 else "Σ products "
    bias = float(moment.bias[place[0]])
    return f"{over}{parts} {'−' if bias < 0 else '+'} bias {number(abs(bias))} = {value}"


def _ties(patch: np.ndarray) -> str:
    """Return that the maximum stands several times, and which of them PyTorch takes; empty for once."""
    many = int((patch == patch.max()).sum()) if patch.size else 0
    return (
        f", which stands there {many} times: backward takes the first" if many > 1 and np.isfinite(patch.max()) else ""
    )


def product_words(moment: Moment, place: Place, channel: int, most: int = MOST_LISTED) -> str:
    """Return the products of one channel written out, as far as ``most`` of them; the others as their sum."""
    if moment.plan.pools:
        return ""
    patch, kernel = moment.patch(place, channel).reshape(-1), moment.kernel(place, channel).reshape(-1)
    terms = [f"{number(a)}·{_signed(b)}" for a, b in zip(patch[:most], kernel[:most], strict=True)]
    return _with_rest(terms, float((patch[most:] * kernel[most:]).sum()), patch.size - most)


def _with_rest(terms: Sequence[str], rest: float, left: int) -> str:
    """Return terms added up, and what the ``left`` ones that are not written come to."""
    written = " + ".join(terms)
    return f"{written} {'−' if rest < 0 else '+'} {number(abs(rest))} ({left} more)" if left > 0 else written


def _signed(value: float) -> str:
    return f"({number(value)})" if value < 0 else number(value)


def _listed(values: Sequence[float], most: int) -> str:
    shown = ", ".join(number(value) for value in values[:most])
    return f"{shown} and {len(values) - most} more" if len(values) > most else shown


def _added(values: Sequence[float], most: int) -> str:
    """Return numbers with plus and minus signs between them, those after the first so many as their sum."""
    first, *others = [float(value) for value in values[:most]] or [0.0]
    written = number(first) + "".join(f" {'−' if v < 0 else '+'} {number(abs(v))}" for v in others)
    return _with_rest([written], float(np.sum(values[most:])), len(values) - most)
