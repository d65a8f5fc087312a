"""What the pictures made of bars share."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter

from explainer.plots.base.colours import colour
from explainer.plots.painted import PaintedPicture

LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
CENTRE = Qt.AlignmentFlag.AlignCenter


class Bars(PaintedPicture):
    """A picture of bars along lines or columns."""

    def bar(self, painter: QPainter, box: QRectF, fill: QColor) -> None:
        """Paint a bar."""
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(fill)
        painter.drawRoundedRect(box, 2, 2)

    def share(self, painter: QPainter, box: QRectF, share: float, fill: QColor) -> None:
        """Paint a bar that fills a share, from 0 to 1, of a track; a share above 0 is seen."""
        self.bar(painter, box, colour(self.tokens.raised))
        if share > 0:
            self.bar(painter, QRectF(box.left(), box.top(), max(2.0, box.width() * share), box.height()), fill)

    def words(
        self, painter: QPainter, box: QRectF, how: Qt.AlignmentFlag, text: str, token: str, size: int = 12
    ) -> None:
        """Write a word or number, as much of it as finds room."""
        painter.setFont(self.font_of(size))
        painter.setPen(colour(token))
        shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, int(box.width()) + 1)
        painter.drawText(box, how, shown)

    def rows(self, count: int, height: float, most: float, least: float = 17.0) -> tuple[int, float]:
        """Return how many of so many lines find room in a height, and the height of one: at most ``most``."""
        found = min(count, max(1, int(height / self.tokens.size(least))))
        return found, min(float(self.tokens.size(most)), height / max(1, found))
