"""The backward pass: an upstream gradient flows to the input and to the kernel."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import ClassVar

import numpy as np
from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter

from explainer.plots.base.shading import Shading
from explainer.plots.number_grid import NumberGrid, marked
from explainer.scenes.convolution.backward import Term, input_terms, total, weight_terms
from explainer.scenes.convolution.kernels import write_kernels
from explainer.scenes.convolution.layout import Item, lay_row, paint_titles, paint_words, words_height
from explainer.scenes.convolution.linked import CELL, TAP, LinkedPicture
from explainer.scenes.convolution.plan import MAX_POOL
from explainer.scenes.convolution.words import number

MOST_TERMS = 12
MOST_CELLS = 4_096


class Backward(LinkedPicture):
    """Upstream gradient, and what it makes of input and kernel; each cell with the terms that add up to it."""

    key: ClassVar[str] = "backward"
    title: ClassVar[str] = "Backward: from the output's gradient to input and kernel"
    about: ClassVar[str] = (
        "Hover a gradient to see the terms that add up to it; click an upstream number to type, or drag it"
    )
    hint: ClassVar[str] = "hover a gradient, click an upstream number"
    arrays: ClassVar[Sequence[str]] = ("input", "weight", "bias", "result", "upstream", "grad_input", "grad_weight")

    def grids(self) -> list[NumberGrid]:
        """Return upstream gradient, gradient of the input, input, gradient of the kernel."""
        self.upstream = NumberGrid("upstream", "∂L/∂output", Shading("signed"), editable=True)
        self.grad_input = NumberGrid("grad-input", "∂L/∂input", Shading("signed"))
        self.input = NumberGrid("seen", "Input", Shading("ink"))
        self.grad_weight = NumberGrid("grad-kernel", "∂L/∂kernel", Shading("signed"))
        self.found: tuple[str, int, int] | None = None
        return [self.upstream, self.grad_input, self.input, self.grad_weight]

    @property
    def arrived(self) -> bool:
        """Whether the gradients belong to the moment."""
        moment, frame = self.moment, self.frame
        if moment is None or frame is None or not {"upstream", "grad_input", "grad_weight"} <= frame.arrays.keys():
            return False
        shapes = {"upstream": moment.result, "grad_input": moment.input, "grad_weight": moment.weight}
        return all(frame.arrays[name].shape == array.shape for name, array in shapes.items())

    def show_moment(self) -> None:
        """Set the numbers."""
        moment, frame = self.moment, self.frame
        if moment is None or frame is None or not self.arrived:
            return
        out, channel = moment.channel_out, moment.channel_in
        self.upstream.fill(frame.arrays["upstream"][out])
        self.grad_input.fill(frame.arrays["grad_input"][channel])
        self.input.shading = Shading(moment.shade)
        self.input.fill(moment.input[channel])
        local = moment.local(out, channel)
        empty = np.zeros((0, 0))
        turned = self._filters(frame.arrays["grad_weight"])
        self.grad_weight.fill(empty if moment.plan.pools or local is None else turned[out, local])
        if moment.plan.pools:
            self.input.fill(empty)

    def _filters(self, grad_weight: np.ndarray) -> np.ndarray:
        """Return the gradient of the weight as filters (out, in / groups, y, x)."""
        assert self.moment is not None
        return replace(self.moment, weight=grad_weight).filters

    def show_marks(self) -> None:
        """Mark the cell and its window, or the terms of the gradient under the pointer."""
        moment = self.moment
        if moment is None or not self.arrived:
            return
        accent, warm = self.tokens.accent, self.tokens.series_colour(1)
        for grid in (self.upstream, self.grad_input, self.input, self.grad_weight):
            grid.marks = []
        if self.found is not None and self.found[0] != "upstream":
            name, row, column = self.found
            cells = [(i, j) for (out, i, j), _, _, _ in self.terms() if out == moment.channel_out]
            self.upstream.marks = [marked(cells, warm, 1.5, 0.2)]
            grid = self.grad_input if name == "grad-input" else self.grad_weight
            grid.marks = [marked([(row, column)], accent, 2.5)]
            if name == "grad-kernel":
                used = moment.turned((row, column))
                rows, columns = moment.plan.y.outputs_of(used[0]), moment.plan.x.outputs_of(used[1])
                self.input.marks = [marked([(y, x) for _, y in rows for _, x in columns], warm, 1.5, 0.2)]
            return
        self.upstream.marks = [marked([self.place[1:]], accent, 2.5)]
        self.grad_input.marks = [marked(self.sources(), accent, 2.5)]

    def sources(self) -> list[tuple[int, int]]:
        """Return the inputs that the cell that is looked at reads."""
        assert self.moment is not None
        y, x = self.moment.plan.y, self.moment.plan.x
        return [(y.source(at), x.source(to)) for at, to in self.moment.window(self.place)]

    def terms(self) -> list[Term]:
        """Return the terms of the gradient that the pointer is on."""
        moment, frame = self.moment, self.frame
        if moment is None or frame is None or self.found is None or not self.arrived:
            return []
        name, row, column = self.found
        upstream = frame.arrays["upstream"]
        if name == "grad-input":
            return input_terms(moment, upstream, moment.channel_in, row, column)
        if name == "grad-kernel":
            tap = moment.turned((row, column))
            return weight_terms(moment, upstream, moment.channel_out, moment.channel_in, tap)
        return []

    def items(self) -> list[Item]:
        """Return the grids in their row."""
        found = [Item(self.upstream), Item(self.grad_input, "→")]
        if self.grad_weight.values.size:
            found += [Item(self.input), Item(self.grad_weight, "→", own=True)]
        return found

    def arrange(self) -> None:
        """Lay the grids out in a row."""
        if self.arrived:
            below = words_height(self.board, 1)
            lay_row(self.board, self.items(), QRectF(self.board.rect()).adjusted(4, 0, -4, -below))

    def decorate(self, painter: QPainter) -> None:  # type: ignore[override]
        """Write titles and terms."""
        if self.arrived:
            paint_titles(self.board, painter, self.items())
            paint_words(self.board, painter, [(self.words(), "strong")])

    def words(self) -> str:
        """Return the gradient under the pointer as the sum of its terms."""
        moment = self.moment
        assert moment is not None
        if self.found is None or self.found[0] not in ("grad-input", "grad-kernel"):
            if moment.plan.operation == MAX_POOL:
                return "Each upstream number goes back to the largest input of its window alone."
            if moment.plan.pools:
                return "Each upstream number goes back in equal parts to its window."
            return "Upstream number × kernel is added to the inputs under its window."
        name, row, column = self.found
        terms = [term for term in self.terms() if term[2] * term[3] != 0] or self.terms()
        shown = [f"{number(a)}·{f'({number(b)})' if b < 0 else number(b)}" for _, _, a, b in terms[:MOST_TERMS]]
        more = f" + … {len(terms) - MOST_TERMS} more" if len(terms) > MOST_TERMS else ""
        whose = "input" if name == "grad-input" else "kernel"
        said = f"{' + '.join(shown) or '0'}{more} = {number(total(terms))}"
        return f"∂L/∂{whose}[{row}, {column}] = {said}"

    def hover(self, name: str, row: int, column: int) -> None:
        """Show the terms of the gradient under the pointer."""
        if self.moment is None or self.moment.result[0].size > MOST_CELLS:
            return
        self.found = (name, row, column)
        self.steering.light(TAP, (row, column) if name == "grad-kernel" else None)
        self.steering.light(CELL, (self.moment.channel_out, row, column) if name == "upstream" else None)
        self.show_marks()

    def leave(self) -> None:
        """Follow the run again."""
        self.found = None
        super().leave()

    def give(self, name: str, row: int, column: int, number: float) -> None:
        """Ask for another upstream gradient."""
        if self.moment is not None and self.frame is not None and self.arrived:
            upstream = self.frame.arrays["upstream"].copy()
            upstream[self.moment.channel_out, row, column] = number
            self.steering.set(upstream="custom", upstream_values=write_kernels(upstream))
