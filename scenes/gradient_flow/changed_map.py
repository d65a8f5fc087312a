"""Which weights of the first square layer have changed at all: one map for each network."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import ClassVar

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QImage, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from explainer.contract.frame import Frame
from explainer.plots.base.colours import blend, colour, pen, small_font
from explainer.plots.picture import Picture
from explainer.scenes.gradient_flow.explain import accuracy_words, map_layer_words
from explainer.scenes.gradient_flow.lanes import titles
from explainer.scenes.gradient_flow.quantity_words import selected
from explainer.theme.tokens import BODY, SMALL, Tokens

GAP = 16.0
_AT_ONCE = 0.45
"""How bright a weight is that changed once; one that changes at every step has its network's whole colour."""


@lru_cache
def _ramp(canvas: str, token: str) -> np.ndarray:
    """Return the colours (256,) of a weight that never changed, and of one that changed seldom to always."""
    ramp = [blend(canvas, token, 0.04)]
    ramp += [blend(canvas, token, _AT_ONCE + (1 - _AT_ONCE) * k / 254) for k in range(255)]
    return np.array([c.rgba() for c in ramp], np.uint32)


class ChangedMap(Picture):
    """A map for each network: lit weights have changed, dark ones never have."""

    key: ClassVar[str] = "changed"
    title: ClassVar[str] = "Which weights of the first layer have changed at all?"
    about: ClassVar[str] = (
        "A map of the first square layer's weights for each network: lit where an update changed them"
    )
    arrays: ClassVar[Sequence[str]] = ("each_weights_changed", "retired")
    at_first: ClassVar[bool] = True
    hint: ClassVar[str] = "hover for a weight · click selects the network"
    weight: ClassVar[float] = 1.35

    def build(self) -> None:
        """Make the maps."""
        self.frame: Frame | None = None
        self.maps = Maps(self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.maps)

    def draw(self, frame: Frame) -> None:
        """Show a frame."""
        self.frame = frame
        self.maps.show_frame(frame)
        title = f"Which weights of {map_layer_words(frame.params)} have changed at all?"
        if title != self.accessibleName():
            self.setAccessibleName(title)
            self.title_changed.emit(title)

    def apply_theme(self, tokens: Tokens) -> None:
        """Take the colours of a theme."""
        super().apply_theme(tokens)
        self.maps.apply_theme(tokens)

    def summary(self) -> str:
        """Return how many weights changed in each network."""
        return f"{self.accessibleName()} {'; '.join(self.maps.sentences())}."


class Maps(QWidget):
    """The tiles side by side."""

    def __init__(self, picture: ChangedMap) -> None:
        super().__init__(picture)
        self.picture = picture
        self.tokens = picture.tokens
        self.setObjectName("changed_maps")
        self.setAccessibleName("Weights that changed")
        self.setToolTip("Each pixel is one weight. Hover for how often it changed; click to select the network")
        self.setMouseTracking(True)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setMinimumSize(160, 100)
        self.frame: Frame | None = None
        self.counts = np.zeros((0, 1, 1), np.int64)
        self.names: Sequence[str] = ()
        self._images: list[QImage] = []
        self._pointer: tuple[int, int, int] | None = None

    def show_frame(self, frame: Frame) -> None:
        """Take the counts of a frame."""
        self.frame = frame
        counts, names = frame.arrays.get("each_weights_changed"), titles(frame.params)
        if counts is None or len(counts) != len(names):
            return
        if counts is not self.counts or frame.step != getattr(self, "_step", -1):
            self.counts, self.names, self._step = counts, names, frame.step
            self._paint_images()
        self.names = names
        self.update()

    def apply_theme(self, tokens: Tokens) -> None:
        """Take the colours of a theme."""
        self.tokens = tokens
        self._paint_images()
        self.update()

    def _paint_images(self) -> None:
        """Make an image of each map, a pixel for a weight."""
        self._images = []
        most = max(1, int(self.counts.max())) if self.counts.size else 1
        for index, counts in enumerate(self.counts):
            table = _ramp(self.tokens.canvas, self.tokens.series_colour(index))
            level = np.where(counts > 0, 1 + np.rint(counts * (254 / most)).astype(np.intp), 0)
            pixels = table[level]
            rows, columns = pixels.shape
            image = QImage(pixels.data, columns, rows, 4 * columns, QImage.Format.Format_RGB32)
            self._images.append(image.copy())

    # where things are

    def _tile(self, index: int) -> QRectF:
        """Return the rectangle of a network's weights."""
        count = max(1, len(self._images))
        rows, columns = self.counts.shape[1:]
        column = (self.width() - GAP * (count + 1)) / count
        head, foot = self.tokens.size(44 if self._name_lines == 1 else 60), self.tokens.size(24)
        room_high = max(8.0, self.height() - head - foot)
        size = min(column / columns, room_high / rows)
        ratio = self.devicePixelRatioF()
        whole = int(size * ratio) / ratio
        size = whole if whole > 0.88 * size else size
        width, height = size * columns, size * rows
        left = GAP + index * (column + GAP) + (column - width) / 2
        return QRectF(left, head + max(0.0, (room_high - height) / 2), width, height)

    @property
    def _name_lines(self) -> int:
        """Lines for a network's name: two where one is wider than its column and there is room below."""
        column = (self.width() - GAP * (len(self.names) + 1)) / max(1, len(self.names))
        metrics = QFontMetricsF(small_font(self.tokens, self.font(), BODY, bold=True))
        widest = max([metrics.horizontalAdvance(name) for name in self.names], default=0.0)
        return 2 if widest > column and self.height() > self.tokens.size(180) else 1

    def _weight_at(self, place: QPointF) -> tuple[int, int, int] | None:
        for index in range(len(self._images)):
            tile = self._tile(index)
            if tile.contains(place):
                rows, columns = self.counts.shape[1:]
                row = min(rows - 1, int((place.y() - tile.top()) / tile.height() * rows))
                column = min(columns - 1, int((place.x() - tile.left()) / tile.width() * columns))
                return index, row, column
        return None

    # words

    def heading(self, index: int) -> tuple[str, str]:
        """Return a network's name and what it has learned so far."""
        frame = self.frame
        if frame is None:
            return "", ""
        lost = frame.arrays.get("retired")
        if lost is not None and index < len(lost) and lost[index] >= 0:
            return self.names[index], f"overflowed at step {int(lost[index])}"
        return self.names[index], accuracy_words(frame, index)

    def footing(self, index: int, short: bool = False) -> str:
        """Return how many weights have changed."""
        changed, size = int((self.counts[index] > 0).sum()), self.counts[index].size
        return f"{changed:,} changed" if short else f"{changed:,} of {size:,} changed"

    def sentences(self) -> list[str]:
        """Return name, accuracy and count of each network."""
        return [", ".join(filter(None, [*self.heading(i), self.footing(i)])) for i in range(len(self._images))]

    def _below(self, index: int, short: bool = False) -> str:
        """Return what is said below a map: of the weight under the pointer, else of all."""
        if self._pointer is None or self.frame is None or self._pointer[0] != index:
            return self.footing(index, short)
        _, row, column = self._pointer
        if row >= self.counts.shape[1] or column >= self.counts.shape[2]:
            return ""
        times = f"{int(self.counts[index, row, column]):,} of {self.frame.step:,}"
        said = f"{column + 1} → {row + 1}: {times}"
        return said if short else f"input {column + 1} → unit {row + 1}: changed in {times} steps"

    # painting

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt: the tiles with their words."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), colour(self.tokens.card))
        for index, image in enumerate(self._images):
            tile = self._tile(index)
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, tile.width() < image.width())
            painter.drawImage(tile, image)
            chosen = len(self._images) > 1 and self.frame is not None and index == selected(self.frame.params)
            painter.setPen(pen(self.tokens.muted, 1.6) if chosen else pen(self.tokens.border))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(tile.adjusted(-1, -1, 1, 1) if chosen else tile)
            self._paint_words(painter, index, tile)
        painter.end()

    def _paint_words(self, painter: QPainter, index: int, tile: QRectF) -> None:
        count = max(1, len(self._images))
        column = (self.width() - GAP * (count + 1)) / count
        left = tile.left()
        wide = max(tile.width(), column - (left - (GAP + index * (column + GAP))))
        name, learned = self.heading(index)
        painter.setFont(small_font(self.tokens, self.font(), BODY, bold=True))
        line = painter.fontMetrics().height()
        painter.setPen(colour(self.tokens.series_colour(index)))
        box = QRectF(left, tile.top() - (1 + self._name_lines) * line - 4, wide, self._name_lines * line)
        flags = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignBottom
        if self._name_lines == 1:
            name = painter.fontMetrics().elidedText(name, Qt.TextElideMode.ElideRight, int(wide))
        painter.drawText(box, flags | Qt.TextFlag.TextWordWrap, name)
        painter.setPen(colour(self.tokens.text))
        painter.drawText(QRectF(left, box.bottom(), wide, line), flags, learned)
        painter.setFont(small_font(self.tokens, self.font(), SMALL))
        painter.setPen(colour(self.tokens.muted))
        words = self._below(index)
        words = words if painter.fontMetrics().horizontalAdvance(words) <= wide else self._below(index, short=True)
        box = QRectF(left, tile.bottom() + 4, wide, self.tokens.size(18))
        painter.drawText(box, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, words)

    # the pointer

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Qt: say which weight the pointer is on."""
        found = self._weight_at(event.position())
        if found != self._pointer:
            self._pointer = found
            self.update()

    def leaveEvent(self, event: QEvent) -> None:
        """Qt: the pointer is gone."""
        self._pointer = None
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Qt: select the network whose map is clicked."""
        found = self._weight_at(event.position())
        if found is not None and event.button() == Qt.MouseButton.LeftButton:
            self.picture.steering.set(selected=found[0])
