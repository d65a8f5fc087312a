"""Typeset formulas as pictures of Qt."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QByteArray, QPoint, QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import QImage, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from explainer.plots.base.blank import blank_image
from explainer.teach.typesetting import SIZE, LatexError, Typeset, typeset

__all__ = ["SIZE", "LatexError", "Typeset", "draw", "inline_image", "pixmap", "typeset"]


@lru_cache(maxsize=512)
def pixmap(latex: str, size: float, colour: str, ratio: float = 1.0) -> QPixmap:
    """Return the formula as a pixmap of ``size`` pixels a text line, for a screen's pixel ``ratio``."""
    shape, scale = typeset(latex), size / SIZE
    picture = QPixmap(max(1, round(shape.width * scale * ratio)), max(1, round(shape.height * scale * ratio)))
    picture.fill(Qt.GlobalColor.transparent)
    _render(shape.svg, colour, picture, QRectF(picture.rect()))
    picture.setDevicePixelRatio(ratio)
    return picture


@lru_cache(maxsize=512)
def inline_image(latex: str, size: float, colour: str, x_height: float, ratio: float = 1.0) -> QImage:
    """Return the formula for a line of text.

    Qt centres an image half an x-height above the baseline (``AlignMiddle``); the image is padded
    so that the formula's baseline then falls on the line's.
    """
    shape, scale = typeset(latex), size / SIZE
    ascent, descent = shape.ascent * scale, shape.descent * scale
    lower = ascent - descent - x_height / 2
    above, below = max(0.0, -lower), max(0.0, lower)
    width, height = -int(-shape.width * scale // 1), -int(-(ascent + descent + above + below) // 1)
    picture = blank_image(QSize(round(width * ratio), round(height * ratio)))
    spare = (height - (ascent + descent + above + below)) / 2
    place = QRectF(0, above + spare, shape.width * scale, ascent + descent)
    _render(shape.svg, colour, picture, QRectF(0, place.y() * ratio, place.width() * ratio, place.height() * ratio))
    picture.setDevicePixelRatio(ratio)
    return picture


def draw(painter: QPainter, latex: str, size: float, colour: str, corner: QPoint) -> None:
    """Draw the formula's outlines, ``size`` pixels a text line, below and right of ``corner``."""
    shape, scale = typeset(latex), size / SIZE
    _renderer(shape.svg, colour).render(painter, QRectF(corner, QSizeF(shape.width * scale, shape.height * scale)))


def _render(svg: str, colour: str, target: QPixmap | QImage, place: QRectF) -> None:
    painter = QPainter(target)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    _renderer(svg, colour).render(painter, place)
    painter.end()


def _renderer(svg: str, colour: str) -> QSvgRenderer:
    return QSvgRenderer(QByteArray(svg.replace('fill="black"', f'fill="{colour}"').encode()))
