"""What a painter paints on: pixels, how many of them, or shapes that stay shapes."""

from __future__ import annotations

import math

from PySide6.QtGui import QPaintEngine, QPainter

_SHAPES = (QPaintEngine.Type.User, QPaintEngine.Type.SVG, QPaintEngine.Type.Pdf)


def is_vector(painter: QPainter) -> bool:
    """Return whether what is painted is kept as shapes and words: then paint these, not a kept image of them."""
    engine = painter.paintEngine()
    return engine is not None and engine.type() in _SHAPES


def pixel_ratio(painter: QPainter) -> float:
    """Return how many pixels of the device or file stand for one of the widget's."""
    there = painter.deviceTransform()
    return math.hypot(there.m11(), there.m12()) or 1.0
