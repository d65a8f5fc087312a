"""A part made of tiles, each an image of cells: choosing, captions, the tile and the cell under the pointer."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QImage, QPainter, QResizeEvent

from explainer.contract.cards.bindings import MISSING
from explainer.plots.base.cell_image import hatch, image_of, paint_cells
from explainer.plots.base.colours import colour, pen, small_font
from explainer.plots.base.painting import draw_boxes
from explainer.plots.base.sheet import legend_rectangle
from explainer.plots.base.tiles import LEAST_WORDS, Tiling, tile
from explainer.plots.cell_part import CellPart, every
from explainer.plots.part import Place
from explainer.theme.tokens import BODY, CAPTION, SMALL

LEAST_LEFT = 160.0
"""Pixels of a tile from which on the words below begin where it does."""
PALE = 0.2
"""The opacity of a tile that is switched off."""
_CENTRE = Qt.AlignmentFlag.AlignCenter
Cell = tuple[int, int, int]
"""Tile, row, column; the keys are on no cell: row and column −1."""


class TilesPart(CellPart):
    """A kind gives the colours of every tile in :meth:`coloured`, and what is said of them."""

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self.values = np.zeros((0, 1, 1))
        """(tile, row, column), further dimensions being colours."""
        self.across = 0
        """How many stand in a row, if there is room; 0 for as many as fit."""
        self.in_a_row = 1
        """How many tiles the values have in a row."""
        self.tile_dims: tuple[str, ...] = self.dims[:-2]
        self.cell_dims: tuple[str, ...] = self.dims[-2:]
        """The dimensions of the tiles, and those of the cells in them."""
        self.row_names: Sequence[str] = ()
        self.column_names: Sequence[str] = ()
        self._images: list[QImage] = []
        self._bad: list[bool] = []
        self._tiling: Tiling | None = None

    # what a kind says

    def coloured(self) -> np.ndarray:
        """Return the tiles' colours (tile, row, column, 4) uint8 as they lie on the screen."""
        raise NotImplementedError

    def members(self, name: str) -> Sequence[Any]:
        """Return what the drawing has for each tile under a name; nothing where it does not fit."""
        found = getattr(self.now, name, None)
        if found is None or found is MISSING or len(found) != len(self.values):
            return ()
        given: Sequence[Any] = found
        return given

    def captions(self) -> Sequence[str]:
        """Return the words below each tile."""
        given = self.members("captions")
        if given or len(self.tile_dims) != 1 or not self.places or not self.places[0].named:
            return given
        return self.places[0].names if len(self.places[0].names) == len(self.values) else ()

    def dimmed(self, number: int) -> bool:
        """Return whether a tile is drawn pale."""
        return False

    # what there is

    @property
    def empty(self) -> bool:
        """Whether there is no tile."""
        return not self.values.size

    def changed(self) -> None:
        """Have everything painted again."""
        self._images, self._tiling = [], None
        super().changed()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Qt: tiles have another size."""
        self._tiling = None
        super().resizeEvent(event)

    def images(self) -> list[QImage]:
        """Return the tiles as images."""
        if not self._images and len(self.values):
            coloured = self.coloured()
            self._images = [image_of(each) for each in coloured]
            self._bad = (coloured.reshape(len(coloured), -1, 4)[:, :, 3] == 0).any(1).tolist()
        return self._images

    @property
    def tiling(self) -> Tiling:
        """Where the tiles are."""
        if self._tiling is None:
            self._tiling = self._made_tiling()
        return self._tiling

    def _made_tiling(self) -> Tiling:
        tokens, count = self.tokens, len(self.values)
        line = QFontMetricsF(small_font(tokens, self.font(), CAPTION)).height()
        lines = max([words.count("\n") + 1 for words in self.members("headings")], default=0)
        head, foot = lines * (line + 2) + 2 * bool(lines), line + 4 if self.captions() else 0.0
        names = QFontMetricsF(small_font(tokens, self.font(), SMALL))
        left = max([names.horizontalAdvance(name) + 8 for name in self.row_names], default=0.0)
        top = legend_rectangle(self.size(), tokens).bottom() + (names.height() + 2 if len(self.column_names) else 2)
        area = QRectF(8 + left, top, self.width() - 16 - left, self.height() - top - 6)
        rows, columns = self.values.shape[1:3]
        given = getattr(self.told, "largest", 0.0) * tokens.scale
        return tile(count, columns / rows, area, head=head, foot=foot, across=self.across, largest=given, cells=columns)

    # tiles and cells

    def cell_at(self, point: QPointF) -> Cell | None:
        """Return the tile and its cell at a pixel."""
        number = self.tiling.number_at(point.x(), point.y())
        if number is None:
            return None
        box, (rows, columns) = self.tiling.box(number), self.values.shape[1:3]
        row = min(rows - 1, int((point.y() - box.top()) / box.height() * rows))
        column = min(columns - 1, int((point.x() - box.left()) / box.width() * columns))
        return number, rows - 1 - row if self.upward else row, column

    @property
    def upward(self) -> bool:
        """Whether row 0 is below."""
        return bool(getattr(self.told, "upward", False))

    def has(self, cell: Cell) -> bool:
        """Return whether there is such a cell."""
        return cell[0] < len(self.values) and cell[1] < self.values.shape[1] and cell[2] < self.values.shape[2]

    def rectangle(self, cell: Cell) -> QRectF:
        """Return where a cell is; that of a tile without a cell is all of it."""
        box, (rows, columns) = self.tiling.box(cell[0]), self.values.shape[1:3]
        if cell[1] < 0:
            return box
        wide, high = box.width() / columns, box.height() / rows
        row = rows - 1 - cell[1] if self.upward else cell[1]
        return QRectF(box.left() + cell[2] * wide, box.top() + row * high, wide, high)

    def tile_lights(self, number: int) -> Mapping[str, int]:
        """Return the places of a tile by dimension."""
        if len(self.tile_dims) == 2:
            return dict(zip(self.tile_dims, divmod(number, self.in_a_row), strict=True))
        return {self.tile_dims[0]: number} if self.tile_dims else {}

    def lights_of(self, cell: Cell) -> Mapping[str, int]:
        """Return the places of a tile and its cell."""
        within = dict(zip(self.cell_dims, cell[1:], strict=False)) if cell[1] >= 0 else {}
        return {**within, **self.tile_lights(cell[0])}

    def lit_tile(self) -> int | None:
        """Return the tile that some pointer is on."""
        if self.here is not None:
            return int(self.here[0])
        lights = [number for number in range(len(self.values)) if self._is_lit(number)] if self.lit else []
        return lights[0] if len(lights) == 1 else None

    def _is_lit(self, number: int) -> bool:
        lights = self.tile_lights(number)
        return bool(lights) and all(self.lit.get(name) == place for name, place in lights.items())

    def chosen(self) -> Collection[int]:
        """Return the tiles that are chosen."""
        found = getattr(self.now, "chosen", None)
        if found is None or found is MISSING:
            return ()
        return (int(found),) if isinstance(found, (int, np.integer)) else tuple(found)

    def can_click(self, cell: Cell) -> bool:
        """Return whether a click comes to something."""
        return getattr(self.told, "click", None) is not None

    def choose(self, cell: Cell) -> None:
        """Ask for what a click on a tile comes to."""
        self.press_on(getattr(self.told, "click", None), cell[0])

    def marks(self) -> Sequence[Place]:
        """Return a cell of each tile, of very many tiles evenly spaced ones."""
        if self.empty or self.now is None:
            return ()
        rows, columns = self.values.shape[1:3]
        found = []
        for number in every(self.tiling.shown):
            pixel = self.rectangle((number, rows // 2, columns // 2)).center().toPoint()
            cell = self.cell_at(QPointF(pixel))
            if cell is not None:
                found.append(Place(pixel, self.lights_of(cell), self.number_in(cell)))
        return found

    def number_in(self, cell: Cell) -> float | None:
        """Return the number that is drawn in a cell."""
        return float(self.values[cell]) if self.values.ndim == 3 else None

    def go(self, down: int, right: int) -> None:
        """Go from tile to tile, at first to the chosen one or the first."""
        if self.empty:
            return
        if self.here is None:
            first = next(iter(self.chosen()), 0)
            self.go_to((min(first, self.tiling.shown - 1), -1, -1))
            return
        row, column = divmod(self.here[0], self.tiling.across)
        number = (row + down) * self.tiling.across + column + right
        if 0 <= column + right < self.tiling.across and 0 <= number < self.tiling.shown:
            self.go_to((number, -1, -1))

    # painting

    def paint_still(self, painter: QPainter, width: float, height: float) -> None:
        """Paint every tile with its words."""
        images, tiling = self.images(), self.tiling
        captions, headings, tokens = self.captions(), self.members("headings"), self.members("tokens")
        boxes = [tiling.box(number) for number in range(tiling.shown)]
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        for number, box in enumerate(boxes):
            self._paint_tile(painter, number, box, images[number])
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(pen(self.tokens.border))
        draw_boxes(painter, np.array([box.getRect() for box in boxes]))
        for number, box in enumerate(boxes):
            self._paint_marks(painter, number, box, tokens[number] if len(tokens) else "")
            if tiling.width >= LEAST_WORDS and (len(captions) or len(headings)):
                shade = colour(getattr(self.tokens, tokens[number])) if len(tokens) and tokens[number] else None
                self._paint_words(painter, number, box, captions, headings, shade)
        self._paint_names(painter)
        rest = len(self.values) - tiling.shown
        if rest:
            painter.setFont(small_font(self.tokens, self.font()))
            painter.setPen(colour(self.tokens.muted))
            box = legend_rectangle(self.size(), self.tokens)
            painter.drawText(box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, f"and {rest:,} more")

    def _paint_tile(self, painter: QPainter, number: int, box: QRectF, image: QImage) -> None:
        dimmed = self.dimmed(number)
        if dimmed:
            painter.setOpacity(PALE)
        if self._bad[number]:
            hatch(painter, box, self.tokens)
        paint_cells(painter, box, image)
        if dimmed:
            painter.setOpacity(1.0)

    def _paint_marks(self, painter: QPainter, number: int, box: QRectF, token: str) -> None:
        self.paint_on(painter, number, box)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if self.dimmed(number):
            painter.setPen(pen(self.tokens.danger, 1.5))
            painter.drawLine(box.topLeft(), box.bottomRight())
        if token:
            painter.setPen(pen(getattr(self.tokens, token), 2.0))
            painter.drawRect(box)

    def paint_on(self, painter: QPainter, number: int, box: QRectF) -> None:
        """Paint what lies on a tile."""

    def _paint_words(
        self, painter: QPainter, number: int, box: QRectF, captions: Sequence[str], headings: Sequence[str], shade: Any
    ) -> None:
        wide = box.width() + self.tiling.gap - 2
        painter.setFont(self.font_of(CAPTION if box.width() > 60 else SMALL))
        if len(captions):
            painter.setPen(shade or colour(self.tokens.muted))
            middle = wide < LEAST_LEFT
            left = box.left() - self.tiling.gap / 2 if middle else box.left()
            if painter.fontMetrics().horizontalAdvance(captions[number]) > wide:
                painter.setFont(self.font_of(SMALL))
            below = QRectF(left, box.bottom() + 3, wide, self.tiling.foot)
            shown = painter.fontMetrics().elidedText(captions[number], Qt.TextElideMode.ElideRight, int(wide))
            painter.drawText(below, Qt.AlignmentFlag.AlignHCenter if middle else Qt.AlignmentFlag.AlignLeft, shown)
        if not len(headings):
            return
        lines = headings[number].split("\n")
        high = (self.tiling.head - 2) / max(1, max(words.count("\n") + 1 for words in headings))
        top = box.top() - self.tiling.head
        for at, words in enumerate(lines):
            painter.setFont(self.font_of(BODY if at == 0 else CAPTION, at == 0))
            painter.setPen(shade or self.heading_colour(number) if at == 0 else colour(self.tokens.text))
            shown = painter.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, int(wide))
            painter.drawText(QRectF(box.left(), top + at * high, wide, high), Qt.AlignmentFlag.AlignLeft, shown)

    def heading_colour(self, number: int) -> Any:
        """Return the colour of a heading's first line."""
        return colour(self.tokens.text)

    def _paint_names(self, painter: QPainter) -> None:
        """Write what rows and columns of tiles are called."""
        tiling = self.tiling
        if self.across and tiling.across != self.across:
            return
        painter.setFont(small_font(self.tokens, self.font(), SMALL))
        painter.setPen(colour(self.tokens.muted))
        metrics, end = QFontMetricsF(painter.font()), -1e9
        for column, name in enumerate(self.column_names):
            box, wide = tiling.box(column), metrics.horizontalAdvance(name)
            middle = box.center().x()
            if column < tiling.across and middle - wide / 2 > end + 4:
                above = QRectF(
                    middle - wide, box.top() - tiling.head - metrics.height() - 2, 2 * wide, metrics.height()
                )
                painter.drawText(above, _CENTRE, name)
                end = middle + wide / 2
        for row, name in enumerate(self.row_names):
            if row * tiling.across < tiling.shown and tiling.height >= 0.7 * metrics.height():
                box = tiling.box(row * tiling.across)
                beside = QRectF(0, box.top(), box.left() - 8, box.height())
                painter.drawText(beside, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, name)

    def paint_over(self, painter: QPainter, width: float, height: float) -> None:
        """Paint the chosen tiles, what is lit, and the line above."""
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(pen(self.tokens.text if self.members("places") else self.tokens.accent, 2.0))
        for number in self.chosen():
            if 0 <= number < self.tiling.shown:
                painter.drawRect(self.tiling.box(number).adjusted(-2, -2, 2, 2))
        lit = self.lit_tile()
        if lit is not None and lit < self.tiling.shown:
            painter.setPen(pen(self.tokens.text, 1.4))
            painter.drawRect(self.tiling.box(lit).adjusted(-1, -1, 1, 1))
        self._paint_lit_cells(painter)
        self.paint_line(painter, getattr(self.now, "caption", ""))

    def _paint_lit_cells(self, painter: QPainter) -> None:
        """Outline the lit cell in every tile that is large enough to see it."""
        if self.here is not None:
            row, column = self.here[1:]
        else:
            row, column = ([self.lit.get(name, -1) for name in self.cell_dims] + [-1, -1])[:2]
        rows, columns = self.values.shape[1:3]
        if not (0 <= row < rows and 0 <= column < columns) or self.tiling.width / columns < 2.5:
            return
        painter.setPen(pen(self.tokens.text, 1.2))
        for number in range(self.tiling.shown) if self.lit or self.here is None else (self.here[0],):
            painter.drawRect(self.rectangle((number, row, column)))
