"""How long the residual stream is before the first layer and after each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import numpy as np
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter

from explainer.contract.number_text import number_text
from explainer.plots.base.colours import blend, colour
from explainer.scenes.attention_maps.bars import LEFT, RIGHT, Bars
from explainer.scenes.attention_maps.moment import NEEDED, Moment

MOST_DOTS = 256
"""So many tokens have a dot."""


class Residual(Bars):
    """A line for each place in the stream: a dot for each token, a bar to their mean."""

    key: ClassVar[str] = "residual"
    title: ClassVar[str] = "Length of the residual stream"
    about: ClassVar[str] = "The norm of each token's vector before the first layer and after each"
    arrays: ClassVar[Sequence[str]] = (*NEEDED, "residual_norm")

    def paint(self, painter: QPainter, width: float, height: float) -> None:
        """Paint what the marks mean, and a line for each place."""
        moment = Moment.of(self.frame)
        norms = self.frame.arrays.get("residual_norm") if self.frame else None
        if moment is None or norms is None or norms.shape[1] != len(moment.words):
            return
        size = self.tokens.size
        name, line = float(size(92)), float(size(20))
        room = max(10.0, width - name - size(64) - 16)
        step = min(float(size(44)), (height - line) / len(norms))
        key = QRectF(name, 0, room + size(64), line)
        self.words(painter, key, LEFT, "dots: tokens · bar: their mean", self.tokens.muted, 11)
        most = max(float(norms.max()), 1e-12)
        for place, row in enumerate(norms):
            self._paint_row(painter, place, row, most, QRectF(name, line + place * step, room, step))

    def _paint_row(self, painter: QPainter, place: int, row: np.ndarray, most: float, box: QRectF) -> None:
        tokens, mean, middle = self.tokens, float(row.mean()), box.center().y()
        said = f"after layer {place}" if place else "embedding"
        self.words(painter, QRectF(4, box.top(), box.left() - 12, box.height()), RIGHT, said, tokens.text)
        thick = min(box.height() * 0.4, tokens.size(14))
        bar = QRectF(box.left(), middle - thick / 2, box.width() * mean / most, thick)
        self.bar(painter, bar, blend(tokens.raised, tokens.accent, 0.5))
        painter.setBrush(colour(tokens.accent, 0.7))
        painter.setPen(Qt.PenStyle.NoPen)
        for value in row[:MOST_DOTS].tolist():
            painter.drawEllipse(QRectF(box.left() + box.width() * value / most - 3, middle - 3, 6, 6))
        number = QRectF(box.right(), box.top(), tokens.size(64), box.height())
        self.words(painter, number, RIGHT, number_text(mean), tokens.text)

    def summary(self) -> str:
        """Return the mean length at each place."""
        norms = self.frame.arrays.get("residual_norm") if self.frame else None
        if norms is None:
            return self.title
        return "Mean length of the residual stream: " + ", ".join(number_text(float(row.mean())) for row in norms)
