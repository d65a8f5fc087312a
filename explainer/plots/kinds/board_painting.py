"""Where a board's grids are, and what is painted besides them: titles, names, signs, words below."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QFontMetrics, QFontMetricsF, QPainter

from explainer.contract.cards.cells import Grid
from explainer.plots.base.aligned import lay_out_aligned
from explainer.plots.base.cell_marks import paint_cell
from explainer.plots.base.colours import colour, small_font
from explainer.plots.base.number_grid import NumberGrid
from explainer.plots.base.rows import Item, lay_out
from explainer.plots.resolved import Places
from explainer.theme.tokens import BODY, CAPTION, SMALL, TITLE

if TYPE_CHECKING:
    from explainer.plots.kinds.board import BoardPart

HEAD, LOW_HEAD, FOOT, LINE, MARGIN = 26.0, 19.0, 24.0, 20.0, 4.0
WIDEST_NAME = 90.0
LOW = 0.45
"""The share of the board's height that words below it take at most."""
_CENTRE = Qt.AlignmentFlag.AlignCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class BoardPainting:
    """Lays a board out and paints it."""

    def __init__(self, board: BoardPart) -> None:
        self.board = board
        self._laid_out = False
        self._signs: list[tuple[str, int, int]] = []
        self._named: dict[int, float] = {}
        """The room for the names of a grid's rows beside it."""

    def forget(self) -> None:
        """Lay the board out anew."""
        self._laid_out = False

    @property
    def lines(self) -> list[tuple[str | Sequence[str], str]]:
        """The lines of words below: as many as there is room for; the first line always."""
        board = self.board
        if board.told.lines is None:
            said = board.busy or board.reading() or (board.now.caption if board.now is not None else "")
            return [(said, "read" if board.reading() and not board.busy else "")]
        room = max(1, int(LOW * board.height() / (LINE * board.tokens.scale)))
        return list(board.lines)[:room]

    def _line_count(self) -> int:
        board = self.board
        return 1 if board.told.lines is None else max(1, len(self.lines))

    # where things are

    def arrange(self) -> None:
        """Put every grid that has values where it belongs."""
        board = self.board
        if self._laid_out or board.now is None:
            return
        self._laid_out = True
        scale, metrics = board.tokens.scale, QFontMetricsF(small_font(board.tokens, board.font(), SMALL))
        rows, order, last = [], [], ""
        self._signs, self._named = [], {}
        index = -1
        for row in board.rows:
            items, before, slot = [], -1, -1
            last = ""
            for part in row:
                slot += isinstance(part, Grid) or part == ""
                if not isinstance(part, Grid):
                    last = board.sign_before(part)
                    continue
                index += 1
                grid = board.grids[index]
                grid.box = QRectF()
                if not grid.values.size:
                    last = ""
                    continue
                if before >= 0 and last:
                    self._signs.append((last, before, index))
                left = self._names_width(index, before, metrics)
                sign = metrics.horizontalAdvance(last) + 28 * scale if before >= 0 and last else 0.0
                items.append(
                    Item(*grid.shape, own=part.cell, left=left, slot=slot, sign=sign, above=self._above(index))
                )
                self._named[index] = left
                order.append(index)
                before, last = index, ""
            rows.append(items)
        below = self._line_count() * LINE * scale
        area = QRectF(board.rect()).adjusted(MARGIN, 0, -MARGIN, -below)
        foot = FOOT * scale if any(board.grids[k].caption for k in order) else 6.0
        names = any(board.told_grids[k].names for k in order)
        head = self._head + (metrics.height() * scale if names and not board.told.aligned else 0.0)
        for k, box in zip(order, self._boxes(rows, area, head, foot) if order else (), strict=True):
            board.grids[k].box = box

    def _boxes(self, rows: list[list[Item]], area: QRectF, head: float, foot: float) -> list[QRectF]:
        told, scale = self.board.told, self.board.tokens.scale
        if told.aligned:
            return lay_out_aligned(rows, area, head, foot, scale, told.wide)
        return lay_out(rows, area, head, foot, scale)

    def _names_width(self, index: int, before: int, metrics: QFontMetricsF) -> float:
        """Return the room for the names of a grid's rows: none where the grid before it has the same ones."""
        board = self.board
        down = board.names_of(index)[0]
        if not board.told_grids[index].names or down is None:
            return 0.0
        if before >= 0 and board.told_grids[before].names and board.grid_dims[before][0] == down.name:
            return 0.0
        widest = max([metrics.horizontalAdvance(name) for name in down.names], default=0.0)
        return min(widest, WIDEST_NAME * board.tokens.scale) + 8

    @property
    def _head(self) -> float:
        """The room for a grid's title: where rows are aligned there are several, and they are close together."""
        return (LOW_HEAD if self.board.told.aligned else HEAD) * self.board.tokens.scale

    def _above(self, index: int) -> float:
        """Return the room for the names of a grid's columns."""
        if not self.board.told_grids[index].names or self.board.names_of(index)[1] is None:
            return 0.0
        return QFontMetricsF(small_font(self.board.tokens, self.board.font(), SMALL)).height()

    # painting

    def paint_still(self, painter: QPainter) -> None:
        """Paint the grids with titles, captions, names and signs."""
        board = self.board
        self.arrange()
        written = [grid.box for grid in board.grids if grid.values.size]
        for index, grid in enumerate(board.grids):
            if not grid.values.size:
                continue
            grid.paint(painter, board.tokens, board.font())
            painter.setFont(small_font(board.tokens, board.font(), CAPTION))
            painter.setPen(colour(board.tokens.muted))
            self._paint_title(painter, grid, index, written)
            if board.told_grids[index].names:
                self._paint_names(painter, index)
        for sign, first, second in self._signs:
            named = board.grids[second].box.adjusted(-self._named.get(second, 0.0), 0, 0, 0)
            self._paint_sign(painter, sign, board.grids[first].box, named)

    def _paint_title(self, painter: QPainter, grid: NumberGrid, index: int, written: list[QRectF]) -> None:
        board, scale = self.board, self.board.tokens.scale
        line = painter.fontMetrics().height() + 4.0
        up = self._head + self._above(index)
        for words, top in ((grid.title, grid.box.top() - up), (grid.caption, grid.box.bottom() + 2 * scale)):
            wide = painter.fontMetrics().horizontalAdvance(words) + 8.0
            left = min(max(0.0, grid.box.center().x() - wide / 2), max(0.0, board.width() - wide))
            _write_beside(painter, QRectF(left, top, wide, line), words, written)

    def _paint_names(self, painter: QPainter, index: int) -> None:
        board, grid = self.board, self.board.grids[index]
        down, across = board.names_of(index)
        painter.setFont(small_font(board.tokens, board.font(), SMALL))
        metrics, side = QFontMetricsF(painter.font()), grid.sides[1]
        if down is not None and self._named.get(index) and side >= 0.7 * metrics.height():
            wide = WIDEST_NAME * board.tokens.scale
            for row, name in enumerate(down.names):
                place = grid.rectangle((row, -grid.border[2]))
                box = QRectF(place.left() - wide - 6, place.top(), wide, side)
                painter.drawText(box, _RIGHT, metrics.elidedText(name, Qt.TextElideMode.ElideRight, wide))
        if across is not None:
            self._paint_columns(painter, grid, across, metrics)

    def _paint_columns(self, painter: QPainter, grid: NumberGrid, across: Places, metrics: QFontMetricsF) -> None:
        end = -1e9
        for column, name in enumerate(across.names):
            place = grid.rectangle((-grid.border[0], column))
            wide = metrics.horizontalAdvance(name)
            middle = place.center().x()
            if middle - wide / 2 > end + 4:
                box = QRectF(middle - wide, place.top() - metrics.height() - 1, 2 * wide, metrics.height())
                painter.drawText(box, _CENTRE, name)
                end = middle + wide / 2

    def _paint_sign(self, painter: QPainter, sign: str, first: QRectF, second: QRectF) -> None:
        """Write a sign between two grids, or before one that stands elsewhere."""
        tokens, scale = self.board.tokens, self.board.tokens.scale
        beside = first.right() < second.left() and first.top() < second.bottom() and second.top() < first.bottom()
        if not beside and second.left() < 36 * scale:
            return
        across = (first.right() + second.left()) / 2 if beside else second.left() - 16 * scale
        painter.setPen(colour(tokens.muted))
        painter.setFont(small_font(tokens, self.board.font(), BODY if len(sign) > 1 else TITLE))
        middle = QPointF(across, second.center().y())
        wide = painter.fontMetrics().horizontalAdvance(sign) + 4.0
        box = QRectF(middle.x() - wide / 2, middle.y() - 20 * scale, wide, 40 * scale)
        painter.drawText(box, _CENTRE, sign)

    def paint_over(self, painter: QPainter) -> None:
        """Paint marks, the cell that the pointer or the keys are on, and the lines below."""
        board = self.board
        self.arrange()
        for grid, marks in zip(board.grids, board.marked, strict=True):
            if grid.values.size:
                grid.paint_marks(painter, marks)
        if board.here is not None and board.has(board.here):
            box = board.rectangle(board.here)
            paint_cell(painter, box.adjusted(1, 1, -1, -1) if box.width() > 8 else box, board.tokens)
        self._paint_lines(painter)

    def _paint_lines(self, painter: QPainter) -> None:
        board, tokens = self.board, self.board.tokens
        roles = {
            "strong": (BODY, True, tokens.text),
            "code": (CAPTION, False, tokens.accent),
            "warning": (CAPTION, False, tokens.warning),
            "read": (CAPTION, False, tokens.text),
        }
        area = QRectF(board.rect())
        top = area.bottom() - self._line_count() * LINE * tokens.scale
        for words, role in self.lines:
            size, bold, token = roles.get(role, (CAPTION, False, tokens.muted))
            box = QRectF(8, top, area.width() - 16, LINE * tokens.scale)
            font = small_font(tokens, board.font(), size, bold)
            if role == "code":
                font.setFamilies(["monospace"])
            versions = (words,) if isinstance(words, str) else words
            chosen = fitting(versions, box.width(), font)
            if not chosen:
                font.setPixelSize(tokens.size(SMALL))
                chosen = fitting(versions, box.width(), font)
            painter.setFont(font)
            painter.setPen(colour(token))
            shown = chosen or between_words(versions[-1], box.width(), painter.fontMetrics())
            painter.drawText(box, _CENTRE, shown)
            top += LINE * tokens.scale


def fitting(versions: Sequence[str], width: float, font: QFont) -> str:
    """Return the first of the words that fit into a width; empty for none."""
    metrics = QFontMetricsF(font)
    return next((words for words in versions if metrics.horizontalAdvance(words) <= width), "")


def between_words(words: str, width: float, metrics: QFontMetrics) -> str:
    """Return words that fit into a width, cut between two of them: half a number would be another number."""
    if metrics.horizontalAdvance(words) <= width:
        return words
    parts = words.split(" ")
    while parts and metrics.horizontalAdvance(" ".join([*parts, "…"])) > width:
        parts.pop()
    return " ".join([*parts, "…"]) if parts else ""


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
    painter.drawText(place, _CENTRE, shown)
    written.append(place)
