"""One query's row, key by key: score, scaled, masked, weight, with a strip of tokens to choose the query from."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import ClassVar

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter

from explainer.contract.number_text import number_text
from explainer.plots.base.colours import blend, colour, pen
from explainer.scenes.attention.moment import ROW, Moment
from explainer.scenes.attention.names import PHASES
from explainer.scenes.attention.painted import Painted
from explainer.scenes.attention.plane_layers import READ

_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
COLUMNS = (("final_scores", 2), ("final_scaled", 3), ("final_masked", 4))
"""The arrays of the columns of numbers and the operations, counted from 0, that find them."""
WEIGHTS = 5
"""The operation that finds the weights."""
SUM = 6
"""The operation that adds up the weighted values."""
TIP = "Hover or click a token to see its row · click in the column “mask” to mask a key"


class Row(Painted):
    """The four operations that turn dot products into weights, for one query."""

    key: ClassVar[str] = "row"
    title: ClassVar[str] = "Scores to weights"
    about: ClassVar[str] = "One query's row: scores, scaled, masked, and the weights as bars"
    arrays: ClassVar[Sequence[str]] = ROW
    at_first: ClassVar[bool] = True
    weight: ClassVar[float] = 1.3

    def build(self) -> None:
        """Say what a click does."""
        super().build()
        self.setToolTip(TIP)

    def paint(self, painter: QPainter, width: float, height: float) -> None:
        """Paint the strip of tokens, the heads of the columns, then a line for each key."""
        moment = self.moment
        if moment is None:
            return
        line = self.tokens.size(22)
        self._paint_tokens(painter, moment, width, line)
        top = line + self.tokens.size(12)
        columns = self._columns(painter, moment, width)
        self._paint_heads(painter, moment, columns, top, line)
        top += line
        rows = max(1, int((height - top) // self.tokens.size(16)))
        shown = self._shown(moment, rows)
        self._say_title(moment, len(shown))
        step = min(float(self.tokens.size(28)), (height - top - 2) / max(1, len(shown)))
        for number, j in enumerate(shown):
            self._paint_key(painter, moment, j, columns, QRectF(0, top + number * step, width, step))

    def _say_title(self, moment: Moment, shown: int) -> None:
        nats = float(moment["row_entropy"][moment.head, moment.row])
        most = float(np.log(max(1, np.isfinite(moment.row_of("final_masked")).sum())))
        title = f"Scores to weights · entropy {nats:.2f} of {most:.2f} nats"
        if shown < len(moment.keys):
            title = f"The {shown} largest weights of {len(moment.keys)} · entropy {nats:.2f} of {most:.2f}"
        self.say_title(title)

    def _shown(self, moment: Moment, rows: int) -> list[int]:
        """Return the keys that find room: those with the largest weights, in their order."""
        if len(moment.keys) <= rows:
            return list(range(len(moment.keys)))
        return sorted(np.argsort(-moment.weights, kind="stable")[:rows].tolist())

    # the strip of tokens

    def _paint_tokens(self, painter: QPainter, moment: Moment, width: float, line: float) -> None:
        """Paint the tokens that can ask; the one that does is filled."""
        tokens = self.tokens
        painter.setFont(self.font_of(12))
        metrics = painter.fontMetrics()
        painter.setPen(colour(tokens.muted))
        painter.drawText(QRectF(4, 0, 60, line), _LEFT, "query:")
        x = 4.0 + metrics.horizontalAdvance("query:") + 10
        for i, word in enumerate(moment["token"].tolist()):
            wide = metrics.horizontalAdvance(word) + tokens.size(16)
            box = QRectF(x, 1, wide, line - 2)
            if box.right() > width - metrics.horizontalAdvance(" …") and i + 1 < len(moment["token"]):
                painter.setPen(colour(tokens.muted))
                painter.drawText(QRectF(x, 0, 30, line), _LEFT, "…")
                break
            chosen, lit = i == moment.row, self.under == ("query", i)
            painter.setPen(pen(tokens.accent if chosen or lit else tokens.border, 1.0))
            painter.setBrush(colour(tokens.accent) if chosen else colour(tokens.raised))
            painter.drawRoundedRect(box, box.height() / 2, box.height() / 2)
            painter.setPen(colour(tokens.on_accent if chosen else tokens.text))
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, word)
            self.mark(box, ("query", i))
            x += wide + tokens.size(6)

    # the table

    def _columns(self, painter: QPainter, moment: Moment, width: float) -> list[float]:
        """Return the right edges of names and numbers, where bars begin and end, and where the weights end."""
        painter.setFont(self.font_of(12))
        names = max(painter.fontMetrics().horizontalAdvance(word) for word in moment.keys)
        first = min(float(names), width * 0.2) + 10
        number = max(float(self.tokens.size(60)), min(float(self.tokens.size(110)), width * 0.12))
        edges = [first, *(first + number * (1 + i) for i in range(3))]
        moved = self.tokens.size(64)
        return [*edges, edges[-1] + self.tokens.size(24), width - self.tokens.size(52) - moved, width - moved]

    def _paint_heads(self, painter: QPainter, moment: Moment, columns: list[float], top: float, line: float) -> None:
        """Write what each column is; the operation done last is marked, those to come are faint."""
        params, tokens = moment.params, self.tokens
        temperature = "" if params.temperature == 1 else f" ÷ {number_text(params.temperature, 2)}"
        d = len(moment.q)
        dot = params.score == "dot"
        root = f"÷ √{d}" if dot and params.scale else "not ÷ √d"
        words = ["score q·k" if dot else "additive score", f"{root}{temperature}", "mask"]
        done = self.frame.step if self.frame else 0
        for right, text, (_, operation) in zip(columns[1:4], words, COLUMNS, strict=True):
            self._head(painter, QRectF(right - 140, top, 140, line), _RIGHT, text, operation, done)
        last = "softmax → weight" if params.selection == "soft" else "largest → weight"
        self._head(painter, QRectF(columns[4], top, 200, line), _LEFT, last, WEIGHTS, done)
        self._head(painter, QRectF(self.width() - 142, top, 140, line), _RIGHT, "‖w·v‖", SUM, done)
        painter.setPen(pen(tokens.border))
        painter.drawLine(QPointF(0, top + line), QPointF(self.width(), top + line))

    def _head(
        self, painter: QPainter, box: QRectF, how: Qt.AlignmentFlag, words: str, operation: int, done: int
    ) -> None:
        tokens, newest = self.tokens, operation == done - 1
        painter.setFont(self.font_of(11, bold=newest))
        painter.setPen(colour(tokens.accent if newest else tokens.text if operation < done else tokens.muted))
        painter.drawText(box, how, words)

    def _paint_key(self, painter: QPainter, moment: Moment, j: int, columns: list[float], box: QRectF) -> None:
        tokens, middle = self.tokens, box.center().y()
        if j == self.lit_key or self.under == ("key", j):
            painter.fillRect(box, colour(tokens.raised))
        size = 13 if box.height() >= tokens.size(20) else 11
        painter.setFont(self.font_of(size))
        painter.setPen(colour(tokens.text))
        name = painter.fontMetrics().elidedText(moment.keys[j], Qt.TextElideMode.ElideRight, int(columns[0] - 6))
        painter.drawText(QRectF(4, box.top(), columns[0], box.height()), _LEFT, name)
        for right, (array, _) in zip(columns[1:4], COLUMNS, strict=True):
            value = float(moment.row_of(array)[j])
            painter.setPen(colour(tokens.faint if np.isneginf(value) else tokens.muted))
            painter.drawText(QRectF(right - 140, box.top(), 140, box.height()), _RIGHT, cell_text(value))
        self._paint_bar(painter, moment, j, columns, middle, min(box.height() * 0.6, tokens.size(14)))
        self.mark(box, ("key", j))
        self.mark(QRectF(columns[2] + 6, box.top(), columns[3] - columns[2], box.height()), ("mask", j))

    def _paint_bar(
        self, painter: QPainter, moment: Moment, j: int, columns: list[float], middle: float, thick: float
    ) -> None:
        tokens, weight = self.tokens, float(moment.row_of("final_weights")[j])
        left, room = columns[4], max(8.0, columns[5] - columns[4])
        track = QRectF(left, middle - thick / 2, room, thick)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour(tokens.raised))
        painter.drawRoundedRect(track, 3, 3)
        if np.isfinite(weight) and weight > 0:
            bar = QRectF(track.left(), track.top(), max(2.0, room * weight), thick)
            painter.setBrush(blend(tokens.raised, tokens.series_colour(READ), 0.55 + 0.45 * weight))
            painter.drawRoundedRect(bar, 3, 3)
        painter.setPen(colour(tokens.text))
        said = f"{weight:.3f}" if np.isfinite(weight) else "NaN"
        painter.drawText(QRectF(columns[5], middle - 12, columns[6] - columns[5] - 2, 24), _RIGHT, said)
        moved = float(np.linalg.norm(weight * moment.v[j]))
        painter.setPen(colour(tokens.muted))
        painter.drawText(QRectF(columns[6], middle - 12, self.width() - columns[6] - 2, 24), _RIGHT, cell_text(moved))

    # the pointer

    def entered(self, part: Hashable | None) -> None:
        """Tell the other pictures which token the pointer is on."""
        kind, number = part if isinstance(part, tuple) else ("", None)
        self.setToolTip("" if part else TIP)
        self.setCursor(Qt.CursorShape.PointingHandCursor if kind in ("query", "mask") else Qt.CursorShape.ArrowCursor)
        self.steering.light("query", number if kind == "query" else None)
        self.steering.light("key", number if kind in ("key", "mask") else None)

    def clicked(self, part: Hashable) -> None:
        """Choose the token that asks, or mask a key."""
        kind, number = part if isinstance(part, tuple) else ("", None)
        if kind == "query":
            self.steering.set(asks=number, query=())
        elif kind == "mask" and self.moment is not None:
            self.steering.act("flip", query=self.moment.row, key=number)

    def summary(self) -> str:
        """Return the weights of the row."""
        moment = self.moment
        if moment is None:
            return self.title
        pairs = zip(moment.keys, moment.row_of("final_weights"), strict=True)
        done = PHASES[self.frame.step - 1] if self.frame and self.frame.step else "none"
        read = ", ".join(f"{key} {weight:.2f}" for key, weight in pairs)
        return f"{moment.token} reads {read}; last operation: {done}"


def cell_text(value: float) -> str:
    """Return a number with two decimals, −∞ for what is masked."""
    if np.isneginf(value):
        return "−∞"
    if not np.isfinite(value):
        return "NaN"
    return number_text(value, 3) if abs(value) >= 1000 else f"{round(value, 2) + 0.0:.2f}".replace("-", "−")
