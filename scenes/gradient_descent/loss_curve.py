"""The loss of every optimizer against the step; its cursor goes to any step."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar

from explainer.contract.frame import Frame
from explainer.plots.curve_picture import Curve, CurvePicture
from explainer.scenes.gradient_descent.explain import names


class LossCurve(CurvePicture):
    """One curve for each optimizer, logarithmic or linear."""

    key: ClassVar[str] = "loss"
    title: ClassVar[str] = "Loss at every step"
    about: ClassVar[str] = "The loss against the step, logarithmic or linear; drag the cursor to go to a step"
    arrays: ClassVar[Sequence[str]] = ("label",)
    weight: ClassVar[float] = 1.4
    y_label: ClassVar[str] = "loss"
    log: ClassVar[bool] = True

    def curves(self, frame: Frame) -> Mapping[str, Curve]:
        """Return the loss of every optimizer."""
        labels = map(str, frame.arrays.get("label", ()))
        named = zip(labels, names(frame), strict=True)
        return {f"loss/{label}": Curve(name, place) for place, (label, name) in enumerate(named)}

    def logarithmic(self, frame: Frame) -> bool:
        """Return whether the loss is shown in decades just now."""
        return bool(frame.params.log_loss)
