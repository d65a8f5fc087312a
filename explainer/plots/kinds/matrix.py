"""Values as coloured cells with numbers, between two axes named by their dimensions."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import numpy as np
from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QMouseEvent, QPainter, QResizeEvent

from explainer.contract.cards.bindings import MISSING, Edit
from explainer.contract.cards.cells import Matrix
from explainer.contract.number_text import number_text
from explainer.plots.base.axis import LOG, Axis
from explainer.plots.base.cell_marks import paint_cell, paint_frame
from explainer.plots.base.cell_text import value_text
from explainer.plots.base.shading import Shading
from explainer.plots.base.sheet import TICK, Layout, Sheet, layout_of
from explainer.plots.base.sheet_painting import paint_sheet
from explainer.plots.cell_part import CellPart, every
from explainer.plots.part import Place
from explainer.plots.resolved import Places, alike

Cell = tuple[int, int]


def axis_of(places: Places) -> Axis:
    """Return the places of a dimension as an axis; those that do not rise or fall steadily only by their numbers."""
    if places.named:
        return Axis(places.title, names=places.names)
    steps = np.diff(places.at)
    if not (np.isfinite(places.at).all() and ((steps > 0).all() or (steps < 0).all())):
        return Axis(places.title, names=tuple(number_text(float(value)) for value in places.at))
    if places.log and (places.at > 0).all():
        return Axis(places.title, places.at, LOG)
    return Axis.spaced(places.title, places.at)


class MatrixPart(CellPart):
    """One cell for each row and column; a cell is the pair of them."""

    told: Matrix

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self.sheet: Sheet | None = None
        self._drawn: tuple[Any, ...] = ()
        self._at: Layout | None = None
        self._stroke: list[Cell] = []
        """The cells passed with the button held."""
        self._strokes = getattr(self.told, "stroke", None)
        self._row_click = getattr(self.told, "row_click", None)

    def sizeHint(self) -> QSize:
        """Return Qt's size hint."""
        return QSize(420, 320)

    # what there is

    def fill(self) -> None:
        """Take the values; where these are as they were only the marks over them are painted."""
        now = self.now
        assert now is not None
        if self.empty:
            self.sheet, self._drawn = None, ()
            return
        drawn = (now.values, self.places, *self.look())
        same = alike(drawn, self._drawn)
        if not same:
            self._drawn, self._at = drawn, None
            self.sheet = self.make_sheet(np.asarray(now.values))
        self.kept_when_same(same)

    def look(self) -> tuple[Any, ...]:
        """Return all but values and places on which it depends what stays."""
        now = self.now
        assert now is not None
        return now.label, now.colours, now.low, now.high, now.log, now.bad, now.beside, now.beside_head

    def axes(self) -> tuple[Axis, Axis]:
        """Return the axis of the rows and that of the columns."""
        assert self.now is not None
        known = [axis_of(places) for places in self.places]
        return (known[0], known[1]) if len(known) == 2 else (Axis("row"), Axis("column"))

    def shading(self) -> Shading:
        """Return how values become colours."""
        now = self.now
        assert now is not None
        low, high = (None if end is None or end is MISSING else float(end) for end in (now.low, now.high))
        return Shading(now.colours, low, high, bool(now.log), now.label)

    def make_sheet(self, values: np.ndarray) -> Sheet:
        """Return the cells with axes and colours."""
        assert self.now is not None
        rows, columns = self.axes()
        told, beside = self.told, self.now.beside
        words = beside if isinstance(beside, Sequence) and len(beside) == len(values) else ()
        return Sheet(
            values,
            rows,
            columns,
            self.shading(),
            self.now.bad,
            None,
            (),
            told.upward,
            told.numbers,
            beside=words,
            beside_head=self.now.beside_head,
        )

    @property
    def aspect(self) -> float | None:
        """The cells' width divided by their height, all together; None where they fill what is there."""
        if self.sheet is None or not self.told.square:
            return None
        rows, columns = self.sheet.shape
        return columns / rows

    @property
    def at(self) -> Layout:
        """Where the cells are."""
        assert self.sheet is not None
        if self._at is None:
            self._at = layout_of(self.sheet, self.size(), self.tokens, self.font(), self.aspect)
        return self._at

    def changed(self) -> None:
        """Have everything painted again, or only what lies over what stays."""
        if not self._same:
            self._at = None
        super().changed()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Qt: the cells have another size."""
        self._at = None
        super().resizeEvent(event)

    # cells

    def cell_at(self, point: QPointF) -> Cell | None:
        """Return the row and column at a pixel."""
        return self.at.cell_at(point) if self.sheet is not None else None

    def has(self, cell: Cell) -> bool:
        """Return whether there is such a cell."""
        return self.sheet is not None and cell[0] < self.sheet.shape[0] and cell[1] < self.sheet.shape[1]

    def rectangle(self, cell: Cell) -> QRectF:
        """Return where a cell is."""
        return self.at.rectangle(*cell)

    def lights_of(self, cell: Cell) -> Mapping[str, int]:
        """Return row and column by their dimensions."""
        return dict(zip(reversed(self.dims), reversed(cell), strict=False))

    def edit_of(self, cell: Cell) -> Edit | None:
        """Return what giving a number comes to."""
        return self.told.edit if self.told.edit and self.now is not None and self.now.edit.applies is True else None

    def value_of(self, cell: Cell) -> tuple[float, Any]:
        """Return a cell's value, and all values."""
        assert self.sheet is not None
        return float(self.sheet.values[cell]), self.sheet.values

    def can_click(self, cell: Cell) -> bool:
        """Return whether a click comes to something."""
        return self.told.click is not None or self._strokes is not None

    def choose(self, cell: Cell) -> None:
        """Ask for what a click comes to."""
        if self._strokes is not None:
            self.press_on(self._strokes, [cell])
        else:
            self.press_on(self.told.click, *cell)

    # the pointer

    def row_at(self, point: QPointF) -> int | None:
        """Return the row whose name is at a pixel, where a click on it comes to something."""
        if self.sheet is None or self.empty or self._row_click is None:
            return None
        cells = self.at.cells
        found = self.at.cell_at(QPointF(cells.left() + 1, point.y()))
        return (
            found[0]
            if found is not None and cells.left() - self.at.left - 2 * TICK <= point.x() < cells.left()
            else None
        )

    def hover_at(self, place: QPointF) -> None:
        """Be on the cell at a pixel, or light the row whose name is there."""
        super().hover_at(place)
        if self._row_click is not None and self.here is None:
            row = self.row_at(place)
            self.shine_at({self.dims[0]: row})
            self.setCursor(Qt.CursorShape.ArrowCursor if row is None else Qt.CursorShape.PointingHandCursor)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Qt: pass cells with the button held."""
        super().mouseMoveEvent(event)
        if self._stroke and self.here is not None and self.here not in self._stroke:
            self._stroke.append(self.here)
            self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Qt: take a cell; a stroke may begin."""
        super().mousePressEvent(event)
        self._stroke = [self.here] if self._strokes is not None and self.here is not None else []

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Qt: a click on a cell or on a row's name, or the end of a stroke."""
        stroke, self._stroke = self._stroke, []
        row, pressed = self.row_at(event.position()), self._pressed
        if len(stroke) > 1:
            self._pressed = None
            self.press_on(self._strokes, stroke)
            self.update()
            return
        super().mouseReleaseEvent(event)
        if row is not None and pressed is not None and self.row_at(pressed) == row:
            self.press_on(self._row_click, row)

    def lit_cell(self) -> tuple[int | None, int | None]:
        """Return the row and the column that some pointer is on."""
        if self.here is not None:
            row, column = self.here
            return row, column
        if len(self.dims) < 2 or self.sheet is None:
            return None, None
        rows, columns = self.sheet.shape
        row, column = (self.lit.get(name) for name in self.dims[:2])
        return (row if row is not None and row < rows else None), (
            column if column is not None and column < columns else None
        )

    def go(self, down: int, right: int) -> None:
        """Go to the next cell, at first to the framed one or the middle."""
        if self.sheet is None:
            return
        rows, columns = self.sheet.shape
        if self.here is None:
            row, column = self.start()
            down = right = 0
        else:
            row, column = self.here
        down = -down if self.sheet.upward else down
        self.go_to((int(np.clip(row + down, 0, rows - 1)), int(np.clip(column + right, 0, columns - 1))))

    def start(self) -> Cell:
        """Return the cell where the keys begin."""
        assert self.sheet is not None
        framed = self.framed()
        return framed if framed is not None else (self.sheet.shape[0] // 2, self.sheet.shape[1] // 2)

    def framed(self) -> Cell | None:
        """Return the cell that is framed, the first of several."""
        framed = self.now.framed if self.now is not None else None
        if isinstance(framed, tuple) and framed and not isinstance(framed[0], tuple):
            return framed if self.has(framed) else None
        return next((cell for cell in framed if self.has(cell)), None) if isinstance(framed, Collection) else None

    def all_framed(self) -> list[Cell]:
        """Return the cells that are framed."""
        framed = getattr(self.now, "framed", None)
        if isinstance(framed, Collection) and all(isinstance(cell, tuple) for cell in framed):
            return [cell for cell in framed if self.has(cell)]
        one = self.framed()
        return [] if one is None else [one]

    def marks(self) -> Sequence[Place]:
        """Return the middle of every cell, of very many evenly spaced ones."""
        if self.sheet is None or self.empty:
            return ()
        rows, columns = self.sheet.shape
        cells = [(row, column) for row in every(rows) for column in every(columns)]
        found = [(self.at.position_of(*cell).toPoint(), cell) for cell in cells]
        values = self.sheet.values
        return [
            Place(pixel, self.lights_of(cell), float(values[cell]))
            for pixel, cell in found
            if self.cell_at(QPointF(pixel)) == cell
        ]

    def handles(self) -> Sequence[QPoint]:
        """Return the cells whose number can be dragged."""
        return [place.at for place in self.marks()] if self.told.edit and self.edit_of((0, 0)) else ()

    # words

    def reading(self) -> str:
        """Return what is said of the lit cell."""
        row, column = self.lit_cell()
        if self.sheet is None or row is None or column is None or not self.has((row, column)):
            return ""
        said = self.said(self.told.reading, row, column)
        return self.plain_reading(row, column) if said is None else said

    def plain_reading(self, row: int, column: int) -> str:
        """Return where a cell is, and its value."""
        sheet = self.sheet
        assert sheet is not None
        return f"{sheet.columns.title} {sheet.columns.text(column)} · {sheet.rows.title} {sheet.rows.text(row)} · " + (
            self.value_text(row, column)
        )

    def value_text(self, row: int, column: int) -> str:
        """Return a cell's value in words."""
        assert self.sheet is not None
        value = self.sheet.values[row, column]
        return value_text(float(value)) if np.isfinite(value) else self.sheet.bad

    def summary(self) -> str:
        """Return the size, the least and the largest value, and where that is."""
        if self.sheet is None or self.empty:
            return getattr(self.now, "none", "")
        values, (rows, columns) = self.sheet.values, self.sheet.shape
        size, label = f"{rows} × {columns} cells", self.sheet.shading.title
        finite = np.isfinite(values)
        said = f"{label}, {size}" if label else size
        if finite.any():
            low, high = float(values[finite].min()), float(values[finite].max())
            at = np.unravel_index(int(np.argmax(np.where(finite, values, -np.inf))), values.shape)
            where = self.plain_reading(int(at[0]), int(at[1]))
            said += f" from {number_text(low)} to {number_text(high)}, the largest at {where}"
        bad = int((~finite).sum())
        return f"{said}; {bad} {self.sheet.bad}" if bad else said

    # painting

    def paint_still(self, painter: QPainter, width: float, height: float) -> None:
        """Paint cells, numbers, axes and the bar of colours."""
        assert self.sheet is not None
        paint_sheet(painter, self.sheet, self.tokens, self.font(), self.at)

    def paint_over(self, painter: QPainter, width: float, height: float) -> None:
        """Paint the framed cell, what is lit, and the line above."""
        assert self.now is not None
        (row, column), at = self.lit_cell(), self.at
        for cell in (*self.all_framed(), *self._stroke):
            paint_frame(painter, at.rectangle(*cell))
        if row is not None and column is not None:
            paint_cell(painter, at.rectangle(row, column), self.tokens)
        elif row is not None:
            band = at.rectangle(row, 0)
            paint_cell(painter, QRectF(at.cells.left(), band.top(), at.cells.width(), band.height()), self.tokens)
        elif column is not None:
            band = at.rectangle(0, column)
            paint_cell(painter, QRectF(band.left(), at.cells.top(), band.width(), at.cells.height()), self.tokens)
        self.paint_line(painter, self.now.caption)
