"""Accuracy and loss at every step, for the batch and for the images held out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from explainer.contract.frame import Frame
from explainer.plots.curve_picture import Curve, CurvePicture

WORDS = {"train": Curve("batch", 1), "test": Curve("held-out", 0)}


class Curves(CurvePicture):
    """One quantity for training and test."""

    def curves(self, frame: Frame) -> Mapping[str, Curve]:
        """Return the quantity of the batch and of the images held out."""
        return {f"{self.y_label}/{which}": curve for which, curve in WORDS.items()}


class AccuracyCurve(Curves):
    """The share of images that are classified right."""

    key: ClassVar[str] = "accuracy"
    title: ClassVar[str] = "Accuracy at every step"
    about: ClassVar[str] = "The share of right answers, of each batch and of all held-out images"
    y_label: ClassVar[str] = "accuracy"
    at_first: ClassVar[bool] = True


class DeadCurve(CurvePicture):
    """The share of dead maps."""

    key: ClassVar[str] = "dead"
    title: ClassVar[str] = "Dead maps at every step"
    about: ClassVar[str] = "The share of maps that are 0 everywhere after their ReLU, in all held-out images"
    y_label: ClassVar[str] = "share of maps"

    def curves(self, frame: Frame) -> Mapping[str, Curve]:
        """Return the share."""
        return {"dead": Curve("dead maps", 2)}


class LossCurve(Curves):
    """The cross-entropy, logarithmic or linear."""

    key: ClassVar[str] = "loss"
    title: ClassVar[str] = "Loss at every step"
    about: ClassVar[str] = "The cross-entropy, of each batch and of all held-out images"
    y_label: ClassVar[str] = "loss"

    def logarithmic(self, frame: Frame) -> bool:
        """Return whether the loss is shown in decades."""
        return bool(frame.params.log_loss)
