"""Chains of blocks, and past each block a way around it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath

from explainer.contract.cards.spaces import Ladder
from explainer.contract.number_text import number_text
from explainer.plots.base.cell_image import hatch
from explainer.plots.base.chips import fitting
from explainer.plots.base.colours import colour, pen
from explainer.plots.base.shading import Shading
from explainer.plots.painted_part import PaintedPart
from explainer.theme.tokens import BODY, SMALL

SIDE, BAR_WIDE, BAR_HIGH, MOST_ROW, MOST_WIDE, MOST_GAP = 8.0, 150.0, 7.0, 110.0, 64.0, 14.0
"""Pixels: beside the chains, the bar of colours, the greatest height of a chain, width of a block, room beside it."""
BOTH, THROUGH, AROUND = range(3)


class LadderPart(PaintedPart):
    """Along each chain runs a line, through the blocks; arcs lead around them. What is closed is dashed."""

    told: Ladder

    def fill(self) -> None:
        """Take the values and the ways (chain, block)."""
        assert self.now is not None
        self.values = np.asarray(self.now.values, float)
        self.ways = np.asarray(self.now.ways, int)
        self.corner_right, self.corner_below = False, True

    @property
    def shading(self) -> Shading:
        """How values become colours."""
        now = self.now
        assert now is not None
        return Shading(now.colours, now.low, now.high, bool(now.log), now.label)

    @property
    def invites(self) -> str:
        """What a hand can do."""
        return "click a block to leave it out, an arc to cut or mend it"

    # where things are

    def _row(self, chain: int, height: float) -> QRectF:
        """Return where a chain is: its name, and below it arcs and blocks."""
        foot = 22.0 * self.tokens.scale
        high = min(MOST_ROW * self.tokens.scale, (height - foot) / len(self.values))
        top = (height - foot - high * len(self.values)) / 2
        return QRectF(SIDE, top + chain * high, self.width() - 2 * SIDE, high)

    def _block(self, row: QRectF, block: int, head: float) -> QRectF:
        """Return where a block is, in the lower half of its chain below the name."""
        step = row.width() / self.values.shape[1]
        wide = min(step * 0.62, MOST_WIDE * self.tokens.scale)
        rest = row.height() - head - 4
        high = max(4.0, min(wide * 0.8, rest * 0.45))
        return QRectF(row.left() + (block + 0.5) * step - wide / 2, row.bottom() - high - 4, wide, high)

    # painting

    def paint_still(self, painter: QPainter, width: float, height: float) -> None:
        """Draw every chain, and the bar of colours."""
        now = self.now
        assert now is not None
        self.arcs: dict[tuple[int, int], QPainterPath] = {}
        self.blocks: dict[tuple[int, int], QRectF] = {}
        table = self.shading.colours(self.values, self.tokens)
        for chain in range(len(self.values)):
            self._paint_chain(painter, chain, self._row(chain, height), table[chain].tolist())
        self._paint_bar(painter, width, height)

    def _paint_chain(self, painter: QPainter, chain: int, row: QRectF, shades: Sequence[Sequence[int]]) -> None:
        now = self.now
        assert now is not None
        painter.setFont(self.font_of(BODY, chain == now.chosen))
        head = min(painter.fontMetrics().height() + 2.0, row.height() * 0.4)
        name = QRectF(row.left(), row.top() + 2, row.width(), head)
        said = str(now.beside[chain]) if isinstance(now.beside, Sequence) else ""
        painter.setPen(colour(self.tokens.muted))
        painter.drawText(name, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, said)
        painter.setPen(colour(self.tokens.series_colour(chain)))
        room = row.width() - painter.fontMetrics().horizontalAdvance(said) - 16
        words = fitting(painter, self.places[0].names[chain], room)
        painter.drawText(name, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, words)
        name.setWidth(painter.fontMetrics().horizontalAdvance(words) + 4)
        self.mark_at(name, {self.dims[0]: chain})
        boxes = [self._block(row, block, head) for block in range(self.values.shape[1])]
        for block, box in enumerate(boxes):
            before = boxes[block - 1].right() if block else row.left()
            self._paint_block(painter, (chain, block), before, box, row.top() + head + 3, shades[block])
        painter.setPen(pen(self.tokens.muted, 1.4))
        middle = boxes[-1].center().y()
        painter.drawLine(QPointF(boxes[-1].right(), middle), QPointF(row.right(), middle))

    def _paint_block(
        self, painter: QPainter, place: tuple[int, int], before: float, box: QRectF, top: float, shade: Sequence[int]
    ) -> None:
        """Draw the line to a block, the block, and the arc around it."""
        way, token, middle = self.ways[place], self.tokens.series_colour(place[0]), box.center().y()
        painter.setPen(pen(self.tokens.muted, 1.4))
        painter.drawLine(QPointF(before, middle), QPointF(box.left(), middle))
        closed = way == AROUND
        painter.setPen(pen(self.tokens.faint, 1.2, style=Qt.PenStyle.DashLine) if closed else pen(token, 1.2))
        painter.setBrush(QColor(*shade[:3]) if shade[3] and not closed else Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(box, 3, 3)
        if not shade[3] and not closed:
            hatch(painter, box, self.tokens)
        gap = min(MOST_GAP, 0.9 * (box.left() - before) / (2 if place[1] else 1))
        left, right = box.left() - gap, box.right() + gap
        high = middle - (middle - top) * 4 / 3
        arc = QPainterPath(QPointF(left, middle))
        arc.cubicTo(QPointF(left, high), QPointF(right, high), QPointF(right, middle))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(pen(self.tokens.faint, 1.0, 0.45, Qt.PenStyle.DotLine) if way == THROUGH else pen(token, 1.8))
        painter.drawPath(arc)
        self.arcs[place], self.blocks[place] = arc, box
        reach = QRectF(left - 1, top - 3, right - left + 2, box.bottom() - top + 6)
        self.mark_at(reach, {self.dims[0]: place[0], self.dims[1]: place[1]})

    def _paint_bar(self, painter: QPainter, width: float, height: float) -> None:
        """Draw which colour is which value, below."""
        shading, scale = self.shading, self.tokens.scale
        painter.setFont(self.font_of(SMALL))
        metrics, middle = painter.fontMetrics(), height - 9 * scale
        low, high = shading.limits(self.values)
        ends = [10.0**each if shading.log else each for each in (low, high)]
        assert self.now is not None
        texts = [(self.told.number or number_text)(each) for each in ends]
        wide = min(BAR_WIDE * scale, width * 0.3)
        left = width - SIDE - metrics.horizontalAdvance(texts[1]) - 6 - wide
        box = QRectF(left, middle - BAR_HIGH / 2, wide, BAR_HIGH)
        colours = shading.table(self.tokens)
        for k in range(round(wide)):
            shade = colours[min(255, round(255 * k / wide))].tolist()
            painter.fillRect(QRectF(left + k, box.top(), 1.5, BAR_HIGH), QColor(*shade))
        painter.setPen(colour(self.tokens.muted))
        line = QRectF(0, middle - 10 * scale, width - SIDE, 20 * scale)
        centred = Qt.AlignmentFlag.AlignVCenter
        painter.drawText(line, Qt.AlignmentFlag.AlignRight | centred, texts[1])
        before = QRectF(SIDE, line.top(), left - 6 - SIDE, line.height())
        label = fitting(painter, f"{shading.title}   {texts[0]}", before.width())
        painter.drawText(before, Qt.AlignmentFlag.AlignRight | centred, label)

    def paint_over(self, painter: QPainter, width: float, height: float) -> None:
        """Frame the lit block of the lit chain, or of every chain."""
        self.still()
        chain, block = (self.lit.get(name) for name in self.dims[:2])
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for place, box in self.blocks.items():
            if place[1] == block and chain in (None, place[0]):
                around = chain is not None and self._is_around(place)
                painter.setPen(pen(self.tokens.text, 3.0 if around else 1.8))
                if around:
                    painter.drawPath(self.arcs[place])
                else:
                    painter.drawRoundedRect(box.adjusted(-1.5, -1.5, 1.5, 1.5), 4, 4)

    # the pointer

    def _is_around(self, place: tuple[int, int]) -> bool:
        """Return whether the pointer is above the block, on the way around it."""
        box = self.blocks[place]
        return self.pointer.y() < box.top() - 1 and box.left() - MOST_GAP <= self.pointer.x() <= box.right() + MOST_GAP

    def hover_at(self, place: QPointF) -> None:
        """Light the block at a pixel, or the way around it."""
        super().hover_at(place)
        self.update()

    def clicked(self, lights: Mapping[str, int]) -> None:
        """Ask for what a click on a block, an arc or a name comes to."""
        chain = lights[self.dims[0]]
        if self.dims[1] not in lights:
            self.press_on(self.told.name_click, chain)
            return
        place = chain, lights[self.dims[1]]
        self.press_on(self.told.around if self._is_around(place) else self.told.through, *place)

    def reading(self) -> str:
        """Return what is said of the lit block."""
        chain, block = (self.lit.get(name) for name in self.dims[:2])
        if self.empty or chain is None or block is None:
            return ""
        said = self.said(self.told.reading, chain, block)
        if said is not None:
            return said
        names = self.places[0].names[chain], self.places[1].names[block]
        return f"{names[0]}, {names[1]}: {number_text(float(self.values[chain, block]))}"

    def summary(self) -> str:
        """Return how many blocks have only one way, chain by chain."""
        if self.empty or self.now is None:
            return getattr(self.now, "none", "")
        counted = [[int((row == way).sum()) for way in (BOTH, THROUGH, AROUND)] for row in self.ways]
        said = [
            f"{name}: {both} blocks with both ways, {through} with the way through alone, {around} left out"
            for name, (both, through, around) in zip(self.places[0].names, counted, strict=True)
        ]
        return "; ".join(said)
