"""What a painter paints on, and many lines or boxes in one call."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import shiboken6
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPaintEngine, QPainter, QPen, QPolygonF

PLATE = 0.75
"""How much of what is drawn beneath a name it covers."""
_SHAPES = (QPaintEngine.Type.User, QPaintEngine.Type.SVG, QPaintEngine.Type.Pdf)


def is_vector(painter: QPainter) -> bool:
    """Return whether what is painted is kept as shapes and words: then paint these, not a kept image of them."""
    engine = painter.paintEngine()
    return engine is not None and engine.type() in _SHAPES


def keeps_cells(painter: QPainter) -> bool:
    """Return whether the cells of an image stay sharp wherever what is painted is seen: then one pixel each will do."""
    return bool(getattr(painter.paintEngine(), "keeps_cells", not is_vector(painter)))


def pixel_ratio(painter: QPainter) -> float:
    """Return how many pixels of the device or file stand for one of the widget's."""
    there = painter.deviceTransform()
    return math.hypot(there.m11(), there.m12()) or 1.0


def paint_name(painter: QPainter, where: QRectF, name: str, token: str, ground: str) -> None:
    """Write a name in a colour, and dim what is drawn beneath it."""
    if name:
        plate = QColor(ground)
        plate.setAlphaF(PLATE)
        painter.fillRect(where, plate)
        painter.setPen(QColor(token))
        painter.drawText(where, Qt.AlignmentFlag.AlignCenter, name)


def level_top(down: float, high: float) -> float:
    """Return where the words of a line across begin, in pixels: above the line, or below one that is near the top."""
    return down - high - 1 if down >= high + 1 else down + 1


def draw_segments(painter: QPainter, starts: np.ndarray, ends: np.ndarray) -> None:
    """Draw separate segments (n, 2) to (n, 2), already clipped.

    With a pen wider than a pixel one path of n segments takes eighty times as long as n lines.
    """
    if len(starts):
        lines = np.concatenate([starts, ends], 1, dtype=float)
        first: Any = shiboken6.wrapInstance(lines.ctypes.data, QLineF)
        painter.drawLines(first, len(lines))


def draw_outlined(painter: QPainter, corners: np.ndarray, line: QPen, ground: QColor) -> None:
    """Draw a filled polygon (n, 2) with a line along its corners, three times as fast as Qt does both at once.

    The line covers the steps at the edge of the filling.
    """
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(ground)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, is_vector(painter))
    painter.drawPolygon(QPolygonF([QPointF(x, y) for x, y in corners.tolist()]))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(line)
    draw_segments(painter, corners, np.roll(corners, -1, 0))


def draw_boxes(painter: QPainter, boxes: np.ndarray) -> None:
    """Draw rectangles (n, 4): left, top, width, height."""
    if len(boxes):
        boxes = np.ascontiguousarray(boxes, float)
        first: Any = shiboken6.wrapInstance(boxes.ctypes.data, QRectF)
        painter.drawRects(first, len(boxes))
