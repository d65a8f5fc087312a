"""A loss surface as shaded hills with balls and trails on it: drag to orbit, wheel to zoom."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QWidget

from explainer.plots.base.colours import colour, pen, small_font
from explainer.plots.base.painting import is_vector, pixel_ratio
from explainer.plots.relief.camera import Camera, Projection
from explainer.plots.relief.height_field import HeightField
from explainer.plots.relief.surface_image import Look, Scenery, paint_scenery, scenery_image
from explainer.plots.relief.surface_runners import (
    Ball,
    Pieces,
    nearest_step,
    paint_balls,
    paint_step,
    paint_trail,
    places_of,
)
from explainer.plots.relief.trails import draped
from explainer.theme.tokens import BODY, DARK, Tokens

_DEGREES_PER_PIXEL = 0.4
_KEYS = {
    Qt.Key.Key_Left: (-5.0, 0.0),
    Qt.Key.Key_Right: (5.0, 0.0),
    Qt.Key.Key_Up: (0.0, 4.0),
    Qt.Key.Key_Down: (0.0, -4.0),
}
_ZOOMS = {Qt.Key.Key_Plus: 1.15, Qt.Key.Key_Equal: 1.15, Qt.Key.Key_Minus: 1 / 1.15}
_BUDGET = 600
"""Steps drawn of all trails together."""
_SAMPLES = 32
_IN_A_FILE = 3.0
"""Pixels of the shaded quads to one of the widget where everything else stays lines and words."""
__all__ = ["Ball", "SurfacePlot"]

COMPRESSED = "height: log₁₀(1 + L − min)"


class SurfacePlot(QWidget):
    """Shaded quads painted with QPainter; while the camera rests only balls and trails are repainted."""

    camera_changed = Signal()
    step_hovered = Signal(object)
    """The step of a trail that the pointer is on, None when it leaves the trails."""

    def __init__(self, parent: QWidget | None = None, titles: tuple[str, str, str] = ("x", "y", "L")) -> None:
        super().__init__(parent)
        self.setObjectName("surface_plot")
        self.setAccessibleName("Surface")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumSize(160, 120)
        self.tokens, self.map_name, self.camera = DARK, "depth", Camera()
        self._titles = titles
        self._scenery: Scenery | None = None
        self._balls: Sequence[Ball] = ()
        self._pieces: list[Pieces] = []
        self._lit: int | None = None
        self._still: QImage | None = None
        self._hidden: np.ndarray = np.zeros((2, 2), bool)
        self._held: QPoint | None = None
        self._hovered: int | None = None
        self.setMouseTracking(True)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)

    @property
    def field(self) -> HeightField | None:
        """The heights on show, None before the first surface."""
        return self._scenery.field if self._scenery else None

    def sizeHint(self) -> QSize:
        """Return Qt's size hint."""
        return QSize(480, 320)

    def set_surface(self, x: np.ndarray, y: np.ndarray, values: np.ndarray) -> None:
        """Show losses (y, x) over evenly spaced x and y, at least two each; nothing happens if they are the same."""
        known = self.field
        if known is not None and _same(known, x, y, values):
            return
        if len(x) < 2 or len(y) < 2 or np.shape(values) != (len(y), len(x)):
            raise ValueError(
                f"a surface needs values of shape (len(y), len(x)), at least (2, 2), not {np.shape(values)}"
            )
        self._scenery = Scenery(HeightField(x, y, values), self._titles)
        self.set_balls(self._balls)
        self._forget()

    def set_titles(self, titles: tuple[str, str, str]) -> None:
        """Name the axes x, y and height."""
        if titles != self._titles:
            self._titles = titles
            if self._scenery is not None:
                self._scenery.titles = titles
            self._forget()

    def set_balls(self, balls: Sequence[Ball]) -> None:
        """Show runners with their trails."""
        self._balls = balls
        if self._scenery is not None:
            most = max(60, _BUDGET // max(1, len(balls)))
            self._pieces = [draped(self._scenery.field, ball.path, most) for ball in balls]
        self.update()

    def light_step(self, step: int | None) -> None:
        """Mark where every runner was at a step, None for no mark."""
        self._lit = step
        self.update()

    def set_camera(self, camera: Camera) -> None:
        """Look from elsewhere."""
        if camera != self.camera:
            self.camera = camera
            self._forget()
            self.camera_changed.emit()

    def apply_theme(self, tokens: Tokens) -> None:
        """Take the colours of a theme."""
        self.tokens = tokens
        self._forget()

    def projection(self) -> Projection:
        """Return how the box falls on this widget now."""
        extent = self.field.extent if self.field else (1.0, 1.0, 1.0)
        return Projection(self.camera, extent, self.width(), self.height(), self.tokens.size(26))

    def hidden_balls(self) -> list[bool]:
        """Return for each ball whether a hill hides it; False where it is outside the surface."""
        if self.field is None or not self._balls:
            return []
        return self.field.hidden(places_of(self._balls, self.field), self.projection().eye).tolist()

    def _forget(self) -> None:
        self._still = None
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the still part if it has changed, then balls and trails over it."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(small_font(self.tokens, self.font()))
        if self._scenery is None:
            painter.fillRect(self.rect(), QColor(self.tokens.canvas))
            self._say(painter, "the surface appears with the first step")
            return
        still = self._still_image(pixel_ratio(painter))
        if is_vector(painter):
            self._paint_scenery(painter)
        else:
            painter.drawImage(0, 0, still)
        projection, field = self.projection(), self._scenery.field
        for ball, pieces in zip(self._balls, self._pieces, strict=True):
            paint_trail(painter, ball, pieces, field, projection, self._hidden)
        if self._lit is not None:
            paint_step(painter, self._balls, self._lit, field, projection, self.tokens)
        paint_balls(painter, self._balls, field, projection, self.tokens)
        self._paint_words(painter)

    def _paint_scenery(self, painter: QPainter) -> None:
        """Paint the still part as what it is, the shaded quads as an image in it."""
        assert self._scenery is not None
        look = Look(self.size(), _IN_A_FILE, self.tokens, painter.font(), self.map_name)
        painter.fillRect(self.rect(), QColor(self.tokens.canvas))
        paint_scenery(painter, self._scenery, self.projection(), self._hidden, look)

    def _still_image(self, ratio: float) -> QImage:
        if self._still is None or self._still.size() != self.size() * ratio:
            assert self._scenery is not None
            projection, field = self.projection(), self._scenery.field
            grid = field.grid()
            self._hidden = field.hidden(grid.reshape(-1, 3), projection.eye, _SAMPLES).reshape(grid.shape[:2])
            font, fine = small_font(self.tokens, self.font()), self._held is None
            look = Look(self.size(), ratio, self.tokens, font, self.map_name, fine)
            self._still = scenery_image(self._scenery, projection, self._hidden, look)
        return self._still

    def _paint_words(self, painter: QPainter) -> None:
        painter.setPen(colour(self.tokens.muted))
        frame = QRectF(self.rect()).adjusted(10, 8, -10, -8)
        assert self.field is not None
        if self.field.compressed:
            painter.drawText(frame, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop, COMPRESSED)
        if not np.isfinite(self.field.values).any():
            self._say(painter, "no finite loss in this part of the plane")
        places = places_of(self._balls, self.field)
        gone = [ball.label for ball, place in zip(self._balls, places, strict=True) if not np.isfinite(place).all()]
        if gone:
            painter.drawText(
                frame, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignBottom, "outside: " + ", ".join(gone)
            )
        if self.hasFocus():
            painter.setPen(pen(self.tokens.accent, 1.0))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)

    def _say(self, painter: QPainter, text: str) -> None:
        painter.setFont(small_font(self.tokens, self.font(), BODY))
        painter.setPen(colour(self.tokens.muted))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, text)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take hold of the surface."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._held = event.position().toPoint()
            self.setCursor(Qt.CursorShape.ClosedHandCursor)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Orbit by the pointer's way."""
        if self._held is not None:
            way = event.position().toPoint() - self._held
            self._held = event.position().toPoint()
            self.set_camera(self.camera.orbited(-way.x() * _DEGREES_PER_PIXEL, way.y() * _DEGREES_PER_PIXEL))
        else:
            self._hover(self.nearest_step(event.position()))

    def leaveEvent(self, event: QEvent) -> None:
        """Light no step."""
        self._hover(None)
        super().leaveEvent(event)

    def _hover(self, step: int | None) -> None:
        if step != self._hovered:
            self._hovered = step
            self.step_hovered.emit(step)

    def nearest_step(self, at: QPointF) -> int | None:
        """Return the step whose place on a trail is nearest to a pixel, None beyond ten pixels."""
        return nearest_step(self._balls, at, self.field, self.projection()) if self.field else None

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go, and paint finely again."""
        self._held = None
        self.unsetCursor()
        self._forget()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Return to where the surface is first seen from."""
        self.set_camera(Camera())

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom; a notch is a tenth."""
        self.set_camera(self.camera.zoomed(1.1 ** (event.angleDelta().y() / 120)))
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Orbit with the arrows, zoom with + and −, reset with Home; other keys pass on."""
        key = Qt.Key(event.key())
        if key in _KEYS and event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier):
            self.set_camera(self.camera.orbited(*_KEYS[key]))
        elif key in _ZOOMS:
            self.set_camera(self.camera.zoomed(_ZOOMS[key]))
        elif key == Qt.Key.Key_Home:
            self.set_camera(Camera())
        else:
            super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        """Repaint everything when the font changes."""
        if event.type() == QEvent.Type.FontChange:
            self._forget()
        super().changeEvent(event)


def _same(known: HeightField, x: np.ndarray, y: np.ndarray, values: np.ndarray) -> bool:
    return (
        np.array_equal(known.x, x)
        and np.array_equal(known.y, y)
        and np.array_equal(known.given, np.asarray(values, float), equal_nan=True)
    )
