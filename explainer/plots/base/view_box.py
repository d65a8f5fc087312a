"""The pane of a plot: keeps the visible range within bounds, zooms by wheel and pans by drag."""

from __future__ import annotations

import math
from typing import Any

import pyqtgraph as pg
from PySide6.QtCore import QPointF, Qt, Signal

LARGEST = 1e150
"""Nothing beyond this is handed to pyqtgraph."""


def bounded(low: float, high: float) -> tuple[float, float]:
    """Return a finite range of some width for any two numbers."""
    low, high = (min(max(v, -LARGEST), LARGEST) if math.isfinite(v) else 0.0 for v in (low, high))
    least = max(1e-12 * max(abs(low), abs(high)), 1e-150)
    if high - low < least:
        middle, half = (low + high) / 2, max(abs(low + high) / 20, 0.5 if least == 1e-150 else least)
        return middle - half, middle + half
    return low, high


class PlainViewBox(pg.ViewBox):
    """A view box whose zooming and panning work in any range of numbers, and say that they happened."""

    moved_by_hand = Signal()
    asked_for_whole = Signal(QPointF)
    """A double click, at a point in pixels."""

    def __init__(self) -> None:
        super().__init__(enableMenu=False)
        self.disableAutoRange()
        self.free = (True, True)
        """Whether wheel and drag move x and y."""
        self.equal = False

    def wheelEvent(self, event: Any, axis: int | None = None) -> None:
        """Zoom about the pointer."""
        self.zoom(0.998 ** event.delta(), event.pos(), axis)
        event.accept()

    def zoom(self, factor: float, about: QPointF, axis: int | None = None) -> None:
        """Make the range ``factor`` times as wide, the point under ``about`` (pixels) staying put."""
        (x0, x1), (y0, y1) = self.viewRange()
        size = self.rect()
        across = about.x() / max(1.0, size.width())
        up = 1 - about.y() / max(1.0, size.height())
        x = y = factor
        if not self.free[0] or (axis == 1 and not self.equal):
            x = 1.0
        if not self.free[1] or (axis == 0 and not self.equal):
            y = 1.0
        at_x, at_y = x0 + (x1 - x0) * across, y0 + (y1 - y0) * up
        self.look_at(at_x + (x0 - at_x) * x, at_x + (x1 - at_x) * x, at_y + (y0 - at_y) * y, at_y + (y1 - at_y) * y)
        self.moved_by_hand.emit()

    def mouseDragEvent(self, event: Any, axis: int | None = None) -> None:
        """Pan with the left or the middle button."""
        if event.button() not in (Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton):
            event.ignore()
            return
        event.accept()
        (x0, x1), (y0, y1) = self.viewRange()
        gone = event.pos() - event.lastPos()
        dx = -gone.x() * (x1 - x0) / max(1.0, self.rect().width()) if self.free[0] and axis != 1 else 0.0
        dy = gone.y() * (y1 - y0) / max(1.0, self.rect().height()) if self.free[1] and axis != 0 else 0.0
        self.look_at(x0 + dx, x1 + dx, y0 + dy, y1 + dy)
        self.moved_by_hand.emit()

    def mouseClickEvent(self, event: Any) -> None:
        """Say that a double click was made; single clicks pass on."""
        if event.double() and event.button() == Qt.MouseButton.LeftButton:
            event.accept()
            self.asked_for_whole.emit(event.pos())
        else:
            event.ignore()

    def look_at(self, x0: float, x1: float, y0: float, y1: float) -> None:
        """Show a range of view coordinates, kept within bounds."""
        x, y = bounded(x0, x1), bounded(y0, y1)
        if [list(x), list(y)] != self.viewRange():
            self.setRange(xRange=x, yRange=y, padding=0, disableAutoRange=True)
