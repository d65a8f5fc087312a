"""A word on a ground of its own: a token, shaded by a value; the words on it stay readable."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter

from explainer.plots.base.colours import colour, pen
from explainer.plots.base.shading import Shading, readable_on
from explainer.theme.tokens import Tokens

LIGHT, DARK = "#ffffff", "#000000"


@lru_cache(1024)
def ink_on(rgb: int) -> QColor:
    """Return black or white, which of the two is read better on an opaque colour (``QColor.rgb()``)."""
    red, green, blue = rgb >> 16 & 255, rgb >> 8 & 255, rgb & 255
    return QColor(DARK if bool(readable_on(np.array([red, green, blue], np.uint8))) else LIGHT)


def shown_word(word: str) -> str:
    """Return a word whose spaces can be seen: a space alone, a line break, nothing."""
    return {"": "∅", " ": "␣", "\n": "⏎", "\t": "⇥"}.get(word, word.replace("\n", "⏎").replace("\t", "⇥"))


def grounds(values: np.ndarray | None, shading: Shading, tokens: Tokens, count: int) -> list[QColor | None]:
    """Return the ground of each of ``count`` words; None where a value is missing or not finite."""
    if values is None:
        return [None] * count
    table = shading.colours(np.asarray(values, float), tokens)
    return [QColor(*each[:3]) if each[3] else None for each in table.tolist()]


def paint_chip(
    painter: QPainter,
    box: QRectF,
    word: str,
    tokens: Tokens,
    ground: QColor | None = None,
    *,
    token: str = "",
    framed: bool = False,
    struck: bool = False,
) -> None:
    """Paint a word in a box; ``token`` colours the word, ``framed`` marks the chosen one, ``struck`` strikes it out."""
    painter.setPen(pen(tokens.accent, 2.0) if framed else Qt.PenStyle.NoPen)
    painter.setBrush(ground if ground is not None else colour(tokens.raised))
    painter.drawRoundedRect(box, 4, 4)
    painter.setPen(ink_on(ground.rgb()) if ground is not None else QColor(token or tokens.text))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, fitting(painter, shown_word(word), box.width() - 4))
    if struck:
        painter.setPen(pen(tokens.danger, 2.0))
        painter.drawLine(QPointF(box.left() + 3, box.center().y()), QPointF(box.right() - 3, box.center().y()))


def fitting(painter: QPainter, word: str, room: float) -> str:
    """Return a word as far as it fits: whole, shortened, its first letter, or nothing."""
    metrics = painter.fontMetrics()
    if metrics.horizontalAdvance(word) <= room:
        return word
    if room >= metrics.horizontalAdvance(word[:2] + "…"):
        return metrics.elidedText(word, Qt.TextElideMode.ElideRight, int(room))
    return word[:1] if metrics.horizontalAdvance(word[:1]) <= room else ""
