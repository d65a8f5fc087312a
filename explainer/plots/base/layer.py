"""What is painted inside the axes: layers that work in pixels, so no number can reach Qt unchecked."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPixmap
from PySide6.QtWidgets import QGraphicsItem

from explainer.plots.base.blank import blank_pixmap
from explainer.plots.base.painting import is_vector, pixel_ratio

if TYPE_CHECKING:
    from explainer.plots.base.axes import Axes


class Layer(QGraphicsItem):
    """One layer of a plot; subclasses paint in the pane's pixels and map with ``self.axes``."""

    def __init__(self, axes: Axes, z: float) -> None:
        super().__init__(axes.view_box)
        self.axes = axes
        self.setZValue(z)
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)
        axes.layers.append(self)

    def boundingRect(self) -> QRectF:
        """Return the whole pane."""
        return self.axes.view_box.rect()

    def paint(self, painter: QPainter, option: Any, widget: Any = None) -> None:
        """Paint within the pane."""
        size = self.boundingRect()
        if size.width() < 2 or size.height() < 2:
            return
        painter.save()
        painter.setClipRect(size)
        self._paint_safely(painter, size.width(), size.height())
        painter.restore()

    def _paint_safely(self, painter: QPainter, width: float, height: float) -> None:
        """Paint; an exception goes to the hook that reports it, for in Qt's hands it ends the process."""
        try:
            self.paint_pixels(painter, width, height)
        except Exception:  # noqa: BLE001 - reported by the hook, as every exception is
            sys.excepthook(*sys.exc_info())

    def paint_pixels(self, painter: QPainter, width: float, height: float) -> None:
        """Paint on ``width`` × ``height`` pixels, y downwards."""

    def view_changed(self) -> None:
        """Note that range or size are other ones."""
        self.prepareGeometryChange()
        self.update()

    def theme_changed(self) -> None:
        """Note that the colours are other ones."""
        self.update()


class CachedLayer(Layer):
    """A layer that is painted into a picture once, and again only when it is :meth:`spoiled`."""

    def __init__(self, axes: Axes, z: float) -> None:
        super().__init__(axes, z)
        self._picture: QPixmap | None = None

    def spoil(self) -> None:
        """Have the picture painted anew."""
        self._picture = None
        self.update()

    def view_changed(self) -> None:
        """Paint anew for the new range."""
        self._picture = None
        super().view_changed()

    def theme_changed(self) -> None:
        """Paint anew in the new colours."""
        self.spoil()

    def paint(self, painter: QPainter, option: Any, widget: Any = None) -> None:
        """Paint the kept picture; where shapes stay shapes, these."""
        size = self.boundingRect()
        if size.width() < 2 or size.height() < 2:
            return
        if is_vector(painter):
            super().paint(painter, option, widget)
            return
        ratio = pixel_ratio(painter)
        if self._picture is None or self._picture.devicePixelRatio() != ratio:
            self._picture = self._painted(size, ratio)
        painter.drawPixmap(QPointF(0, 0), self._picture)

    def _painted(self, size: QRectF, ratio: float) -> QPixmap:
        picture = blank_pixmap(size.width(), size.height(), ratio)
        painter = QPainter(picture)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_safely(painter, size.width(), size.height())
        painter.end()
        return picture
