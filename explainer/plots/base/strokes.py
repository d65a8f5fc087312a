"""Many lines that differ in strength, drawn with a pen for each of a few strengths."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from PySide6.QtGui import QPainter, QPen

from explainer.plots.base.colours import blend, pen
from explainer.plots.base.painting import draw_segments

SHADES = 24
"""So many shades between a colour and the ground are told apart."""
PER_PIXEL = 4
"""So many widths within a pixel."""


def draw_strokes(
    painter: QPainter,
    lines: np.ndarray,
    widths: np.ndarray,
    strengths: np.ndarray,
    colours: np.ndarray,
    palette: Sequence[str],
    ground: str = "",
) -> None:
    """Draw polylines (n, points, 2) of ``widths`` pixels, the strongest last.

    ``strengths`` from 0 to 1 say how far each line's colour (its place in the ``palette``) is from the ground. Without
    a ground lines shine through, which takes four times as long: for those that lie over one another.
    """
    shades = np.rint(np.clip(strengths, 0, 1) * SHADES).astype(np.int64)
    sizes = np.maximum(1, np.rint(widths * PER_PIXEL)).astype(np.int64)
    keys = (shades * 4096 + np.minimum(sizes, 4095)) * len(palette) + colours
    for key in np.unique(keys).tolist():
        own = lines[keys == key]
        (shade, size), colour = divmod(key // len(palette), 4096), key % len(palette)
        painter.setPen(_pen(ground, palette[colour], shade, size))
        draw_segments(painter, own[:, :-1].reshape(-1, 2), own[:, 1:].reshape(-1, 2))


@lru_cache(4096)
def _pen(ground: str, token: str, shade: int, size: int) -> QPen:
    share, wide = shade / SHADES, size / PER_PIXEL
    return pen(blend(ground, token, share).name(), wide) if ground else pen(token, wide, share)
