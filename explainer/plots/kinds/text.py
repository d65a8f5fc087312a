"""Running text made of pieces, shaded by values; a click on a piece goes on from there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QGuiApplication, QKeyEvent, QKeySequence, QPainter, QWheelEvent

from explainer.contract.cards.words import Text
from explainer.contract.number_text import number_text
from explainer.plots.base.chips import grounds, ink_on, shown_word
from explainer.plots.base.colours import colour, pen
from explainer.plots.base.shading import Shading
from explainer.plots.painted_part import PaintedPart
from explainer.theme.tokens import BODY

SIDE, LINE = 8.0, 22.0


class TextPart(PaintedPart):
    """The pieces follow one another as they were written; more than find room are scrolled to."""

    told: Text

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self._first_line, self._lines, self._room = 0, 1, 1
        self.corner_below = True
        self._at_end = True

    def fill(self) -> None:
        """Take pieces and shades."""
        now = self.now
        assert now is not None
        self.pieces = np.asarray(now.pieces).astype(str).tolist()
        self.shades = None if now.shade is None else np.asarray(now.shade, float)

    def paint_still(self, painter: QPainter, width: float, height: float) -> None:
        """Draw the lines that find room."""
        now, tokens = self.now, self.tokens
        assert now is not None
        painter.setFont(self.font_of(BODY))
        line = float(tokens.size(LINE))
        places = self._flow(painter, width)
        self._lines = places[-1][0] + 1 if places else 1
        self._room = max(1, int((height - 4) / line))
        last = self._lines - self._room
        self._first_line = max(0, last if self.told.tail and self._at_end else min(self._first_line, last))
        colours = grounds(
            self.shades, Shading(self.told.colours, self.told.low, self.told.high), tokens, len(self.pieces)
        )
        for number, (row, left, wide) in enumerate(places):
            if not self._first_line <= row < self._first_line + self._room:
                continue
            box = QRectF(left, 2 + (row - self._first_line) * line, wide, line - 2)
            self._paint_piece(painter, box, self.pieces[number], colours[number], number == now.chosen)
            self.mark_at(box, {self.dims[-1]: number})
        if self._lines > self._room:
            share, track = self._room / self._lines, height - 4
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colour(tokens.border))
            top = 2 + track * self._first_line / self._lines
            painter.drawRoundedRect(QRectF(width - 5, top, 3, track * share), 1.5, 1.5)

    def _flow(self, painter: QPainter, width: float) -> list[tuple[int, float, float]]:
        """Return the line, left edge and width of each piece."""
        metrics, row, left = painter.fontMetrics(), 0, SIDE
        found = []
        for piece in self.pieces:
            wide = float(metrics.horizontalAdvance(piece.replace("\n", "⏎") or "∅"))
            if left + wide > width - SIDE and left > SIDE:
                row, left = row + 1, SIDE
            found.append((row, left, min(wide, width - 2 * SIDE)))
            left += wide
            if piece.endswith("\n"):
                row, left = row + 1, SIDE
        return found

    def _paint_piece(self, painter: QPainter, box: QRectF, piece: str, ground: QColor | None, chosen: bool) -> None:
        if ground is not None:
            painter.fillRect(box, ground)
        painter.setPen(QColor(self.tokens.text) if ground is None else ink_on(ground.rgb()))
        painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, piece.replace("\n", "⏎") or "∅")
        if chosen:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(pen(self.tokens.accent, 2.0))
            painter.drawRect(box.adjusted(0.5, 0.5, -0.5, -0.5))

    def paint_over(self, painter: QPainter, width: float, height: float) -> None:
        """Frame the lit piece."""
        lit = self.lit.get(self.dims[-1])
        box = self.box_of({self.dims[-1]: lit}) if lit is not None else None
        if box is not None:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(pen(self.tokens.text, 1.4))
            painter.drawRect(box.adjusted(-0.5, -0.5, 0.5, 0.5))

    def clicked(self, lights: Mapping[str, int]) -> None:
        """Ask for what a click on a piece comes to."""
        self.press_on(self.told.click, lights[self.dims[-1]])

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Qt: scroll."""
        before = self._first_line
        self._first_line = max(0, min(before - int(np.sign(event.angleDelta().y())) * 2, self._lines - self._room))
        self._at_end = self._first_line >= self._lines - self._room
        event.setAccepted(before != self._first_line)
        if event.isAccepted():
            self.changed()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt: paste a text, where one is taken; else as every part."""
        if self.told.paste is not None and event.matches(QKeySequence.StandardKey.Paste):
            self.press_on(self.told.paste, QGuiApplication.clipboard().text())
        else:
            super().keyPressEvent(event)

    def reading(self) -> str:
        """Return the lit piece and its value."""
        lit = self.lit.get(self.dims[-1]) if self.dims else None
        if lit is None or self.empty or lit >= len(self.pieces):
            return ""
        said = self.said(self.told.reading, lit)
        if said is not None:
            return said
        value = "" if self.shades is None else f" · {number_text(float(self.shades[lit]))}"
        return f"“{shown_word(self.pieces[lit])}” ({lit + 1}){value}"

    def summary(self) -> str:
        """Return the text."""
        return getattr(self.now, "none", "") if self.empty else "".join(self.pieces)[:1000]
