"""A part painted by hand: what stays is kept as an image, what is lit is painted over it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QMouseEvent, QPainter, QPaintEvent, QPixmap, QResizeEvent
from PySide6.QtWidgets import QWidget

from explainer.contract.scene import Scene
from explainer.plots.base.colours import colour, pen, small_font
from explainer.plots.base.painting import is_vector, pixel_ratio
from explainer.plots.base.read_out import ReadOut
from explainer.plots.part import Part, Place
from explainer.plots.picture import Steering
from explainer.theme.tokens import BODY, CAPTION, Tokens

VEIL = 0.6
"""How far what is about to be replaced is veiled."""


class PaintedPart(Part):
    """A kind paints in :meth:`paint_still`, marking where each place is, and lights in :meth:`paint_over`."""

    def __init__(self, told: Any, scene: Scene, steering: Steering, parent: QWidget | None = None) -> None:
        super().__init__(told, scene, steering, parent)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.corner = ReadOut(self)
        self.corner_right, self.corner_below = True, False
        """Which corner the reading stands in."""
        self._boxes: list[tuple[QRectF, Mapping[str, int]]] = []
        self._marked = False
        """Whether the boxes are those of what is to be drawn now."""
        self._ratio = 1.0
        self._still: QPixmap | None = None
        self._fonts: dict[tuple[float, bool], QFont] = {}
        self._pressed: QPointF | None = None
        self.pointer = QPointF(-1, -1)
        """Where the pointer was last, in pixels."""

    # places

    def mark(self, box: QRectF, **lights: int) -> None:
        """Say, while painting what stays, where a place is; later ones lie above earlier ones."""
        self._boxes.append((box, lights))

    def mark_at(self, box: QRectF, lights: Mapping[str, int]) -> None:
        """Say the same for dimensions whose names are no words of Python."""
        self._boxes.append((box, lights))

    @property
    def placed(self) -> Sequence[tuple[QRectF, Mapping[str, int]]]:
        """Where the places are of what is drawn now: a pointer may ask before it has been painted."""
        if not self._marked:
            self.still(self._ratio)
        return self._boxes

    def lights_at(self, point: QPointF) -> Mapping[str, int] | None:
        """Return which places are at a pixel."""
        return next((lights for box, lights in reversed(self.placed) if box.contains(point)), None)

    def box_of(self, lights: Mapping[str, int]) -> QRectF | None:
        """Return where a place is."""
        return next((box for box, each in self.placed if each == lights), None)

    def marks(self) -> Sequence[Place]:
        """Return the middle of every place."""
        return [Place(box.center().toPoint(), lights) for box, lights in self.placed]

    # painting

    def paint_still(self, painter: QPainter, width: float, height: float) -> None:
        """Paint what stays while the pointer moves; mark the places."""

    def paint_over(self, painter: QPainter, width: float, height: float) -> None:
        """Paint what is lit."""

    def changed(self) -> None:
        """Have everything painted again."""
        self._still, self._marked = None, False
        self.update()

    def still(self, ratio: float = 1.0) -> QPixmap:
        """Return what stays, as an image."""
        self._ratio = ratio
        if self._still is None or self._still.devicePixelRatio() != ratio:
            made = QPixmap(max(1, round(self.width() * ratio)), max(1, round(self.height() * ratio)))
            made.setDevicePixelRatio(ratio)
            made.fill(colour(self.tokens.card))
            painter = QPainter(made)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self._paint_safely(painter, self._paint_still)
            painter.end()
            self._still = made
        return self._still

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt: paint; an exception goes to the hook that reports it."""
        if self.width() < 2 or self.height() < 2:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if is_vector(painter):
            painter.fillRect(self.rect(), colour(self.tokens.card))
            self._paint_safely(painter, self._paint_still)
        else:
            painter.drawPixmap(0, 0, self.still(pixel_ratio(painter)))
        if self.now is not None and not self.empty:
            if self.busy:
                painter.fillRect(self.rect(), colour(self.tokens.card, VEIL))
            self._paint_safely(painter, self.paint_over)
        if self.hasFocus():
            painter.setPen(pen(self.tokens.accent))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
        painter.end()

    def _paint_safely(self, painter: QPainter, paint: Callable[[QPainter, float, float], None]) -> None:
        painter.save()
        try:
            paint(painter, self.width(), self.height())
        except Exception:  # noqa: BLE001 - reported by the hook, as every exception is
            sys.excepthook(*sys.exc_info())
        painter.restore()

    def _paint_still(self, painter: QPainter, width: float, height: float) -> None:
        self._boxes, self._marked = [], True
        if self.now is None or self.empty:
            self.say_nothing(painter, self.busy or getattr(self.now, "none", ""))
        else:
            self.paint_still(painter, width, height)

    def say_nothing(self, painter: QPainter, text: str) -> None:
        """Say in the middle why there is nothing to see."""
        painter.setFont(self.font_of(BODY))
        painter.setPen(colour(self.tokens.muted))
        flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
        painter.drawText(self.rect().adjusted(16, 8, -16, -8), flags, text)

    def font_of(self, size: float = CAPTION, bold: bool = False) -> QFont:
        """Return the font of a size in pixels."""
        if (size, bold) not in self._fonts:
            self._fonts[size, bold] = small_font(self.tokens, self.font(), size, bold)
        return self._fonts[size, bold]

    # the pointer

    def lights_changed(self) -> None:
        """Have what is lit painted again, over what stays."""
        self.update()

    def show_reading(self, text: str) -> None:
        """Show the reading in a corner."""
        self.corner.setFont(self.font_of())
        if self.corner.say(text):
            self._settle()

    def _settle(self) -> None:
        self.corner.settle(self.rect(), right=self.corner_right, below=self.corner_below)

    def clicked(self, lights: Mapping[str, int]) -> None:
        """React to a click on a place."""

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Qt: light the place under the pointer."""
        self.hover_at(event.position())

    def hover_at(self, place: QPointF) -> None:
        """Light what is at a pixel."""
        self.pointer = place
        self.point_at(self.lights_at(place))

    def point_at(self, lights: Mapping[str, int] | None) -> None:
        """Light these places, None for none."""
        if lights is None:
            self.darken()
        else:
            self.shine_at({**dict.fromkeys(self.dims), **lights})

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Qt: remember where the button was pressed."""
        self._pressed = event.position() if event.button() == Qt.MouseButton.LeftButton else None

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Qt: a click, where the button was pressed and let go on the same place."""
        pressed, self._pressed, self.pointer = self._pressed, None, event.position()
        found = self.lights_at(event.position())
        if pressed is not None and found is not None and self.lights_at(pressed) == found:
            self.point_at(found)
            self.clicked(found)

    def leaveEvent(self, event: QEvent) -> None:
        """Qt: the pointer is gone."""
        super().leaveEvent(event)
        if not self.hasFocus():
            self.darken()

    def go(self, down: int, right: int) -> None:
        """Go to the nearest place in a direction, with the arrow keys."""
        boxes = self.placed
        if not boxes:
            return
        here = self.box_of(self.own_lights())
        if here is None:
            self.point_at(boxes[0][1])
            return
        start = here.center()
        ahead = [
            (abs(gone.x()) + abs(gone.y()) + 2 * abs(gone.y() if right else gone.x()), number)
            for number, (box, _) in enumerate(boxes)
            if (gone := box.center() - start).x() * right + gone.y() * down > 1
        ]
        if ahead:
            self.point_at(boxes[min(ahead)[1]][1])

    def own_lights(self) -> Mapping[str, int]:
        """Return which places are lit, as they are marked here."""
        for _, lights in self.placed:
            if lights and all(self.lit.get(name) == place for name, place in lights.items()):
                return lights
        return {}

    def press(self) -> None:
        """Press the place that the keys are on."""
        lights = self.own_lights()
        if lights:
            self.clicked(lights)

    # looks

    def apply_theme(self, tokens: Tokens) -> None:
        """Take the colours and sizes of a theme."""
        self._fonts.clear()
        super().apply_theme(tokens)

    def changeEvent(self, event: QEvent) -> None:
        """Qt: another font for everything."""
        if event.type() == QEvent.Type.FontChange:
            self._fonts = {}
            self.changed()
        super().changeEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Qt: paint anew for another size."""
        super().resizeEvent(event)
        self._still, self._marked = None, False
        self._settle()
