"""The selected network at a moment, and what is known of its layers; plain Python."""

from __future__ import annotations

import math
from functools import cached_property

import numpy as np

from explainer.contract.frame import Frame, Note
from explainer.contract.number_text import number_text
from explainer.scenes.gradient_flow.lanes import resolve, titles
from explainer.scenes.gradient_flow.options import ACTIVATIONS

SMALLEST = {"float32": 2.0**-149, "float16": 2.0**-24, "bfloat16": 2.0**-133}
"""The smallest number above zero of each type."""
HELP = "show:remedies", "What would help?"
"""The link to the picture that measures it, and its words."""
ALIKE = 0.999
SAME = 1e-5
"""Units whose weights are closer than this share of the largest compute the same."""


def in_words(activation: str) -> str:
    """Return an activation's name within a sentence: ReLU and GELU keep their capitals."""
    title = ACTIVATIONS[activation]
    return title if any(letter.isupper() for letter in title[1:]) else title.lower()


class Patient:
    """The selected network and what is known of its layers."""

    def __init__(self, frame: Frame, arrays: dict[str, np.ndarray]) -> None:
        params = frame.params
        self.frame, self.arrays, self.params = frame, arrays, params
        self.index = min(params.selected, len(params.beside))
        self.told = resolve(params)[self.index]
        self.name = titles(params)[self.index]
        self.layers = "time step" if params.architecture == "recurrent" else "layer"
        self.delta = arrays["delta_norm"]

    def note(
        self, name: str, number: float, words: str, link: tuple[str, str] = ("", ""), level: str = "warning",
        card: str = "delta",
    ) -> Note:  # fmt: skip
        """Return a note about this network."""
        target, says = link
        return Note(f"{self.name}: {words}", level, target, says or "Try it", name, card, float(number))

    @property
    def step(self) -> int:
        """The step at which its arrays were computed."""
        return self.frame.ages.get("condition", self.frame.step)

    @property
    def is_retired(self) -> bool:
        """Whether its numbers have ended."""
        steps = self.frame.arrays.get("retired", ())
        return self.index < len(steps) and steps[self.index] >= 0

    @property
    def alike(self) -> np.ndarray:
        """Which hidden layers consist of units of the same weights."""
        found: np.ndarray = self.arrays["unit_spread"][:-1] < SAME
        return found

    @property
    def pair(self) -> bool:
        """Whether batch normalization is given two examples."""
        layered = self.params.architecture == "mlp"
        return layered and self.params.batch == 2 and self.told.normalization == "batch"

    def flat_from(self, layer: int) -> float:
        """Return the largest share of dead or saturated units above a layer: through them no δ passes, or little."""
        return float(max(self.arrays["dead"][layer:].max(), self.arrays["saturated"][layer:].max()))

    @cached_property
    def middle(self) -> float:
        """The mean factor of the hidden layers, geometric."""
        first, last = self.delta[0], self.delta[-2]
        return float((first / last) ** (1 / max(1, self.params.depth - 1))) if first > 0 and last > 0 else math.nan

    @property
    def parts(self) -> str:
        """The two parts of the mean factor in words, empty where they are not known."""
        slope, weight = (self.arrays[name][1:-1] for name in ("slope_factor", "weight_factor"))
        with np.errstate(all="ignore"):
            found = [float(np.exp(np.mean(np.log(part)))) for part in (slope, weight)]
        if not np.isfinite(found).all() or min(found) <= 0:
            return ""
        rest = "weights"
        rest += " and normalization" if self.told.normalization != "none" else ""
        rest += " and skip" if self.told.skip != "none" else ""
        slopes = f"{in_words(self.told.activation)} slope {number_text(found[0])}"
        return f" ({slopes} × {rest} {number_text(found[1])})"

    def end_of_numbers(self, mean: float) -> str:
        """Return how many more layers a vanishing δ has until the type has no number for its entries."""
        if not mean < 1:
            return ""
        entries = self.params.batch * self.params.width
        entry = float(self.delta[0]) / math.sqrt(entries) * self.told.loss_scale
        smallest = SMALLEST[self.told.dtype]
        if entry <= smallest:
            return ""
        more = math.ceil(math.log(smallest / entry) / math.log(mean))
        return f" At this factor a typical entry would be 0 in {self.told.dtype} after {more} more {self.layers}s."
