"""Input, kernel and output side by side: the window on the one, the cell it makes on the other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

import numpy as np
from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter

from explainer.plots.base.shading import Shading
from explainer.plots.number_grid import Mark, NumberGrid, marked
from explainer.scenes.convolution.layout import FOOT, Item, lay_column, lay_row, paint_titles
from explainer.scenes.convolution.linked import CELL, TAP, LinkedPicture
from explainer.scenes.convolution.moment import Moment
from explainer.scenes.convolution.plan import MAX_POOL, POOLS, TRANSPOSED
from explainer.scenes.convolution.unread import caption
from explainer.scenes.convolution.words import (
    both_sizes,
    kernel_caption,
    kernel_title,
    operation_title,
    size,
    window_size,
)

MOST_MARKED = 5_000
"""Cells that are marked one by one."""
STRIP = 22.0


class Sweep(LinkedPicture):
    """The whole operation; hovering or dragging over input or output moves the window."""

    key: ClassVar[str] = "operation"
    title: ClassVar[str] = "The window slides over the input"
    about: ClassVar[str] = (
        "Input, kernel and output: hover a cell to move the window, a weight to see what it meets; drag it to change it"
    )
    hint: ClassVar[str] = "hover, click or drag any cell"
    at_first: ClassVar[bool] = True
    weight: ClassVar[float] = 1.5
    arrays: ClassVar[Sequence[str]] = ("input", "weight", "bias", "result", "stride_one")

    @classmethod
    def wanted(cls, params: Any) -> Sequence[str]:
        """Leave the output at stride 1 out where it is the output."""
        strided = max(params.stride_y, params.stride_x) > 1 and params.operation != TRANSPOSED
        divided = params.operation in POOLS and params.windows != "fixed"
        return cls.arrays if strided and not divided else cls.arrays[:-1]

    def grids(self) -> list[NumberGrid]:
        """Return input, kernel, the output at stride 1, output, and the channels to choose from."""
        self.input = NumberGrid("input", "Input", Shading("ink"))
        self.kernel = NumberGrid("kernel", "Kernel", Shading("signed"), editable=True)
        self.dense = NumberGrid("dense", "At stride 1", Shading("signed"))
        self.output = NumberGrid("output", "Output", Shading("signed"))
        self.strided = False
        self._shown: dict[str, tuple[object, ...]] = {}
        self.channels_in = NumberGrid("channels-in", "Input channels", Shading("ink", low=-30.0, high=64.0))
        self.channels_out = NumberGrid("channels-out", "Output channels", Shading("ink", low=-30.0, high=64.0))
        return [self.input, self.kernel, self.dense, self.output, self.channels_in, self.channels_out]

    # data

    def show_moment(self) -> None:
        """Set the numbers."""
        moment = self.moment
        assert moment is not None
        assert self.frame is not None
        if self._is_new("input", moment.input, moment.plan, moment.channel_in):
            self._show_input(moment)
        self._show_kernel(moment)
        dense = self.frame.arrays.get("stride_one")
        if self._is_new("output", moment.result, dense, moment.plan, moment.channel_out, moment.done):
            self._show_output(moment)
        self._show_channels(moment)

    def _is_new(self, part: str, *what: object) -> bool:
        """Return whether a part shows something else than what it was last given."""
        shown = self._shown.get(part, ())
        same = len(shown) == len(what) and all(a is b or _equal(a, b) for a, b in zip(shown, what, strict=True))
        self._shown[part] = what
        return not same

    def _show_input(self, moment: Moment) -> None:
        values, border = moment.padded(moment.channel_in)
        picture = _photograph(moment, moment.input) if values.shape == moment.input.shape[1:] else None
        large = values.size > MOST_MARKED
        self.input.fill(values, border=border, hatched=None if large else moment.unread(), picture=picture)
        self.input.title = f"Input {size(moment.input.shape[1:])}"
        self.input.shading = Shading(moment.shade)
        self.input.caption = caption(moment)

    def _show_kernel(self, moment: Moment) -> None:
        plan = moment.plan
        self.kernel.editable = not plan.pools
        if plan.operation == MAX_POOL or plan.adaptive:
            self.kernel.fill(np.zeros((0, 0)))
            return
        self.kernel.caption = "" if plan.pools else kernel_caption(moment)
        if plan.pools:
            self.kernel.title = f"Mean of {window_size(moment)}"
            self.kernel.fill(np.full((plan.y.kernel, plan.x.kernel), 1 / (plan.y.kernel * plan.x.kernel)))
            return
        local = moment.local(moment.channel_out, moment.channel_in)
        self.kernel.title = kernel_title(moment)
        shown = np.zeros((plan.y.kernel, plan.x.kernel)) if local is None else moment.filters[moment.channel_out, local]
        if local is None:
            self.kernel.caption = "reads other channels"
            self.kernel.editable = False
        self.kernel.fill(shown)

    def _show_output(self, moment: Moment) -> None:
        values = moment.result[moment.channel_out]
        numbers = np.arange(values.size).reshape(values.shape) + moment.channel_out * values.size
        shades = Shading(moment.shade) if moment.plan.pools else _signed(values)
        self.output.shading = self.dense.shading = shades
        faint = numbers >= moment.done if values.size <= MOST_MARKED or moment.done else None
        self.output.fill(values, faint=faint, picture=_photograph(moment, moment.result) if moment.plan.pools else None)
        self.output.title = f"Output {size(values.shape)}"
        shown = int((numbers < moment.done).sum())
        self.output.caption = f"{shown:,} of {values.size:,} computed" if shown < values.size else ""
        self.strided = moment.plan.strided
        dense = self.frame.arrays.get("stride_one") if self.frame is not None and self.strided else None
        self.strided = dense is not None and dense[0].size <= MOST_MARKED
        if dense is None or not self.strided:
            self.dense.fill(np.zeros((0, 0)))
            return
        kept = np.zeros(dense.shape[1:], bool)
        kept[:: moment.plan.y.stride, :: moment.plan.x.stride] = True
        self.dense.fill(dense[moment.channel_out], faint=~kept)
        self.dense.title = f"At stride 1: {size(dense.shape[1:])}"
        self.dense.caption = f"kept: every {_ordinal(moment)}"

    def _show_channels(self, moment: Moment) -> None:
        for grid, count, chosen in (
            (self.channels_in, moment.input.shape[0], moment.channel_in),
            (self.channels_out, moment.plan.out_channels, moment.channel_out),
        ):
            grid.fill(np.arange(count)[None] if count > 1 else np.zeros((0, 0)))
            grid.marks = [marked([(0, chosen)], self.tokens.accent)]

    # marks

    def show_marks(self) -> None:
        """Mark the window and its cell, or all that a weight touches."""
        moment = self.moment
        assert moment is not None
        accent, warm = self.tokens.accent, self.tokens.series_colour(1)
        if self.tap is not None and not moment.plan.pools:
            self._mark_tap(moment, self.tap, warm)
            return
        place = self.place
        rows, columns = moment.taps(place)
        self.input.marks = [marked(moment.window(place), accent, 2.5)]
        self.output.marks = [marked([place[1:]], accent, 2.5)]
        y, x = moment.plan.y, moment.plan.x
        self.dense.marks = [marked([(place[1] * y.stride, place[2] * x.stride)], accent, 2.5)]
        met = [moment.turned((a, b)) for a, _ in rows for b, _ in columns]
        whole = len(met) == y.kernel * x.kernel
        self.kernel.marks = [] if whole else [marked(met, accent, 2.5)]

    def _mark_tap(self, moment: Moment, tap: tuple[int, int], token: str) -> None:
        used = moment.turned(tap)
        rows, columns = moment.plan.y.outputs_of(used[0]), moment.plan.x.outputs_of(used[1])
        marks: tuple[list[Mark], list[Mark]] = ([], [])
        if len(rows) * len(columns) <= MOST_MARKED:
            touched = marked([(y, x) for _, y in rows for _, x in columns], token, 1.5, 0.22)
            reached = marked([(i, j) for i, _ in rows for j, _ in columns], token, 1.5, 0.22)
            marks = [touched], [reached]
        self.input.marks, self.output.marks = marks
        self.kernel.marks = [marked([tap], token, 2.5)]
        self.dense.marks = []

    # the board

    def items(self) -> list[Item]:
        """Return the grids in their row."""
        moment = self.moment
        assert moment is not None
        found = [Item(self.input)]
        if self.kernel.values.size:
            found.append(Item(self.kernel, _sign(moment), own=True))
        sign = "=" if self.kernel.values.size else "mean" if moment.mean else "max"
        if self.strided:
            found.append(Item(self.dense, sign))
            return [*found, Item(self.output, "→")]
        return [*found, Item(self.output, sign)]

    def arrange(self) -> None:
        """Lay the grids out in one row, the channels to choose from below."""
        if self.moment is None:
            return
        scale, area = self.tokens.scale, QRectF(self.board.rect())
        several = max(self.channels_in.values.size, self.channels_out.values.size) > 0
        strip = (STRIP + FOOT) * scale if several else 0.0
        lay = lay_column if self.moment.params.dimensions == 1 else lay_row
        lay(self.board, self.items(), area.adjusted(4, 0, -4, -strip))
        for grid, above in ((self.channels_in, self.input), (self.channels_out, self.output)):
            count = grid.shape[1] if grid.values.size else 0
            side = STRIP * scale + 4
            left = min(max(4.0, above.box.center().x() - count * side / 2), area.width() - count * side - 4)
            grid.box = QRectF(left, area.bottom() - side - 2, count * side, side)

    def decorate(self, painter: QPainter) -> None:  # type: ignore[override]
        """Write titles and signs."""
        if self.moment is None:
            return
        paint_titles(self.board, painter, self.items())
        strips = [Item(grid) for grid in (self.channels_in, self.channels_out) if grid.values.size]
        paint_titles(self.board, painter, strips)

    def heading(self) -> str:
        """Return what is computed, and the size arithmetic."""
        return f"{operation_title(self.moment)} · size {both_sizes(self.moment)}" if self.moment else self.title

    # asking

    def hover(self, name: str, row: int, column: int) -> None:
        """Move the window to the cell under the pointer."""
        moment = self.moment
        if moment is None:
            return
        self.steering.light(TAP, (row, column) if name == "kernel" and not moment.plan.pools else None)
        y, x = moment.plan.y, moment.plan.x
        place = {
            "input": lambda: moment.nearest(row, column),
            "output": lambda: (row, column),
            "dense": lambda: (min(row // y.stride, y.out - 1), min(column // x.stride, x.out - 1)),
        }.get(name)
        self.steering.light(CELL, (moment.channel_out, *place()) if place else None)

    def click(self, name: str, row: int, column: int) -> None:
        """Go to the step that computes the cell, or show another channel."""
        if name == "channels-in":
            self.steering.set(channel_in=column)
        elif name == "channels-out":
            self.steering.set(channel_out=column)
        elif self.moment is not None and self.lit is not None and self.moment.sweeps:
            self.steering.seek(self.moment.number(self.place) + 1)

    def give(self, name: str, row: int, column: int, number: float) -> None:
        """Ask for a kernel with another number."""
        if self.moment is not None and name == "kernel":
            moment = self.moment
            self.steering.set(**moment.edited(moment.channel_out, moment.channel_in, (row, column), number))


def _sign(moment: Moment) -> str:
    """Return the sign between input and kernel: ⋆ for cross-correlation, ∗ where the kernel is turned round.

    What a transposed one does is the convolution of mathematics, with zeros between the inputs.
    """
    if moment.mean:
        return "·"
    return "∗" if moment.params.flip != (moment.plan.operation == TRANSPOSED) else "⋆"


def _photograph(moment: Moment, planes: np.ndarray) -> np.ndarray | None:
    """Return the colours (y, x, 3) of planes of a photograph of three channels, None for other images."""
    if moment.shade != "photograph" or planes.shape[0] != 3 or moment.input[0].size <= 64 * 64:
        return None
    return np.nan_to_num(planes, neginf=0.0).clip(0, 255).transpose(1, 2, 0).round().astype(np.uint8)


def _equal(one: object, other: object) -> bool:
    return not isinstance(one, np.ndarray) and not isinstance(other, np.ndarray) and one == other


def _signed(values: np.ndarray) -> Shading:
    """Return colours for signs; for a photograph the strongest ones are not left to a single large value."""
    if values.size <= MOST_MARKED:
        return Shading("signed")
    high = float(np.quantile(np.abs(values[::5, ::5]), 0.99)) or 1.0
    return Shading("signed", low=-high, high=high)


def _ordinal(moment: Moment) -> str:
    y, x = moment.plan.y.stride, moment.plan.x.stride
    names = {1: "", 2: "second ", 3: "third "}
    if moment.params.dimensions == 1:
        return f"{names.get(x, f'{x}th ')}cell"
    if y == x:
        return f"{names.get(x, f'{x}th ')}row and column"
    return f"{names.get(y, f'{y}th ')}row, {names.get(x, f'{x}th ')}column"
