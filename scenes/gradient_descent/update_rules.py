"""Every optimizer's update rule for thousands of runs at once, equal to ``torch.optim``'s.

A rule is a function of the run's memory, the gradient, the settings and the step number t ≥ 1. It
changes the memory in place and returns what is to be subtracted from the parameters. Tensors are
(2, N) for N runs of two parameters; a setting is a float or a tensor (N,). Sources: the papers, in
the conventions of PyTorch 2.13, whose state names the memory's keys repeat.
"""

from collections.abc import Callable, Mapping

import torch
from torch import Tensor

Number = float | Tensor
Memory = dict[str, Tensor]
Settings = Mapping[str, Number]
Rule = Callable[[Memory, Tensor, Settings, int], Tensor]


def _mean(memory: Memory, name: str, new: Tensor, keep: Number) -> Tensor:
    """Move the running mean ``name`` towards ``new``, keeping the share ``keep`` of the old."""
    old = memory.setdefault(name, torch.zeros_like(new))
    return old.mul_(keep).add_(new * (1 - keep))


def _velocity(memory: Memory, gradient: Tensor, settings: Settings) -> Tensor:
    """Return β·(old velocity) + (1 − dampening)·gradient; the first velocity is the gradient."""
    if "momentum_buffer" not in memory:
        memory["momentum_buffer"] = gradient.clone()
        return memory["momentum_buffer"]
    share = 1 - settings.get("dampening", 0.0)
    return memory["momentum_buffer"].mul_(settings["momentum"]).add_(gradient * share)


def plain(memory: Memory, gradient: Tensor, settings: Settings, t: int) -> Tensor:
    """Gradient descent, with a heavy ball where momentum is above 0 (Polyak 1964)."""
    momentum = settings["momentum"]
    if not isinstance(momentum, Tensor) and momentum == 0.0:
        return settings["lr"] * gradient
    velocity = _velocity(memory, gradient, settings)
    if isinstance(momentum, Tensor):
        velocity = torch.where(momentum == 0.0, gradient, velocity)
    return settings["lr"] * velocity


def nesterov(memory: Memory, gradient: Tensor, settings: Settings, t: int) -> Tensor:
    """Nesterov's momentum as rewritten by Sutskever et al. 2013."""
    velocity = _velocity(memory, gradient, settings)
    return settings["lr"] * (gradient + settings["momentum"] * velocity)


def adagrad(memory: Memory, gradient: Tensor, settings: Settings, t: int) -> Tensor:
    """Duchi, Hazan & Singer 2011."""
    start = settings["initial_accumulator_value"]
    total = memory.setdefault("sum", torch.zeros_like(gradient) + start)
    total.add_(gradient * gradient)
    lr = settings["lr"] / (1 + (t - 1) * settings["lr_decay"])
    return lr * gradient / (total.sqrt() + settings["eps"])


def adadelta(memory: Memory, gradient: Tensor, settings: Settings, t: int) -> Tensor:
    """Zeiler 2012."""
    rho, eps = settings["rho"], settings["eps"]
    squares = _mean(memory, "square_avg", gradient * gradient, rho)
    moves = memory.setdefault("acc_delta", torch.zeros_like(gradient))
    move = (moves + eps).sqrt() / (squares + eps).sqrt() * gradient
    _mean(memory, "acc_delta", move * move, rho)
    return settings["lr"] * move


def rmsprop(memory: Memory, gradient: Tensor, settings: Settings, t: int) -> Tensor:
    """Hinton's lecture 6e, 2012."""
    alpha = settings["alpha"]
    spread = _mean(memory, "square_avg", gradient * gradient, alpha)
    if settings["centered"]:
        mean = _mean(memory, "grad_avg", gradient, alpha)
        spread = spread - mean * mean
    step = gradient / (spread.sqrt() + settings["eps"])
    if settings["momentum"] != 0.0:
        velocity = memory.setdefault("momentum_buffer", torch.zeros_like(gradient))
        step = velocity.mul_(settings["momentum"]).add_(step)
    return settings["lr"] * step


def _moments(memory: Memory, gradient: Tensor, settings: Settings) -> tuple[Tensor, Tensor]:
    """Return the running means of the gradient and of its square (of amsgrad: its largest)."""
    mean = _mean(memory, "exp_avg", gradient, settings["beta1"])
    square = _mean(memory, "exp_avg_sq", gradient * gradient, settings["beta2"])
    if settings.get("amsgrad"):
        largest = memory.setdefault("max_exp_avg_sq", square.clone())
        square = torch.maximum(largest, square, out=largest)
    return mean, square


def adam(memory: Memory, gradient: Tensor, settings: Settings, t: int) -> Tensor:
    """Kingma & Ba 2015; amsgrad by Reddi, Kale & Kumar 2018."""
    mean, square = _moments(memory, gradient, settings)
    root = (square / (1 - settings["beta2"] ** t)).sqrt() + settings["eps"]
    return settings["lr"] / (1 - settings["beta1"] ** t) * mean / root


def nadam(memory: Memory, gradient: Tensor, settings: Settings, t: int) -> Tensor:
    """Dozat 2016."""
    mean, square = _moments(memory, gradient, settings)
    beta1, decay = settings["beta1"], settings["momentum_decay"]
    mu, following = (beta1 * (1 - 0.5 * 0.96 ** (k * decay)) for k in (t, t + 1))
    product = memory.setdefault("mu_product", torch.ones((), dtype=gradient.dtype)).mul_(mu)
    ahead = following / (1 - product * following) * mean + (1 - mu) / (1 - product) * gradient
    root = (square / (1 - settings["beta2"] ** t)).sqrt() + settings["eps"]
    return settings["lr"] * ahead / root


def radam(memory: Memory, gradient: Tensor, settings: Settings, t: int) -> Tensor:
    """Liu et al. 2020: as momentum until the squared gradients' average is long enough."""
    mean, square = _moments(memory, gradient, settings)
    beta2 = torch.as_tensor(settings["beta2"], dtype=gradient.dtype)
    correction = 1 - beta2**t
    limit = 2 / (1 - beta2) - 1
    length = limit - 2 * t * beta2**t / correction
    trusted = length > 5.0
    numerator = (length - 4) * (length - 2) * limit
    rectified = (numerator / ((limit - 4) * (limit - 2) * length)).clamp(min=0.0).sqrt()
    adaptive = rectified * correction.sqrt() / (square.sqrt() + settings["eps"])
    scale = torch.where(trusted, adaptive, 1.0)
    return settings["lr"] / (1 - settings["beta1"] ** t) * mean * scale


def adamax(memory: Memory, gradient: Tensor, settings: Settings, t: int) -> Tensor:
    """Kingma & Ba 2015, section 7.1."""
    mean = _mean(memory, "exp_avg", gradient, settings["beta1"])
    largest = memory.setdefault("exp_inf", torch.zeros_like(gradient)).mul_(settings["beta2"])
    torch.maximum(largest, gradient.abs() + settings["eps"], out=largest)
    return settings["lr"] / (1 - settings["beta1"] ** t) * mean / largest


def rprop(memory: Memory, gradient: Tensor, settings: Settings, t: int) -> Tensor:
    """Riedmiller & Braun 1993, without the step back: a changed sign makes the step pause."""
    size = memory.setdefault("step_size", torch.zeros_like(gradient) + settings["lr"])
    agreement = gradient * memory.setdefault("prev", torch.zeros_like(gradient))
    turned = agreement < 0
    size.copy_(torch.where(agreement > 0, size * settings["eta2"], size))
    size.copy_(torch.where(turned, size * settings["eta1"], size))
    size.clamp_(float(settings["step_min"]), float(settings["step_max"]))
    memory["prev"] = torch.where(turned, 0.0, gradient)
    return size * memory["prev"].sign()


def newton(memory: Memory, gradient: Tensor, settings: Settings, t: int) -> Tensor:
    """Damped Newton; ``memory["hessian"]`` holds the rows (xx, xy, yy) of shape (3, N)."""
    across = memory["hessian"][1]
    first = memory["hessian"][0] + settings["damping"]
    second = memory["hessian"][2] + settings["damping"]
    g, h = gradient
    determinant = first * second - across * across
    determinant = torch.where(determinant == 0.0, torch.nan, determinant)
    solved = torch.stack([second * g - across * h, first * h - across * g]) / determinant
    return settings["lr"] * solved


RULES: dict[str, Rule] = {
    "sgd": plain,
    "momentum": plain,
    "nesterov": nesterov,
    "adagrad": adagrad,
    "adadelta": adadelta,
    "rmsprop": rmsprop,
    "adam": adam,
    "adamw": adam,
    "nadam": nadam,
    "radam": radam,
    "adamax": adamax,
    "rprop": rprop,
    "newton": newton,
}
