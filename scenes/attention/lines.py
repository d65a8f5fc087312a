"""Who reads from whom: a line from each query token to each key token, as wide as its weight."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import ClassVar

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter

from explainer.plots.base.colours import blend, colour, pen
from explainer.scenes.attention.moment import ROW, Moment
from explainer.scenes.attention.painted import Painted
from explainer.scenes.attention.plane_layers import READ

FAINT = 0.01
"""A weight below this has no line."""
MANY = 100
"""Of more weights, only those that are larger than most have a line in the background."""


class Lines(Painted):
    """Left the tokens that ask, right those they read from; hover a token to see its lines alone."""

    key: ClassVar[str] = "lines"
    title: ClassVar[str] = "Who reads from whom"
    about: ClassVar[str] = "A line from each token to those it reads from; hover a token for its own"
    arrays: ClassVar[Sequence[str]] = ROW
    weight: ClassVar[float] = 1.6

    def paint(self, painter: QPainter, width: float, height: float) -> None:
        """Paint the two columns of tokens and the lines between them."""
        moment = self.moment
        if moment is None:
            return
        tokens = self.tokens
        queries, keys = moment["token"].tolist(), moment.keys
        line, top = float(tokens.size(20)), float(tokens.size(22))
        each = min(float(tokens.size(52)), (height - top - 4) / max(len(queries), len(keys)))
        painter.setFont(self.font_of(12 if each >= line * 0.8 else 11))
        metrics = painter.fontMetrics()
        left = 8 + min(float(max(metrics.horizontalAdvance(word) for word in queries)), width * 0.3)
        bars = float(tokens.size(54))
        names = min(float(max(map(metrics.horizontalAdvance, keys))) + 4, width * 0.3)
        right = min(left + tokens.size(560), width * 0.72, width - 16 - bars - names)
        self._paint_heads(painter, left, right, top)
        self._paint_lines(painter, moment, left + 8, right - 8, top, each)
        for i, word in enumerate(queries):
            box = QRectF(0, top + i * each, left, each)
            self._paint_token(painter, box, word, i == moment.row, Qt.AlignmentFlag.AlignRight, ("query", i))
        weights = moment.row_of("final_weights")
        for j, word in enumerate(keys):
            box = QRectF(right, top + j * each, names, each)
            self._paint_token(painter, box, word, j == self.lit_key, Qt.AlignmentFlag.AlignLeft, ("key", j))
            painter.setPen(colour(tokens.text if moment.weights[j] >= 0.1 else tokens.muted))
            number = f"{weights[j]:.2f}" if np.isfinite(weights[j]) else "NaN"
            box = QRectF(right + names, box.top(), bars - 6, each)
            painter.drawText(box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, number)

    def _paint_heads(self, painter: QPainter, left: float, right: float, top: float) -> None:
        painter.setPen(colour(self.tokens.muted))
        painter.drawText(QRectF(0, 0, left + 60, top - 4), Qt.AlignmentFlag.AlignLeft, "query")
        painter.drawText(QRectF(right, 0, 200, top - 4), Qt.AlignmentFlag.AlignLeft, "reads from")

    def _paint_token(
        self, painter: QPainter, box: QRectF, word: str, lit: bool, side: Qt.AlignmentFlag, part: Hashable
    ) -> None:
        tokens = self.tokens
        painter.setPen(colour(tokens.accent if lit and part[0] == "query" else tokens.text))  # type: ignore[index]
        if self.under == part or (lit and part[0] == "key"):  # type: ignore[index]
            painter.fillRect(box, colour(tokens.raised))
        shown = painter.fontMetrics().elidedText(word, Qt.TextElideMode.ElideRight, int(box.width()))
        painter.drawText(box, side | Qt.AlignmentFlag.AlignVCenter, shown)
        self.mark(box, part)

    def _paint_lines(
        self, painter: QPainter, moment: Moment, left: float, right: float, top: float, each: float
    ) -> None:
        """Paint all lines faint, those of the asking token over them; with a key lit, the lines that lead to it."""
        weights, tokens = np.nan_to_num(moment["final_weights"][moment.head]), self.tokens
        faintest = FAINT if weights.size <= MANY else max(FAINT, 1.5 / weights.shape[1])
        chosen = np.zeros(weights.shape, bool)
        if self.lit_key is None or self.lit_key >= weights.shape[1]:
            chosen[moment.row] = True
        else:
            chosen[:, self.lit_key] = True
        for mine in (False, True):
            for i, j in np.argwhere((chosen == mine) & (weights > (FAINT if mine else faintest))).tolist():
                weight = float(weights[i, j])
                ends = QPointF(left, top + (i + 0.5) * each), QPointF(right, top + (j + 0.5) * each)
                shade = blend(tokens.card, tokens.series_colour(READ) if mine else tokens.muted, 0.9 if mine else 0.22)
                painter.setPen(pen(shade.name(), 0.8 + 6 * weight))
                painter.drawLine(*ends)

    def entered(self, part: Hashable | None) -> None:
        """Tell the other pictures which token the pointer is on."""
        kind, number = part if isinstance(part, tuple) else ("", None)
        self.setCursor(Qt.CursorShape.PointingHandCursor if kind == "query" else Qt.CursorShape.ArrowCursor)
        self.steering.light("query", number if kind == "query" else None)
        self.steering.light("key", number if kind == "key" else None)

    def clicked(self, part: Hashable) -> None:
        """Choose the token that asks."""
        if isinstance(part, tuple) and part[0] == "query":
            self.steering.set(asks=part[1], query=())

    def summary(self) -> str:
        """Return whom each token reads from most."""
        moment = self.moment
        if moment is None:
            return self.title
        most = np.nan_to_num(moment["final_weights"][moment.head]).argmax(-1)
        pairs = zip(moment["token"], most, strict=True)
        return "Most is read: " + ", ".join(f"{token} from {moment.keys[j]}" for token, j in pairs)
