"""How large η may be where an optimizer stands: its scaling as it is now, held still, on the touching quadratic."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

import torch
from torch import Tensor

from explainer.scenes.gradient_descent.quantities import eigenvalues, preconditioned
from explainer.scenes.gradient_descent.recurrence import Recurrence, ball

Settings = Mapping[str, float]
State = Mapping[str, Any]


def scaling(name: str, state: State, told: Settings) -> Tensor | None:
    """Return the diagonal (2,) that an optimizer's mean or gradient is divided by; None where it keeps none yet.

    Start-up corrections and the rectification of RAdam are in it, so that an update is −η·mean/scaling.
    """
    return SCALINGS[name](state, told) if name in SCALINGS and state else None


def _adagrad(state: State, told: Settings) -> Tensor:
    slowed = 1 + float(state["step"]) * told["lr_decay"]
    return slowed * (state["sum"].sqrt() + told["eps"])


def _adadelta(state: State, told: Settings) -> Tensor:
    return ((state["square_avg"] + told["eps"]) / (state["acc_delta"] + told["eps"])).sqrt()


def _rmsprop(state: State, told: Settings) -> Tensor:
    spread = state["square_avg"]
    if told["centered"]:
        spread = spread - state["grad_avg"] ** 2
    return spread.sqrt() + told["eps"]


def _root(state: State, told: Settings) -> Tensor:
    """Return √v̂ + ε."""
    squares = state.get("max_exp_avg_sq", state["exp_avg_sq"])
    return (squares / (1 - told["beta2"] ** float(state["step"]))).sqrt() + told["eps"]


def _adam(state: State, told: Settings) -> Tensor:
    return (1 - told["beta1"] ** float(state["step"])) * _root(state, told)


def _radam(state: State, told: Settings) -> Tensor:
    step, beta2 = float(state["step"]), told["beta2"]
    corrected = 1 - told["beta1"] ** step
    rectified = rectification(step, beta2)
    if not rectified:
        return torch.full_like(state["exp_avg"], corrected)
    return corrected * (state["exp_avg_sq"].sqrt() + told["eps"]) / (rectified * math.sqrt(1 - beta2**step))


def rectification(step: float, beta2: float) -> float:
    """Return RAdam's r_t, 0 while its average is too short to be trusted (ρ_t ≤ 5): then it does not divide."""
    longest = 2 / (1 - beta2) - 1
    length = longest - 2 * step * beta2**step / (1 - beta2**step)
    if length <= 5:
        return 0.0
    return math.sqrt((length - 4) * (length - 2) * longest / ((longest - 4) * (longest - 2) * length))


def _adamax(state: State, told: Settings) -> Tensor:
    found: Tensor = (1 - told["beta1"] ** float(state["step"])) * state["exp_inf"]
    return found


SCALINGS: dict[str, Callable[[State, Settings], Tensor]] = {
    "adagrad": _adagrad,
    "adadelta": _adadelta,
    "rmsprop": _rmsprop,
    "adam": _adam,
    "adamw": _adam,
    "nadam": _root,
    "radam": _radam,
    "adamax": _adamax,
}


def recurrence(name: str, state: State, told: Settings) -> Recurrence | None:
    """Return an optimizer's recurrence beside its present scaling; None where it is none (Rprop)."""
    found = ball(name, told)
    if found is not None or name == "newton":
        return found or Recurrence()
    decoupled = name == "adamw" or told.get("decoupled_weight_decay", 0.0)
    decay = told.get("weight_decay", 0.0) if decoupled else 0.0
    if name in ("adagrad", "adadelta"):
        return Recurrence()
    if name == "rmsprop":
        return Recurrence(keep=told["momentum"])
    if name == "nadam" and state:
        return _nadam(state, told, decay)
    if name in ("adam", "adamw", "radam", "adamax"):
        return Recurrence(keep=told["beta1"], share=1 - told["beta1"], decay=decay)
    return None


def _nadam(state: State, told: Settings, decay: float) -> Recurrence:
    step, beta1 = float(state["step"]), told["beta1"]
    now, following = (beta1 * (1 - 0.5 * 0.96 ** (t * told["momentum_decay"])) for t in (step, step + 1))
    product = float(state["mu_product"])
    ahead, direct = following / (1 - product * following), (1 - now) / (1 - product)
    return Recurrence(keep=beta1, share=1 - beta1, through=ahead, direct=direct, decay=decay)


def limit(name: str, state: State, told: Settings, hessian: Tensor) -> float:
    """Return the η above which the optimizer diverges on the quadratic of this Hessian (2, 2).

    NaN where none is known: the optimizer has no scaling yet or is no recurrence, or the quadratic has a
    direction without a bottom, in which every η leads away. L2 weight decay adds its λ to every curvature.
    """
    found, divided = recurrence(name, state, told), scaling(name, state, told)
    if found is None or (name in SCALINGS and divided is None):
        return math.nan
    decoupled = name == "adamw" or told.get("decoupled_weight_decay", 0.0)
    spectrum = eigenvalues(hessian + (0.0 if decoupled else told.get("weight_decay", 0.0)) * torch.eye(2).to(hessian))
    if name == "newton":
        spectrum = (spectrum / (spectrum + told["damping"])).sort().values
    elif divided is not None:
        matrix = hessian + (0.0 if decoupled else told.get("weight_decay", 0.0)) * torch.eye(2).to(hessian)
        spectrum = eigenvalues(preconditioned(matrix, divided))
    lowest, steepest = spectrum.tolist()
    if not (math.isfinite(steepest) and steepest > 0 and lowest > -1e-12 * steepest):
        return math.nan
    bound = found.limit(steepest)
    return bound if math.isfinite(bound) else math.nan
