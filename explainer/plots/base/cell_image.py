"""Cells of colour: sharp squares, or smooth where they are smaller than pixels; hatching for what is bad."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QImage, QPainter

from explainer.plots.base.colours import blend, colour
from explainer.plots.base.painting import keeps_cells
from explainer.theme.tokens import Tokens

PLAIN, SMOOTH = QPainter.RenderHint(0), QPainter.RenderHint.SmoothPixmapTransform
VECTOR_PIXELS = 1_600
"""An image in a file of shapes has about so many pixels along its longer side: its reader would blur large cells."""


def image_of(colours: np.ndarray) -> QImage:
    """Return colours (row, column, 4) uint8 as an image, a pixel for each cell."""
    colours = np.ascontiguousarray(colours)
    rows, columns = colours.shape[:2]
    return QImage(colours.data, columns, rows, 4 * columns, QImage.Format.Format_RGBA8888).copy()


def paint_cells(painter: QPainter, box: QRectF, image: QImage) -> None:
    """Paint an image whose pixels are cells into a box."""
    smooth = box.width() < 1.5 * image.width()
    hints = painter.renderHints()
    wanted = SMOOTH if smooth else PLAIN
    if hints != wanted:
        painter.setRenderHints(hints & ~wanted, False)
        painter.setRenderHints(wanted, True)
    if not keeps_cells(painter):
        times = math.ceil(VECTOR_PIXELS / max(1, image.width(), image.height()))
        image = image.scaled(image.width() * times, image.height() * times)
    painter.drawImage(box, image)
    if hints != wanted:
        painter.setRenderHints(wanted & ~hints, False)
        painter.setRenderHints(hints, True)


def hatch(painter: QPainter, box: QRectF, tokens: Tokens) -> None:
    """Paint the ground of cells whose value is no number."""
    painter.fillRect(box, colour(tokens.raised))
    painter.fillRect(box, QBrush(colour(tokens.faint, 0.8), Qt.BrushStyle.BDiagPattern))


def rgb_of(shade: QColor) -> np.ndarray:
    """Return red, green and blue, 0 to 255."""
    return np.array([shade.red(), shade.green(), shade.blue()], float)


def class_colour(place: int, tokens: Tokens) -> QColor:
    """Return a class' colour; after the palette's end the same colours come paler."""
    paler = 0.4 * (place // len(tokens.series) % 2)
    return blend(tokens.series_colour(place), tokens.canvas, paler)


def class_colours(classes: np.ndarray, tokens: Tokens, pale: np.ndarray | None = None) -> np.ndarray:
    """Return the colours (…, 4) uint8 of whole numbers, none for those that are negative or not finite.

    ``pale`` (…) from 0 to 1 is how far each is blended into the canvas.
    """
    known = np.isfinite(classes) & (classes >= 0)
    places = np.where(known, classes, 0).astype(np.intp)
    palette = np.stack([rgb_of(class_colour(k, tokens)) for k in range(2 * len(tokens.series))])
    chosen = palette[places % len(palette)]
    if pale is not None:
        canvas = rgb_of(QColor(tokens.canvas))
        chosen = chosen + (canvas - chosen) * np.nan_to_num(pale, nan=1.0).clip(0, 1)[..., None]
    return np.concatenate([np.rint(chosen).astype(np.uint8), np.where(known, 255, 0).astype(np.uint8)[..., None]], -1)
