"""The second level of zoom: one map as the sum of what its kernels make of the maps before it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath

from explainer.contract.number_text import number_text
from explainer.plots.base.colours import pen
from explainer.scenes.cnn.arithmetic import Part, cell_of, chain, chosen, pooled_place, source_of, taken_apart
from explainer.scenes.cnn.pictures.canvas import Canvas
from explainer.scenes.cnn.pictures.tiles import (
    cell_at,
    cell_rectangle,
    grey_tile,
    limit_of,
    paint_numbers,
    paint_tile,
    paint_words,
    signed_tile,
)
from explainer.scenes.cnn.words import layer_title

LARGEST_ROW, SMALLEST_ROW = 196.0, 46.0
SIGN = 26.0
"""The room for a sign between two tiles."""


@dataclass(frozen=True)
class Row:
    """One input's place: the map, its kernel, and what the kernel makes of it."""

    number: int
    source: QRectF
    kernel: QRectF
    share: QRectF


@dataclass(frozen=True)
class Plan:
    """Where everything stands."""

    rows: tuple[Row, ...]
    sums: tuple[tuple[str, QRectF], ...]
    heading: QRectF


class MapCanvas(Canvas):
    """Input ⋆ kernel = share for each input that counts, then the sum and what is done to it."""

    hint = "Hover for one cell's window and numbers, click it for its arithmetic"

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self.plan: Plan | None = None
        self.cell: tuple[int, int] | None = None

    def paint(self, painter: QPainter) -> None:
        """Paint the rows, the sum and its successors."""
        assert self.frame is not None
        part = taken_apart(self.frame)
        if part is None:
            return
        self.plan = self._planned(part)
        self._paint_headings(painter, part)
        self._paint_rows(painter, part)
        self._paint_sums(painter, part)
        self._paint_window(painter, part)

    def _planned(self, part: Part) -> Plan:
        assert self.frame is not None
        area, head = self.area, 2.4 * self.line
        body = area.adjusted(0, head, 0, 0)
        count = max(1, min(len(part.inputs), int(body.height() // self.tokens.size(SMALLEST_ROW))))
        sums = chain(self.frame)
        wide = body.width() - (3 * SIGN + len(sums) * SIGN)
        side = min(LARGEST_ROW, body.height() / count - 6, wide / (3 + 1.1 * len(sums)))
        big = min(LARGEST_ROW, (wide - 3 * side) / len(sums), body.height() - self.line)
        total = 3 * side + 3 * SIGN + len(sums) * (big + SIGN)
        left = body.left() + min(40.0, max(0.0, (body.width() - total) / 2))
        top = body.top() + (body.height() - count * (side + 6)) / 2
        rows = []
        for place, number in enumerate(part.strongest(count)):
            y = top + place * (side + 6)
            boxes = [QRectF(left + step * (side + SIGN), y, side, side) for step in range(3)]
            rows.append(Row(number, *boxes))
        x, middle = left + 3 * (side + SIGN) + SIGN, body.center().y()
        places = [(name, QRectF(x + i * (big + SIGN), middle - big / 2, big, big)) for i, (name, _) in enumerate(sums)]
        return Plan(tuple(rows), tuple(places), QRectF(area.left(), area.top(), area.width(), head))

    def _paint_headings(self, painter: QPainter, part: Part) -> None:
        assert self.frame is not None
        assert self.plan is not None
        number, _, _ = chosen(self.frame)
        rows, tokens = self.plan.rows, self.tokens
        source = layer_title(source_of(self.frame, number), self.frame.params.blocks)
        shown, every = len(rows), len(part.inputs)
        which = f"{shown} of {every}" if shown < every else f"{every} map{'s' if every > 1 else ''}"
        first = rows[0]
        for box, words, under in (
            (first.source, source, which if source != "Image" else f"{every} channel{'s' if every > 1 else ''}"),
            (first.kernel, "Kernel", f"{part.kernels.shape[1]} × {part.kernels.shape[2]} each"),
            (first.share, "Result", "of each"),
        ):
            place = QRectF(
                box.left(), first.source.top() - self.plan.heading.height(), box.width() + SIGN - 2, self.line
            )
            paint_words(painter, place, words, tokens, size=12, bold=True, token=tokens.text)
            paint_words(painter, place.translated(0, self.line), under, tokens)

    def _paint_rows(self, painter: QPainter, part: Part) -> None:
        assert self.frame is not None
        assert self.plan is not None
        number, _, _ = chosen(self.frame)
        kernel_limit, share_limit, source_limit = limit_of(part.kernels), limit_of(part.shares), limit_of(part.inputs)
        picture = source_of(self.frame, number) == "image"
        for row in self.plan.rows:
            values = part.inputs[row.number]
            image = grey_tile(values[None], self.tokens) if picture else signed_tile(values, source_limit, self.tokens)
            paint_tile(painter, row.source, image, self.tokens)
            paint_numbers(painter, row.kernel, part.kernels[row.number], kernel_limit, self.tokens)
            paint_tile(painter, row.share, signed_tile(part.shares[row.number], share_limit, self.tokens), self.tokens)
            self._sign(painter, row.source, row.kernel, "⋆")
            self._sign(painter, row.kernel, row.share, "=")
            self._join(painter, row.share, self.plan.sums[0][1])

    def _sign(self, painter: QPainter, first: QRectF, second: QRectF, sign: str) -> None:
        box = QRectF(first.right(), first.top(), second.left() - first.right(), first.height())
        paint_words(painter, box, sign, self.tokens, size=15, align=Qt.AlignmentFlag.AlignHCenter)

    def _join(self, painter: QPainter, first: QRectF, second: QRectF) -> None:
        start, end = QPointF(first.right() + 2, first.center().y()), QPointF(second.left() - 2, second.center().y())
        reach = QPointF((end.x() - start.x()) / 2, 0)
        path = QPainterPath(start)
        path.cubicTo(start + reach, end - reach, end)
        painter.strokePath(path, pen(self.tokens.faint, 1.0))

    def _paint_sums(self, painter: QPainter, part: Part) -> None:
        assert self.frame is not None
        assert self.plan is not None
        values = dict(chain(self.frame))
        for place, (name, box) in enumerate(self.plan.sums):
            limit = limit_of(values[name])
            paint_tile(painter, box, signed_tile(values[name], limit, self.tokens), self.tokens)
            title = layer_title(name, self.frame.params.blocks)
            words = "sum + bias " + number_text(part.bias) if place == 0 else "of the map before"
            above = QRectF(box.left(), box.top() - 2 * self.line, box.width() + SIGN, self.line)
            paint_words(painter, above, title, self.tokens, size=12, bold=True, token=self.tokens.text)
            paint_words(painter, above.translated(0, self.line), words, self.tokens)
            below = QRectF(box.left(), box.bottom() + 2, box.width() + SIGN, self.line)
            paint_words(painter, below, f"±{number_text(limit)} at full colour", self.tokens)
            if place:
                self._sign(painter, self.plan.sums[place - 1][1], box, "→")

    # one cell

    def _paint_window(self, painter: QPainter, part: Part) -> None:
        """Frame the cell that is pointed at or chosen, and what its kernels cover."""
        assert self.frame is not None
        assert self.plan is not None
        row, column = self.cell or cell_of(self.frame, part)
        top, left = part.corner(row, column)
        kernel = part.kernels.shape[-1]
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(pen(self.tokens.text, 1.5))
        shape: tuple[int, int] = part.total.shape
        for each in self.plan.rows:
            painter.drawRect(cell_rectangle(each.source, part.inputs.shape[1:], top, left, kernel, kernel))
            painter.drawRect(cell_rectangle(each.share, shape, row, column))
        values, block = dict(chain(self.frame)), chosen(self.frame)[2]
        for name, box in self.plan.sums:
            there: tuple[int, int] = values[name].shape
            place = pooled_place(block, there, row, column) if name.startswith("maps/pool") else (row, column)
            if place is not None:
                painter.drawRect(cell_rectangle(box, there, *place))

    def _cell_under(self, place: QPointF) -> tuple[int, int] | None:
        """Return the cell of the convolution's map that a place belongs to."""
        assert self.frame is not None
        part = taken_apart(self.frame)
        if part is None or self.plan is None:
            return None
        shape: tuple[int, int] = part.total.shape
        for row in self.plan.rows:
            found = cell_at(row.share, shape, place)
            if found is None and (inside := cell_at(row.source, part.inputs.shape[1:], place)) is not None:
                found = _window_about(part, inside)
            if found is not None:
                return found
        for name, box in self.plan.sums:
            there = dict(chain(self.frame))[name].shape
            if (found := cell_at(box, there, place)) is not None:
                factor = chosen(self.frame)[2].window if name.startswith("maps/pool") else 1
                return found[0] * factor, found[1] * factor
        return None

    def point(self, place: QPointF | None) -> str:
        """Move the window; return the sum of the cell under it."""
        self.cell = self._cell_under(place) if place is not None else None
        self.setCursor(Qt.CursorShape.PointingHandCursor if self.cell else Qt.CursorShape.ArrowCursor)
        part = taken_apart(self.frame) if self.frame is not None else None
        if self.cell is None or part is None or self.plan is None:
            return ""
        row, column = self.cell
        shares = part.shares[:, row, column]
        shown = [float(shares[each.number]) for each in self.plan.rows]
        terms = "".join(_added(value) for value in shown).removeprefix(" + ")
        rest = float(shares.sum() - sum(shown))
        others = f"{_added(rest)} (others)" if len(shown) < len(shares) else ""
        total = number_text(float(part.total[row, column]))
        return f"row {row}, column {column}:  {terms}{others}{_added(part.bias)} (bias) = {total}"

    def go(self, down: int, right: int) -> None:
        """Move the window to a cell beside the present one, if there is one."""
        part = taken_apart(self.frame) if self.frame is not None else None
        if part is None or self.frame is None:
            return
        (row, column), shape = cell_of(self.frame, part), part.total.shape
        self.steering.set(row=min(max(row + down, 0), shape[0] - 1), column=min(max(column + right, 0), shape[1] - 1))

    def press(self) -> None:
        """Zoom into the cell that the keys are on."""
        self.steering.set(zoom="cell")

    def choose(self, place: QPointF) -> None:
        """Zoom into the cell that is clicked."""
        cell = self._cell_under(place)
        if cell is not None:
            self.steering.set(zoom="cell", row=cell[0], column=cell[1])


def _added(value: float) -> str:
    """Return a number as a further term of a sum."""
    return f" {'−' if value < 0 else '+'} {number_text(abs(value))}"


def _window_about(part: Part, cell: tuple[int, int]) -> tuple[int, int]:
    """Return the cell of the map whose window has its middle nearest to a cell of the input."""
    middle = part.kernels.shape[-1] // 2
    shape = part.total.shape
    row, column = ((at + part.padding - middle) // part.stride for at in cell)
    return min(max(row, 0), shape[0] - 1), min(max(column, 0), shape[1] - 1)
