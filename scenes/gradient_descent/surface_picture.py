"""The loss surface in three dimensions with a ball and a trail for every optimizer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import numpy as np
from PySide6.QtWidgets import QVBoxLayout

from explainer.contract.frame import Frame
from explainer.plots.base.number_text import pair_text
from explainer.plots.height_field import resampled
from explainer.plots.picture import Picture
from explainer.plots.surface import Ball, SurfacePlot
from explainer.scenes.gradient_descent.explain import names
from explainer.scenes.gradient_descent.landscapes import LANDSCAPES
from explainer.theme.tokens import Tokens

POINTS = 48
"""Points per axis that are drawn: more are slower to turn and no easier to read."""


class Surface3D(Picture):
    """Hills and valleys that can be turned, with balls rolling on them."""

    key: ClassVar[str] = "surface"
    title: ClassVar[str] = "Loss surface"
    hint: ClassVar[str] = "drag to orbit"
    about: ClassVar[str] = "The loss as height, in three dimensions; drag to orbit, wheel to zoom"
    arrays: ClassVar[Sequence[str]] = ("surface_x", "surface_y", "surface_loss", "path", "position", "label", "retired")
    weight: ClassVar[float] = 2.0

    def build(self) -> None:
        """Make the plot."""
        self.frame: Frame | None = None
        self._drawn: object = None
        self.plot = SurfacePlot(self)
        self.plot.setAccessibleName("Loss surface in three dimensions")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.plot)
        self.plot.step_hovered.connect(lambda step: self.steering.light("step", step))

    def draw(self, frame: Frame) -> None:
        """Show a frame."""
        self.frame = frame
        arrays = frame.arrays
        if all(name in arrays for name in ("surface_x", "surface_y", "surface_loss")):
            self._draw_surface(frame)
        if "path" in arrays and "position" in arrays:
            self.plot.set_balls(self._balls(frame))

    def _draw_surface(self, frame: Frame) -> None:
        x, y, loss = (frame.arrays[name] for name in ("surface_x", "surface_y", "surface_loss"))
        part = _window(frame)
        known = (part, x.tobytes(), y.tobytes(), loss.tobytes())
        if known != self._drawn:
            self._drawn = known
            letters = ("w", "b") if frame.params.surface == "regression" else ("x", "y")
            self.plot.set_titles((*letters, "L"))
            at_x = np.linspace(max(part[0], x[0]), min(part[1], x[-1]), POINTS)
            at_y = np.linspace(max(part[2], y[0]), min(part[3], y[-1]), POINTS)
            self.plot.set_surface(at_x, at_y, resampled(x, y, loss, at_x, at_y))

    def _balls(self, frame: Frame) -> list[Ball]:
        arrays = frame.arrays
        retired = arrays.get("retired", np.full(len(arrays["position"]), -1))
        said = names(frame) or [""] * len(arrays["position"])
        return [
            Ball((float(x), float(y)), path, self.tokens.series_colour(index), said[index], bool(retired[index] >= 0))
            for index, ((x, y), path) in enumerate(zip(arrays["position"], arrays["path"], strict=True))
        ]

    def light(self, name: str, value: object | None) -> None:
        """Ring the step that some picture's pointer is on."""
        if name == "step":
            self.plot.light_step(value if isinstance(value, int) else None)

    def apply_theme(self, tokens: Tokens) -> None:
        """Take the colours of a theme."""
        super().apply_theme(tokens)
        self.plot.apply_theme(tokens)
        if self.frame is not None:
            self.draw(self.frame)

    def summary(self) -> str:
        """Return where each ball is and whether a hill hides it."""
        if self.frame is None or "position" not in self.frame.arrays:
            return self.title
        hidden = self.plot.hidden_balls() or [False] * len(self.frame.arrays["position"])
        said = zip(names(self.frame), self.frame.arrays["position"], hidden, strict=False)
        places = (
            f"{name} at {pair_text(*place)}" + (", behind a hill" if behind else "") for name, place, behind in said
        )
        return "Loss surface. " + "; ".join(places)


def _window(frame: Frame) -> tuple[float, float, float, float]:
    """Return the part that is shown: the recommended window and the start."""
    x0, x1, y0, y1 = LANDSCAPES[frame.params.surface].window
    x, y = frame.params.start
    return min(x0, x), max(x1, x), min(y0, y), max(y1, y)
