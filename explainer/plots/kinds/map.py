"""A matrix between two scales, with crosses, a legend of classes, and a marker where the run is."""

from __future__ import annotations

from typing import Any

import numpy as np
from PySide6.QtCore import QPointF
from PySide6.QtGui import QPainter

from explainer.contract.cards.bindings import MISSING
from explainer.contract.cards.cells import Map
from explainer.plots.base.cell_image import class_colour, class_colours
from explainer.plots.base.cell_marks import paint_crosses, paint_marker
from explainer.plots.base.sheet import Sheet
from explainer.plots.kinds.matrix import Cell, MatrixPart


class MapPart(MatrixPart):
    """Draws the matrix of a map, and what lies on it in the units of its axes."""

    told: Map

    def look(self) -> tuple[Any, ...]:
        """Return all but values and places on which it depends what stays."""
        assert self.now is not None
        return *super().look(), self.now.legend, self.now.pale, self.tokens if self.told.legend else None

    def make_sheet(self, values: np.ndarray) -> Sheet:
        """Return the cells with axes and colours, those of classes where there is a legend."""
        now = self.now
        assert now is not None
        if self.told.legend is None or now.legend is MISSING:
            return super().make_sheet(values)
        rows, columns = self.axes()
        pale = None if now.pale is None or now.pale is MISSING else np.asarray(now.pale, float)
        colours = class_colours(values, self.tokens, pale if pale is not None and pale.shape == values.shape else None)
        legend = tuple(
            ("" if place < 0 else class_colour(place, self.tokens).name(), words) for place, words in now.legend
        )
        return Sheet(values, rows, columns, self.shading(), now.bad, colours, legend, self.told.upward)

    def changed(self) -> None:
        """Have everything painted again; the colours of classes are the theme's."""
        if self.told.legend is not None and self.sheet is not None and self._drawn[-1] is not self.tokens:
            self.fill()
        super().changed()

    @property
    def aspect(self) -> float | None:
        """The cells' width divided by their height, all together; None where they fill what is there."""
        if self.told.equal and len(self.places) == 2:
            down, across = (self._extent(places.at) for places in self.places)
            return across / down if down > 0 and across > 0 else None
        return super().aspect

    def _extent(self, at: np.ndarray) -> float:
        """Return how far an axis reaches, from cell's edge to cell's edge."""
        return float(np.ptp(at)) * len(at) / (len(at) - 1) if len(at) > 1 and np.isfinite(at).all() else 0.0

    def value_text(self, row: int, column: int) -> str:
        """Return a cell's value in words: of a class its meaning."""
        assert self.sheet is not None
        if self.told.legend is None or self.now is None or self.now.legend is MISSING:
            return super().value_text(row, column)
        value = self.sheet.values[row, column]
        known = {place: words for place, words in self.now.legend if place >= 0}
        return self.sheet.bad if not np.isfinite(value) or value < 0 else known.get(int(value), f"{value:g}")

    # in the units of the axes

    def pixel_of(self, row: float, column: float) -> QPointF | None:
        """Return the pixel of a row's and a column's value; None where the scales do not reach."""
        assert self.sheet is not None
        cell = self.sheet.rows.cell(row), self.sheet.columns.cell(column)
        return self.at.position_of(*cell) if np.isfinite(cell).all() else None

    def marker(self) -> tuple[float, float] | None:
        """Return where the run is, in the units of the axes."""
        marker = self.now.marker if self.now is not None else None
        return None if marker is None or marker is MISSING else (float(marker[0]), float(marker[1]))

    def start(self) -> Cell:
        """Return the cell where the keys begin: at the marker, where none is framed."""
        marker = self.marker()
        if marker is None or self.framed() is not None or self.sheet is None:
            return super().start()
        cell = self.sheet.rows.cell(marker[0]), self.sheet.columns.cell(marker[1])
        if not np.isfinite(cell).all():
            return super().start()
        row, column = (int(np.clip(round(at), 0, n - 1)) for at, n in zip(cell, self.sheet.shape, strict=True))
        return row, column

    def paint_over(self, painter: QPainter, width: float, height: float) -> None:
        """Paint crosses, what is lit, and the marker above all."""
        now, box = self.now, self.at.cells
        assert now is not None
        crosses = now.crosses if isinstance(now.crosses, (list, tuple, np.ndarray)) else ()
        pixels = [self.pixel_of(float(row), float(column)) for row, column in crosses]
        paint_crosses(painter, [pixel for pixel in pixels if pixel is not None], box, self.tokens)
        super().paint_over(painter, width, height)
        marker = self.marker()
        at = self.pixel_of(*marker) if marker is not None else None
        if at is not None:
            paint_marker(painter, at, box, self.tokens)
