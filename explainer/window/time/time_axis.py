"""The axis of the time line with its steps, and the marks of what was done."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from explainer.plots.base.ticks import linear_ticks
from explainer.theme.tokens import Tokens

MARGIN = 10
"""Pixels left and right of the line, so that the cursor is whole at both ends."""
APART = 90.0
"""Pixels between two steps that are written, about."""


def paint_axis(
    painter: QPainter,
    steps: tuple[float, float],
    x_of: Callable[[Any], Any],
    known: int,
    size: QSizeF,
    base: float,
    tokens: Tokens,
) -> None:
    """Draw the axis between two ``steps``, stronger as far as steps are ``known``, and write steps below it."""
    right = size.width() - MARGIN
    painter.setPen(QPen(QColor(tokens.border), 1))
    painter.drawLine(QPointF(MARGIN, base), QPointF(right, base))
    painter.setPen(QPen(QColor(tokens.muted), 2))
    painter.drawLine(QPointF(MARGIN, base), QPointF(min(max(float(x_of(known)), MARGIN), right), base))
    low, high = steps
    room = round((right - MARGIN) / APART / tokens.scale)
    ticks, _ = linear_ticks(low, high, max(1, min(room, int(high - low))))
    painter.setPen(QColor(tokens.muted))
    for tick in ticks:
        x, words = float(x_of(tick)), f"{tick:,.0f}"
        painter.drawLine(QPointF(x, base), QPointF(x, base + 3))
        half = painter.fontMetrics().horizontalAdvance(words) / 2 + 1
        middle = min(max(x, half), size.width() - half)
        box = QRectF(middle - half, base + 2, 2 * half, size.height() - base - 2)
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, words)


def paint_marks(
    painter: QPainter, marks: Sequence[tuple[float, int, str]], known: int, hovered: int, base: float, tokens: Tokens
) -> None:
    """Draw a mark at each place, hollow beyond the known steps, larger under the pointer."""
    colour, columns_drawn = QColor(tokens.warning), set()
    painter.setPen(QPen(colour, 1))
    for x, step, _ in marks:
        if round(x) in columns_drawn:
            continue
        columns_drawn.add(round(x))
        painter.setBrush(colour if step <= known else QColor(tokens.bar))
        half, height = (7, 9) if step == hovered else (5, 6)
        corners = (QPointF(x - half, base - height), QPointF(x + half, base - height), QPointF(x, base + 1))
        painter.drawPolygon(QPolygonF(corners))
