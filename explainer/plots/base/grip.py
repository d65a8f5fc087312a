"""Something in a plot that can be taken with the pointer and dragged."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QPointF, Qt
from PySide6.QtWidgets import QAbstractScrollArea


@dataclass
class Grip:
    """Where a plot can be taken hold of; all callbacks receive data coordinates.

    ``distance`` returns how far a point in pixels is from it; within ``reach`` it is taken.
    """

    distance: Callable[[float, float], float]
    moved: Callable[[float, float], None]
    released: Callable[[float, float], None]
    reach: float = 14.0
    cursor: Qt.CursorShape = Qt.CursorShape.OpenHandCursor
    enabled: bool = True


class Hold:
    """The grips of a plot, of which one can be held; ``plot`` shows the cursor."""

    def __init__(self, plot: QAbstractScrollArea) -> None:
        self.grips: list[Grip] = []
        self.held: Grip | None = None
        self._hovered: Grip | None = None
        self._plot = plot

    def at(self, place: QPointF) -> Grip | None:
        """Return the nearest grip within reach of a pixel of the pane."""
        near = [(grip.distance(place.x(), place.y()), grip) for grip in self.grips if grip.enabled]
        near = [(distance, grip) for distance, grip in near if distance <= grip.reach]
        return min(near, key=lambda pair: pair[0])[1] if near else None

    def take(self, place: QPointF) -> bool:
        """Take hold of the grip at a pixel, and return whether there is one."""
        self.held = self.at(place)
        if self.held is not None:
            closed = self.held.cursor == Qt.CursorShape.OpenHandCursor
            self._plot.viewport().setCursor(Qt.CursorShape.ClosedHandCursor if closed else self.held.cursor)
        return self.held is not None

    def move(self, x: float, y: float) -> None:
        """Drag what is held to data coordinates."""
        if self.held is not None:
            self.held.moved(x, y)

    def release(self, x: float, y: float) -> None:
        """Let go of what is held."""
        grip, self.held = self.held, None
        if grip is not None:
            self._plot.viewport().setCursor(grip.cursor)
            grip.released(x, y)

    def hover(self, place: QPointF) -> None:
        """Show by the cursor whether something can be taken at a pixel."""
        grip = self.at(place)
        if grip is not self._hovered:
            self._hovered = grip
            self._plot.viewport().unsetCursor() if grip is None else self._plot.viewport().setCursor(grip.cursor)
