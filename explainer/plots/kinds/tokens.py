"""Tokens in a strip, or rows of them as a matrix of words, shaded by a weight."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetrics, QKeyEvent, QMouseEvent, QPainter

from explainer.contract.cards.bindings import MISSING
from explainer.contract.cards.words import Tokens
from explainer.contract.number_text import number_text
from explainer.plots.base.chips import grounds, paint_chip, shown_word
from explainer.plots.base.colours import colour, pen
from explainer.plots.base.shading import Shading
from explainer.plots.painted_part import PaintedPart
from explainer.plots.resolved import asked
from explainer.theme.tokens import BODY, SMALL

GAP, LINE, LEAST, PAD = 4.0, 26.0, 18.0, 14.0
"""Pixels: between tokens, a row's height, its least height, beside a word."""


class TokensPart(PaintedPart):
    """A strip wraps into as many rows as it needs; a matrix has a row for each place of its first dimension."""

    told: Tokens
    _held: int | None = None
    """The token that a hand has taken."""

    def fill(self) -> None:
        """Take words and weights."""
        now = self.now
        assert now is not None
        self.words = np.asarray(now.tokens).astype(str)
        self.weights = None if now.weights is None else np.asarray(now.weights, float)
        self.struck = None if now.struck is None else np.asarray(now.struck, bool)
        if self.sizePolicy().hasHeightForWidth():
            self.updateGeometry()

    def heightForWidth(self, width: int) -> int:
        """Qt: the height of the strip's lines, of three at most, where that is what it takes."""
        line = self.tokens.size(LINE)
        if self.now is None or self.empty or self.words.ndim > 1:
            return line
        metrics = QFontMetrics(self.font_of(BODY))
        return (
            math.ceil(min(max(box.bottom() for box in self._strip(metrics, width, self._top)), self._top + 3 * line))
            + 2
        )

    @property
    def _top(self) -> float:
        return float(self.tokens.size(20)) if self.now is not None and self.now.head else 2.0

    def paint_still(self, painter: QPainter, width: float, height: float) -> None:
        """Draw the tokens, as many as find room, and say how many are left out."""
        now, tokens = self.now, self.tokens
        assert now is not None
        top = self._top
        if now.head:
            painter.setFont(self.font_of(SMALL))
            painter.setPen(colour(tokens.muted))
            painter.drawText(QRectF(6, 0, width - 12, top), Qt.AlignmentFlag.AlignVCenter, now.head)
        painter.setFont(self.font_of(BODY))
        shading = Shading(self.told.colours, self.told.low, self.told.high)
        flat = None if self.weights is None else self.weights.reshape(-1)
        shades = grounds(flat, shading, tokens, self.words.size)
        boxes = (
            self._strip(painter.fontMetrics(), width, top)
            if self.words.ndim == 1
            else self._matrix(painter, width, height, top)
        )
        left_out, struck = 0, self.struck
        for number, (box, word) in enumerate(zip(boxes, self.words.reshape(-1).tolist(), strict=True)):
            if box.bottom() > height - (tokens.size(16) if left_out or boxes[-1].bottom() > height else 0):
                left_out += 1
                continue
            place = self._lights(number)
            own = place[self.dims[-1]]
            paint_chip(
                painter, box, word, tokens, shades[number],
                token=self._ink(own), framed=own == now.chosen, struck=struck is not None and bool(struck[own]),
            )  # fmt: skip
            self.mark_at(box, place)
        if left_out:
            painter.setFont(self.font_of(SMALL))
            painter.setPen(colour(tokens.muted))
            where = QRectF(6, height - tokens.size(16), width - 12, tokens.size(16))
            painter.drawText(where, Qt.AlignmentFlag.AlignRight, f"and {left_out} more")

    def _lights(self, number: int) -> Mapping[str, int]:
        if self.words.ndim == 1:
            return {self.dims[-1]: number}
        row, column = divmod(number, self.words.shape[1])
        return {self.dims[0]: row, self.dims[-1]: column}

    def _ink(self, place: int) -> str:
        if self.told.token is None or self.frame is None:
            return ""
        name = asked(self.told.token, self.frame, place)
        return "" if name is MISSING or not name else str(getattr(self.tokens, name))

    def _strip(self, metrics: QFontMetrics, width: float, top: float) -> list[QRectF]:
        """Return a box for each token, in lines that wrap."""
        line = float(self.tokens.size(LINE))
        boxes, left = [], 6.0
        for word in self.words.tolist():
            wide = min(width - 12, metrics.horizontalAdvance(shown_word(word)) + PAD)
            if left + wide > width - 6 and left > 6:
                left, top = 6.0, top + line
            boxes.append(QRectF(left, top, wide, line - GAP))
            left += wide + GAP
        return boxes

    def _matrix(self, painter: QPainter, width: float, height: float, top: float) -> list[QRectF]:
        """Return a box for each token, columns under one another."""
        rows, columns = self.words.shape
        line = min(float(self.tokens.size(LINE)), max(float(self.tokens.size(LEAST)), (height - top) / max(1, rows)))
        names = self.places[0] if len(self.places) > 1 and self.places[0].named else None
        metrics = painter.fontMetrics()
        left = 6.0 + (max(map(metrics.horizontalAdvance, names.names), default=0) + 8 if names else 0)
        for row, name in enumerate(names.names if names else ()):
            painter.setPen(colour(self.tokens.muted))
            painter.drawText(QRectF(6, top + row * line, left, line - GAP), Qt.AlignmentFlag.AlignVCenter, name)
        wide = (width - left - 6) / max(1, columns)
        return [
            QRectF(left + column * wide, top + row * line, wide - GAP, line - GAP)
            for row in range(rows)
            for column in range(columns)
        ]

    def paint_over(self, painter: QPainter, width: float, height: float) -> None:
        """Frame the lit tokens, and show where the one that is held would come to stand."""
        painter.setBrush(Qt.BrushStyle.NoBrush)
        self._paint_held(painter)
        painter.setPen(pen(self.tokens.text, 1.6))
        if self.dims[-1] not in self.lit:
            return
        for box, lights in self.placed:
            if all(self.lit.get(name, place) == place for name, place in lights.items()):
                painter.drawRoundedRect(box.adjusted(-1, -1, 1, 1), 5, 5)

    def clicked(self, lights: Mapping[str, int]) -> None:
        """Ask for what a click on a token comes to."""
        self.press_on(self.told.click, lights[self.dims[-1]])

    # a token that is moved

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Qt: take hold of a token that can be moved."""
        super().mousePressEvent(event)
        self._held = self._token_at(self._pressed) if self.told.move is not None and self._pressed is not None else None

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Qt: what is held follows."""
        super().mouseMoveEvent(event)
        if self._held is not None:
            self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Qt: put down what is held at another one's place; else a click."""
        held, self._held = self._held, None
        goal = self._token_at(event.position())
        super().mouseReleaseEvent(event)
        if held is not None and goal is not None and goal != held:
            self.press_on(self.told.move, held, goal)
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt: move the lit token with Shift and an arrow; else as every part."""
        by = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()), 0)
        lit = self.lit.get(self.dims[-1])
        if by and self.told.move and lit is not None and event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            if 0 <= lit + by < self.words.size:
                self.press_on(self.told.move, lit, lit + by)
                self.steering.light(self.dims[-1], lit + by)
        else:
            super().keyPressEvent(event)

    def _token_at(self, point: QPointF) -> int | None:
        """Return the token at a pixel; right of the last one of a line it is that one."""
        found = self.lights_at(point)
        if found is not None:
            return found[self.dims[-1]]
        line = [(box, lights) for box, lights in self.placed if box.top() <= point.y() <= box.bottom()]
        before = [lights[self.dims[-1]] for box, lights in line if box.left() < point.x()]
        return before[-1] if before else line[0][1][self.dims[-1]] if line else None

    def _paint_held(self, painter: QPainter) -> None:
        """Draw the held token at the pointer, and a bar where it would come to stand."""
        goal = self._token_at(self.pointer) if self._held is not None else None
        if self._held is None or self._held >= self.words.size or goal is None or goal == self._held:
            return
        own, there = (self.box_of({self.dims[-1]: each}) for each in (self._held, goal))
        if own is None or there is None:
            return
        edge = (there.left() - GAP / 2) if goal < self._held else (there.right() + GAP / 2)
        painter.setPen(pen(self.tokens.accent, 3.0))
        painter.drawLine(QPointF(edge, there.top() - 1), QPointF(edge, there.bottom() + 1))
        own = QRectF(own)
        own.moveCenter(self.pointer)
        painter.setFont(self.font_of(BODY))
        paint_chip(painter, own, str(self.words[self._held]), self.tokens, framed=True)
        painter.setBrush(Qt.BrushStyle.NoBrush)

    def reading(self) -> str:
        """Return the lit token, its place and its weight."""
        lit = self.lit.get(self.dims[-1]) if self.dims else None
        if lit is None or self.empty or lit >= self.words.shape[-1]:
            return ""
        said = self.said(self.told.reading, lit)
        if said is not None:
            return said
        index: Any = lit if self.words.ndim == 1 else (self.lit.get(self.dims[0], 0), lit)
        weight = "" if self.weights is None else f" · {number_text(float(self.weights[index]))}"
        return f"“{shown_word(str(self.words[index]))}” ({lit + 1}){weight}"

    def summary(self) -> str:
        """Return the tokens."""
        return getattr(self.now, "none", "") if self.empty else " ".join(map(shown_word, self.words.reshape(-1)[:200]))
