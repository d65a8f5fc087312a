"""Where everything of the network stands: one column for each layer, the maps in it as tiles of one size."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF

GAP = 5.0
LARGEST, SMALLEST = 84.0, 9.0
LEAST_IMAGE = 40.0
IMAGE = 2.0
"""The image is this many times as wide as a map, where there is room."""


@dataclass(frozen=True)
class Column:
    """One layer's place: its name, where its heading goes, and a rectangle for each map."""

    name: str
    heading: QRectF
    tiles: tuple[QRectF, ...]

    @property
    def box(self) -> QRectF:
        """All tiles together."""
        found = QRectF()
        for tile in self.tiles:
            found = found.united(tile)
        return found


def arrange(
    names: Sequence[str], counts: Sequence[int], area: QRectF, heading: float, bars: float
) -> tuple[list[Column], QRectF]:
    """Return the columns of the layers, the first of them being the image, and the place of the bars at the right.

    ``counts`` says how many tiles each has, ``heading`` how high the headings are and ``bars`` how wide the last
    column is. The tiles are as large as fits.
    """
    body = QRectF(area.left(), area.top() + heading, area.width(), area.height() - heading)
    tile, per_column = _largest(counts, body, bars)
    wide = [_width(each, tile) for each in per_column]
    wide[0] = _image_side(tile, body)
    space = max(6.0, (body.width() - bars - sum(wide)) / len(counts))
    if wide[0] < 2 * LARGEST and space > 40:
        more = min(2 * LARGEST - wide[0], (space - 40) * len(counts) * 0.5, body.height() - wide[0])
        wide[0] += more
        space -= more / len(counts)
    columns, left = [], body.left()
    for index, (name, count) in enumerate(zip(names, counts, strict=True)):
        side = wide[0] / math.ceil(math.sqrt(count)) if index == 0 else tile
        across = 1 if index == 0 else per_column[index]
        tiles = _tiles(count, across, side, left, body)
        room = wide[index] + max(0.0, space - 8)
        columns.append(Column(name, QRectF(left, area.top(), room, heading), tuple(tiles)))
        left += wide[index] + space
    return columns, QRectF(body.right() - bars, body.top(), bars, body.height())


def _largest(counts: Sequence[int], body: QRectF, bars: float) -> tuple[float, list[int]]:
    """Return the side of the tiles, and how many stand side by side in each column."""
    side = min(LARGEST, body.height() - GAP)
    apart = min(26.0, max(8.0, (body.width() - bars) / (4 * len(counts))))
    while True:
        rows = max(1, int((body.height() + GAP) // (side + GAP)))
        across = [math.ceil(count / rows) for count in counts]
        across[0] = 1
        needed = _image_side(side, body) + sum(_width(each, side) for each in across[1:]) + apart * len(counts)
        if needed <= body.width() - bars or side <= SMALLEST:
            return side, across
        side -= 1


def _image_side(tile: float, body: QRectF) -> float:
    return min(max(IMAGE * tile, LEAST_IMAGE), body.height())


def _width(across: int, side: float) -> float:
    return across * (side + GAP) - GAP


def _tiles(count: int, across: int, side: float, left: float, body: QRectF) -> list[QRectF]:
    """Return the tiles of one column, centred in height."""
    rows = math.ceil(count / across)
    top = body.top() + max(0.0, body.height() - _width(rows, side)) / 2
    step = side + GAP
    return [QRectF(left + index % across * step, top + index // across * step, side, side) for index in range(count)]
