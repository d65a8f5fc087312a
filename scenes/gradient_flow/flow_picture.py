"""How much gradient each layer of each network gets."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

import numpy as np
from PySide6.QtWidgets import QVBoxLayout

from explainer.contract.frame import Frame
from explainer.plots.base.number_text import number_text
from explainer.plots.picture import Picture
from explainer.scenes.gradient_flow.lanes import titles
from explainer.scenes.gradient_flow.profile_plot import Profile, ProfilePlot
from explainer.theme.tokens import Tokens


class FlowPicture(Picture):
    """A profile over the layers for every network; hovering a layer lights it in every picture."""

    arrays: ClassVar[Sequence[str]] = ()
    array: ClassVar[str] = ""
    y_label: ClassVar[str] = ""

    def build(self) -> None:
        """Make the plot."""
        self.frame: Frame | None = None
        self.plot = ProfilePlot(self.title, y_label=self.y_label, parent=self)
        self.plot.setToolTip("Hover for the values of a layer; wheel zooms, drag moves, double click shows all")
        self.plot.layer_hovered.connect(lambda layer: self.steering.light("layer", layer or None))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.plot)

    def draw(self, frame: Frame) -> None:
        """Show a frame."""
        self.frame = frame
        values = frame.arrays.get(self.array)
        names = titles(frame.params)
        if values is None or len(values) != len(names):
            return
        self.name_layers(frame)
        self.say_title(self.title.replace("layer", self.plot.counted))
        rows = enumerate(zip(values, names, strict=True))
        self.plot.set_profiles([_profile(np.asarray(row, float), name, index) for index, (row, name) in rows])

    def name_layers(self, frame: Frame) -> None:
        """Say what is counted from left to right."""
        recurrent = frame.params.architecture == "recurrent"
        self.plot.counted = "time step" if recurrent else "layer"
        self.plot.set_labels("time step" if recurrent else "layer, from the input", self.y_label)

    def say_title(self, title: str) -> None:
        """Show another title, if it is one."""
        if title != self.accessibleName():
            self.setAccessibleName(title)
            self.title_changed.emit(title)

    def light(self, name: str, value: Any) -> None:
        """Mark the layer that some picture's pointer is on."""
        if name == "layer":
            self.plot.light(value or 0)

    def apply_theme(self, tokens: Tokens) -> None:
        """Take the colours of a theme."""
        super().apply_theme(tokens)
        self.plot.apply_theme(tokens)

    def summary(self) -> str:
        """Return the first and the last value of each network."""
        ends = [
            f"{profile.label} from {number_text(float(profile.values[-1]))} at the output to "
            f"{number_text(float(profile.values[0]))} at the first layer"
            for profile in self.plot.profiles
        ]
        return f"{self.accessibleName() or self.title}: {'; '.join(ends)}."


def _profile(values: np.ndarray, name: str, index: int) -> Profile:
    return Profile(values, name if np.isfinite(values).any() else f"{name}: overflowed", index)


class Deltas(FlowPicture):
    """δ, the gradient of each layer's output."""

    key: ClassVar[str] = "delta"
    title: ClassVar[str] = "How much gradient arrives: ‖∂L/∂output‖ at each layer"
    about: ClassVar[str] = "The gradient of the loss in each layer's output, on its way from the output to the input"
    array: ClassVar[str] = "each_delta_norm"
    arrays: ClassVar[Sequence[str]] = ("each_delta_norm",)
    y_label: ClassVar[str] = "‖δ‖"
    at_first: ClassVar[bool] = True
    weight: ClassVar[float] = 1.1


class WeightGradients(FlowPicture):
    """The gradient of each layer's weights."""

    key: ClassVar[str] = "gradient"
    title: ClassVar[str] = "Gradient of the weights, ‖∂L/∂W‖, at each layer"
    about: ClassVar[str] = "What the optimizer is given for each layer's weights"
    array: ClassVar[str] = "each_gradient_norm"
    arrays: ClassVar[Sequence[str]] = ("each_gradient_norm",)
    y_label: ClassVar[str] = "‖∂L/∂W‖"
