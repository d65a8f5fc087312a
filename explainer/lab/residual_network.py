"""Deep networks of dense blocks, with or without skip connections and batch normalization (after He et al. 2016)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch import Generator, Tensor, nn

from explainer.lab.initial_weights import initialize

ROUTES = {"both": "Branch and skip", "branch": "Branch alone", "skip": "Skip alone"}
"""What a block hands on: h + F(h) is a residual block, F(h) a plain one, h is a block that is left out."""


class Block(nn.Module):
    """Two dense layers of ``width`` units beside a skip connection; without ``norm`` nothing is normalized.

    Post-activation is He et al. 2016a, ReLU(h + F(h)); pre-activation He et al. 2016b, h + F(h), whose branch F begins
    with normalization and ReLU and ends with a linear layer.
    """

    def __init__(self, width: int, norm: bool, pre: bool) -> None:
        super().__init__()
        self.first, self.second = nn.Linear(width, width), nn.Linear(width, width)
        self.norms: Any = nn.ModuleList(make_norm(width, norm) for _ in range(2))
        self.normalized, self.pre = norm, pre

    def start_at_zero(self) -> None:
        """Let the branch return 0: the scale of its last normalization, or else the weights of its last layer."""
        last = self.norms[1] if self.normalized and not self.pre else self.second
        nn.init.zeros_(last.weight)

    def branch(self, h: Tensor) -> Tensor:
        """Return F(h) (B, width)."""
        if self.pre:
            found: Tensor = self.second(torch.relu(self.norms[1](self.first(torch.relu(self.norms[0](h))))))
        else:
            found = self.norms[1](self.second(torch.relu(self.norms[0](self.first(h)))))
        return found

    def forward(self, h: Tensor, route: str) -> Tensor:
        """Return what the block hands on (B, width), by one of :data:`ROUTES`."""
        if route == "skip":
            return h
        total = h + self.branch(h) if route == "both" else self.branch(h)
        return total if self.pre else torch.relu(total)


class ResidualNetwork(nn.Module):
    """A layer to ``width`` units, blocks of two layers each, and a linear layer to the classes.

    ``skip`` says which route all blocks take unless a pass is told others. Weights are He normal, biases 0; with
    ``zero`` each branch starts at 0 and each residual block as the identity (Goyal et al. 2017).
    """

    def __init__(
        self,
        inputs: int,
        width: int,
        outputs: int,
        blocks: int,
        generator: Generator,
        *,
        skip: bool = True,
        norm: bool = True,
        pre: bool = False,
        zero: bool = False,
    ) -> None:
        super().__init__()
        self.stem, self.head = nn.Linear(inputs, width), nn.Linear(width, outputs)
        self.stem_norm, self.head_norm = make_norm(width, norm and not pre), make_norm(width, norm and pre)
        made = [Block(width, norm, pre) for _ in range(blocks)]
        self.blocks: Any = nn.ModuleList(made)
        self.routes = ["both" if skip else "branch"] * blocks
        self.pre = pre
        for module in self.modules():
            if isinstance(module, nn.Linear):
                initialize(module, "he-normal", generator)
        for block in made if zero else ():
            block.start_at_zero()

    def forward(self, x: Tensor, routes: Sequence[str] = ()) -> Tensor:
        """Return the scores (B, outputs) of inputs (B, inputs)."""
        return self.passed(x, routes)[-1]

    def passed(self, x: Tensor, routes: Sequence[str] = ()) -> list[Tensor]:
        """Return what the first layer and every block hand on (B, width), and last the scores (B, outputs)."""
        h = self.stem_norm(self.stem(x))
        found = [h if self.pre else torch.relu(h)]
        for block, route in zip(self.blocks, routes or self.routes, strict=True):
            found.append(block(found[-1], route))
        h = found[-1]
        return [*found, self.head(torch.relu(self.head_norm(h)) if self.pre else h)]


def make_norm(width: int, norm: bool) -> nn.Module:
    """Return a batch normalization, or nothing."""
    return nn.BatchNorm1d(width) if norm else nn.Identity()
