"""How the weights of a layer are drawn."""

from __future__ import annotations

import math
from collections.abc import Callable

import torch
from torch import Generator, Tensor, nn

FILL: dict[str, Callable[[Tensor, Generator], object]] = {
    "zeros": lambda weight, generator: weight.zero_(),
    "constant": lambda weight, generator: weight.fill_(1 / weight.shape[1]),
    "normal": lambda weight, generator: weight.normal_(0, weight.shape[1] ** -0.5, generator=generator),
    "uniform": lambda weight, generator: uniform(weight, math.sqrt(3 / weight.shape[1]), generator),
    "xavier-uniform": lambda weight, generator: nn.init.xavier_uniform_(weight, generator=generator),
    "xavier-normal": lambda weight, generator: nn.init.xavier_normal_(weight, generator=generator),
    "he-uniform": lambda weight, generator: nn.init.kaiming_uniform_(weight, nonlinearity="relu", generator=generator),
    "he-normal": lambda weight, generator: nn.init.kaiming_normal_(weight, nonlinearity="relu", generator=generator),
    "orthogonal": lambda weight, generator: nn.init.orthogonal_(weight, generator=generator),
    "pytorch": lambda weight, generator: uniform(weight, weight.shape[1] ** -0.5, generator),
}
"""With n inputs and m outputs the standard deviation is 1/√n for ``normal`` and ``uniform``, √(2 / (n + m)) for
Xavier (Glorot and Bengio 2010), √(2 / n) for He (He et al. 2015) and 1/√(3n) for PyTorch's default."""


def uniform(tensor: Tensor, bound: float, generator: Generator) -> Tensor:
    """Draw every entry evenly from ± ``bound``."""
    return tensor.uniform_(-bound, bound, generator=generator)


@torch.no_grad()
def initialize(layer: nn.Linear, init: str, gain: float, generator: Generator) -> None:
    """Draw the weights of a layer, times ``gain``, and set its bias to zero; PyTorch's default draws the bias too."""
    FILL[init](layer.weight, generator)
    layer.weight.mul_(gain)
    layer.bias.zero_()
    if init == "pytorch":
        uniform(layer.bias, layer.in_features**-0.5, generator)
