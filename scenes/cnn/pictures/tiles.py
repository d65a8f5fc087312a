"""Maps, kernels and images as small pictures of coloured cells."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter

from explainer.plots.base.colours import blend, colour, pen, small_font
from explainer.theme.colour_maps import signed
from explainer.theme.tokens import Tokens

LEAST_NUMBER = 11
"""The smallest height of a number in a cell, in pixels."""


def signed_tile(values: np.ndarray, limit: float, tokens: Tokens) -> QImage:
    """Return values (h, w) as blue below zero and orange above, full colour at ``limit``."""
    return signed_tiles(np.asarray(values)[None], limit, tokens)[0]


def signed_tiles(values: np.ndarray, limit: float, tokens: Tokens) -> list[QImage]:
    """Return each of the maps (n, h, w) as such a tile, on one scale."""
    place = np.asarray(values, np.float32) * (127.5 / limit) + 128.0
    colours = signed(tokens)[np.clip(place, 0, 255).astype(np.intp)]
    return [_image(one) for one in colours]


def grey_tile(values: np.ndarray, tokens: Tokens) -> QImage:
    """Return an image (1 or 3, h, w) from 0 to 1: ink on the canvas, or its own colours."""
    values = np.clip(np.asarray(values, float), 0, 1)
    if len(values) == 3:
        return _image((values.transpose(1, 2, 0) * 255).round().astype(np.uint8))
    ends = [np.array(QColor(name).getRgb()[:3], float) for name in (tokens.canvas, tokens.text)]
    return _image((ends[0] + values[0][..., None] * (ends[1] - ends[0])).round().astype(np.uint8))


def plane_tile(values: np.ndarray, tokens: Tokens) -> QImage:
    """Return one plane of an image (h, w) from 0 to 1 as ink on the canvas."""
    return grey_tile(values[None], tokens)


def _image(colours: np.ndarray) -> QImage:
    height, width = colours.shape[:2]
    data = np.full((height, width, 4), 255, np.uint8)
    data[..., 2::-1] = colours
    return QImage(data.data, width, height, 4 * width, QImage.Format.Format_RGB32).copy()


def limit_of(values: np.ndarray) -> float:
    """Return the greatest size of the values, never zero."""
    return float(np.abs(values).max(initial=0.0)) or 1.0


def paint_tile(painter: QPainter, box: QRectF, image: QImage, tokens: Tokens, *, lit: bool = False) -> None:
    """Paint a tile with sharp cells and a thin border, or a strong one when it is lit."""
    smooth = painter.testRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
    painter.drawImage(box, image)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, smooth)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(pen(tokens.accent, 2.0) if lit else pen(tokens.border, 1.0))
    painter.drawRect(box)


def cell_rectangle(
    box: QRectF, shape: tuple[int, int], row: int, column: int, rows: int = 1, columns: int = 1
) -> QRectF:
    """Return where some cells of a tile lie; they may lie beyond it."""
    high, wide = box.height() / shape[0], box.width() / shape[1]
    return QRectF(box.left() + column * wide, box.top() + row * high, columns * wide, rows * high)


def cell_at(box: QRectF, shape: tuple[int, int], place: QPointF) -> tuple[int, int] | None:
    """Return row and column of the cell at a place, None beside the tile."""
    if not box.contains(place):
        return None
    row, column = (place.y() - box.top()) / box.height(), (place.x() - box.left()) / box.width()
    return min(shape[0] - 1, int(row * shape[0])), min(shape[1] - 1, int(column * shape[1]))


def paint_numbers(
    painter: QPainter, box: QRectF, values: np.ndarray, limit: float, tokens: Tokens, *, digits: int = 2
) -> bool:
    """Paint values (rows, columns) as coloured cells with their numbers; return whether these had room."""
    rows, columns = values.shape
    image = signed_tile(values, limit, tokens)
    paint_tile(painter, box, image, tokens)
    font = small_font(tokens, painter.font(), min(13.0, max(LEAST_NUMBER, 0.34 * box.height() / rows / tokens.scale)))
    painter.setFont(font)
    texts = [[short_number(value, digits) for value in row] for row in values]
    room = max(painter.fontMetrics().horizontalAdvance(text) for row in texts for text in row) + 4
    if room > box.width() / columns or painter.fontMetrics().height() > box.height() / rows + 2:
        return False
    for row, line in enumerate(texts):
        for column, text in enumerate(line):
            painter.setPen(readable(QColor(image.pixel(column, row))))
            painter.drawText(cell_rectangle(box, (rows, columns), row, column), Qt.AlignmentFlag.AlignCenter, text)
    return True


def readable(ground: QColor) -> QColor:
    """Return black or white, whichever is read better on a colour."""
    light = 0.299 * ground.redF() + 0.587 * ground.greenF() + 0.114 * ground.blueF()
    return QColor("#000000" if light > 0.5 else "#ffffff")


def short_number(value: float, digits: int = 2) -> str:
    """Return a number with fixed decimals and a real minus sign; zero is 0."""
    text = f"{value:.{digits}f}"
    text = text.lstrip("-") if float(text) == 0 else text
    return text.replace("-", "−")


def paint_words(
    painter: QPainter,
    box: QRectF,
    words: str,
    tokens: Tokens,
    *,
    size: float = 11,
    bold: bool = False,
    token: str = "",
    align: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft,
) -> None:
    """Paint one line of words, cut short where it does not fit."""
    painter.setFont(small_font(tokens, painter.font(), size, bold))
    painter.setPen(colour(token or tokens.muted))
    shown = painter.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, int(box.width()) + 1)
    painter.drawText(box, align | Qt.AlignmentFlag.AlignVCenter, shown)


def faint_sign(value: float, limit: float, tokens: Tokens) -> QColor:
    """Return the colour of a positive or negative influence: stronger ones stand out from the card."""
    red, green, blue = signed(tokens)[255 if value > 0 else 0].tolist()
    return blend(tokens.card, f"#{red:02x}{green:02x}{blue:02x}", min(1.0, 0.15 + 0.85 * abs(value) / limit))
