"""Images of a page as small as they go without losing a colour: cells are single pixels, which a browser enlarges."""

from __future__ import annotations

import io
from functools import lru_cache

import numpy as np
from PIL import Image
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage

from explainer.export.svg_document import png_link

WHOLE = 2**24
"""Pixels of an image that is looked at for repeated ones."""


def small_link(image: QImage, box: QRectF, sharp: bool) -> str:
    """Return an image as an address, repeated pixels once where its edges are sharp."""
    pixels = rgba(image)
    if sharp and pixels.shape[0] * pixels.shape[1] <= WHOLE:
        pixels = unrepeated(pixels)
    return _link(pixels.tobytes(), pixels.shape[1], pixels.shape[0])


@lru_cache(maxsize=128)
def _link(raw: bytes, width: int, height: int) -> str:
    """Return pixels as an address; most images of a run are those of the step before."""
    image = Image.frombytes("RGBA", (width, height), raw)
    buffer = io.BytesIO()
    (image.convert("RGB") if image.getchannel("A").getextrema() == (255, 255) else image).save(buffer, "PNG")
    return png_link(buffer.getvalue())


def rgba(image: QImage) -> np.ndarray:
    """Return an image as red, green, blue and opacity, shape (rows, columns, 4) uint8."""
    plain = image.convertToFormat(QImage.Format.Format_RGBA8888)
    rows = np.frombuffer(plain.constBits(), np.uint8).reshape(plain.height(), plain.bytesPerLine())
    return rows[:, : 4 * plain.width()].reshape(plain.height(), plain.width(), 4).copy()


def unrepeated(pixels: np.ndarray) -> np.ndarray:
    """Return an image whose pixels stand in blocks of one colour with one pixel for each block."""
    return _once(_once(pixels, 0), 1)


def _once(pixels: np.ndarray, axis: int) -> np.ndarray:
    """Leave out what is repeated along an axis: the largest number by which every run of equal lines can be divided."""
    lines = np.moveaxis(pixels, axis, 0)
    differ = (lines[1:] != lines[:-1]).any(axis=tuple(range(1, lines.ndim)))
    step = int(np.gcd.reduce([len(lines), *(np.flatnonzero(differ) + 1)]))
    return np.ascontiguousarray(np.moveaxis(lines[::step], 0, axis))
