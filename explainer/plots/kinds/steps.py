"""Metrics against the step, with a cursor that seeks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QVBoxLayout

from explainer.contract.cards.bindings import MISSING
from explainer.contract.cards.plots import Steps
from explainer.contract.frame import Frame
from explainer.contract.number_text import number_text
from explainer.plots.kinds.step_curves import StepCurves
from explainer.plots.part import Part, Place, spread
from explainer.plots.resolved import asked, words_of
from explainer.theme.tokens import Tokens


class StepsPart(Part):
    """The curves of metrics; what other runs have recorded is faint behind them."""

    told: Steps

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self.dims = ("step",)
        self.plot = StepCurves("metrics", y_label=" ", parent=self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.plot)
        self.plot.step_chosen.connect(self.steering.seek)
        self.plot.axes.pointer_moved.connect(self._point)
        self.plot.axes.pointer_left.connect(lambda: self.steering.light("step", None))
        self.metrics: Mapping[str, str] = {}

    def draw(self, frame: Frame) -> None:
        """Show a frame; the plot takes in only what is new."""
        self.frame, told = frame, self.told
        self.metrics = told.metrics(frame) if callable(told.metrics) else told.metrics
        self.plot.axes.set_labels("step", words_of(told.label, frame))
        self.plot.set_log(y=told.log(frame.params) if callable(told.log) else told.log)
        self.plot.set_levels([(self._level(level.value), words_of(level.words, frame)) for level in told.levels])
        self.plot.set_nothing(words_of(told.none, frame))
        if not self.plot.axes.holding:
            self.plot.set_cursor(frame.step)
        places = told.places(frame) if told.places else range(len(self.metrics))
        seen = [(name, place) for name, place in zip(self.metrics, places, strict=True) if name in frame.series]
        series = {name: frame.series[name] for name, _ in seen}
        self.plot.set_series(series, self.metrics, [place for _, place in seen], frame.ghosts)
        self.plot.axes.point_again()

    def _level(self, value: Any) -> float | None:
        found = asked(value, self.frame) if callable(value) and self.frame is not None else value
        return None if found is None or found is MISSING else float(found)

    def _point(self, x: float, y: float) -> None:
        if not self.plot.axes.holding and self.plot.lines:
            self.steering.light("step", self.plot.values_at(x)[0])

    def light(self, name: str, value: object | None) -> None:
        """Mark the step that some pointer is on."""
        if name == "step":
            self.plot.light(value if isinstance(value, int) else None)
            self.setAccessibleDescription(self.summary())

    @property
    def invites(self) -> str:
        """What a hand can do with metrics."""
        return f"drag the upright line to go to a step; {self.plot.axes.invites}"

    def go(self, down: int, right: int) -> None:
        """Light the step before or after the one that is lit."""
        if right and self.frame is not None:
            at = self.plot.lit if self.plot.lit is not None else self.frame.step
            self.steering.light("step", max(0, at + right))

    def press(self) -> None:
        """Go to the lit step."""
        if self.plot.lit is not None:
            self.steering.seek(self.plot.lit)

    def marks(self) -> Sequence[Place]:
        """Return recorded steps of each curve, of very many evenly spaced ones; without those that have no place."""
        found = []
        for line in self.plot.own_lines:
            steps, values = line.series.steps, line.series.values
            for at in spread(len(steps)):
                if not np.isfinite(self.plot.axes.to_pixels(steps[at], values[at])).all():
                    continue
                place = self.plot.axes.widget_position(float(steps[at]), float(values[at]))
                found.append(Place(self.plot.axes.mapTo(self, place), {"step": int(steps[at])}))
        return found

    def handles(self) -> Sequence[QPoint]:
        """Return where the cursor can be taken."""
        middle = self.plot.axes.from_pixels(0.0, self.plot.axes.view_box.rect().height() / 2)[1]
        return [self.plot.axes.mapTo(self, self.plot.axes.widget_position(self.plot.here, middle))]

    def changed(self) -> None:
        """Have everything painted again."""
        self.plot.axes.viewport().update()

    def apply_theme(self, tokens: Tokens) -> None:
        """Take the colours of a theme."""
        self.tokens = tokens
        self.plot.apply_theme(tokens)

    def summary(self) -> str:
        """Return each curve's value at this step."""
        frame = self.frame
        if frame is None or not frame.step:
            return ""
        values = ((words, frame.metric(name)) for name, words in self.metrics.items())
        return f"step {frame.step}: " + ", ".join(f"{words} {number_text(value)}" for words, value in values)
