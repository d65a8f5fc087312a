"""How a table is painted: coloured cells, readable numbers, labels, and marks on what belongs together."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QFontMetrics, QFontMetricsF, QImage, QPainter, QPolygonF

from explainer.plots.base.colours import colour, pen, small_font
from explainer.scenes.attention.arithmetic import number
from explainer.scenes.attention.row import READ
from explainer.scenes.attention.table_layout import Placed
from explainer.theme.colour_maps import signed
from explainer.theme.tokens import Tokens

_LARGEST = {"weights": 1.0, "mask": 1.0, "jacobian": 0.25}
"""What the strongest colour stands for, where the numbers have a bound: w(1 − w) is at most a quarter."""
_DARK, _LIGHT = QColor("#0d1015"), QColor("#ffffff")
MOST_MEASURED = 600
"""So many different numbers are measured; tables with more have cells that are too small for numbers."""
SMALL_CELL = 10.0
"""Cells smaller than this, in pixels, are painted as one image."""
_CENTER = Qt.AlignmentFlag.AlignCenter


def paint_table(
    painter: QPainter,
    placed: Placed,
    tokens: Tokens,
    numbers: tuple[QFont, int] | None,
    edited: Iterable[tuple[int, int]] = (),
) -> None:
    """Paint the cells, their ``numbers`` in that font with so many decimals, and a corner on those put in by hand."""
    values = placed.table.values
    colours = cell_colours(values, tokens, placed.table.name)
    if min(placed.cell_width, placed.cell_height) < SMALL_CELL:
        _paint_image(painter, placed, colours)
        return
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    for row, column in np.ndindex(*values.shape):
        paint_cell(painter, cell_box(placed, row, column), float(values[row, column]), colours[row, column], tokens)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
    if numbers is not None:
        painter.setFont(numbers[0])
        for row, column in np.ndindex(*values.shape):
            box = cell_box(placed, row, column)
            decimals = 0 if placed.table.name == "mask" else numbers[1]
            _write(painter, box, float(values[row, column]), colours[row, column], decimals, tokens)
    for row, column in edited:
        if row < values.shape[0] and column < values.shape[1]:
            _mark_edited(painter, cell_box(placed, row, column), tokens)


def _paint_image(painter: QPainter, placed: Placed, colours: np.ndarray) -> None:
    """Paint cells that are too small for numbers as one image."""
    rows, columns = colours.shape[:2]
    image = QImage(np.ascontiguousarray(colours).data, columns, rows, 4 * columns, QImage.Format.Format_RGBA8888)
    painter.drawImage(QRectF(placed.x, placed.y, placed.width, placed.height), image.copy())


def cell_box(placed: Placed, row: int, column: int) -> QRectF:
    """Return a cell's rectangle, with a hair line to its neighbours where there is room."""
    x, y = placed.corner(row, column)
    between = 1.0 if min(placed.cell_width, placed.cell_height) >= 8 else 0.0
    return QRectF(x, y, placed.cell_width - between, placed.cell_height - between)


def cell_colours(values: np.ndarray, tokens: Tokens, name: str) -> np.ndarray:
    """Return colours (rows, columns, 4) uint8: weights by size, others by sign and size; transparent for no number."""
    known = np.isfinite(values)
    numbers = np.where(known, values, 0.0)
    largest = _LARGEST.get(name) or float(np.abs(numbers).max(initial=0.0)) or 1.0
    shares, table = np.clip(numbers / largest, -1, 1), signed(tokens, 257)
    if name == "weights":
        ends = np.array([table[128], QColor(tokens.series_colour(READ)).getRgb()[:3]], float)
        shades = ends[0] + (ends[1] - ends[0]) * shares[..., None]
    else:
        shades = table[128 + np.rint(shares * (40 if name == "mask" else 110)).astype(int)]
    return np.concatenate([shades, np.where(known, 255, 0)[..., None]], -1).astype(np.uint8)


def paint_cell(painter: QPainter, box: QRectF, value: float, shade: np.ndarray, tokens: Tokens) -> None:
    """Paint one cell: filled, hatched for −∞, an empty frame for what is not known yet."""
    if shade[3]:
        painter.fillRect(box, QColor(*shade.tolist()))
    elif np.isneginf(value):
        painter.fillRect(box, colour(tokens.raised))
        painter.fillRect(box, QBrush(colour(tokens.faint, 0.55), Qt.BrushStyle.BDiagPattern))
    else:
        painter.setPen(pen(tokens.border))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(box.adjusted(0, 0, -1, -1))


def number_font(tables: Sequence[Placed], tokens: Tokens, font: QFont) -> tuple[QFont, int] | None:
    """Return the largest font and the most decimals for which all numbers find room, None for none."""
    if not tables:
        return None
    values = np.concatenate([placed.table.values.ravel() for placed in tables if placed.table.name != "mask"])
    values = np.unique(values[~np.isnan(values)])[:MOST_MEASURED]
    for size, decimals in ((16, 2), (13, 2), (12, 2), (11, 2), (11, 1)):
        sized = small_font(tokens, font, size)
        longest = max((number(value, decimals) for value in values.tolist()), key=len, default="0.00")
        wide = QFontMetricsF(sized).horizontalAdvance(longest) + (20 if size > 13 else 4)
        if tables[0].cell_height >= tokens.size(size) + (18 if size > 13 else 3) and tables[0].cell_width >= wide:
            return sized, decimals
    return None


def fitting(metrics: QFontMetrics, word: str, width: float) -> str:
    """Return as many of a word's first letters as find room."""
    while word and metrics.horizontalAdvance(word) > width:
        word = word[:-1]
    return word


def _write(painter: QPainter, box: QRectF, value: float, shade: np.ndarray, decimals: int, tokens: Tokens) -> None:
    if np.isnan(value):
        return
    light = float(shade[:3] @ (0.299, 0.587, 0.114))
    painter.setPen(colour(tokens.muted) if not shade[3] else _DARK if light > 140 else _LIGHT)
    words = number(value, decimals)
    painter.drawText(box, _CENTER, words)


def _mark_edited(painter: QPainter, box: QRectF, tokens: Tokens) -> None:
    """Fill the upper right corner of a cell."""
    side = min(tokens.size(7), box.width() / 2, box.height() / 2)
    corner = box.topRight()
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour(tokens.accent))
    painter.drawPolygon(QPolygonF([corner, corner - QPointF(side, 0), corner + QPointF(0, side)]))


def paint_labels(painter: QPainter, placed: Placed, tokens: Tokens, font: QFont, rows: bool, shown: int | None) -> None:
    """Write the title above, the columns' names below it, and the rows' names at the left; ``shown`` is the query."""
    painter.setFont(small_font(tokens, font, 12, bold=True))
    line = painter.fontMetrics().height()
    named = bool(placed.table.columns) and placed.cell_width >= tokens.size(22)
    up = placed.y - (2 if named else 1) * line - 1
    painter.setPen(colour(tokens.text))
    painter.drawText(QPointF(placed.x, up + painter.fontMetrics().ascent()), placed.table.title)
    painter.setFont(small_font(tokens, font, 11))
    metrics = painter.fontMetrics()
    if named:
        painter.setPen(colour(tokens.muted))
        for column, name in enumerate(placed.table.columns):
            box = QRectF(placed.corner(0, column)[0], placed.y - line, placed.cell_width - 1, line)
            painter.drawText(box, _CENTER, fitting(metrics, name, box.width()))
    if rows and placed.cell_height >= 11:
        for row, name in enumerate(placed.table.rows):
            box = QRectF(0, placed.corner(row, 0)[1], placed.x - 6, placed.cell_height)
            painter.setPen(colour(tokens.accent if row == shown else tokens.muted))
            words = metrics.elidedText(name, Qt.TextElideMode.ElideRight, int(tokens.size(90)))
            painter.drawText(box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, words)


def outline(painter: QPainter, placed: Placed, row: int | None, column: int | None, token: str) -> None:
    """Frame a row, a column or a cell; None means all of them."""
    x, y = placed.corner(row or 0, column or 0)
    wide = placed.width if column is None else placed.cell_width
    high = placed.height if row is None else placed.cell_height
    painter.setPen(pen(token, 2.0))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(QRectF(x - 1, y - 1, wide + 1, high + 1))
