"""The operation as a matrix times the flattened input, cell by cell, and the matrix' transpose times itself."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import numpy as np
from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter

from explainer.plots.base.shading import Shading
from explainer.plots.number_grid import NumberGrid, marked
from explainer.scenes.convolution.layout import Item, lay_row, paint_titles, paint_words, words_height
from explainer.scenes.convolution.linked import CELL, LinkedPicture
from explainer.scenes.convolution.matrix_words import is_identity, matrix_kind
from explainer.scenes.convolution.plan import MAX_POOL
from explainer.scenes.convolution.words import number, size

MOST_WORDS = 4
"""A line of words for every so many lines that the picture is high."""


class Matrix(LinkedPicture):
    """Row r of the matrix makes output cell r; hover it to see which."""

    key: ClassVar[str] = "matrix"
    title: ClassVar[str] = "The same as a matrix times the flattened input"
    about: ClassVar[str] = "A sparse matrix: one row per output cell, one column per input cell; hover to link them"
    hint: ClassVar[str] = "hover a row"
    arrays: ClassVar[Sequence[str]] = ("input", "weight", "bias", "result", "matrix", "gram")

    def grids(self) -> list[NumberGrid]:
        """Return matrix, input, output, and the matrix' transpose times the matrix."""
        self.matrix = NumberGrid("matrix", "Matrix W", Shading("signed"))
        self.vector = NumberGrid("flat-input", "x", Shading("ink"))
        self.out = NumberGrid("flat-output", "W x", Shading("signed"))
        self.gram = NumberGrid("gram", "WᵀW", Shading("signed"))
        self.column: int | None = None
        return [self.matrix, self.vector, self.out, self.gram]

    def show_moment(self) -> None:
        """Set the numbers."""
        moment, frame = self.moment, self.frame
        assert moment is not None
        assert frame is not None
        empty = np.zeros((0, 0))
        matrix, gram = frame.arrays.get("matrix", empty), frame.arrays.get("gram", empty)
        fits = matrix.shape == (moment.result.size, moment.input.size)
        self.matrix.fill(matrix if fits else empty)
        self.matrix.title = f"W: {size(matrix.shape)}" if fits else ""
        self.vector.shading = Shading(moment.shade)
        self.vector.fill(moment.input.reshape(-1, 1) if fits else empty)
        product = matrix @ moment.input.reshape(-1, 1) if fits else empty
        self.out.fill(product)
        self.gram.fill(gram if fits and gram.shape == (moment.input.size,) * 2 else empty)

    def show_marks(self) -> None:
        """Mark the row of the cell that is looked at, and what it multiplies."""
        moment = self.moment
        assert moment is not None
        if not self.matrix.values.size:
            return
        row, accent, warm = moment.number(self.place), self.tokens.accent, self.tokens.series_colour(1)
        used = np.flatnonzero(self.matrix.values[row]).tolist()
        self.matrix.marks = [marked([(row, c) for c in range(self.matrix.shape[1])], accent, 1.0, 0.10)]
        self.vector.marks = [marked([(c, 0) for c in used], accent, 1.5)]
        self.out.marks = [marked([(row, 0)], accent, 2.0)]
        self.gram.marks = []
        if self.column is not None:
            self.matrix.marks = [*self.matrix.marks, marked([(row, self.column)], warm, 2.0)]
            self.vector.marks = [*self.vector.marks, marked([(self.column, 0)], warm, 2.0)]

    def items(self) -> list[Item]:
        """Return the grids in their row."""
        found = [Item(self.matrix), Item(self.vector, "·"), Item(self.out, "=")]
        return [*found, Item(self.gram)] if self.gram.values.size else found

    def arrange(self) -> None:
        """Lay the grids out in a row."""
        if self.matrix.values.size:
            below = words_height(self.board, len(self.words()))
            lay_row(self.board, self.items(), QRectF(self.board.rect()).adjusted(4, 0, -4, -below))

    def decorate(self, painter: QPainter) -> None:  # type: ignore[override]
        """Write titles and what the matrix says."""
        if self.moment is None:
            return
        if not self.matrix.values.size:
            paint_words(self.board, painter, [("More than a million numbers: choose a smaller image.", "warning")])
            return
        paint_titles(self.board, painter, self.items())
        paint_words(self.board, painter, self.words())

    def words(self) -> list[tuple[str, str]]:
        """Return what is said below, as many lines as leave room for the matrices."""
        lines = [(self.row_words(), "strong"), (self.transpose_words(), ""), (self.sparse_words(), "")]
        room = int(self.board.height() / words_height(self.board, MOST_WORDS))
        return [line for line in lines if line[0]][: max(1, room)]

    def row_words(self) -> str:
        """Return what the marked row computes."""
        assert self.moment is not None
        row = self.moment.number(self.place)
        weights = self.matrix.values[row]
        bias = float(self.moment.bias[self.place[0]]) if self.moment.bias.size else 0.0
        added = f" (+ bias {number(bias)})" if bias else ""
        used = int(np.count_nonzero(weights))
        value = number(float(self.out.values[row, 0]))
        return f"Row {row} = output{list(self.place)}: {used} of {weights.size} weights are not 0; {value}{added}"

    def sparse_words(self) -> str:
        """Return how sparse the matrix is."""
        assert self.moment is not None
        matrix = self.matrix.values
        filled, distinct = int(np.count_nonzero(matrix)), len(np.unique(matrix[matrix != 0]))
        share = 100 * filled / matrix.size
        weights = f"{distinct} different number{'' if distinct == 1 else 's'}"
        words = f"{filled:,} of {matrix.size:,} entries of W are not 0 ({share:.2g} %): {weights}"
        kind = matrix_kind(self.moment)
        words = f"{words}; {kind}" if kind else words
        if self.moment.plan.operation == MAX_POOL:
            words = f"{words}; it holds for this input only: the maximum is not linear"
        return words

    def transpose_words(self) -> str:
        """Return whether the transposed matrix undoes it, nothing where that was not worked out."""
        gram = self.gram.values
        if not gram.size:
            return ""
        here = " at this image" if self.moment is not None and self.moment.plan.operation == MAX_POOL else ""
        if is_identity(gram):
            return f"WᵀW is the identity{here}: Wᵀ undoes W"
        return f"WᵀW is not the identity{here}: Wᵀ does not undo W"

    def hover(self, name: str, row: int, column: int) -> None:
        """Light the output cell of a row."""
        if self.moment is None:
            return
        self.column = column if name == "matrix" else row if name == "flat-input" else None
        if name in ("matrix", "flat-output"):
            self.steering.light(CELL, self.moment.plan.place(row))
        else:
            self.show_marks()

    def leave(self) -> None:
        """Follow the run again."""
        self.column = None
        super().leave()

    def click(self, name: str, row: int, column: int) -> None:
        """Go to the step of the row's cell."""
        if name in ("matrix", "flat-output") and self.moment is not None and self.moment.sweeps:
            self.steering.seek(row + 1)
