"""How far one is in a lesson: one dot a step, each of them a way there."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from explainer.stage.translation import tr
from explainer.theme.tokens import DARK, Tokens

__all__ = ["StepDots"]

_PITCH, _HEIGHT = 14, 20


class StepDots(QWidget):
    """Dots for the steps, the present one long and in the accent colour; a click asks for its step."""

    asked = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("step-dots")
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setMouseTracking(True)
        self._tokens, self._at = DARK, 0
        self._titles: tuple[str, ...] = ()

    def set_steps(self, titles: tuple[str, ...], at: int) -> None:
        """Show these steps, the one at index ``at`` as the present one."""
        self._titles, self._at = titles, at
        self.setAccessibleName(tr("step {place} of {count}").format(place=at + 1, count=len(titles)))
        self.setToolTip(tr("Step {place} of {count}").format(place=at + 1, count=len(titles)))
        self.updateGeometry()
        self.update()

    def apply_theme(self, tokens: Tokens) -> None:
        """Take colours and scale."""
        self._tokens = tokens
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """Qt: room for every dot, the present one longer."""
        return QSize(round(self._tokens.size(_PITCH) * self._count), self._tokens.size(_HEIGHT))

    def minimumSizeHint(self) -> QSize:
        """Qt: in a narrow panel the dots stand closer."""
        return QSize(self._tokens.size(64), self._tokens.size(_HEIGHT))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Qt: name the step under the pointer."""
        index = self._index(event.position())
        if index is not None:
            self.setToolTip(f"{index + 1}. {self._titles[index]}")

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Qt: ask for the step under the pointer."""
        index = self._index(event.position())
        if index is not None:
            self.asked.emit(index)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt: draw the dots."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        radius = self._tokens.size(6) / 2
        for index in range(len(self._titles)):
            painter.setBrush(QColor(self._tokens.accent if index == self._at else self._tokens.faint))
            dot = self._dot(index, radius)
            painter.drawRoundedRect(dot, dot.height() / 2, dot.height() / 2)

    @property
    def _count(self) -> float:
        """The number of dots, the present one's greater length included."""
        return len(self._titles) + 0.6

    def _dot(self, index: int, radius: float) -> QRectF:
        """Return where a dot is; the row ends at the right edge."""
        pitch = min(self._tokens.size(_PITCH), self.width() / self._count)
        radius = min(radius, 0.4 * pitch)
        left = self.width() - pitch * (self._count - index - (0.6 if index > self._at else 0))
        length = 2 * radius + (0.6 * pitch if index == self._at else 0)
        return QRectF(left, self.height() / 2 - radius, length, 2 * radius)

    def _index(self, place: QPointF) -> int | None:
        for index in range(len(self._titles)):
            dot = self._dot(index, self._tokens.size(6) / 2)
            if dot.left() - 4 <= place.x() <= dot.right() + 4:
                return index
        return None
