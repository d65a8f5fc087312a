"""A table of numbers as coloured cells, with axes, colour bar, marker and readings."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from explainer.contract.number_text import number_text
from explainer.plots.base.axis import Axis
from explainer.plots.base.cell_marks import paint_cell, paint_crosses, paint_frame, paint_marker
from explainer.plots.base.colours import colour, pen, small_font
from explainer.plots.base.painting import is_vector, pixel_ratio
from explainer.plots.base.shading import Shading
from explainer.plots.base.sheet import Layout, Sheet, layout_of, legend_rectangle
from explainer.plots.base.sheet_painting import paint_sheet, sheet_image
from explainer.theme.tokens import BODY, DARK, Tokens

_MOVES = {
    Qt.Key.Key_Left: (0, -1),
    Qt.Key.Key_Right: (0, 1),
    Qt.Key.Key_Up: (-1, 0),
    Qt.Key.Key_Down: (1, 0),
}
_PRESSES = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)


class HeatMap(QWidget):
    """Cells (row, column) in one cached image; row 0 is above, or below with ``upward``.

    The widget shows and reports; it never changes the values.
    """

    cell_hovered = Signal(int, int)
    """The pointer or the arrow keys are on this row and column."""
    cell_left = Signal()
    cell_clicked = Signal(int, int)
    """A click, or Return or Space with the arrow keys' cell."""

    def __init__(self, parent: QWidget | None = None, *, upward: bool = False, aspect: float | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("heat_map")
        self.setAccessibleName("Map")
        self.setToolTip("Hover for a value; arrow keys move from cell to cell, Return chooses.")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setMinimumSize(160, 120)
        self.tokens, self.upward, self.aspect = DARK, upward, aspect
        self._sheet: Sheet | None = None
        self._marker: tuple[float, float] | None = None
        self._framed: tuple[int, int] | None = None
        self._cell: tuple[int, int] | None = None
        self._still: QImage | None = None
        self._busy = self._message = self._caption = ""
        self._crosses: Sequence[tuple[float, float]] = ()
        self._reading: Callable[[int, int], str] = self._plain_reading

    def sizeHint(self) -> QSize:
        """Return Qt's size hint."""
        return QSize(420, 320)

    @property
    def values(self) -> np.ndarray | None:
        """The numbers on show, (row, column)."""
        return self._sheet.values if self._sheet else None

    def set_values(
        self,
        values: np.ndarray,
        rows: Axis | None = None,
        columns: Axis | None = None,
        shading: Shading | None = None,
        *,
        bad: str = "not a number",
        colours: np.ndarray | None = None,
        legend: Sequence[tuple[str, str]] = (),
    ) -> None:
        """Show values (row, column), at least one; NaN and infinite ones are hatched and called ``bad``.

        ``colours`` (row, column, 3) uint8 replaces the colour map, ``legend`` then its bar: pairs of
        colour and meaning.
        """
        values = np.asarray(values)
        if values.ndim != 2 or values.size == 0:
            raise ValueError(f"a heat map needs values of shape (rows, columns), at least (1, 1), not {values.shape}")
        self._sheet = Sheet(
            values, rows or Axis(), columns or Axis(), shading or Shading(), bad, colours, tuple(legend), self.upward
        )
        if self._cell and (self._cell[0] >= values.shape[0] or self._cell[1] >= values.shape[1]):
            self._cell = None
        self._message = ""
        self._forget()

    def set_marker(self, row: float | None, column: float | None) -> None:
        """Put "you are here" at a fractional row and column, whole numbers being middles; None removes it."""
        here = None if row is None or column is None or not np.isfinite([row, column]).all() else (row, column)
        if here != self._marker:
            self._marker = here
            self.update()

    def set_framed(self, row: int | None, column: int | None) -> None:
        """Frame a cell whose number must stay readable; None takes the frame away."""
        framed = None if row is None or column is None else (row, column)
        if framed != self._framed:
            self._framed = framed
            self.update()

    def set_busy(self, text: str) -> None:
        """Dim what is shown and say why; an empty text ends it."""
        if text != self._busy:
            self._busy = text
            self.update()

    def set_message(self, text: str) -> None:
        """Say something instead of an empty area; shown only while there are no values."""
        self._message = text
        self.update()

    def set_caption(self, text: str) -> None:
        """Say this above the cells while no cell is read."""
        self._caption = text
        self.update()

    def set_crosses(self, places: Sequence[tuple[float, float]]) -> None:
        """Mark places by crosses, each a fractional row and column; those beside the cells are left out."""
        self._crosses = [place for place in places if np.isfinite(place).all()]
        self.update()

    def set_reading(self, reading: Callable[[int, int], str]) -> None:
        """Replace what is said of the cell under the pointer."""
        self._reading = reading

    def clear(self) -> None:
        """Show no values."""
        self._sheet, self._cell = None, None
        self._forget()

    def apply_theme(self, tokens: Tokens) -> None:
        """Take the colours of a theme."""
        self.tokens = tokens
        self._forget()

    def _at(self) -> Layout:
        if self._sheet is None:
            return Layout(QRectF(self.rect()), 0.0, 0.0, False, (1, 1), self.upward, QRectF())
        return layout_of(self._sheet, self.size(), self.tokens, self.font(), self.aspect)

    def cells_rectangle(self) -> QRectF:
        """Return where the cells are, in the widget's pixels."""
        return self._at().cells

    def position_of(self, row: float, column: float) -> QPointF:
        """Return the pixel of a fractional row and column, whole numbers being middles of cells."""
        return self._at().position_of(row, column)

    def cell_at(self, position: QPointF) -> tuple[int, int] | None:
        """Return the row and column at a pixel, None beside the cells."""
        return self._at().cell_at(position) if self._sheet is not None else None

    def reading(self) -> str:
        """Return what is said of the cell that the pointer or the keys are on, empty for none."""
        return self._reading(*self._cell) if self._cell and self._sheet else ""

    def _plain_reading(self, row: int, column: int) -> str:
        assert self._sheet is not None
        sheet = self._sheet
        value = float(sheet.values[row, column])
        said = number_text(value) if np.isfinite(value) else sheet.bad
        names = (sheet.rows.title or "row", sheet.columns.title or "column")
        return f"{names[1]} {sheet.columns.text(column)} · {names[0]} {sheet.rows.text(row)} · {said}"

    def _shape(self) -> tuple[int, int]:
        return self._sheet.values.shape if self._sheet else (1, 1)

    def _forget(self) -> None:
        self._still = None
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the cached image, then marker, cell and words over it."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), QColor(self.tokens.card))
        if self._sheet is None:
            painter.setFont(small_font(self.tokens, self.font(), BODY))
            painter.setPen(colour(self.tokens.muted))
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(self.rect().adjusted(16, 8, -16, -8), flags, self._busy or self._message)
            return
        painter.setOpacity(0.4 if self._busy else 1.0)
        if is_vector(painter):
            paint_sheet(painter, self._sheet, self.tokens, self.font(), self._at())
        else:
            painter.drawImage(0, 0, self._still_image(pixel_ratio(painter)))
        painter.setOpacity(1.0)
        painter.setFont(small_font(self.tokens, self.font()))
        self._paint_marks(painter)
        self._paint_words(painter)

    def _still_image(self, ratio: float) -> QImage:
        if self._still is None or self._still.size() != self.size() * ratio:
            assert self._sheet is not None
            self._still = sheet_image(self._sheet, self.size(), ratio, self.tokens, self.font(), self._at())
        return self._still

    def _paint_marks(self, painter: QPainter) -> None:
        at = self._at()
        paint_crosses(painter, [at.position_of(*place) for place in self._crosses], at.cells, self.tokens)
        if self._framed is not None:
            paint_frame(painter, at.rectangle(*self._framed))
        if self._cell is not None and (self.hasFocus() or self.underMouse()):
            paint_cell(painter, at.rectangle(*self._cell), self.tokens)
        if self._marker is not None:
            paint_marker(painter, at.position_of(*self._marker), at.cells, self.tokens)

    def _paint_words(self, painter: QPainter) -> None:
        box = legend_rectangle(self.size(), self.tokens)
        painter.setPen(colour(self.tokens.text if self.reading() else self.tokens.muted))
        said = painter.fontMetrics().elidedText(
            self._busy or self.reading() or self._caption, Qt.TextElideMode.ElideRight, int(box.width())
        )
        painter.drawText(box, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, said)
        if self.hasFocus():
            painter.setPen(pen(self.tokens.accent, 1.0))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)

    def _go_to(self, cell: tuple[int, int] | None) -> None:
        if cell == self._cell:
            return
        self._cell = cell
        self.setAccessibleDescription(self.reading())
        if cell is None:
            self.cell_left.emit()
        else:
            self.cell_hovered.emit(*cell)
        self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Read the cell under the pointer."""
        self._go_to(self.cell_at(event.position()))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose the cell under the pointer."""
        cell = self.cell_at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and cell is not None:
            self._go_to(cell)
            self.cell_clicked.emit(*cell)

    def leaveEvent(self, event: QEvent) -> None:
        """Stop reading, unless the keys are in use."""
        if not self.hasFocus():
            self._go_to(None)
        super().leaveEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move from cell to cell with the arrows, choose with Return or Space; other keys pass on."""
        key = Qt.Key(event.key())
        if self._sheet is not None and key in _MOVES:
            self._go_to(self._moved(*_MOVES[key]))
        elif self._sheet is not None and key in _PRESSES and self._cell is not None:
            self.cell_clicked.emit(*self._cell)
        else:
            super().keyPressEvent(event)

    def _moved(self, down: int, right: int) -> tuple[int, int]:
        rows, columns = self._shape()
        if self._cell is None:
            row, column = self._framed or self._marker or ((rows - 1) / 2, (columns - 1) / 2)
            down = right = 0
        else:
            row, column = self._cell
        down = -down if self.upward else down
        return min(rows - 1, max(0, round(row) + down)), min(columns - 1, max(0, round(column) + right))

    def changeEvent(self, event: QEvent) -> None:
        """Repaint everything when the font changes."""
        if event.type() == QEvent.Type.FontChange:
            self._forget()
        super().changeEvent(event)
