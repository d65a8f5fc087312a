"""A quantity of every layer at every step, as a map over the whole run."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

import numpy as np
from PySide6.QtWidgets import QVBoxLayout

from explainer.contract.frame import Frame
from explainer.plots.base.axis import Axis
from explainer.plots.base.number_text import number_text
from explainer.plots.base.shading import Shading
from explainer.plots.base.throttle import Throttle
from explainer.plots.heat_map import HeatMap
from explainer.plots.picture import Picture
from explainer.scenes.gradient_flow.lanes import titles
from explainer.scenes.gradient_flow.layer_pictures import selected
from explainer.scenes.gradient_flow.options import HISTORIES
from explainer.theme.tokens import Tokens

PAUSE = 100
"""Milliseconds between two paintings of the whole map."""
COLUMNS = 400
"""At most so many steps are drawn; of more, evenly spaced ones."""
DECADES = 45.0
"""The colours reach so many decades below the largest value at most."""


class HistoryMap(Picture):
    """Layer × step of the selected network; a click goes to that step."""

    key: ClassVar[str] = "history"
    title: ClassVar[str] = "Layer × step"
    about: ClassVar[str] = "Gradient or spread of every layer at every step of the run; click to go to a step"
    hint: ClassVar[str] = "click to go to a step"
    arrays: ClassVar[Sequence[str]] = tuple(f"{name}_history" for name in HISTORIES)

    @classmethod
    def wanted(cls, params: Any) -> Sequence[str]:
        """Return the history that is chosen."""
        return (f"{params.history}_history",)

    def build(self) -> None:
        """Make the map."""
        self.frame: Frame | None = None
        self._steps = np.zeros(1, np.int64)
        self._shown: tuple[Any, ...] = ()
        self._taking = Throttle(self, self._take, PAUSE)
        self.map = HeatMap(self, upward=True)
        self.map.setAccessibleName("Layer against step")
        self.map.setToolTip("Hover for the value · click to go to a step · arrow keys and Return do the same")
        self.map.set_reading(self._reading)
        self.map.set_message("The map grows while the run goes on.")
        self.map.cell_clicked.connect(lambda row, column: self.steering.seek(int(self._steps[column])))
        self.map.cell_hovered.connect(lambda row, column: self.steering.light("layer", row + 1))
        self.map.cell_left.connect(lambda: self.steering.light("layer", None))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.map)

    def draw(self, frame: Frame) -> None:
        """Show a frame."""
        self.frame = frame
        params, index = frame.params, selected(frame.params)
        history = frame.arrays.get(f"{params.history}_history")
        title = f"Layer × step: {HISTORIES[params.history].lower()} · {titles(params)[index]}"
        if title != self.accessibleName():
            self.setAccessibleName(title)
            self.title_changed.emit(title)
        if history is None or index >= len(history):
            return
        values = np.asarray(history[index], float)
        shown = (index, params.history, values.shape, float(np.nan_to_num(values[0, -1], nan=-1.0)))
        if shown == self._shown:
            return
        self._shown = shown
        self._take(values) if self.steering.at_once else self._taking.ask(values)

    def _take(self, values: np.ndarray) -> None:
        """Show the history (layer, step + 1) of the selected network."""
        self._steps = np.unique(np.linspace(0, values.shape[1] - 1, min(COLUMNS, values.shape[1])).astype(np.int64))
        self._show(np.abs(values[:, self._steps]))

    def _show(self, values: np.ndarray) -> None:
        positive = values[np.isfinite(values) & (values > 0)]
        high = float(positive.max()) if len(positive) else 1.0
        low = max(float(positive.min()), high * 10.0**-DECADES) if len(positive) else 0.1
        counted = "time step" if self.frame and self.frame.params.architecture == "recurrent" else "layer"
        rows = Axis(counted, np.arange(1.0, len(values) + 1))
        columns = Axis("step", self._steps.astype(float)) if len(self._steps) > 1 else Axis("step")
        shading = Shading(log=True, low=low, high=max(high, 10 * low), title=self._short())
        self.map.set_values(values, rows, columns, shading, bad="retired")

    def _short(self) -> str:
        assert self.frame is not None
        return {"delta": "‖δ‖", "gradient": "‖∂L/∂W‖", "spread": "std", "mean": "|mean|"}[self.frame.params.history]

    def _reading(self, row: int, column: int) -> str:
        values = self.map.values
        assert values is not None
        value = float(values[row, column])
        said = number_text(value) if np.isfinite(value) else "retired"
        counted = "time step" if self.frame and self.frame.params.architecture == "recurrent" else "layer"
        return f"{counted} {row + 1} · step {int(self._steps[column]):,} · {self._short()} {said}"

    def apply_theme(self, tokens: Tokens) -> None:
        """Take the colours of a theme."""
        super().apply_theme(tokens)
        self.map.apply_theme(tokens)

    def summary(self) -> str:
        """Return the extremes of the last column."""
        values = self.map.values
        if values is None:
            return self.accessibleName()
        last = values[:, -1]
        ends = f"{number_text(last[0])} at the first layer, {number_text(last[-1])} at the last"
        return f"{self.accessibleName()}: now {ends}."
