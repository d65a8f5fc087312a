"""What is wrong with a network, from its own numbers: each condition says them, and is silent on a healthy one."""

from __future__ import annotations

import math

import numpy as np

from explainer.contract.frame import Frame, Note, Notes
from explainer.contract.number_text import number_text
from explainer.scenes.gradient_flow.lanes import metric_names, resolve, titles
from explainer.scenes.gradient_flow.options import ACTIVATIONS, CONDITION

LOST = 1e-3
"""Less than this share of δ at the first hidden layer is called vanishing, more than its inverse exploding."""
SMALLEST = {"float32": 2.0**-149, "float16": 2.0**-24, "bfloat16": 2.0**-133}
"""The smallest number above zero of each type."""
HALF_STEP = 2.0**-25
"""A change smaller than this share of a float32 cannot alter it."""
HELP = "show:remedies", "What would help?"
"""The link to the picture that measures it, and its words."""
MOST = 2
"""So many things are said of one network, the most telling ones."""
MOST_DEAD, MOST_SATURATED, MOST_ZERO, ALIKE = 0.5, 0.6, 0.5, 0.999


def diagnose(frame: Frame) -> list[Note]:
    """Return what is wrong with the selected network, most telling first, and which networks were retired."""
    found = _retired(frame)
    condition = frame.arrays.get("condition")
    if condition is None or condition.shape[1] != frame.params.depth + 1 or not np.isfinite(condition[0]).all():
        return found
    arrays = dict(zip(CONDITION, np.asarray(condition, float), strict=True))
    patient = Patient(frame, arrays)
    conditions = (patient.nothing_flows, patient.flows_badly, patient.underflows, patient.is_dead, patient.is_saturated)
    notes = [note for note in (condition() for condition in conditions) if note is not None]
    notes += [note for note in (patient.stands_still(), patient.is_alike()) if note is not None]
    return [*notes[:MOST], *found]


def _retired(frame: Frame) -> list[Note]:
    steps = frame.arrays.get("retired", ())
    return [
        Note(
            f"{name} overflowed at step {int(step)} and was retired: its numbers grew beyond what float32 holds.",
            "warning",
        )
        for name, step in zip(titles(frame.params), steps, strict=False)
        if step >= 0
    ]


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

    def nothing_flows(self) -> Note | None:
        """Find all-zero weights: δ is zero below the output, and only the last bias moves."""
        if self.params.depth < 1 or self.delta[:-1].any() or not self.delta[-1] > 0:
            return None
        gradient = number_text(float(self.arrays["gradient_norm"][-1]))
        if self.told.init == "zeros":
            return Note(
                f"{self.name}: δ is exactly 0 below the output, for it is multiplied by weights that are all 0. "
                f"‖∂L/∂W‖ is {gradient} at the output and 0 in every other layer.",
                "warning",
                *HELP,
            )
        return Note(
            f"{self.name}: no gradient gets below the output: δ is exactly 0 in every layer.",
            "warning",
            *HELP,
        )

    def _middle(self) -> float:
        """Return the mean factor of the hidden layers, geometric."""
        first, last = self.delta[0], self.delta[-2]
        return float((first / last) ** (1 / max(1, self.params.depth - 1))) if first > 0 and last > 0 else math.nan

    def flows_badly(self) -> Note | None:
        """Find that δ shrinks or grows by a factor per layer, so that most of it is lost or it explodes."""
        if self.params.depth < 2 or not (self.delta[0] > 0 and self.delta[-2] > 0):
            return None
        ratio, mean = float(self.delta[0] / self.delta[-2]), self._middle()
        if LOST <= ratio <= 1 / LOST:
            return None
        what = "vanishes" if ratio < 1 else "explodes"
        text = (
            f"{self.name}: the gradient {what}. A {self.layers} multiplies δ by {number_text(mean)} on average"
            f"{self._why()}, so {self.layers} 1 gets {number_text(ratio)} of what {self.layers} "
            f"{self.params.depth} gets."
        )
        return Note(text + self._end_of_numbers(mean), "warning", *HELP)

    def _why(self) -> str:
        """Return the two parts of the mean factor, and which of them is to blame."""
        slope, weight = (self.arrays[name][1:-1] for name in ("slope_factor", "weight_factor"))
        with np.errstate(all="ignore"):
            parts = [float(np.exp(np.mean(np.log(part)))) for part in (slope, weight)]
        if not np.isfinite(parts).all() or min(parts) <= 0:
            return ""
        rest = "weights"
        rest += " and normalization" if self.told.normalization != "none" else ""
        rest += " and skip" if self.told.skip != "none" else ""
        slopes = f"{in_words(self.told.activation)} slope {number_text(parts[0])}"
        return f" ({slopes} × {rest} {number_text(parts[1])})"

    def _end_of_numbers(self, mean: float) -> str:
        """Return how many more layers a vanishing δ has until the type has no number for its entries."""
        if not mean < 1:
            return ""
        entries = self.params.batch * self.params.width
        entry = float(self.delta[0]) / math.sqrt(entries) * self.told.loss_scale
        smallest = SMALLEST[self.told.dtype]
        if entry <= smallest:
            return ""
        more = math.ceil(math.log(smallest / entry) / math.log(mean))
        return f" After {more} more {self.layers}s a typical entry would be 0 in {self.told.dtype}."

    def underflows(self) -> Note | None:
        """Find that entries of δ are exactly zero although the units are alive."""
        zero, dead = self.arrays["zero_deltas"][:-1], self.arrays["dead"][:-1]
        behind = np.flatnonzero((zero > MOST_ZERO) & (zero > dead + 0.3) & (self.arrays["delta_norm"][:-1] < 1e-2))
        smallest = SMALLEST[self.told.dtype]
        tiny = [layer for layer in behind if self._typical(layer) < 1e3 * smallest]
        if not tiny or (self.nothing_flows() is not None and self.told.init == "zeros"):
            return None
        layer = max(tiny)
        text = (
            f"{self.name}: from {self.layers} {layer + 1} down δ underflows: {100 * zero[layer]:.0f} % of its entries "
            f"are exactly 0, for {self.told.dtype} has nothing below {number_text(smallest, 2)}."
        )
        fix = self.told.dtype == "float16" and self.told.loss_scale < 1024 and self.index == 0
        return Note(text, "warning", *(("try:loss_scale=16384&keep=1", "Scale the loss by 16,384") if fix else HELP))

    def _typical(self, layer: int) -> float:
        return float(self.delta[layer]) / math.sqrt(self.params.batch * self.params.width) * self.told.loss_scale

    def is_dead(self) -> Note | None:
        """Find units whose slope is zero for the whole batch."""
        dead = self.arrays["dead"][:-1]
        worst = int(dead.argmax())
        if dead[worst] <= MOST_DEAD:
            return None
        return Note(
            f"{self.name}: {100 * dead[worst]:.0f} % of the units of {self.layers} {worst + 1} are dead (slope 0 for "
            f"all {self.params.batch} examples), {100 * dead.mean():.0f} % of all: no gradient passes through them.",
            "warning",
        )

    def is_saturated(self) -> Note | None:
        """Find bounded activations that sit where they are flat."""
        if self.told.activation not in ("sigmoid", "tanh", "hard-tanh") or self.params.architecture != "mlp":
            return None
        flat = self.arrays["saturated"][:-1]
        worst = int(flat.argmax())
        if flat[worst] <= MOST_SATURATED:
            return None
        return Note(
            f"{self.name}: {100 * flat[worst]:.0f} % of the outputs of {self.layers} {worst + 1} are saturated, where "
            f"the {in_words(self.told.activation)}'s slope is below a twentieth of its greatest.",
            "warning",
        )

    def stands_still(self) -> Note | None:
        """Say where updates are too small for float32 to add."""
        ratio = self.arrays["update_ratio"]
        if (
            self.frame.ages.get("condition", self.frame.step) == 0
            or ratio[0] > 0
            or not self.arrays["gradient_norm"][0] > 0
        ):
            return None
        still = int((ratio == 0).sum())
        gradient = number_text(float(self.arrays["gradient_norm"][0]))
        return Note(
            f"{self.name}: {still} of {len(ratio)} layers did not change at all in this step. In layer 1 ‖∂L/∂W‖ is "
            f"{gradient}, and float32 drops a change below 3 · 10⁻⁸ of a weight.",
            "warning",
        )

    def is_alike(self) -> Note | None:
        """Find different inputs that have become the same vector."""
        cosine = self.frame.metric(metric_names(self.params)[self.index][4])
        if not cosine > ALIKE or self.params.batch < 2 or self.told.init == "zeros":
            return None
        return Note(
            f"{self.name}: forwards the inputs collapse too. The last hidden vectors of different inputs have a mean "
            f"cosine of {cosine:.4f}: the output cannot tell them apart.",
            "warning",
        )


NOTES = Notes(diagnose, arrays=("label", "retired", "condition"))
