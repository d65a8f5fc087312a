"""The part of a heat map that stays while the pointer moves: cells, numbers, axes, colour bar."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QFontMetricsF, QImage, QPainter

from explainer.plots.base.axis import Axis
from explainer.plots.base.colours import colour, pen, small_font
from explainer.plots.base.number_text import number_text
from explainer.plots.base.shading import Shading, readable_on
from explainer.theme.tokens import Tokens

_TICK = 4
_BAR = 12
_LIGHT_TEXT, _DARK_TEXT = "#ffffff", "#000000"
_MOST_LABELS = 1_024


@dataclass(frozen=True, eq=False)
class Sheet:
    """What a heat map shows, as set by its owner."""

    values: np.ndarray
    rows: Axis
    columns: Axis
    shading: Shading
    bad: str
    colours: np.ndarray | None
    legend: tuple[tuple[str, str], ...]
    upward: bool

    @cached_property
    def has_bad(self) -> bool:
        """Whether a value is NaN or infinite."""
        return not bool(np.isfinite(self.values).all())

    def pixels(self, tokens: Tokens) -> np.ndarray:
        """Return one colour per cell as they lie on the screen, (row, column, 4) uint8."""
        if self.colours is None:
            made = self.shading.colours(self.values, tokens)
        else:
            alpha = np.where(np.isfinite(self.values), 255, 0).astype(np.uint8)[..., None]
            made = np.concatenate([self.colours.astype(np.uint8), alpha], -1)
        return np.ascontiguousarray(made[::-1] if self.upward else made)


def legend_rectangle(size: QSize, tokens: Tokens) -> QRectF:
    """Return the line above the cells in which readings appear."""
    return QRectF(10, 2, size.width() - 20, tokens.size(20))


def cells_rectangle(sheet: Sheet, size: QSize, tokens: Tokens, font: QFont, aspect: float | None) -> QRectF:
    """Return the cells' rectangle: the widget less titles, tick labels and colour bar.

    ``aspect`` is the wanted width divided by height, None fills what is there.
    """
    metrics = QFontMetricsF(small_font(tokens, font))
    line = metrics.height()
    left = (
        8
        + (line + 4 if sheet.rows.title else 0)
        + _widest(metrics, sheet.rows.ticks(sheet.values.shape[0], len(sheet.rows.names) or 6))
        + _TICK
        + 4
    )
    bottom = 8 + (line + 2 if sheet.columns.title else 0) + line + _TICK + 2
    right = _legend_width(sheet, metrics)
    top = tokens.size(28)
    room = QRectF(left, top, max(8.0, size.width() - left - right), max(8.0, size.height() - top - bottom))
    if aspect is None:
        return room
    width = min(room.width(), room.height() * aspect)
    kept = QRectF(0, 0, width, width / aspect)
    kept.moveCenter(room.center())
    return kept


def _widest(metrics: QFontMetricsF, ticks: list[tuple[float, str]]) -> float:
    return max([metrics.horizontalAdvance(text) for _, text in ticks], default=0.0)


def _legend_width(sheet: Sheet, metrics: QFontMetricsF) -> float:
    words = [text for _, text in sheet.legend] + ([sheet.bad] if sheet.has_bad else [])
    widest = max([metrics.horizontalAdvance(text) for text in words], default=0.0)
    if not sheet.legend and sheet.colours is None:
        widest = max(widest, _widest(metrics, sheet.shading.ticks(sheet.values, 5)) + _TICK)
        widest = max(widest, metrics.horizontalAdvance(sheet.shading.title) - _BAR)
    return 12 + _BAR + 6 + widest + 12


def sheet_image(sheet: Sheet, size: QSize, ratio: float, tokens: Tokens, font: QFont, box: QRectF) -> QImage:
    """Return everything but marker, hovered cell and words, ``ratio`` device pixels to a pixel."""
    image = QImage(size * ratio, QImage.Format.Format_ARGB32_Premultiplied)
    image.setDevicePixelRatio(ratio)
    image.fill(QColor(tokens.card))
    painter = QPainter(image)
    paint_sheet(painter, sheet, tokens, font, box)
    painter.end()
    return image


def paint_sheet(painter: QPainter, sheet: Sheet, tokens: Tokens, font: QFont, box: QRectF) -> None:
    """Paint everything but marker, hovered cell and words, cells in ``box``."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    painter.setFont(small_font(tokens, font))
    pixels = sheet.pixels(tokens)
    if sheet.has_bad:
        _hatch(painter, box, tokens)
    rows, columns = pixels.shape[:2]
    cells = QImage(pixels.data, columns, rows, 4 * columns, QImage.Format.Format_RGBA8888)
    painter.drawImage(box, cells)
    _paint_numbers(painter, sheet, pixels, box)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(pen(tokens.border))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(box)
    _paint_axes(painter, sheet, box, tokens)
    _paint_legend(painter, sheet, box, tokens)


def _hatch(painter: QPainter, box: QRectF, tokens: Tokens) -> None:
    painter.fillRect(box, colour(tokens.raised))
    painter.fillRect(box, QBrush(colour(tokens.faint, 0.8), Qt.BrushStyle.BDiagPattern))


def _paint_numbers(painter: QPainter, sheet: Sheet, pixels: np.ndarray, box: QRectF) -> None:
    """Write each value into its cell where all of them have room."""
    rows, columns = sheet.values.shape
    if rows * columns > _MOST_LABELS or sheet.colours is not None:
        return
    width, height = box.width() / columns, box.height() / rows
    metrics = painter.fontMetrics()
    values = sheet.values[::-1] if sheet.upward else sheet.values
    texts = _cell_texts(values)
    if height < metrics.height() + 2 or width < max(metrics.horizontalAdvance(t) for row in texts for t in row) + 6:
        return
    dark = readable_on(pixels)
    for i, row in enumerate(texts):
        for j, text in enumerate(row):
            painter.setPen(QColor(_DARK_TEXT if dark[i, j] else _LIGHT_TEXT))
            place = QRectF(box.left() + j * width, box.top() + i * height, width, height)
            painter.drawText(place, Qt.AlignmentFlag.AlignCenter, text)


def _cell_texts(values: np.ndarray) -> list[list[str]]:
    """Return the numbers with equally many decimals, three digits for the largest; whole numbers as they are.

    Where a few large ones would leave the others less than two digits, each has three of its own.
    """
    if values.dtype.kind not in "fc":
        return [[str(value).replace("-", "−") for value in row] for row in values.tolist()]
    finite = np.abs(values[np.isfinite(values)])
    largest = float(finite.max()) if finite.size else 0.0
    power = int(np.floor(np.log10(largest))) if largest > 0 else 0
    if not -3 <= power <= 5:
        return [[number_text(value, 2) if np.isfinite(value) else "" for value in row] for row in values.tolist()]
    decimals = max(0, 2 - power)
    if decimals == 0 and np.median(finite) < 10 and (finite % 1 != 0).any():
        return [[number_text(value, 3) if np.isfinite(value) else "" for value in row] for row in values.tolist()]
    rounded = np.round(values, decimals) + 0.0
    return [
        [f"{value:.{decimals}f}".replace("-", "−") if np.isfinite(value) else "" for value in row]
        for row in rounded.tolist()
    ]


def _paint_axes(painter: QPainter, sheet: Sheet, box: QRectF, tokens: Tokens) -> None:
    rows, columns = sheet.values.shape
    metrics = QFontMetricsF(painter.font())
    line = metrics.height()
    across = sheet.columns.ticks(columns, max(2, int(box.width() / tokens.size(20 if sheet.columns.names else 64))))
    end = -1e9
    for cell, text in across:
        x, wide = box.left() + (cell + 0.5) / columns * box.width(), metrics.horizontalAdvance(text)
        _tick(painter, QPointF(x, box.bottom()), QPointF(0, _TICK), tokens)
        if x - wide / 2 > end + 6:
            painter.setPen(colour(tokens.muted))
            painter.drawText(
                QRectF(x - wide, box.bottom() + _TICK + 2, 2 * wide, line), Qt.AlignmentFlag.AlignHCenter, text
            )
            end = x + wide / 2
    for cell, text in sheet.rows.ticks(rows, max(2, int(box.height() / tokens.size(16 if sheet.rows.names else 34)))):
        down = (cell + 0.5) / rows * box.height()
        y = box.bottom() - down if sheet.upward else box.top() + down
        _tick(painter, QPointF(box.left(), y), QPointF(-_TICK, 0), tokens)
        painter.setPen(colour(tokens.muted))
        side = QRectF(0, y - line / 2, box.left() - _TICK - 4, line)
        painter.drawText(side, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, text)
    _paint_titles(painter, sheet, box, tokens)


def _paint_titles(painter: QPainter, sheet: Sheet, box: QRectF, tokens: Tokens) -> None:
    line = QFontMetricsF(painter.font()).height()
    painter.setPen(colour(tokens.text))
    below = QRectF(box.left(), box.bottom() + _TICK + 4 + line, box.width(), line)
    painter.drawText(below, Qt.AlignmentFlag.AlignHCenter, sheet.columns.title)
    if sheet.rows.title:
        ticks = _widest(
            QFontMetricsF(painter.font()), sheet.rows.ticks(sheet.values.shape[0], len(sheet.rows.names) or 6)
        )
        painter.save()
        painter.translate(box.left() - _TICK - 4 - ticks - 4 - line, box.center().y())
        painter.rotate(-90)
        painter.drawText(
            QRectF(-box.height() / 2, 0, box.height(), line), Qt.AlignmentFlag.AlignCenter, sheet.rows.title
        )
        painter.restore()


def _tick(painter: QPainter, at: QPointF, way: QPointF, tokens: Tokens) -> None:
    painter.setPen(pen(tokens.faint))
    painter.drawLine(at, at + way)


def _paint_legend(painter: QPainter, sheet: Sheet, box: QRectF, tokens: Tokens) -> None:
    """Paint the colour bar or the list of colours, and what hatched means."""
    metrics = QFontMetricsF(painter.font())
    line = metrics.height()
    left, top = box.right() + 12, box.top()
    entries: list[QColor | None] = [QColor(shown) for shown, _ in sheet.legend]
    words = [text for _, text in sheet.legend]
    if not sheet.legend and sheet.colours is None:
        spare = (line + 12 if sheet.has_bad else 0.0) + (line + 4 if sheet.shading.title else 0.0)
        bar = QRectF(left, top + (line + 4 if sheet.shading.title else 0.0), _BAR, max(16.0, box.height() - spare))
        _paint_bar(painter, sheet, bar, tokens)
        top = bar.bottom() + 12
    if sheet.has_bad:
        entries.append(None)
        words.append(sheet.bad)
    for shown, text in zip(entries, words, strict=True):
        swatch = QRectF(left, top + (line - _BAR) / 2, _BAR, _BAR)
        if shown is None:
            _hatch(painter, swatch, tokens)
        else:
            painter.fillRect(swatch, shown)
        painter.setPen(colour(tokens.muted))
        painter.drawText(QPointF(left + _BAR + 6, top + metrics.ascent()), text)
        top += line + 6


def _paint_bar(painter: QPainter, sheet: Sheet, bar: QRectF, tokens: Tokens) -> None:
    table = np.ascontiguousarray(sheet.shading.table(tokens)[::-1, None, :])
    painter.drawImage(bar, QImage(table.data, 1, len(table), 3, QImage.Format.Format_RGB888))
    line = QFontMetricsF(painter.font()).height()
    painter.setPen(colour(tokens.text))
    painter.drawText(QPointF(bar.left(), bar.top() - 6), sheet.shading.title)
    for place, text in sheet.shading.ticks(sheet.values, max(2, int(bar.height() / tokens.size(34)))):
        y = bar.bottom() - place * bar.height()
        _tick(painter, QPointF(bar.right(), y), QPointF(_TICK, 0), tokens)
        painter.setPen(colour(tokens.muted))
        painter.drawText(QRectF(bar.right() + _TICK + 3, y - line / 2, 80, line), Qt.AlignmentFlag.AlignVCenter, text)
