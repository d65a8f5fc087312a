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
from explainer.plots.base.axes import Axes
from explainer.plots.base.colours import blend, colour, pen, small_font
from explainer.plots.base.layer import Layer
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
        self.counted = "layer"
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
        self.counted = "time step" if params.architecture == "recurrent" else "layer"
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
            self.plot.read_out(f"{self.counted} {self.lit}" if self.lit else "")
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
        across, downs, bases = self._pixels()
        painter.setFont(small_font(tokens, self.axes.font()))
        line = QFontMetricsF(painter.font()).height()
        stride = max(1, math.ceil(line / max(1e-9, height / (len(picture.layers) + OVERLAP))))
        ground = pen(tokens.border, 1.0)
        for place in range(len(picture.layers) - 1, -1, -1):
            layer, base = picture.layers[place], float(bases[place])
            painter.setPen(ground)
            painter.drawLine(QPointF(0, base), QPointF(width, base))
            lit = layer + 1 == picture.lit
            self._draw_ridge(painter, across, downs[place], base, np.flatnonzero(picture.shares[layer]), lit)
            if place % stride == 0 or lit:
                painter.setPen(colour(tokens.text if lit else tokens.muted))
                painter.drawText(QRectF(6, base - line, 60, line), Qt.AlignmentFlag.AlignLeft, str(layer + 1))

    def _pixels(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return the bins' middles from the left (bin,), the ridges' heights (place, bin) and grounds (place,)."""
        edges, shares = self.picture.edges, self.picture.shares[self.picture.layers]
        middles = edges[:-1] * np.sqrt(edges[1:] / edges[:-1]) if self.axes.log[0] else (edges[:-1] + edges[1:]) / 2
        most = shares.max(1, keepdims=True)
        places = np.arange(len(shares), dtype=float)
        rises = 0.85 * OVERLAP * np.sqrt(shares / np.where(most > 0, most, 1.0))
        heights = np.concatenate([rises + places[:, None], places[:, None]], 1)
        downs = self.axes.to_pixels(np.ones_like(heights), heights)[..., 1]
        across = self.axes.to_pixels(middles, np.zeros_like(middles))[:, 0]
        return np.clip(across, -1e4, 1e4), downs[:, :-1], downs[:, -1]

    def _draw_ridge(
        self, painter: QPainter, across: np.ndarray, down: np.ndarray, base: float, used: np.ndarray, lit: bool
    ) -> None:
        if not len(used):
            return
        tokens = self.axes.tokens
        token = tokens.accent if lit else tokens.series_colour(self.picture.index)
        part = slice(max(0, used[0] - 1), used[-1] + 2)
        x, y = across[part], down[part]
        painter.setBrush(blend(tokens.card, token, 0.45 if lit else 0.28))
        painter.setPen(pen(token, 1.6 if lit else 1.2))
        painter.drawPolygon(arrayToQPolygonF(np.concatenate([x[:1], x, x[-1:]]), np.concatenate([[base], y, [base]])))
