"""The part of a matrix or map that stays while the pointer moves: cells, numbers, axes, colour bar."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QImage, QPainter

from explainer.plots.base.blank import blank_image
from explainer.plots.base.cell_image import hatch, image_of, paint_cells
from explainer.plots.base.colours import colour, pen, small_font
from explainer.plots.base.figures import fitted_texts, fitted_words, paint_figures
from explainer.plots.base.sheet import BAR, ROW_PITCH, TICK, Layout, Sheet, widest
from explainer.theme.tokens import Tokens


def sheet_image(sheet: Sheet, size: QSize, ratio: float, tokens: Tokens, font: QFont, at: Layout) -> QImage:
    """Return everything but marker, hovered cell and words, ``ratio`` device pixels to a pixel."""
    image = blank_image(size * ratio, tokens.card)
    image.setDevicePixelRatio(ratio)
    painter = QPainter(image)
    paint_sheet(painter, sheet, tokens, font, at)
    painter.end()
    return image


def paint_sheet(painter: QPainter, sheet: Sheet, tokens: Tokens, font: QFont, at: Layout) -> None:
    """Paint everything but marker, hovered cell and words."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    pixels = sheet.pixels(tokens, (int(at.cells.height()), int(at.cells.width())))
    if sheet.has_bad:
        hatch(painter, at.cells, tokens)
    paint_cells(painter, at.cells, image_of(pixels))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if sheet.texts or (sheet.numbers and sheet.colours is None):
        _paint_numbers(painter, sheet, pixels, at, tokens, font)
    painter.setFont(small_font(tokens, font))
    painter.setPen(pen(tokens.border))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(at.cells)
    _paint_columns(painter, sheet, at, tokens)
    _paint_rows(painter, sheet, at, tokens)
    _paint_titles(painter, sheet, at, tokens)
    if sheet.beside and not at.legend.isEmpty():
        _paint_beside(painter, sheet, at, tokens)
    elif not at.legend.isEmpty():
        _paint_legend(painter, sheet, at.legend, tokens)


def _paint_numbers(
    painter: QPainter, sheet: Sheet, pixels: np.ndarray, at: Layout, tokens: Tokens, font: QFont
) -> None:
    """Write each value into its cell where all of them have room."""
    rows, columns = sheet.shape
    width, height = at.cells.width() / columns, at.cells.height() / rows
    values = sheet.values[::-1] if sheet.upward else sheet.values
    values = np.where(np.isfinite(values), values, np.nan) if values.dtype.kind == "f" else values
    if sheet.texts:
        texts = fitted_words(painter, tokens, font, sheet.texts, width, height)
    else:
        texts = fitted_texts(painter, tokens, font, values, width, height)

    def box_of(row: int, column: int) -> QRectF:
        return QRectF(at.cells.left() + column * width, at.cells.top() + row * height, width, height)

    paint_figures(painter, texts, pixels, box_of, tokens)


def _paint_columns(painter: QPainter, sheet: Sheet, at: Layout, tokens: Tokens) -> None:
    box, columns, metrics = at.cells, sheet.shape[1], QFontMetricsF(painter.font())
    line, end = metrics.height(), -1e9
    about = box.width() / tokens.size(20 if sheet.columns.names else 64)
    if sheet.columns.names and widest(metrics, sheet.columns.ticks(columns, columns)) + 6 <= box.width() / columns:
        about = columns
    for cell, text in sheet.columns.ticks(columns, columns if at.upright else max(2, int(about))):
        x, wide = box.left() + (cell + 0.5) / columns * box.width(), metrics.horizontalAdvance(text)
        _tick(painter, QPointF(x, box.bottom()), QPointF(0, TICK), tokens)
        painter.setPen(colour(tokens.muted))
        if at.upright:
            shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, at.below)
            painter.save()
            painter.translate(x, box.bottom() + TICK + 2)
            painter.rotate(-90)
            flags = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(QRectF(-at.below, -line / 2, at.below, line), flags, shown)
            painter.restore()
        elif x - wide / 2 > end + 6:
            where = QRectF(x - wide, box.bottom() + TICK + 2, 2 * wide, line)
            painter.drawText(where, Qt.AlignmentFlag.AlignHCenter, text)
            end = x + wide / 2


def _paint_rows(painter: QPainter, sheet: Sheet, at: Layout, tokens: Tokens) -> None:
    box, rows, metrics = at.cells, sheet.shape[0], QFontMetricsF(painter.font())
    line = metrics.height()
    about = box.height() / (line if sheet.rows.names else tokens.size(ROW_PITCH))
    for cell, text in sheet.rows.ticks(rows, max(1, int(about))):
        y = at.position_of(cell, 0).y()
        _tick(painter, QPointF(box.left(), y), QPointF(-TICK, 0), tokens)
        painter.setPen(colour(tokens.muted))
        shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, at.left + 1) if sheet.rows.names else text
        side = QRectF(0, y - line / 2, box.left() - TICK - 4, line)
        painter.drawText(side, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, shown)


def _paint_titles(painter: QPainter, sheet: Sheet, at: Layout, tokens: Tokens) -> None:
    box, line = at.cells, QFontMetricsF(painter.font()).height()
    painter.setPen(colour(tokens.text))
    wide = max(box.width(), QFontMetricsF(painter.font()).horizontalAdvance(sheet.columns.title) + 2)
    below = QRectF(max(2.0, box.center().x() - wide / 2), box.bottom() + TICK + 4 + at.below, wide, line)
    painter.drawText(below, Qt.AlignmentFlag.AlignHCenter, sheet.columns.title)
    if sheet.rows.title:
        painter.save()
        painter.translate(box.left() - TICK - 4 - at.left - 4 - line, box.center().y())
        painter.rotate(-90)
        along = QRectF(-box.height() / 2, 0, box.height(), line)
        shown = painter.fontMetrics().elidedText(sheet.rows.title, Qt.TextElideMode.ElideRight, round(along.width()))
        painter.drawText(along, Qt.AlignmentFlag.AlignCenter, shown)
        painter.restore()


def _paint_beside(painter: QPainter, sheet: Sheet, at: Layout, tokens: Tokens) -> None:
    """Write words right of the rows, as many as find room."""
    line, rows, left = QFontMetricsF(painter.font()).height(), sheet.shape[0], at.cells.right() + 12
    flags = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
    painter.setPen(colour(tokens.muted))
    painter.drawText(QRectF(left, at.cells.top() - line - 2, 400, line), flags, sheet.beside_head)
    stride = max(1, math.ceil(line * rows / at.cells.height()))
    for row, (text, token) in list(enumerate(sheet.beside))[::stride]:
        painter.setPen(colour(getattr(tokens, token or "text")))
        painter.drawText(QRectF(left, at.position_of(row, 0).y() - line / 2, 400, line), flags, text)


def _tick(painter: QPainter, at: QPointF, way: QPointF, tokens: Tokens) -> None:
    painter.setPen(pen(tokens.faint))
    painter.drawLine(at, at + way)


def _paint_legend(painter: QPainter, sheet: Sheet, box: QRectF, tokens: Tokens) -> None:
    """Paint the colour bar or the list of colours, and what hatched means."""
    metrics = QFontMetricsF(painter.font())
    line = metrics.height()
    left, top = box.left(), box.top()
    entries: list[tuple[str | None, str]] = list(sheet.legend)
    if not sheet.legend and sheet.colours is None:
        spare = (line + 12 if sheet.has_bad else 0.0) + (line + 4 if sheet.shading.title else 0.0)
        bar = QRectF(left, top + (line + 4 if sheet.shading.title else 0.0), BAR, max(16.0, box.height() - spare))
        _paint_bar(painter, sheet, bar, tokens)
        top = bar.bottom() + 12
    for shown, text in [*entries, *([(None, sheet.bad)] if sheet.has_bad else [])]:
        swatch = QRectF(left, top + (line - BAR) / 2, BAR, BAR)
        if shown is None:
            hatch(painter, swatch, tokens)
        elif shown:
            painter.fillRect(swatch, QColor(shown))
        painter.setPen(colour(tokens.muted))
        painter.drawText(QPointF(left + BAR + 6, top + metrics.ascent()), text)
        top += line + 6


def _paint_bar(painter: QPainter, sheet: Sheet, bar: QRectF, tokens: Tokens) -> None:
    table = np.ascontiguousarray(sheet.shading.table(tokens)[::-1, None, :])
    painter.drawImage(bar, QImage(table.data, 1, len(table), 3, QImage.Format.Format_RGB888))
    line = QFontMetricsF(painter.font()).height()
    painter.setPen(colour(tokens.text))
    painter.drawText(QPointF(bar.left(), bar.top() - 6), sheet.shading.title)
    for place, text in sheet.shading.ticks(sheet.drawn, max(2, int(bar.height() / tokens.size(34)))):
        y = bar.bottom() - place * bar.height()
        _tick(painter, QPointF(bar.right(), y), QPointF(TICK, 0), tokens)
        painter.setPen(colour(tokens.muted))
        painter.drawText(QRectF(bar.right() + TICK + 3, y - line / 2, 80, line), Qt.AlignmentFlag.AlignVCenter, text)
