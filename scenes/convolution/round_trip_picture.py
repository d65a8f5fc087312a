"""There and back: the operation, then its transpose; what comes back is not what went."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import numpy as np
from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter

from explainer.plots.base.shading import Shading
from explainer.plots.number_grid import NumberGrid, marked
from explainer.scenes.convolution.equivariance import alike
from explainer.scenes.convolution.layout import Item, lay_column, lay_row, paint_titles, paint_words, words_height
from explainer.scenes.convolution.linked import CELL, LinkedPicture
from explainer.scenes.convolution.matrix_words import is_identity
from explainer.scenes.convolution.plan import MAX_POOL
from explainer.scenes.convolution.words import size


class RoundTrip(LinkedPicture):
    """Input, output, and the transpose of the operation applied to the output."""

    key: ClassVar[str] = "round-trip"
    title: ClassVar[str] = "There and back: the operation, then its transpose"
    about: ClassVar[str] = "Input x, output W x, and WᵀW x: the transpose brings the shape back, not the numbers"
    arrays: ClassVar[Sequence[str]] = ("input", "weight", "bias", "result", "round_trip", "gram")

    def grids(self) -> list[NumberGrid]:
        """Return input, output and what comes back."""
        self.before = NumberGrid("before", "Input x", Shading("ink"))
        self.out = NumberGrid("there", "W x", Shading("signed"))
        self.back = NumberGrid("back", "WᵀW x", Shading("signed"))
        return [self.before, self.out, self.back]

    @property
    def arrived(self) -> bool:
        """Whether what came back belongs to the moment."""
        found = self.frame.arrays.get("round_trip") if self.frame is not None else None
        return self.moment is not None and found is not None and found.shape == self.moment.input.shape

    def show_moment(self) -> None:
        """Set the numbers."""
        moment, frame = self.moment, self.frame
        if moment is None or frame is None or not self.arrived:
            return
        out, channel = moment.channel_out, moment.channel_in
        self.before.shading = Shading(moment.shade)
        self.before.fill(moment.input[channel])
        self.out.fill(moment.result[out] - (moment.bias[out] if moment.bias.size else 0.0))
        self.back.fill(frame.arrays["round_trip"][channel])
        self.before.title = f"Input x: {size(self.before.shape)}"
        self.out.title = f"W x: {size(self.out.shape)}"
        self.back.title = f"WᵀW x: {size(self.back.shape)}"

    def show_marks(self) -> None:
        """Mark the cell that is looked at and the inputs that it reads and writes."""
        if self.moment is None or not self.arrived:
            return
        y, x, accent = self.moment.plan.y, self.moment.plan.x, self.tokens.accent
        sources = [(y.source(at), x.source(to)) for at, to in self.moment.window(self.place)]
        self.before.marks = self.back.marks = [marked(sources, accent, 2.5)]
        self.out.marks = [marked([self.place[1:]], accent, 2.5)]

    def items(self) -> list[Item]:
        """Return the grids in their row."""
        return [Item(self.before), Item(self.out, "W →"), Item(self.back, "Wᵀ →")]

    def arrange(self) -> None:
        """Lay the grids out."""
        if self.moment is not None and self.arrived:
            lay = lay_column if self.moment.params.dimensions == 1 else lay_row
            lay(self.board, self.items(), QRectF(self.board.rect()).adjusted(4, 0, -4, -words_height(self.board, 1)))

    def decorate(self, painter: QPainter) -> None:  # type: ignore[override]
        """Write titles and what came back."""
        if self.arrived:
            paint_titles(self.board, painter, self.items())
            paint_words(self.board, painter, [(self.words(), "strong")])

    def words(self) -> str:
        """Return how many numbers are as before."""
        assert self.moment is not None
        assert self.frame is not None
        came, went = self.frame.arrays["round_trip"], self.moment.input
        if self.moment.plan.operation == MAX_POOL:
            return "Each maximum goes back to where it stood, once for every window that it won; the rest is lost."
        same, gram = alike(went, came), self.frame.arrays.get("gram", np.zeros((0, 0)))
        known = gram.shape == (went.size, went.size)
        if known and is_identity(gram):
            return "Every number has come back, as for any image: this operation's transpose undoes it."
        if same < went.size:
            return f"The shape has come back, {same} of {went.size} numbers have: the transpose is not the inverse."
        if known:
            return "Every number of this image has come back, of others not: WᵀW is not the identity."
        return "Every number of this image has come back; of other images that does not follow."

    def hover(self, name: str, row: int, column: int) -> None:
        """Light the output cell under the pointer, or the one about an input."""
        if self.moment is not None:
            place = (row, column) if name == "there" else self.moment.nearest(row, column)
            self.steering.light(CELL, (self.moment.channel_out, *place))
