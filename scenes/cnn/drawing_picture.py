"""Paper for the mouse: what is drawn here goes through the network while it trains."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import ClassVar

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QMouseEvent, QPainter
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from explainer.contract.frame import Frame
from explainer.plots.base.colours import pen
from explainer.plots.picture import Picture
from explainer.scenes.cnn.buttons import link_button
from explainer.scenes.cnn.canvas import Canvas
from explainer.scenes.cnn.drawing import plane_count
from explainer.scenes.cnn.tiles import cell_rectangle, grey_tile, paint_tile
from explainer.scenes.cnn.words import image_text
from explainer.theme.tokens import Tokens

LEVELS = 16
"""Shades of ink, as in the digits."""
FINE, BRUSH = 4, 1.7
"""How many cells of the sheet go into a pixel of a digit, and how wide the brush is on it, in cells."""


class Paper(Canvas):
    """The image as the network gets it; the left button draws, the right one rubs out."""

    hint = "Left button draws, right rubs out · or drop an image file"

    def __init__(self, *words: object) -> None:
        super().__init__(*words)  # type: ignore[arg-type]
        self.ink: np.ndarray | None = None
        """The drawing (channels, height, width) from 0 to 1 while the mouse draws."""
        self._last: QPointF | None = None
        self.setCursor(Qt.CursorShape.CrossCursor)

    @property
    def sheet(self) -> QRectF:
        """Where the paper is."""
        side = min(self.area.width(), self.area.height())
        return QRectF(self.area.center().x() - side / 2, self.area.top(), side, side)

    def image(self) -> np.ndarray | None:
        """Return what is on the paper (channels, height, width)."""
        if self.ink is not None:
            return self.ink
        if self.frame is None or "image" not in self.frame.arrays:
            return None
        drawn, shown = self.frame.params.drawing, self.frame.arrays["image"]
        planes = plane_count(len(drawn))
        if not planes or planes != len(shown):
            return np.asarray(shown)
        side = math.isqrt(len(drawn) // planes)
        return np.array(drawn, np.float32).reshape(planes, side, side)

    def sheet_of(self, image: np.ndarray) -> np.ndarray:
        """Return a copy of an image to draw on: of a digit on a finer sheet."""
        assert self.frame is not None
        fine = self.frame.params.data == "digits" and image.shape[-1] == self.frame.arrays["image"].shape[-1]
        return image.repeat(FINE, 1).repeat(FINE, 2) if fine else image.copy()

    @property
    def brush(self) -> float:
        """How wide the brush is, in cells of the sheet."""
        return BRUSH if self.frame is not None and self.frame.params.data == "digits" else 1.0

    def paint(self, painter: QPainter) -> None:
        """Paint the paper with a faint grid."""
        image = self.image()
        if image is None:
            return
        sheet, shape = self.sheet, image.shape[1:]
        paint_tile(painter, sheet, grey_tile(image, self.tokens), self.tokens)
        if sheet.width() / shape[1] >= 10:
            painter.setPen(pen(self.tokens.border, 1.0, 0.6))
            for line in range(1, shape[1]):
                x = sheet.left() + line * sheet.width() / shape[1]
                painter.drawLine(QPointF(x, sheet.top()), QPointF(x, sheet.bottom()))
            for line in range(1, shape[0]):
                y = sheet.top() + line * sheet.height() / shape[0]
                painter.drawLine(QPointF(sheet.left(), y), QPointF(sheet.right(), y))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Qt: begin a stroke, on a fresh sheet where a held-out image was."""
        image = self.image()
        if image is None or self.frame is None or not self.sheet.contains(event.position()):
            return
        held_out = not self.frame.params.drawing
        blank = held_out and event.button() == Qt.MouseButton.LeftButton
        self.ink = self.sheet_of(np.zeros_like(image) if blank else image)
        self._last = event.position()
        self._stroke(event.position(), event.button() == Qt.MouseButton.RightButton)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Qt: go on with the stroke."""
        if self._last is not None and self.ink is not None:
            self._stroke(event.position(), bool(event.buttons() & Qt.MouseButton.RightButton))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Qt: end the stroke; from now on the run's own image is shown again."""
        self._last = self.ink = None

    def _stroke(self, place: QPointF, rubs: bool) -> None:
        """Put ink, or take it, along the way from the last place, and send the drawing."""
        assert self.ink is not None
        assert self._last is not None
        sheet, shape = self.sheet, self.ink.shape[1:]
        cell = cell_rectangle(sheet, shape, 0, 0).width()
        count = max(1, int(np.hypot(place.x() - self._last.x(), place.y() - self._last.y()) / cell * 3))
        ways = np.linspace(0, 1, count + 1)[:, None]
        ends = np.array([[each.x() - sheet.left(), each.y() - sheet.top()] for each in (self._last, place)]) / cell
        for x, y in ends[0] + ways * (ends[1] - ends[0]):
            dab(self.ink, x, y, rubs, self.brush)
        self._last = place
        self.update()
        numbers = (np.round(self.ink * LEVELS) / LEVELS).ravel()
        self.steering.set(drawing=tuple(numbers.tolist()), shift_x=0, shift_y=0, turn=0.0)


def dab(ink: np.ndarray, x: float, y: float, rubs: bool = False, brush: float = 1.0) -> None:
    """Put a round dab of ink onto (channels, height, width), its middle at ``x``, ``y`` in cells; or rub it out.

    Ink is full within 0.6 of the ``brush`` of the middle and fades to nothing at 1.4.
    """
    rows, columns = np.indices(ink.shape[1:])
    away = np.hypot(columns + 0.5 - x, rows + 0.5 - y) / brush
    strength = np.clip((1.4 - away) / 0.8, 0, 1).astype(ink.dtype)
    ink[:] = np.minimum(ink, 1 - strength) if rubs else np.maximum(ink, strength)


class DrawingPicture(Picture):
    """The paper, and buttons to clear it and to leave it."""

    key: ClassVar[str] = "drawing"
    title: ClassVar[str] = "Draw your own"
    about: ClassVar[str] = "Draw with the mouse and watch it go through the network while it trains"
    arrays: ClassVar[Sequence[str]] = ("image", "probabilities", "classes", "label")
    weight: ClassVar[float] = 1.6

    def build(self) -> None:
        """Make the paper and the buttons."""
        self.frame: Frame | None = None
        self.paper = Paper("paper", self.steering, self)
        self.clear = link_button(self, "clear-drawing", "Empty sheet", "Begin with an empty sheet")
        self.clear.clicked.connect(self._clear)
        self.leave = link_button(
            self, "leave-drawing", "Back to the held-out images", "Send a held-out image through again"
        )
        self.leave.clicked.connect(lambda: self.steering.set(drawing=()))
        row = QHBoxLayout()
        row.setContentsMargins(8, 0, 8, 0)
        row.addWidget(self.clear)
        row.addStretch(1)
        row.addWidget(self.leave)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addLayout(row)
        layout.addWidget(self.paper, 1)

    def draw(self, frame: Frame) -> None:
        """Show a frame."""
        self.frame = frame
        self.paper.draw(frame)
        self.leave.setVisible(bool(frame.params.drawing))
        words = image_text(frame) if frame.params.drawing else self.title
        if words != self.accessibleName():
            self.setAccessibleName(words)
            self.title_changed.emit(words)

    def _clear(self) -> None:
        image = self.paper.image()
        if image is not None:
            empty = self.paper.sheet_of(np.zeros_like(image))
            self.steering.set(drawing=(0.0,) * empty.size, shift_x=0, shift_y=0, turn=0.0)

    def apply_theme(self, tokens: Tokens) -> None:
        """Take the colours of a theme."""
        super().apply_theme(tokens)
        self.paper.apply_theme(tokens)

    def summary(self) -> str:
        """Return what the drawing is taken for."""
        return image_text(self.frame) if self.frame is not None else self.title
