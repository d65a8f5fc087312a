"""What a set of parameters means for an input of a given shape, or the inequality that it breaks; plain Python."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from explainer.contract.refused import Refused
from explainer.scenes.convolution.axis import Axis
from explainer.scenes.convolution.kernels import read_kernels

CONVOLUTION, TRANSPOSED, MAX_POOL, AVERAGE_POOL = "convolution", "transposed", "max-pool", "average-pool"
POOLS = (MAX_POOL, AVERAGE_POOL)
MOST_CELLS = 1 << 22
"""Numbers that an output may have here; PyTorch itself would go on."""
NAMES = ("height", "width")
MOST_TRIED = 64
"""Rows and columns among which the cell to begin with is looked for."""


@dataclass(frozen=True)
class Plan:
    """The operation in both directions, and its channels; one dimension is a height of 1."""

    operation: str
    y: Axis
    x: Axis
    in_channels: int
    out_channels: int
    groups: int

    @property
    def pools(self) -> bool:
        """Whether it has no weights."""
        return self.operation in POOLS

    @property
    def shape(self) -> tuple[int, int, int]:
        """The output's channels, rows and columns."""
        return self.out_channels, self.y.out, self.x.out

    @property
    def cells(self) -> int:
        """How many numbers the output has."""
        return self.out_channels * self.y.out * self.x.out

    @property
    def adaptive(self) -> bool:
        """Whether windows divide the input among them instead of having one size."""
        return bool(self.x.parts)

    @property
    def strided(self) -> bool:
        """Whether the output keeps some cells of the one at stride 1, which is then another one."""
        return self.operation != TRANSPOSED and not self.adaptive and max(self.y.stride, self.x.stride) > 1

    @property
    def stride_one(self) -> Plan:
        """The same operation at stride 1, each window within the padded input if one fits; adaptive as it is."""
        y, x = (axis if axis.parts else replace(axis, stride=1, extra=0, begins=None) for axis in (self.y, self.x))
        return replace(self, y=y, x=x) if min(y.out, x.out) > 0 else self

    def place(self, number: int) -> tuple[int, int, int]:
        """Return channel, row and column of a cell by its number in reading order."""
        channel, rest = divmod(number, self.y.out * self.x.out)
        return (channel, *divmod(rest, self.x.out))

    def counted(self, row: int, column: int) -> int:
        """Return how many numbers of its window a mean at a cell is over."""
        return self.y.counted(row) * self.x.counted(column)

    @cached_property
    def counts(self) -> np.ndarray:
        """:meth:`counted` for all cells (row, column)."""
        rows, columns = ([axis.counted(place) for place in range(axis.out)] for axis in (self.y, self.x))
        return np.outer(rows, columns).astype(np.float32)

    def opening(self, image: np.ndarray) -> tuple[int, int, int]:
        """Return the first cell that most inputs (channel, y, x) meet, if possible inputs that differ."""
        rows, columns = _fullest(self.y), _fullest(self.x)
        for row in rows[:MOST_TRIED]:
            for column in columns[:MOST_TRIED]:
                inputs = image[0][np.ix_(self.y.meets[row], self.x.meets[column])]
                if inputs.size and np.ptp(inputs):
                    return 0, row, column
        return 0, rows[0], columns[0]

    def channels_of(self, channel: int) -> range:
        """Return the input channels that an output channel reads."""
        if self.pools:
            return range(channel, channel + 1)
        each = self.in_channels // self.groups
        group = channel // (self.out_channels // self.groups)
        return range(group * each, (group + 1) * each)


def _fullest(axis: Axis) -> list[int]:
    """Return the output cells in one direction that most inputs meet; 0 where none meets any."""
    met = axis.meets.sum(1)
    return np.flatnonzero(met == met.max()).tolist() if met.size else [0]


def plan_of(params: Any, shape: Sequence[int]) -> Plan:
    """Return the plan for an input of (channels, rows, columns); raise :class:`Refused` with what fails."""
    in_channels, height, width = shape
    pools = params.operation in POOLS
    out_channels = in_channels if pools else params.out_channels
    groups = in_channels if pools else params.groups
    for name, count in (("in_channels", in_channels), ("out_channels", out_channels)):
        if count % groups:
            raise Refused(f"groups = {groups} is refused: {name} = {count} is no multiple of it", about="groups")
    rows, columns = kernel_size(params)
    flat = params.dimensions == 1
    axes = {"x": _axis(params, "x", width, columns)}
    if not flat:
        axes = {"y": _axis(params, "y", height, rows), **axes}
    if pools and params.ceil_mode:
        own = all(fits_pooling(axis) for axis in axes.values())
        axes = {name: _ceiled(axis, own) for name, axis in axes.items()}
    plan = Plan(params.operation, axes.get("y", Axis(1, 1)), axes["x"], in_channels, out_channels, groups)
    _check(params, plan)
    return plan


def fits_pooling(axis: Axis) -> bool:
    """Return whether PyTorch's pooling takes this padding itself: alike at both ends, half a kernel at most."""
    return axis.before == axis.after <= axis.kernel // 2


def _ceiled(axis: Axis, own: bool) -> Axis:
    """Return an axis whose last window may reach beyond the input.

    It has to begin in the input or before it; in padding that is put there beforehand it may, which is input then.
    """
    return axis if axis.parts else replace(axis, begins=axis.size + axis.before + (0 if own else axis.after))


def kernel_size(params: Any) -> tuple[int, int]:
    """Return the kernel's rows and columns: one row in one dimension, and custom values as they are written.

    An adaptive pooling has windows of several sizes; this is then what is set and not used.
    """
    rows, columns = params.kernel_height, params.kernel_width
    if params.kernel == "custom" and params.operation not in POOLS:
        rows, columns = read_kernels(params.kernel_values).shape[1:]
    return (1 if params.dimensions == 1 else rows), columns


def _axis(params: Any, name: str, size: int, kernel: int) -> Axis:
    """Return the operation along y or x."""
    operation, stride = params.operation, getattr(params, f"stride_{name}")
    if operation in POOLS and params.windows != "fixed":
        parts = 1 if params.windows == "global" else getattr(params, f"output_{NAMES['yx'.index(name)]}")
        return Axis(size, -(-size // parts), parts=parts)
    dilation = 1 if operation == AVERAGE_POOL else getattr(params, f"dilation_{name}")
    before, after = _padding(params, name, dilation * (kernel - 1))
    transposed = operation == TRANSPOSED
    mode = params.padding_mode if operation == CONVOLUTION else "zeros"
    extra = params.output_padding if transposed else 0
    counts = operation != AVERAGE_POOL or params.count_include_pad
    return Axis(size, kernel, stride, dilation, before, after, mode, transposed, extra, counts_padding=counts)


def _padding(params: Any, name: str, reach: int) -> tuple[int, int]:
    """Return the padding before and after; ``reach`` is d(k − 1)."""
    if params.operation == CONVOLUTION and params.dimensions == 1 and params.causal:
        return reach, 0
    match params.padding:
        case "same":
            return reach // 2, reach - reach // 2
        case "full":
            return reach, reach
        case "custom":
            given = getattr(params, f"padding_{name}")
            return given, given
    return 0, 0


def _check(params: Any, plan: Plan) -> None:
    """Refuse what PyTorch refuses, and nothing else."""
    axes = {"y": plan.y} if params.dimensions == 2 else {}
    for name, axis in {**axes, "x": plan.x}.items():
        if plan.operation == TRANSPOSED:
            _check_transposed(params, name, axis)
        elif plan.pools:
            _check_pool(params, name, axis)
        else:
            _check_convolution(params, name, axis)
        if axis.out < 1:
            raise _no_output(name, axis)
    if plan.cells > MOST_CELLS:
        raise Refused(
            f"an output of {' × '.join(map(str, plan.shape))} is refused: {plan.cells} ≤ {MOST_CELLS} numbers, which "
            "this program shows at most, fails; take fewer channels, a smaller image or another stride",
            about="out_channels",
        )


def _check_convolution(params: Any, name: str, axis: Axis) -> None:
    causal = params.dimensions == 1 and params.causal
    if params.padding == "same" and not causal and axis.stride > 1:
        raise Refused(
            f"stride_{name} = {axis.stride} is refused: with padding = same PyTorch asks for stride ≤ 1; "
            "take stride 1, or padding = custom",
            about=f"stride_{name}",
        )
    most = {"reflect": axis.size - 1, "circular": axis.size}.get(axis.mode)
    largest = max(axis.before, axis.after)
    if most is not None and largest > most:
        raise Refused(
            f"padding_mode = {axis.mode} is refused: padding_{name} = {largest} ≤ {most} fails for an input of "
            f"{axis.size}; pad less, or with zeros",
            about="padding_mode",
        )


def _check_pool(params: Any, name: str, axis: Axis) -> None:
    half = axis.kernel // 2
    if params.padding != "same" and axis.before > half:
        raise Refused(
            f"padding_{name} = {axis.before} is refused: padding ≤ kernel_size / 2 = {half} fails, dilation not "
            f"counted; pad at most {half}, or take a larger window",
            about="padding",
        )
    if params.operation == AVERAGE_POOL and not axis.counts_padding and not fits_pooling(axis):
        raise Refused(
            f"count_include_pad = false is refused: padding_{name} = {axis.before} before and {axis.after} after is "
            "put there ahead of the pooling, where zeros count as numbers; take padding = custom",
            about="count_include_pad",
        )


def _check_transposed(params: Any, name: str, axis: Axis) -> None:
    most = max(axis.stride, axis.dilation)
    if axis.extra >= most:
        raise Refused(
            f"output_padding = {axis.extra} is refused: "
            f"output_padding < max(stride_{name}, dilation_{name}) = {most} fails; "
            f"give at most {most - 1}",
            about="output_padding",
        )


def _no_output(name: str, axis: Axis) -> Refused:
    side = NAMES["yx".index(name)]
    if axis.transposed:
        return Refused(
            f"padding_{name} = {axis.before} is refused: output {side} ({axis.size} − 1) · {axis.stride} − "
            f"{axis.before + axis.after} + {axis.span} + {axis.extra} = {axis.out} ≥ 1 fails; pad less",
            about="padding",
        )
    padded = axis.size + axis.before + axis.after
    return Refused(
        f"kernel_{side} = {axis.kernel} is refused: dilation · (kernel − 1) + 1 = {axis.span} ≤ "
        f"{padded} = input and padding fails; take a smaller kernel, less dilation or more padding",
        about=f"kernel_{side}",
    )
