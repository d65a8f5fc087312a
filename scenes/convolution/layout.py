"""How grids stand beside one another on a board: one size of cells, titles above, operators between."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter

from explainer.plots.board import Board
from explainer.plots.colours import colour, small_font
from explainer.plots.number_grid import NumberGrid
from explainer.theme.tokens import BODY, CAPTION, TITLE

GAP, HEAD, FOOT = 44.0, 26.0, 24.0
LEAST_KERNEL, MOST_KERNEL, MOST_CELL = 30.0, 72.0, 84.0


@dataclass(frozen=True)
class Item:
    """A grid in a row: ``own`` gives it a size of cells of its own, ``sign`` stands before it."""

    grid: NumberGrid
    sign: str = ""
    own: bool = False


def lay_row(board: Board, items: Sequence[Item], area: QRectF, captions: bool = True) -> None:
    """Put grids side by side into the middle of an area, cells as large as they can be."""
    scale = board.tokens.scale
    gap, head, foot = GAP * scale, HEAD * scale, FOOT * scale if captions else 6.0
    height, width = area.height() - head - foot, area.width() - gap * (len(items) - 1) - 8
    side = _side(items, width, height, scale)
    sides = [_own(side, scale, item, height) if item.own else side for item in items]
    total = sum(size * item.grid.shape[1] for size, item in zip(sides, items, strict=True))
    left = area.left() + max(0.0, (area.width() - total - gap * (len(items) - 1)) / 2)
    middle = area.top() + head + height / 2
    for size, item in zip(sides, items, strict=True):
        rows, columns = item.grid.shape
        item.grid.box = QRectF(round(left), round(middle - rows * size / 2), columns * size, rows * size)
        left += columns * size + gap


def _side(items: Sequence[Item], width: float, height: float, scale: float) -> float:
    shared = [item.grid.shape for item in items if not item.own]
    side = min(MOST_CELL * scale, height / max(rows for rows, _ in shared))
    for _ in range(3):
        taken = sum(_own(side, scale, item, height) * item.grid.shape[1] for item in items if item.own)
        side = min(side, max(1.0, width - taken) / max(1, sum(columns for _, columns in shared)))
    return float(int(side)) if side > 4 else side


def _own(side: float, scale: float, item: Item, height: float) -> float:
    rows = max(1, item.grid.shape[0])
    return float(int(min(max(side, LEAST_KERNEL * scale), MOST_KERNEL * scale, height / rows)))


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
    tokens, scale = board.tokens, board.tokens.scale
    for before, item in zip([None, *items], items, strict=False):
        box = item.grid.box
        painter.setFont(small_font(tokens, board.font(), CAPTION))
        painter.setPen(colour(tokens.muted))
        wide = _room(board, box, painter, item.grid.title)
        painter.drawText(wide.translated(0, -HEAD * scale), Qt.AlignmentFlag.AlignCenter, item.grid.title)
        under = _room(board, box, painter, item.grid.caption)
        under.moveTop(box.bottom() + 2 * scale)
        painter.setPen(colour(tokens.muted))
        painter.drawText(under, Qt.AlignmentFlag.AlignCenter, item.grid.caption)
        if before is not None and item.sign and before.grid.box.right() < box.left():
            small = len(item.sign) > 1
            painter.setFont(small_font(tokens, board.font(), BODY if small else TITLE))
            middle = QPointF((before.grid.box.right() + box.left()) / 2, box.center().y())
            place = QRectF(middle.x() - 40 * scale, middle.y() - 20 * scale, 80 * scale, 40 * scale)
            painter.drawText(place, Qt.AlignmentFlag.AlignCenter, item.sign)


def _room(board: Board, box: QRectF, painter: QPainter, words: str) -> QRectF:
    """Return a line's place at a box, wide enough for its words and within the board."""
    metrics = painter.fontMetrics()
    wide = max(box.width(), metrics.horizontalAdvance(words) + 8.0)
    left = min(max(0.0, box.center().x() - wide / 2), max(0.0, board.width() - wide))
    return QRectF(left, box.top(), wide, metrics.height() + 4.0)


LINE = 20.0


def words_height(board: Board, lines: int) -> float:
    """Return the room that lines of words below the grids take."""
    return lines * LINE * board.tokens.scale


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
        shown = painter.fontMetrics().elidedText(words, Qt.TextElideMode.ElideMiddle, int(box.width()))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, shown)
        top += LINE * tokens.scale
