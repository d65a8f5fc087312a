"""Grids of numbers with signs between them; their marks follow the pointer, their numbers can be given by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QKeyEvent, QPainter, QResizeEvent

from explainer.contract.cards.bindings import MISSING, Edit
from explainer.contract.cards.cells import Board, Grid
from explainer.contract.frame import Frame
from explainer.plots.base.cell_text import value_text
from explainer.plots.base.number_grid import Mark, NumberGrid, marked
from explainer.plots.base.shading import Shading
from explainer.plots.cell_part import CellPart, every
from explainer.plots.kinds.board_painting import BoardPainting
from explainer.plots.part import Place
from explainer.plots.resolved import Places, Resolved, alike, asked, dims_of, words_of

TURNS = {Qt.Key.Key_PageUp: -1, Qt.Key.Key_PageDown: 1}
Cell = tuple[int, tuple[int, int]]
"""The number of the grid, counted from 0, then row and column."""


class BoardPart(CellPart):
    """Each grid is a :class:`NumberGrid`; one that has no values has no place."""

    told: Board

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self.rows = [list(part) for part in self.told.parts if isinstance(part, tuple)] or [list(self.told.parts)]
        self.told_grids = [part for row in self.rows for part in row if isinstance(part, Grid)]
        self.grid_dims = [dims_of(grid, self.scene)[-2:] for grid in self.told_grids]
        self.dims = tuple(dict.fromkeys([dim for dims in self.grid_dims for dim in dims if dim] + list(self.follows)))
        self.grids = [NumberGrid() for _ in self.told_grids]
        self.marked: Sequence[Sequence[Mark]] = ()
        self.lines: Sequence[tuple[str | Sequence[str], str]] = ()
        self._painting = BoardPainting(self)
        self._given: list[tuple[Any, ...]] = [()] * len(self.grids)
        self._signs: list[str] = []

    # what there is

    def now_of(self, index: int) -> Resolved:
        """Return a grid at this moment."""
        assert self.now is not None
        return _grids_in(self.now)[index]

    def counts(self, now: Resolved) -> Sequence[int]:
        """Return how many places each dimension has, border cells not counted."""
        known: dict[str, int] = {}
        for each, dims in zip(_grids_in(now), self.grid_dims, strict=True):
            top, bottom, left, right = _border(each)
            rows, columns = _shape(each)
            for dim, size in zip(dims, (rows - top - bottom, columns - left - right), strict=False):
                known[dim] = max(known.get(dim, 0), size)
        return [known.get(dim, 0) for dim in self.dims]

    @property
    def empty(self) -> bool:
        """Whether no grid has values."""
        return not any(grid.values.size for grid in self.grids)

    def draw(self, frame: Frame) -> None:
        """Show a frame, with what the pointer is on."""
        super().draw(replace(frame, lit=dict(self.lit)))

    def fill(self) -> None:
        """Take every grid that has come; where all are as they were only the marks over them are painted."""
        assert self.now is not None
        same = True
        for index, (grid, now) in enumerate(zip(self.grids, _grids_in(self.now), strict=True)):
            if now.values is MISSING:
                continue
            values = now.values if isinstance(now.values, np.ndarray) else np.zeros((0, 0))
            masks = {name: _fitting(getattr(now, name), values) for name in ("hatched", "faint", "picture")}
            border = _border(now)
            low, high = (None if end is None or end is MISSING else float(end) for end in (now.low, now.high))
            grid.title, grid.caption, grid.shading = now.title, now.caption, Shading(now.colours, low, high)
            given = (values, border, masks, now.title, now.caption, grid.shading)
            if not alike(given, self._given[index]):
                grid.fill(values, border=border, **masks)
                self._given[index], same = given, False
        signs = [self.sign_before(part) for row in self.rows for part in row if not isinstance(part, Grid)]
        self.kept_when_same(same and signs == self._signs)
        self._signs = signs

    def _mark(self) -> None:
        """Ask for marks and lines."""
        frame = self.frame
        found = asked(self.told.marks, frame) if self.told.marks and frame is not None else ()
        marks: list[list[Mark]] = [[] for _ in self.grids]
        for mark in () if found is MISSING else found:
            token = self.tokens.series_colour(mark.token) if isinstance(mark.token, int) else ""
            token = token or getattr(self.tokens, str(mark.token))
            marks[mark.grid].append(marked(mark.cells, token, mark.width, mark.tint))
        self.marked = marks
        lines = asked(self.told.lines, frame) if self.told.lines and frame is not None else ()
        self.lines = () if lines is MISSING else [line for line in lines if line[0]]

    def light(self, name: str, value: object | None) -> None:
        """Follow the pointer: other marks, and other values where these depend on it."""
        if name not in self.dims:
            return
        before = self.lit.get(name)
        followed = name in self.follows
        known = isinstance(value, int) and value >= 0 and (followed or value < self.count(name))
        if known:
            self.lit[name] = value  # type: ignore[assignment]
        else:
            self.lit.pop(name, None)
        if self.lit.get(name) == before or self.frame is None:
            return
        self.frame = replace(self.frame, lit=dict(self.lit))
        if followed:
            super().draw(self.frame)
        if self.now is not None:
            self._mark()
        self.say()
        self.lights_changed()

    def names_of(self, index: int) -> tuple[Places | None, Places | None]:
        """Return the places of a grid's rows and columns."""
        known = {places.name: places for places in self.places}
        dims = self.grid_dims[index]
        return (known.get(dims[0]), known.get(dims[1])) if len(dims) == 2 else (None, None)

    def sign_before(self, part: Any) -> str:
        """Return a sign's words."""
        return words_of(part, self.frame) if self.frame is not None else ""

    # cells

    def cell_at(self, point: QPointF) -> Cell | None:
        """Return the grid and the cell at a pixel."""
        self._painting.arrange()
        for index, grid in reversed(list(enumerate(self.grids))):
            cell = grid.cell_at(point)
            if cell is not None:
                return index, cell
        return None

    def has(self, cell: Cell) -> bool:
        """Return whether there is such a cell."""
        return self.grids[cell[0]].has(cell[1])

    def rectangle(self, cell: Cell) -> QRectF:
        """Return where a cell is."""
        self._painting.arrange()
        return self.grids[cell[0]].rectangle(cell[1])

    def lights_of(self, cell: Cell) -> Mapping[str, int]:
        """Return the places that the pointer on a cell lights."""
        index, (row, column) = cell
        told = self.told_grids[index]
        if told.lights is not None and self.frame is not None:
            found = asked(told.lights, self.frame, row, column)
            return {} if found is MISSING else {name: at for name, at in found.items() if at is not None}
        dims = self.grid_dims[index]
        inside = all(0 <= at < self.count(dim) for dim, at in zip(dims, (row, column), strict=False))
        return dict(zip(reversed(dims), (column, row), strict=False)) if inside else {}

    def edit_of(self, cell: Cell) -> Edit | None:
        """Return what giving a number comes to."""
        told = self.told_grids[cell[0]].edit
        return told if told is not None and self.now_of(cell[0]).edit.applies is True else None

    def value_of(self, cell: Cell) -> tuple[float, Any]:
        """Return a cell's number, and all of its grid."""
        grid = self.grids[cell[0]]
        return grid.value(cell[1]), grid.values

    def place_of(self, cell: Cell) -> tuple[int, ...]:
        """Return row and column."""
        return cell[1]

    def can_click(self, cell: Cell) -> bool:
        """Return whether a click comes to something."""
        return self.told_grids[cell[0]].click is not None

    def choose(self, cell: Cell) -> None:
        """Ask for what a click comes to."""
        self.press_on(self.told_grids[cell[0]].click, *cell[1])

    def marks(self) -> Sequence[Place]:
        """Return the middle of every cell, of very many evenly spaced ones."""
        self._painting.arrange()
        found = []
        for index, grid in enumerate(self.grids):
            rows, columns = grid.shape
            for row in every(rows) if grid.values.size else ():
                for column in every(columns):
                    cell = (index, (row - grid.border[0], column - grid.border[2]))
                    pixel = grid.rectangle(cell[1]).center().toPoint()
                    if self.cell_at(QPointF(pixel)) == cell:
                        found.append(Place(pixel, self.lights_of(cell), grid.value(cell[1])))
        return found

    def handles(self) -> Sequence[QPoint]:
        """Return the cells whose number can be dragged."""
        cells = (self.cell_at(QPointF(place.at)) for place in self.marks())
        return [
            self.rectangle(cell).center().toPoint()
            for cell in cells
            if cell is not None and self.edit_of(cell) is not None
        ]

    # keys

    def event(self, event: QEvent) -> bool:
        """Qt: the page keys are the board's too."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and event.key() in TURNS:
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt: go from grid to grid with the page keys."""
        key = Qt.Key(event.key())
        if key not in TURNS:
            super().keyPressEvent(event)
            return
        shown = [index for index, grid in enumerate(self.grids) if grid.values.size]
        if shown:
            at = shown.index(self.here[0]) if self.here is not None and self.here[0] in shown else -TURNS[key]
            self.go_to((shown[(at + TURNS[key]) % len(shown)], (0, 0)))

    def go(self, down: int, right: int) -> None:
        """Go to the next cell of the grid, at first to the first grid's first cell."""
        if self.empty:
            return
        if self.here is None:
            self.go_to((next(index for index, grid in enumerate(self.grids) if grid.values.size), (0, 0)))
            return
        index, (row, column) = self.here
        if self.grids[index].has((row + down, column + right)):
            self.go_to((index, (row + down, column + right)))

    # words

    def reading(self) -> str:
        """Return what is said of the cell that the pointer or the keys are on."""
        if self.here is None or self.now is None or not self.has(self.here):
            return ""
        index, (row, column) = self.here
        said = self.said(self.told_grids[index].reading, row, column)
        if said is not None:
            return said
        grid, (down, across) = self.grids[index], self.names_of(index)
        where = [
            f"{name} {places.names[at] if places and places.named and 0 <= at < len(places.names) else at}"
            for name, places, at in (("row", down, row), ("column", across, column))
        ]
        return f"{grid.title}, {', '.join(where)}: {value_text(grid.value((row, column)))}".lstrip(", ")

    def summary(self) -> str:
        """Return the lines of words, else each grid's title and size."""
        if self.empty or self.now is None:
            return getattr(self.now, "none", "")
        sizes = [f"{grid.title} {grid.shape[0]} × {grid.shape[1]}".strip() for grid in self.grids if grid.values.size]
        said = [words if isinstance(words, str) else words[0] for words, _ in self.lines] or [self.now.caption]
        return ". ".join(filter(None, [", ".join(sizes), *said]))

    # painting

    def changed(self) -> None:
        """Have everything painted again."""
        self._painting.forget()
        if self.now is not None:
            self._mark()
        super().changed()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Qt: the cells have another size."""
        self._painting.forget()
        super().resizeEvent(event)

    def paint_still(self, painter: QPainter, width: float, height: float) -> None:
        """Paint the grids, their titles and names, and the signs."""
        self._painting.paint_still(painter)

    def paint_over(self, painter: QPainter, width: float, height: float) -> None:
        """Paint marks, the cell that the pointer or the keys are on, and the words below."""
        self._painting.paint_over(painter)


def _grids_in(now: Resolved) -> list[Resolved]:
    """Return the grids of a board at a moment, in order."""
    flat = [each for part in now.parts for each in (part if isinstance(part, tuple) else (part,))]
    return [each for each in flat if isinstance(each, Resolved)]


def _border(now: Resolved) -> tuple[int, int, int, int]:
    return now.border if isinstance(now.border, tuple) and _shape(now) != (0, 0) else (0, 0, 0, 0)


def _shape(now: Resolved) -> tuple[int, int]:
    return now.values.shape if isinstance(now.values, np.ndarray) and now.values.ndim == 2 else (0, 0)


def _fitting(mask: Any, values: np.ndarray) -> np.ndarray | None:
    """Return a mask or picture of a grid's shape, None for any other."""
    return mask if isinstance(mask, np.ndarray) and mask.shape[:2] == values.shape else None
