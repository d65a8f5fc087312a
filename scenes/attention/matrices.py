"""Every matrix of the operation that was done last, with the arithmetic behind the cell under the pointer."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import ClassVar

import numpy as np
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QResizeEvent

from explainer.contract.frame import Frame
from explainer.plots.base.colours import colour
from explainer.scenes.attention.arithmetic import arithmetic, number
from explainer.scenes.attention.cell_editor import CellEditor
from explainer.scenes.attention.names import PHASES
from explainer.scenes.attention.operation_strip import paint_strip
from explainer.scenes.attention.read_tables import ReadTables
from explainer.scenes.attention.table_layout import Placed, arrange
from explainer.scenes.attention.table_marks import Cell, mark_cell, mark_tokens
from explainer.scenes.attention.table_painting import cell_box, number_font, paint_labels, paint_table
from explainer.scenes.attention.tables import BY_QUERY, TABLES, Reader, scheme

MASK, SOFTMAX = 4, 5
"""Operations, counted from 0."""
LOW = 150
"""A card that is lower than this has room for the tables alone."""


class Matrices(ReadTables):
    """The tables of one operation; the strip above chooses which, and follows the run."""

    key: ClassVar[str] = "matrices"
    title: ClassVar[str] = "Matrices"
    about: ClassVar[str] = "Every number of the operation done last; hover for the arithmetic, double-click to edit"
    arrays: ClassVar[Sequence[str]] = TABLES
    weight: ClassVar[float] = 2.0
    tip: ClassVar[str] = "Hover a cell for its arithmetic · double-click a number to change it · click a mask cell"

    def build(self) -> None:
        """Start with the first operation and no cell."""
        super().build()
        self.chosen: int | None = None
        """The operation chosen by hand, until the run moves on."""
        self._step = 0
        self._editor: CellEditor | None = None

    def draw(self, frame: Frame) -> None:
        """Show a frame; a step of the run brings its operation."""
        if frame.step != self._step:
            self.chosen, self._step = None, frame.step
            self.close_editor()
        super().draw(frame)

    @property
    def operation(self) -> int:
        """The operation on show, counted from 0: the one done last."""
        return self.chosen if self.chosen is not None else min(max(self._step - 1, 0), len(PHASES) - 1)

    # painting

    def paint(self, painter: QPainter, width: float, height: float) -> None:
        """Paint the strip of operations, the tables, and the arithmetic below."""
        reader = Reader.of(self.frame)
        if reader is None:
            return
        self._say_title(reader)
        low = height < self.tokens.size(LOW)
        line = float(self.tokens.size(18))
        top, foot = (0.0, 4.0) if low else (float(self.tokens.size(32)), 1.6 * line)
        if not low:
            edits = len(reader.frame.arrays["edited_table"])
            paint_strip(self, painter, width, self.operation, min(self._step, len(PHASES)), edits)
        self._place(painter, reader, width, height - top - foot, top, line)
        self._paint_tables(painter, reader)
        self._paint_entropy(painter, reader)
        cell = self.cell_in(reader)
        if cell is not None:
            mark_cell(painter, self.placed, reader, cell, self.tokens)
        else:
            mark_tokens(painter, self.placed, self.hovered, self.lit_key, self.tokens)
        if cell is not None or not low:
            said = arithmetic(reader, *cell) if cell is not None else self._hint()
            self._paint_words(painter, said, cell is not None, QRectF(0, height - 1.3 * line, width, 1.3 * line))

    def _say_title(self, reader: Reader) -> None:
        heads = len(reader.frame.arrays["q"])
        head = f" · head {reader.head} of {heads}" if heads > 1 else ""
        self.say_title(f"{self.operation + 1}. {PHASES[self.operation]}{head}")

    def _place(self, painter: QPainter, reader: Reader, width: float, height: float, top: float, line: float) -> None:
        """Put the tables, and the signs between them, into the middle of what room there is."""
        painter.setFont(self.font_of(11))
        words = [*reader.queries, *reader.keys]
        widest = max(painter.fontMetrics().horizontalAdvance(word) for word in words)
        labels = min(float(widest), float(self.tokens.size(90))) + 10
        room = self.tokens.size(64) if self.operation == SOFTMAX else 0
        tables = scheme(reader, self.operation)
        shown, signs = arrange(tables, width - room - 2, height, labels, line, self.tokens.scale)
        self.placed = [placed.moved(0.0, top) for placed in shown]
        painter.setPen(colour(self.tokens.muted))
        painter.setFont(self.font_of(12))
        for sign in signs:
            box = QRectF(sign.x - 100, sign.y + top - 12, 200, 24)
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, sign.words)

    def _paint_tables(self, painter: QPainter, reader: Reader) -> None:
        asking = min(reader.frame.params.asks, len(reader.queries) - 1)
        numbers = number_font(self.placed, self.tokens, self.font())
        for index, placed in enumerate(self.placed):
            paint_table(painter, placed, self.tokens, numbers, reader.edited(placed.table))
            rows = bool(placed.table.rows) and self._labels_rows(index)
            asks = placed.table.name in (*BY_QUERY, "joined") and not placed.table.flipped
            paint_labels(painter, placed, self.tokens, self.font(), rows, asking if asks else None)
            self.mark(QRectF(placed.x, placed.y, placed.width, placed.height), ("table", index))

    def _labels_rows(self, index: int) -> bool:
        """Whether a table has its rows' names at its left: the leftmost, and those with other rows."""
        mine = self.placed[index]
        before = [other for other in self.placed if other.y == mine.y and other.x < mine.x]
        return not before or all(other.table.rows != mine.table.rows for other in before)

    def _paint_entropy(self, painter: QPainter, reader: Reader) -> None:
        """Write each row's entropy beside the weights."""
        weights = next((p for p in self.placed if p.table.name == "weights"), None)
        if weights is None or self.operation != SOFTMAX or weights.cell_height < 11:
            return
        if np.isnan(weights.table.values).all():
            return
        painter.setFont(self.font_of(11))
        painter.setPen(colour(self.tokens.muted))
        x, wide = weights.x + weights.width + 10, self.tokens.size(54)
        painter.drawText(QRectF(x, weights.y - 16, wide, 16), Qt.AlignmentFlag.AlignRight, "entropy")
        for row, nats in enumerate(reader.frame.arrays["row_entropy"][reader.head]):
            box = QRectF(x, weights.corner(row, 0)[1], wide, weights.cell_height)
            painter.drawText(box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, f"{nats:.2f}")

    def _paint_words(self, painter: QPainter, said: str, read: bool, box: QRectF) -> None:
        """Write the arithmetic of the cell that is read, or what can be done."""
        painter.setFont(self.font_of(12))
        painter.fillRect(box, colour(self.tokens.card))
        painter.setPen(colour(self.tokens.text if read else self.tokens.muted))
        box = box.adjusted(4, 0, -4, 0)
        shown = painter.fontMetrics().elidedText(said, Qt.TextElideMode.ElideRight, int(box.width()))
        painter.drawText(box, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, shown)

    def _hint(self) -> str:
        if not self.hints_shown:
            return ""
        if self.operation >= self._step:
            return "Not done yet: → does the next operation, the play button all of them."
        hand = "click a cell of the mask to flip it" if self.operation == MASK else "double-click a number to change it"
        return f"Hover a cell for its arithmetic; {hand}."

    # the hand

    def entered(self, part: Hashable | None) -> None:
        """Show what can be pressed."""
        pressed = isinstance(part, tuple) and part[0] in ("operation", "undo")
        self.setCursor(Qt.CursorShape.PointingHandCursor if pressed else Qt.CursorShape.ArrowCursor)

    def clicked(self, part: Hashable) -> None:
        """Choose an operation, or flip a cell of the mask."""
        if isinstance(part, tuple) and part[0] == "operation":
            self.chosen = part[1]
            self.close_editor()
            self.update()
        elif part == ("undo", 0):
            self.steering.act("undo_edits")
        elif self.cell is not None and self.cell[0] == "mask":
            self.steering.act("flip", query=self.cell[1], key=self.cell[2])

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Qt: a click beside the field takes it away."""
        self.close_editor()
        super().mousePressEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Qt: change a number."""
        found = self.cell_at(event.position().x(), event.position().y())
        if found is not None and found[0].table.editable:
            self.open_editor(*found)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt: the digits 1 to 8 choose an operation."""
        number_of = event.key() - Qt.Key.Key_1
        if 0 <= number_of < len(PHASES):
            self.clicked(("operation", number_of))
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Qt: the cells move, and a field goes."""
        self.close_editor()
        super().resizeEvent(event)

    def press(self) -> None:
        """Edit the cell that the keys are on, or flip it in the mask."""
        if self.cell is None:
            return
        placed = next((placed for placed in self.placed if placed.table.name == self.cell[0]), None)
        if self.cell[0] == "mask":
            self.steering.act("flip", query=self.cell[1], key=self.cell[2])
        elif placed is not None and placed.table.editable:
            self.open_editor(placed, self.cell)

    # editing

    def open_editor(self, placed: Placed, cell: Cell) -> None:
        """Put a field over a cell."""
        self.close_editor()
        reader = Reader.of(self.frame)
        if reader is None or np.isnan(reader.array(cell[0])[cell[1], cell[2]]):
            return
        name, row, column = cell
        self._editor = CellEditor(number(reader.array(name)[row, column]), f"{name} row {row} column {column}", self)
        self._editor.given.connect(lambda value: self._put(reader.head, cell, value))
        self._editor.left.connect(self._forget_editor)
        at = placed.table.cell(row, column)
        self._editor.open_over(cell_box(placed, *at), round(self.tokens.size(64)))

    def _put(self, head: int, cell: Cell, value: float | str) -> None:
        """Ask for a number; what is none is asked for as well, and refused in words."""
        name, row, column = cell
        flat = name in ("embedding", "memory", "w_o")
        self.steering.act("edit", table=name, head=0 if flat else head, row=row, column=column, value=value)

    def close_editor(self) -> None:
        """Take the field away."""
        if self._editor is not None:
            self._editor.leave()

    def _forget_editor(self) -> None:
        self._editor = None

    def summary(self) -> str:
        """Return which operation is on show and the sizes of its tables."""
        reader = Reader.of(self.frame)
        if reader is None:
            return self.title
        sizes = [
            f"{table.title} {' × '.join(map(str, table.values.shape))}"
            for table in scheme(reader, self.operation).tables
        ]
        return f"Operation {self.operation + 1}, {PHASES[self.operation]}: {', '.join(sizes)}"
