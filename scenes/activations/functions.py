"""PyTorch's activations that take one number to one number, and how long they take."""

import time
from collections.abc import Callable

import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812 - the usual name

from explainer.engine.experiment import Parts
from explainer.scenes.activations import NAMES

FUNCTIONS = {
    "sigmoid": torch.sigmoid,
    "tanh": torch.tanh,
    "relu": torch.relu,
    "selu": F.selu,
    "gelu": F.gelu,
    "mish": F.mish,
    "softsign": F.softsign,
    "log-sigmoid": F.logsigmoid,
    "relu6": F.relu6,
    "hard-tanh": F.hardtanh,
    "hard-sigmoid": F.hardsigmoid,
    "hard-swish": F.hardswish,
    "soft-shrink": F.softshrink,
    "hard-shrink": F.hardshrink,
    "tanh-shrink": F.tanhshrink,
}
"""Those without anything to set here."""
SETTABLE: dict[str, Callable[[Tensor, float, float, float], Tensor]] = {
    "linear": lambda z, leak, alpha, beta: 1 * z,
    "leaky-relu": lambda z, leak, alpha, beta: F.leaky_relu(z, leak),
    "elu": lambda z, leak, alpha, beta: F.elu(z, alpha),
    "celu": lambda z, leak, alpha, beta: F.celu(z, alpha),
    "gelu-tanh": lambda z, leak, alpha, beta: F.gelu(z, approximate="tanh"),
    "silu": lambda z, leak, alpha, beta: F.silu(z) if beta == 1 else z * torch.sigmoid(beta * z),
    "softplus": lambda z, leak, alpha, beta: F.softplus(z, beta),
}
NUMBERS, REPEATS = 100_000, 15


def activated(name: str, z: Tensor, leak: float = 0.01, alpha: float = 1.0, beta: float = 1.0) -> Tensor:
    """Return f(z), with PyTorch's defaults unless told otherwise."""
    return FUNCTIONS[name](z) if name in FUNCTIONS else SETTABLE[name](z, leak, alpha, beta)


def slope_of(name: str, z: Tensor, leak: float = 0.01, alpha: float = 1.0, beta: float = 1.0) -> Tensor:
    """Return f′(z), by autograd."""
    with torch.enable_grad():
        z = z.detach().requires_grad_()
        (found,) = torch.autograd.grad(activated(name, z, leak, alpha, beta).sum(), z)
    return found


def cost_job(device: torch.device) -> Parts:
    """Measure every activation on 100,000 normal numbers: ``forward`` and ``backward`` (n,), ns a number, best of 15.

    ``measured`` (n,) are their names so far.
    """
    z = torch.randn(NUMBERS, device=device)
    forward: list[float] = []
    backward: list[float] = []
    for name in NAMES:
        there, back = zip(*(_nanoseconds(name, z) for _ in range(REPEATS)), strict=True)
        forward.append(min(there))
        backward.append(min(back))
        yield {
            "forward": torch.tensor(forward),
            "backward": torch.tensor(backward),
            "measured": torch.arange(len(forward)),
        }


def _nanoseconds(name: str, z: Tensor) -> tuple[float, float]:
    with torch.enable_grad():
        z = z.detach().requires_grad_()
        started = time.perf_counter()
        found = activated(name, z)
        _wait(z.device)
        between = time.perf_counter()
        found.backward(z.detach())
        _wait(z.device)
    ended = time.perf_counter()
    return 1e9 * (between - started) / len(z), 1e9 * (ended - between) / len(z)


def _wait(device: torch.device) -> None:
    if device.type == "cuda":
        torch.cuda.synchronize(device)
