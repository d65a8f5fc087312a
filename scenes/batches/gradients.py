"""Every example's gradient at once, without writing any of them down.

A linear layer's gradient for one example is the outer product of δ = ∂ℓ/∂z and its input a (with a 1 for the bias),
so the pairs (δ, a) of the layers hold all gradients. A *direction* is a list of (out, in + 1), one for each layer.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812 - the usual name

Factors = Sequence[tuple[Tensor, Tensor]]
ROUNDS = 6
"""Of the power iteration."""


def factors_of(network: nn.Sequential, x: Tensor, y: Tensor) -> Factors:
    """Return δ (n, out) and a (n, in + 1) of both layers of a network Linear, ReLU, Linear."""
    with torch.enable_grad():
        z = network[0](x)
        h = network[1](z)
        scores = network[2](h)
        deltas = torch.autograd.grad(F.cross_entropy(scores, y, reduction="sum"), (z, scores))
    return [(delta, F.pad(a.detach(), (0, 1), value=1.0)) for delta, a in zip(deltas, (x, h), strict=True)]


def along(factors: Factors, direction: Sequence[Tensor]) -> Tensor:
    """Return the inner product of each example's gradient with a direction (n,)."""
    return torch.stack([((a @ d.T) * delta).sum(1) for (delta, a), d in zip(factors, direction, strict=True)]).sum(0)


def combined(factors: Factors, weights: Tensor) -> list[Tensor]:
    """Return the sum of all gradients times ``weights`` (n,), as a direction."""
    return [(weights[:, None] * delta).T @ a for delta, a in factors]


def norm(direction: Sequence[Tensor]) -> Tensor:
    """Return the length of a direction ()."""
    return torch.stack([d.square().sum() for d in direction]).sum().sqrt()


def scatter(factors: Factors) -> tuple[Tensor, Tensor]:
    """Return the length of the full gradient, and the trace of the examples' covariance Σ: E|gᵢ − g|²."""
    n = len(factors[0][0])
    squares = torch.stack([delta.square().sum(1) * a.square().sum(1) for delta, a in factors]).sum(0)
    length = norm(combined(factors, torch.full((n,), 1 / n, device=squares.device)))
    return length, (squares.mean() - length**2).clamp(min=0)


def distances(factors: Factors, batches: Tensor) -> Tensor:
    """Return how far the mean gradient of each batch (batch, B) lies from the full one (batch,)."""
    n, size = len(factors[0][0]), batches.shape[1]
    total = torch.zeros(len(batches), device=batches.device)
    for delta, a in factors:
        means = torch.einsum("kbi,kbj->kij", delta[batches], a[batches]) / size
        total = total + (means - delta.T @ a / n).square().sum((1, 2))
    return total.sqrt()


def plane(factors: Factors) -> Tensor:
    """Return each example's gradient along the full one, and along the noise's first direction across it (n, 2).

    The second direction is found by power iteration on the covariance, from the example that is farthest off.
    """
    n = len(factors[0][0])
    full = combined(factors, torch.full((n,), 1 / n, device=factors[0][0].device))
    u = _unit(full)
    squares = torch.stack([delta.square().sum(1) * a.square().sum(1) for delta, a in factors]).sum(0)
    start = F.one_hot(squares.argmax(), n).to(squares.dtype)
    v = _across(combined(factors, start), u)
    for _ in range(ROUNDS):
        shares = along(factors, v)
        v = _across(combined(factors, (shares - shares.mean()) / n), u)
    return torch.stack([along(factors, u), along(factors, v)], 1)


def _unit(direction: Sequence[Tensor]) -> list[Tensor]:
    length = norm(direction).clamp(min=1e-30)
    return [d / length for d in direction]


def _across(direction: Sequence[Tensor], u: Sequence[Tensor]) -> list[Tensor]:
    """Return the part of a direction that is square to the unit direction ``u``, as a unit direction."""
    inner = torch.stack([(d * e).sum() for d, e in zip(direction, u, strict=True)]).sum()
    return _unit([d - inner * e for d, e in zip(direction, u, strict=True)])
