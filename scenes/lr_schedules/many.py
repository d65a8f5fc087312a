"""Many networks trained at once, each at rates of its own: from the same weights, on the same batches."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812 - the usual name


def scores(weights: Sequence[Tensor], x: Tensor) -> Tensor:
    """Return the scores of networks Linear, tanh, Linear for the same inputs (network, n, class)."""
    w1, b1, w2, b2 = weights
    h = torch.tanh(x @ w1.transpose(1, 2) + b1[:, None])
    return h @ w2.transpose(1, 2) + b2[:, None]


def losses(weights: Sequence[Tensor], x: Tensor, y: Tensor) -> Tensor:
    """Return each network's cross-entropy in nats (network,)."""
    found = scores(weights, x)
    each = F.cross_entropy(found.flatten(0, 1), y.repeat(len(found)), reduction="none")
    return each.reshape(len(found), -1).mean(1)


def trained(
    first: Sequence[Tensor],
    x: Tensor,
    y: Tensor,
    batches: Sequence[Tensor],
    rates: Tensor,
    momenta: Tensor,
    moving: Sequence[Tensor] | None = None,
) -> Iterator[tuple[Tensor, list[Tensor]]]:
    """Yield after each update the losses on its batch, before it, (network,) and the weights of all networks.

    SGD with momentum; ``rates`` and ``momenta`` are (step, network), ``moving`` the velocities at first.
    """
    count = rates.shape[1]
    weights = [each.detach().expand(count, *each.shape).clone() for each in first]
    speeds = [torch.zeros_like(each) if moving is None else moving[k] + 0 * each for k, each in enumerate(weights)]
    for places, rate, momentum in zip(batches, rates, momenta, strict=True):
        with torch.enable_grad():
            known = [each.requires_grad_() for each in weights]
            found = losses(known, x[places], y[places])
            slopes = torch.autograd.grad(found.sum(), known)
        ways = [(-1, *[1] * (each.ndim - 1)) for each in weights]
        speeds = [momentum.view(way) * v + g for way, v, g in zip(ways, speeds, slopes, strict=True)]
        weights = [(each - rate.view(way) * v).detach() for way, each, v in zip(ways, known, speeds, strict=True)]
        yield found.detach(), weights
