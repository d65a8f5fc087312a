"""One output cell worked out: patch times kernel, the products, their sum over channels, and the bias."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

import numpy as np
from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter

from explainer.plots.base.shading import Shading
from explainer.plots.number_grid import NumberGrid, marked
from explainer.scenes.convolution.layout import Item, has_room, lay_row, paint_titles, paint_words, words_height
from explainer.scenes.convolution.linked import CELL, TAP, LinkedPicture
from explainer.scenes.convolution.moment import Moment, Place
from explainer.scenes.convolution.plan import MAX_POOL
from explainer.scenes.convolution.words import MOST_LISTED, cell_line, product_words, sum_words

DONE = {"window": 0, "products": 2}
"""Phase → how many of kernel, products and value it has come to."""
PHASES = {"window": " · 1 the window", "products": " · 2 the products"}
LOW = 210.0
"""The height below which one line of words is left out."""


class OneCell(LinkedPicture):
    """The arithmetic of the cell that the run has computed last, or that a pointer is on."""

    key: ClassVar[str] = "cell"
    title: ClassVar[str] = "One cell, worked out"
    about: ClassVar[str] = (
        "Patch, kernel and products with their numbers, the sum, and the PyTorch line; hover a number to follow it"
    )
    at_first: ClassVar[bool] = True

    def grids(self) -> list[NumberGrid]:
        """Return patch, kernel, products and value."""
        self.patch = NumberGrid("patch", "Patch", Shading("ink"))
        self.kernel = NumberGrid("weights", "Kernel", Shading("signed"))
        self.products = NumberGrid("products", "Products", Shading("signed"))
        self.total = NumberGrid("value", "Cell", Shading("signed"))
        return [self.patch, self.kernel, self.products, self.total]

    @property
    def channel(self) -> int:
        """The input channel whose numbers are shown: the chosen one, if the cell reads it."""
        assert self.moment is not None
        read = self.moment.plan.channels_of(self.place[0])
        return self.moment.channel_in if self.moment.channel_in in read else read.start

    def show_moment(self) -> None:
        """Everything depends on the cell that is looked at: see :meth:`show_marks`."""

    def show_marks(self) -> None:
        """Set the numbers of the cell that is looked at."""
        moment, place = self.moment, self.place
        assert moment is not None
        patch, kernel = moment.patch(place, self.channel), moment.kernel(place, self.channel)
        sees = patch.size > 0
        finite = moment.input[self.channel][np.isfinite(moment.input[self.channel])]
        self.patch.shading = Shading(moment.shade, low=min(0.0, float(finite.min())), high=float(finite.max()))
        self.patch.fill(patch if sees else np.zeros((1, 1)), hatched=None if sees else np.ones((1, 1), bool))
        self.kernel.fill(np.zeros((0, 0)) if moment.plan.operation == MAX_POOL or not sees else kernel)
        self.kernel.shading = Shading("signed", high=self._strongest(moment))
        self.products.fill(np.zeros((0, 0)) if moment.plan.pools or not sees else patch * kernel)
        values = moment.result[place[0]]
        known = np.abs(values[np.isfinite(values)])
        high = float(known.max()) if known.size else 1.0
        self.total.shading = Shading(moment.shade if moment.plan.pools else "signed", low=0.0, high=high)
        self.total.fill(np.array([[moment.value(place)]]))
        self._name_grids(moment)
        self._hold_back(moment)
        self._mark_tap(moment)

    def _strongest(self, moment: Moment) -> float:
        """Return the largest weight of the filter, so that a part of it has the colours of the whole."""
        if moment.plan.pools:
            return 1 / moment.plan.counted(*self.place[1:])
        return float(np.abs(moment.filters[self.place[0]]).max()) or 1.0

    def _name_grids(self, moment: Moment) -> None:
        many = len(moment.plan.channels_of(self.place[0])) > 1
        self.patch.title = f"Patch of channel {self.channel}" if many else "Patch"
        self.kernel.title = f"1 / {moment.plan.counted(*self.place[1:])} each" if moment.plan.pools else "Kernel"
        self.total.title = "Output"

    def _hold_back(self, moment: Moment) -> None:
        """Show faintly what the step in progress has not come to yet."""
        if self.lit is not None or moment.phase not in DONE:
            return
        for grid in (self.kernel, self.products, self.total)[DONE[moment.phase] :]:
            if grid.values.size:
                grid.fill(grid.values, faint=np.ones(grid.shape, bool))

    def _mark_tap(self, moment: Moment) -> None:
        shown: list[tuple[int, int]] = []
        rows, columns = moment.taps(self.place)
        if self.tap is not None:
            used = moment.turned(self.tap)
            here = ([t for t, _ in rows], [t for t, _ in columns])
            if used[0] in here[0] and used[1] in here[1]:
                shown = [(here[0].index(used[0]), here[1].index(used[1]))]
        elif moment.plan.operation == MAX_POOL and self.patch.values.size:
            shown = [divmod(int(self.patch.values.argmax()), self.patch.shape[1])]
        warm = self.tokens.series_colour(1)
        for grid in (self.patch, self.kernel, self.products):
            grid.marks = [marked(shown, warm, 2.5)]
        self.total.marks = [marked([(0, 0)], self.tokens.accent, 2.5)]

    # the board

    def items(self) -> list[Item]:
        """Return the grids that there are, as far as the step in progress has come."""
        found = [Item(self.patch)]
        if self.kernel.values.size:
            found.append(Item(self.kernel, "×"))
        if self.products.values.size:
            found.append(Item(self.products, "="))
        sign = "Σ" if self.products.values.size else ("max" if not self.kernel.values.size else "Σ")
        return [*found, Item(self.total, sign)]

    def arrange(self) -> None:
        """Lay the grids out above the lines of words."""
        if self.moment is not None:
            area = QRectF(self.board.rect())
            lay_row(self.board, self.items(), area.adjusted(4, 0, -4, -words_height(self.board, self._lines())), False)

    def _lines(self) -> int:
        """Return how many lines of words there are: in a low picture the products are left to the grids."""
        roomy = self.board.height() > LOW * self.tokens.scale
        return 3 if self.products.values.size and roomy else 2

    def decorate(self, painter: QPainter) -> None:  # type: ignore[override]
        """Write titles, the sum with its numbers, and the PyTorch line."""
        moment = self.moment
        if moment is None:
            return
        paint_titles(self.board, painter, self.items())
        lines = [(self._fitting(sum_words, "strong"), "strong"), (cell_line(moment, self.place), "code")]
        products = self._fitting(product_words, "") if self._lines() > 2 else ""
        paint_words(self.board, painter, [(products, ""), *lines] if products else lines)

    def _fitting(self, words: Callable[[Moment, Place, int, int], str], role: str) -> str:
        """Return words with as many terms as there is room for."""
        assert self.moment is not None
        most = MOST_LISTED
        while most > 1 and not has_room(self.board, words(self.moment, self.place, self.channel, most), role):
            most -= 1
        return words(self.moment, self.place, self.channel, most)

    def heading(self) -> str:
        """Return which cell it is."""
        if self.moment is None:
            return self.title
        channel, row, column = self.place
        where = f"channel {channel}, " if self.moment.plan.out_channels > 1 else ""
        phase = PHASES.get(self.moment.phase, "") if self.lit is None else ""
        return f"One cell, worked out: {where}row {row}, column {column}{phase}"

    def light(self, name: str, value: object | None) -> None:
        """Follow the pointer, and say where."""
        super().light(name, value)
        if self.moment is not None:
            self.say_title()

    def hover(self, name: str, row: int, column: int) -> None:
        """Light the weight under the pointer; the cell stays the one that is looked at."""
        moment = self.moment
        if moment is None or name == "value" or moment.plan.pools:
            return
        rows, columns = moment.taps(self.place)
        if row < len(rows) and column < len(columns):
            self.steering.light(TAP, moment.turned((rows[row][0], columns[column][0])))
            self.steering.light(CELL, self.lit)
