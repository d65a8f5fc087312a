"""What each head is worth, by the gradient and by leaving it out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import numpy as np
from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter

from explainer.contract.number_text import number_text
from explainer.plots.base.colours import colour
from explainer.scenes.attention_maps.bars import LEFT, RIGHT, Bars


class Importance(Bars):
    """A line for each head with two bars: by gradient and by ablation."""

    key: ClassVar[str] = "importance"
    title: ClassVar[str] = "What each head is worth"
    about: ClassVar[str] = "By gradient and by ablation, side by side"
    arrays: ClassVar[Sequence[str]] = ("importance",)
    weight: ClassVar[float] = 1.4

    def paint(self, painter: QPainter, width: float, height: float) -> None:
        """Paint the heads that matter most by ablation, as many as find room."""
        found = self.frame.arrays.get("importance") if self.frame else None
        if found is None:
            return
        if not np.isfinite(found).all():
            self.say(painter, "The text is too long to try every head: give at most 48 word pieces.")
            return
        heads = [divmod(flat, found.shape[2]) for flat in np.argsort(-found[1], axis=None, kind="stable").tolist()]
        line, name = float(self.tokens.size(20)), float(self.tokens.size(64))
        half = (width - name - 16) / 2
        self._paint_heads(painter, name, half, line)
        rows, step = self.rows(len(heads), height - line, 34)
        for number, (layer, head) in enumerate(heads[:rows]):
            place = QRectF(0, line + number * step, name - 8, step)
            self.words(painter, place, RIGHT, f"L{layer + 1} · H{head + 1}", self.tokens.text, 11)
            for measure in (0, 1):
                box = QRectF(name + measure * half, place.top(), half, step)
                self._paint_value(painter, found[measure], layer, head, box, measure)
        more = f" · the first {rows} of {len(heads)}" if rows < len(heads) else ""
        self.say_title(f"{self.title}{more}")

    def _paint_value(
        self, painter: QPainter, found: np.ndarray, layer: int, head: int, box: QRectF, measure: int
    ) -> None:
        tokens, value = self.tokens, float(found[layer, head])
        room = box.width() - tokens.size(70)
        thick = min(box.height() * 0.6, tokens.size(18))
        share = max(0.0, value) / max(float(found.max()), 1e-12)
        bar = QRectF(box.left(), box.center().y() - thick / 2, max(1.0, room * share), thick)
        self.bar(painter, bar, colour(tokens.series_colour(measure)))
        words = QRectF(box.left() + room + 4, box.top(), tokens.size(62), box.height())
        self.words(painter, words, LEFT, number_text(value), tokens.muted, 11)

    def _paint_heads(self, painter: QPainter, name: float, half: float, line: float) -> None:
        trained = self.frame is not None and self.frame.params.model == "trained"
        words = ("|∂loss/∂gate|", "loss it saves") if trained else ("by gradient", "by leaving it out")
        for measure, said in enumerate(words):
            box = QRectF(name + measure * half, 0, half - 8, line)
            self.words(painter, box, LEFT, said, self.tokens.series_colour(measure), 11)

    def summary(self) -> str:
        """Return the head that matters most by each measure."""
        found = self.frame.arrays.get("importance") if self.frame else None
        if found is None or not np.isfinite(found).all():
            return self.title
        best = [divmod(int(found[measure].argmax()), found.shape[2]) for measure in (0, 1)]
        names = [f"layer {layer + 1}, head {head + 1}" for layer, head in best]
        return f"Worth most by gradient: {names[0]}; by ablation: {names[1]}."
