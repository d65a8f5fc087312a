"""Figures in cells: the largest letters in which all of them fit, black or white by what reads better."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter

from explainer.plots.base.cell_image import rgb_of
from explainer.plots.base.cell_text import MOST_DECIMALS, cell_texts, needed_decimals
from explainer.plots.base.colours import colour, small_font
from explainer.plots.base.shading import readable_on
from explainer.theme.tokens import SMALL, Tokens

LEAST = 18.0
"""Pixels of a cell from which on it has a figure."""
LARGEST = 20.0
DOTS, FEW = "…", 0.2
"""What stands for words that find no room, and for which share of them at most."""
MOST = 1_024
"""More figures than this are not written."""


def fitted_texts(
    painter: QPainter, tokens: Tokens, base: QFont, values: np.ndarray, width: float, height: float
) -> Sequence[str]:
    """Return the figures of cells, after choosing the largest letters in which all fit; nothing if in none.

    A few decimals are rather written smaller than left out.
    """
    least = SMALL / tokens.scale
    if min(width, height) < LEAST or values.size > MOST or height < tokens.size(least) + 4:
        return ()
    usual = min(max(height / tokens.scale * 0.34 * min(1.3, tokens.scale), least), LARGEST)
    numbers, room = values.reshape(-1).tolist(), min(width - 3, 0.9 * width)
    whole = cell_texts(numbers, np.inf, 1.0) if needed_decimals(numbers) < MOST_DECIMALS else None
    fitting: Sequence[str] = ()
    for size in (usual, 0.8 * usual, least):
        font = small_font(tokens, base, max(size, least))
        texts = cell_texts(numbers, room, QFontMetricsF(font).horizontalAdvance("0"))
        if any(texts) and (not fitting or texts == whole):
            fitting = texts
            painter.setFont(font)
        if fitting and (whole is None or fitting == whole):
            break
    return fitting


def fitted_words(
    painter: QPainter, tokens: Tokens, base: QFont, texts: Sequence[str], width: float, height: float
) -> Sequence[str]:
    """Return words of cells, after choosing the largest letters in which all fit.

    Where all but a few fit in the least, the others are dots; nothing otherwise.
    """
    least = SMALL / tokens.scale
    if len(texts) > MOST or height < tokens.size(least) + 4:
        return ()
    usual = min(max(height / tokens.scale * 0.34 * min(1.3, tokens.scale), least), LARGEST)
    for size in (usual, 0.8 * usual, least):
        font = small_font(tokens, base, max(size, least))
        metrics = QFontMetricsF(font)
        if max(map(metrics.horizontalAdvance, texts), default=0.0) <= width - 4:
            painter.setFont(font)
            return texts
    fitting = [text if metrics.horizontalAdvance(text) <= width - 4 else DOTS for text in texts]
    if fitting.count(DOTS) > FEW * len(texts) or metrics.horizontalAdvance(DOTS) > width:
        return ()
    painter.setFont(font)
    return fitting


def paint_figures(
    painter: QPainter,
    texts: Sequence[str],
    colours: np.ndarray,
    box_of: Callable[[int, int], QRectF],
    tokens: Tokens,
    faded: np.ndarray | None = None,
) -> None:
    """Write texts, row by row, onto colours (row, column, 4) uint8; those in ``faded`` paler."""
    if not texts:
        return
    card = rgb_of(QColor(tokens.card))
    share = colours[..., 3:] / 255
    dark = readable_on(colours[..., :3] * share + card * (1 - share))
    black, white = (tokens.bar, tokens.text) if tokens.dark else (tokens.text, tokens.card)
    pens = {
        (under, pale): colour(black if under else white, 0.62 if pale else 1.0)
        for under in (False, True)
        for pale in (False, True)
    }
    for ((row, column), under), text in zip(np.ndenumerate(dark), texts, strict=True):
        if text:
            painter.setPen(pens[bool(under), faded is not None and bool(faded[row, column])])
            painter.drawText(box_of(row, column), Qt.AlignmentFlag.AlignCenter, text)
