"""The weights of every head as maps, rows labelled as what they are: who reads."""

from __future__ import annotations

import math
from collections.abc import Hashable, Sequence
from typing import ClassVar

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter

from explainer.plots.base.colours import colour
from explainer.scenes.attention.moment import ROW, Moment
from explainer.scenes.attention.painted import Painted
from explainer.scenes.attention.table_layout import Placed
from explainer.scenes.attention.table_painting import fitting, number_font, outline, paint_table
from explainer.scenes.attention.tables import Table


class Heads(Painted):
    """One map a head; a click shows the head everywhere."""

    key: ClassVar[str] = "heads"
    title: ClassVar[str] = "Attention maps · rows read from columns"
    about: ClassVar[str] = "The weights of every head as a map; rows read from columns"
    arrays: ClassVar[Sequence[str]] = ROW
    weight: ClassVar[float] = 1.6

    def paint(self, painter: QPainter, width: float, height: float) -> None:
        """Paint the maps in as many columns as make them largest."""
        moment = self.moment
        if moment is None:
            return
        maps = moment["final_weights"]
        heads, rows, columns = maps.shape
        across = _columns(heads, rows, columns, width, height)
        wide, high = width / across, height / math.ceil(heads / across)
        for head in range(heads):
            box = QRectF((head % across) * wide, (head // across) * high, wide, high)
            self._paint_map(painter, moment, head, box)
            self.mark(box, ("head", head))

    def _paint_map(self, painter: QPainter, moment: Moment, head: int, box: QRectF) -> None:
        tokens, weights = self.tokens, moment["final_weights"][head]
        rows, columns = weights.shape
        painter.setFont(self.font_of(11))
        metrics, line = painter.fontMetrics(), float(tokens.size(16))
        names = moment["token"].tolist()
        labels = min(float(max(metrics.horizontalAdvance(name) for name in names)), box.width() * 0.25) + 8
        cell = min((box.width() - labels - 12) / columns, (box.height() - 2 * line - 8) / rows, float(tokens.size(56)))
        wide = max(cell, min(float(tokens.size(56)), (box.width() - labels - 12) / columns))
        spare = max(0.0, (box.width() - labels - 12 - wide * columns) / 2)
        box = box.adjusted(spare, 0, -spare, 0)
        placed = Placed(Table("weights", weights), box.left() + labels, box.top() + 2 * line, wide, max(2.0, cell))
        paint_table(painter, placed, tokens, number_font([placed], tokens, self.font()))
        self._paint_names(painter, moment, head, placed, box, line)
        if self.hovered is not None or head == moment.head:
            outline(painter, placed, moment.row, None, tokens.accent)
        if self.lit_key is not None and self.lit_key < columns:
            outline(painter, placed, None, self.lit_key, tokens.accent)

    def _paint_names(
        self, painter: QPainter, moment: Moment, head: int, placed: Placed, box: QRectF, line: float
    ) -> None:
        tokens = self.tokens
        heads = len(moment["final_weights"])
        painter.setFont(self.font_of(12, bold=head == moment.head))
        painter.setPen(colour(tokens.accent if self.under == ("head", head) and heads > 1 else tokens.text))
        nats = float(moment["row_entropy"][head].mean())
        title = f"head {head} · entropy {nats:.2f}" if heads > 1 else f"mean entropy {nats:.2f}"
        room = box.right() - placed.x
        if painter.fontMetrics().horizontalAdvance(title) > room:
            title = title.replace("entropy ", "")
        painter.drawText(QRectF(placed.x, box.top(), room, line), Qt.AlignmentFlag.AlignLeft, title)
        painter.setFont(self.font_of(11))
        metrics, right = painter.fontMetrics(), Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        painter.setPen(colour(tokens.muted))
        if placed.cell_width >= tokens.size(20):
            for j, name in enumerate(moment.keys):
                place = QRectF(placed.corner(0, j)[0], placed.y - line, placed.cell_width - 2, line)
                painter.drawText(place, Qt.AlignmentFlag.AlignCenter, fitting(metrics, name, place.width()))
        if placed.cell_height >= 11:
            for i, name in enumerate(moment["token"].tolist()):
                place = QRectF(box.left(), placed.corner(i, 0)[1], placed.x - box.left() - 5, placed.cell_height)
                painter.setPen(colour(tokens.accent if i == moment.row else tokens.muted))
                shown = metrics.elidedText(name, Qt.TextElideMode.ElideRight, int(place.width()))
                painter.drawText(place, right, shown)

    def entered(self, part: Hashable | None) -> None:
        """Show that a head can be chosen."""
        several = self.frame is not None and self.moment is not None and len(self.moment["final_weights"]) > 1
        self.setCursor(Qt.CursorShape.PointingHandCursor if part and several else Qt.CursorShape.ArrowCursor)

    def clicked(self, part: Hashable) -> None:
        """Show this head in all pictures."""
        if isinstance(part, tuple):
            self.steering.set(head=part[1])

    def summary(self) -> str:
        """Return each head's mean entropy."""
        moment = self.moment
        if moment is None:
            return self.title
        nats = moment["row_entropy"].mean(-1)
        return "Mean entropy of the rows: " + ", ".join(f"head {head} {value:.2f}" for head, value in enumerate(nats))


def _columns(heads: int, rows: int, columns: int, width: float, height: float) -> int:
    """Return how many maps beside one another make their cells largest."""

    def cell(across: int) -> float:
        down = math.ceil(heads / across)
        return min((width / across - 60) / columns, (height / down - 40) / rows)

    return max(range(1, heads + 1), key=cell)
