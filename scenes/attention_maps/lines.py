"""The large map as lines: at the left the tokens that read, at the right those they read from."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import ClassVar

import numpy as np
from PySide6.QtCore import QLineF, QRectF, Qt
from PySide6.QtGui import QPainter

from explainer.plots.base.colours import colour, pen
from explainer.plots.painted import PaintedPicture
from explainer.scenes.attention_maps.moment import NEEDED, Moment
from explainer.scenes.attention_maps.shades import full_shade, value_text

_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
MOST_LINES = 1_500
"""Lines that are drawn, the strongest; more would be a grey sheet."""
FOOT = 16.0
"""Pixels below the tokens, for how many are shown."""
FAINTEST = 0.03
"""Shares of the largest below this are left out."""


class Lines(PaintedPicture):
    """A line for each weight, as strong as the weight."""

    key: ClassVar[str] = "lines"
    title: ClassVar[str] = "The same map as lines"
    about: ClassVar[str] = "Each weight as a line from the token that reads to the token it reads from"
    arrays: ClassVar[Sequence[str]] = NEEDED
    weight: ClassVar[float] = 2.0

    def build(self) -> None:
        """Start with no row lit."""
        super().build()
        self.row: int | None = None
        self.setToolTip("Hover a token for its lines alone · click it to choose it")

    def paint(self, painter: QPainter, width: float, height: float) -> None:
        """Paint lines, then the two columns of tokens."""
        moment = Moment.of(self.frame)
        if moment is None:
            return
        self.say_title(f"{moment.name} as lines")
        self.row = self.row if self.row in moment.kept else None
        tokens, kept = self.tokens, moment.kept
        shown = self._window(moment, height)
        head = tokens.size(24)
        high = height - head - 6 - (FOOT if len(shown) < len(kept) else 0)
        step = min(float(tokens.size(30)), high / len(shown))
        top = head + max(0.0, (high - step * len(shown)) / 2)
        painter.setFont(self.font_of(13))
        widest = max(painter.fontMetrics().horizontalAdvance(moment.words[i]) for i in shown)
        label = min(float(widest), width * 0.22)
        room = max(label + tokens.size(30), tokens.size(92))
        inner = min(width - 2 * room, float(tokens.size(420)))
        left = (width - inner) / 2
        middles = {token: top + (number + 0.5) * step for number, token in enumerate(shown)}
        self._paint_lines(painter, moment, kept, middles, left, left + inner)
        self._paint_heads(painter, left, left + inner, head)
        for token, middle in middles.items():
            self._paint_token(painter, moment, token, middle, step, left, left + inner, label)
        if len(shown) < len(kept):
            painter.setFont(self.font_of(11))
            painter.setPen(colour(tokens.muted))
            painter.drawText(QRectF(8, height - FOOT, width - 16, FOOT), _RIGHT, f"{len(shown)} of {len(kept)} tokens")

    def _window(self, moment: Moment, height: float) -> list[int]:
        """Return the tokens that find room, those around the chosen one."""
        kept = moment.kept.tolist()
        size = self.tokens.size
        if len(kept) <= max(4, int((height - size(30)) / size(12))):
            return kept
        room = max(4, int((height - size(30) - FOOT) / size(15)))
        chosen = int(np.searchsorted(moment.kept, moment.query))
        first = min(max(0, chosen - room // 2), len(kept) - room)
        return kept[first : first + room]

    def _paint_lines(
        self, painter: QPainter, moment: Moment, kept: np.ndarray, middles: dict[int, float], left: float, right: float
    ) -> None:
        places = np.array(sorted(middles))
        values = moment["shown"][np.ix_(places, places)]
        most = full_shade(moment["shown"], moment.measure)
        shares = np.clip(values / most, 0, 1)
        strongest = np.argsort(-shares, axis=None)[:MOST_LINES]
        for flat in strongest[::-1]:
            i, j = np.unravel_index(flat, shares.shape)
            share, query, key = float(shares[i, j]), int(places[i]), int(places[j])
            if share < FAINTEST or (self.row is not None and self.row != query):
                continue
            painter.setPen(pen(self.tokens.accent, 1.0 + 2.5 * share, 0.07 + 0.93 * share))
            painter.drawLine(QLineF(left, middles[query], right, middles[key]))

    def _paint_heads(self, painter: QPainter, left: float, right: float, head: float) -> None:
        painter.setFont(self.font_of(12))
        painter.setPen(colour(self.tokens.muted))
        painter.drawText(QRectF(0, 0, left - 10, head), _RIGHT, "this token")
        painter.drawText(QRectF(right + 10, 0, 200, head), _LEFT, "it reads from")

    def _paint_token(
        self,
        painter: QPainter,
        moment: Moment,
        token: int,
        middle: float,
        step: float,
        left: float,
        right: float,
        label: float,
    ) -> None:
        tokens, lit = self.tokens, self.row == token
        painter.setFont(self.font_of(13 if step >= tokens.size(17) else 11, bold=lit))
        said = painter.fontMetrics().elidedText(moment.words[token], Qt.TextElideMode.ElideRight, int(label + 20))
        painter.setPen(colour(tokens.accent if lit else tokens.text))
        box = QRectF(left - label - 34, middle - step / 2, label + 24, step)
        painter.drawText(box, _RIGHT, said)
        self.mark(box, token)
        painter.setPen(colour(tokens.text))
        value = float(moment["shown"][self.row, token]) if self.row is not None else 0.0
        painter.drawText(QRectF(right + 10, middle - step / 2, label + 24, step), _LEFT, said)
        if self.row is not None and value >= 0.005:
            painter.setPen(colour(tokens.muted))
            after = right + 18 + painter.fontMetrics().horizontalAdvance(said)
            painter.drawText(QRectF(after, middle - step / 2, 70, step), _LEFT, value_text(value))

    def entered(self, part: Hashable | None) -> None:
        """Show one token's lines, here and in the other pictures."""
        self.row = part if isinstance(part, int) else None
        self.setCursor(Qt.CursorShape.PointingHandCursor if part is not None else Qt.CursorShape.ArrowCursor)
        self.steering.light("query", self.row)

    def light(self, name: str, value: object | None) -> None:
        """Show the lines of the row that another picture's pointer is on."""
        if name == "query" and self.under is None and value != self.row:
            self.row = value if isinstance(value, int) else None
            self.update()

    def clicked(self, part: Hashable) -> None:
        """Choose the token."""
        if isinstance(part, int):
            self.steering.set(query=part + 1)

    def summary(self) -> str:
        """Return the three strongest lines."""
        moment = Moment.of(self.frame)
        if moment is None:
            return self.title
        best = np.argsort(-moment["shown"], axis=None)[:3]
        found = [np.unravel_index(flat, moment["shown"].shape) for flat in best]
        read = ", ".join(
            f"{moment.words[i]} from {moment.words[j]} {value_text(float(moment['shown'][i, j]))}" for i, j in found
        )
        return f"{moment.name}, strongest: {read}"
