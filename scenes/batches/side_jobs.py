"""The side jobs: the noise measured, one epoch at every batch size and learning rate, and what an update costs."""

from __future__ import annotations

import copy
import time

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812 - the usual name

from explainer.engine.experiment import Parts
from explainer.scenes.batches.gradients import Factors, distances

Data = tuple[Tensor, Tensor]
SIZES = (1, 4, 16, 64, 256, 1437)
RATES = tuple(10.0 ** (k / 2) for k in range(-5, 3))
TRIED, MOST_ORDERS = (1, 4, 16, 64, 256, 1024), 32
"""Batch sizes at which the noise is measured, and over how many orders of all examples at the most."""
TURN, REPEATS = 10, 12
"""Updates between two turns for others; how often an update is timed."""


def over_job(first: nn.Sequential, train: Data, test: Data, order: Tensor) -> Parts:
    """Yield ``map_accuracy`` (size, rate): held-out accuracy after one epoch; all rates at once, size by size."""
    x, y = train
    found = torch.full((len(SIZES), len(RATES)), torch.nan)
    rates = torch.tensor(RATES, device=x.device)
    for row, size in enumerate(SIZES):
        weights = [each.detach().expand(len(RATES), *each.shape).clone() for each in first.parameters()]
        for number, places in enumerate(order.split(size)):
            with torch.enable_grad():
                known = [each.requires_grad_() for each in weights]
                z = scores(known, x[places])
                loss = F.cross_entropy(z.flatten(0, 1), y[places].repeat(len(RATES)), reduction="sum") / len(places)
                slopes = torch.autograd.grad(loss, known)
            weights = [
                (each - rates.view(-1, *[1] * (each.ndim - 1)) * slope).detach()
                for each, slope in zip(known, slopes, strict=True)
            ]
            if number % TURN == 0:
                yield {}
        found[row] = (scores(weights, test[0]).argmax(2) == test[1]).float().mean(1).cpu()
        yield {"map_accuracy": found.clone(), "map_sizes": torch.tensor(SIZES), "map_rates": torch.tensor(RATES)}


def scores(weights: list[Tensor], x: Tensor) -> Tensor:
    """Return the scores of several networks for the same inputs (network, n, class)."""
    w1, b1, w2, b2 = weights
    h = torch.relu(x @ w1.transpose(1, 2) + b1[:, None])
    return h @ w2.transpose(1, 2) + b2[:, None]


def cost_job(first: nn.Sequential, x: Tensor, y: Tensor) -> Parts:
    """Yield ``cost`` (size,), milliseconds an update, the best of some, for ``cost_sizes`` (size,)."""
    network = copy.deepcopy(first)
    optimizer = torch.optim.SGD(network.parameters(), lr=1e-3)
    found: list[float] = []
    for size in SIZES:
        taken = []
        for _ in range(REPEATS):
            started = time.perf_counter()
            with torch.enable_grad():
                optimizer.zero_grad()
                F.cross_entropy(network(x[:size]), y[:size]).backward()
                optimizer.step()
            if x.device.type == "cuda":
                torch.cuda.synchronize(x.device)
            taken.append(1e3 * (time.perf_counter() - started))
            yield {}
        found.append(min(taken))
        yield {"cost": torch.tensor(found), "cost_sizes": torch.tensor(SIZES[: len(found)])}


def noise_job(factors: Factors, draws: Tensor) -> Parts:
    """Yield ``measured`` (tried size,): root mean square distance of batches' gradients from the full one.

    The batches are whole orders of the examples cut up, as an epoch is: at B = 1 every example once.
    """
    found = torch.full((len(TRIED),), torch.nan)
    for place, size in enumerate(TRIED):
        squares = []
        for order in draws[: min(size, MOST_ORDERS)]:
            batches = order[: len(order) // size * size].reshape(-1, size)
            squares.append(distances(factors, batches).square())
            yield {}
        found[place] = torch.cat(squares).mean().sqrt().nan_to_num(posinf=0)
        yield {"measured": found.clone()}
