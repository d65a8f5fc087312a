"""What is painted over cells: crosses, the chosen cell, and "you are here"."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter

from explainer.plots.base.colours import pen
from explainer.theme.tokens import DARK, LIGHT, Tokens

_INK, _PAPER = DARK.bar, LIGHT.card
"""Marks are light with a dark rim in both themes, for they lie on colours of every lightness."""


def paint_crosses(painter: QPainter, places: Iterable[QPointF], box: QRectF, tokens: Tokens) -> None:
    """Paint crosses at the places that lie within the box."""
    inside, arm = [at for at in places if box.contains(at)], tokens.size(5)
    for ink, width in ((_INK, 4.0), (_PAPER, 2.0)):
        painter.setPen(pen(ink, width))
        for at in inside:
            painter.drawLine(at - QPointF(arm, 0), at + QPointF(arm, 0))
            painter.drawLine(at - QPointF(0, arm), at + QPointF(0, arm))


def paint_cell(painter: QPainter, box: QRectF, tokens: Tokens) -> None:
    """Outline a cell."""
    painter.setPen(pen(tokens.text, 1.5))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(box)


def paint_frame(painter: QPainter, box: QRectF) -> None:
    """Frame the chosen cell, around its number."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for ink, width in ((_INK, 4.0), (_PAPER, 2.0)):
        painter.setPen(pen(ink, width))
        painter.drawRect(box)


def paint_marker(painter: QPainter, at: QPointF, box: QRectF, tokens: Tokens) -> None:
    """Paint a dot; one that lies beside the box is a hollow ring on its edge."""
    inside = box.adjusted(-0.5, -0.5, 0.5, 0.5).contains(at)
    at = QPointF(min(max(at.x(), box.left()), box.right()), min(max(at.y(), box.top()), box.bottom()))
    radius = tokens.size(6)
    painter.setPen(pen(_INK, 4.0))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawEllipse(at, radius, radius)
    painter.setPen(pen(_PAPER, 2.0))
    painter.setBrush(QColor(_PAPER) if inside else Qt.BrushStyle.NoBrush)
    painter.drawEllipse(at, radius, radius)
