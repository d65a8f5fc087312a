"""Finds symbols in a typeset formula by the shapes of their glyphs, whatever their size."""

from __future__ import annotations

import re
from functools import lru_cache

import numpy as np
from PySide6.QtCore import QRectF

from explainer.window.inspector.typeset import LatexError, typeset

__all__ = ["symbol_boxes"]

_PATH = re.compile(r'<path d="([^"]+)"')
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:e-?\d+)?")
ALIKE = 0.02
"""Two outlines, each scaled to height 1, are one shape where no point is further off than this."""


class Glyph:
    """An outline: its box in pixels at the typesetter's size, and its points scaled to height 1."""

    def __init__(self, path: str) -> None:
        numbers = np.array([float(number) for number in _NUMBER.findall(path)])
        points = numbers[: len(numbers) // 2 * 2].reshape(-1, 2)
        low, high = points.min(0), points.max(0)
        self.box = QRectF(low[0], low[1], high[0] - low[0], high[1] - low[1])
        self.shape = (points - low) / max(float(high[1] - low[1]), 1e-6)

    def is_like(self, other: Glyph) -> bool:
        """Return whether both are the same letter."""
        return self.shape.shape == other.shape.shape and bool(np.abs(self.shape - other.shape).max() < ALIKE)


@lru_cache(maxsize=512)
def glyphs(latex: str) -> tuple[Glyph, ...]:
    """Return the outlines of a formula in the order in which they are drawn; none if it cannot be typeset."""
    try:
        return tuple(Glyph(path) for path in _PATH.findall(typeset(latex).svg))
    except LatexError:
        return ()


@lru_cache(maxsize=2048)
def symbol_boxes(latex: str, symbol: str) -> tuple[QRectF, ...]:
    """Return where a symbol stands in a formula: from its left end, above its baseline negative, in pixels at SIZE."""
    (letter, *_) = (*glyphs(symbol), None)
    if letter is None:
        return ()
    return tuple(glyph.box for glyph in glyphs(latex) if glyph.is_like(letter))
