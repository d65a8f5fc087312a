"""A line for each place, with columns of words, bars and small lines; scrolled where there are more than find room."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QWheelEvent

from explainer.contract.cards.bindings import MISSING
from explainer.contract.cards.words import Cell, Spark, Table
from explainer.plots.base.colours import colour, pen
from explainer.plots.kinds.table_painting import TablePainting, text_of
from explainer.plots.painted_part import PaintedPart
from explainer.plots.part import Place

HEAD, SECOND, LEAST = 21, 13, 17
"""Pixels: the heads' line, what a second one of them adds, a line at least."""

ROOMIER, ROOMY = 2.0, 1.45
"""How much higher lines become where the card is high, and from where on their letters are larger."""


class TablePart(PaintedPart):
    """The lines of a table; the one that is lit is raised, the chosen one marked."""

    told: Table

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self.dims = (self.told.dim,) if self.told.dim else ("line",)
        self.cells: list[np.ndarray] = []
        self.texts: list[list[str]] = []
        """What the columns write, line by line; a column of small lines writes nothing."""
        self._first = 0
        self._sorted: tuple[int, bool] | None = None
        self._shown = 1
        self._followed: object = None
        """The line that was last brought into sight because it was chosen."""
        self._painting = TablePainting(self)
        self._column = -1
        """The column with a click of its own that the keys are on; −1 for the whole line."""

    needs = ()
    """The columns are needed, and each is looked at by itself."""

    def counts(self, now: Any) -> Sequence[int]:
        """Return how many lines there are."""
        known = [column.value for column in now.columns if isinstance(column.value, np.ndarray)]
        return (len(known[0]),) if known and len(known) == len(now.columns) else (0,)

    @property
    def empty(self) -> bool:
        """Whether there is no line."""
        return not self.cells or not len(self.cells[0])

    def fill(self) -> None:
        """Take the columns; while one of them is missing there is no line."""
        assert self.now is not None
        found = [column.value for column in self.now.columns]
        if any(value is MISSING for value in found):
            return
        whole = all(isinstance(value, np.ndarray) for value in found)
        self.cells = [value if isinstance(value, np.ndarray) else np.array([]) for value in found] if whole else []
        self.texts = [
            [] if isinstance(column, Spark) else [text_of(column, value) for value in values.tolist()]
            for column, values in zip(self.told.columns, self.cells, strict=False)
        ]

    def order(self) -> list[int]:
        """Return the places in the order of their lines."""
        assert self.now is not None
        count = len(self.cells[0])
        given = self.now.order
        order = list(range(count)) if given is None or given is MISSING else [int(k) for k in given]
        if self._sorted is not None:
            column, downward = self._sorted
            values = self.cells[column]
            if values.dtype.kind in "fiub" and values.ndim == 1:
                keys = np.nan_to_num(values.astype(float), nan=-np.inf)
                order = sorted(order, key=lambda k: float(keys[k]), reverse=downward)
            elif values.ndim == 1:
                order = sorted(order, key=lambda k: str(values[k]), reverse=downward)
        return order

    # painting

    def paint_still(self, painter: QPainter, width: float, height: float) -> None:
        """Draw the heads and as many lines as find room."""
        order = self.order()
        line, step = self._fit(painter, width, height, len(order))
        chosen = self.now.chosen if self.now is not None else None
        self._follow(order, chosen)
        lines = []
        for number, place in enumerate(order[self._first : self._first + self._shown]):
            box = QRectF(0, line + number * step, width, step)
            if place == chosen:
                painter.fillRect(box, colour(self.tokens.selected))
            lines.append((place, box))
            self.mark_at(box, {self.dims[0]: place})
        self._painting.paint_columns(painter, lines)
        self._painting.paint_heads(painter, line)
        if self._shown < len(order):
            self._paint_bar_of_scrolling(painter, len(order), QRectF(width - 5, line, 3, step * self._shown))

    def _fit(self, painter: QPainter, width: float, height: float, count: int) -> tuple[float, float]:
        """Find how many of ``count`` lines are seen and lay the columns out; return the heads' height and a line's."""
        tokens, most = self.tokens, float(self.tokens.size(self.told.most))
        for head in (HEAD, HEAD + SECOND):
            line = float(tokens.size(head)) if self._has_heads else 4.0
            self._shown = min(count, max(1, int((height - line) / tokens.size(LEAST))))
            step = min((ROOMIER if self._shown == count else 1.0) * most, (height - line) / max(1, self._shown))
            self._painting.roomy = step > ROOMY * most
            self._painting.lay_out(painter, width - (8 if self._shown < count else 0))
            if not self._painting.wraps:
                break
        self._first = max(0, min(self._first, count - self._shown))
        return line, step

    def _follow(self, order: Sequence[int], chosen: object) -> None:
        """Scroll a line into sight when it has become the chosen one; where a person scrolls to stays until then."""
        if chosen != self._followed and isinstance(chosen, int) and chosen in order:
            at = order.index(chosen)
            self._first = min(max(self._first, at - self._shown + 1), at)
        self._followed = chosen

    @property
    def _has_heads(self) -> bool:
        return any(column.head for column in (self.now.columns if self.now is not None else ()))

    def mark_of(self, number: int) -> str:
        """Return the arrow beside the head of the column by which the lines are sorted."""
        return "" if self._sorted is None or self._sorted[0] != number else (" ↓" if self._sorted[1] else " ↑")

    def _paint_bar_of_scrolling(self, painter: QPainter, count: int, track: QRectF) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour(self.tokens.border))
        share, at = self._shown / count, self._first / count
        painter.drawRoundedRect(
            QRectF(track.left(), track.top() + at * track.height(), 3, share * track.height()), 1.5, 1.5
        )

    def paint_over(self, painter: QPainter, width: float, height: float) -> None:
        """Raise the lit line."""
        lit = self.lit.get(self.dims[0])
        box = self.box_of({self.dims[0]: lit}) if lit is not None else None
        if box is not None:
            painter.fillRect(box, colour(self.tokens.text, 0.08))
            painter.fillRect(QRectF(0, box.top(), 2, box.height()), colour(self.tokens.accent))
            if self.hasFocus() and self._column in self._pressable():
                left, wide = self._painting.spans[self._column]
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.setPen(pen(self.tokens.accent))
                painter.drawRoundedRect(QRectF(left - 3, box.top() + 1, wide + 2, box.height() - 2), 3, 3)

    # the pointer

    def clicked(self, lights: Mapping[str, int]) -> None:
        """Sort by a head, or ask for what a click on the line comes to."""
        if "head" in lights:
            number = lights["head"]
            self._sorted = (number, self._sorted != (number, True))
            self.changed()
            return
        self._column = self._column_under()
        self.press_on(self._click_of(self._column), lights[self.dims[0]])

    def _click_of(self, number: int) -> Callable[..., Any] | None:
        """Return what a click on a column comes to: its own, else the line's."""
        column = self.told.columns[number] if 0 <= number < len(self.told.columns) else None
        return column.click if isinstance(column, Cell) and column.click else self.told.click

    def _pressable(self) -> list[int]:
        """Return the columns that have a click of their own."""
        return [k for k, column in enumerate(self.told.columns) if isinstance(column, Cell) and column.click]

    def _column_under(self) -> int:
        at = self.pointer.x()
        return next((k for k, (left, wide) in enumerate(self._painting.spans) if left <= at <= left + wide), -1)

    def point_at(self, lights: Mapping[str, int] | None) -> None:
        """Light the line; a head lights nothing."""
        clickable = lights is not None and ("head" in lights or self._click_of(self._column_under()) is not None)
        self.setCursor(Qt.CursorShape.PointingHandCursor if clickable else Qt.CursorShape.ArrowCursor)
        super().point_at(None if lights is not None and "head" in lights else lights)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Qt: scroll, where there are more lines than find room."""
        before = self._first
        self._scroll(self._first - int(np.sign(event.angleDelta().y())) * 3)
        event.setAccepted(self._first != before)

    def _scroll(self, first: int) -> None:
        count = len(self.cells[0]) if self.cells else 0
        first = max(0, min(first, count - self._shown))
        if first != self._first:
            self._first = first
            self.changed()

    def go(self, down: int, right: int) -> None:
        """Go from line to line, the table scrolls along; or to the cells that can be pressed by themselves."""
        if right and self._pressable():
            known = [-1, *self._pressable()]
            at = known.index(self._column) if self._column in known else 0
            self._column = known[max(0, min(at + right, len(known) - 1))]
            self.lights_changed()
        if not down or self.empty:
            return
        order = self.order()
        lit = self.lit.get(self.dims[0])
        at = order.index(lit) + down if lit in order else self._first
        at = max(0, min(at, len(order) - 1))
        if not self._first <= at < self._first + self._shown:
            self._scroll(at if at < self._first else at - self._shown + 1)
        self.steering.light(self.dims[0], order[at])

    def press(self) -> None:
        """Ask for what a click on the lit line comes to."""
        if self.dims[0] in self.lit:
            self.press_on(self._click_of(self._column), self.lit[self.dims[0]])

    def marks(self) -> Sequence[Place]:
        """Return the middle of every line; heads light nothing."""
        return [mark for mark in super().marks() if self.dims[0] in mark.lights]

    def reading(self) -> str:
        """Return what is said of the lit line, where that is more than it shows."""
        lit = self.lit.get(self.dims[0])
        if lit is None or self.empty:
            return ""
        return self.said(self.told.reading, lit) or ""

    def summary(self) -> str:
        """Return the first lines in words."""
        if self.empty or self.now is None:
            return getattr(self.now, "none", "")
        lines = []
        for place in self.order()[:12]:
            lines.append(" ".join(texts[place] for texts in self.texts if texts))
        return "; ".join(lines)
