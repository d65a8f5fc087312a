"""How a table is painted: column by column, each with one look."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter

from explainer.contract.cards.bindings import MISSING
from explainer.contract.cards.words import Bar, Cell, Spark
from explainer.contract.number_text import number_text
from explainer.plots.base.colours import colour, pen
from explainer.plots.base.painting import draw_segments
from explainer.plots.resolved import asked
from explainer.theme.tokens import BODY, CAPTION, SMALL

if TYPE_CHECKING:
    from explainer.plots.kinds.table import TablePart

GAP, WIDEST, NUMBER, SIDE, LEAST_BAR, LEAST_WORD, DOT = 12, 48, 62, 6, 48, 40, 9
"""Pixels: between columns, and at most; a bar's number, beside the columns, a bar, words beside numbers, a dot."""
LARGER = 4
"""Pixels by which letters grow where lines have room."""
MIDDLE = Qt.AlignmentFlag.AlignVCenter
LEFT, RIGHT = Qt.AlignmentFlag.AlignLeft | MIDDLE, Qt.AlignmentFlag.AlignRight | MIDDLE


def text_of(column: Any, value: Any) -> str:
    """Return what a column writes for a value."""
    if column.number is not None:
        return str(column.number(value))
    return value if isinstance(value, str) else number_text(float(value))


class TablePainting:
    """Lays the columns out and paints heads and cells."""

    def __init__(self, table: TablePart) -> None:
        self.table = table
        self.spans: list[tuple[float, float]] = []
        """Where each column begins, and how wide it is."""
        self._dense = self.roomy = False
        """Whether words are small, for they would be cut otherwise; whether lines have room for larger ones."""
        self.wraps = False
        """Whether heads have two lines, for they would be cut otherwise."""

    def _letters(self, usual: int) -> int:
        """Return the size of what is written in the lines."""
        return SMALL if self._dense else usual + LARGER if self.roomy else usual

    # where the columns are

    def lay_out(self, painter: QPainter, width: float) -> None:
        """Find where each column begins and how wide it is; bars share what the others leave.

        Where words would be cut they are small, and closer to one another, then heads take two lines; what is cut
        then are heads, then words that stand at the left, and numbers last of all.
        """
        columns = self.table.told.columns
        assert self.table.now is not None
        bars = sum(isinstance(column, Bar) for column in columns)
        for self._dense, self.wraps in ((False, False), (True, False), (True, True)):
            gap, least = (GAP / 2, LEAST_BAR - 8) if self._dense else (GAP, LEAST_BAR)
            widths = self._widths(painter)
            room = width - 2 * SIDE - gap * (len(widths) - 1)
            rest = max(room - sum(widths), float(least * bars))
            if sum(widths) <= room - rest:
                break
        else:
            numbers = [
                not texts or values.dtype.kind in "fiub" or getattr(column, "right", False)
                for column, texts, values in zip(columns, self.table.texts, self.table.cells, strict=True)
            ]
            widths = _shared(widths, self._widths(painter, heads=False), numbers, max(0.0, room - rest))
        if not bars and len(widths) > 1:  # nothing else takes the room that is left
            gap += max(0.0, min(WIDEST - gap, (room - sum(widths)) / (len(widths) - 1)))
        self.spans, left = [], float(SIDE)
        for column, wide in zip(columns, widths, strict=True):
            taken = rest / bars if isinstance(column, Bar) else wide
            self.spans.append((left, taken))
            left += taken + gap
        painter.setFont(self.table.font_of(SMALL))
        wide_of = painter.fontMetrics().horizontalAdvance
        heads = [(now.head, span[1]) for now, span in zip(self.table.now.columns, self.spans, strict=True)]
        self.wraps = self.wraps or any(
            isinstance(column, Bar) and wide_of(head) > wide
            for column, (head, wide) in zip(columns, heads, strict=True)
        )

    def _widths(self, painter: QPainter, *, heads: bool = True) -> list[float]:
        """Return how wide the columns' words are, with their heads or without; bars have no width of their own."""
        table = self.table
        assert table.now is not None
        painter.setFont(table.font_of(self._letters(BODY)))
        metrics, widths = painter.fontMetrics(), []
        for column, now, texts in zip(table.told.columns, table.now.columns, table.texts, strict=True):
            if isinstance(column, Bar):
                widths.append(0.0)
            elif isinstance(column, Spark) or column.width:
                widths.append(float(table.tokens.size(column.width)))
            else:
                said = {*texts, *(self._lines_of(painter, now.head) if heads else ())}
                wide = max(map(metrics.horizontalAdvance, said), default=0) + 2.0
                widths.append(wide + self._dot_room(column))
        return widths

    def _lines_of(self, painter: QPainter, head: str) -> list[str]:
        """Return a head as one line, or where heads wrap as the two lines that are the least wide."""
        words = head.split(" ")
        if not self.wraps or len(words) < 2:
            return [head]
        wide = painter.fontMetrics().horizontalAdvance
        ways = [(" ".join(words[:at]), " ".join(words[at:])) for at in range(1, len(words))]
        return list(min(ways, key=lambda way: max(map(wide, way))))

    # painting

    def paint_heads(self, painter: QPainter, line: float) -> None:
        """Write the columns' heads, with a mark at the one by which the lines are sorted."""
        table, left_of_it = self.table, None
        assert table.now is not None
        bars = sum(isinstance(column, Bar) for column in table.told.columns)
        painter.setFont(table.font_of(SMALL))
        for number, (column, now, (left, wide)) in enumerate(
            zip(table.told.columns, table.now.columns, self.spans, strict=True)
        ):
            coloured = isinstance(column, Bar) and bars > 1
            token = table.tokens.series_colour(getattr(column, "place", 0)) if coloured else table.tokens.muted
            if left_of_it is not None and not getattr(column, "right", False):  # a head takes the room of none
                wide, left = left + wide - left_of_it, left_of_it
            left_of_it = left if not now.head else None
            box, how = QRectF(left, 0, wide, line), RIGHT if getattr(column, "right", False) else LEFT
            said = self._lines_of(painter, now.head + table.mark_of(number))
            for place, words in enumerate(said):
                high = line / len(said)
                _say(painter, QRectF(left, place * high, wide, high), words, token, how)
            if table.told.sortable:
                table.mark_at(box, {"head": number})

    def paint_columns(self, painter: QPainter, lines: Sequence[tuple[int, QRectF]]) -> None:
        """Paint the cells of every column; ``lines`` are places and where their lines are."""
        for number, (column, (left, wide)) in enumerate(zip(self.table.told.columns, self.spans, strict=True)):
            boxes = [(place, QRectF(left, box.top(), wide, box.height())) for place, box in lines]
            if isinstance(column, Bar):
                self._paint_bars(painter, number, column, boxes)
            elif isinstance(column, Spark):
                painter.setPen(pen(self.table.tokens.series_colour(column.place), 1.4))
                for place, box in boxes:
                    _paint_spark(painter, column, self.table.cells[number][place], box)
            else:
                painter.setFont(self.table.font_of(self._letters(BODY)))
                for place, box in boxes:
                    self._paint_dot(painter, column, place, box)
                    token = self._token(column, place, self.table.tokens.text)
                    words = box.adjusted(self._dot_room(column), 0, 0, 0)
                    _say(painter, words, self.table.texts[number][place], token, RIGHT if column.right else LEFT)

    def _dot_room(self, column: Any) -> float:
        """Return how much of a cell is its dot's."""
        return 2.0 * self.table.tokens.size(DOT) if getattr(column, "dot", None) is not None else 0.0

    def _paint_dot(self, painter: QPainter, column: Cell, place: int, box: QRectF) -> None:
        if column.dot is None or self.table.frame is None:
            return
        found = asked(column.dot, self.table.frame, place)
        if isinstance(found, int):
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colour(self.table.tokens.series_colour(found)))
            radius = self.table.tokens.size(DOT) / 2
            painter.drawEllipse(QPointF(box.left() + radius + 1, box.center().y()), radius, radius)

    def _token(self, column: Any, place: int, usual: str) -> str:
        if column.token is None or self.table.frame is None:
            return usual
        name = asked(column.token, self.table.frame, place)
        return usual if name is MISSING or not name else str(getattr(self.table.tokens, name))

    def _paint_bars(self, painter: QPainter, number: int, column: Bar, boxes: Sequence[tuple[int, QRectF]]) -> None:
        """Paint each bar in its track, and its number beside it."""
        table, tokens, texts = self.table, self.table.tokens, self.table.texts[number]
        painter.setFont(table.font_of(self._letters(CAPTION)))
        widest = max(map(painter.fontMetrics().horizontalAdvance, set(texts)), default=0) + 4.0
        room = min(float(tokens.size(NUMBER)), widest)
        several = sum(isinstance(each, Bar) for each in table.told.columns) > 1
        usual = tokens.series_colour(column.place) if several or column.place else tokens.accent
        shares = _shares(column, table.cells[number])
        for place, box in boxes:
            high = min(box.height() * 0.6, tokens.size(26 if self.roomy else 16))
            track = QRectF(box.left(), box.center().y() - high / 2, max(8.0, box.width() - room - 6), high)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colour(tokens.raised))
            painter.drawRoundedRect(track, 2, 2)
            filled = _filled(column, float(shares[place]), track)
            if filled is not None:
                painter.setBrush(colour(self._token(column, place, usual)))
                painter.drawRoundedRect(filled, 2, 2)
            _say(painter, QRectF(box.right() - room, box.top(), room, box.height()), texts[place], tokens.text, LEFT)


def _shared(wanted: Sequence[float], needed: Sequence[float], numbers: Sequence[bool], room: float) -> list[float]:
    """Return widths that fill ``room``: what the cells need, and of the rest as much as the heads want.

    Where the cells need more, words give way before numbers: a number that is cut is another number.
    """
    least = [min(pair) for pair in zip(wanted, needed, strict=True)]
    rest = room - sum(least)
    if rest <= 0:
        words = sum(wide for wide, number in zip(least, numbers, strict=True) if not number)
        share = max(0.0, (words + rest) / words) if words else 0.0
        shrunk = [
            wide if number else max(min(wide, LEAST_WORD), wide * share)
            for wide, number in zip(least, numbers, strict=True)
        ]
        return [wide * min(1.0, room / max(1.0, sum(shrunk))) for wide in shrunk]
    more = [want - need for want, need in zip(wanted, least, strict=True)]
    return [need + want * rest / max(1.0, sum(more)) for need, want in zip(least, more, strict=True)]


def _shares(column: Bar, values: np.ndarray) -> np.ndarray:
    """Return how far each bar is filled, negative to the left; NaN where there is nothing to fill."""
    values = np.asarray(values, float)
    drawn = np.isfinite(values) & (values != 0) & (column.signed | (values > 0))
    seen = np.abs(values[np.isfinite(values)])
    most = column.span or float(seen.max(initial=0.0)) or 1.0
    sizes = np.abs(np.where(drawn, values, most))
    shares = np.minimum(1.0, sizes / most)
    if column.log:
        low = float(seen[seen > 0].min(initial=most)) / 10
        shares = np.clip(np.log(sizes / low) / np.log(most / low), 0, 1)
    return np.where(drawn, np.copysign(shares, values), np.nan)


def _filled(column: Bar, share: float, track: QRectF) -> QRectF | None:
    """Return the filled part of a bar's track."""
    if math.isnan(share):
        return None
    if not column.signed:
        return QRectF(track.left(), track.top(), max(2.0, track.width() * share), track.height())
    half, middle = track.width() / 2, track.center().x()
    wide = max(1.5, half * abs(share))
    return QRectF(middle if math.copysign(1.0, share) > 0 else middle - wide, track.top(), wide, track.height())


def _paint_spark(painter: QPainter, column: Spark, values: np.ndarray, box: QRectF) -> None:
    with np.errstate(all="ignore"):
        drawn = np.log10(values) if column.log else np.asarray(values, float)
    seen = np.isfinite(drawn)
    if not seen.any():
        return
    low, high = float(drawn[seen].min()), float(drawn[seen].max())
    x = np.linspace(box.left(), box.right(), len(drawn)) if len(drawn) > 1 else np.array([box.center().x()])
    up = (drawn - low) / (high - low) if high > low else np.full(len(drawn), 0.5)
    y = box.bottom() - 3 - up * max(1.0, box.height() - 6)
    points = np.stack([x, y], 1)[seen]
    draw_segments(painter, points[:-1], points[1:])


def _say(painter: QPainter, box: QRectF, words: str, token: str, how: Any) -> None:
    painter.setPen(colour(token))
    shown = painter.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, int(box.width()) + 1)
    painter.drawText(box, how, shown)
