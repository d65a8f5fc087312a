"""What the division by √d is for: the largest weight and the gradient against the width of a head."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QHBoxLayout

from explainer.contract.frame import Frame
from explainer.plots.base.axes import Axes
from explainer.plots.base.colours import colour, pen, small_font
from explainer.plots.base.layer import Layer
from explainer.plots.base.painting import draw_segments
from explainer.plots.base.reduction import clip_segments
from explainer.plots.picture import Picture
from explainer.theme.tokens import Tokens

NAMES = ("divided by √d", "not divided")


class Saturation(Picture):
    """Two plots against d: how sure softmax is, and how much gradient typically reaches the query."""

    key: ClassVar[str] = "saturation"
    title: ClassVar[str] = "Why divide by √d"
    about: ClassVar[str] = (
        "Largest weight, and how the query moves the weights, as heads get wider, with and without √d"
    )
    arrays: ClassVar[Sequence[str]] = (
        "saturation_width", "saturation_weight", "saturation_gradient", "saturation_mean", "final_q",
    )  # fmt: skip
    weight: ClassVar[float] = 1.4

    def build(self) -> None:
        """Make the two plots."""
        self.frame: Frame | None = None
        self.sure = Curves(self, "largest weight", "saturation_weight", 1.0)
        self.slope = Curves(self, "‖∂w/∂q‖, median", "saturation_gradient", 0.7, "saturation_mean")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self.sure)
        layout.addWidget(self.slope)

    def draw(self, frame: Frame) -> None:
        """Show a frame."""
        self.frame = frame
        for plot in (self.sure, self.slope):
            plot.take(frame)

    def apply_theme(self, tokens: Tokens) -> None:
        """Take the colours of a theme."""
        super().apply_theme(tokens)
        self.sure.apply_theme(tokens)
        self.slope.apply_theme(tokens)

    def summary(self) -> str:
        """Return the ends of the curves."""
        if self.sure.values.size == 0:
            return self.title
        found = zip(NAMES, self.sure.values[:, -1], self.slope.values[:, -1], strict=True)
        words = [f"{name}: largest weight {weight:.2f}, gradient {slope:.2f}" for name, weight, slope in found]
        return f"At d = {int(self.sure.widths[-1])}, {'; '.join(words)}"


class Curves(Axes):
    """One quantity against d, divided and not; the line upright is the present head's width."""

    def __init__(self, picture: Saturation, name: str, array: str, top: float, beside: str = "") -> None:
        super().__init__(name, x_label="width d of a head", y_label=name, log_x=True, parent=picture)
        self.picture, self.array, self.top, self.beside = picture, array, top, beside
        self.means = np.zeros((2, 0))
        """What the pointer reads beside the curves: their means, none for an empty ``beside``."""
        self.widths, self.values = np.zeros(0), np.zeros((2, 0))
        self.present = 1
        self.set_whole(1.0, 256.0, 0.0, 1.02 * top)
        self.setToolTip("200 random queries with 8 random keys each, for every width; they follow the temperature")
        self._layer = CurvesLayer(self)
        self.pointer_moved.connect(self._read)
        self.pointer_left.connect(lambda: self.read_out(""))

    def take(self, frame: Frame) -> None:
        """Show a frame's curves."""
        if self.array in frame.arrays and "saturation_width" in frame.arrays:
            self.widths, self.values = frame.arrays["saturation_width"], frame.arrays[self.array]
            self.means = frame.arrays.get(self.beside, np.zeros((2, 0)))
            high = max(self.top, float(np.nanmax(self.values)))
            self.set_whole(1.0, float(self.widths[-1]), 0.0, 1.02 * high)
        if "final_q" in frame.arrays:
            self.present = frame.arrays["final_q"].shape[-1]
        self._layer.update()

    def _read(self, x: float, _: float) -> None:
        if self.values.size:
            at = int(np.abs(np.log(self.widths) - np.log(max(x, 1e-9))).argmin())
            means = [f" (mean {mean:.2f})" for mean in self.means[:, at]] if self.means.size else ["", ""]
            found = zip(NAMES, self.values[:, at], means, strict=True)
            words = "   ".join(f"{name} {value:.2f}{mean}" for name, value, mean in found)
            self.read_out(f"d = {self.widths[at]}   {words}")


class CurvesLayer(Layer):
    """The two curves with their names."""

    def __init__(self, plot: Curves) -> None:
        super().__init__(plot, 10)
        self.plot = plot

    def paint_pixels(self, painter: QPainter, width: float, height: float) -> None:
        """Draw the present width, then the curves, the present choice the stronger."""
        plot, tokens, frame = self.plot, self.plot.tokens, self.plot.picture.frame
        if not plot.values.size or frame is None:
            return
        across = float(self.axes.to_pixels(plot.present, 0.0)[0])
        painter.setPen(pen(tokens.faint, 1.0, style=Qt.PenStyle.DashLine))
        painter.drawLine(QPointF(across, 0), QPointF(across, height))
        painter.setFont(small_font(tokens, self.axes.font(), 11))
        painter.setPen(colour(tokens.muted))
        painter.drawText(QPointF(across + 5, height - 6), f"d = {plot.present}")
        for index, name in enumerate(NAMES):
            chosen = (index == 0) == frame.params.scale
            pixels = self.axes.to_pixels(plot.widths, plot.values[index])
            painter.setPen(pen(tokens.series_colour(index), 3.0 if chosen else 1.6))
            draw_segments(painter, *clip_segments(pixels[:-1], pixels[1:], width, height))
            self._name(painter, name, pixels, index, chosen, width)

    def _name(self, painter: QPainter, name: str, pixels: np.ndarray, index: int, chosen: bool, width: float) -> None:
        tokens = self.plot.tokens
        painter.setFont(small_font(tokens, self.axes.font(), 12, bold=chosen))
        painter.setPen(colour(tokens.series_colour(index)))
        above = self.plot.values[index, -1] >= self.plot.values[:, -1].max()
        y = float(pixels[-8:, 1].min() - 20 if above else pixels[-8:, 1].max() + 4)
        box = QRectF(width - 160, min(max(y, 2.0), self.boundingRect().height() - 36), 152, 18)
        painter.drawText(box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, name)
