"""How a weight becomes a colour, and a number in a cell."""

from __future__ import annotations

from functools import cache

import numpy as np
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage, QPainter

from explainer.contract.number_text import number_text
from explainer.plots.base.colours import blend
from explainer.plots.base.shading import readable_on
from explainer.theme.tokens import Tokens

SHORT = 64
"""Weights of at most so many tokens are shown against 1; those of longer texts are all small."""


def full_shade(values: np.ndarray, measure: str) -> float:
    """Return what the strongest colour stands for: 1 for weights of a short text, else the largest of the values."""
    if measure == "weights" and values.shape[-1] <= SHORT:
        return 1.0
    return max(float(values.max(initial=0.0)), 1e-12)


@cache
def shade_table(tokens: Tokens) -> list[QColor]:
    """Return 256 colours from the ground (0) to the accent (1)."""
    return [blend(tokens.raised, tokens.accent, share / 255) for share in range(256)]


@cache
def _pixels(tokens: Tokens) -> np.ndarray:
    return np.array([each.rgb() for each in shade_table(tokens)], np.uint32)


def shaded(shares: np.ndarray, tokens: Tokens) -> np.ndarray:
    """Return colours (…) as 0xffRRGGBB for shares; one below 0 or no number at all has the colour of 0."""
    return np.take(_pixels(tokens), (np.minimum(np.fmax(shares, 0), 1) * 255 + 0.5).astype(np.uint8))


def paint_image(painter: QPainter, box: QRectF, pixels: np.ndarray) -> None:
    """Paint pixels (row, column) as :func:`shaded` returns them, stretched over a box."""
    kept = np.ascontiguousarray(pixels)
    rows, columns = kept.shape
    painter.drawImage(box, QImage(kept.data, columns, rows, 4 * columns, QImage.Format.Format_RGB32))


def readable(fill: QColor) -> QColor:
    """Return black or white, whichever reads better on a colour."""
    dark = bool(readable_on(np.array(fill.getRgb()[:3], np.uint8)))
    return QColor("#000000" if dark else "#ffffff")


def value_text(value: float) -> str:
    """Return a weight with two decimals, as .82, and what is larger with three digits."""
    return f"{value:.2f}".removeprefix("0") if 0 <= value < 0.995 else number_text(value, 3)
