"""A picture of tables whose cells are read by the pointer or with the arrow keys."""

from __future__ import annotations

from typing import ClassVar

from PySide6.QtCore import QEvent
from PySide6.QtGui import QMouseEvent

from explainer.scenes.attention.painted import Painted
from explainer.scenes.attention.table_layout import Placed
from explainer.scenes.attention.table_marks import Cell
from explainer.scenes.attention.tables import BY_KEY, BY_QUERY, SCORES, Reader


class ReadTables(Painted):
    """Knows which cell is read, and lights its query and its key in the other pictures."""

    tip: ClassVar[str] = ""
    """What can be done, as the tooltip where no cell is read."""

    def build(self) -> None:
        """Start with no cell."""
        super().build()
        self.setToolTip(self.tip)
        self.cell: Cell | None = None
        """The cell that is read."""
        self.placed: list[Placed] = []
        """The tables, where they were painted last."""

    def cell_in(self, reader: Reader) -> Cell | None:
        """Return the cell that is read if this moment has it."""
        if self.cell is None:
            return None
        rows, columns = reader.array(self.cell[0]).shape
        return self.cell if self.cell[1] < rows and self.cell[2] < columns else None

    def cell_at(self, x: float, y: float) -> tuple[Placed, Cell] | None:
        """Return the table and the array's cell at a pixel."""
        for placed in self.placed:
            found = placed.cell_at(x, y)
            if found is not None:
                return placed, (placed.table.name, *placed.table.cell(*found))
        return None

    def read(self, cell: Cell | None) -> None:
        """Take another cell as the one that is read."""
        if cell == self.cell:
            return
        self.cell = cell
        self.setToolTip("" if cell else self.tip)
        name, row, column = cell or ("", 0, 0)
        self.steering.light("query", row if name in BY_QUERY or name == "joined" else None)
        self.steering.light("key", column if name in SCORES else row if name in BY_KEY else None)
        self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Qt: read the cell under the pointer."""
        super().mouseMoveEvent(event)
        found = self.cell_at(event.position().x(), event.position().y())
        self.read(found[1] if found else None)

    def leaveEvent(self, event: QEvent) -> None:
        """Qt: no cell is read."""
        self.read(None)
        super().leaveEvent(event)

    def go(self, down: int, right: int) -> None:
        """Go from cell to cell, and over an edge to the next table."""
        if not self.placed:
            return
        index, (row, column) = self._here() or (len(self.placed) - 1, (-down, -right))
        rows, columns = self.placed[index].table.values.shape
        row, column = row + down, column + right
        if not (0 <= row < rows and 0 <= column < columns):
            index = (index + (1 if down + right > 0 else -1)) % len(self.placed)
            row, column = 0, 0
        table = self.placed[index].table
        self.read((table.name, *table.cell(row, column)))

    def _here(self) -> tuple[int, tuple[int, int]] | None:
        """Return which table is read, and the row and column on the stage of its cell."""
        for index, placed in enumerate(self.placed):
            if self.cell is not None and placed.table.name == self.cell[0]:
                return index, placed.table.cell(*self.cell[1:])
        return None
