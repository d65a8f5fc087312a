"""The data of the surface regression, the line that each optimizer has found, and points that can be dragged."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import numpy as np
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QVBoxLayout

from explainer.contract.frame import Frame
from explainer.contract.number_text import number_text, pair_text
from explainer.plots.base.axes import Axes
from explainer.plots.base.colours import colour, pen, small_font
from explainer.plots.base.grip import Grip
from explainer.plots.base.layer import Layer
from explainer.plots.base.painting import draw_segments
from explainer.plots.base.reduction import clip_segments
from explainer.plots.picture import Picture
from explainer.scenes.gradient_descent.explain import names
from explainer.theme.tokens import Tokens

REACH = 1e3


class DataLine(Picture):
    """Data points and one line w·x + b for each optimizer."""

    key: ClassVar[str] = "data"
    title: ClassVar[str] = "Data and lines"
    about: ClassVar[str] = "What the surface regression measures: each ball's line through the data; drag a point"
    arrays: ClassVar[Sequence[str]] = ("points", "position", "label")
    hint: ClassVar[str] = "drag a point: the surface changes with it"
    weight: ClassVar[float] = 1.4

    def build(self) -> None:
        """Make the plot and a grip that takes the nearest point."""
        self.frame: Frame | None = None
        self.points = np.empty((0, 2))
        self.held: int | None = None
        self.plot = Axes("Data points and fitted lines", x_label="x", y_label="y", parent=self)
        self._layer = _DataLayer(self)
        self.plot.grips.append(Grip(self._from_point, self._drag, self._drop, 12.0))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.plot)

    def draw(self, frame: Frame) -> None:
        """Show a frame."""
        self.frame = frame
        points = np.asarray(frame.arrays.get("points", np.empty((0, 2))), float)
        if self.held is None and not np.array_equal(points, self.points):
            self.points = points.copy()
            self._fit()
        self._layer.update()

    def _fit(self) -> None:
        if len(self.points):
            low, high = self.points.min(0), self.points.max(0)
            pad = 0.15 * np.maximum(high - low, 1e-6)
            self.plot.set_whole(low[0] - pad[0], high[0] + pad[0], low[1] - pad[1], high[1] + pad[1])

    def apply_theme(self, tokens: Tokens) -> None:
        """Take the colours of a theme."""
        super().apply_theme(tokens)
        self.plot.apply_theme(tokens)

    def summary(self) -> str:
        """Return each line."""
        if self.frame is None or not len(self.points):
            return "The surface is not regression: there are no data points."
        places = self.frame.arrays.get("position", np.empty((0, 2)))
        lines = (f"{name}: y = {number_text(w)} x + {number_text(b)}" for name, (w, b) in self._named(places))
        return f"{len(self.points)} data points; " + ", ".join(lines)

    def _named(self, places: np.ndarray) -> list[tuple[str, np.ndarray]]:
        return list(zip(names(self.frame), places, strict=False)) if self.frame is not None else []

    def _away(self, across: float, down: float) -> np.ndarray:
        return np.hypot(*(self.plot.to_pixels(*self.points.T) - np.array([across, down])).T)

    def _from_point(self, across: float, down: float) -> float:
        return float(self._away(across, down).min()) if len(self.points) else float("inf")

    def _drag(self, x: float, y: float) -> None:
        if self.held is None:
            self.held = int(self._away(*self.plot.to_pixels(x, y)).argmin())
        self.points[self.held] = np.clip((x, y), -REACH, REACH)
        self.plot.read_out(f"point {self.held + 1} at {pair_text(*self.points[self.held])}")
        self._layer.update()
        self._tell()

    def _drop(self, x: float, y: float) -> None:
        self._drag(x, y)
        self.held = None
        self.plot.read_out("")

    def _tell(self) -> None:
        assert self.held is not None
        x, y = (float(f"{part:.4g}") for part in self.points[self.held])
        self.steering.act("move_point", index=self.held, to=(x, y))


class _DataLayer(Layer):
    """Points and lines."""

    def __init__(self, picture: DataLine) -> None:
        super().__init__(picture.plot, 10)
        self.picture = picture

    def paint_pixels(self, painter: QPainter, width: float, height: float) -> None:
        """Draw the lines over the width of the pane, then the points."""
        picture = self.picture
        if not len(picture.points):
            painter.setFont(small_font(picture.tokens, self.axes.font(), 12))
            painter.setPen(colour(picture.tokens.muted))
            words = "Only the surface Regression has data points"
            painter.drawText(self.boundingRect(), Qt.AlignmentFlag.AlignCenter, words)
            return
        self._draw_lines(painter, width, height)
        made = pen(picture.tokens.text, 8.0, 0.85)
        made.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.setPen(made)
        for place in self.axes.to_pixels(*picture.points.T).tolist():
            painter.drawPoint(QPointF(*place))

    def _draw_lines(self, painter: QPainter, width: float, height: float) -> None:
        frame = self.picture.frame
        if frame is None or "position" not in frame.arrays:
            return
        x0, x1 = self.axes.visible()[:2]
        for index, (w, b) in enumerate(np.clip(frame.arrays["position"], -1e100, 1e100)):
            ends = self.axes.to_pixels([x0, x1], [w * x0 + b, w * x1 + b])
            painter.setPen(pen(self.picture.tokens.series_colour(index), 2.2))
            draw_segments(painter, *clip_segments(ends[:1], ends[1:], width, height))
