"""Where the cells of the large map and the words around them stand."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QFontMetrics

from explainer.scenes.attention_maps.moment import Moment
from explainer.theme.tokens import Tokens

WIDEST = 1.8
"""How much wider than high the cells of a text may be, for the words above them."""
READS = "reads from"


@dataclass(frozen=True, eq=False)
class MapLayout:
    """The cells' rectangle, for the tokens that are shown, in pixels."""

    kept: list[int]
    """The tokens that are shown, one for each row and column."""
    box: QRectF
    head: float
    """The height above the cells: a heading, and the columns' tokens."""
    label: float
    """The width of the rows' tokens."""
    said: float
    """The width of "reads from" in each row, 0 where there is no room for it."""
    turned: bool
    """Whether the columns' tokens are written upright."""

    @classmethod
    def of(cls, moment: Moment, metrics: QFontMetrics, tokens: Tokens, width: float, height: float) -> MapLayout:
        """Return the layout in a picture of this size; ``metrics`` are those of the tokens' font."""
        size, kept = tokens.size, moment.kept.tolist()
        widest = min(max(metrics.horizontalAdvance(moment.words[i]) for i in kept), size(110))
        label, high_label = widest + size(16), min(widest, 0.25 * height)
        turned = high_label > size(30)
        top = float(size(24) + (min(high_label, size(80)) + 8 if turned else size(22)))
        answers = size(104) if moment.trained else size(16)
        high = max(40.0, height - top - size(30))
        wide = max(40.0, width - label - answers - size(40))
        high, wide = min(high, wide), min(wide, high * (1.0 if moment.trained else WIDEST))
        spare = max(0.0, width - label - answers - wide - size(30)) / 2
        down = max(0.0, height - top - high - size(30)) / 2
        box = QRectF(size(26) + label + spare, top + down, wide, high)
        wanted = metrics.horizontalAdvance(READS) + 12.0
        said = wanted if spare >= wanted and high / len(kept) >= size(18) else 0.0
        return cls(kept, box, top, label, said, turned)

    @property
    def across(self) -> float:
        """The width of a cell."""
        return self.box.width() / len(self.kept)

    @property
    def down(self) -> float:
        """The height of a cell."""
        return self.box.height() / len(self.kept)

    def cell(self, row: int, column: int) -> QRectF:
        """Return a cell's rectangle; rows and columns are counted as they stand."""
        x, y = self.box.left() + column * self.across, self.box.top() + row * self.down
        return QRectF(x, y, self.across, self.down)

    def row_label(self, row: int) -> QRectF:
        """Return the place of a row's token and of what is said beside it."""
        wide = self.label + self.said
        return QRectF(self.box.left() - wide, self.box.top() + row * self.down, wide, self.down)

    def number(self, token: int | None) -> int | None:
        """Return the row of a token, None if it is not shown."""
        return self.kept.index(token) if token in self.kept else None

    def cell_at(self, place: QPointF) -> Hashable | None:
        """Return ("cell", query, key) at a pixel, None outside of the cells."""
        if not self.box.contains(place):
            return None
        last = len(self.kept) - 1
        row = min(int((place.y() - self.box.top()) / self.down), last)
        column = min(int((place.x() - self.box.left()) / self.across), last)
        return ("cell", self.kept[row], self.kept[column])


def strongest(values: np.ndarray, rows: int, columns: int) -> np.ndarray:
    """Return values (query, key) on at most so many rows and columns, each the largest that it stands for."""
    for axis, most in ((0, rows), (1, columns)):
        count = values.shape[axis]
        if count > most:
            values = np.maximum.reduceat(values, np.arange(most) * count // most, axis)
    return values
