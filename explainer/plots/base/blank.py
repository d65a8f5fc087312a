"""Where things are painted aside: never without a pixel, for a painter cannot begin on nothing."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QImage, QPixmap

ONE = QSize(1, 1)


def blank_pixmap(width: float, height: float, ratio: float) -> QPixmap:
    """Return a transparent pixmap for a place of this size, with ``ratio`` device pixels to a pixel."""
    made = QPixmap(QSize(round(width * ratio), round(height * ratio)).expandedTo(ONE))
    made.setDevicePixelRatio(ratio)
    made.fill(Qt.GlobalColor.transparent)
    return made


def blank_image(size: QSize, ground: str | None = None) -> QImage:
    """Return an image of this many device pixels, in a colour or transparent."""
    made = QImage(size.expandedTo(ONE), QImage.Format.Format_ARGB32_Premultiplied)
    made.fill(QColor(ground) if ground else QColor(Qt.GlobalColor.transparent))
    return made
