"""Where the race would go on from here: copies of its optimizers, with all that they remember, run on."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from explainer.engine.experiment import Parts
from explainer.lab.optimizers import Newton, make_optimizer, set_common
from explainer.scenes.gradient_descent.surfaces import Surface

if TYPE_CHECKING:
    from explainer.scenes.gradient_descent.experiment import GradientDescent

CHUNK = 10
"""Steps between two turns of others."""


def ahead_job(race: GradientDescent, surface: Surface, steps: int) -> Parts:
    """Yield ``ahead_path`` (optimizer, steps + 1, 2), the present place first; NaN after running away.

    Copies are made before the first yield: the race may go on meanwhile.
    """
    runners = []
    for index, entry in enumerate(race.entries):
        theta = race.after[index].detach().to("cpu", copy=True).requires_grad_()
        optimizer = make_optimizer(entry, [theta], race.params.lr, race.params.momentum)
        if index in race.running:
            optimizer.load_state_dict(copy.deepcopy(race.optimizers[index].state_dict()))
            set_common(optimizer, entry, race.params.lr, race.params.momentum)
        runners.append((index in race.running, theta, optimizer))
    yield {}
    paths = torch.full((len(runners), steps + 1, 2), torch.nan, dtype=torch.float64)
    for index, (runs, theta, optimizer) in enumerate(runners):
        paths[index, 0] = theta.detach()
        for step in range(1, steps + 1 if runs else 0):
            if not _go(surface, theta, optimizer):
                break
            paths[index, step] = theta.detach()
            if step % CHUNK == 0:
                yield {}
    yield {"ahead_path": paths}


def _go(surface: Surface, theta: Tensor, optimizer: torch.optim.Optimizer) -> bool:
    """Do one step; return whether its place and its loss are numbers."""

    def loss() -> Tensor:
        return surface(*theta)

    with torch.enable_grad():
        optimizer.zero_grad()
        loss().backward()
        optimizer.step(loss) if isinstance(optimizer, Newton) else optimizer.step()
    return bool(theta.isfinite().all() and loss().isfinite())
