"""The loss while the projections were trained to a look-up."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QVBoxLayout

from explainer.contract.frame import Frame
from explainer.contract.number_text import number_text
from explainer.plots.base.axes import Axes
from explainer.plots.base.colours import colour, pen, small_font
from explainer.plots.base.layer import Layer
from explainer.plots.base.painting import draw_segments
from explainer.plots.base.reduction import clip_segments
from explainer.plots.picture import Picture
from explainer.theme.tokens import Tokens


class Training(Picture):
    """Mean squared error of each of the 300 updates, on a logarithmic axis."""

    key: ClassVar[str] = "training"
    title: ClassVar[str] = "Training the look-up"
    about: ClassVar[str] = "The loss of each update while the projections learned the look-up"
    arrays: ClassVar[Sequence[str]] = ("training_loss",)

    def build(self) -> None:
        """Make the plot."""
        self.losses = np.zeros(0)
        self.plot = Axes("Training loss", x_label="update", y_label="squared error", log_y=True, parent=self)
        self._layer = LossLayer(self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.plot)

    def draw(self, frame: Frame) -> None:
        """Show a frame."""
        self.losses = np.asarray(frame.arrays.get("training_loss", np.zeros(0)))
        if self.losses.size:
            low = max(1e-12, float(self.losses.min()))
            self.plot.set_whole(0.0, 1.04 * self.losses.size, low / 1.5, float(self.losses.max()) * 1.5)
        else:
            self.plot.set_whole(0.0, 312.0, 0.01, 2.0)
        self._layer.update()
        title = f"Training the look-up · loss {number_text(self.losses[-1])}" if self.losses.size else self.title
        if title != self.accessibleName():
            self.setAccessibleName(title)
            self.title_changed.emit(title)

    def apply_theme(self, tokens: Tokens) -> None:
        """Take the colours of a theme."""
        super().apply_theme(tokens)
        self.plot.apply_theme(tokens)

    def summary(self) -> str:
        """Return the last loss."""
        return self.accessibleName() if self.losses.size else "Nothing was trained"


class LossLayer(Layer):
    """The curve, or why there is none."""

    def __init__(self, picture: Training) -> None:
        super().__init__(picture.plot, 10)
        self.picture = picture

    def paint_pixels(self, painter: QPainter, width: float, height: float) -> None:
        """Draw the curve."""
        losses, tokens = self.picture.losses, self.picture.tokens
        if not losses.size:
            painter.setFont(small_font(tokens, self.axes.font(), 12))
            painter.setPen(colour(tokens.muted))
            words = "Nothing was trained: choose the numbers “Trained”"
            painter.drawText(self.boundingRect(), Qt.AlignmentFlag.AlignCenter, words)
            return
        pixels = self.axes.to_pixels(np.arange(1, losses.size + 1), losses)
        painter.setPen(pen(tokens.series_colour(0), 1.8))
        draw_segments(painter, *clip_segments(pixels[:-1], pixels[1:], width, height))
