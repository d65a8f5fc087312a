"""What the scene says in words and code: titles, sizes, the PyTorch line; plain Python."""

from __future__ import annotations

from collections.abc import Sequence

from explainer.plots.base.cell_text import needed_decimals, short
from explainer.scenes.convolution import SCENE
from explainer.scenes.convolution.axis import Axis
from explainer.scenes.convolution.moment import Moment, Place
from explainer.scenes.convolution.plan import CONVOLUTION, MAX_POOL, TRANSPOSED


def option(name: str, value: str) -> str:
    """Return an option's words on the screen, without what stands in parentheses."""
    words: str = SCENE.parameters.declaration(name).options[value]  # type: ignore[attr-defined]
    return words.split(" (")[0]


def number(value: float) -> str:
    """Return a number as it stands in a formula."""
    return short(value, needed_decimals([value], 4))


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
    return f"⌊({top}) / {axis.stride}⌋ + 1 = {axis.out}"


def both_sizes(moment: Moment) -> str:
    """Return the size arithmetic of both directions, once where they are alike."""
    y, x = moment.plan.y, moment.plan.x
    if moment.params.dimensions == 1 or y == x:
        return size_formula(x)
    return f"{y.size} → {y.out} rows, {x.size} → {x.out} columns"


def dropped(moment: Moment) -> str:
    """Return what the floor drops at the end, in words; empty for nothing."""
    found = []
    for name, axis in (("row", moment.plan.y), ("column", moment.plan.x)):
        real = max(0, axis.dropped - axis.after)
        if real:
            found.append(f"last {real} {name}s" if real > 1 else f"last {name}")
        elif axis.dropped:
            found.append(f"{name}s of padding only")
    return f"unread: {' and '.join(found)}" if found else ""


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
    arguments = ["input"]
    pads = ((x.before, x.after),) if flat else ((y.before, y.after), (x.before, x.after))
    even = all(before == after for before, after in pads)
    native = even and (plan.operation != CONVOLUTION or params.padding_mode == "zeros")
    if not native and plan.operation != TRANSPOSED:
        given = ", ".join(f"{before}, {after}" for before, after in reversed(pads))
        how = "" if x.mode == "zeros" else f', mode="{x.mode}"'
        how = ", value=-torch.inf" if plan.operation == MAX_POOL else how
        arguments = [f"F.pad(input, ({given}){how})"]
    if plan.pools:
        arguments.append(_pair(flat, y.kernel, x.kernel))
    else:
        arguments.append(("weight.flip(-1)" if flat else "weight.flip(-2, -1)") if params.flip else "weight")
        arguments.append("bias")
    arguments.append(f"stride={_pair(flat, y.stride, x.stride)}")
    if native and any(before for before, _ in pads):
        arguments.append(f"padding={_pair(flat, y.before, x.before)}")
    if plan.operation == TRANSPOSED and x.extra:
        arguments.append(f"output_padding={_pair(flat, y.extra, x.extra)}")
    if max(y.dilation, x.dilation) > 1:
        arguments.append(f"dilation={_pair(flat, y.dilation, x.dilation)}")
    if not plan.pools and plan.groups > 1:
        arguments.append(f"groups={plan.groups}")
    name = {"convolution": "conv", "transposed": "conv_transpose", "max-pool": "max_pool", "average-pool": "avg_pool"}
    call = f"F.{name[plan.operation]}{dims}({', '.join(arguments)})"
    if plan.operation == TRANSPOSED and not even:
        cuts = ", ".join(f"{before}:{-after or None}" for before, after in pads)
        call += f"[..., {cuts}]"
    return call


def _pair(flat: bool, y: int, x: int) -> str:
    return f"{x}" if flat or y == x else f"({y}, {x})"


def cell_line(moment: Moment, place: Place) -> str:
    """Return the PyTorch line that computes one cell."""
    index = (place[0], place[2]) if moment.params.dimensions == 1 else place
    return f"{torch_line(moment)}[{', '.join(map(str, index))}]"


def sum_words(moment: Moment, place: Place) -> str:
    """Return the cell's value as the sum over channels and the bias, or as what pooling takes."""
    value = number(moment.value(place))
    patch = moment.patch(place, place[0] if moment.plan.pools else 0)
    if moment.plan.operation == MAX_POOL:
        return f"max({_listed(patch.reshape(-1))}) = {value}"
    if moment.mean:
        return f"({_added(patch.reshape(-1))}) / {patch.size} = {value}"
    sums = moment.sums(place)
    parts = _added([total for _, total in sums])
    over = f"Σ over channels {', '.join(str(c) for c, _ in sums)}: " if len(sums) > 1 else "Σ products "
    bias = float(moment.bias[place[0]])
    return f"{over}{parts} {'−' if bias < 0 else '+'} bias {number(abs(bias))} = {value}"


def product_words(moment: Moment, place: Place, channel: int) -> str:
    """Return the products of one channel written out, where there is something to multiply."""
    if moment.plan.pools:
        return ""
    patch, kernel = moment.patch(place, channel).reshape(-1), moment.kernel(place, channel).reshape(-1)
    return " + ".join(f"{number(a)}·{_signed(b)}" for a, b in zip(patch, kernel, strict=True))


def _signed(value: float) -> str:
    return f"({number(value)})" if value < 0 else number(value)


def _listed(values: Sequence[float]) -> str:
    return ", ".join(number(value) for value in values)


def _added(values: Sequence[float]) -> str:
    """Return numbers with plus and minus signs between them."""
    first, *others = [float(value) for value in values] or [0.0]
    return number(first) + "".join(f" {'−' if v < 0 else '+'} {number(abs(v))}" for v in others)
