"""Histograms of every layer, one ridge above the other, moving while the network trains."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, ClassVar

import numpy as np
from pyqtgraph.functions import arrayToQPolygonF
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter
from PySide6.QtWidgets import QVBoxLayout

from explainer.contract.frame import Frame
from explainer.plots.axes import Axes
from explainer.plots.colours import blend, colour, pen, small_font
from explainer.plots.layer import Layer
from explainer.plots.picture import Picture
from explainer.scenes.gradient_flow.lanes import titles
from explainer.scenes.gradient_flow.layer_pictures import selected
from explainer.scenes.gradient_flow.options import RIDGES
from explainer.theme.tokens import Tokens

MOST = 24
"""At most so many layers have a ridge; of more, evenly spaced ones."""
OVERLAP = 1.9
"""The highest ridge reaches over so many others."""


class Ridges(Picture):
    """How the values of each layer of the selected network are spread."""

    key: ClassVar[str] = "ridges"
    title: ClassVar[str] = "How values are spread in each layer"
    about: ClassVar[str] = "Histograms of outputs or of gradients, one ridge for each layer"
    arrays: ClassVar[Sequence[str]] = (
        "gradient_histogram",
        "gradient_histogram_edges",
        "activation_histogram",
        "activation_histogram_edges",
    )
    weight: ClassVar[float] = 1.3

    @classmethod
    def wanted(cls, params: Any) -> Sequence[str]:
        """Return the histogram that is chosen."""
        return cls.arrays[:2] if params.ridges == "gradients" else cls.arrays[2:]

    def build(self) -> None:
        """Make the axes and the layer of ridges."""
        self.shares = np.zeros((0, 1))
        self.edges = np.array([0.0, 1.0])
        self.layers: list[int] = []
        self.index = self.lit = 0
        self.plot = Axes("Ridges", x_label="value", y_label="", grid=True, parent=self)
        self.plot.axis("left").setStyle(showValues=False)
        self.plot.axis("left").setWidth(26)
        self.plot.setToolTip("One ridge per layer, the first at the bottom; hover for its number")
        self.ridges = RidgeLayer(self)
        self.plot.pointer_moved.connect(self._hover)
        self.plot.pointer_left.connect(lambda: self.steering.light("layer", None))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.plot)

    def draw(self, frame: Frame) -> None:
        """Show a frame."""
        params = frame.params
        name = "gradient_histogram" if params.ridges == "gradients" else "activation_histogram"
        self.index = selected(params)
        title = f"{RIDGES[params.ridges]} · {titles(params)[self.index]}"
        if title != self.accessibleName():
            self.setAccessibleName(title)
            self.title_changed.emit(title)
        if name not in frame.arrays or f"{name}_edges" not in frame.arrays:
            return
        self.shares, self.edges = np.asarray(frame.arrays[name]), np.asarray(frame.arrays[f"{name}_edges"])
        count = len(self.shares)
        self.layers = np.unique(np.linspace(0, count - 1, min(MOST, count)).astype(int)).tolist()
        self.plot.set_log(x=params.ridges == "gradients")
        self.plot.set_labels("size of ∂L/∂output" if params.ridges == "gradients" else "output", "")
        self.plot.set_whole(*self._span(), -0.3, len(self.layers) - 1 + OVERLAP + 0.2)
        self.ridges.update()

    def _span(self) -> tuple[float, float]:
        """Return the edges between which anything lies, one bin more on either side; whole fives of decades."""
        used = np.flatnonzero(self.shares.sum(0) > 0)
        if not self.plot.log[0]:
            return float(self.edges[0]), float(self.edges[-1])
        if not len(used):
            return 1e-10, 1.0
        low, high = np.log10(self.edges[used[0]]), np.log10(self.edges[used[-1] + 1])
        return float(10.0 ** (5 * np.floor(low / 5))), float(10.0 ** (5 * np.ceil(high / 5)))

    def light(self, name: str, value: Any) -> None:
        """Mark the layer that some picture's pointer is on."""
        if name == "layer" and (value or 0) != self.lit:
            self.lit = value or 0
            self.plot.read_out(f"layer {self.lit}" if self.lit else "")
            self.ridges.update()

    def _hover(self, x: float, y: float) -> None:
        if self.layers:
            self.steering.light("layer", self.layers[int(np.clip(np.floor(y + 0.2), 0, len(self.layers) - 1))] + 1)

    def apply_theme(self, tokens: Tokens) -> None:
        """Take the colours of a theme."""
        super().apply_theme(tokens)
        self.plot.apply_theme(tokens)

    def summary(self) -> str:
        """Return where the first and the last layer have most of their values."""
        if not len(self.shares) or not self.shares.any():
            return f"{self.accessibleName()}: nothing to count."
        places = [self.edges[int(self.shares[layer].argmax())] for layer in (0, -1)]
        return f"{self.accessibleName()}: most at {places[0]:.2g} in the first layer, at {places[1]:.2g} in the last."


class RidgeLayer(Layer):
    """The ridges, the last layer's behind all others."""

    def __init__(self, picture: Ridges) -> None:
        super().__init__(picture.plot, 10)
        self.picture = picture

    def paint_pixels(self, painter: QPainter, width: float, height: float) -> None:
        """Draw from the top down, so that each ridge covers what is behind it."""
        picture, tokens = self.picture, self.axes.tokens
        if not picture.layers:
            return
        middles = (
            picture.edges[:-1] * np.sqrt(picture.edges[1:] / picture.edges[:-1])
            if self.axes.log[0]
            else ((picture.edges[:-1] + picture.edges[1:]) / 2)
        )
        token = tokens.series_colour(picture.index)
        painter.setFont(small_font(tokens, self.axes.font()))
        metrics = QFontMetricsF(painter.font())
        stride = max(1, math.ceil(metrics.height() / max(1e-9, height / (len(picture.layers) + OVERLAP))))
        for place in range(len(picture.layers) - 1, -1, -1):
            layer = picture.layers[place]
            lit = layer + 1 == picture.lit
            self._draw_ridge(painter, middles, picture.shares[layer], place, tokens.accent if lit else token, lit)
            if place % stride == 0 or lit:
                down = float(self.axes.to_pixels(1.0, float(place))[1])
                painter.setPen(colour(tokens.text if lit else tokens.muted))
                box = QRectF(6, down - metrics.height(), 60, metrics.height())
                painter.drawText(box, Qt.AlignmentFlag.AlignLeft, str(layer + 1))

    def _draw_ridge(
        self, painter: QPainter, middles: np.ndarray, shares: np.ndarray, place: int, token: str, lit: bool
    ) -> None:
        tokens = self.axes.tokens
        most = float(shares.max())
        heights = place + OVERLAP * np.sqrt(shares / most) * 0.85 if most > 0 else np.full(len(shares), float(place))
        pixels = np.clip(self.axes.to_pixels(middles, heights), -1e4, 1e4)
        base = float(self.axes.to_pixels(1.0, float(place))[1])
        used = np.flatnonzero(shares > 0)
        painter.setPen(pen(tokens.border, 1.0))
        painter.drawLine(QPointF(0, base), QPointF(self.axes.view_box.rect().width(), base))
        if not len(used):
            return
        pixels = pixels[max(0, used[0] - 1) : used[-1] + 2]
        ends = [(pixels[0, 0], base)], [(pixels[-1, 0], base)]
        across, down = np.concatenate([ends[0], pixels, ends[1]]).T
        painter.setBrush(blend(tokens.card, token, 0.45 if lit else 0.28))
        painter.setPen(pen(token, 1.6 if lit else 1.2))
        painter.drawPolygon(arrayToQPolygonF(across, down))
