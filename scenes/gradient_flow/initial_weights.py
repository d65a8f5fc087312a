"""How the weights of a layer are drawn."""

from __future__ import annotations

import math

import torch
from torch import Generator, nn


@torch.no_grad()
def initialize(layer: nn.Linear, init: str, gain: float, generator: Generator) -> None:
    """Draw the weights of a layer and set its bias to zero; PyTorch's default draws the bias as well.

    With n inputs and m outputs the weights' standard deviation is gain times 1/√n for ``normal`` and
    ``uniform``, √(2 / (n + m)) for Xavier (Glorot and Bengio 2010), √(2 / n) for He (He et al. 2015), and
    1/√(3n) for ``pytorch``; ``constant`` sets each weight to gain/n.
    """
    weight, fan_in = layer.weight, layer.in_features
    layer.bias.zero_()
    match init:
        case "zeros":
            weight.zero_()
        case "constant":
            weight.fill_(1 / fan_in)
        case "normal":
            weight.normal_(0, 1 / math.sqrt(fan_in), generator=generator)
        case "uniform":
            bound = math.sqrt(3 / fan_in)
            weight.uniform_(-bound, bound, generator=generator)
        case "xavier-uniform":
            nn.init.xavier_uniform_(weight, generator=generator)
        case "xavier-normal":
            nn.init.xavier_normal_(weight, generator=generator)
        case "he-uniform":
            nn.init.kaiming_uniform_(weight, nonlinearity="relu", generator=generator)
        case "he-normal":
            nn.init.kaiming_normal_(weight, nonlinearity="relu", generator=generator)
        case "orthogonal":
            nn.init.orthogonal_(weight, generator=generator)
        case "pytorch":
            bound = 1 / math.sqrt(fan_in)
            weight.uniform_(-bound, bound, generator=generator)
            layer.bias.uniform_(-bound, bound, generator=generator)
    weight.mul_(gain)
