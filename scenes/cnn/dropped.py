"""An image file or a folder dropped on the window: what of it goes through the network."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QImage

from explainer.contract import Refused
from explainer.contract.files import is_folder
from explainer.contract.refused import one_line
from explainer.lab.image_files import ENDINGS, read_image

MARGIN = 0.06
"""The empty border that a digit gets, as a share of its side."""


def words(path: Path) -> str:
    """Say what dropping a file would do."""
    if path.suffix.lower() in ENDINGS:
        return f"Drop to send {one_line(path.name)} through the network"
    return f"Drop to learn from the images in {one_line(path.name)}" if is_folder(path) else ""


def take(path: Path, params: Any) -> Mapping[str, Any]:
    """Return the parameters that a dropped image or folder sets; raise :class:`Refused`."""
    if is_folder(path):
        return {"data": "folder", "folder": str(path), **params.declaration("data").suggests("folder"), "drawing": ()}
    side = {"digits": 8, "shapes": 32}.get(params.data, params.side)
    image = read(path)
    made = as_digit(image, side) if params.data == "digits" else as_picture(image, side)
    return {"drawing": tuple(made.ravel().tolist()), "shift_x": 0, "shift_y": 0, "turn": 0.0, "noise": 0.0}


def read(path: Path) -> QImage:
    """Return the image in a file, as :func:`read_image` reads it."""
    image = read_image(path, "drawing")
    return QImage(image.tobytes(), image.width, image.height, 3 * image.width, QImage.Format.Format_RGB888).copy()


def as_picture(image: QImage, side: int) -> np.ndarray:
    """Return the middle of an image as three planes (3, side, side) from 0 to 1."""
    short = min(image.width(), image.height())
    middle = image.copy((image.width() - short) // 2, (image.height() - short) // 2, short, short)
    return _planes(_scaled(middle, side)).transpose(2, 0, 1)


def as_digit(image: QImage, side: int) -> np.ndarray:
    """Return a digit as ink on nothing (1, side, side) from 0 to 1.

    Dark ink on light paper is inverted; the ink is put in the middle of a square with a small border, as in the
    digits that the network learns from, and its darkest place becomes 1.
    """
    grey = _planes(image.scaled(_within(image.size()), Qt.AspectRatioMode.KeepAspectRatio)).mean(2)
    border = np.concatenate([grey[0], grey[-1], grey[:, 0], grey[:, -1]])
    ink = np.abs(grey - np.median(border))
    ink = np.clip(ink / max(float(ink.max()), 1e-6), 0, 1)
    rows, columns = np.flatnonzero(ink.max(1) > 0.3), np.flatnonzero(ink.max(0) > 0.3)
    if not len(rows) or float(np.ptp(grey)) < 0.05:
        raise Refused("the image is empty: give one with a digit that stands out from its ground", about="drawing")
    ink = ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    length = max(ink.shape)
    length += 2 * round(MARGIN * length)
    square = np.zeros((length, length))
    top, left = (length - ink.shape[0]) // 2, (length - ink.shape[1]) // 2
    square[top : top + ink.shape[0], left : left + ink.shape[1]] = ink
    small = averaged(square, side)
    return (np.round(small / max(float(small.max()), 1e-6) * 16) / 16)[None]


def averaged(square: np.ndarray, side: int) -> np.ndarray:
    """Return a square (n, n) as (side, side), each cell the mean of what it covers, shares of pixels counted."""
    edges = np.linspace(0, len(square), side + 1)
    upper = np.minimum(np.arange(len(square)) + 1, edges[1:, None])
    cover = np.clip(upper - np.maximum(np.arange(len(square)), edges[:-1, None]), 0, 1)
    cover /= cover.sum(1, keepdims=True)
    return cover @ square @ cover.T


def _within(size: QSize) -> QSize:
    """Return a size of at most 256 pixels each way."""
    return size.boundedTo(QSize(256, 256))


def _scaled(image: QImage, side: int) -> QImage:
    return image.scaled(side, side, Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation)


def _planes(image: QImage) -> np.ndarray:
    """Return an image (height, width, 3) from 0 to 1."""
    plain = image.convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(plain.constBits(), np.uint8).reshape(plain.height(), plain.bytesPerLine())
    return rows[:, : 3 * plain.width()].reshape(plain.height(), plain.width(), 3) / 255
