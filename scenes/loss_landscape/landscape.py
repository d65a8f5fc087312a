"""The loss as a function of all weights at once, the directions of slices, and the same function with other weights."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping

import torch
from torch import Generator, Tensor, nn
from torch.func import functional_call, grad, vmap
from torch.nn import functional as F  # noqa: N812 - the usual name

from explainer.lab.residual_network import ResidualNetwork

HIGHEST = 1e4
"""Losses are drawn no higher than so many nats; what is no number is drawn there."""

NORMALIZED = {f"{layer}.{part}": 1 for layer in ("stem", "first", "second") for part in ("weight", "bias")}
BARE = {"first.weight": 1, "first.bias": 1, "second.weight": -1}
"""Endings of the names of tensors that may be multiplied by powers of c: with batch normalization, and without."""


class Landscape:
    """A network's loss on some digits, with batch normalization by these digits: it depends on the weights alone.

    Weights are one vector θ (n,), in the order of ``network.parameters()``.
    """

    def __init__(self, network: ResidualNetwork, x: Tensor, y: Tensor) -> None:
        self.network, self.x, self.y = copy.deepcopy(network).train(), x, y
        for module in self.network.modules():
            if isinstance(module, nn.BatchNorm1d):
                module.track_running_stats = False
                module.running_mean = module.running_var = module.num_batches_tracked = None
        self.shapes = {name: tuple(p.shape) for name, p in self.network.named_parameters()}
        self.theta = flat(self.network)

    def named(self, theta: Tensor) -> dict[str, Tensor]:
        """Return the tensors, by name, that a vector holds."""
        sizes = [torch.Size(shape).numel() for shape in self.shapes.values()]
        parts = zip(self.shapes.items(), theta.split(sizes), strict=True)
        return {name: part.reshape(shape) for (name, shape), part in parts}

    def loss(self, theta: Tensor) -> Tensor:
        """Return the mean cross-entropy () at θ."""
        return F.cross_entropy(functional_call(self.network, self.named(theta), (self.x,)), self.y)

    @torch.no_grad()
    def losses(self, thetas: Tensor) -> Tensor:
        """Return the losses (k,) at many places (k, n) at once."""
        return vmap(self.loss)(thetas).nan_to_num(HIGHEST, posinf=HIGHEST).clamp(max=HIGHEST)

    def hessian_times(self, theta: Tensor, vector: Tensor) -> Tensor:
        """Return the product of the Hessian at θ with a vector (n,), without the Hessian (Pearlmutter 1994)."""
        product: Tensor = grad(lambda there: grad(self.loss)(there) @ vector)(theta)
        return product

    def direction(self, theta: Tensor, normalization: str, generator: Generator) -> Tensor:
        """Return a random direction (n,) as long as θ: for each unit, each layer, or as a whole.

        By units it is Li et al. (2018): each row of incoming weights gets the norm of that row in θ. There, and by
        layers, biases and normalizations stay as they are.
        """
        drawn = torch.randn(len(theta), generator=generator).to(theta)
        if normalization == "none":
            return drawn * theta.norm() / drawn.norm()
        own, found = self.named(theta), self.named(drawn)
        for name, part in found.items():
            if part.ndim == 1:
                found[name] = torch.zeros_like(part)
            elif normalization == "layer":
                found[name] = part * own[name].norm() / part.norm()
            else:
                found[name] = part * own[name].norm(dim=1, keepdim=True) / part.norm(dim=1, keepdim=True)
        return torch.cat([part.flatten() for part in found.values()])

    def stretched(self, theta: Tensor, c: float) -> Tensor:
        """Return other weights (n,) of the same function.

        What batch normalization follows is multiplied by c; without it the first layer of each block is, and the
        second one's weights are divided by c (ReLU: Dinh et al. 2017).
        """
        normalized = any(isinstance(module, nn.BatchNorm1d) for module in self.network.modules())
        factors = NORMALIZED if normalized else BARE
        own = self.named(theta)
        for name, part in own.items():
            for ending, power in factors.items():
                if name.endswith(ending):
                    own[name] = part * c**power
        return torch.cat([part.flatten() for part in own.values()])


def flat(network: nn.Module) -> Tensor:
    """Return all weights as one vector (n,), a copy."""
    return torch.cat([p.detach().flatten() for p in network.parameters()])


def put(network: nn.Module, theta: Tensor) -> None:
    """Write a vector (n,) into the network's weights."""
    with torch.no_grad():
        for p, part in zip(network.parameters(), theta.split([p.numel() for p in network.parameters()]), strict=True):
            p.copy_(part.reshape(p.shape))


def largest_eigenvalue(landscape: Landscape, theta: Tensor, start: Tensor, rounds: int) -> Iterator[Tensor]:
    """Yield the estimates () of the Hessian's eigenvalue of largest size, by power iteration from ``start`` (n,)."""
    vector = start / start.norm()
    for _ in range(rounds):
        product = landscape.hessian_times(theta, vector)
        yield vector @ product
        vector = product / product.norm().clamp(min=1e-30)


def principal_plane(snapshots: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Return two directions (2, n), the path in them (t, 2) and the shares () of its variance that each holds.

    The path is seen from its last point, and the components are those of the differences to it (Li et al. 2018).
    """
    away = snapshots - snapshots[-1]
    values, vectors = torch.linalg.eigh(away.double() @ away.double().T)
    values, vectors = values.flip(0)[:2].clamp(min=0), vectors.flip(1)[:, :2]
    directions = (vectors.T.to(away) @ away) / values.sqrt().clamp(min=1e-12)[:, None].to(away)
    return directions, away @ directions.T, values / away.double().square().sum().clamp(min=1e-30)


def summary_of(heights: Tensor) -> Mapping[str, Tensor]:
    """Return how many places (network,) of slices (network, row, column) lie below all their eight neighbours."""
    middle = heights[:, 1:-1, 1:-1]
    lowest = torch.ones_like(middle, dtype=torch.bool)
    rows, columns = middle.shape[1:]
    for i, j in ((i, j) for i in range(3) for j in range(3) if (i, j) != (1, 1)):
        lowest &= middle < heights[:, i : i + rows, j : j + columns]
    return {"slice_minima": lowest.sum((1, 2))}
