"""A line for each place, with columns of words, bars and small lines; scrolled where there are more than find room."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPolygonF, QWheelEvent

from explainer.contract.cards.bindings import MISSING
from explainer.contract.cards.words import Bar, Cell, Spark, Table
from explainer.contract.number_text import number_text
from explainer.plots.base.colours import colour, pen
from explainer.plots.painted_part import PaintedPart
from explainer.plots.part import Place
from explainer.plots.resolved import asked
from explainer.theme.tokens import BODY, CAPTION, SMALL

HEAD, LEAST, GAP, NUMBER, SIDE, LEAST_BAR = 21, 17, 12, 62, 6, 48
"""Pixels: the heads' line, a line at least, between columns, a bar's number, beside the columns, a bar in all."""
MIDDLE = Qt.AlignmentFlag.AlignVCenter
LEFT, RIGHT = Qt.AlignmentFlag.AlignLeft | MIDDLE, Qt.AlignmentFlag.AlignRight | MIDDLE


class TablePart(PaintedPart):
    """The lines of a table; the one that is lit is raised, the chosen one marked."""

    told: Table

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self.dims = (self.told.dim,) if self.told.dim else ("line",)
        self.cells: list[np.ndarray] = []
        self._first = 0
        self._sorted: tuple[int, bool] | None = None
        self._shown = 1
        self._dense = False
        """Whether words are small, for they would be cut otherwise."""
        self._spans: list[tuple[float, float]] = []
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
        tokens, order = self.tokens, self.order()
        line = float(tokens.size(HEAD)) if self._has_heads else 4.0
        least = tokens.size(LEAST)
        room = max(1, int((height - line) / least))
        self._shown = min(len(order), room)
        self._first = max(0, min(self._first, len(order) - self._shown))
        step = min(float(tokens.size(self.told.most)), (height - line) / self._shown)
        columns = self._columns(painter, width - (8 if self._shown < len(order) else 0))
        self._spans = columns
        chosen = self.now.chosen if self.now is not None else None
        for number, place in enumerate(order[self._first : self._first + self._shown]):
            box = QRectF(0, line + number * step, width, step)
            if place == chosen:
                painter.fillRect(box, colour(tokens.selected))
            for column, values, (left, wide) in zip(self.told.columns, self.cells, columns, strict=True):
                self._paint_cell(painter, column, values, place, QRectF(left, box.top(), wide, step))
            self.mark_at(box, {self.dims[0]: place})
        self._paint_heads(painter, columns, line)
        if self._shown < len(order):
            self._paint_bar_of_scrolling(painter, len(order), QRectF(width - 5, line, 3, step * self._shown))

    @property
    def _has_heads(self) -> bool:
        return any(column.head for column in (self.now.columns if self.now is not None else ()))

    def _paint_heads(self, painter: QPainter, columns: Sequence[tuple[float, float]], line: float) -> None:
        assert self.now is not None
        bars = sum(isinstance(column, Bar) for column in self.told.columns)
        left_of_it: float | None = None
        for number, (column, now, (left, wide)) in enumerate(
            zip(self.told.columns, self.now.columns, columns, strict=True)
        ):
            token = (
                self.tokens.series_colour(column.place) if isinstance(column, Bar) and bars > 1 else self.tokens.muted
            )
            mark = "" if self._sorted is None or self._sorted[0] != number else (" ↓" if self._sorted[1] else " ↑")
            if left_of_it is not None and not getattr(column, "right", False):  # a head takes the room of none
                wide, left = left + wide - left_of_it, left_of_it
            left_of_it = left if not now.head else None
            box = QRectF(left, 0, wide, line)
            self._say(painter, box, now.head + mark, token, SMALL, RIGHT if getattr(column, "right", False) else LEFT)
            if self.told.sortable:
                self.mark_at(box, {"head": number})

    def _paint_bar_of_scrolling(self, painter: QPainter, count: int, track: QRectF) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour(self.tokens.border))
        share, at = self._shown / count, self._first / count
        painter.drawRoundedRect(
            QRectF(track.left(), track.top() + at * track.height(), 3, share * track.height()), 1.5, 1.5
        )

    def _columns(self, painter: QPainter, width: float) -> list[tuple[float, float]]:
        """Return where each column begins and how wide it is; bars share what the others leave.

        Where words would be cut they are small, and closer to one another.
        """
        bars = sum(isinstance(column, Bar) for column in self.told.columns)
        for self._dense in (False, True):
            gap, least = (GAP / 2, LEAST_BAR - 8) if self._dense else (GAP, LEAST_BAR)
            widths = self._widths(painter)
            room = width - 2 * SIDE - gap * (len(widths) - 1)
            rest = max(room - sum(widths), float(least * bars))
            if sum(widths) <= room - rest:
                break
        else:
            widths = [wide * max(0.0, room - rest) / max(1.0, sum(widths)) for wide in widths]
        found, left = [], float(SIDE)
        for column, wide in zip(self.told.columns, widths, strict=True):
            taken = rest / bars if isinstance(column, Bar) else wide
            found.append((left, taken))
            left += taken + gap
        return found

    def _widths(self, painter: QPainter) -> list[float]:
        """Return how wide the columns' words are; bars have no width of their own."""
        assert self.now is not None
        painter.setFont(self.font_of(SMALL if self._dense else BODY))
        metrics, widths = painter.fontMetrics(), []
        for column, now, values in zip(self.told.columns, self.now.columns, self.cells, strict=True):
            if isinstance(column, Bar):
                widths.append(0.0)
            elif isinstance(column, Spark) or column.width:
                widths.append(float(self.tokens.size(column.width)))
            else:
                texts = [now.head, *(self._text(column, value) for value in values.tolist())]
                widths.append(max(map(metrics.horizontalAdvance, texts)) + 2.0)
        return widths

    def _text(self, column: Any, value: Any) -> str:
        if column.number is not None:
            return str(column.number(value))
        return value if isinstance(value, str) else number_text(float(value))

    def _token(self, column: Any, place: int, usual: str) -> str:
        if column.token is None or self.frame is None:
            return usual
        name = asked(column.token, self.frame, place)
        return usual if name is MISSING or not name else str(getattr(self.tokens, name))

    def _paint_cell(self, painter: QPainter, column: Any, values: np.ndarray, place: int, box: QRectF) -> None:
        if isinstance(column, Bar):
            self._paint_bar(painter, column, values, place, box)
        elif isinstance(column, Spark):
            self._paint_spark(painter, column, values[place], box)
        else:
            token = self._token(column, place, self.tokens.text)
            self._say(
                painter,
                box,
                self._text(column, values[place].item()),
                token,
                SMALL if self._dense else BODY,
                RIGHT if column.right else LEFT,
            )

    def _paint_bar(self, painter: QPainter, column: Bar, values: np.ndarray, place: int, box: QRectF) -> None:
        tokens, value = self.tokens, float(values[place])
        number, high = self._number_room(painter, column, values), min(box.height() * 0.6, tokens.size(16))
        track = QRectF(box.left(), box.center().y() - high / 2, max(8.0, box.width() - number - 6), high)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour(tokens.raised))
        painter.drawRoundedRect(track, 2, 2)
        filled = self._filled(column, values, value, track)
        if filled is not None:
            several = sum(isinstance(each, Bar) for each in self.told.columns) > 1
            usual = tokens.series_colour(column.place) if several or column.place else tokens.accent
            painter.setBrush(colour(self._token(column, place, usual)))
            painter.drawRoundedRect(filled, 2, 2)
        where = QRectF(box.right() - number, box.top(), number, box.height())
        self._say(painter, where, self._text(column, value), tokens.text, SMALL if self._dense else CAPTION, LEFT)

    def _number_room(self, painter: QPainter, column: Bar, values: np.ndarray) -> float:
        """Return the width of a bar's numbers: that of the widest, but no more than is usual."""
        painter.setFont(self.font_of(SMALL if self._dense else CAPTION))
        texts = {self._text(column, value) for value in values.tolist()}
        wide = max(map(painter.fontMetrics().horizontalAdvance, texts), default=0) + 4.0
        return min(float(self.tokens.size(NUMBER)), wide)

    def _filled(self, column: Bar, values: np.ndarray, value: float, track: QRectF) -> QRectF | None:
        """Return the filled part of a bar's track."""
        seen = np.abs(values[np.isfinite(values)])
        most = column.span or float(seen.max(initial=0.0)) or 1.0
        if not np.isfinite(value) or value == 0 or (value < 0 and not column.signed):
            return None
        share = min(1.0, abs(value) / most)
        if column.log:
            low = float(seen[seen > 0].min(initial=most)) / 10
            share = float(np.clip(np.log(abs(value) / low) / np.log(most / low), 0, 1))
        if not column.signed:
            return QRectF(track.left(), track.top(), max(2.0, track.width() * share), track.height())
        half, middle = track.width() / 2, track.center().x()
        wide = max(1.5, half * share)
        return QRectF(middle if value > 0 else middle - wide, track.top(), wide, track.height())

    def _paint_spark(self, painter: QPainter, column: Spark, values: np.ndarray, box: QRectF) -> None:
        with np.errstate(all="ignore"):
            drawn = np.log10(values) if column.log else np.asarray(values, float)
        seen = np.isfinite(drawn)
        if not seen.any():
            return
        low, high = float(drawn[seen].min()), float(drawn[seen].max())
        x = np.linspace(box.left(), box.right(), len(drawn)) if len(drawn) > 1 else np.array([box.center().x()])
        up = (drawn - low) / (high - low) if high > low else np.full(len(drawn), 0.5)
        y = box.bottom() - 3 - up * max(1.0, box.height() - 6)
        painter.setPen(pen(self.tokens.series_colour(column.place), 1.4))
        painter.drawPolyline(QPolygonF([QPointF(*p) for p in np.stack([x, y], 1)[seen].tolist()]))

    def _say(self, painter: QPainter, box: QRectF, words: str, token: str, size: int, how: Any) -> None:
        painter.setFont(self.font_of(size))
        painter.setPen(colour(token))
        shown = painter.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, int(box.width()) + 1)
        painter.drawText(box, how, shown)

    def paint_over(self, painter: QPainter, width: float, height: float) -> None:
        """Raise the lit line."""
        self.still()
        lit = self.lit.get(self.dims[0])
        box = self.box_of({self.dims[0]: lit}) if lit is not None else None
        if box is not None:
            painter.fillRect(box, colour(self.tokens.text, 0.08))
            painter.fillRect(QRectF(0, box.top(), 2, box.height()), colour(self.tokens.accent))
            if self.hasFocus() and self._column in self._pressable():
                left, wide = self._spans[self._column]
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
        return next((k for k, (left, wide) in enumerate(self._spans) if left <= at <= left + wide), -1)

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
            shown = zip(self.told.columns, self.cells, strict=True)
            words = [
                self._text(column, values[place].item()) for column, values in shown if not isinstance(column, Spark)
            ]
            lines.append(" ".join(words))
        return "; ".join(lines)
