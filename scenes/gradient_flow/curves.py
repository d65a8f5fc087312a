"""Loss and accuracy of every network against the step."""

from __future__ import annotations

from typing import ClassVar

from PySide6.QtWidgets import QVBoxLayout

from explainer.contract.frame import Frame
from explainer.plots.curve import CurvePlot
from explainer.plots.number_text import number_text
from explainer.plots.picture import Picture
from explainer.scenes.gradient_flow.lanes import MEASURES, metric_names, titles
from explainer.theme.tokens import Tokens


class MeasureCurve(Picture):
    """One recorded quantity, one curve for each network."""

    measure: ClassVar[str] = ""
    y_label: ClassVar[str] = ""
    log: ClassVar[bool] = False

    def build(self) -> None:
        """Make the plot."""
        self.frame: Frame | None = None
        self.plot = CurvePlot(f"{self.title} against step", y_label=self.y_label, log_y=self.log, parent=self)
        self.plot.step_chosen.connect(self.steering.seek)
        self.plot.pointer_moved.connect(self._hover)
        self.plot.pointer_left.connect(lambda: self.steering.light("step", None))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.plot)

    def draw(self, frame: Frame) -> None:
        """Show a frame."""
        self.frame = frame
        place = MEASURES.index(self.measure)
        names = [each[place] for each in metric_names(frame.params)]
        words = dict(zip(names, titles(frame.params), strict=True))
        series = {name: frame.series[name] for name in names if name in frame.series}
        self.plot.set_log(y=frame.params.log_loss if self.measure == "loss" else self.log)
        if not self.plot.holding:
            self.plot.set_cursor(frame.step)
        self.plot.set_series(series, words, [names.index(name) for name in series], frame.ghosts)

    def light(self, name: str, value: object | None) -> None:
        """Mark the step that some picture's pointer is on."""
        if name == "step":
            self.plot.light(value if isinstance(value, int) else None)

    def apply_theme(self, tokens: Tokens) -> None:
        """Take the colours of a theme."""
        super().apply_theme(tokens)
        self.plot.apply_theme(tokens)

    def summary(self) -> str:
        """Return each network's value at this step."""
        if self.frame is None:
            return self.title
        place, params = MEASURES.index(self.measure), self.frame.params
        pairs = zip(titles(params), metric_names(params), strict=True)
        said = ", ".join(f"{title} {number_text(self.frame.metric(names[place]))}" for title, names in pairs)
        return f"{self.title}, step {self.frame.step}: {said}"

    def _hover(self, x: float, y: float) -> None:
        if not self.plot.holding and self.plot.lines:
            self.steering.light("step", self.plot.values_at(x)[0])


class Loss(MeasureCurve):
    """The loss on each step's batch."""

    key: ClassVar[str] = "loss"
    title: ClassVar[str] = "Loss at every step"
    about: ClassVar[str] = "The loss of every network on the step's batch; drag the cursor to go to a step"
    measure: ClassVar[str] = "loss"
    y_label: ClassVar[str] = "loss"


class Accuracy(MeasureCurve):
    """The accuracy on each step's batch."""

    key: ClassVar[str] = "accuracy"
    title: ClassVar[str] = "Accuracy at every step"
    about: ClassVar[str] = "The share of each step's batch that is classified right"
    measure: ClassVar[str] = "accuracy"
    y_label: ClassVar[str] = "share right"


class Ratio(MeasureCurve):
    """δ at the first hidden layer over δ at the last."""

    key: ClassVar[str] = "ratio"
    title: ClassVar[str] = "Gradient at the first hidden layer ÷ at the last"
    about: ClassVar[str] = "How much of the gradient is left at the first hidden layer, at every step"
    measure: ClassVar[str] = "delta_ratio"
    y_label: ClassVar[str] = "first ÷ last"
    log: ClassVar[bool] = True


class Cosine(MeasureCurve):
    """How alike the last hidden vectors of different inputs are."""

    key: ClassVar[str] = "cosine"
    title: ClassVar[str] = "How alike different inputs have become"
    about: ClassVar[str] = "Mean cosine between the last hidden vectors of different inputs: 1 is all the same"
    measure: ClassVar[str] = "cosine"
    y_label: ClassVar[str] = "mean cosine"
