"""A widget on which number grids lie: hovering, dragging, typing into cells, and the keys for all of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QPointF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
)
from PySide6.QtWidgets import QLineEdit, QToolTip, QWidget

from explainer.plots.base.cell_text import short
from explainer.plots.base.colours import pen
from explainer.plots.base.number_hand import NumberHand, unit_of
from explainer.plots.number_grid import Cell, NumberGrid
from explainer.theme.tokens import DARK, Tokens

_MOVES = {
    Qt.Key.Key_Left: (0, -1),
    Qt.Key.Key_Right: (0, 1),
    Qt.Key.Key_Up: (-1, 0),
    Qt.Key.Key_Down: (1, 0),
}
_TURNS = {Qt.Key.Key_PageUp: -1, Qt.Key.Key_PageDown: 1}
_PRESSES = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
Painting = Callable[[QPainter], None]


class Board(QWidget):
    """Shows grids that a picture lays out in ``arrange`` and decorates in ``decorate``; it never changes a value."""

    cell_hovered = Signal(str, int, int)
    """The pointer, or the keys, are on a grid's cell."""
    left = Signal()
    cell_clicked = Signal(str, int, int)
    number_given = Signal(str, int, int, float)
    """A number was typed into a cell of an editable grid, or dragged to."""

    def __init__(self, name: str, grids: Sequence[NumberGrid], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.grids = list(grids)
        self.tokens = DARK
        self.arrange: Callable[[], None] = lambda: None
        self.decorate: Painting = lambda painter: None
        self._here: tuple[NumberGrid, Cell] | None = None
        self._pressed: tuple[NumberGrid, Cell] | None = None
        self._hand = NumberHand(self)
        self._hand.given.connect(lambda at, number: self.number_given.emit(at[0].name, *at[1], number))
        self.setObjectName(name)
        self.setAccessibleName(name.replace("-", " "))
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setMouseTracking(True)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)

    def sizeHint(self) -> QSize:
        """Return Qt's size hint."""
        return QSize(480, 240)

    @property
    def entry(self) -> QLineEdit | None:
        """The field in which a number is being typed."""
        return self._hand.entry

    @property
    def dragging(self) -> bool:
        """Whether a number is being dragged."""
        return self._hand.dragging

    def apply_theme(self, tokens: Tokens) -> None:
        """Take the colours of a theme."""
        self.tokens = tokens
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the grids, then what the picture adds."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), QColor(self.tokens.card))
        self.arrange()
        for grid in self.grids:
            grid.paint(painter, self.tokens, self.font())
        self.decorate(painter)
        if self.hasFocus():
            self._paint_focus(painter)

    def _paint_focus(self, painter: QPainter) -> None:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(pen(self.tokens.accent, 1.0, 0.7))
        painter.drawRoundedRect(self.rect().adjusted(0, 0, -1, -1), 4, 4)
        if self._here is not None:
            painter.setPen(pen(self.tokens.text, 1.0))
            painter.drawRect(self._here[0].rectangle(self._here[1]).adjusted(2, 2, -2, -2))

    # the pointer

    def grid_at(self, point: QPointF) -> tuple[NumberGrid, Cell] | None:
        """Return the grid and cell at a pixel."""
        for grid in reversed(self.grids):
            cell = grid.cell_at(point)
            if cell is not None:
                return grid, cell
        return None

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag a number, or say what the pointer is on."""
        if self._hand.holds:
            self._hand.move(event)
            return
        found = self.grid_at(event.position())
        editable = found is not None and found[0].editable
        self.setCursor(Qt.CursorShape.SizeVerCursor if editable else Qt.CursorShape.ArrowCursor)
        self._go_to(found)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take a cell."""
        found = self.grid_at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and found is not None:
            self._go_to(found)
            grid, cell = found
            self._pressed = grid, cell
            if grid.editable:
                self._hand.take((grid, cell), event.position(), grid.value(cell), unit_of(grid.values))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Click, or let a dragged number be."""
        pressed, self._pressed = self._pressed, None
        if self._hand.let_go() or pressed is None:
            return
        grid, cell = pressed
        if self._here is not None and self._here[0] is grid:
            cell = self._here[1]
        if grid.editable:
            self.type_into(grid, cell)
        else:
            self.cell_clicked.emit(grid.name, *cell)

    def leaveEvent(self, event: QEvent) -> None:
        """Take note that the pointer is elsewhere."""
        if not self.hasFocus() or self._pressed is None:
            self._go_to(None)
        super().leaveEvent(event)

    def _go_to(self, found: tuple[NumberGrid, Cell] | None) -> None:
        if found == self._here:
            return
        self._here = found
        if found is None:
            self.left.emit()
        else:
            grid, cell = found
            said = f"{grid.title or grid.name}, row {cell[0]}, column {cell[1]}: {short(grid.value(cell), 3)}"
            self.setAccessibleDescription(said)
            self.cell_hovered.emit(grid.name, *cell)
        self.update()

    # the keys

    def event(self, event: QEvent) -> bool:
        """Keep the arrows for the cells while the board has the focus; show no tooltip over the cells."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent) and self.grid_at(QPointF(event.pos())):
            QToolTip.hideText()
            return True
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            ours = event.key() in (*_MOVES, *_TURNS, *_PRESSES)
            event.setAccepted(ours)
            if ours:
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows go from cell to cell, Page keys from grid to grid, Return types or chooses."""
        key = Qt.Key(event.key())
        if key in _MOVES:
            self._step(*_MOVES[key])
        elif key in _TURNS:
            self._turn(_TURNS[key])
        elif key in _PRESSES and self._here is not None:
            grid, cell = self._here
            self.type_into(grid, cell) if grid.editable else self.cell_clicked.emit(grid.name, *cell)
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Leave the cell that the keys were on."""
        super().focusOutEvent(event)
        if not self.underMouse() and self.entry is None:
            self._go_to(None)

    def _step(self, down: int, right: int) -> None:
        grid, cell = self._here or (self._shown()[0], (0, 0))
        there = (cell[0] + down, cell[1] + right) if self._here else cell
        if grid.has(there):
            self._go_to((grid, there))

    def _turn(self, by: int) -> None:
        shown = self._shown()
        at = shown.index(self._here[0]) if self._here and self._here[0] in shown else -by
        self._go_to((shown[(at + by) % len(shown)], (0, 0)))

    def _shown(self) -> list[NumberGrid]:
        return [grid for grid in self.grids if grid.values.size] or self.grids

    # typing

    def type_into(self, grid: NumberGrid, cell: Cell) -> None:
        """Open a field over a cell; Return takes what is typed, Escape gives it up."""
        name = f"{grid.title or grid.name}, row {cell[0]}, column {cell[1]}"
        self._hand.type_into((grid, cell), grid.rectangle(cell), grid.value(cell), name)

    def close_entry(self) -> None:
        """Take the field away."""
        self._hand.close_entry()
