"""What is wrong with a network, from its own numbers: each condition rules out its rivals before it names a cause.

Of one network the most telling conditions are said. Those that explain exact zeros (a cut way back, identical
units, a dead layer, a batch of two) come before the one that they would be taken for, an underflow.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from explainer.contract.frame import Frame, Note, Notes
from explainer.contract.lesson_links import try_link
from explainer.contract.number_text import number_text
from explainer.scenes.gradient_flow.lanes import metric_names, resolve, titles
from explainer.scenes.gradient_flow.options import CONDITION, LARGEST
from explainer.scenes.gradient_flow.patient import ALIKE, HELP, SMALLEST, Patient, in_words

MOST = 2
"""So many things are said of one network, the most telling ones."""
LOST = 1e-3
"""Less than this share of δ at the first hidden layer is called vanishing, more than its inverse exploding."""
HALF_STEP = 2.0**-25
"""A change smaller than this share of a float32 cannot alter it."""
MOST_DEAD, MOST_SATURATED, MOST_ZERO = 0.5, 0.6, 0.5
FLAT = 0.3
"""A larger share of flat units than this may have made zeros of δ by itself: their slope is rounded to 0."""
ENOUGH = 16
"""So many examples a unit must be off for to be called dead."""
PATIENCE, RECENT = 150, 20
"""After so many steps a network should have begun to learn; over so many batches its accuracy is averaged."""
CHANCE = {"digits": 0.1, "spirals": 0.5, "regression": 0.0}
"""What is right without having learned anything."""


def diagnose(frame: Frame) -> list[Note]:
    """Return what is wrong with the selected network, most telling first, and which networks were retired."""
    ended = retired(frame)
    condition = frame.arrays.get("condition")
    if frame.phase == "forward":  # δ has still to come
        return ended
    if condition is None or condition.shape != (len(CONDITION), frame.params.depth + 1):
        return ended
    arrays = dict(zip(CONDITION, np.asarray(condition, float), strict=True))
    one = Patient(frame, arrays)
    if not np.isfinite(arrays["delta_norm"]).all():
        return [note for note in (left_out(one),) if note is not None] + ended
    found = [note for note in (condition_(one) for condition_ in CONDITIONS) if note is not None]
    return [*found[:MOST], *ended]


def retired(frame: Frame) -> list[Note]:
    """Say which networks' numbers ended, in which type."""
    told = resolve(frame.params)
    return [
        Note(
            f"{name} overflowed at step {int(step)} and was retired: its loss left the numbers of {one.dtype}, whose "
            f"largest is {number_text(LARGEST[one.dtype], 2 if one.dtype != 'float16' else 5)}.",
            "warning", name="retired", card="loss", number=float(step))
        for name, one, step in zip(titles(frame.params), told, frame.arrays.get("retired", ()), strict=False)
        if step >= 0
    ]  # fmt: skip


def left_out(one: Patient) -> Note | None:
    """Find an update that was left out because a gradient left a lower number type."""
    if one.told.dtype == "float32" or one.step == 0 or one.is_retired:
        return None
    scale = one.told.loss_scale
    scaled = f"With a loss scale of {scale:,.0f} a" if scale > 1 else "A"
    link = try_link(one.frame.params, loss_scale=max(1.0, scale / 256)) if scale > 1 and one.index == 0 else ""
    return Note(
        f"{one.name}: {scaled} gradient left {one.told.dtype}, whose largest number is "
        f"{number_text(LARGEST[one.told.dtype], 5)}: the update of this step was left out.",
        "warning", link, "Scale the loss by less", name="left-out", card="loss", number=scale)  # fmt: skip


# what explains zeros


def cut(one: Patient) -> Note | None:
    """Say where backpropagation through time is cut: what comes before gets no gradient by intention."""
    truncation, depth = one.params.truncation, one.params.depth
    if one.params.architecture != "recurrent" or not 0 < truncation < depth:
        return None
    return one.note(
        "cut", depth - truncation, f"the way back is cut after {truncation} time steps: steps 1 to "
        f"{depth - truncation} get no gradient, whatever the numbers are.", level="info")  # fmt: skip


def zeros(one: Patient) -> Note | None:
    """Find all-zero weights: δ is zero below the output, and only the last bias moves."""
    if one.params.depth < 1 or one.delta[:-1].any() or not one.delta[-1] > 0 or one.arrays["weight_norm"][-1] > 0:
        return None
    gradient = float(one.arrays["gradient_norm"][-1])
    return one.note(
        "zeros", gradient, "δ is exactly 0 below the output, for it is multiplied by weights that are all 0. "
        f"‖∂L/∂W‖ is {number_text(gradient)} at the output and 0 in every other layer.", HELP)  # fmt: skip


def identical(one: Patient) -> Note | None:
    """Find layers whose units all give the same: they get the same gradient too, and stay one unit for ever."""
    alike = one.alike
    if not alike.any():
        return None
    return one.note(
        "identical", int(alike.sum()), f"all units of {alike.sum()} of {len(alike)} hidden {one.layers}s have the same "
        "weights. They get the same gradient, and each layer computes no more than one unit would.",
        HELP)  # fmt: skip


def pair_of_examples(one: Patient) -> Note | None:
    """Say that batch normalization of two examples leaves nothing of them but a sign."""
    if not one.pair:
        return None
    return one.note(
        "pair", 2, "batch normalization of 2 examples makes +1 and −1 of any two numbers, so no gradient passes.",
        (try_link(one.frame.params, batch=16), "Take 16 examples"))  # fmt: skip


def dead(one: Patient) -> Note | None:
    """Find units whose slope is zero for the whole batch, the layer that lets nothing through before all others."""
    share = one.arrays["dead"][:-1]
    worst = int(share.argmax())
    if share[worst] <= MOST_DEAD or one.params.batch < ENOUGH:
        return None
    blocked = "" if share[worst] < 1 or one.told.skip != "none" else "; nothing passes to the layers below"
    return one.note(
        "dead", float(share[worst]), f"{100 * share[worst]:.0f} % of the units of {one.layers} {worst + 1} have slope "
        f"0 for all {one.params.batch} examples of this batch, {100 * share.mean():.0f} % of all units{blocked}.",
        card="units")  # fmt: skip


def underflow(one: Patient) -> Note | None:
    """Find entries of δ that are zero in the type and not in float64, with the same weights and batch."""
    zero, exactly = one.arrays["zero_deltas"][:-1], one.arrays["zero_exactly"][:-1]
    tiny = np.flatnonzero((zero > MOST_ZERO) & (zero > exactly + 0.3))
    if one.alike.any() or one.pair or not len(tiny) or one.flat_from(int(tiny.max())) > FLAT:
        return None
    layer, smallest = int(tiny.max()), SMALLEST[one.told.dtype]
    fix = one.told.dtype == "float16" and one.told.loss_scale < 1024 and one.index == 0
    link = try_link(one.frame.params, loss_scale=16384.0), "Scale the loss by 16,384"
    return one.note(
        "underflow", float(zero[layer]), f"from {one.layers} {layer + 1} down δ underflows: "
        f"{100 * zero[layer]:.0f} % of its entries are exactly 0, {100 * exactly[layer]:.0f} % in float64; "
        f"{one.told.dtype} has nothing below {number_text(smallest, 2)}.", link if fix else HELP)  # fmt: skip


# how δ fares


def flow(one: Patient) -> Note | None:
    """Find that δ shrinks or grows by a factor per layer, so that most of it is lost or it explodes."""
    if one.params.depth < 2 or not (one.delta[0] > 0 and one.delta[-2] > 0) or one.alike.any():
        return None
    ratio, mean = float(one.delta[0] / one.delta[-2]), one.middle
    if LOST <= ratio <= 1 / LOST:
        return None
    what = "vanishes" if ratio < 1 else "explodes"
    return one.note(
        what, ratio, f"the gradient {what}. A {one.layers} multiplies δ "
        f"by {number_text(mean)} on average{one.parts}, so {one.layers} 1 gets {number_text(ratio)} of what "
        f"{one.layers} {one.params.depth} gets.{one.end_of_numbers(mean)}", HELP)  # fmt: skip


def saturated(one: Patient) -> Note | None:
    """Find bounded activations that sit where they are flat."""
    gated = one.params.architecture == "recurrent" and one.told.cell != "rnn"
    if one.told.activation not in ("sigmoid", "tanh", "hard-tanh") or gated:
        return None
    flat = one.arrays["saturated"][:-1]
    worst = int(flat.argmax())
    if flat[worst] <= MOST_SATURATED:
        return None
    return one.note(
        "saturated", float(flat[worst]), f"{100 * flat[worst]:.0f} % of the outputs of {one.layers} {worst + 1} are "
        f"saturated: the {in_words(one.told.activation)}'s slope there is below a twentieth of its greatest.",
        card="units")  # fmt: skip


def still(one: Patient) -> Note | None:
    """Say where no weight changed; that float32 dropped the change only where the step was too short for it."""
    ratio, gradient = one.arrays["update_ratio"], one.arrays["gradient_norm"]
    stands = (ratio == 0) & (gradient > 0) & (one.arrays["weight_norm"] > 0)
    if one.step == 0 or not stands[0] or one.alike.any() or one.params.architecture == "recurrent":
        return None
    said = f"the weights of {int(stands.sum())} of {len(ratio)} layers did not change in this step."
    step = one.told.lr * gradient[0] / one.arrays["weight_norm"][0]
    if one.params.optimizer == "sgd" and one.told.clip == "none" and step < 3 * HALF_STEP:
        said += f" In layer 1 η‖∂L/∂W‖ is {number_text(float(step))} of ‖W‖, and float32 drops a change below "
        said += "3 · 10⁻⁸ of a number."
    return one.note("still", int(stands.sum()), said, HELP, card="updates")


def alike_inputs(one: Patient) -> Note | None:
    """Say how little of the last hidden vectors still differs from input to input."""
    cosine = one.frame.metric(metric_names(one.params)[one.index][4])
    if not cosine > ALIKE or one.params.batch < 2 or one.told.init == "zeros" or one.alike.any():
        return None
    if one.arrays["dead"][-2] == 1:
        return None
    apart = math.sqrt(max(0.0, 2 * (1 - cosine)))
    share = f"{number_text(100 * apart, 2)} %" if apart > 1e-6 else "less than 0.0001 %"
    return one.note(
        "alike", cosine, f"forwards, the last hidden vectors of different inputs differ by {share} of their length "
        f"(mean cosine {cosine:.5f}).", card="cosine", level="info")  # fmt: skip


def unlearned(one: Patient) -> Note | None:
    """Say that nothing has been learned after a while, and by how much the weights change."""
    series = one.frame.series.get(metric_names(one.params)[one.index][1])
    if one.frame.step < PATIENCE or series is None:
        return None
    right = float(series.up_to(one.frame.step)[-RECENT:].mean())
    chance = CHANCE[one.params.data]
    if not right < chance + 0.08:
        return None
    said = f"R² is {right:.2f}" if one.params.data == "regression" else f"{100 * right:.0f} % are right"
    guess = "no better than a constant" if one.params.data == "regression" else f"guessing gives {100 * chance:.0f} %"
    largest = float(one.arrays["update_ratio"].max())
    return one.note(
        "unlearned", right, f"after {one.frame.step} steps {said}; {guess}. The weights change by at most "
        f"{number_text(100 * largest, 2)} % of their size in a step.".replace("-", "−"),
        HELP, card="accuracy")  # fmt: skip


CONDITIONS: tuple[Callable[[Patient], Note | None], ...] = (
    cut, zeros, identical, pair_of_examples, dead, underflow, flow, saturated, still, unlearned, alike_inputs,
)  # fmt: skip
"""In the order in which they are told."""
NOTES = Notes(diagnose, arrays=("label", "retired", "condition"))
