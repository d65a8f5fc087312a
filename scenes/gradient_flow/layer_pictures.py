"""What each layer of the selected network does: the chain of factors, outputs, units, updates, singular values."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

import numpy as np

from explainer.contract.frame import Frame
from explainer.plots.base.number_text import number_text
from explainer.scenes.gradient_flow.flow_picture import FlowPicture
from explainer.scenes.gradient_flow.lanes import titles
from explainer.scenes.gradient_flow.profile_plot import Profile

SLOPES, WEIGHTS, BOUND = 3, 5, 7
"""Places in the palette."""


def selected(params: Any) -> int:
    """Return the number of the selected network."""
    return int(min(params.selected, len(params.beside)))


class SelectedPicture(FlowPicture):
    """Profiles of the selected network."""

    log: ClassVar[bool] = True

    def draw(self, frame: Frame) -> None:
        """Show a frame."""
        self.frame = frame
        self.plot.set_log(y=self.log)
        if not all(name in frame.arrays for name in self.arrays):
            return
        index = selected(frame.params)
        self.name_layers(frame)
        self.plot.set_profiles(self.lines({name: np.asarray(frame.arrays[name], float) for name in self.arrays}, index))
        self.say_title(f"{self.title} · {titles(frame.params)[index]}")

    def lines(self, arrays: dict[str, np.ndarray], index: int) -> list[Profile]:
        """Return what is drawn of the arrays, the network's colour being that of ``index``."""
        raise NotImplementedError

    def summary(self) -> str:
        """Return the values of the first and of the last hidden layer."""
        said = [
            f"{profile.label} {number_text(float(profile.values[0]))} at the first layer, "
            f"{number_text(float(profile.values[-2]))} at the last hidden one"
            for profile in self.plot.profiles
            if len(profile.values) > 1
        ]
        return f"{self.accessibleName()}: {'; '.join(said)}."


def chain(factors: np.ndarray) -> np.ndarray:
    """Return the running product from the output back to each layer: at layer l, of all factors above l."""
    with np.errstate(all="ignore"):
        return np.append(np.cumprod(factors[:0:-1])[::-1], 1.0)


class Chain(SelectedPicture):
    """The product of what each layer does to δ, and of its two parts."""

    key: ClassVar[str] = "chain"
    title: ClassVar[str] = "The chain of factors"
    about: ClassVar[str] = "The running product of each layer's factor, and of its parts: activation slopes, weights"
    arrays: ClassVar[Sequence[str]] = ("delta_factor", "slope_factor", "weight_factor")
    y_label: ClassVar[str] = "running product"

    def lines(self, arrays: dict[str, np.ndarray], index: int) -> list[Profile]:
        """Return the three products."""
        found = [Profile(chain(arrays["delta_factor"]), "what δ really does", index)]
        if np.isfinite(arrays["slope_factor"]).any():
            found += [
                Profile(chain(arrays["slope_factor"]), "slopes alone", SLOPES, dashed=True),
                Profile(chain(arrays["weight_factor"]), "weights alone", WEIGHTS, dashed=True),
            ]
        return found


class Singular(SelectedPicture):
    """Singular values of each layer's Jacobian: what it could do at most, not what it does."""

    key: ClassVar[str] = "singular"
    title: ClassVar[str] = "Bounds, not the truth: Jacobians"
    about: ClassVar[str] = "The largest, median and smallest factor that a layer could apply; δ is somewhere between"
    arrays: ClassVar[Sequence[str]] = ("jacobian_singular", "delta_factor")
    y_label: ClassVar[str] = "factor"

    def lines(self, arrays: dict[str, np.ndarray], index: int) -> list[Profile]:
        """Return largest, median and smallest beside the real factor."""
        values = arrays["jacobian_singular"]
        real, largest = arrays["delta_factor"], values[:, 0]
        return [
            Profile(real, f"real factor{product_words(real)}", index),
            Profile(largest, f"largest{product_words(largest)}", BOUND, dashed=True),
            Profile(values[:, values.shape[1] // 2], "median", BOUND, dashed=True, faint=True),
            Profile(values[:, -1], "smallest", BOUND, dashed=True),
        ]


def product_words(factors: np.ndarray) -> str:
    """Return the product over the layers between hidden ones, nothing where one of them is not known."""
    with np.errstate(all="ignore"):
        product = float(np.prod(factors[1:-1]))
    return f", product {number_text(product)}" if np.isfinite(product) and len(factors) > 2 else ""


class Units(SelectedPicture):
    """Which outputs and units let nothing through."""

    key: ClassVar[str] = "units"
    title: ClassVar[str] = "Saturated and dead"
    about: ClassVar[str] = "Shares of flat outputs, of units dead for the whole batch, and of δ that is exactly zero"
    arrays: ClassVar[Sequence[str]] = ("saturated", "dead", "zero_deltas")
    y_label: ClassVar[str] = "share"
    log: ClassVar[bool] = False

    def lines(self, arrays: dict[str, np.ndarray], index: int) -> list[Profile]:
        """Return the three shares."""
        self.plot.fixed_span = (0.0, 1.08)
        return [
            Profile(arrays["saturated"], "saturated outputs", index),
            Profile(arrays["dead"], "dead units", WEIGHTS, dashed=True),
            Profile(arrays["zero_deltas"], "δ exactly 0", BOUND, dashed=True),
        ]


class Outputs(SelectedPicture):
    """Mean and spread of each layer's outputs."""

    key: ClassVar[str] = "outputs"
    title: ClassVar[str] = "Mean and spread of outputs"
    about: ClassVar[str] = "Mean and standard deviation of each layer's outputs over batch and units"
    arrays: ClassVar[Sequence[str]] = ("activation_mean", "activation_std")
    y_label: ClassVar[str] = "size"

    def lines(self, arrays: dict[str, np.ndarray], index: int) -> list[Profile]:
        """Return the size of the mean and the spread."""
        return [
            Profile(arrays["activation_std"], "standard deviation", index),
            Profile(np.abs(arrays["activation_mean"]), "size of the mean", BOUND, dashed=True),
        ]


class Updates(SelectedPicture):
    """How far an update moves each layer's weights."""

    key: ClassVar[str] = "updates"
    title: ClassVar[str] = "Update ÷ weight"
    about: ClassVar[str] = "The norm of the last update of each layer's weights over the norm of the weights"
    arrays: ClassVar[Sequence[str]] = ("update_ratio",)
    y_label: ClassVar[str] = "‖ΔW‖ ÷ ‖W‖"

    def lines(self, arrays: dict[str, np.ndarray], index: int) -> list[Profile]:
        """Return the ratio."""
        return [Profile(arrays["update_ratio"], "", index)]
