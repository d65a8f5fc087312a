"""How the large map is painted: its cells, and the words at its sides."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter

from explainer.plots.base.colours import colour, pen
from explainer.plots.painted import PaintedPicture
from explainer.scenes.attention_maps.bars import CENTRE, LEFT, RIGHT
from explainer.scenes.attention_maps.map_layout import READS, MapLayout, strongest
from explainer.scenes.attention_maps.moment import Moment
from explainer.scenes.attention_maps.shades import full_shade, paint_image, readable, shade_table, shaded, value_text

SMALL = 6.0
"""Cells smaller than this, in pixels, are painted as one image."""
THIS, THESE, FROM = "this token", "these tokens", "reads from →"


def paint_cells(picture: PaintedPicture, painter: QPainter, moment: Moment, at: MapLayout) -> None:
    """Paint a cell for each weight, with its number where there is room."""
    values = moment["shown"][np.ix_(at.kept, at.kept)]
    most = full_shade(values, moment.measure)
    if min(at.across, at.down) < SMALL:
        _paint_image(picture, painter, values / most, at.box)
        return
    size, table = picture.tokens.size, shade_table(picture.tokens)
    gap, corner = (1.0, 0.0) if at.down < 20 else (2.0, 3.0)
    painter.setFont(picture.font_of(11 if at.down < size(44) else 13))
    numbered = at.across >= size(32) and at.down >= size(17)
    for i, row in enumerate(values.tolist()):
        for j, value in enumerate(row):
            share, cell = value / most, at.cell(i, j).adjusted(0, 0, -gap, -gap)
            fill = table[round(255 * min(1.0, max(0.0, share)))]
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(fill)
            painter.drawRoundedRect(cell, corner, corner)
            if numbered and share >= 0.005:
                painter.setPen(readable(fill))
                painter.drawText(cell, CENTRE, value_text(value))


def _paint_image(picture: PaintedPicture, painter: QPainter, shares: np.ndarray, box: QRectF) -> None:
    seen = strongest(shares, max(1, int(box.height())), max(1, int(box.width())))
    paint_image(painter, box, shaded(seen, picture.tokens))


def paint_headings(picture: PaintedPicture, painter: QPainter, at: MapLayout) -> None:
    """Write what rows and columns are, where there is room, and in wide pictures "reads from" in every row."""
    size = picture.tokens.size(22)
    painter.setFont(picture.font_of(12))
    painter.setPen(colour(picture.tokens.muted))
    metrics, above = painter.fontMetrics(), at.box.top() - at.head
    heading = THESE if at.said else FROM
    if metrics.horizontalAdvance(heading) <= at.box.width() + picture.tokens.size(16):
        painter.drawText(QRectF(at.box.left(), above, at.box.width() + 40, size), LEFT, heading)
    if at.said:
        for row in range(len(at.kept)):
            place = QRectF(at.box.left() - at.said, at.box.top() + row * at.down, at.said - 10, at.down)
            painter.drawText(place, RIGHT, READS)
    elif metrics.horizontalAdvance(THIS) < at.box.left() - 12:
        painter.drawText(QRectF(0, above, at.box.left() - 12, size), RIGHT, THIS)


def paint_labels(
    picture: PaintedPicture, painter: QPainter, moment: Moment, at: MapLayout, row: int | None, column: int | None
) -> None:
    """Write the rows' and columns' tokens, as many as find room; those of ``row`` and ``column`` are lit."""
    tokens = picture.tokens
    painter.setFont(picture.font_of(13 if at.down >= tokens.size(15) else 11))
    for number in _with_room(at.kept, at.down, tokens.size(13), row):
        token = at.kept[number]
        painter.setPen(colour(tokens.accent if token == row else tokens.text))
        place = at.row_label(number).adjusted(0, 0, -at.said - (4 if at.said else 10), 0)
        word = painter.fontMetrics().elidedText(moment.words[token], Qt.TextElideMode.ElideRight, int(place.width()))
        painter.drawText(QRectF(place.left(), place.center().y() - 12, place.width(), 24), RIGHT, word)
    for number in _with_room(at.kept, at.across, tokens.size(13), column):
        token = at.kept[number]
        painter.setPen(colour(tokens.accent if token == column else tokens.text))
        _paint_column_label(picture, painter, moment.words[token], at.box.left() + (number + 0.5) * at.across, at)


def _with_room(kept: list[int], step: float, least: float, lit: int | None) -> list[int]:
    """Return which rows are named: every one, or every so many that ``least`` pixels lie between, and the lit one."""
    stride = max(1, math.ceil(least / step))
    if stride == 1 or lit is None:
        return list(range(0, len(kept), stride))
    return [n for n, token in enumerate(kept) if token == lit or (n % stride == 0 and abs(token - lit) >= stride)]


def _paint_column_label(picture: PaintedPicture, painter: QPainter, word: str, middle: float, at: MapLayout) -> None:
    size, top = picture.tokens.size, at.box.top()
    if not at.turned:
        painter.drawText(QRectF(middle - 30, top - size(22), 60, size(20)), CENTRE, word)
        return
    room = at.head - size(28)
    said = painter.fontMetrics().elidedText(word, Qt.TextElideMode.ElideRight, int(room))
    painter.save()
    painter.translate(middle, top - 6)
    painter.rotate(-90)
    painter.drawText(QRectF(0, -12, room, 24), LEFT, said)
    painter.restore()


def paint_answers(picture: PaintedPicture, painter: QPainter, moment: Moment, at: MapLayout) -> None:
    """Write right of each row what the network says there, and what is asked where that is something else."""
    tokens, left = picture.tokens, at.box.right() + picture.tokens.size(18)
    painter.setFont(picture.font_of(12))
    painter.setPen(colour(tokens.muted))
    painter.drawText(QRectF(left, at.box.top() - at.head, 120, tokens.size(22)), LEFT, "and says")
    for number in range(0, len(at.kept), max(1, math.ceil(tokens.size(14) / at.down))):
        asked, said = (str(moment[name][at.kept[number]]) for name in ("target", "answer"))
        if not asked:
            continue
        place = QRectF(left, at.box.top() + (number + 0.5) * at.down - 12, tokens.size(90), 24)
        painter.setFont(picture.font_of(13, bold=True))
        painter.setPen(colour(tokens.good if asked == said else tokens.danger))
        painter.drawText(place, LEFT, f"{said} ✓" if asked == said else said)
        if asked != said:
            after = painter.fontMetrics().horizontalAdvance(said) + 10
            painter.setFont(picture.font_of(12))
            painter.setPen(colour(tokens.muted))
            painter.drawText(place.adjusted(after, 0, 40, 0), LEFT, f"not {asked}")


def paint_pointer(
    picture: PaintedPicture, painter: QPainter, at: MapLayout, row: int | None, column: int | None
) -> None:
    """Frame the row, and in it the cell, that the pointer is on."""
    below, across = at.number(row), at.number(column)
    if below is None:
        return
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(pen(picture.tokens.accent, 1.0))
    painter.drawRect(QRectF(at.box.left() - 1, at.box.top() + below * at.down - 1, at.box.width(), at.down))
    if across is not None:
        painter.setPen(pen(picture.tokens.text, 1.5))
        painter.drawRect(at.cell(below, across).translated(-1, -1))


def paint_sketch(picture: PaintedPicture, painter: QPainter, at: MapLayout, sketch: dict[int, int], token: str) -> None:
    """Frame the cells that the reader has drawn: query → key."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(pen(token, 2.0))
    for row, key in sketch.items():
        if row < len(at.kept) and key < len(at.kept):
            painter.drawRoundedRect(at.cell(row, key).adjusted(1, 1, -3, -3), 4, 4)
