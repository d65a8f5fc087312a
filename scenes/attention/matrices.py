"""Every matrix of the operation that was done last, with the arithmetic behind the cell under the pointer."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import ClassVar

import numpy as np
import shiboken6
from PySide6.QtCore import QEvent, QRectF, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget

from explainer.contract.frame import Frame
from explainer.plots.colours import colour, pen
from explainer.scenes.attention.names import PHASES
from explainer.scenes.attention.painted import Painted
from explainer.scenes.attention.table_layout import Placed, arrange
from explainer.scenes.attention.table_painting import cell_box, number_font, outline, paint_labels, paint_table
from explainer.scenes.attention.tables import (
    BY_KEY,
    BY_QUERY,
    SCORES,
    TABLES,
    Reader,
    arithmetic,
    number,
    scheme,
    sources,
)

SHORT = ("embed", "Q K V", "QKᵀ", "÷ √d", "mask", "softmax", "Σ w·v", "output")
"""The operations' names where room is scarce."""
Cell = tuple[str, int, int]
"""Array, row and column."""


class Matrices(Painted):
    """The tables of one operation; the strip above chooses which, and follows the run."""

    key: ClassVar[str] = "matrices"
    title: ClassVar[str] = "Matrices"
    about: ClassVar[str] = "Every number of the operation done last; hover for the arithmetic, double-click to edit"
    arrays: ClassVar[Sequence[str]] = TABLES
    weight: ClassVar[float] = 2.0

    def build(self) -> None:
        """Start with the first operation and no cell."""
        super().build()
        self.chosen: int | None = None
        """The operation chosen by hand, until the run moves on."""
        self.cell: Cell | None = None
        self.placed: list[Placed] = []
        self._step = 0
        self._editor: QLineEdit | None = None
        self._before: QWidget | None = None
        """Who had the focus before the field took it."""
        self.setToolTip("Hover a cell for its arithmetic · double-click a number to change it · click a mask cell")

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
        line = float(self.tokens.size(18))
        self._paint_strip(painter, width)
        top = self.tokens.size(32)
        self._place(painter, reader, width, height - top - 1.6 * line, float(top), line)
        row = min(reader.frame.params.asks, len(reader.queries) - 1)
        numbers = number_font(self.placed, self.tokens, self.font())
        for number_of, placed in enumerate(self.placed):
            paint_table(painter, placed, self.tokens, numbers, reader.edited(placed.table))
            rows = bool(placed.table.rows) and self._labels_rows(number_of)
            asks = placed.table.name in (*BY_QUERY, "joined") and not placed.table.flipped
            paint_labels(painter, placed, self.tokens, self.font(), rows, row if asks else None)
            self.mark(QRectF(placed.x, placed.y, placed.width, placed.height), ("table", number_of))
        self._paint_entropy(painter, reader)
        self._paint_marks(painter, reader)
        self._paint_words(painter, reader, width, height, line)

    def _say_title(self, reader: Reader) -> None:
        heads = len(reader.frame.arrays["q"])
        head = f" · head {reader.head} of {heads}" if heads > 1 else ""
        title = f"{self.operation + 1}. {PHASES[self.operation]}{head}"
        if title != self.accessibleName():
            self.setAccessibleName(title)
            self.title_changed.emit(title)

    def _paint_strip(self, painter: QPainter, width: float) -> None:
        """Paint a chip for each operation: done, on show, to come."""
        tokens, step = self.tokens, min(self._step, len(PHASES))
        painter.setFont(self.font_of(11))
        each = min(float(tokens.size(92)), width / len(SHORT))
        for index, words in enumerate(SHORT):
            box = QRectF(index * each + 1, 1, each - 5, tokens.size(22))
            shown = index == self.operation
            painter.setPen(pen(tokens.accent if shown or self.under == ("operation", index) else tokens.border))
            painter.setBrush(colour(tokens.selected if shown else tokens.raised))
            painter.drawRoundedRect(box, 4, 4)
            painter.setPen(colour(tokens.text if index < step else tokens.muted))
            whole = f"{index + 1} {words}"
            narrow = painter.fontMetrics().horizontalAdvance(whole) > each - 10
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, words if narrow else whole)
            self.mark(box, ("operation", index))
        self._paint_undo(painter, each * len(SHORT) + 8, width)

    def _paint_undo(self, painter: QPainter, left: float, width: float) -> None:
        """Offer to forget what was put in by hand, where there is room."""
        count = len(self.frame.arrays["edited_table"]) if self.frame else 0
        words = f"undo {count} edit{'s' if count > 1 else ''}"
        wide = painter.fontMetrics().horizontalAdvance(words) + 4.0
        if count and left + wide <= width:
            box = QRectF(width - wide - 4, 1, wide, self.tokens.size(22))
            painter.setPen(colour(self.tokens.accent))
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, words)
            self.mark(box, ("undo", 0))

    def _place(self, painter: QPainter, reader: Reader, width: float, height: float, top: float, line: float) -> None:
        painter.setFont(self.font_of(11))
        words = [*reader.queries, *reader.keys]
        widest = max(painter.fontMetrics().horizontalAdvance(word) for word in words)
        labels = min(float(widest), float(self.tokens.size(90))) + 10
        room = self.tokens.size(64) if self.operation == 5 else 0
        shown, signs = arrange(
            scheme(reader, self.operation), width - room - 2, height, labels, line, self.tokens.scale
        )
        self.placed = [Placed(p.table, p.x, p.y + top, p.cell_width, p.cell_height) for p in shown]
        painter.setPen(colour(self.tokens.muted))
        painter.setFont(self.font_of(12))
        for sign in signs:
            box = QRectF(sign.x - 100, sign.y + top - 12, 200, 24)
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, sign.words)

    def _labels_rows(self, index: int) -> bool:
        """Whether a table has its rows' names at its left: the leftmost, and those with other rows."""
        mine = self.placed[index]
        before = [other for other in self.placed if other.y == mine.y and other.x < mine.x]
        return not before or all(other.table.rows != mine.table.rows for other in before)

    def _paint_entropy(self, painter: QPainter, reader: Reader) -> None:
        """Write each row's entropy beside the weights."""
        weights = next((p for p in self.placed if p.table.name == "weights"), None)
        if weights is None or self.operation != 5 or weights.cell_height < 11 or np.isnan(weights.table.values).all():
            return
        tokens = self.tokens
        painter.setFont(self.font_of(11))
        painter.setPen(colour(tokens.muted))
        x, wide = weights.x + weights.width + 10, tokens.size(54)
        painter.drawText(QRectF(x, weights.y - 16, wide, 16), Qt.AlignmentFlag.AlignRight, "entropy")
        for row, nats in enumerate(reader.frame.arrays["row_entropy"][reader.head]):
            box = QRectF(x, weights.corner(row, 0)[1], wide, weights.cell_height)
            painter.drawText(box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, f"{nats:.2f}")

    def _paint_marks(self, painter: QPainter, reader: Reader) -> None:
        """Frame the cell under the pointer and the rows and columns that made it; or what another picture lights."""
        if self.cell is not None:
            for name, row, column in [self.cell, *sources(reader, *self.cell)]:
                for placed in self.placed:
                    if placed.table.name == name or (name == "context" and placed.table.name == "joined"):
                        at = (column, row) if placed.table.flipped else (row, column)
                        token = self.tokens.text if (name, row, column) == self.cell else self.tokens.accent
                        outline(painter, placed, *at, token)
            return
        for placed in self.placed:
            name = placed.table.name
            if self.hovered is not None and name in BY_QUERY and self.hovered < placed.table.values.shape[0]:
                outline(painter, placed, self.hovered, None, self.tokens.accent)
            if self.lit_key is not None and name in (*SCORES, *BY_KEY):
                along = (None, self.lit_key) if name in SCORES or placed.table.flipped else (self.lit_key, None)
                outline(painter, placed, *along, self.tokens.accent)

    def _paint_words(self, painter: QPainter, reader: Reader, width: float, height: float, line: float) -> None:
        tokens = self.tokens
        said = arithmetic(reader, *self.cell) if self.cell is not None and self._there(reader) else self._hint()
        painter.setFont(self.font_of(12))
        painter.setPen(colour(tokens.text if self.cell is not None else tokens.muted))
        box = QRectF(4, height - 1.3 * line, width - 8, 1.3 * line)
        shown = painter.fontMetrics().elidedText(said, Qt.TextElideMode.ElideRight, int(box.width()))
        painter.drawText(box, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, shown)

    def _there(self, reader: Reader) -> bool:
        assert self.cell is not None
        rows, columns = reader.array(self.cell[0]).shape
        return self.cell[1] < rows and self.cell[2] < columns

    def _hint(self) -> str:
        if self.operation >= self._step:
            return "Not done yet: → does the next operation, the play button all of them."
        return "Hover a cell for its arithmetic; double-click a number to change it."

    # the pointer

    def cell_at(self, x: float, y: float) -> tuple[Placed, Cell] | None:
        """Return the table and the array's cell at a pixel."""
        for placed in self.placed:
            found = placed.cell_at(x, y)
            if found is not None:
                return placed, (placed.table.name, *placed.table.cell(*found))
        return None

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Qt: read the cell under the pointer."""
        super().mouseMoveEvent(event)
        found = self.cell_at(event.position().x(), event.position().y())
        self._read(found[1] if found else None)

    def entered(self, part: Hashable | None) -> None:
        """Show what can be pressed."""
        pressed = isinstance(part, tuple) and part[0] in ("operation", "undo")
        self.setCursor(Qt.CursorShape.PointingHandCursor if pressed else Qt.CursorShape.ArrowCursor)

    def leaveEvent(self, event: QEvent) -> None:
        """Qt: no cell is read."""
        self._read(None)
        super().leaveEvent(event)

    def _read(self, cell: Cell | None) -> None:
        if cell == self.cell:
            return
        self.cell = cell
        name, row, column = cell or ("", 0, 0)
        query = row if name in BY_QUERY or name == "joined" else None
        self.steering.light("query", query)
        self.steering.light("key", column if name in SCORES else row if name in BY_KEY else None)
        self.update()

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

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Qt: change a number."""
        found = self.cell_at(event.position().x(), event.position().y())
        if found is not None and found[0].table.editable:
            self.open_editor(*found)

    # the keys

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt: the digits 1 to 8 choose an operation."""
        number_of = event.key() - Qt.Key.Key_1
        if 0 <= number_of < len(PHASES):
            self.clicked(("operation", number_of))
        else:
            super().keyPressEvent(event)

    def go(self, down: int, right: int) -> None:
        """Go from cell to cell, and over an edge to the next table."""
        here = next(((index, self._on_stage(placed)) for index, placed in enumerate(self.placed)
                     if self.cell and placed.table.name == self.cell[0]), None)  # fmt: skip
        if not self.placed:
            return
        index, (row, column) = here or (len(self.placed) - 1, (-down, -right))
        rows, columns = self.placed[index].table.values.shape
        row, column = row + down, column + right
        if not (0 <= row < rows and 0 <= column < columns):
            index = (index + (1 if down + right > 0 else -1)) % len(self.placed)
            row, column = 0, 0
        table = self.placed[index].table
        self._read((table.name, *table.cell(row, column)))

    def press(self) -> None:
        """Edit the cell that the keys are on, or flip it in the mask."""
        if self.cell is None:
            return
        placed = next(placed for placed in self.placed if placed.table.name == self.cell[0])
        if self.cell[0] == "mask":
            self.steering.act("flip", query=self.cell[1], key=self.cell[2])
        elif placed.table.editable:
            self.open_editor(placed, self.cell)

    def _on_stage(self, placed: Placed) -> tuple[int, int]:
        """Return the row and column on the stage of the cell that is read."""
        assert self.cell is not None
        return placed.table.cell(*self.cell[1:])

    # editing

    def open_editor(self, placed: Placed, cell: Cell) -> None:
        """Put a field over a cell."""
        self.close_editor()
        reader = Reader.of(self.frame)
        if reader is None or np.isnan(reader.array(cell[0])[cell[1], cell[2]]):
            return
        self._before = QApplication.focusWidget()
        name, row, column = cell
        box = cell_box(placed, *((column, row) if placed.table.flipped else (row, column)))
        self._editor = QLineEdit(number(reader.array(name)[row, column]).replace("−", "-"), self)
        self._editor.setObjectName("cell_editor")
        self._editor.setAccessibleName(f"New value of {name} row {row} column {column}")
        self._editor.setToolTip("Return puts the number in, Escape leaves it")
        wide = max(self.tokens.size(64), round(box.width()) + 4)
        self._editor.setGeometry(round(box.left()) - 2, round(box.center().y()) - 13, wide, 26)
        self._editor.returnPressed.connect(lambda: self._put(reader.head, cell))
        self._editor.editingFinished.connect(self.close_editor)
        self._editor.selectAll()
        self._editor.show()
        self._editor.setFocus(Qt.FocusReason.OtherFocusReason)

    def _put(self, head: int, cell: Cell) -> None:
        name, row, column = cell
        words = self._editor.text().replace("−", "-").replace(",", ".") if self._editor else ""
        try:
            value = float(words)
        except ValueError:
            return
        flat = name in ("embedding", "memory", "w_o")
        self.steering.act("edit", table=name, head=0 if flat else head, row=row, column=column, value=value)
        self.close_editor()

    def close_editor(self) -> None:
        """Take the field away."""
        if self._editor is not None:
            editor, self._editor = self._editor, None
            focused = editor.hasFocus()
            editor.hide()
            editor.deleteLater()
            if focused and self._before is not None and shiboken6.isValid(self._before):
                self._before.setFocus(Qt.FocusReason.OtherFocusReason)

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
