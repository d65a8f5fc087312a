"""How grids stand beside one another on a board: one size of cells, titles above, operators between."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetrics, QPainter

from explainer.plots.base.colours import colour, small_font
from explainer.plots.board import Board
from explainer.plots.number_grid import NumberGrid
from explainer.theme.tokens import BODY, CAPTION, TITLE

GAP, HEAD, FOOT = 44.0, 26.0, 24.0
NARROW, NARROW_GAP = 560.0, 34.0
"""Pixels of a narrow card, and what is left between its grids."""
LARGER = 1.2
"""How much larger the cells must become for grids to leave their row."""
LEAST_KERNEL, MOST_KERNEL, MOST_CELL = 30.0, 72.0, 84.0


@dataclass(frozen=True)
class Item:
    """A grid in a row: ``own`` gives it a size of cells of its own, ``sign`` stands before it."""

    grid: NumberGrid
    sign: str = ""
    own: bool = False


def lay_row(board: Board, items: Sequence[Item], area: QRectF, captions: bool = True) -> None:
    """Put grids side by side into the middle of an area, cells as large as they can be.

    Where it is narrow and that makes clearly larger cells, they stand in two rows, or the first beside
    the others.
    """
    scale = board.tokens.scale
    gap, head, foot = GAP * scale, HEAD * scale, FOOT * scale if captions else 6.0
    if area.width() < NARROW * scale:
        gap = NARROW_GAP * scale
    room = Room(gap, head, foot, scale)
    row = _side(items, area.width(), area.height(), room)
    half = (len(items) + 1) // 2
    pairs = [items[:half], items[half:]] if len(items) > 2 else [items]
    two = min(_side(part, area.width(), area.height() / len(pairs), room) for part in pairs)
    beside = _side_beside(items, area, room) if len(items) > 2 else 0.0
    if max(two, beside) < LARGER * row:
        _place_row(items, area, row, room)
    elif two >= beside:
        for part, top in zip(pairs, (0.0, area.height() / 2), strict=False):
            _place_row(part, QRectF(area.left(), area.top() + top, area.width(), area.height() / 2), two, room)
    else:
        _place_beside(items, area, beside, room)


@dataclass(frozen=True)
class Room:
    """The room around grids: between them, above and below each; and the scale of everything."""

    gap: float
    head: float
    foot: float
    scale: float


def _place_row(items: Sequence[Item], area: QRectF, side: float, room: Room) -> None:
    height = area.height() - room.head - room.foot
    sides = [_own(side, room.scale, item, height) if item.own else side for item in items]
    total = sum(size * item.grid.shape[1] for size, item in zip(sides, items, strict=True))
    left = area.left() + max(0.0, (area.width() - total - room.gap * (len(items) - 1)) / 2)
    middle = area.top() + room.head + height / 2
    for size, item in zip(sides, items, strict=True):
        rows, columns = item.grid.shape
        item.grid.box = QRectF(round(left), round(middle - rows * size / 2), columns * size, rows * size)
        left += columns * size + room.gap


def _place_beside(items: Sequence[Item], area: QRectF, side: float, room: Room) -> None:
    """Put the first grid left of the others, which stand below one another."""
    first, *others = items
    widest = max(item.grid.shape[1] for item in others) * side
    left = area.left() + (area.width() - first.grid.shape[1] * side - room.gap - widest) / 2
    rows, columns = first.grid.shape
    middle = area.top() + room.head + (area.height() - room.head - room.foot) / 2
    first.grid.box = QRectF(round(left), round(middle - rows * side / 2), columns * side, rows * side)
    left += columns * side + room.gap
    height = sum(item.grid.shape[0] * side + room.head + room.foot for item in others)
    top = area.top() + (area.height() - height) / 2 + room.head
    for item in others:
        rows, columns = item.grid.shape
        item.grid.box = QRectF(round(left + (widest - columns * side) / 2), round(top), columns * side, rows * side)
        top += rows * side + room.head + room.foot


def _side_beside(items: Sequence[Item], area: QRectF, room: Room) -> float:
    """Return the cells' side with the first grid left of the others."""
    first, *others = (item.grid.shape for item in items)
    across = (area.width() - room.gap - 8) / (first[1] + max(columns for _, columns in others))
    beside = (area.height() - room.head - room.foot) / first[0]
    down = (area.height() - len(others) * (room.head + room.foot)) / sum(rows for rows, _ in others)
    return float(int(max(0.0, min(across, beside, down, MOST_CELL * room.scale))))


def _side(items: Sequence[Item], width: float, height: float, room: Room) -> float:
    """Return the cells' side with the grids in one row."""
    shared = [item.grid.shape for item in items if not item.own]
    height, width = height - room.head - room.foot, width - room.gap * (len(items) - 1) - 8
    if not shared:
        return MOST_CELL * room.scale
    side = min(MOST_CELL * room.scale, max(1.0, height) / max(rows for rows, _ in shared))
    for _ in range(3):
        taken = sum(_own(side, room.scale, item, height) * item.grid.shape[1] for item in items if item.own)
        side = min(side, max(1.0, width - taken) / max(1, sum(columns for _, columns in shared)))
    return float(int(side)) if side > 4 else side


def _own(side: float, scale: float, item: Item, height: float) -> float:
    rows = max(1, item.grid.shape[0])
    return float(int(max(1.0, min(max(side, LEAST_KERNEL * scale), MOST_KERNEL * scale, height / rows))))


def lay_column(board: Board, items: Sequence[Item], area: QRectF) -> None:
    """Put grids of one row each below one another, cells as large as they can be."""
    scale = board.tokens.scale
    room = area.height() / len(items) - (HEAD + FOOT) * scale
    widest = max(item.grid.shape[1] for item in items)
    side = max(2.0, float(int(min(MOST_CELL * scale, room, (area.width() - 16) / widest))))
    top = area.top() + (area.height() - len(items) * (side + (HEAD + FOOT) * scale)) / 2
    for item in items:
        width = item.grid.shape[1] * side
        item.grid.box = QRectF(round(area.center().x() - width / 2), round(top + HEAD * scale), width, side)
        top += side + (HEAD + FOOT) * scale


def paint_titles(board: Board, painter: QPainter, items: Sequence[Item]) -> None:
    """Write a title above each grid, a caption below it, and the signs between them."""
    written = [item.grid.box for item in items]
    for before, item in zip([None, *items], items, strict=False):
        box, scale = item.grid.box, board.tokens.scale
        painter.setFont(small_font(board.tokens, board.font(), CAPTION))
        painter.setPen(colour(board.tokens.muted))
        above = _room(board, box, painter, item.grid.title).translated(0, -HEAD * scale)
        below = _room(board, box, painter, item.grid.caption)
        below.moveTop(box.bottom() + 2 * scale)
        for place, words in ((above, item.grid.title), (below, item.grid.caption)):
            _write_beside(painter, place, words, written)
        beside = before is not None and before.grid.box.right() < box.left()
        if before is not None and item.sign and (beside or box.left() > 36 * scale):
            across = (before.grid.box.right() + box.left()) / 2 if beside else box.left() - 16 * scale
            _paint_sign(board, painter, item.sign, QPointF(across, box.center().y()))


def _write_beside(painter: QPainter, place: QRectF, words: str, written: list[QRectF]) -> None:
    """Write words where they do not run into those that are written already; cut short what has no room."""
    if not words:
        return
    for other in written:
        if place.intersects(other):
            if other.center().x() < place.center().x():
                place.setLeft(other.right() + 4)
            else:
                place.setRight(other.left() - 4)
    shown = between_words(words, place.width(), painter.fontMetrics())
    painter.drawText(place, Qt.AlignmentFlag.AlignCenter, shown)
    written.append(place)


def _paint_sign(board: Board, painter: QPainter, sign: str, middle: QPointF) -> None:
    tokens, scale = board.tokens, board.tokens.scale
    painter.setFont(small_font(tokens, board.font(), BODY if len(sign) > 1 else TITLE))
    place = QRectF(middle.x() - 40 * scale, middle.y() - 20 * scale, 80 * scale, 40 * scale)
    painter.drawText(place, Qt.AlignmentFlag.AlignCenter, sign)


def _room(board: Board, box: QRectF, painter: QPainter, words: str) -> QRectF:
    """Return a line's place at a box, wide enough for its words and within the board."""
    metrics = painter.fontMetrics()
    wide = max(box.width(), metrics.horizontalAdvance(words) + 8.0)
    left = min(max(0.0, box.center().x() - wide / 2), max(0.0, board.width() - wide))
    return QRectF(left, box.top(), wide, metrics.height() + 4.0)


def between_words(words: str, width: float, metrics: QFontMetrics) -> str:
    """Return words that fit into a width, cut between two of them: half a number would be another number."""
    if metrics.horizontalAdvance(words) <= width:
        return words
    parts = words.split(" ")
    while parts and metrics.horizontalAdvance(" ".join([*parts, "…"])) > width:
        parts.pop()
    return " ".join([*parts, "…"]) if parts else ""


LINE = 20.0


def words_height(board: Board, lines: int) -> float:
    """Return the room that lines of words below the grids take."""
    return lines * LINE * board.tokens.scale


def has_room(board: Board, words: str, role: str) -> bool:
    """Return whether a line has room for words in the smaller of its letters."""
    font = small_font(board.tokens, board.font(), CAPTION, role == "strong")
    return bool(QFontMetrics(font).horizontalAdvance(words) <= board.width() - 16)


def paint_words(board: Board, painter: QPainter, lines: Sequence[tuple[str, str]]) -> None:
    """Write lines at the bottom of a board: pairs of words and a role, ``strong``, ``code`` or nothing."""
    tokens, area = board.tokens, QRectF(board.rect())
    roles = {
        "strong": (BODY, True, tokens.text),
        "code": (CAPTION, False, tokens.accent),
        "warning": (CAPTION, False, tokens.warning),
    }
    top = area.bottom() - words_height(board, len(lines))
    for words, role in lines:
        size, bold, token = roles.get(role, (CAPTION, False, tokens.muted))
        font = small_font(tokens, board.font(), size, bold)
        if role == "code":
            font.setFamilies(["monospace"])
        painter.setFont(font)
        painter.setPen(colour(token))
        box = QRectF(8, top, area.width() - 16, LINE * tokens.scale)
        if painter.fontMetrics().horizontalAdvance(words) > box.width() and size > CAPTION:
            painter.setFont(small_font(tokens, board.font(), CAPTION, bold))
        shown = between_words(words, box.width(), painter.fontMetrics())
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, shown)
        top += LINE * tokens.scale
