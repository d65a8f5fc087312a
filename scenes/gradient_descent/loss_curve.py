"""The loss of every optimizer against the step; its cursor goes to any step."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from PySide6.QtWidgets import QVBoxLayout

from explainer.contract.frame import Frame
from explainer.plots.curve import CurvePlot
from explainer.plots.number_text import number_text
from explainer.plots.picture import Picture
from explainer.scenes.gradient_descent.explain import names
from explainer.theme.tokens import Tokens


class LossCurve(Picture):
    """One curve for each optimizer, logarithmic or linear."""

    key: ClassVar[str] = "loss"
    title: ClassVar[str] = "Loss at every step"
    about: ClassVar[str] = "The loss against the step, logarithmic or linear; drag the cursor to go to a step"
    arrays: ClassVar[Sequence[str]] = ("label",)
    weight: ClassVar[float] = 1.4

    def build(self) -> None:
        """Make the plot."""
        self.frame: Frame | None = None
        self.plot = CurvePlot("Loss against step", y_label="loss", log_y=True, parent=self)
        self.plot.step_chosen.connect(self.steering.seek)
        self.plot.pointer_moved.connect(self._hover)
        self.plot.pointer_left.connect(lambda: self.steering.light("step", None))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.plot)

    def draw(self, frame: Frame) -> None:
        """Show a frame."""
        self.frame = frame
        labels = [str(label) for label in frame.arrays.get("label", ())]
        series = {f"loss/{label}": frame.series[f"loss/{label}"] for label in labels if f"loss/{label}" in frame.series}
        words = dict(zip((f"loss/{label}" for label in labels), names(frame), strict=True))
        places = {f"loss/{label}": index for index, label in enumerate(labels)}
        self.plot.set_log(y=frame.params.log_loss)
        if not self.plot.holding:
            self.plot.set_cursor(frame.step)
        self.plot.set_series(series, words, [places[name] for name in series], frame.ghosts)

    def light(self, name: str, value: object | None) -> None:
        """Mark the step that some picture's pointer is on."""
        if name == "step":
            self.plot.light(value if isinstance(value, int) else None)

    def apply_theme(self, tokens: Tokens) -> None:
        """Take the colours of a theme."""
        super().apply_theme(tokens)
        self.plot.apply_theme(tokens)

    def summary(self) -> str:
        """Return each optimizer's loss at this step."""
        if self.frame is None:
            return self.title
        losses = ((name, self.frame.metric(f"loss/{label}")) for name, label in self._named())
        return f"{self.title}, step {self.frame.step}: " + ", ".join(f"{n} {number_text(v)}" for n, v in losses)

    def _named(self) -> list[tuple[str, str]]:
        assert self.frame is not None
        return list(zip(names(self.frame), map(str, self.frame.arrays.get("label", ())), strict=True))

    def _hover(self, x: float, y: float) -> None:
        if not self.plot.holding and self.plot.lines:
            self.steering.light("step", self.plot.values_at(x)[0])
