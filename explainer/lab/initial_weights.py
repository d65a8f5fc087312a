"""How the weights of a layer are drawn."""

from __future__ import annotations

import math
from collections.abc import Callable

import torch
from torch import Generator, Tensor, nn

FILL: dict[str, Callable[[Tensor, int, Generator], object]] = {
    "zeros": lambda weight, n, generator: weight.zero_(),
    "constant": lambda weight, n, generator: weight.fill_(1 / n),
    "normal": lambda weight, n, generator: weight.normal_(0, n**-0.5, generator=generator),
    "uniform": lambda weight, n, generator: weight.uniform_(-math.sqrt(3 / n), math.sqrt(3 / n), generator=generator),
    "xavier-uniform": lambda weight, n, generator: nn.init.xavier_uniform_(weight, generator=generator),
    "xavier-normal": lambda weight, n, generator: nn.init.xavier_normal_(weight, generator=generator),
    "he-uniform": lambda weight, n, generator: nn.init.kaiming_uniform_(
        weight, nonlinearity="relu", generator=generator
    ),
    "he-normal": lambda weight, n, generator: nn.init.kaiming_normal_(weight, nonlinearity="relu", generator=generator),
    "orthogonal": lambda weight, n, generator: nn.init.orthogonal_(weight, generator=generator),
    "pytorch": lambda weight, n, generator: weight.uniform_(-(n**-0.5), n**-0.5, generator=generator),
}
"""With n inputs and m outputs the standard deviation is 1/√n for ``normal`` and ``uniform``, √(2 / (n + m)) for
Xavier (Glorot and Bengio 2010), √(2 / n) for He (He et al. 2015) and 1/√(3n) for PyTorch's default."""


@torch.no_grad()
def initialize(layer: nn.Linear, init: str, generator: Generator, gain: float = 1.0) -> None:
    """Draw the weights of a layer, times ``gain``, and set its bias to zero; PyTorch's default draws the bias too."""
    FILL[init](layer.weight, layer.in_features, generator)
    if gain != 1:
        layer.weight.mul_(gain)
    layer.bias.zero_()
    if init == "pytorch":
        FILL[init](layer.bias, layer.in_features, generator)
