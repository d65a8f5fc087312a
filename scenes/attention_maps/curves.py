"""Loss and accuracy at every step."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from PySide6.QtWidgets import QHBoxLayout, QLabel

from explainer.contract.frame import Frame
from explainer.plots.curve import CurvePlot
from explainer.plots.number_text import number_text
from explainer.plots.picture import Picture
from explainer.theme.tokens import Tokens

_ACCURACY = {"accuracy": "tokens", "accuracy/sequence": "sequences"}


class Curves(Picture):
    """The loss at the left, the shares of right tokens and of right sequences at the right."""

    key: ClassVar[str] = "curves"
    title: ClassVar[str] = "Loss, and the share that is right"
    about: ClassVar[str] = "Loss and accuracy against the step; drag the cursor to go to a step"
    arrays: ClassVar[Sequence[str]] = ()
    at_first: ClassVar[bool] = True
    weight: ClassVar[float] = 1.0

    def build(self) -> None:
        """Make the two plots, and what is said instead of them for a real model."""
        self.frame: Frame | None = None
        self.loss = CurvePlot("Loss against step", y_label="loss", log_y=True, parent=self)
        self.accuracy = CurvePlot("Accuracy against step", y_label="share right", parent=self)
        self.none = QLabel("A real model is not trained here: it has learned already.", self)
        self.none.setProperty("role", "muted")
        self.none.hide()
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.none)
        for plot in (self.loss, self.accuracy):
            layout.addWidget(plot, 1)
            plot.step_chosen.connect(self.steering.seek)
            plot.pointer_moved.connect(lambda x, y, plot=plot: self._hover(plot, x))
            plot.pointer_left.connect(lambda: self.steering.light("step", None))

    def draw(self, frame: Frame) -> None:
        """Show a frame."""
        self.frame = frame
        trained = frame.params.model == "trained"
        self.none.setVisible(not trained)
        for plot, names in ((self.loss, {"loss": "loss"}), (self.accuracy, _ACCURACY)):
            plot.setVisible(trained)
            if not plot.holding:
                plot.set_cursor(frame.step)
            series = {name: frame.series[name] for name in names if name in frame.series}
            indices = [0] if plot is self.loss else [2, 5]
            plot.set_series(series, names, indices[: len(series)], frame.ghosts)

    def light(self, name: str, value: object | None) -> None:
        """Mark the step that some picture's pointer is on."""
        if name == "step":
            for plot in (self.loss, self.accuracy):
                plot.light(value if isinstance(value, int) else None)

    def apply_theme(self, tokens: Tokens) -> None:
        """Take the colours of a theme."""
        super().apply_theme(tokens)
        self.loss.apply_theme(tokens)
        self.accuracy.apply_theme(tokens)

    def summary(self) -> str:
        """Return loss and accuracy at this step."""
        if self.frame is None or not self.frame.series:
            return self.title
        named = {"loss": "loss", **_ACCURACY}
        return f"Step {self.frame.step}: " + ", ".join(
            f"{label} {number_text(self.frame.metric(name))}" for name, label in named.items()
        )

    def _hover(self, plot: CurvePlot, x: float) -> None:
        if not plot.holding and plot.lines:
            self.steering.light("step", plot.values_at(x)[0])
