"""Loss and accuracy of every network against the step."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from explainer.contract.frame import Frame
from explainer.plots.curve_picture import Curve, CurvePicture
from explainer.scenes.gradient_flow.lanes import MEASURES, metric_names, titles


class MeasureCurve(CurvePicture):
    """One recorded quantity, one curve for each network."""

    measure: ClassVar[str] = ""

    def curves(self, frame: Frame) -> Mapping[str, Curve]:
        """Return the quantity of every network."""
        place = MEASURES.index(self.measure)
        names = (each[place] for each in metric_names(frame.params))
        return {
            name: Curve(title, at) for at, (name, title) in enumerate(zip(names, titles(frame.params), strict=True))
        }

    def logarithmic(self, frame: Frame) -> bool:
        """Return whether the quantity is shown in decades just now."""
        return bool(frame.params.log_loss) if self.measure == "loss" else self.log


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
