"""A glass over a card's plot that is clicked where something is expected to end."""

from __future__ import annotations

import math

from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, Qt, Signal
from PySide6.QtGui import QColor, QFont, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QWidget

from explainer.plots.base.axes import Axes
from explainer.stage.translation import tr
from explainer.theme.tokens import CAPTION, DARK, Tokens

__all__ = ["Aim"]

SIZE = 9
"""Half the size of a mark in pixels, before scaling."""
STRIDE = 8
"""Pixels that an arrow key moves the mark; one with Shift."""
KEYS = {
    Qt.Key.Key_Left: QPoint(-1, 0),
    Qt.Key.Key_Right: QPoint(1, 0),
    Qt.Key.Key_Up: QPoint(0, -1),
    Qt.Key.Key_Down: QPoint(0, 1),
}


class Aim(QWidget):
    """Lies over a plot, takes its clicks, and marks one's own place (a diamond) and the true one (a disc)."""

    placed = Signal()

    def __init__(self, axes: Axes) -> None:
        super().__init__(axes)
        self.setObjectName("aim")
        self.setAccessibleName(tr("Where will it end? Move the mark with the arrow keys."))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self._axes, self._tokens = axes, DARK
        self.place: tuple[float, float] | None = None
        """The place that was pointed at, in the plot's units."""
        self.true: tuple[float, float] | None = None
        self.setGeometry(axes.rect())
        axes.installEventFilter(self)
        axes.view_changed.connect(self.update)
        self.show()
        self.raise_()

    @property
    def diagonal(self) -> float:
        """The length across the visible part of the plot."""
        x0, x1, y0, y1 = self._axes.visible()
        return math.hypot(x1 - x0, y1 - y0)

    def set_locked(self, locked: bool) -> None:
        """Let clicks through to the plot, or take them again."""
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents, locked)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus if locked else Qt.FocusPolicy.StrongFocus)

    def show_true(self, x: float, y: float) -> None:
        """Mark where it ended."""
        self.true = x, y
        self.update()

    def apply_theme(self, tokens: Tokens) -> None:
        """Take colours and scale."""
        self._tokens = tokens
        self.update()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Qt: stay as large as the plot."""
        if event.type() == QEvent.Type.Resize:
            self.setGeometry(self._axes.rect())
        return super().eventFilter(watched, event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Qt: take this place."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._point_at(event.position())

    def event(self, event: QEvent) -> bool:
        """Qt: the arrows are for this, and not for the run, while it has the focus."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and event.key() in KEYS:
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt: arrows move the mark."""
        if event.key() not in KEYS:
            super().keyPressEvent(event)
            return
        stride = 1 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else STRIDE
        self._point_at(QPointF(self._where(self.place) + KEYS[Qt.Key(event.key())] * stride))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt: the marks, and the line between them."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        font = QFont(self.font())
        font.setPixelSize(self._tokens.size(CAPTION))
        painter.setFont(font)
        if self.place is None:
            self._paint_words(painter, QPointF(self.rect().center()), tr("Click where it will end"))
            return
        own = QPointF(self._where(self.place))
        if self.true is not None:
            end = QPointF(self._where(self.true))
            painter.setPen(QPen(QColor(self._tokens.text), 1.5, Qt.PenStyle.DotLine))
            painter.drawLine(own, end)
            painter.setPen(QPen(QColor(self._tokens.window), 2.0))
            painter.setBrush(QColor(self._tokens.good))
            painter.drawEllipse(end, self._tokens.size(SIZE) * 0.8, self._tokens.size(SIZE) * 0.8)
            self._paint_words(painter, end + QPointF(0, -2.4 * SIZE), tr("the run"))
        self._paint_diamond(painter, own)
        self._paint_words(painter, own + QPointF(0, 2.4 * SIZE), tr("you"))

    def _paint_diamond(self, painter: QPainter, place: QPointF) -> None:
        half = float(self._tokens.size(SIZE))
        corners = [QPointF(0, -half), QPointF(half, 0), QPointF(0, half), QPointF(-half, 0)]
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for colour, width in ((self._tokens.window, 5.0), (self._tokens.text, 2.0)):
            painter.setPen(QPen(QColor(colour), width))
            painter.drawPolygon(QPolygonF([place + corner for corner in corners]))

    def _paint_words(self, painter: QPainter, place: QPointF, words: str) -> None:
        box = painter.fontMetrics().boundingRect(words).adjusted(-6, -3, 6, 3)
        box.moveCenter(place.toPoint())
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self._tokens.raised))
        painter.drawRoundedRect(box, 4, 4)
        painter.setPen(QColor(self._tokens.text))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, words)

    def _where(self, place: tuple[float, float] | None) -> QPoint:
        return self.rect().center() if place is None else self._axes.widget_position(*place)

    def _point_at(self, position: QPointF) -> None:
        pane = self._axes.pane_position(position)
        if not self._axes.boundless(pane):
            return
        self.place = self._axes.from_pixels(pane.x(), pane.y())
        self.setFocus(Qt.FocusReason.OtherFocusReason)
        self.update()
        self.placed.emit()
