"""What may come next at the chosen token, and what temperature, top-k and top-p make of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter

from explainer.contract.frame import Frame
from explainer.contract.number_text import number_text
from explainer.plots.base.colours import colour
from explainer.scenes.attention_maps.bars import LEFT, RIGHT, Bars
from explainer.scenes.attention_maps.moment import NEEDED, Moment


class NextToken(Bars):
    """A line for each candidate: its score, and the probability with which it is drawn."""

    key: ClassVar[str] = "next"
    title: ClassVar[str] = "Next token"
    about: ClassVar[str] = "Scores and probabilities of the likeliest symbols, with temperature, top-k and top-p"
    arrays: ClassVar[Sequence[str]] = (*NEEDED, "next_symbol", "next_logit", "next_probability", "next_drawn")
    weight: ClassVar[float] = 1.6

    def paint(self, painter: QPainter, width: float, height: float) -> None:
        """Paint the heads of the columns and a line for each candidate that finds room."""
        frame, moment = self.frame, Moment.of(self.frame)
        if frame is None or moment is None or "next_drawn" not in frame.arrays:
            return
        if not len(frame.arrays["next_symbol"]):
            self.say(painter, "This model is an encoder: it says no next token.")
            return
        token, size = moment.words[moment.query], self.tokens.size
        self.say_title(
            f"What it says at “{token}” ({moment.query + 1}) · T = {number_text(frame.params.temperature, 2)}"
        )
        line = float(size(21))
        edges = float(size(92)), float(size(148)), max(size(158.0), width - size(60))
        self._paint_heads(painter, edges, line)
        rows, step = self.rows(len(frame.arrays["next_symbol"]), height - line - 2, 24)
        for place in range(rows):
            self._paint_row(painter, frame, moment, place, edges, line + place * step, step)

    def _paint_heads(self, painter: QPainter, edges: tuple[float, float, float], line: float) -> None:
        assert self.frame is not None
        muted, (name, number, end) = self.tokens.muted, edges
        self.words(painter, QRectF(8, 0, name, line), LEFT, "symbol", muted, 11)
        self.words(painter, QRectF(name, 0, number - name, line), RIGHT, "logit", muted, 11)
        how = _drawn_from(self.frame.params)
        self.words(painter, QRectF(number + 14, 0, end - number, line), LEFT, how, muted, 11)

    def _paint_row(
        self,
        painter: QPainter,
        frame: Frame,
        moment: Moment,
        place: int,
        edges: tuple[float, float, float],
        top: float,
        step: float,
    ) -> None:
        """Paint a candidate's line; the one that is asked for is green."""
        tokens, (name, number, end) = self.tokens, edges
        symbols, logits, kept, drawn = (
            frame.arrays[f"next_{part}"] for part in ("symbol", "logit", "probability", "drawn")
        )
        p, symbol, asked = float(kept[place]), str(symbols[place]), str(moment["target"][moment.query])
        right = bool(asked) and symbol == asked
        shade = tokens.good if right else tokens.text if drawn[place] else tokens.faint
        self.words(painter, QRectF(8, top, name - 8, step), LEFT, f"{symbol} ✓" if right else symbol, shade, 13)
        score = f"{float(logits[place]):.2f}".replace("-", "−")
        self.words(painter, QRectF(name, top, number - name, step), RIGHT, score, tokens.muted)
        track = QRectF(number + 14, top + step * 0.2, end - number - 14, step * 0.6)
        self.share(painter, track, p, colour(tokens.good if right else tokens.accent))
        said, shade = (share_text(p), tokens.text) if drawn[place] else ("never", tokens.faint)
        self.words(painter, QRectF(end, top, tokens.size(56), step), RIGHT, said, shade)

    def summary(self) -> str:
        """Return the three likeliest symbols."""
        arrays = self.frame.arrays if self.frame else {}
        if not len(arrays.get("next_probability", ())):
            return self.title
        pairs = list(zip(arrays["next_symbol"], arrays["next_probability"], strict=True))[:3]
        return "Next token: " + ", ".join(f"{symbol} {p:.1%}" for symbol, p in pairs)


def share_text(p: float) -> str:
    """Return a probability in words: what can happen is never 0."""
    return f"{p:.1%}" if p >= 0.0005 else "< 0.1%"


def _drawn_from(params: Any) -> str:
    """Return how the probabilities come about, in words."""
    parts = ["softmax of logit ÷ T"]
    if params.top_k:
        parts.append(f"top {params.top_k}")
    if params.top_p < 1:
        parts.append(f"top {params.top_p:.0%}")
    return ", ".join(parts)
