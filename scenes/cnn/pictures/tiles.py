"""Maps, kernels and images as small pictures of coloured cells."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter

from explainer.plots.base.cell_image import image_of, paint_cells
from explainer.plots.base.colours import blend, colour, pen, small_font
from explainer.plots.base.figures import fitted_texts, paint_figures
from explainer.plots.base.shading import Shading
from explainer.theme.colour_maps import signed
from explainer.theme.tokens import Tokens


def signed_tile(values: np.ndarray, limit: float, tokens: Tokens) -> QImage:
    """Return values (h, w) as blue below zero and orange above, full colour at ``limit``."""
    return image_of(Shading("signed", -limit, limit).colours(values, tokens))


def signed_tiles(values: np.ndarray, limit: float, tokens: Tokens) -> list[QImage]:
    """Return each of the maps (n, h, w) as such a tile, on one scale."""
    return [image_of(each) for each in Shading("signed", -limit, limit).colours(values, tokens)]


def grey_tile(values: np.ndarray, tokens: Tokens) -> QImage:
    """Return an image (1 or 3, h, w) from 0 to 1: ink on the canvas, or its own colours."""
    if len(values) == 1:
        return image_of(Shading("paper", 0.0, 1.0).colours(values[0], tokens))
    whole = np.concatenate([values, np.ones_like(values[:1])]).clip(0, 1) * 255
    return image_of(whole.round().astype(np.uint8).transpose(1, 2, 0))


def limit_of(values: np.ndarray) -> float:
    """Return the greatest size of the values, never zero."""
    return float(np.abs(values).max(initial=0.0)) or 1.0


def paint_tile(painter: QPainter, box: QRectF, image: QImage, tokens: Tokens, *, lit: bool = False) -> None:
    """Paint a tile with a thin border, or a strong one when it is lit."""
    paint_cells(painter, box, image)
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


def paint_numbers(painter: QPainter, box: QRectF, values: np.ndarray, limit: float, tokens: Tokens) -> None:
    """Paint values (rows, columns) as coloured cells, with their numbers where these have room."""
    rows, columns = values.shape
    colours = Shading("signed", -limit, limit).colours(values, tokens)
    paint_tile(painter, box, image_of(colours), tokens)
    texts = fitted_texts(painter, tokens, painter.font(), values, box.width() / columns, box.height() / rows)
    paint_figures(
        painter, texts, colours, lambda row, column: cell_rectangle(box, (rows, columns), row, column), tokens
    )


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
