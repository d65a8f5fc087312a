"""Activations by name, and their derivatives, with PyTorch's defaults."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812 - the usual name

ACTIVATION: dict[str, Callable[[Tensor], Tensor]] = {
    "sigmoid": torch.sigmoid,
    "tanh": torch.tanh,
    "relu": torch.relu,
    "leaky-relu": F.leaky_relu,
    "elu": F.elu,
    "selu": F.selu,
    "gelu": F.gelu,
    "silu": F.silu,
    "softplus": F.softplus,
    "hard-tanh": F.hardtanh,
    "linear": lambda z: z,
}
STEEPEST = {"sigmoid": 0.25, "selu": 1.7581, "gelu": 1.129, "silu": 1.0998}
"""The greatest slope of an activation where it is not 1."""


def slope(name: str, z: Tensor) -> Tensor:
    """Return the derivative of an activation at each number, as autograd has it; of z's shape."""
    with torch.enable_grad():
        z = z.detach().requires_grad_()
        (found,) = torch.autograd.grad(ACTIVATION[name](z).sum(), z)
    return found
