"""A part made of cells: the one that the pointer or the keys are on, clicks, and numbers given by hand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter

from explainer.contract.cards.bindings import Edit
from explainer.plots.base.colours import colour, small_font
from explainer.plots.base.number_hand import NumberHand, unit_of
from explainer.plots.base.sheet import legend_rectangle
from explainer.plots.base.throttle import Throttle
from explainer.plots.painted_part import PaintedPart

MOST_MARKS = 40
"""Of more rows or columns than this only every k-th is named among the places that can be found."""


def every(count: int) -> range:
    """Return the numbers of places: all, or of very many every k-th."""
    return range(0, count, -(-count // MOST_MARKS) or 1)


BEGINS = "0123456789+-−.,"
"""What a number begins with."""


class CellPart(PaintedPart):
    """A kind says which cell is at a pixel; a cell is whatever it can be told from others by."""

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self.here: Any = None
        """The cell that the pointer or the keys are on."""
        self.hand = NumberHand(self)
        self.hand.given.connect(self._give)
        self._ask = Throttle(self, self.ask)
        self._same = False

    # what a kind says

    def cell_at(self, point: QPointF) -> Any:
        """Return the cell at a pixel, None beside all."""
        return None

    def has(self, cell: Any) -> bool:
        """Return whether there is such a cell just now."""
        return False

    def rectangle(self, cell: Any) -> QRectF:
        """Return where a cell is."""
        return QRectF()

    def lights_of(self, cell: Any) -> Mapping[str, int]:
        """Return the places that belong to a cell."""
        return {}

    def edit_of(self, cell: Any) -> Edit | None:
        """Return what typing or dragging at a cell comes to; None where it cannot be changed just now."""
        return None

    def value_of(self, cell: Any) -> tuple[float, Any]:
        """Return a cell's number, and all those that it stands among."""
        return 0.0, None

    def place_of(self, cell: Any) -> tuple[int, ...]:
        """Return the place of a cell as an :class:`Edit` is told it."""
        return tuple(cell)

    def can_click(self, cell: Any) -> bool:
        """Return whether a click on a cell comes to something."""
        return False

    def choose(self, cell: Any) -> None:
        """Ask for what a click on a cell comes to."""

    # where the pointer is

    def kept_when_same(self, same: bool) -> None:
        """Say, while filling, that what stays is as it was: it is not painted anew."""
        self._same = same

    def changed(self) -> None:
        """Have everything painted again, or only what lies over what stays."""
        same, self._same = self._same, False
        if self.here is not None and not self.has(self.here):
            self.here = None
        if same and self._still is not None:
            self.update()
        else:
            super().changed()

    def go_to(self, cell: Any) -> None:
        """Be on a cell, None on nothing; tell every card."""
        before, self.here = self.here, cell
        if cell is not None or before is not None:
            self.shine_at({**dict.fromkeys(self.dims), **(self.lights_of(cell) if cell is not None else {})})
        if cell == before:
            return
        self.say()
        self.lights_changed()
        self._show_cursor()

    def darken(self) -> None:
        """Say that the pointer is on nothing."""
        if self.here is not None:
            self.go_to(None)

    def _show_cursor(self) -> None:
        cell = self.here
        if cell is not None and self.edit_of(cell) is not None:
            self.setCursor(Qt.CursorShape.SizeVerCursor)
        elif cell is not None and self.can_click(cell):
            self.setCursor(Qt.CursorShape.PointingHandCursor)
        else:
            self.unsetCursor()

    def lights_at(self, point: QPointF) -> Mapping[str, int] | None:
        """Return which places are at a pixel."""
        cell = None if self.empty else self.cell_at(point)
        return None if cell is None else self.lights_of(cell)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Qt: drag a number, or be on the cell under the pointer."""
        if self.hand.holds:
            self.hand.move(event)
        else:
            self.hover_at(event.position())

    def hover_at(self, place: QPointF) -> None:
        """Be on the cell at a pixel, unless a number is being dragged or typed."""
        if not self.hand.holds and self.hand.entry is None:
            self.go_to(None if self.empty else self.cell_at(place))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Qt: take a cell."""
        super().mousePressEvent(event)
        self.hand.close_entry()
        cell = None if self.empty else self.cell_at(event.position())
        if event.button() != Qt.MouseButton.LeftButton or cell is None:
            return
        self.go_to(cell)
        edit = self.edit_of(cell)
        if edit is not None:
            value, among = self.value_of(cell)
            self.hand.low, self.hand.high = edit.low, edit.high
            self.hand.take(cell, event.position(), value, unit_of(among))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Qt: a click, or the end of a drag."""
        pressed, self._pressed = self._pressed, None
        if self.hand.let_go() or pressed is None or self.empty:
            return
        cell = self.cell_at(event.position())
        if cell is not None and cell == self.cell_at(pressed):
            self.go_to(cell)
            self.press()

    def press(self) -> None:
        """Type into the cell, or ask for what a click on it comes to."""
        cell = self.here
        if cell is None or self.frame is None:
            return
        edit = self.edit_of(cell)
        if edit is None:
            self.choose(cell)
            return
        self.hand.low, self.hand.high = edit.low, edit.high
        self.hand.type_into(cell, self.rectangle(cell), self.value_of(cell)[0], self.reading())

    def event(self, event: QEvent) -> bool:
        """Qt: what a number begins with is the cell's, where one is that can be changed."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and self._begins(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt: a digit, a sign or a point begins a number in the cell that the keys are on."""
        if not self._begins(event):
            super().keyPressEvent(event)
            return
        self.press()
        if self.hand.entry is not None:
            self.hand.entry.setText(event.text())

    def _begins(self, event: QKeyEvent) -> bool:
        """Return whether a key begins a number, and there is a cell to take it."""
        plain = not event.modifiers() & ~(Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier)
        starts = len(event.text()) == 1 and event.text() in BEGINS
        return plain and starts and self.here is not None and self.edit_of(self.here) is not None

    def _give(self, cell: Any, number: float) -> None:
        edit = self.edit_of(cell)
        if edit is not None and self.frame is not None:
            self._ask.ask(edit.given(self.frame, self.place_of(cell), number))

    def leaveEvent(self, event: QEvent) -> None:
        """Qt: the pointer is gone."""
        if not self.hasFocus() and self.hand.entry is None:
            self.darken()
        super().leaveEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Qt: the keys are elsewhere."""
        if self.hand.entry is None:
            super().focusOutEvent(event)

    # the line above the cells

    def show_reading(self, text: str) -> None:
        """Have the reading painted above the cells."""
        self.update()

    def paint_line(self, painter: QPainter, caption: str) -> None:
        """Write above the cells what is read, else what is being computed, else the caption."""
        box = legend_rectangle(self.size(), self.tokens)
        read = "" if self.busy else self.reading()
        painter.setFont(small_font(self.tokens, self.font()))
        painter.setPen(colour(self.tokens.text if read else self.tokens.muted))
        said = painter.fontMetrics().elidedText(
            self.busy or read or caption, Qt.TextElideMode.ElideRight, int(box.width())
        )
        painter.drawText(box, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, said)
