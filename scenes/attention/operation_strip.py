"""The strip above the matrices: a chip for each operation, and the way back from numbers put in by hand."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter

from explainer.plots.base.colours import colour, pen
from explainer.scenes.attention.painted import Painted

SHORT = ("embed", "Q K V", "scores", "scale", "mask", "softmax", "Σ w·v", "output")
"""The operations' names where room is scarce."""
_CENTRE = Qt.AlignmentFlag.AlignCenter


def paint_strip(picture: Painted, painter: QPainter, width: float, shown: int, done: int, edits: int) -> None:
    """Paint a chip for each operation: ``done`` of them are, number ``shown`` is on show; mark ("operation", i).

    Where there is room, ("undo", 0) offers to forget the ``edits`` numbers that were put in by hand.
    """
    painter.setFont(picture.font_of(11))
    each = min(float(picture.tokens.size(92)), width / len(SHORT))
    for index, words in enumerate(SHORT):
        box = QRectF(index * each + 1, 1, each - 5, picture.tokens.size(22))
        _paint_chip(picture, painter, box, index, words, index == shown, index < done)
    _paint_undo(picture, painter, each * len(SHORT) + 8, width, edits)


def _paint_chip(
    picture: Painted, painter: QPainter, box: QRectF, index: int, words: str, shown: bool, done: bool
) -> None:
    tokens, part = picture.tokens, ("operation", index)
    painter.setPen(pen(tokens.accent if shown or picture.under == part else tokens.border))
    painter.setBrush(colour(tokens.selected if shown else tokens.raised))
    painter.drawRoundedRect(box, 4, 4)
    painter.setPen(colour(tokens.text if done else tokens.muted))
    whole = f"{index + 1} {words}"
    narrow = painter.fontMetrics().horizontalAdvance(whole) > box.width() - 5
    painter.drawText(box, _CENTRE, words if narrow else whole)
    picture.mark(box, part)


def _paint_undo(picture: Painted, painter: QPainter, left: float, width: float, edits: int) -> None:
    words = f"undo {edits} edit{'s' if edits > 1 else ''}"
    wide = painter.fontMetrics().horizontalAdvance(words) + 4.0
    if edits and left + wide <= width:
        box = QRectF(width - wide - 4, 1, wide, picture.tokens.size(22))
        painter.setPen(colour(picture.tokens.accent))
        painter.drawText(box, _CENTRE, words)
        picture.mark(box, ("undo", 0))
