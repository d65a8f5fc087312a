"""Loss and accuracy at every step."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar

from PySide6.QtWidgets import QHBoxLayout, QLabel

from explainer.contract.frame import Frame
from explainer.plots.curve_picture import Curve, CurvePicture
from explainer.plots.picture import Picture
from explainer.theme.tokens import Tokens

SHARES = (4, 5)
"""The widths of the two plots: the right one has the longer names at the ends of its curves."""


class Loss(CurvePicture):
    """The loss in decades."""

    key: ClassVar[str] = "loss"
    title: ClassVar[str] = "Loss"
    y_label: ClassVar[str] = "loss"
    log: ClassVar[bool] = True

    def curves(self, frame: Frame) -> Mapping[str, Curve]:
        """Return the loss."""
        return {"loss": Curve("loss", 0)}


class Accuracy(CurvePicture):
    """The shares of right tokens and of right sequences."""

    key: ClassVar[str] = "accuracy"
    title: ClassVar[str] = "Share right"
    y_label: ClassVar[str] = "share right"

    def curves(self, frame: Frame) -> Mapping[str, Curve]:
        """Return both shares."""
        return {"accuracy": Curve("tokens", 2), "accuracy/sequence": Curve("sequences", 5)}


class Curves(Picture):
    """The loss at the left, the shares that are right beside it."""

    key: ClassVar[str] = "curves"
    title: ClassVar[str] = "Loss, and the share that is right"
    about: ClassVar[str] = "Loss and accuracy against the step; drag the cursor to go to a step"
    arrays: ClassVar[Sequence[str]] = ()
    at_first: ClassVar[bool] = True

    def build(self) -> None:
        """Make the two plots, and what is said instead of them for a real model."""
        self.plots = (Loss(self.steering, self), Accuracy(self.steering, self))
        self.none = QLabel("A real model is not trained here: it has learned already.", self)
        self.none.setProperty("role", "muted")
        self.none.hide()
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.none)
        for plot, share in zip(self.plots, SHARES, strict=True):
            layout.addWidget(plot, share)

    def draw(self, frame: Frame) -> None:
        """Show a frame."""
        trained = frame.params.model == "trained"
        self.none.setVisible(not trained)
        for plot in self.plots:
            plot.setVisible(trained)
            plot.draw(frame)

    def apply_theme(self, tokens: Tokens) -> None:
        """Take the colours of a theme."""
        super().apply_theme(tokens)
        for plot in self.plots:
            plot.apply_theme(tokens)

    def summary(self) -> str:
        """Return loss and shares at this step."""
        return " ".join(f"{plot.summary()}." for plot in self.plots)
