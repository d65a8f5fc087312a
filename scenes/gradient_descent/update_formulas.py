"""The rule of the selected optimizer as its settings make it, and the last update with its numbers; plain Python."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from explainer.contract.frame import Formula, Frame
from explainer.contract.recipe import SET
from explainer.lab.optimizer_settings import Entry, resolve
from explainer.scenes.gradient_descent.formulas import (
    entry,
    gradient_latex,
    gradient_numbers,
    latex_number,
    latex_pair,
    learner,
    loss_latex,
    loss_numbers,
    place_number,
    vector,
)

Told = Mapping[str, float]


def update_latex(frame: Frame) -> str:
    """Return the rule of the selected optimizer with the settings that the last update had."""
    index = learner(frame)
    one, told = entry(frame, index), settings_then(frame, entry(frame, index))
    decayed = r"g \leftarrow \nabla L + \lambda \theta, \quad " if _l2(one, told) else ""
    return decayed + rule(one, told)


def _l2(one: Entry, told: Told) -> bool:
    decoupled = one.name == "adamw" or told.get("decoupled_weight_decay", 0.0) > 0
    return told.get("weight_decay", 0.0) > 0 and not decoupled


def rule(one: Entry, told: Told) -> str:
    """Return the update rule that these settings leave of an optimizer's general one."""
    if one.name in ("sgd", "momentum", "nesterov"):
        return _ball_rule(one.name, told)
    made = one.optimizer.formula
    if one.name == "rmsprop":
        made = _rmsprop_rule(told)
    if one.name == "adagrad" and told["lr_decay"] > 0:
        made = made.replace(r"\frac{\eta g}", r"\frac{\eta}{1 + \gamma (t - 1)} \frac{g}")
    if told.get("amsgrad", 0.0) > 0:
        made = made.replace(r"v / (1 - \beta_2^t)", r"\max_{s \le t} v_s / (1 - \beta_2^t)")
    if one.name in ("nadam", "radam") and told["decoupled_weight_decay"] > 0 and told["weight_decay"] > 0:
        made = made.replace(r"\theta \leftarrow \theta", r"\theta \leftarrow (1 - \eta \lambda) \theta")
    return made


def _ball_rule(name: str, told: Told) -> str:
    if told["momentum"] == 0:
        return r"\theta \leftarrow \theta - \eta g"
    share = r"(1 - \tau) g" if told.get("dampening", 0.0) > 0 else "g"
    ahead = r"(g + \beta v)" if name == "nesterov" else "v"
    return rf"v \leftarrow \beta v + {share}, \quad \theta \leftarrow \theta - \eta {ahead}"


def _rmsprop_rule(told: Told) -> str:
    lines = [r"s \leftarrow \alpha s + (1 - \alpha) g^2"]
    root = r"\sqrt{s}"
    if told["centered"] > 0:
        lines.append(r"a \leftarrow \alpha a + (1 - \alpha) g")
        root = r"\sqrt{s - a^2}"
    step = rf"\frac{{g}}{{{root} + \epsilon}}"
    if told["momentum"] > 0:
        lines.append(rf"b \leftarrow \beta b + {step}")
        step = "b"
    return r", \quad ".join([*lines, rf"\theta \leftarrow \theta - \eta {step}"])


def settings_then(frame: Frame, one: Entry) -> dict[str, float]:
    """Return every setting as it was in the last update: what was set at this very step came after it."""
    rate, momentum = frame.params.lr, frame.params.momentum
    if frame.first is not None:
        values = {"lr": frame.first.lr, "momentum": frame.first.momentum}  # type: ignore[attr-defined]
        for action in frame.actions:
            if action.verb == SET and action.step < max(frame.step, 1):
                values |= {name: value for name, value in action.arguments.items() if name in values}
        rate, momentum = values["lr"], values["momentum"]
    return resolve(one, rate, momentum)


@dataclass(frozen=True)
class Update:
    """The last update of one optimizer."""

    told: Told
    before: np.ndarray
    after: np.ndarray
    gradient: np.ndarray
    """With L2's λθ where the optimizer adds it."""
    velocity: np.ndarray
    scaling: np.ndarray | None


def _update(frame: Frame) -> tuple[Entry, Update] | None:
    index = learner(frame)
    one, after, change = entry(frame, index), vector(frame, "position", index), vector(frame, "update", index)
    gradient, velocity = vector(frame, "gradient", index), vector(frame, "velocity", index)
    if after is None or change is None or place_number(frame) == 0 or gradient is None or velocity is None:
        return None
    told, before = settings_then(frame, one), after - change
    if _l2(one, told):
        gradient = gradient + told["weight_decay"] * before
    return one, Update(told, before, after, gradient, velocity, vector(frame, "scaling", index))


def update_numbers(frame: Frame) -> str:
    """Return the last update with its numbers; empty before the first, and where the next one has begun.

    A rule is written out where its numbers give the update; else the old position plus the change.
    """
    found = _update(frame)
    if found is None or frame.phase in ("forward", "backward"):
        return ""
    one, last = found
    written = _ball(one.name, last) if one.name in ("sgd", "momentum", "nesterov") else _scaled(one.name, last)
    plain = rf"\theta = {latex_pair(last.before)} + {latex_pair(last.after - last.before)} = {latex_pair(last.after)}"
    return (written or plain).replace(r"\theta ", rf"\theta_{{{place_number(frame)}}} ", 1)


def _ball(name: str, last: Update) -> str:
    """Return plain descent in one line, with a velocity in two."""
    told, rate = last.told, latex_number(last.told["lr"])
    if told["momentum"] == 0:
        moved, shown = last.gradient, latex_pair(last.gradient)
    elif name == "nesterov":
        moved = last.gradient + told["momentum"] * last.velocity
        shown = rf"({latex_pair(last.gradient)} + {latex_number(told['momentum'])} \cdot {latex_pair(last.velocity)})"
    else:
        moved, shown = last.velocity, latex_pair(last.velocity)
    if not _close(last.before - told["lr"] * moved, last.after):
        return ""
    line = rf"\theta = {latex_pair(last.before)} - {rate} \cdot {shown} = {latex_pair(last.after)}"
    return line if told["momentum"] == 0 else _two_lines(_velocity(last), line)


def _velocity(last: Update) -> str:
    """Return the sum that made the velocity; the first one is the gradient itself, whatever the dampening."""
    if _close(last.velocity, last.gradient):
        return rf"v = g = {latex_pair(last.velocity)}"
    beta, share = last.told["momentum"], 1 - last.told.get("dampening", 0.0)
    old = (last.velocity - share * last.gradient) / beta
    added = latex_pair(last.gradient) if share == 1 else rf"{latex_number(share)} \cdot {latex_pair(last.gradient)}"
    return rf"v = {latex_number(beta)} \cdot {latex_pair(old)} + {added} = {latex_pair(last.velocity)}"


def _scaled(name: str, last: Update) -> str:
    """Return a step of a mean (or the gradient) over its scaling, coordinate by coordinate."""
    told = last.told
    if last.scaling is None or name in ("nadam", "adadelta") or told.get("momentum", 0.0) > 0:
        return ""
    kept = 1 - told["lr"] * told.get("weight_decay", 0.0) * (name == "adamw" or told.get("decoupled_weight_decay", 0.0))
    mean = last.velocity if "beta1" in told else last.gradient
    if not _close(kept * last.before - told["lr"] * mean / last.scaling, last.after):
        return ""
    start = latex_pair(last.before) if kept == 1 else rf"{latex_number(kept, 6)} \cdot {latex_pair(last.before)}"
    parts = [
        rf"\frac{{{latex_number(over)}}}{{{latex_number(under)}}}"
        for over, under in zip(mean, last.scaling, strict=True)
    ]
    step = rf"{latex_number(told['lr'])} \left({parts[0]},\; {parts[1]}\right)"
    return rf"\theta = {start} - {step} = {latex_pair(last.after)}"


def _two_lines(first: str, second: str) -> str:
    return rf"\begin{{aligned}} {first.replace('=', '&=', 1)} \\ {second.replace('=', '&=', 1)} \end{{aligned}}"


def _close(one: np.ndarray, other: np.ndarray) -> bool:
    return bool(np.allclose(one, other, rtol=1e-9, atol=1e-12 * float(np.abs(other).max(initial=1e-300))))


FORMULAS = (
    Formula("The loss", loss_latex, loss_numbers),
    Formula("The gradient", gradient_latex, gradient_numbers),
    Formula("The update", update_latex, update_numbers),
)
