"""A table of numbers as cells that are seen and read: colours, figures, marks; painted onto a board."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QFont, QImage, QPainter

from explainer.plots.base.cell_image import hatch, image_of, paint_cells
from explainer.plots.base.colours import colour, pen
from explainer.plots.base.figures import fitted_texts, paint_figures
from explainer.plots.base.shading import Shading
from explainer.theme.tokens import Tokens

LEAST_LINES = 7.0
"""Pixels from which on a cell has a border."""
FAINT = 0.32
"""The opacity of what is not there yet, or not kept."""
LEAST_MARK = 8.0
MOST_HATCHED = 5_000
Cell = tuple[int, int]


@dataclass(frozen=True)
class Mark:
    """Cells set off from the others: outlined where they end, and tinted."""

    cells: frozenset[Cell]
    token: str
    width: float = 2.0
    tint: float = 0.0


def marked(cells: Iterable[Cell], token: str, width: float = 2.0, tint: float = 0.0) -> Mark:
    """Return a mark around ``cells``, rows and columns as numbered in the grid."""
    return Mark(frozenset(cells), token, width, tint)


class NumberGrid:
    """Rows and columns of numbers, counted from 0; ``box`` is where the board has put it.

    ``border`` (top, bottom, left, right) are cells around the real ones, padding say: they count as rows
    and columns below 0 and beyond the end.
    """

    def __init__(self, shading: Shading | None = None) -> None:
        self.title = ""
        self.shading = shading or Shading("signed")
        self.box = QRectF()
        self.values = np.zeros((0, 0))
        self.border = (0, 0, 0, 0)
        self.faint: np.ndarray | None = None
        self.hatched: np.ndarray | None = None
        self.picture: np.ndarray | None = None
        self.caption = ""
        self._image: tuple[Tokens, QImage, np.ndarray] | None = None

    def fill(
        self,
        values: np.ndarray,
        *,
        border: tuple[int, int, int, int] = (0, 0, 0, 0),
        faint: np.ndarray | None = None,
        hatched: np.ndarray | None = None,
        picture: np.ndarray | None = None,
    ) -> None:
        """Show values (row, column), border included.

        ``faint`` and ``hatched`` (row, column) are masks; ``picture`` (row, column, 3) uint8 replaces the colours.
        """
        self.values, self.border = np.asarray(values), border
        self.faint, self.hatched, self.picture = faint, hatched, picture
        self._image = None

    @property
    def shape(self) -> tuple[int, int]:
        """How many rows and columns there are, border included."""
        return self.values.shape[0], self.values.shape[1]

    @property
    def cell(self) -> float:
        """The shorter side of a cell in pixels."""
        return min(self.sides)

    @property
    def sides(self) -> tuple[float, float]:
        """How wide and how high a cell is."""
        return self.box.width() / max(1, self.shape[1]), self.box.height() / max(1, self.shape[0])

    def value(self, cell: Cell) -> float:
        """Return the number at a cell, NaN outside."""
        row, column = cell[0] + self.border[0], cell[1] + self.border[2]
        inside = 0 <= row < self.shape[0] and 0 <= column < self.shape[1]
        return float(self.values[row, column]) if inside else float("nan")

    def has(self, cell: Cell) -> bool:
        """Return whether there is such a cell."""
        row, column = cell[0] + self.border[0], cell[1] + self.border[2]
        return 0 <= row < self.shape[0] and 0 <= column < self.shape[1]

    def cell_at(self, point: QPointF) -> Cell | None:
        """Return the cell at a pixel of the board, None beside the grid."""
        if not self.box.contains(point) or not self.values.size:
            return None
        rows, columns = self.shape
        row = min(rows - 1, int((point.y() - self.box.top()) / self.box.height() * rows))
        column = min(columns - 1, int((point.x() - self.box.left()) / self.box.width() * columns))
        return row - self.border[0], column - self.border[2]

    def rectangle(self, cell: Cell) -> QRectF:
        """Return where a cell is on the board."""
        wide, high = self.sides
        left = self.box.left() + (cell[1] + self.border[2]) * wide
        return QRectF(left, self.box.top() + (cell[0] + self.border[0]) * high, wide, high)

    def paint(self, painter: QPainter, tokens: Tokens, base: QFont) -> None:
        """Paint colours and figures."""
        if not self.values.size or self.box.width() < 1:
            return
        image, colours = self._coloured(tokens)
        self._paint_unknown(painter, tokens)
        paint_cells(painter, self.box, image)
        self._paint_hatching(painter, tokens)
        self._paint_lines(painter, tokens)
        self._paint_figures(painter, tokens, base, colours)

    def _coloured(self, tokens: Tokens) -> tuple[QImage, np.ndarray]:
        if self._image is None or self._image[0] is not tokens:
            colours = self._colours(tokens)
            self._image = tokens, image_of(colours), colours
        return self._image[1], self._image[2]

    def _colours(self, tokens: Tokens) -> np.ndarray:
        if self.picture is not None:
            colours = np.dstack([self.picture, np.full(self.shape, 255, np.uint8)])
        else:
            colours = self.shading.colours(self.values, tokens)
        if self.faint is None and not any(self.border):
            return colours
        alpha = colours[..., 3] * np.where(self._inside(), 1.0, 0.35)
        if self.faint is not None:
            alpha = alpha * np.where(self.faint, FAINT, 1.0)
        colours[..., 3] = alpha
        return colours

    def _paint_unknown(self, painter: QPainter, tokens: Tokens) -> None:
        """Hatch what is no number, unless it is not there yet."""
        if self.picture is None and self.values.dtype.kind == "f":
            top, _, left, _ = self.border
            for row, column in np.argwhere(np.isnan(self.values) & ~(False if self.faint is None else self.faint))[
                :MOST_HATCHED
            ].tolist():
                hatch(painter, self.rectangle((row - top, column - left)), tokens)

    def _paint_hatching(self, painter: QPainter, tokens: Tokens) -> None:
        if self.hatched is None:
            return
        brush = QBrush(colour(tokens.faint, 0.9), Qt.BrushStyle.BDiagPattern)
        top, _, left, _ = self.border
        for row, column in np.argwhere(self.hatched).tolist():
            place = self.rectangle((row - top, column - left))
            painter.fillRect(place, colour(tokens.card, 0.55))
            painter.fillRect(place, brush)

    def paint_marks(self, painter: QPainter, marks: Sequence[Mark]) -> None:
        """Paint marks over everything else."""
        self._paint_tints(painter, marks)
        for mark in marks:
            self._paint_mark(painter, mark)

    def _paint_tints(self, painter: QPainter, marks: Sequence[Mark]) -> None:
        """Tint marked cells."""
        for mark in marks:
            for cell in mark.cells if mark.tint and self.cell >= LEAST_MARK / 2 else ():
                if self.has(cell):
                    painter.fillRect(self.rectangle(cell), colour(mark.token, mark.tint))

    def _paint_lines(self, painter: QPainter, tokens: Tokens) -> None:
        rows, columns = self.shape
        (wide, high), box, (top, bottom, left, right) = self.sides, self.box, self.border
        if self.cell >= LEAST_LINES:
            painter.setPen(pen(tokens.card, 1.0))
            across = [box.left() + column * wide for column in range(1, columns)]
            down = [box.top() + row * high for row in range(1, rows)]
            painter.drawLines([QLineF(x, box.top(), x, box.bottom()) for x in across])
            painter.drawLines([QLineF(box.left(), y, box.right(), y) for y in down])
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if any(self.border):
            dotted = pen(tokens.faint, 1.0)
            dotted.setDashPattern([2, 3])
            painter.setPen(dotted)
            painter.drawRect(box)
        painter.setPen(pen(tokens.border, 1.0))
        painter.drawRect(box.adjusted(left * wide, top * high, -right * wide, -bottom * high))

    def _paint_figures(self, painter: QPainter, tokens: Tokens, base: QFont, colours: np.ndarray) -> None:
        if self.picture is not None:
            return
        top, _, left, _ = self.border
        texts = fitted_texts(painter, tokens, base, self.values, *self.sides)
        faded = np.zeros(self.shape, bool) if self.faint is None else self.faint | False
        faded |= ~self._inside()
        paint_figures(
            painter, texts, colours, lambda row, column: self.rectangle((row - top, column - left)), tokens, faded
        )

    def _inside(self) -> np.ndarray:
        """Return a mask of the cells that are no border."""
        top, bottom, left, right = self.border
        inside = np.zeros(self.shape, bool)
        inside[top : self.shape[0] - bottom, left : self.shape[1] - right] = True
        return inside

    def _paint_mark(self, painter: QPainter, mark: Mark) -> None:
        seen = {cell for cell in mark.cells if self.has(cell)}
        if not seen:
            return
        if self.cell < LEAST_MARK / 2:
            self._paint_small_mark(painter, mark, seen)
            return
        painter.setPen(pen(mark.token, mark.width))
        painter.drawLines([line for cell in seen for line in self._edges(cell, seen)])

    def _edges(self, cell: Cell, seen: set[Cell]) -> Iterable[QLineF]:
        """Yield the sides of a cell beyond which no marked cell lies."""
        place, (row, column) = self.rectangle(cell), cell
        corners = place.topLeft(), place.topRight(), place.bottomRight(), place.bottomLeft()
        for index, beside in enumerate(((row - 1, column), (row, column + 1), (row + 1, column), (row, column - 1))):
            if beside not in seen:
                yield QLineF(corners[index], corners[(index + 1) % 4])

    def _paint_small_mark(self, painter: QPainter, mark: Mark, seen: set[Cell]) -> None:
        """Frame cells too small to be seen by a square that is not."""
        place = QRectF()
        for cell in seen:
            place = place.united(self.rectangle(cell))
        grow = max(0.0, LEAST_MARK - place.width()) / 2
        painter.setPen(pen(mark.token, mark.width))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(place.adjusted(-grow, -grow, grow, grow))
