"""Side jobs: a network without one block, one skip or several blocks; networks of several depths."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING

import torch
from torch.nn import functional as F  # noqa: N812 - the usual name

from explainer.engine.experiment import Parts

if TYPE_CHECKING:
    from explainer.scenes.residual.experiment import Residual

COMPARED = ("plain", "plain-norm", "residual", "residual-norm")
DEPTHS = (1, 2, 5, 10, 20)
STEPS = 100
"""Blocks of the networks that are compared, and how long each of them trains."""


def lesions_job(experiment: Residual, chosen: int) -> Parts:
    """Yield what stays right without each block and each skip (block,), and without 0, 1, … blocks (count,).

    Of 360 digits that are trained on, by the running statistics (after Veit et al. 2016). Several blocks are left out
    in a random order, the mean over five.
    """
    from explainer.scenes.residual.experiment import PROBE, right_of

    network, routes = copy.deepcopy(experiment.networks[chosen]), list(experiment.routes[chosen])
    x, y, step = experiment.train_x[:PROBE], experiment.train_y[:PROBE], experiment.recorder.step
    without: dict[str, list[torch.Tensor]] = {"skip": [], "branch": []}
    for way, found in without.items():
        for block in range(len(routes)):
            found.append(right_of(network, x, y, [*routes[:block], way, *routes[block + 1 :]]))
            yield {}
    orders = [torch.randperm(len(routes)).tolist() for _ in range(5)]
    several = []
    for count in range(len(routes) + 1):
        shares = []
        for order in orders:
            left = {*order[:count]}
            shares.append(right_of(network, x, y, ["skip" if k in left else way for k, way in enumerate(routes)]))
            yield {}
        several.append(torch.stack(shares).mean())
    yield {
        "without_block": torch.stack(without["skip"]),
        "without_skip": torch.stack(without["branch"]),
        "without_several": torch.stack(several),
        "lesion_step": torch.tensor(step),
    }


def depths_job(experiment: Residual) -> Parts:
    """Yield ``depth_error`` (kind, layers): wrong shares of 360 training digits; NaN where the numbers ran away."""
    from explainer.scenes.residual.experiment import PROBE, make_network, right_of

    params, device = experiment.params, experiment.device
    x, y, lr = experiment.train_x, experiment.train_y, params.lr
    errors = torch.full((len(COMPARED), len(DEPTHS)), torch.nan, dtype=torch.float64)
    layers = torch.tensor([2.0 * blocks for blocks in DEPTHS])
    for column, blocks in enumerate(DEPTHS):
        for row, kind in enumerate(COMPARED):
            network = make_network(kind, blocks, params.width, experiment.generator("weights")).to(device)
            optimizer = torch.optim.SGD(network.parameters(), lr=lr)
            order = experiment.generator("batches")
            for _ in range(STEPS):
                chosen = torch.randint(len(x), (params.batch,), generator=order)
                optimizer.zero_grad()
                with torch.enable_grad():
                    loss = F.cross_entropy(network(x[chosen]), y[chosen])
                    loss.backward()
                optimizer.step()
                yield {}
                if not loss.isfinite():
                    break
            else:
                errors[row, column] = 1 - right_of(network, x[:PROBE], y[:PROBE], network.routes)
            yield {"depth_layers": layers, "depth_error": errors.clone()}
    yield {"depths_complete": torch.tensor(1)}
