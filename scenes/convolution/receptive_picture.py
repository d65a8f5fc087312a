"""The receptive field: what one cell on top of a stack of such layers can see."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter

from explainer.plots.base.shading import Shading
from explainer.plots.number_grid import NumberGrid, marked
from explainer.scenes.convolution.layout import Item, lay_row, paint_titles, paint_words, words_height
from explainer.scenes.convolution.linked import LinkedPicture
from explainer.scenes.convolution.moment import Moment
from explainer.scenes.convolution.plan import CONVOLUTION, MAX_POOL
from explainer.scenes.convolution.receptive import Stack, seen, stack_of
from explainer.scenes.convolution.words import size

MOST_LAYERS = 6
MOST_CELLS = 4_096


class ReceptiveField(LinkedPicture):
    """Each level of the stack with the number of paths that lead from a cell to the one on top."""

    key: ClassVar[str] = "receptive"
    title: ClassVar[str] = "Receptive field of a stack of such layers"
    about: ClassVar[str] = (
        "Up to six such layers: what one cell on top can see, and by how many paths; hover another cell"
    )

    hint: ClassVar[str] = "hover the last layer"

    def grids(self) -> list[NumberGrid]:
        """Return the levels, from the input up."""
        self.stack: Stack | None = None
        self.top: tuple[int, int] | None = None
        self.levels = [NumberGrid(f"level-{level}", "", Shading("signed")) for level in range(MOST_LAYERS + 1)]
        return self.levels

    def show_moment(self) -> None:
        """Put as many layers on top of one another as were asked for and fit."""
        assert self.moment is not None
        params, plan = self.moment.params, self.moment.plan
        doubled = (
            params.stack_dilation == "doubled" and params.operation in (CONVOLUTION, MAX_POOL) and not plan.adaptive
        )
        self.stack = stack_of(plan, params.layers, widened=2 if doubled else 1)

    def show_marks(self) -> None:
        """Count the paths to the cell on top."""
        stack = self.stack
        assert stack is not None
        rows, columns = stack.sizes[-1]
        top = self.top if self.top and self.top[0] < rows and self.top[1] < columns else (rows // 2, columns // 2)
        for level, grid in enumerate(self.levels):
            if level > stack.depth or rows * columns > MOST_CELLS or max(map(_cells, stack.sizes)) > MOST_CELLS:
                grid.fill(np.zeros((0, 0)))
                continue
            counts = stack.paths(top)[level]
            grid.fill(counts, faint=counts == 0)
            grid.title = f"Input {size(counts.shape)}" if level == 0 else f"Layer {level}: {size(counts.shape)}"
            grid.caption = self._seen(stack, counts) if level == 0 else ""
            grid.marks = [marked(map(tuple, np.argwhere(counts > 0).tolist()), self.tokens.accent, 2.0)]

    def _seen(self, stack: Stack, counts: np.ndarray) -> str:
        """Return how many rows and columns of the input the cell sees, and how many these span where there are gaps."""
        rows, columns = (seen(counts.any(1 - axis), stack.goes_round) for axis in range(2))
        found, whole = size((rows[0], columns[0])), size((rows[1], columns[1]))
        return f"sees {found}" if found == whole else f"sees {found} of the {whole} that it spans"

    def items(self) -> list[Item]:
        """Return the levels that there are."""
        return [Item(grid, "→") for grid in self.levels if grid.values.size]

    def arrange(self) -> None:
        """Lay the levels out in a row."""
        if self.items():
            lay_row(
                self.board, self.items(), QRectF(self.board.rect()).adjusted(4, 0, -4, -words_height(self.board, 1))
            )

    def decorate(self, painter: QPainter) -> None:  # type: ignore[override]
        """Write titles and the size of the field."""
        if self.items():
            paint_titles(self.board, painter, self.items())
        paint_words(self.board, painter, [self.words()])

    def words(self) -> tuple[str, str]:
        """Return the size of the field, layer by layer, or why nothing is drawn."""
        if self.moment is None or self.stack is None:
            return "", ""
        if not self.items():
            return f"Images of more than {MOST_CELLS} cells are not drawn here: choose a smaller one.", "warning"
        asked, plan = self.moment.params.layers, self.moment.plan
        if plan.x.transposed or plan.adaptive:
            return "The numbers count the paths to the cell on top.", ""
        words = f"spans 1 + Σ d(k − 1)·(strides below): {_chain(self.stack, self.moment)}"
        if self.stack.depth < asked:
            return f"{words} · only {self.stack.depth} of {asked} layers fit: pad, or enlarge the input", "warning"
        if self.stack.has_grid():
            return f"{words} · gridding: with these dilations some of it is never seen", ""
        return words, ""

    def hover(self, name: str, row: int, column: int) -> None:
        """Look from another cell of the top."""
        if self.stack is not None and name == f"level-{self.stack.depth}":
            self.top = row, column
            self.show_marks()

    def leave(self) -> None:
        """Keep the cell."""


def _cells(shape: tuple[int, int]) -> int:
    return shape[0] * shape[1]


def _chain(stack: Stack, moment: Moment) -> str:
    columns = " → ".join(map(str, stack.fields(stack.x)))
    if moment.params.dimensions == 1 or stack.fields(stack.y) == stack.fields(stack.x):
        return columns
    return f"rows {' → '.join(map(str, stack.fields(stack.y)))}, columns {columns}"
