"""Small multiples of heat maps: one can be chosen, switched off, compared on a common scale or on its own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from PySide6.QtCore import QEvent, QRectF, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter

from explainer.contract.cards.bindings import MISSING
from explainer.contract.cards.cells import Maps
from explainer.plots.base.cell_image import rgb_of
from explainer.plots.base.cell_text import value_text
from explainer.plots.base.colours import blend, colour, pen
from explainer.plots.base.figures import fitted_texts, paint_figures
from explainer.plots.base.shading import Shading
from explainer.plots.tiles_part import Cell, TilesPart

LEAST_SHARE = 0.4
"""How much of a map's own colour its values have at least, the least value excepted."""
DOT, LEAST_FOR_DOT, ALWAYS_DOT = 12, 24, 60
"""The size of the dot that switches a map, and of the maps that have one: at all, and without the pointer on them."""


class MapsPart(TilesPart):
    """One tile for each map."""

    told: Maps

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self._off = np.zeros(0, bool)
        self._on_dot = False
        self._tables = np.zeros((0, 0, 0, 4), np.uint8)

    def fill(self) -> None:
        """Take the maps, row by row."""
        now = self.now
        assert now is not None
        values = np.asarray(now.values) if now.values is not None else np.zeros((0, 1, 1))
        columns = now.columns if isinstance(now.columns, int) else 0
        two = values.ndim == 4
        self.in_a_row = max(1, values.shape[1]) if two else 1
        self.across = columns or (self.in_a_row if two else 0)
        self.row_names = self._names(now.row_names, 0) if two else self._names(now.row_names, None)
        self.column_names = self._names(now.column_names, 1) if two else self._names(now.column_names, None)
        self.values = values.reshape(-1, *values.shape[-2:]) if values.size else np.zeros((0, 1, 1))
        off = None if now.dimmed is None or now.dimmed is MISSING else np.asarray(now.dimmed, bool).reshape(-1)
        fits = off is not None and len(off) == len(self.values)
        self._off = off if fits and off is not None else np.zeros(len(self.values), bool)

    def _names(self, given: Any, dim: int | None) -> tuple[str, ...]:
        """Return what rows or columns of maps are called."""
        if given is not None and given is not MISSING:
            return tuple(given)
        return self.places[dim].names if dim is not None and dim < len(self.places) else ()

    def dimmed(self, number: int) -> bool:
        """Return whether a map is switched off."""
        return bool(self._off[number])

    # colours

    def _ends(self) -> tuple[np.ndarray, np.ndarray]:
        """Return the least and the largest value of each map's colours (map, 1, 1)."""
        now, values = self.now, self.values
        assert now is not None
        axes = (1, 2) if now.scale == "own" else None
        lows, highs = values.min(axis=axes, keepdims=True), values.max(axis=axes, keepdims=True)
        if not (np.isfinite(lows).all() and np.isfinite(highs).all()):
            finite = np.isfinite(values)
            lows = np.where(finite, values, np.inf).min(axis=axes, keepdims=True)
            highs = np.where(finite, values, -np.inf).max(axis=axes, keepdims=True)
        low = lows.astype(float) if now.low is None else np.float64(now.low)
        high = highs.astype(float) if now.high is None else np.float64(now.high)
        if now.colours == "signed" and self.told.places is None:
            high = np.maximum(np.abs(low), np.abs(high))
            low = -high
        shape = (len(values), 1, 1)
        return np.broadcast_to(low, shape), np.broadcast_to(high, shape)

    def coloured(self) -> np.ndarray:
        """Return the maps' colours (map, row, column, 4) uint8 as they lie on the screen."""
        now = self.now
        assert now is not None
        low, high = self._ends()
        with np.errstate(over="ignore", invalid="ignore"):
            wide = np.where(np.isfinite(high - low) & (high > low), high - low, 1.0)
        values = self.values[:, ::-1] if self.upward else self.values
        kind = values.dtype if values.dtype.kind == "f" else np.dtype(float)
        least, scale = np.where(np.isfinite(low), low, 0.0).astype(kind), (255 / wide).astype(kind)
        places = self.members("places") if self.told.places else ()
        with np.errstate(over="ignore", invalid="ignore"):
            level = (values - least) * scale
            level = np.ceil(level, out=level) if len(places) else np.add(level, kind.type(0.5), out=level)
        known = np.isfinite(level) if not np.isfinite(level.sum()) else None
        if known is not None:
            known &= np.isfinite(values)
            level[~known] = 0
        index = np.clip(level, 0, 255, out=level).astype(np.uint8)
        made = self._tables = self._looked_up(index, now.colours, places)
        if known is not None:
            made[~known, 3] = 0
        return made

    def _looked_up(self, index: np.ndarray, name: str, places: Sequence[int]) -> np.ndarray:
        """Return the colours of places in a colour map, or in each map's own."""
        ramps = [self._ramp(place) for place in places] or [Shading(name).table(self.tokens)]
        table = np.full((len(ramps), 256, 4), 255, np.uint8)
        table[..., :3] = ramps
        packed = table.view(np.uint32)[..., 0]
        if len(places):
            found = np.stack([packed[k][each] for k, each in enumerate(index)])
        else:
            found = packed[0][index]
        return found.view(np.uint8).reshape(*index.shape, 4)

    def _ramp(self, place: int) -> np.ndarray:
        """Return the colours (256, 3) from the ground's to a place's of the palette; the least value stands out."""
        token = self.tokens.series_colour(place)
        shares = np.concatenate([[0.04], np.linspace(LEAST_SHARE, 1.0, 255)])
        return np.array([rgb_of(blend(self.tokens.canvas, token, float(share))) for share in shares]).astype(np.uint8)

    def heading_colour(self, number: int) -> Any:
        """Return the colour of a heading: the map's own."""
        places = self.members("places") if self.told.places else ()
        return colour(self.tokens.series_colour(places[number])) if len(places) else super().heading_colour(number)

    def paint_on(self, painter: QPainter, number: int, box: QRectF) -> None:
        """Write the numbers of a map's cells, where there is room."""
        values = self.values[number]
        rows, columns = values.shape
        wide, high = box.width() / columns, box.height() / rows
        texts = fitted_texts(painter, self.tokens, self.font(), values, wide, high) if self.told.numbers else ()
        if texts:
            colours = self._tables[number][::-1] if self.upward else self._tables[number]

            def cell(row: int, column: int) -> QRectF:
                down = rows - 1 - row if self.upward else row
                return QRectF(box.left() + column * wide, box.top() + down * high, wide, high)

            paint_figures(painter, texts, colours, cell, self.tokens)

    # the dot

    def dot_of(self, number: int) -> QRectF | None:
        """Return where the dot that switches a map is; None where the map has none."""
        box, size = self.tiling.box(number), self.tokens.size(DOT)
        if self.told.switch is None or box.width() < self.tokens.size(LEAST_FOR_DOT):
            return None
        return QRectF(box.right() - size - 3, box.top() + 3, size, size)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Qt: a click on a map, or on its dot."""
        cell = None if self.empty else self.cell_at(event.position())
        dot = self.dot_of(cell[0]) if cell is not None else None
        self._on_dot = dot is not None and dot.contains(event.position())
        super().mouseReleaseEvent(event)
        self._on_dot = False

    def choose(self, cell: Cell) -> None:
        """Ask for what a click on a map, or on its dot, comes to."""
        self.press_on(self.told.switch if self._on_dot else self.told.click, cell[0])

    def event(self, event: QEvent) -> bool:
        """Qt: X is the part's where it switches."""
        shortcut = event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent)
        if shortcut and event.key() == Qt.Key.Key_X and self.told.switch is not None:  # type: ignore[attr-defined]
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt: X switches the map that the keys are on."""
        if event.key() == Qt.Key.Key_X and self.told.switch is not None and self.here is not None:
            self.press_on(self.told.switch, self.here[0])
        else:
            super().keyPressEvent(event)

    def paint_over(self, painter: QPainter, width: float, height: float) -> None:
        """Paint what is lit, and the dots."""
        super().paint_over(painter, width, height)
        if self.told.switch is None:
            return
        lit = self.lit_tile()
        for number in range(self.tiling.shown):
            dot = self.dot_of(number)
            large = self.tiling.width >= self.tokens.size(ALWAYS_DOT)
            if dot is not None and (large or number == lit or self.dimmed(number)):
                painter.setPen(pen(self.tokens.card, 1.5))
                painter.setBrush(colour(self.tokens.danger if self.dimmed(number) else self.tokens.good))
                painter.drawEllipse(dot)

    # words

    def name_of(self, number: int) -> str:
        """Return what a map is called."""
        headings, captions = self.members("headings"), self.captions()
        if len(headings):
            return str(headings[number]).partition("\n")[0]
        if len(captions):
            return str(captions[number])
        lights = self.tile_lights(number)
        known = {places.name: places for places in self.places}
        said = [f"{known[name].title} {known[name].names[at]}" for name, at in lights.items() if name in known]
        return ", ".join(said) or f"map {number + 1}"

    def reading(self) -> str:
        """Return what is said of the cell, or the map, that is lit."""
        number = self.lit_tile()
        if number is None or self.empty or number >= len(self.values):
            return ""
        off = ", off" if self.dimmed(number) else ""
        row, column = self.here[1:] if self.here is not None else (-1, -1)
        if row < 0 or not self.has((number, row, column)):
            return f"{self.name_of(number)}{off}: {self._range(self.values[number])}"
        said = self.said(self.told.reading, number, row, column)
        if said is not None:
            return said
        value = float(self.values[number, row, column])
        where = [f"{p.title} {p.names[at]}" for p, at in zip(self.places[-2:], (row, column), strict=False)]
        return " · ".join([f"{self.name_of(number)}{off}", *where, value_text(value)])

    def _range(self, values: np.ndarray) -> str:
        finite = values[np.isfinite(values)]
        if not finite.size:
            return "no number"
        return f"{value_text(float(finite.min()))} to {value_text(float(finite.max()))}"

    def summary(self) -> str:
        """Return how many maps there are, their range, and which are off."""
        if self.empty or self.now is None:
            return getattr(self.now, "none", "")
        rows, columns = self.values.shape[1:]
        said = f"{len(self.values)} maps of {rows} × {columns}, {self._range(self.values)}"
        off = int(self._off.sum())
        return f"{said}, {off} off" if off else said
