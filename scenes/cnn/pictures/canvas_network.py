"""The first level of zoom: the whole network as columns of maps, and the predictions as bars."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from itertools import takewhile
from typing import Any

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QImage, QPainter, QPainterPath, QPen

from explainer.contract.frame import Frame
from explainer.contract.number_text import number_text
from explainer.plots.base.cell_text import whole_text
from explainer.plots.base.colours import blend, colour, pen, small_font
from explainer.scenes.cnn.arithmetic import chosen, influence, source_of
from explainer.scenes.cnn.blocks import parse_block
from explainer.scenes.cnn.pictures.canvas import Canvas
from explainer.scenes.cnn.pictures.columns import Column, arrange
from explainer.scenes.cnn.pictures.tiles import (
    cell_at,
    faint_sign,
    grey_tile,
    limit_of,
    paint_tile,
    paint_words,
    signed_tiles,
)
from explainer.scenes.cnn.words import layer_title, shape_text
from explainer.theme.tokens import Tokens

BARS = 176.0
LEVELS = 16
"""How many strengths of an edge are told apart, below zero and above."""
MOST_EDGES = 3
"""How many of its inputs each map is joined with in the picture of the whole: the strongest."""


class NetworkCanvas(Canvas):
    """One column for each layer; edges lead from the maps that count most."""

    legend = (
        "Blue below zero, orange above, a scale for each layer · lines: what each map takes most of, for this image"
    )
    hint = "click a map to take it apart"

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self.columns: list[Column] = []
        self.bars = QRectF()
        self._images: dict[str, list[QImage]] = {}
        self.hovered: tuple[str, int] | None = None

    def draw(self, frame: Frame) -> None:
        """Show a frame; maps that did not change keep their pictures."""
        self._images.clear()
        super().draw(frame)

    def apply_theme(self, tokens: Tokens) -> None:
        """Take the colours of a theme."""
        self._images.clear()
        super().apply_theme(tokens)

    def maps(self) -> dict[str, np.ndarray]:
        """Return the maps in the order of the layers, the image first; nothing until all of them have come."""
        assert self.frame is not None
        arrays = self.frame.arrays
        layers = takewhile(lambda name: name != "flatten", map(str, arrays.get("layers", ())))
        names = ["image", *(f"maps/{name}" for name in layers if not name.startswith("drop"))]
        return {name: arrays[name] for name in names} if all(name in arrays for name in names) else {}

    def caption(self) -> str:
        """Return what colours mean, and what r is while the image is shifted."""
        params = self.frame.params if self.frame is not None else None
        shifted = params is not None and (params.shift_x or params.shift_y)
        return ("r: how well the maps follow the shift · " if shifted else "") + super().caption()

    # painting

    def paint(self, painter: QPainter) -> None:
        """Paint headings, edges, maps and bars."""
        maps = self.maps()
        if len(maps) < 2:
            return
        counts = [1 if name == "image" else len(array) for name, array in maps.items()]
        self.columns, self.bars = arrange(
            list(maps), counts, self.area, 2.4 * self.line, min(self.tokens.size(BARS), 0.3 * self.width())
        )
        self._paint_edges(painter)
        for column in self.columns:
            self._paint_column(painter, column, maps[column.name])
        self._paint_bars(painter)

    def _paint_column(self, painter: QPainter, column: Column, maps: np.ndarray) -> None:
        title = self._title(column.name)
        top = QRectF(column.heading.left(), column.heading.top(), column.heading.width(), self.line)
        painter.setFont(small_font(self.tokens, painter.font(), 12, True))
        narrow = painter.fontMetrics().horizontalAdvance(title) > top.width()
        short = title[0] + title[-1] if column.name != "image" else "In"
        if painter.fontMetrics().horizontalAdvance(short) <= top.width() + 6:
            shown = short if narrow else title
            place = top.adjusted(0, 0, 8 if narrow else 0, 0)
            paint_words(painter, place, shown, self.tokens, size=12, bold=True, token=self.tokens.text)
        under = self._under(column.name, maps)
        if painter.fontMetrics().horizontalAdvance(under) <= top.width() + 4:
            paint_words(painter, top.translated(0, self.line), under, self.tokens)
        lit = self._lit()
        for index, (tile, image) in enumerate(zip(column.tiles, self._tiles(column.name, maps), strict=True)):
            paint_tile(painter, tile, image, self.tokens, lit=(column.name, index) == lit)
            if self._is_dead(column.name, index):
                painter.setPen(pen(self.tokens.warning, 1.5))
                painter.drawLine(tile.topLeft(), tile.bottomRight())

    def _is_dead(self, name: str, index: int) -> bool:
        """Return whether a map behind a ReLU is 0 in every image."""
        assert self.frame is not None
        dead = self.frame.arrays.get(f"dead/conv{name[-1]}") if name.startswith(("maps/act", "maps/pool")) else None
        return dead is not None and index < len(dead) and bool(dead[index])

    def _title(self, name: str) -> str:
        assert self.frame is not None
        return layer_title(name, self.frame.params.blocks)

    def _under(self, name: str, maps: np.ndarray) -> str:
        assert self.frame is not None
        follow = self.frame.arrays.get("follows")
        words = shape_text(maps.shape)
        layers = [f"maps/{layer}" for layer in self.frame.arrays.get("layers", ())]
        if follow is not None and name in layers and np.isfinite(follow[layers.index(name)]):
            return f"r = {whole_text(float(follow[layers.index(name)]), 2)}"
        return words

    def _tiles(self, name: str, maps: np.ndarray) -> list[QImage]:
        if name not in self._images:
            if name == "image":
                self._images[name] = [grey_tile(maps, self.tokens)]
            else:
                self._images[name] = signed_tiles(maps, limit_of(maps), self.tokens)
        return self._images[name]

    def _lit(self) -> tuple[str, int] | None:
        """Return the map whose inputs are brought out."""
        return self.hovered if self.hovered and self.hovered[0] != "image" else None

    def _paint_edges(self, painter: QPainter) -> None:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        places = {column.name: column for column in self.columns}
        lit = self._lit()
        for before, column in zip(self.columns, self.columns[1:], strict=False):
            weights = self._weights(column.name)
            shares = weights / limit_of(weights) if weights is not None else None
            for index in range(len(column.tiles)):
                strong = lit == (column.name, index)
                if shares is None and index >= len(before.tiles):
                    continue  # its kernels have not come yet
                if shares is None:
                    painter.setPen(pen(self.tokens.accent if strong else self.tokens.border, 1.5 if strong else 1.0))
                    first, second = before.tiles[index], column.tiles[index]
                    painter.drawLine(
                        QPointF(first.right(), first.center().y()), QPointF(second.left(), second.center().y())
                    )
                elif lit is None or strong:
                    self._kernel_edges(painter, places, column, index, shares, strong)

    def _kernel_edges(
        self,
        painter: QPainter,
        places: Mapping[str, Column],
        column: Column,
        index: int,
        shares: np.ndarray,
        strong: bool,
    ) -> None:
        """Join a map with the inputs that count most, or when it is brought out with all of them."""
        source, target = places[self._source(column.name)].tiles, column.tiles[index]
        row = shares[index] if len(source) > 1 else shares[index].sum(keepdims=True)
        order = np.argsort(-np.abs(row))[: None if strong else MOST_EDGES]
        for number in order[::-1].tolist():
            painter.setPen(_edge_pen(round(LEVELS * float(np.clip(row[number], -1, 1))), strong, self.tokens))
            painter.drawPath(_bent(source[number], target))

    def _source(self, name: str) -> str:
        assert self.frame is not None
        return source_of(self.frame, int(name[-1]))

    def _weights(self, name: str) -> np.ndarray | None:
        """Return how much each map of a convolution takes of each input for this image (filter, input)."""
        assert self.frame is not None
        filters = self.frame.arrays.get(name.replace("maps/", "filters/"))
        inputs = self.frame.arrays.get(self._source(name)) if filters is not None else None
        if filters is None or inputs is None or filters.shape[1] != len(inputs):
            return None
        block = parse_block(self.frame.params.blocks[int(name[-1]) - 1])
        return influence(inputs, filters, block.stride, block.padding)

    # bars

    def _paint_bars(self, painter: QPainter) -> None:
        assert self.frame is not None
        arrays, box = self.frame.arrays, self.bars
        if not {"probabilities", "classes"} <= arrays.keys():
            return
        heading = QRectF(box.left(), self.area.top(), box.width(), self.line)
        paint_words(painter, heading, "Prediction", self.tokens, size=12, bold=True, token=self.tokens.text)
        paint_words(painter, heading.translated(0, self.line), "softmax of the scores", self.tokens)
        chances = arrays["probabilities"]
        high = min(self.tokens.size(34), box.height() / len(chances))
        top = box.top() + (box.height() - high * len(chances)) / 2
        for index, chance in enumerate(chances):
            row = QRectF(box.left(), top + index * high, box.width(), high)
            self._paint_bar(painter, row, str(arrays["classes"][index]), float(chance), index)

    def _paint_bar(self, painter: QPainter, row: QRectF, name: str, chance: float, index: int) -> None:
        assert self.frame is not None
        tokens, label = self.tokens, int(self.frame.arrays.get("label", -1))
        best = index == int(self.frame.arrays["probabilities"].argmax())
        letters = tokens.size(18 if max(len(str(c)) for c in self.frame.arrays["classes"]) < 3 else 58)
        number = tokens.size(46)
        token = tokens.good if index == label else tokens.text if best else tokens.muted
        paint_words(
            painter,
            QRectF(row.left(), row.top(), letters, row.height()),
            name,
            tokens,
            size=12,
            bold=index == label,
            token=token,
        )
        groove = QRectF(
            row.left() + letters,
            row.center().y() - 0.22 * row.height(),
            row.width() - letters - number - 4,
            0.44 * row.height(),
        )
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour(tokens.raised))
        painter.drawRoundedRect(groove, 3, 3)
        painter.setBrush(colour(tokens.accent) if best else blend(tokens.raised, tokens.accent, 0.5))
        painter.drawRoundedRect(
            QRectF(groove.left(), groove.top(), max(2.0, groove.width() * chance), groove.height()), 3, 3
        )
        if index == label:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(pen(tokens.good, 1.5))
            painter.drawRoundedRect(groove.adjusted(-1.5, -1.5, 1.5, 1.5), 4, 4)
        right = QRectF(row.right() - number, row.top(), number, row.height())
        paint_words(
            painter,
            right,
            f"{chance:.1%}",
            tokens,
            token=tokens.text if best else tokens.muted,
            align=Qt.AlignmentFlag.AlignRight,
        )

    # the pointer

    def found(self, place: QPointF) -> tuple[str, int, QRectF] | None:
        """Return name, number and rectangle of the map at a place."""
        for column in self.columns:
            for index, tile in enumerate(column.tiles):
                if tile.contains(place):
                    return column.name, index, tile
        return None

    def point(self, place: QPointF | None) -> str:
        """Bring out the map's inputs; return the number under the pointer."""
        found = self.found(place) if place is not None else None
        self.hovered = found[:2] if found else None
        self.setCursor(
            Qt.CursorShape.PointingHandCursor if found and found[0] != "image" else Qt.CursorShape.ArrowCursor
        )
        if place is None or found is None or self.frame is None:
            return ""
        name, index, tile = found
        maps = self.maps()[name]
        cell = cell_at(tile, maps.shape[-2:], place)
        if cell is None:
            return ""
        values = (maps if name == "image" else maps[index : index + 1])[:, cell[0], cell[1]].tolist()
        said = ", ".join(number_text(value) for value in values)
        which = "" if name == "image" else f" · map {index}"
        which += " · dead, 0 in every image" if self._is_dead(name, index) else ""
        return f"{self._title(name)}{which} · row {cell[0]}, column {cell[1]} · {said}"

    def go(self, down: int, right: int) -> None:
        """Go from map to map: up and down in a layer, left and right from layer to layer."""
        if not self.columns:
            return
        names = [column.name for column in self.columns]
        if self.hovered is None or self.hovered[0] not in names:
            column, index = min(1, len(names) - 1), 0
        else:
            column = min(max(names.index(self.hovered[0]) + right, 0), len(names) - 1)
            index = self.hovered[1] + down
        tiles = self.columns[column].tiles
        self.look_at(tiles[min(max(index, 0), len(tiles) - 1)].center())

    def choose(self, place: QPointF) -> None:
        """Zoom into the map that is clicked."""
        found = self.found(place)
        if found is not None and found[0][-1].isdigit():
            self.steering.set(zoom="map", layer=f"conv{found[0][-1]}", channel=found[1])

    def summary(self) -> str:
        """Return which columns are to be seen."""
        if self.frame is None:
            return ""
        number, channel, _ = chosen(self.frame)
        return ", ".join(self._title(name) for name in self.maps()) + f"; chosen: convolution {number}, map {channel}"


@lru_cache
def _edge_pen(level: int, strong: bool, tokens: Tokens) -> QPen:
    """Return the pen of an edge: a level from −1 to 1 in so many parts, faint unless its map is brought out.

    Faint edges are one pixel wide, which paints six times as fast as any wider line.
    """
    share = level / LEVELS * (1 if strong else 0.35)
    token = faint_sign(share, 1.0, tokens).name() if level else tokens.border
    return pen(token, 1.0 + 1.5 * abs(share) if strong else 1.0)


def _bent(first: QRectF, second: QRectF) -> QPainterPath:
    """Return a curve from the middle of one tile's right side to the middle of another's left."""
    start, end = QPointF(first.right(), first.center().y()), QPointF(second.left(), second.center().y())
    reach = QPointF((end.x() - start.x()) / 2, 0)
    path = QPainterPath(start)
    path.cubicTo(start + reach, end - reach, end)
    return path
