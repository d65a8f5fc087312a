"""What a curve plot is painted from: lines, the names at their ends, and the cursor."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter

from explainer.contract.series import Series
from explainer.plots.base.colours import blend, colour, pen, small_font
from explainer.plots.base.lane_look import patterned
from explainer.plots.base.layer import Layer
from explainer.plots.base.painting import draw_boxes, draw_segments, level_top, paint_name
from explainer.plots.base.reduction import Blocks, clip_segments

if TYPE_CHECKING:
    from explainer.plots.kinds.step_curves import StepCurves

FAINT = 0.55
"""How far the curves of other runs go into the ground."""
PALE = 0.25
"""So far those of the runs that are shown at the same time."""


@dataclass
class Line:
    """One curve: its recorded series, the words at its end, its place in the palette."""

    series: Series
    label: str
    index: int
    faint: bool = False
    """Whether it belongs to another run: drawn thin and pale, without a name."""
    beside: bool = False
    """Whether it belongs to a run that is shown at the same time: drawn thin, with a name."""
    lane: int = 0
    """Which of the runs that are shown at the same time it belongs to: each has a pattern of its own."""
    blocks: Blocks = field(default_factory=Blocks)
    reduced: tuple[np.ndarray, np.ndarray] = field(default_factory=lambda: (np.empty(0), np.empty(0)))
    dense: bool = False
    """Whether four points stand for each column of pixels."""

    @property
    def own(self) -> bool:
        """Whether it belongs to this run."""
        return not (self.faint or self.beside)


class CurveLayer(Layer):
    """A layer that shows curves."""

    def __init__(self, curves: StepCurves, z: float) -> None:
        super().__init__(curves.axes, z)
        self.curves = curves


class LinesLayer(CurveLayer):
    """The curves, reduced to what the pane's pixels can show."""

    def paint_pixels(self, painter: QPainter, width: float, height: float) -> None:
        """Draw every curve; on a logarithmic axis, zero and below run along the bottom edge."""
        for line in self.curves.lines.values():
            pixels = self.axes.to_pixels(*line.reduced)
            pixels[np.isposinf(pixels[:, 1]), 1] = height - 1 if self.axes.log[1] else np.inf
            token = self.axes.tokens.series_colour(line.index)
            if not line.own:
                token = blend(token, self.axes.tokens.canvas, FAINT if line.faint else PALE).name()
            made = pen(token, (1.8 if line.own else 1.2) * self.axes.tokens.scale)
            painter.setPen(patterned(made, line.lane))
            if len(pixels) == 1 and np.isfinite(pixels).all():
                painter.drawPoint(QPointF(*np.clip(pixels[0], -1e5, 1e5).tolist()))
            shown = (
                self._draw_bars(painter, token, pixels, height)
                if line.dense
                else np.ones(max(0, len(pixels) - 1), bool)
            )
            draw_segments(painter, *clip_segments(pixels[:-1][shown], pixels[1:][shown], width, height))

    def _draw_bars(self, painter: QPainter, token: str, pixels: np.ndarray, height: float) -> np.ndarray:
        """Fill columns of more than a few pixels as upright bars, and return which segments are not under them.

        ``pixels`` holds first, smallest, largest and last value of each column.
        """
        columns = pixels.reshape(-1, 4, 2)
        top, bottom = np.clip(columns[:, 2, 1], -50, height + 50), np.clip(columns[:, 1, 1], -50, height + 50)
        tall = np.isfinite(columns).all((1, 2)) & (bottom - top > 4)
        left, right = columns[:, 0, 0], np.append(columns[1:, 0, 0], columns[-1, 3, 0] + 1)
        boxes = np.stack([left, top, np.maximum(right - left, 1.0), bottom - top], 1)[tall]
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.save()
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour(token))
        draw_boxes(painter, boxes)
        painter.restore()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        joined = tall[:-1] & tall[1:] & (top[:-1] <= bottom[1:]) & (top[1:] <= bottom[:-1])
        shown = np.repeat(~tall, 4)
        shown[3::4] = np.append(~joined, False)
        return shown[:-1]


class EndLabels(CurveLayer):
    """The name of each curve at its end, in its colour, moved apart where they would overlap."""

    def paint_pixels(self, painter: QPainter, width: float, height: float) -> None:
        """Write the names."""
        font = small_font(self.axes.tokens, self.axes.font(), 12, bold=True)
        painter.setFont(font)
        line_height = QFontMetricsF(font).height()
        ends = []
        for line in self.curves.named_lines:
            x, y = line.reduced
            if len(x):
                place = self.axes.to_pixels(x[-1], y[-1])
                down = place[1] if np.isfinite(place[1]) else height
                ends.append((float(np.clip(down, 0, height)), min(float(place[0]), width), line))
        downs = spread([end[0] for end in ends], line_height, height)
        for (_, across, line), down in zip(ends, downs, strict=True):
            wide = painter.fontMetrics().horizontalAdvance(line.label) + 2
            box = QRectF(across + 6, down - line_height / 2, wide, line_height)
            paint_name(painter, box, line.label, self.axes.tokens.series_colour(line.index), self.axes.tokens.card)


class CursorLayer(CurveLayer):
    """The vertical line at the present step, and one where another picture's pointer is."""

    def paint_pixels(self, painter: QPainter, width: float, height: float) -> None:
        """Draw the lines and the cursor's handle."""
        tokens = self.axes.tokens
        if self.curves.lit is not None:
            across = float(self.axes.to_pixels(self.curves.lit, 1.0)[0])
            painter.setPen(pen(tokens.accent, 1.0, 0.8, Qt.PenStyle.DashLine))
            painter.drawLine(QPointF(across, 0), QPointF(across, height))
        across = float(self.axes.to_pixels(self.curves.here, 1.0)[0])
        if -10 < across < width + 10:
            painter.fillRect(QRectF(across - 0.7, 0, 1.4, height), colour(tokens.text, 0.9))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colour(tokens.text))
            painter.drawRoundedRect(QRectF(across - 3.7, height - 17.7, 7.4, 17.4), 3.7, 3.7)


def spread(places: Sequence[float], apart: float, height: float) -> list[float]:
    """Return places moved at least ``apart`` from one another, within 0…height where they fit."""
    order = np.argsort(places, kind="stable")
    moved = list(places)
    lowest = apart / 2
    for index in order:
        moved[index] = max(places[index], lowest)
        lowest = moved[index] + apart
    highest = height - apart / 2
    for index in reversed(order):
        moved[index] = min(moved[index], highest)
        highest = moved[index] - apart
    return moved


class Levels(CurveLayer):
    """Lines across at stated values: a threshold, what chance would give."""

    def __init__(self, curves: StepCurves, z: float) -> None:
        super().__init__(curves, z)
        self._levels: Sequence[tuple[float | None, str]] = ()

    def set_levels(self, levels: Sequence[tuple[float | None, str]]) -> None:
        """Take values and their words."""
        if levels != self._levels:
            self._levels = levels
            self.update()

    def paint_pixels(self, painter: QPainter, width: float, height: float) -> None:
        """Draw the lines that lie within the pane."""
        tokens = self.axes.tokens
        painter.setFont(small_font(tokens, self.axes.font()))
        for value, words in self._levels:
            down = float(self.axes.to_pixels(0.0, value)[1]) if value is not None else np.nan
            if not 0 <= down <= height:
                continue
            painter.setPen(pen(tokens.muted, 1.0, 1.0, Qt.PenStyle.DashLine))
            painter.drawLine(QPointF(0, down), QPointF(width, down))
            high = painter.fontMetrics().height()
            where = QRectF(6, level_top(down, high), painter.fontMetrics().horizontalAdvance(words) + 4, high)
            paint_name(painter, where, words, tokens.muted, tokens.card)


class Nothing(CurveLayer):
    """Words in the middle while there is no curve."""

    def __init__(self, curves: StepCurves, z: float) -> None:
        super().__init__(curves, z)
        self._words = ""

    def set_words(self, words: str) -> None:
        """Take the words."""
        if words != self._words:
            self._words = words
            self.update()

    def paint_pixels(self, painter: QPainter, width: float, height: float) -> None:
        """Write the words, unless there is a curve."""
        if not any(len(line.series) for line in self.curves.lines.values()):
            painter.setFont(small_font(self.axes.tokens, self.axes.font(), 13))
            painter.setPen(colour(self.axes.tokens.muted))
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(QRectF(12, 0, max(1.0, width - 24), height), flags, self._words)
