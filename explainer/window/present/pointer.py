"""A pointer that the last row can follow: an arrow in a coloured disc, drawn by the system, which costs no repaint."""

from __future__ import annotations

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QCursor, QPainter, QPen, QPolygonF

from explainer.plots.base.blank import blank_pixmap
from explainer.theme.tokens import Tokens

SIDE = 64
"""Pixels of the picture: larger ones are cut off by some systems."""
_ARROW = ((0, 0), (0, 19), (4.5, 15), (7.5, 22), (10.5, 20.7), (7.6, 13.9), (13.5, 13.5))


def bright_cursor(tokens: Tokens, ratio: float = 1.0) -> QCursor:
    """Return the cursor in the colours of a theme, for a screen's pixel ``ratio``."""
    picture = blank_pixmap(SIDE, SIDE, ratio)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    middle = SIDE / 2
    disc = QColor(tokens.series[1])
    painter.setPen(QPen(disc, 2.5))
    disc.setAlphaF(0.3)
    painter.setBrush(disc)
    painter.drawEllipse(QPointF(middle, middle), middle - 4, middle - 4)
    painter.setPen(
        QPen(QColor("#000000"), 1.4, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)
    )
    painter.setBrush(QColor("#ffffff"))
    painter.drawPolygon(QPolygonF([QPointF(middle + x, middle + y) for x, y in _ARROW]))
    painter.end()
    return QCursor(picture, round(middle), round(middle))
