"""Accuracy and loss at every step, for the batch and for the images held out."""

from __future__ import annotations

from typing import ClassVar

from PySide6.QtWidgets import QVBoxLayout

from explainer.contract.frame import Frame
from explainer.plots.curve import CurvePlot
from explainer.plots.number_text import number_text
from explainer.plots.picture import Picture
from explainer.theme.tokens import Tokens

PLACES = {"train": 1, "test": 0}
WORDS = {"train": "batch", "test": "held-out"}


class Curves(Picture):
    """One quantity for training and test."""

    quantity: ClassVar[str] = ""
    weight: ClassVar[float] = 1.0

    def build(self) -> None:
        """Make the plot."""
        self.frame: Frame | None = None
        self.plot = CurvePlot(self.title, y_label=self.quantity, parent=self)
        self.plot.step_chosen.connect(self.steering.seek)
        self.plot.pointer_moved.connect(self._hover)
        self.plot.pointer_left.connect(lambda: self.steering.light("step", None))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.plot)

    def draw(self, frame: Frame) -> None:
        """Show a frame."""
        self.frame = frame
        names = {f"{self.quantity}/{which}": which for which in PLACES}
        series = {name: frame.series[name] for name in names if name in frame.series}
        self.plot.set_log(y=self.logarithmic(frame))
        if not self.plot.holding:
            self.plot.set_cursor(frame.step)
        labels = {name: WORDS[which] for name, which in names.items()}
        self.plot.set_series(series, labels, [PLACES[names[name]] for name in series], frame.ghosts)

    def logarithmic(self, frame: Frame) -> bool:
        """Return whether the quantity is shown in decades."""
        return False

    def light(self, name: str, value: object | None) -> None:
        """Mark the step that some picture's pointer is on."""
        if name == "step":
            self.plot.light(value if isinstance(value, int) else None)

    def apply_theme(self, tokens: Tokens) -> None:
        """Take the colours of a theme."""
        super().apply_theme(tokens)
        self.plot.apply_theme(tokens)

    def summary(self) -> str:
        """Return both values at this step."""
        if self.frame is None or not self.frame.step:
            return self.title
        values = [(words, self.frame.metric(f"{self.quantity}/{which}")) for which, words in WORDS.items()]
        said = ", ".join(f"{words} {number_text(value)}" for words, value in values)
        return f"{self.title}, step {self.frame.step}: {said}"

    def _hover(self, x: float, y: float) -> None:
        if not self.plot.holding and self.plot.lines:
            self.steering.light("step", self.plot.values_at(x)[0])


class AccuracyCurve(Curves):
    """The share of images that are classified right."""

    key: ClassVar[str] = "accuracy"
    title: ClassVar[str] = "Accuracy at every step"
    about: ClassVar[str] = "The share of right answers, of each batch and of all held-out images"
    quantity: ClassVar[str] = "accuracy"
    at_first: ClassVar[bool] = True


class LossCurve(Curves):
    """The cross-entropy, logarithmic or linear."""

    key: ClassVar[str] = "loss"
    title: ClassVar[str] = "Loss at every step"
    about: ClassVar[str] = "The cross-entropy, of each batch and of all held-out images"
    quantity: ClassVar[str] = "loss"

    def logarithmic(self, frame: Frame) -> bool:
        """Return whether the loss is shown in decades."""
        return bool(frame.params.log_loss)
