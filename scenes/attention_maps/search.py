"""The heads that look most like known patterns, with the score that says so."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import numpy as np
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter

from explainer.plots.base.colours import blend, colour
from explainer.scenes.attention_maps.bars import LEFT, RIGHT, Bars
from explainer.scenes.attention_maps.shades import value_text

_WRAPPED = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignBottom | Qt.TextFlag.TextWordWrap


class Search(Bars):
    """A column for each pattern, the likest head above."""

    key: ClassVar[str] = "search"
    title: ClassVar[str] = "Heads that read the …"
    about: ClassVar[str] = "For each pattern the heads that look most like it: the mean weight on what it says"
    arrays: ClassVar[Sequence[str]] = ("pattern", "pattern_score")
    weight: ClassVar[float] = 1.4

    def paint(self, painter: QPainter, width: float, height: float) -> None:
        """Paint the patterns' names, in two lines where they are narrow, and below each its heads."""
        arrays = self.frame.arrays if self.frame else {}
        if not {"pattern", "pattern_score"} <= arrays.keys():
            return
        names, scores = arrays["pattern"].tolist(), arrays["pattern_score"]
        tokens, column = self.tokens, (width - 8) / len(names)
        painter.setFont(self.font_of(12))
        metrics = painter.fontMetrics()
        lines = 1 if max(map(metrics.horizontalAdvance, names)) <= column - 12 else 2
        top = lines * metrics.lineSpacing() + 6.0
        foot = tokens.size(20) if height >= tokens.size(110) else 0
        rows, step = self.rows(scores[0].size, height - top - foot, 24, 19)
        for pattern, said in enumerate(names):
            left = 8 + pattern * column
            painter.setFont(self.font_of(12))
            painter.setPen(colour(tokens.text))
            painter.drawText(QRectF(left, 0, column - 6, top - 4), _WRAPPED, said)
            order = np.argsort(-scores[pattern], axis=None, kind="stable")[:rows]
            for number, flat in enumerate(order.tolist()):
                box = QRectF(left, top + number * step, column - 12, step - 2)
                self._paint_head(painter, divmod(flat, scores.shape[2]), scores[pattern], box)
        if foot:
            place = QRectF(8, height - foot, width - 16, foot)
            self.words(painter, place, LEFT, "mean weight on it, where there is one", tokens.muted, 11)

    def _paint_head(self, painter: QPainter, head: tuple[int, int], scores: np.ndarray, box: QRectF) -> None:
        tokens, value = self.tokens, float(scores[head])
        shade = blend(tokens.raised, tokens.accent, 0.65 if self.under == head else 0.45)
        self.share(painter, box, value, shade)
        inner = box.adjusted(6, 0, -6, 0)
        self.words(painter, inner, LEFT, f"L{head[0] + 1} · H{head[1] + 1}", tokens.text, 11)
        self.words(painter, inner, RIGHT, value_text(value), tokens.text, 11)
        self.mark(box, head)

    def entered(self, part: object | None) -> None:
        """Show that a head can be clicked."""
        self.setToolTip("Click to see this head large" if part else "")
        self.setCursor(Qt.CursorShape.PointingHandCursor if part else Qt.CursorShape.ArrowCursor)

    def clicked(self, part: object) -> None:
        """Show the head large."""
        if isinstance(part, tuple):
            self.steering.set(layer=part[0] + 1, head=part[1] + 1, shows="head")

    def summary(self) -> str:
        """Return the best head for each pattern."""
        arrays = self.frame.arrays if self.frame else {}
        if "pattern_score" not in arrays:
            return self.title
        best = []
        for name, scores in zip(arrays["pattern"], arrays["pattern_score"], strict=True):
            layer, head = divmod(int(scores.argmax()), scores.shape[1])
            best.append(f"{name}: layer {layer + 1}, head {head + 1} with {float(scores.max()):.2f}")
        return "; ".join(best)
