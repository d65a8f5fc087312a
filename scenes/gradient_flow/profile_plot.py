"""A quantity against the layer, one profile for each network, on a logarithmic axis that shows zeros as such."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPolygonF

from explainer.plots.base.axes import Axes
from explainer.plots.base.colours import blend, colour, pen, small_font
from explainer.plots.base.layer import Layer
from explainer.plots.base.number_text import number_text
from explainer.plots.base.painting import draw_segments
from explainer.plots.base.reduction import clip_segments
from explainer.scenes.gradient_flow.profile_names import ProfileNames

DECADES = 5
"""A logarithmic axis ends at whole multiples of so many decades, so that it does not jump from step to step."""
SMALLEST = 2.0**-149
"""The smallest float32 above zero, about 1.4e-45: what is smaller is zero."""
HEADROOM = 0.12
"""The share of the axis above the largest value, for the names."""
FAR = 1e5
"""Pixels beyond which nothing is painted."""


@dataclass(frozen=True, eq=False)
class Profile:
    """One value per layer, with its words, its place in the palette, and whether it is a side line."""

    values: np.ndarray
    label: str
    index: int
    dashed: bool = False
    faint: bool = False


class ProfilePlot(Axes):
    """Profiles over the layers 1, 2, …; the pointer's layer is lit and its values are said."""

    layer_hovered = Signal(int)
    """The layer under the pointer, counted from 1; 0 when it is gone."""

    def __init__(self, name: str, *, y_label: str, log_y: bool = True, parent: Any = None) -> None:
        self.profiles: list[Profile] = []
        self.lit = 0
        self.counted = "layer"
        """What a place on the axis is called: a layer or a time step."""
        self.fixed_span: tuple[float, float] | None = None
        super().__init__(name, x_label="layer, from the input", y_label=y_label, log_y=log_y, parent=parent)
        self.view_box.free = (True, True)
        self.axis("bottom").whole_numbers = True
        self.read_out_at_right = self.read_out_below = True
        LitLayer(self, -10)
        ProfileLines(self, 10)
        ProfileNames(self, 20)
        self.pointer_moved.connect(self._point_at)
        self.pointer_left.connect(lambda: self.layer_hovered.emit(0))

    def set_profiles(self, profiles: Sequence[Profile]) -> None:
        """Show these, each with one value per layer."""
        self.profiles = list(profiles)
        layers = max([len(profile.values) for profile in profiles] + [2])
        self.set_whole(0.4, layers + 0.6, *self._span())
        for layer in self.layers:
            layer.update()
        if self.lit:
            self.read_out(self.words(self.lit))

    def _span(self) -> tuple[float, float]:
        if self.fixed_span is not None:
            return self.fixed_span
        values = np.concatenate([profile.values for profile in self.profiles] or [np.empty(0)])
        values = values[np.isfinite(values)]
        if not self.log[1]:
            low, high = (min(0.0, float(values.min())), float(values.max())) if len(values) else (0.0, 1.0)
            return low, high + 0.06 * (high - low) if high > low else low + 1.0
        positive = values[values > 0]
        low, high = (float(positive.min()), float(positive.max())) if len(positive) else (1e-5, 1.0)
        first = DECADES * math.floor(math.log10(low) / DECADES - 0.02)
        last = DECADES * math.ceil(math.log10(high) / DECADES + 0.02)
        if self.has_zeros:
            first -= DECADES
        first, last = max(first, -300), min(max(last, first + DECADES), 300)
        return 10.0**first, 10.0 ** (last + HEADROOM * (last - first))

    @property
    def has_zeros(self) -> bool:
        """Whether some value is exactly zero on a logarithmic axis."""
        return self.log[1] and any((profile.values == 0).any() for profile in self.profiles)

    def light(self, layer: int) -> None:
        """Mark a layer and say its values; 0 for none."""
        if layer != self.lit:
            self.lit = layer
            self.read_out(self.words(layer) if layer else "")
            for each in self.layers:
                each.update()

    def words(self, layer: int) -> str:
        """Return what is known of a layer."""
        count = max([len(profile.values) for profile in self.profiles] + [0])
        if not 1 <= layer <= count:
            return ""
        lines = [f"{self.counted} {layer}" if layer < count else "output"]
        lines += [f"{profile.label}  {number_text(float(profile.values[layer - 1]))}" for profile in self.profiles]
        return "\n".join(lines)

    def _point_at(self, x: float, y: float) -> None:
        count = max([len(profile.values) for profile in self.profiles] + [1])
        self.layer_hovered.emit(int(np.clip(round(x), 1, count)))


class LitLayer(Layer):
    """A pale column behind the layer that is lit, and the smallest number that float32 holds."""

    axes: ProfilePlot

    def paint_pixels(self, painter: QPainter, width: float, height: float) -> None:
        """Draw column and line."""
        tokens, axes = self.axes.tokens, self.axes
        if axes.lit:
            left, right = (float(axes.to_pixels(axes.lit + side, 1.0)[0]) for side in (-0.5, 0.5))
            painter.fillRect(QRectF(left, 0, right - left, height), colour(tokens.accent, 0.13))
        if not axes.log[1] or axes.visible()[2] > SMALLEST:
            return
        down = float(axes.to_pixels(1.0, SMALLEST)[1])
        painter.setPen(pen(tokens.warning, 1.0, 0.8, Qt.PenStyle.DashLine))
        painter.drawLine(QPointF(0, down), QPointF(width, down))
        painter.setFont(small_font(tokens, axes.font()))
        painter.setPen(colour(tokens.warning))
        box = QRectF(0, down - 22, width - 8, 20)
        flags = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignBottom
        painter.drawText(box, flags, "below 1.4 · 10⁻⁴⁵ float32 is zero")


class ProfileLines(Layer):
    """The profiles: lines with a dot for each layer, zeros as open triangles at the bottom."""

    axes: ProfilePlot

    def paint_pixels(self, painter: QPainter, width: float, height: float) -> None:
        """Draw every profile, the first on top."""
        tokens = self.axes.tokens
        for profile in reversed(self.axes.profiles):
            token = tokens.series_colour(profile.index)
            token = blend(token, tokens.canvas, 0.55).name() if profile.faint else token
            pixels = self.axes.to_pixels(np.arange(1, len(profile.values) + 1), profile.values)
            zero = (profile.values == 0) & self.axes.log[1]
            style = Qt.PenStyle.DashLine if profile.dashed else Qt.PenStyle.SolidLine
            painter.setPen(pen(token, (1.4 if profile.dashed or profile.faint else 2.2) * tokens.scale, 1.0, style))
            draw_segments(painter, *clip_segments(pixels[:-1], pixels[1:], width, height))
            self._draw_dots(painter, token, pixels, width)
            self._draw_zeros(painter, token, pixels[zero, 0], height)

    def _draw_dots(self, painter: QPainter, token: str, pixels: np.ndarray, width: float) -> None:
        room = width / max(1, len(pixels))
        if room < 7:
            return
        dots = pen(token, 2 * min(3.0, room / 4) * self.axes.tokens.scale)
        dots.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.setPen(dots)
        shown = pixels[np.isfinite(pixels).all(1) & (np.abs(pixels[:, 1]) < FAR)]
        painter.drawPoints([QPointF(*pixel) for pixel in shown.tolist()])

    def _draw_zeros(self, painter: QPainter, token: str, across: np.ndarray, height: float) -> None:
        painter.setPen(pen(token, 1.4))
        painter.setBrush(colour(self.axes.tokens.card))
        size = 4.0 * self.axes.tokens.scale
        for x in across.tolist():
            tip = QPointF(x, height - 4)
            painter.drawPolygon(QPolygonF([tip, tip + QPointF(-size, -1.6 * size), tip + QPointF(size, -1.6 * size)]))
