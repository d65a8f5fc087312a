"""Cells with their axes and colours: what a matrix or a map shows, and where; painted by :mod:`sheet_painting`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize
from PySide6.QtGui import QFont, QFontMetricsF

from explainer.plots.base.axis import Axis
from explainer.plots.base.colours import small_font
from explainer.plots.base.shading import Shading
from explainer.theme.tokens import Tokens

TICK, BAR, ROW_PITCH = 4, 12, 34
MOST_DRAWN = 1_024
"""Of more rows or columns than this every k-th is drawn."""
LEAST_SHARE = 0.25
"""Where cells would have less of the width, there is no bar of colours and no legend."""
LEAST_SIDE = 16.0
"""Cells that keep their shape leave it where they would together be thinner than this."""
LEAST_BAR = 110.0
"""The bar of colours is no shorter, where there is room."""
WIDEST_NAMES = 0.34
"""The share of the width or height that the cells' names take at most."""


@dataclass(frozen=True, eq=False)
class Sheet:
    """Values (row, column) as coloured cells between two axes; row 0 is above, or below with ``upward``."""

    values: np.ndarray
    rows: Axis
    columns: Axis
    shading: Shading
    bad: str
    colours: np.ndarray | None
    """Colours (row, column, 3 or 4) uint8 instead of the shading's, with a legend instead of its bar."""
    legend: tuple[tuple[str, str], ...]
    """Colours, none for words alone, and what they mean."""
    upward: bool
    numbers: bool = True
    texts: Sequence[str] = ()
    """What is written into the cells, row by row, instead of their numbers."""
    beside: Sequence[tuple[str, str]] = ()
    """Words right of each row instead of the bar of colours, with the colours' names; and what stands above them."""
    beside_head: str = ""

    @cached_property
    def shape(self) -> tuple[int, int]:
        """How many rows and columns there are."""
        return self.values.shape[0], self.values.shape[1]

    @cached_property
    def picked(self) -> tuple[np.ndarray, np.ndarray]:
        """Which rows and columns are drawn: of very many evenly spaced ones."""
        rows, columns = (
            np.arange(count)
            if count <= MOST_DRAWN
            else np.floor((np.arange(MOST_DRAWN) + 0.5) * count / MOST_DRAWN).astype(np.intp)
            for count in self.shape
        )
        return rows, columns

    def _drawn(self, array: np.ndarray) -> np.ndarray:
        return array if max(self.shape) <= MOST_DRAWN else array[np.ix_(*self.picked)]

    @cached_property
    def drawn(self) -> np.ndarray:
        """The values that are drawn."""
        return self._drawn(self.values)

    @cached_property
    def has_bad(self) -> bool:
        """Whether some cell has no colour: its value is NaN or infinite, or it is of no class."""
        if self.colours is not None and self.colours.shape[-1] == 4:
            return not bool(self.colours[..., 3].all())
        return not bool(np.isfinite(self.values).all())

    def pixels(self, tokens: Tokens, room: tuple[int, int] | None = None) -> np.ndarray:
        """Return one colour per cell as they lie on the screen, (row, column, 4) uint8.

        Weights, of which most are small, are no more than ``room`` rows and columns: each the largest it stands for.
        """
        if self.colours is None:
            pooled = self.shading.name == "accent" and room is not None
            made = self.shading.colours(strongest(self.drawn, *room) if pooled and room else self.drawn, tokens)
        elif self.colours.shape[-1] == 4:
            made = self._drawn(self.colours)
        else:
            alpha = np.where(np.isfinite(self.drawn), 255, 0).astype(np.uint8)[..., None]
            made = np.concatenate([self._drawn(self.colours).astype(np.uint8), alpha], -1)
        return np.ascontiguousarray(made[::-1] if self.upward else made)


def strongest(values: np.ndarray, rows: int, columns: int) -> np.ndarray:
    """Return values (row, column) in at most so many rows and columns, each the largest that it stands for."""
    for axis, most in ((0, rows), (1, columns)):
        count = values.shape[axis]
        if count > most > 0:
            values = np.maximum.reduceat(values, np.arange(most) * count // most, axis)
    return values


def legend_rectangle(size: QSize, tokens: Tokens) -> QRectF:
    """Return the line above the cells in which readings appear."""
    return QRectF(10, 2, size.width() - 20, tokens.size(20))


@dataclass(frozen=True)
class Layout:
    """Where the cells are in the widget, and what room their names have."""

    cells: QRectF
    left: float
    """The width of the rows' names."""
    below: float
    """The height of the columns' names."""
    upright: bool
    """Whether the columns' names are turned to stand upright."""
    shape: tuple[int, int]
    upward: bool
    legend: QRectF
    """Where the bar of colours is, or the legend begins."""

    def position_of(self, row: float, column: float) -> QPointF:
        """Return the pixel of a fractional row and column, whole numbers being middles of cells."""
        box, (rows, columns) = self.cells, self.shape
        down = (row + 0.5) / rows * box.height()
        across = box.left() + (column + 0.5) / columns * box.width()
        return QPointF(across, box.bottom() - down if self.upward else box.top() + down)

    def cell_at(self, position: QPointF) -> tuple[int, int] | None:
        """Return the row and column at a pixel, None beside the cells."""
        box, (rows, columns) = self.cells, self.shape
        if not box.contains(position):
            return None
        down = (box.bottom() - position.y() if self.upward else position.y() - box.top()) / box.height()
        right = (position.x() - box.left()) / box.width()
        return min(rows - 1, max(0, int(down * rows))), min(columns - 1, max(0, int(right * columns)))

    def rectangle(self, row: float, column: float) -> QRectF:
        """Return where a cell is, never smaller than can be seen."""
        wide, high = (max(4.0, self.cells.width() / self.shape[1]), max(4.0, self.cells.height() / self.shape[0]))
        middle = self.position_of(row, column)
        return QRectF(middle.x() - wide / 2, middle.y() - high / 2, wide, high)


def layout_of(sheet: Sheet, size: QSize, tokens: Tokens, font: QFont, aspect: float | None) -> Layout:
    """Return where a sheet's cells are: the widget less titles, tick labels and colour bar.

    ``aspect`` is the wanted width divided by height, None fills what is there.
    """
    metrics = QFontMetricsF(small_font(tokens, font))
    line, (rows, columns) = metrics.height(), sheet.shape
    about = len(sheet.rows.names) or max(2, int(size.height() / tokens.size(ROW_PITCH)))
    names = min(widest(metrics, sheet.rows.ticks(rows, about)), WIDEST_NAMES * size.width())
    left = 8 + (line + 4 if sheet.rows.title else 0) + names + TICK + 4
    right = _legend_width(sheet, metrics)
    if size.width() - left - right < LEAST_SHARE * size.width():
        right = 0.0
    room = max(8.0, size.width() - left - (right or 10.0))
    ticks = sheet.columns.ticks(columns, columns) if sheet.columns.names else []
    wide = widest(metrics, ticks)
    cell = min(room, aspect * size.height() if aspect else room) / columns
    upright = cell >= line and size.height() > 8 * line and not _find_room(metrics, ticks, cell, columns)
    below = min(wide, WIDEST_NAMES * size.height()) if upright else line
    bottom = 8 + (line + 2 if sheet.columns.title else 0) + below + TICK + 2
    top = tokens.size(28)
    space = QRectF(left, top, room, max(8.0, size.height() - top - bottom))
    if aspect is not None:
        width = min(space.width(), space.height() * aspect)
        kept = QRectF(0, 0, width, width / aspect)
        kept.moveCenter(space.center())
        space = kept if min(kept.width(), kept.height()) >= LEAST_SIDE else space
    bar = QRectF(space.right() + 12, space.top(), BAR, space.height()) if right else QRectF()
    if right and bar.height() < LEAST_BAR:
        bar.setTop(max(top, space.center().y() - LEAST_BAR / 2))
        bar.setHeight(min(LEAST_BAR, size.height() - bar.top() - 8.0))
    return Layout(space, names, below, upright, sheet.shape, sheet.upward, bar)


def _find_room(metrics: QFontMetricsF, ticks: list[tuple[float, str]], cell: float, columns: int) -> bool:
    """Return whether all names have room side by side, in the middle of their columns."""
    end = -1e9
    for place, text in ticks:
        middle, half = (place + 0.5) * cell, metrics.horizontalAdvance(text) / 2
        if middle - half <= end + 6:
            return False
        end = middle + half
    return end <= columns * cell + 8


def widest(metrics: QFontMetricsF, ticks: list[tuple[float, str]]) -> float:
    """Return the width of the widest label."""
    return max([metrics.horizontalAdvance(text) for _, text in ticks], default=0.0)


def _legend_width(sheet: Sheet, metrics: QFontMetricsF) -> float:
    words = [text for _, text in sheet.legend] + ([sheet.bad] if sheet.has_bad else [])
    wide = max([metrics.horizontalAdvance(text) for text in words], default=0.0)
    if sheet.beside:
        said = [*(text for text, _ in sheet.beside), sheet.beside_head]
        return 12 + max(wide + BAR, max(map(metrics.horizontalAdvance, said))) + 12
    if not sheet.legend and sheet.colours is None:
        wide = max(wide, widest(metrics, sheet.shading.ticks(sheet.drawn, 5)) + TICK)
        wide = max(wide, metrics.horizontalAdvance(sheet.shading.title) - BAR)
    elif not words:
        return 12
    return 12 + BAR + 6 + wide + 12
