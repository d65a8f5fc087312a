"""Low-rank adaptation (Hu et al. 2021): beside a frozen matrix W the product B A of two thin ones is learned."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812 - the usual name

from explainer.lab.language.model import GPT


class LoRA(nn.Module):
    """A linear layer without bias whose matrix is W + B A; B begins at 0, so that nothing changes at first."""

    def __init__(self, layer: nn.Linear, rank: int) -> None:
        super().__init__()
        outputs, inputs = layer.weight.shape
        self.weight = nn.Parameter(layer.weight.detach(), requires_grad=False)
        self.a = nn.Parameter(torch.empty(rank, inputs))
        self.b = nn.Parameter(torch.zeros(outputs, rank))
        nn.init.kaiming_uniform_(self.a, a=math.sqrt(5))

    def forward(self, x: Tensor) -> Tensor:
        """Return (W + B A) x without making that matrix."""
        return F.linear(x, self.weight) + F.linear(F.linear(x, self.a), self.b)

    def merged(self) -> Tensor:
        """Return W + B A."""
        return self.weight + self.b @ self.a


def linear_layers(model: GPT) -> dict[str, nn.Module]:
    """Return the linear layers within the blocks by their names, adapted or not."""
    return {name: each for name, each in model.blocks.named_modules() if isinstance(each, (nn.Linear, LoRA))}


def adapt(model: GPT, rank: int) -> None:
    """Freeze all weights, and put an adapter of this rank beside every linear layer within the blocks."""
    model.requires_grad_(False)
    for name, layer in linear_layers(model).items():
        block, _, own = name.rpartition(".")
        assert isinstance(layer, nn.Linear)
        setattr(model.blocks.get_submodule(block), own, LoRA(layer, rank))


def matrices(model: GPT) -> dict[str, Tensor]:
    """Return the matrix of every linear layer within the blocks, with what was learned beside it merged in."""
    return {
        name: layer.merged() if isinstance(layer, LoRA) else layer.get_parameter("weight")
        for name, layer in linear_layers(model).items()
    }
