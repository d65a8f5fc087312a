"""How grids of cells stand beside one another: one size of cells, in a row, in two, or one beside the others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from PySide6.QtCore import QRectF

GAP, NARROW_GAP, NARROW = 44.0, 34.0, 560.0
"""Pixels between grids, fewer where the area is narrow."""
LARGER = 1.2
"""How much larger the cells must become for grids to leave their row."""
LEAST_OWN, MOST_CELL = 30.0, 84.0
READ = 20.0
"""The side of cells below which numbers find no room in them."""


@dataclass(frozen=True)
class Room:
    """The room around grids: between them, above and below each; and the scale of everything."""

    gap: float
    head: float
    foot: float
    scale: float


@dataclass(frozen=True)
class Item:
    """A grid of so many rows and columns; ``own`` is its own cells' side at most, ``left`` the room for names."""

    rows: int
    columns: int
    own: float = 0.0
    left: float = 0.0
    slot: int = 0
    """Its place in its row, where rows are aligned."""
    sign: float = 0.0
    """The room for the sign before it."""
    above: float = 0.0
    """The room for the names of its columns."""


def lay_out(rows: Sequence[Sequence[Item]], area: QRectF, head: float, foot: float, scale: float) -> list[QRectF]:
    """Return where the grids of some rows are, cells as large as they can be; see :class:`Room`."""
    rows = [row for row in rows if row]
    room = Room((GAP if area.width() >= NARROW * scale else NARROW_GAP) * scale, head, foot, scale)
    first, *others = rows
    if not all(item.own for row in others for item in row) or all(item.own for item in first):
        return _rows(rows, area, room) if others else _alone(first, area, room)
    boxes: list[QRectF] = []
    below = area.bottom()
    for row in reversed(others):
        high = min(area.height() / len(rows), max(item.rows * item.own * scale for item in row) + head + foot)
        below -= high
        boxes[:0] = _row(row, QRectF(area.left(), below, area.width(), high), MOST_CELL * scale, room)
    return _alone(first, area.adjusted(0, 0, 0, below - area.bottom()), room) + boxes


def _alone(items: Sequence[Item], area: QRectF, room: Room) -> list[QRectF]:
    """Put the grids of the only row that shares its cells' size: lines above one another, else side by side."""
    if len(items) > 1 and all(item.rows == 1 < item.columns for item in items):
        return _column(items, area, room)
    return _one_row(items, area, room)


def _one_row(items: Sequence[Item], area: QRectF, room: Room) -> list[QRectF]:
    """Put grids side by side, or in two rows, or the first beside the others."""
    single = _side(items, area.width(), area.height(), room)
    grown = _small_ones_grown(items, single, area, room) if single < READ * room.scale else items
    if len(items) < 3:
        return _row(grown, area, single, room)
    half = (len(items) + 1) // 2
    pairs = [items[:half], items[half:]]
    two = min(_side(part, area.width(), area.height() / 2, room) for part in pairs)
    beside = _side_beside(items, area, room)
    if max(two, beside) < LARGER * single:
        return _row(grown, area, single, room)
    if beside > two:
        return _beside(items, area, beside, room)
    halves = [QRectF(area.left(), area.top() + k * area.height() / 2, area.width(), area.height() / 2) for k in (0, 1)]
    return [box for part, place in zip(pairs, halves, strict=True) for box in _row(part, place, two, room)]


def _small_ones_grown(items: Sequence[Item], side: float, area: QRectF, room: Room) -> list[Item]:
    """Give grids beside one twice as large cells of their own, as far as there is room: their numbers can be read."""
    largest = max(max(item.rows, item.columns) for item in items)
    small = [not item.own and 2 * max(item.rows, item.columns) <= largest for item in items]
    height = area.height() - room.head - room.foot
    wanted = [
        min(LEAST_OWN * room.scale, height / item.rows) - side if grows else 0.0
        for item, grows in zip(items, small, strict=True)
    ]
    taken = sum((_own(side, item, height, room.scale) if item.own else side) * item.columns for item in items)
    left = area.width() - room.gap * (len(items) - 1) - 8 - sum(item.left for item in items) - taken
    need = sum(max(0.0, more) * item.columns for more, item in zip(wanted, items, strict=True))
    share = min(1.0, max(0.0, left) / need) if need else 0.0
    return [
        replace(item, own=(side + share * more) / room.scale) if more > 0 else item
        for item, more in zip(items, wanted, strict=True)
    ]


def _rows(rows: Sequence[Sequence[Item]], area: QRectF, room: Room) -> list[QRectF]:
    """Put rows above one another; those of cells of their own size take what they need, the others the rest."""
    most = area.height() / len(rows)
    fixed = [
        min(most, max(item.rows * item.own * room.scale for item in row) + room.head + room.foot)
        if all(item.own for item in row)
        else 0.0
        for row in rows
    ]
    weights = [0 if need else max(item.rows for item in row) for need, row in zip(fixed, rows, strict=True)]
    open_rows = sum(1 for weight in weights if weight)
    rest = max(1.0, area.height() - sum(fixed) - open_rows * (room.head + room.foot))
    heights = [
        need or rest * weight / max(1, sum(weights)) + room.head + room.foot
        for need, weight in zip(fixed, weights, strict=True)
    ]
    sides = [_side(row, area.width(), high, room) for row, high in zip(rows, heights, strict=True)]
    side = min([size for size, weight in zip(sides, weights, strict=True) if weight], default=MOST_CELL * room.scale)
    boxes, top = [], area.top()
    for row, high in zip(rows, heights, strict=True):
        boxes += _row(row, QRectF(area.left(), top, area.width(), high), side, room)
        top += high
    return boxes


def _row(items: Sequence[Item], area: QRectF, side: float, room: Room) -> list[QRectF]:
    height = area.height() - room.head - room.foot
    sides = [_own(side, item, height, room.scale) if item.own else side for item in items]
    total = sum(size * item.columns for size, item in zip(sides, items, strict=True))
    names = sum(item.left for item in items)
    share = min(1.0, max(1.0, area.width() - names - room.gap * (len(items) - 1)) / total)
    sides, total = [size * share for size in sides], total * share + names
    left = area.left() + max(0.0, (area.width() - total - room.gap * (len(items) - 1)) / 2)
    middle = area.top() + room.head + height / 2
    boxes = []
    for size, item in zip(sides, items, strict=True):
        left += item.left
        boxes.append(QRectF(round(left), round(middle - item.rows * size / 2), item.columns * size, item.rows * size))
        left += item.columns * size + room.gap
    return boxes


def _column(items: Sequence[Item], area: QRectF, room: Room) -> list[QRectF]:
    """Put grids of one line each below one another."""
    high = area.height() / len(items) - room.head - room.foot
    wide = (area.width() - 16 - max(item.left for item in items)) / max(item.columns for item in items)
    side = max(2.0, float(int(min(MOST_CELL * room.scale, high, wide))))
    top = area.top() + (area.height() - len(items) * (side + room.head + room.foot)) / 2
    boxes = []
    for item in items:
        width = item.columns * side
        boxes.append(QRectF(round(area.center().x() - width / 2), round(top + room.head), width, side))
        top += side + room.head + room.foot
    return boxes


def _beside(items: Sequence[Item], area: QRectF, side: float, room: Room) -> list[QRectF]:
    """Put the first grid left of the others, which stand below one another."""
    first, *others = (replace(item, own=0.0) for item in items)
    widest = max(item.columns * side + item.left for item in others)
    left = area.left() + first.left + (area.width() - first.left - first.columns * side - room.gap - widest) / 2
    middle = area.top() + room.head + (area.height() - room.head - room.foot) / 2
    boxes = [QRectF(round(left), round(middle - first.rows * side / 2), first.columns * side, first.rows * side)]
    left += first.columns * side + room.gap
    top = area.top() + (area.height() - sum(item.rows * side + room.head + room.foot for item in others)) / 2
    for item in others:
        across = left + item.left + (widest - item.left - item.columns * side) / 2
        boxes.append(QRectF(round(across), round(top + room.head), item.columns * side, item.rows * side))
        top += item.rows * side + room.head + room.foot
    return boxes


def _side_beside(items: Sequence[Item], area: QRectF, room: Room) -> float:
    """Return the cells' side with the first grid left of the others."""
    first, *others = items
    names = first.left + max(item.left for item in others)
    across = (area.width() - room.gap - 8 - names) / (first.columns + max(item.columns for item in others))
    high = (area.height() - room.head - room.foot) / first.rows
    down = (area.height() - len(others) * (room.head + room.foot)) / sum(item.rows for item in others)
    return float(int(max(0.0, min(across, high, down, MOST_CELL * room.scale))))


def _side(items: Sequence[Item], width: float, height: float, room: Room) -> float:
    """Return the cells' side with the grids in one row."""
    shared = [item for item in items if not item.own]
    height = height - room.head - room.foot
    width = width - room.gap * (len(items) - 1) - 8 - sum(item.left for item in items)
    if not shared:
        return MOST_CELL * room.scale
    side = min(MOST_CELL * room.scale, max(1.0, height) / max(item.rows for item in shared))
    for _ in range(3):
        taken = sum(_own(side, item, height, room.scale) * item.columns for item in items if item.own)
        side = min(side, max(1.0, width - taken) / sum(item.columns for item in shared))
    return float(int(side)) if side > 4 else max(side, 0.05)


def _own(side: float, item: Item, height: float, scale: float) -> float:
    """Return the side of a grid's own cells: as large as the others', within its own bounds."""
    least, most = min(LEAST_OWN, item.own) * scale, item.own * scale
    return float(int(max(1.0, min(max(side, least), most, max(1.0, height) / item.rows))))
