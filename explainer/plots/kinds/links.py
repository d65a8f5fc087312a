"""Two columns of tokens and a line for each weight between them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter

from explainer.contract.cards.words import Links
from explainer.contract.number_text import number_text
from explainer.plots.base.chips import paint_chip, shown_word
from explainer.plots.base.colours import colour, pen
from explainer.plots.base.strokes import draw_strokes
from explainer.plots.painted_part import PaintedPart
from explainer.theme.tokens import BODY, CAPTION, SMALL

MOST_LINES, FAINTEST = 1_500, 0.03
"""Lines drawn at most, the strongest; shares of the largest weight below which there is none."""
LEAST_LINE, LEAST_BODY, MOST_LINE, SIDE, MOST_ROOM = 16.0, 17.0, 34.0, 6.0, 460.0
"""Pixels: a token's least height, that from which on its word is not small, its greatest; beside the tokens; between
the columns at most."""


class LinksPart(PaintedPart):
    """At the left (or above) what reads, at the right (or below) what is read from."""

    told: Links

    def fill(self) -> None:
        """Take the weights (head, to, from) and the words of both sides."""
        now = self.now
        assert now is not None
        weights = np.asarray(now.weights, float)
        self.weights = weights[None] if weights.ndim == 2 else weights
        self.sides = [np.asarray(side).astype(str) for side in (now.left, now.right)]

    @property
    def own(self) -> tuple[str, str]:
        """The dimensions of what reads and of what is read from."""
        return self.dims[-2], self.dims[-1]

    def _row(self) -> int | None:
        """Return whose lines stand out: those of the lit token, else of the chosen one."""
        lit = self.lit.get(self.own[0])
        return lit if lit is not None else (self.now.chosen if self.now is not None else None)

    # painting

    def paint_still(self, painter: QPainter, width: float, height: float) -> None:
        """Draw tokens and lines; where not all tokens find room, those around the chosen one are shown."""
        assert self.now is not None
        painter.setFont(self.font_of(BODY))
        self._place(painter, width, height)
        self._paint_heads(painter, width)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_lines(painter, None, 0.75)
        low = min((box.height() for boxes in self.boxes for box in boxes.values()), default=20.0)
        painter.setFont(self.font_of(BODY if low >= LEAST_BODY * self.tokens.scale else SMALL))
        for side, (boxes, words) in enumerate(zip(self.boxes, self.sides, strict=True)):
            for place, box in boxes.items():
                framed = side == 0 and place == self.now.chosen
                paint_chip(painter, box, words[place], self.tokens, framed=framed)
                self.mark_at(box, {self.own[side]: place})
        hidden = sum(len(words) - len(boxes) for words, boxes in zip(self.sides, self.boxes, strict=True))
        if hidden:
            painter.setFont(self.font_of(SMALL))
            painter.setPen(colour(self.tokens.muted))
            foot = QRectF(SIDE, height - 16, width - 2 * SIDE, 16)
            painter.drawText(foot, Qt.AlignmentFlag.AlignRight, f"{hidden} tokens have no room here")

    def _place(self, painter: QPainter, width: float, height: float) -> None:
        """Lay out the boxes of both sides."""
        scale, metrics = self.tokens.scale, painter.fontMetrics()
        head = 22 * scale if any(self.now.heads if self.now else ()) else 4.0
        longest = max((metrics.horizontalAdvance(shown_word(w)) for s in self.sides for w in s[:80]), default=20) + 14.0
        if not self.told.upright:
            self.boxes: list[dict[int, QRectF]] = [self._across(side, longest, width, height, head) for side in (0, 1)]
            return
        wide = min(longest, width * 0.3)
        inner = min(MOST_ROOM * scale, width - 2 * wide - 2 * SIDE)
        lefts = ((width - inner) / 2 - wide, (width + inner) / 2)
        self.boxes = []
        for side, left in enumerate(lefts):
            count = max(1, len(self.sides[side]))
            step = min(MOST_LINE * scale, max(LEAST_LINE * scale, (height - head - 4) / count))
            foot = 18.0 if count * step > height - head else 0.0
            room = max(1, min(count, int((height - head - foot) / step)))
            top = head + max(0.0, (height - head - room * step) / 2)
            shown = enumerate(self._shown(side, room))
            self.boxes.append({k: QRectF(left, top + n * step + 1, wide, step - 3) for n, k in shown})

    def _shown(self, side: int, room: int) -> range:
        """Return which tokens of a side are shown: as many as find room, those around the chosen one."""
        count, chosen = len(self.sides[side]), self.now.chosen if self.now is not None else None
        first = (chosen if isinstance(chosen, int) else 0) - room // 2
        first = max(0, min(first, count - room))
        return range(first, min(first + room, count))

    def _across(self, side: int, longest: float, width: float, height: float, head: float) -> dict[int, QRectF]:
        count = max(1, len(self.sides[side]))
        wide = min(longest, (width - 2 * SIDE) / count - 4)
        if wide < 10:
            count, wide = max(1, int((width - 2 * SIDE) / 16)), 12.0
        high = 24 * self.tokens.scale
        step = (width - 2 * SIDE) / count
        top = head if side == 0 else height - high - 18
        shown = enumerate(self._shown(side, count))
        return {k: QRectF(SIDE + (n + 0.5) * step - wide / 2, top, wide, high) for n, k in shown}

    def _paint_heads(self, painter: QPainter, width: float) -> None:
        assert self.now is not None
        painter.setFont(self.font_of(SMALL))
        painter.setPen(colour(self.tokens.muted))
        for boxes, words, right in zip(self.boxes, self.now.heads, (True, False), strict=True):
            if boxes and words and self.told.upright:
                box = next(iter(boxes.values()))
                where = QRectF(0, 0, box.right(), 20) if right else QRectF(box.left(), 0, width, 20)
                painter.drawText(where, Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft, words)
        painter.setFont(self.font_of(BODY))

    def _paint_lines(self, painter: QPainter, row: int | None, most: float) -> None:
        """Draw the strongest lines; with ``row`` those of one token, strong."""
        heads, shown, sources = len(self.weights), list(self.boxes[0]), list(self.boxes[1])
        values = np.nan_to_num(np.abs(self.weights[np.ix_(range(heads), shown, sources)]))
        top = float(values.max(initial=0.0))
        if row is not None:
            values = np.where(np.array(shown)[None, :, None] == row, values, 0.0)
        if not top or not values.size:
            return
        order = np.argsort(values, axis=None)[::-1][:MOST_LINES]
        order = order[values.reshape(-1)[order] >= FAINTEST * top][::-1]
        head, to, source = np.unravel_index(order, values.shape)
        places = self.now.colours if self.now is not None and self.now.colours else range(heads)
        palette = [self.tokens.series_colour(places[k]) for k in range(heads)] if heads > 1 else [self.tokens.accent]
        shares = values.reshape(-1)[order] / top
        lines = np.stack([self._ends(0)[to], self._ends(1)[source]], 1)
        widths = (0.8 + 3.2 * shares) * self.tokens.scale
        draw_strokes(painter, lines, widths, np.maximum(0.08, most * shares), head, palette)

    def _ends(self, side: int) -> np.ndarray:
        """Return where the lines of a side's tokens begin, (n, 2)."""
        boxes = self.boxes[side].values()
        if self.told.upright:
            return np.array([(box.left() if side else box.right(), box.center().y()) for box in boxes])
        return np.array([(box.center().x(), box.top() if side else box.bottom()) for box in boxes])

    def paint_over(self, painter: QPainter, width: float, height: float) -> None:
        """Dim everything and draw the lines of the token that stands out."""
        row = self._row()
        if row not in self.boxes[0]:
            return
        lit = self.own[0] in self.lit
        if self.told.upright and lit and self.boxes[1]:
            left, right = self.boxes[0][row].right(), next(iter(self.boxes[1].values())).left()
            painter.fillRect(QRectF(left, 0, right - left, height), colour(self.tokens.card, 0.75))
        self._paint_lines(painter, row, 1.0)
        self._paint_numbers(painter, row)
        if lit:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(pen(self.tokens.text, 1.6))
            painter.drawRoundedRect(self.boxes[0][row].adjusted(-1, -1, 1, 1), 5, 5)
        source = self.lit.get(self.own[1])
        if source in self.boxes[1]:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(pen(self.tokens.text, 1.6))
            painter.drawRoundedRect(self.boxes[1][source].adjusted(-1, -1, 1, 1), 5, 5)

    def _paint_numbers(self, painter: QPainter, row: int) -> None:
        """Write beside what is read how much of it is, where there is one head."""
        if len(self.weights) > 1 or not self.told.upright:
            return
        painter.setFont(self.font_of(CAPTION))
        for source, box in self.boxes[1].items():
            weight = float(self.weights[0, row, source])
            painter.setPen(colour(self.tokens.text if weight >= 0.1 else self.tokens.muted))
            where = QRectF(box.right() + 6, box.top(), 60 * self.tokens.scale, box.height())
            said = f"{weight:.2f}".replace("-", "−") if np.isfinite(weight) else "NaN"
            painter.drawText(where, Qt.AlignmentFlag.AlignVCenter, said)

    # the pointer

    def count(self, name: str) -> int:
        """Return how many places a dimension has."""
        return super().count(name) or (self.weights.shape[-1] if name == self.own[1] and self.now else 0)

    def clicked(self, lights: Mapping[str, int]) -> None:
        """Ask for what a click on what reads comes to."""
        if self.own[0] in lights:
            self.press_on(self.told.click, lights[self.own[0]])

    def reading(self) -> str:
        """Return what the lit token reads: the strongest weights."""
        if self.now is None or self.empty:
            return ""
        to, source = self.lit.get(self.own[0]), self.lit.get(self.own[1])
        if to is not None and source is not None and self.told.reading is not None:
            return self.said(self.told.reading, to, source) or ""
        if to is not None:
            return self._strongest(self.weights.mean(0)[to], self.sides[1], f"“{shown_word(self.sides[0][to])}” reads")
        if source is not None:
            return self._strongest(
                self.weights.mean(0)[:, source], self.sides[0], f"“{shown_word(self.sides[1][source])}” is read by"
            )
        return ""

    def _strongest(self, weights: np.ndarray, words: np.ndarray, head: str) -> str:
        known = np.nan_to_num(weights, nan=-np.inf)
        best: Sequence[Any] = np.argsort(-known, kind="stable")[:3].tolist()
        said = [f"“{shown_word(str(words[k]))}” {number_text(float(weights[k]), 2)}" for k in best if known[k] > 0]
        return f"{head} {', '.join(said)}" if said else f"{head} nothing"

    def summary(self) -> str:
        """Return what each token reads most."""
        if self.empty or self.now is None:
            return getattr(self.now, "none", "")
        mean = np.nan_to_num(self.weights.mean(0))
        most = mean.argmax(1).tolist() if mean.size else []
        pairs = zip(self.sides[0].tolist(), most, strict=False)
        return "; ".join(f"{shown_word(word)} → {shown_word(str(self.sides[1][k]))}" for word, k in list(pairs)[:40])
