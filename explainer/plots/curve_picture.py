"""A picture of recorded quantities against the step; a scene says which, and in which words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, NamedTuple

from PySide6.QtWidgets import QVBoxLayout

from explainer.contract.frame import Frame
from explainer.contract.number_text import number_text
from explainer.plots.kinds.step_curves import StepCurves
from explainer.plots.picture import Picture
from explainer.theme.tokens import Tokens


class Curve(NamedTuple):
    """The words at the end of a curve, and its place in the palette."""

    words: str
    place: int


class CurvePicture(Picture):
    """One plot; its cursor goes to any step, and it lights the step that another picture's pointer is on."""

    y_label: ClassVar[str] = ""
    log: ClassVar[bool] = False
    """Whether the quantity is shown in decades."""

    def build(self) -> None:
        """Make the plot."""
        self.frame: Frame | None = None
        self.plot = StepCurves(f"{self.title} against step", y_label=self.y_label, log_y=self.log, parent=self)
        self.plot.step_chosen.connect(self.steering.seek)
        self.plot.axes.pointer_moved.connect(self._hover)
        self.plot.axes.pointer_left.connect(lambda: self.steering.light("step", None))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.plot)

    def curves(self, frame: Frame) -> Mapping[str, Curve]:
        """Return the metrics to draw, by name."""
        raise NotImplementedError

    def logarithmic(self, frame: Frame) -> bool:
        """Return whether the quantity is shown in decades just now."""
        return self.log

    def draw(self, frame: Frame) -> None:
        """Show a frame."""
        self.frame = frame
        curves = self.curves(frame)
        series = {name: frame.series[name] for name in curves if name in frame.series}
        self.plot.set_log(y=self.logarithmic(frame))
        if not self.plot.axes.holding:
            self.plot.set_cursor(frame.step)
        words = {name: curve.words for name, curve in curves.items()}
        self.plot.set_series(series, words, [curves[name].place for name in series], frame.ghosts)

    def light(self, name: str, value: object | None) -> None:
        """Mark the step that some picture's pointer is on."""
        if name == "step":
            self.plot.light(value if isinstance(value, int) else None)

    def apply_theme(self, tokens: Tokens) -> None:
        """Take the colours of a theme."""
        super().apply_theme(tokens)
        self.plot.apply_theme(tokens)

    def summary(self) -> str:
        """Return each curve's value at this step."""
        frame = self.frame
        if frame is None or not frame.step:
            return self.title
        values = ((curve.words, frame.metric(name)) for name, curve in self.curves(frame).items())
        return f"{self.title}, step {frame.step}: " + ", ".join(f"{words} {number_text(v)}" for words, v in values)

    def _hover(self, x: float, y: float) -> None:
        if not self.plot.axes.holding and self.plot.lines:
            self.steering.light("step", self.plot.values_at(x)[0])
