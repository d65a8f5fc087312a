"""Pictures made of bars: the next token, accuracy by position, the residual stream, what heads are worth."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import numpy as np
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter

from explainer.plots.colours import blend, colour
from explainer.plots.number_text import number_text
from explainer.plots.painted import PaintedPicture
from explainer.scenes.attention_maps.moment import NEEDED, Moment
from explainer.scenes.attention_maps.shades import value_text

_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_CENTRE = Qt.AlignmentFlag.AlignCenter


class Bars(PaintedPicture):
    """A picture of bars along lines or columns."""

    def bar(self, painter: QPainter, box: QRectF, fill: object) -> None:
        """Paint a bar."""
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(fill)  # type: ignore[arg-type]
        painter.drawRoundedRect(box, 2, 2)

    def words(
        self, painter: QPainter, box: QRectF, how: Qt.AlignmentFlag, text: str, token: str, size: int = 12
    ) -> None:
        """Write a word or number."""
        painter.setFont(self.font_of(size))
        painter.setPen(colour(token))
        painter.drawText(
            box, how, painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, int(box.width()))
        )


class NextToken(Bars):
    """What may come next at the chosen token, and what temperature, top-k and top-p make of it."""

    key: ClassVar[str] = "next"
    title: ClassVar[str] = "Next token"
    about: ClassVar[str] = "Scores and probabilities of the likeliest symbols, with temperature, top-k and top-p"
    arrays: ClassVar[Sequence[str]] = (*NEEDED, "next_symbol", "next_logit", "next_probability")
    weight: ClassVar[float] = 1.6

    def paint(self, painter: QPainter, width: float, height: float) -> None:
        """Paint a line for each candidate: score, probability as it is, probability to draw from."""
        frame, moment = self.frame, Moment.of(self.frame)
        if frame is None or moment is None or "next_probability" not in frame.arrays:
            return
        symbols, logits, kept = (frame.arrays[name] for name in ("next_symbol", "next_logit", "next_probability"))
        if not len(symbols):
            self.say(painter, "This model is an encoder: it says no next token.")
            return
        tokens, params = self.tokens, frame.params
        token = moment.words[moment.query]
        self.say_title(f"What it says at “{token}” ({moment.query + 1}) · T = {number_text(params.temperature, 2)}")
        line = tokens.size(21)
        head = QRectF(0, 0, width, line)
        name, number = tokens.size(92), tokens.size(56)
        left = name + number + 14
        room = max(10.0, width - left - tokens.size(60))
        self.words(painter, QRectF(8, 0, name, line), _LEFT, "symbol", tokens.muted, 11)
        self.words(painter, QRectF(name, 0, number, line), _RIGHT, "logit", tokens.muted, 11)
        self.words(painter, QRectF(left, 0, room, line), _LEFT, _drawn_from(params), tokens.muted, 11)
        rows = min(len(symbols), max(1, int((height - head.height() - 2) / tokens.size(17))))
        step = min(float(tokens.size(24)), (height - line - 2) / rows)
        asked = str(moment["target"][moment.query])
        for place in range(rows):
            top = line + place * step
            p, symbol = float(kept[place]), str(symbols[place])
            right = bool(asked) and symbol == asked
            self.words(
                painter,
                QRectF(8, top, name - 8, step),
                _LEFT,
                f"{symbol}{' ✓' if right else ''}",
                tokens.good if right else tokens.text if p > 0 else tokens.faint,
                13,
            )
            self.words(
                painter,
                QRectF(name, top, number, step),
                _RIGHT,
                f"{float(logits[place]):.2f}".replace("-", "−"),
                tokens.muted,
            )
            self.bar(painter, QRectF(left, top + step * 0.2, room, step * 0.6), colour(tokens.raised))
            if p > 0:
                self.bar(
                    painter,
                    QRectF(left, top + step * 0.2, max(2.0, room * p), step * 0.6),
                    colour(tokens.good if right else tokens.accent),
                )
            self.words(
                painter,
                QRectF(left + room, top, tokens.size(56), step),
                _RIGHT,
                f"{p:.1%}" if p > 0 else "never",
                tokens.text if p > 0 else tokens.faint,
            )

    def summary(self) -> str:
        """Return the three likeliest symbols."""
        arrays = self.frame.arrays if self.frame else {}
        if not len(arrays.get("next_probability", ())):
            return self.title
        pairs = list(zip(arrays["next_symbol"], arrays["next_probability"], strict=True))[:3]
        return "Next token: " + ", ".join(f"{symbol} {p:.1%}" for symbol, p in pairs)


def _drawn_from(params: object) -> str:
    """Return how the probabilities come about, in words."""
    k, p = params.top_k, params.top_p  # type: ignore[attr-defined]
    parts = ["softmax of logit ÷ T"]
    if k:
        parts.append(f"the {k} likeliest")
    if p < 1:
        parts.append(f"the fewest with {p:.0%}")
    return " → ".join(parts)


class ByPosition(Bars):
    """How often each position is right on the held-out sequences."""

    key: ClassVar[str] = "positions"
    title: ClassVar[str] = "Right at each position"
    about: ClassVar[str] = "Share of 128 held-out sequences that are right at each token"
    arrays: ClassVar[Sequence[str]] = (*NEEDED, "position_accuracy")

    def paint(self, painter: QPainter, width: float, height: float) -> None:
        """Paint a column for each position at which something is asked."""
        moment = Moment.of(self.frame)
        shares = self.frame.arrays.get("position_accuracy") if self.frame else None
        if moment is None or shares is None or len(shares) != len(moment.words):
            return
        if not np.isfinite(shares).any():
            self.say(painter, "A real model has no targets here.")
            return
        tokens, count = self.tokens, len(shares)
        foot, head = tokens.size(22), tokens.size(22)
        step = min((width - 32) / count, tokens.size(84))
        start = (width - step * count) / 2
        room = height - foot - head - 6
        for place, share in enumerate(shares.tolist()):
            column = QRectF(start + place * step + step * 0.14, head, step * 0.72, room)
            if np.isfinite(share):
                self.bar(painter, column, colour(tokens.raised))
                high = max(2.0, room * share)
                self.bar(
                    painter, QRectF(column.left(), head + room - high, column.width(), high), colour(tokens.accent)
                )
                said = f"{share:.0%}" if step > tokens.size(34) else f"{100 * share:.0f}"
                self.words(painter, column.adjusted(-step, -head, step, 0 - room), _CENTRE, said, tokens.text, 11)
            self.words(
                painter,
                QRectF(start + place * step, height - foot, step, foot),
                _CENTRE,
                str(place + 1),
                tokens.muted,
                11,
            )
        self.say_title(f"Right at each position · {np.nanmean(shares):.1%} of all, held out")

    def summary(self) -> str:
        """Return the worst and the best position."""
        shares = self.frame.arrays.get("position_accuracy") if self.frame else None
        if shares is None or not np.isfinite(shares).any():
            return self.title
        worst, best = int(np.nanargmin(shares)), int(np.nanargmax(shares))
        ends = ((worst, "worst"), (best, "best"))
        return "Held out: " + ", ".join(f"position {at + 1} is {how}, {shares[at]:.0%} right" for at, how in ends)


class Residual(Bars):
    """How long the residual stream is before the first layer and after each."""

    key: ClassVar[str] = "residual"
    title: ClassVar[str] = "Length of the residual stream"
    about: ClassVar[str] = "The norm of each token's vector before the first layer and after each"
    arrays: ClassVar[Sequence[str]] = (*NEEDED, "residual_norm")

    def paint(self, painter: QPainter, width: float, height: float) -> None:
        """Paint a line for each place: a dot for each token, a bar to their mean."""
        moment = Moment.of(self.frame)
        norms = self.frame.arrays.get("residual_norm") if self.frame else None
        if moment is None or norms is None or norms.shape[1] != len(moment.words):
            return
        tokens, rows = self.tokens, len(norms)
        name, number = tokens.size(92), tokens.size(64)
        room = max(10.0, width - name - number - 16)
        most = max(float(norms.max()), 1e-12)
        step = min(float(tokens.size(34)), (height - tokens.size(20)) / rows)
        self.words(
            painter,
            QRectF(name, 0, room, tokens.size(18)),
            _LEFT,
            "a dot for each token, the bar ends at their mean",
            tokens.muted,
            11,
        )
        for place, row in enumerate(norms):
            top, mean = tokens.size(20) + place * step, float(row.mean())
            self.words(
                painter,
                QRectF(4, top, name - 12, step),
                _RIGHT,
                f"after layer {place}" if place else "embedding",
                tokens.text,
            )
            self.bar(
                painter,
                QRectF(name, top + step * 0.3, room * mean / most, step * 0.4),
                blend(tokens.raised, tokens.accent, 0.5),
            )
            painter.setBrush(colour(tokens.accent, 0.7))
            painter.setPen(Qt.PenStyle.NoPen)
            for value in row[:256].tolist():
                painter.drawEllipse(QRectF(name + room * value / most - 3, top + step / 2 - 3, 6, 6))
            self.words(painter, QRectF(name + room, top, number, step), _RIGHT, number_text(mean), tokens.text)

    def summary(self) -> str:
        """Return the mean length at each place."""
        norms = self.frame.arrays.get("residual_norm") if self.frame else None
        if norms is None:
            return self.title
        return "Mean length of the residual stream: " + ", ".join(number_text(float(row.mean())) for row in norms)


class Importance(Bars):
    """What each head is worth, by the gradient and by leaving it out."""

    key: ClassVar[str] = "importance"
    title: ClassVar[str] = "What each head is worth"
    about: ClassVar[str] = "By gradient and by ablation, side by side"
    arrays: ClassVar[Sequence[str]] = ("importance",)
    weight: ClassVar[float] = 1.4

    def paint(self, painter: QPainter, width: float, height: float) -> None:
        """Paint the heads that matter most, two bars for each."""
        found = self.frame.arrays.get("importance") if self.frame else None
        if found is None:
            return
        if not np.isfinite(found).all():
            self.say(painter, "The text is too long to try every head: give at most 48 word pieces.")
            return
        tokens = self.tokens
        heads = [divmod(flat, found.shape[2]) for flat in np.argsort(-found[1], axis=None, kind="stable")]
        line = tokens.size(20)
        rows = min(len(heads), max(1, int((height - line) / tokens.size(17))))
        step = min(float(tokens.size(28)), (height - line) / rows)
        name = tokens.size(64)
        half = (width - name - 16) / 2
        self._paint_heads(painter, name, half, line)
        for number, (layer, head) in enumerate(heads[:rows]):
            top = line + number * step
            self.words(painter, QRectF(4, top, name - 12, step), _RIGHT, f"L{layer + 1} · H{head + 1}", tokens.text, 11)
            for measure in (0, 1):
                left, value = name + measure * half, float(found[measure, layer, head])
                room = half - tokens.size(70)
                share = max(0.0, value) / max(float(found[measure].max()), 1e-12)
                self.bar(
                    painter,
                    QRectF(left, top + step * 0.2, max(1.0, room * share), step * 0.6),
                    colour(tokens.series_colour(measure)),
                )
                self.words(
                    painter,
                    QRectF(left + room + 4, top, tokens.size(60), step),
                    _LEFT,
                    number_text(value),
                    tokens.muted,
                    11,
                )
        more = f" · the first {rows} of {len(heads)}" if rows < len(heads) else ""
        self.say_title(f"{self.title}{more}")

    def _paint_heads(self, painter: QPainter, name: float, half: float, line: float) -> None:
        trained = self.frame is not None and self.frame.params.model == "trained"
        words = ("|∂loss/∂gate|", "loss it saves") if trained else ("by gradient", "by leaving it out")
        for measure, said in enumerate(words):
            self.words(
                painter,
                QRectF(name + measure * half, 0, half - 8, line),
                _LEFT,
                said,
                self.tokens.series_colour(measure),
                11,
            )

    def summary(self) -> str:
        """Return the head that matters most by each measure."""
        found = self.frame.arrays.get("importance") if self.frame else None
        if found is None or not np.isfinite(found).all():
            return self.title
        best = [divmod(int(found[measure].argmax()), found.shape[2]) for measure in (0, 1)]
        names = [f"layer {layer + 1}, head {head + 1}" for layer, head in best]
        return f"Worth most by gradient: {names[0]}; by ablation: {names[1]}."


class Search(Bars):
    """The heads that look most like known patterns, with the score that says so."""

    key: ClassVar[str] = "search"
    title: ClassVar[str] = "Heads that look like …"
    about: ClassVar[str] = "For each pattern the heads that look most like it: the mean weight on what it says"
    arrays: ClassVar[Sequence[str]] = ("pattern", "pattern_score")
    weight: ClassVar[float] = 1.4

    def paint(self, painter: QPainter, width: float, height: float) -> None:
        """Paint a column for each pattern, the likest head above."""
        arrays = self.frame.arrays if self.frame else {}
        if not {"pattern", "pattern_score"} <= arrays.keys():
            return
        names, scores = arrays["pattern"], arrays["pattern_score"]
        tokens, column = self.tokens, (width - 8) / len(names)
        line = tokens.size(24)
        rows = max(1, min(scores[0].size, int((height - line - tokens.size(20)) / tokens.size(19))))
        for pattern, said in enumerate(names.tolist()):
            left = 8 + pattern * column
            self.words(painter, QRectF(left, 0, column - 12, line), _LEFT, f"reads the {said}", tokens.text, 12)
            order = np.argsort(-scores[pattern], axis=None, kind="stable")[:rows]
            for number, flat in enumerate(order.tolist()):
                layer, head = divmod(flat, scores.shape[2])
                value, top = float(scores[pattern, layer, head]), line + number * tokens.size(19)
                box = QRectF(left, top, column - 16, tokens.size(17))
                self.bar(painter, box, colour(tokens.raised))
                self.bar(
                    painter,
                    QRectF(left, top, max(2.0, box.width() * value), box.height()),
                    blend(tokens.raised, tokens.accent, 0.65 if self.under == (layer, head) else 0.45),
                )
                self.words(painter, box.adjusted(6, 0, -6, 0), _LEFT, f"L{layer + 1} · H{head + 1}", tokens.text, 11)
                self.words(painter, box.adjusted(6, 0, -6, 0), _RIGHT, value_text(value), tokens.text, 11)
                self.mark(box, (layer, head))
        foot = QRectF(8, height - tokens.size(19), width - 16, tokens.size(18))
        self.words(
            painter,
            foot,
            _LEFT,
            "score: mean weight on it, over the tokens that have one · click to see the head",
            tokens.muted,
            11,
        )

    def entered(self, part: object | None) -> None:
        """Show that a head can be clicked."""
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
