"""How each scaled score moves each weight of the query's row: the Jacobian of the choice, zero for a hard one."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import ClassVar

import numpy as np
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter

from explainer.plots.base.colours import colour
from explainer.scenes.attention.arithmetic import number
from explainer.scenes.attention.moment import ROW, Moment
from explainer.scenes.attention.painted import Painted
from explainer.scenes.attention.table_layout import Placed, arrange
from explainer.scenes.attention.table_painting import number_font, outline, paint_labels, paint_table
from explainer.scenes.attention.tables import Scheme, Table

LOW = 150
"""A card that is lower than this has room for the matrix alone."""


def score_words(moment: Moment) -> str:
    """Return how much of a score's change the scaled score z makes, in words."""
    divided = moment.params.scale and moment.params.score == "dot"
    factor = 1 / moment.params.temperature / (len(moment.q) ** 0.5 if divided else 1.0)
    return f"z moves by {number(factor)} of what the score does."


class Gradient(Painted):
    """∂w/∂z: rows are weights, columns the scaled scores z that move them."""

    key: ClassVar[str] = "gradient"
    title: ClassVar[str] = "Gradient of the weights"
    about: ClassVar[str] = "How each scaled score z moves each weight; zero for a hard choice"
    arrays: ClassVar[Sequence[str]] = (*ROW, "jacobian")
    weight: ClassVar[float] = 1.6

    def build(self) -> None:
        """Start without a cell."""
        super().build()
        self.placed: Placed | None = None

    def paint(self, painter: QPainter, width: float, height: float) -> None:
        """Paint the matrix and what it comes to."""
        moment = Moment.of(self.frame)
        if moment is None or self.frame is None or "jacobian" not in self.frame.arrays:
            return
        jacobian = moment["jacobian"][moment.head]
        self.say_title(f"Gradient of the weights of “{moment.token}” · norm {np.linalg.norm(jacobian):.3f}")
        line = float(self.tokens.size(18))
        painter.setFont(self.font_of(11))
        widest = max(painter.fontMetrics().horizontalAdvance(key) for key in moment.keys)
        labels = min(float(widest), self.tokens.size(90)) + 10
        table = Table("jacobian", jacobian, moment.keys, moment.keys, "∂ weight (row) / ∂ scaled score z (column)")
        room = height - (1.6 * line if height >= self.tokens.size(LOW) else 4)
        ((self.placed,), _) = arrange(Scheme(side_by_side=[table]), width - 4, room, labels, line, self.tokens.scale)
        paint_table(painter, self.placed, self.tokens, number_font([self.placed], self.tokens, self.font()))
        paint_labels(painter, self.placed, self.tokens, self.font(), True, None)
        for j in range(len(jacobian)):
            box = QRectF(0, self.placed.corner(j, 0)[1], width, self.placed.cell_height)
            self.mark(box, ("key", j))
        if self.lit_key is not None and self.lit_key < len(jacobian):
            outline(painter, self.placed, self.lit_key, None, self.tokens.accent)
        if height >= self.tokens.size(LOW):
            self._paint_words(painter, moment, QRectF(4, height - 1.4 * line, width - 8, 1.4 * line))

    def _paint_words(self, painter: QPainter, moment: Moment, box: QRectF) -> None:
        painter.setFont(self.font_of(12))
        painter.setPen(colour(self.tokens.muted))
        if moment.params.selection == "hard":
            said = "The largest score stays the largest: no weight moves (but for a tie)."
        elif self.lit_key is not None and self.lit_key < len(moment.keys):
            weight = moment.weights[self.lit_key]
            slope = number(weight * (1 - weight))
            said = f"own z: w(1 − w) = {number(weight)} · {number(1 - weight)} = {slope}; others: −w·w′"
        else:
            said = f"diagonal w(1 − w), beside it −w·w′: each row adds up to 0. {score_words(moment)}"
        shown = painter.fontMetrics().elidedText(said, Qt.TextElideMode.ElideRight, int(box.width()))
        painter.drawText(box, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, shown)

    def entered(self, part: Hashable | None) -> None:
        """Tell the other pictures which key the pointer is on."""
        self.steering.light("key", part[1] if isinstance(part, tuple) else None)

    def summary(self) -> str:
        """Return the size of the gradient."""
        return self.accessibleName()
