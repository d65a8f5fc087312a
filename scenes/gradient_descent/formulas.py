"""The formulas of gradient descent, and below each the same with this step's numbers; plain Python."""

from __future__ import annotations

import re
from collections.abc import Mapping

import numpy as np

from explainer.contract.frame import Frame
from explainer.lab.expression import parse
from explainer.lab.optimizer_settings import OPTIMIZERS, Entry, in_force, parse_entry
from explainer.scenes.gradient_descent.landscapes import LANDSCAPES, REGRESSION_POINTS


def learner(frame: Frame) -> int:
    """Return the number of the selected optimizer, the last one when fewer are racing."""
    return min(frame.params.selected, len(frame.params.optimizers) - 1)


def entry(frame: Frame, index: int) -> Entry:
    """Return what the ``index``-th optimizer was told."""
    return parse_entry(frame.params.optimizers[index])


def settings(frame: Frame, index: int) -> dict[str, float]:
    """Return every setting of the ``index``-th optimizer, common ones filled in."""
    return in_force(entry(frame, index), frame.params)


def display_names(labels: list[str]) -> list[str]:
    """Return metric names such as ``adam-2`` as they stand on the screen: ``Adam 2``."""
    split = [re.match(r"(.*?)(?:-(\d+))?$", label) for label in labels]
    parts = [(found.group(1), found.group(2)) for found in split if found]
    return [(OPTIMIZERS[name].label if name in OPTIMIZERS else name) + (f" {n}" if n else "") for name, n in parts]


def names(frame: Frame) -> list[str]:
    """Return the optimizers' names as on the screen."""
    return display_names([str(label) for label in frame.arrays.get("label", ())])


def is_plain(frame: Frame, index: int) -> bool:
    """Return whether an optimizer's next step is −η∇L: no momentum, scale, decay, noise or batch in it."""
    params, told = frame.params, settings(frame, index)
    batched = params.surface == "regression" and params.batch < len(REGRESSION_POINTS)
    ball = entry(frame, index).name in ("sgd", "momentum", "nesterov")
    return ball and not (told["momentum"] or told["weight_decay"] or params.noise or batched)


def second_words(told: Entry, long: bool = False) -> str:
    """Return what the optimizer's second setting is called."""
    name = told.optimizer.second
    if name == "momentum":
        return "Momentum β" if long else "momentum"
    short = told.optimizer.setting(name).help.split(":")[0]
    return f"{short} ({name})" if long else short


def second_title(frame: Frame) -> str:
    """Return the words of the map's upright axis."""
    return second_words(entry(frame, learner(frame)), long=True)


def vector(frame: Frame, name: str, index: int) -> np.ndarray | None:
    """Return the two numbers of an array for one optimizer, None when they have not come or are not finite."""
    array = frame.arrays.get(name)
    if array is None or index >= len(array):
        return None
    found = np.asarray(array[index], float)
    return found if np.isfinite(found).all() else None


def latex_number(value: float, digits: int = 3) -> str:
    """Return a number as LaTeX with ``digits`` significant digits."""
    if value == 0:
        return "0"
    mantissa, power = f"{value:.{digits - 1}e}".split("e")
    if -4 <= int(power) < 5:
        return f"{value:.{max(0, digits - 1 - int(power))}f}"
    return rf"{mantissa} \cdot 10^{{{int(power)}}}"


def latex_pair(pair: np.ndarray, digits: int = 3) -> str:
    """Return a point or vector as LaTeX."""
    return rf"({latex_number(pair[0], digits)},\; {latex_number(pair[1], digits)})"


def place_number(frame: Frame) -> int:
    """Return which θ the arrays ``position`` and ``loss`` are of: the update's phase has already made the next."""
    return frame.step + (frame.phase == "update")


def gradient_number(frame: Frame) -> int | None:
    """Return at which θ the array ``gradient`` is; None in a step whose gradient has not been computed."""
    if not frame.phase:
        return max(0, frame.step - 1)
    return None if frame.phase == "forward" else frame.step


# the loss


def loss_latex(frame: Frame) -> str:
    """Return the surface's formula."""
    if frame.params.surface == "custom":
        return f"L = {parse(frame.params.expression).latex()}"
    return f"L = {LANDSCAPES[frame.params.surface].formula}"


def loss_numbers(frame: Frame) -> str:
    """Return the formula with the selected optimizer's position put in."""
    position = vector(frame, "position", learner(frame))
    losses = frame.arrays.get("loss")
    if position is None or losses is None or not np.isfinite(losses[learner(frame)]):
        return ""
    result, there = latex_number(float(losses[learner(frame)]), 4), rf"L(\theta_{{{place_number(frame)}}})"
    if frame.params.surface in ("custom", "regression"):
        return f"{there} = L{latex_pair(position)} = {result}"
    return f"{there} = {_substituted(LANDSCAPES[frame.params.surface].formula, _letters(frame, position))} = {result}"


def _letters(frame: Frame, position: np.ndarray) -> dict[str, float]:
    """Return what the letters of a surface's formula stand for."""
    turn = np.radians(frame.params.angle)
    x, y = float(position[0]), float(position[1])
    along, across = np.cos(turn) * x + np.sin(turn) * y, np.cos(turn) * y - np.sin(turn) * x
    return {"x": x, "y": y, "u": along, "v": across, r"\kappa": frame.params.condition}


def _substituted(latex: str, letters: Mapping[str, float]) -> str:
    """Return LaTeX with letters replaced by numbers in parentheses; commands are left alone."""
    tokens = re.findall(r"\\[a-zA-Z]+|.", latex)
    return "".join(
        (rf"{latex_number(letters[t])}\," if t.startswith("\\") else f"({latex_number(letters[t])})")
        if t in letters
        else t
        for t in tokens
    )


# the gradient


def gradient_latex(frame: Frame) -> str:
    """Return what the gradient is that the optimizer is given: of the loss, of a batch, with noise."""
    params, slopes = frame.params, r"\left(\frac{\partial L}{\partial x},\; \frac{\partial L}{\partial y}\right)"
    batched = params.surface == "regression" and params.batch < len(REGRESSION_POINTS)
    made = r"g = \nabla L_{\mathrm{batch}}" if batched else r"g = \nabla L"
    if params.noise > 0:
        made += r" + \sigma \xi, \quad \xi \sim N(0, I)"
    return made if batched or params.noise > 0 else f"{made} = {slopes}"


def gradient_numbers(frame: Frame) -> str:
    """Return the gradient that the last update used, and its length."""
    gradient, number = vector(frame, "gradient", learner(frame)), gradient_number(frame)
    if gradient is None or number is None:
        return ""
    length = latex_number(float(np.hypot(*gradient)))
    return rf"g(\theta_{{{number}}}) = {latex_pair(gradient)}, \quad \left\| g \right\| = {length}"
