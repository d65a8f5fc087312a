"""One image on its way through: the network, one map, one cell, in the same card."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from PySide6.QtWidgets import QStackedWidget, QVBoxLayout

from explainer.contract.frame import Frame
from explainer.plots.picture import Picture
from explainer.scenes.cnn.pictures.canvas import Canvas
from explainer.scenes.cnn.pictures.canvas_cell import CellCanvas
from explainer.scenes.cnn.pictures.canvas_map import MapCanvas
from explainer.scenes.cnn.pictures.canvas_network import NetworkCanvas
from explainer.scenes.cnn.pictures.path_bar import PathBar
from explainer.scenes.cnn.pictures.zoom import Zoom
from explainer.scenes.cnn.words import image_text
from explainer.theme.tokens import Tokens


class NetworkPicture(Picture):
    """Three levels of zoom; the bar above says where one is and leads back."""

    key: ClassVar[str] = "network"
    title: ClassVar[str] = "One image on its way through the network"
    about: ClassVar[str] = "Every map of the network for one image, and the prediction; click to zoom in"
    arrays: ClassVar[Sequence[str]] = (
        "image", "label", "classes", "probabilities", "layers", "maps/*", "filters/*", "biases/*", "follows", "dead/*",
    )  # fmt: skip
    at_first: ClassVar[bool] = True
    weight: ClassVar[float] = 3.2

    def build(self) -> None:
        """Make the bar and the three canvases."""
        self.frame: Frame | None = None
        self.path = PathBar(self.steering, self)
        self.levels: dict[str, Canvas] = {
            "network": NetworkCanvas("network-canvas", self.steering, self),
            "map": MapCanvas("map-canvas", self.steering, self),
            "cell": CellCanvas("cell-canvas", self.steering, self),
        }
        self.stack = QStackedWidget(self)
        self.stack.setObjectName("network-levels")
        for canvas in self.levels.values():
            self.stack.addWidget(canvas)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(self.path)
        layout.addWidget(self.stack, 1)
        self.zoom = Zoom(self.stack)

    def draw(self, frame: Frame) -> None:
        """Show a frame at its level of zoom."""
        self.frame = frame
        level = self.levels.get(frame.params.zoom, self.levels["network"])
        before = self.stack.currentWidget()
        self.path.draw(frame)
        level.draw(frame)
        if before is not level:
            names = list(self.levels.values())
            inwards = names.index(level) > names.index(before) if before in names else True
            self.zoom.begin(before, level, inwards=inwards)
            self.stack.setCurrentWidget(level)
        words = image_text(frame)
        if words != self.accessibleName():
            self.setAccessibleName(words)
            self.title_changed.emit(words)

    def apply_theme(self, tokens: Tokens) -> None:
        """Take the colours of a theme."""
        super().apply_theme(tokens)
        self.path.apply_theme(tokens)
        for canvas in self.levels.values():
            canvas.apply_theme(tokens)

    def summary(self) -> str:
        """Return what the image is taken for, and which layers are to be seen."""
        if self.frame is None:
            return self.title
        return f"{image_text(self.frame)}. {self.levels[self.frame.params.zoom].summary()}"
