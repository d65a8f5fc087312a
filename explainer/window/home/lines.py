"""Words set into a few lines of a given width, the last one cut short where they do not fit."""

from __future__ import annotations

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QTextLayout, QTextOption


class Lines:
    """Set words; measured when they are made, drawn as often as one likes."""

    def __init__(self, words: str, font: QFont, width: float, most: int) -> None:
        self._font, self._metrics = font, QFontMetricsF(font)
        self._lines = self._set(words, width, most)

    @property
    def height(self) -> float:
        """The pixels that all lines take."""
        return len(self._lines) * self._metrics.lineSpacing()

    def draw(self, painter: QPainter, place: QPointF) -> None:
        """Draw the lines, the first one's upper left corner at ``place``."""
        painter.setFont(self._font)
        for row, line in enumerate(self._lines):
            painter.drawText(place + QPointF(0, row * self._metrics.lineSpacing() + self._metrics.ascent()), line)

    def _set(self, words: str, width: float, most: int) -> list[str]:
        layout = QTextLayout(words, self._font)
        option = QTextOption()
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        layout.setTextOption(option)
        layout.beginLayout()
        found: list[str] = []
        while len(found) < most and (line := layout.createLine()).isValid():
            line.setLineWidth(max(1.0, width))
            rest = words[line.textStart() :]
            last = len(found) == most - 1
            shown = rest if last else rest[: line.textLength()]
            found.append(self._metrics.elidedText(shown.strip(), Qt.TextElideMode.ElideRight, width) if last else shown)
        layout.endLayout()
        return [line.strip() for line in found]
