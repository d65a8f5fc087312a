"""The third level of zoom: one cell's arithmetic, every product with its numbers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QFontDatabase, QPainter

from explainer.contract.number_text import number_text
from explainer.plots.base.cell_text import whole_text
from explainer.plots.base.colours import colour, pen
from explainer.scenes.cnn.arithmetic import (
    Part,
    cell_of,
    chain,
    chosen,
    input_terms,
    kept_by_pooling,
    source_of,
    taken_apart,
)
from explainer.scenes.cnn.blocks import ACTIVATIONS
from explainer.scenes.cnn.pictures.canvas import Canvas
from explainer.scenes.cnn.pictures.tiles import (
    cell_at,
    cell_rectangle,
    limit_of,
    paint_numbers,
    paint_words,
)

LARGEST_CELL = 52.0
LEAST_LINE = 19.0
"""The least height of a cell in which a number can be read."""
SIGN = 24.0
LINE_HEIGHT = 1.35
"""How far apart the lines of the sum are, in lines of small print."""
DIGITS = 3


class CellCanvas(Canvas):
    """Patch × kernel = products for each input, their sums, the bias, and what becomes of the result."""

    hint = "Hover for a product · click in the patch to move the cell, or use the arrow keys"

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self.setAccessibleName("One cell's arithmetic")
        self.boxes: list[tuple[int, QRectF, QRectF, QRectF]] = []

    def paint(self, painter: QPainter) -> None:
        """Paint one row for each input that has room, and the sum at the right."""
        assert self.frame is not None
        part = taken_apart(self.frame)
        if part is None:
            return
        row, column = cell_of(self.frame, part)
        patch = part.patch(row, column)
        products = patch * part.kernels
        self._place(part, products)
        self._paint_headings(painter, row, column)
        limits = (limit_of(part.inputs), limit_of(part.kernels), limit_of(products))
        for number, *places in self.boxes:
            for box, values, limit in zip(places, (patch, part.kernels, products), limits, strict=True):
                paint_numbers(painter, box, values[number], limit, self.tokens)
            self._paint_signs(painter, places, number, float(products[number].sum()))
        self._paint_padding(painter, part, row, column)
        self._paint_sum(painter, part, products.sum((1, 2)), row, column)

    def _place(self, part: Part, products: np.ndarray) -> None:
        """Give each input that has room its three boxes; the others count least."""
        kernel = part.kernels.shape[-1]
        body = self._body()
        least = kernel * self.tokens.size(LEAST_LINE) + 8
        count = max(1, min(len(part.inputs), int(body.height() // least)))
        side = min(
            kernel * self.tokens.size(LARGEST_CELL), body.height() / count - 8, (0.66 * body.width() - 4 * SIGN) / 3
        )
        wide = min(max(side, kernel * self.tokens.size(38.0)), (0.66 * body.width() - 4 * SIGN) / 3)
        order = np.argsort(-np.abs(products).sum((1, 2)), kind="stable")[:count]
        top = body.top() + (body.height() - count * (side + 8)) / 2
        self.boxes = [
            (int(n), *(QRectF(body.left() + i * (wide + SIGN), top + k * (side + 8), wide, side) for i in range(3)))  # type: ignore[misc]
            for k, n in enumerate(sorted(order.tolist()))
        ]

    def _body(self) -> QRectF:
        return self.area.adjusted(0, 1.3 * self.line, 0, -1.6 * self.line)

    def _paint_headings(self, painter: QPainter, row: int, column: int) -> None:
        words = (f"Patch under ({row}, {column})", "× kernel", "= products")
        for box, said in zip(self.boxes[0][1:], words, strict=True):
            place = QRectF(box.left(), self.area.top(), box.width() + SIGN, self.line)
            paint_words(painter, place, said, self.tokens, size=12, bold=True, token=self.tokens.text)

    def _paint_signs(self, painter: QPainter, places: Sequence[QRectF], number: int, total: float) -> None:
        for first, second, sign in zip(places, places[1:], "×=", strict=False):
            box = QRectF(first.right(), first.top(), second.left() - first.right(), first.height())
            paint_words(painter, box, sign, self.tokens, size=14, align=Qt.AlignmentFlag.AlignHCenter)
        right = QRectF(places[2].right() + 6, places[2].top(), 100, places[2].height())
        words = f"input {number}: {whole_text(total, DIGITS)}"
        paint_words(painter, right, words, self.tokens, size=12, token=self.tokens.text)

    def _paint_padding(self, painter: QPainter, part: Part, row: int, column: int) -> None:
        """Hatch the cells of the patches that are padding and not input."""
        kernel, (top, left) = part.kernels.shape[-1], part.corner(row, column)
        height, width = part.inputs.shape[1:]
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour(self.tokens.faint))
        brush = painter.brush()
        brush.setStyle(Qt.BrushStyle.BDiagPattern)
        painter.setBrush(brush)
        for down in range(kernel):
            for right in range(kernel):
                if not (0 <= top + down < height and 0 <= left + right < width):
                    for _, patch, _, _ in self.boxes:
                        painter.drawRect(cell_rectangle(patch, (kernel, kernel), down, right))
        painter.setBrush(Qt.BrushStyle.NoBrush)

    def _paint_sum(self, painter: QPainter, part: Part, sums: np.ndarray, row: int, column: int) -> None:
        """Write the sum out, line by line, as one adds on paper."""
        left = self.boxes[0][3].right() + 108
        lines = self._sum_lines(part, sums, row, column)
        high = self.line * LINE_HEIGHT
        top = self._body().center().y() - high * len(lines) / 2
        width = min(self.area.right() - left, self.tokens.size(300))
        for place, (words, number, strong) in enumerate(lines):
            box = QRectF(left, top + place * high, width, high)
            token = self.tokens.text if strong else self.tokens.muted
            if strong:
                painter.setPen(pen(self.tokens.border, 1.0))
                painter.drawLine(box.topLeft(), box.topRight())
            paint_words(painter, box, words, self.tokens, size=13, token=token, bold=strong)
            paint_words(
                painter, box, number, self.tokens, size=13, token=token, bold=strong, align=Qt.AlignmentFlag.AlignRight
            )
        self._paint_code(painter)

    def _sum_lines(self, part: Part, sums: np.ndarray, row: int, column: int) -> list[tuple[str, str, bool]]:
        assert self.frame is not None
        after = self._after(row, column)
        room = int(self._body().height() / (self.line * LINE_HEIGHT)) - len(after) - 2
        inputs = [(name, whole_text(value, DIGITS), False) for name, value in input_terms(sums, room)]
        lines = [*inputs, ("+ bias", whole_text(part.bias, DIGITS), False)]
        lines.append(("= cell", whole_text(float(part.total[row, column]), DIGITS), True))
        return lines + after

    def _after(self, row: int, column: int) -> list[tuple[str, str, bool]]:
        """Return what the rest of the block does to the cell."""
        assert self.frame is not None
        _, _, block = chosen(self.frame)
        words = {"norm": "normalized", "act": ACTIVATIONS[block.activation]}
        lines = [
            (words[name[5:-1]], whole_text(float(values[row, column]), DIGITS), False)
            for name, values in chain(self.frame)
            if name[5:-1] in words
        ]
        kept = kept_by_pooling(self.frame, row, column)
        if kept is not None:
            own = f" ({kept[1]})" if kept[1] else ""
            lines.append((f"{block.pool} of {block.window} × {block.window}{own}", whole_text(kept[0], DIGITS), False))
        return lines

    def code(self) -> str:
        """Return the line of PyTorch that computes the chosen cell."""
        assert self.frame is not None
        number, channel, block = chosen(self.frame)
        part = taken_apart(self.frame)
        row, column = cell_of(self.frame, part) if part else (0, 0)
        source = f"{source_of(self.frame, number).removeprefix('maps/')}[None]"
        told = (f", stride={block.stride}" if block.stride > 1 else "") + (
            f", padding={block.padding}" if block.padding else ""
        )
        layer = f"model.conv{number}"
        return f"F.conv2d({source}, {layer}.weight, {layer}.bias{told})[0, {channel}, {row}, {column}]"

    def _paint_code(self, painter: QPainter) -> None:
        font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
        font.setPixelSize(self.tokens.size(12))
        before = QFont(painter.font())
        painter.setFont(font)
        painter.setPen(colour(self.tokens.text))
        box = QRectF(self.area.left(), self.area.bottom() - 1.3 * self.line, self.area.width(), self.line)
        painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, self.code())
        painter.setFont(before)

    def choose(self, place: QPointF) -> None:
        """Move to the cell whose window has the clicked one in its middle."""
        part = taken_apart(self.frame) if self.frame is not None else None
        middle = part.kernels.shape[-1] // 2 if part is not None else 0
        for _, patch, _, _ in self.boxes:
            cell = cell_at(patch, (2 * middle + 1, 2 * middle + 1), place)
            if cell is not None:
                self.go(cell[0] - middle, cell[1] - middle)

    def go(self, down: int, right: int) -> None:
        """Move to a cell beside the present one, if there is one."""
        part = taken_apart(self.frame) if self.frame is not None else None
        if part is None or self.frame is None:
            return
        (row, column), shape = cell_of(self.frame, part), part.total.shape
        new = min(max(row + down, 0), shape[0] - 1), min(max(column + right, 0), shape[1] - 1)
        if new != (self.frame.params.row, self.frame.params.column):
            self.steering.set(row=new[0], column=new[1])

    def point(self, place: QPointF | None) -> str:
        """Return the product under the pointer with its numbers."""
        part = taken_apart(self.frame) if self.frame is not None else None
        if place is None or part is None or self.frame is None:
            return ""
        patch, shape = part.patch(*cell_of(self.frame, part)), part.kernels.shape[1:]
        for number, *boxes in self.boxes:
            for box in boxes:
                if (cell := cell_at(box, shape, place)) is not None:
                    value, weight = float(patch[number][cell]), float(part.kernels[number][cell])
                    return (
                        f"input {number}, kernel row {cell[0]}, column {cell[1]}:  "
                        f"{number_text(value, 4)} × {number_text(weight, 4)} = {number_text(value * weight, 4)}"
                    )
        return ""

    def summary(self) -> str:
        """Return the sum as words."""
        part = taken_apart(self.frame) if self.frame is not None else None
        if part is None or self.frame is None:
            return ""
        row, column = cell_of(self.frame, part)
        total, bias = number_text(float(part.total[row, column])), number_text(part.bias)
        return f"Cell ({row}, {column}): {len(part.inputs)} sums of products and bias {bias} make {total}."
