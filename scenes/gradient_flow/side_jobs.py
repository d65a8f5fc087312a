"""The side jobs: a grid of networks, and copies of the network that try one change each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor

from explainer.engine.experiment import Parts
from explainer.lab.optimizers import make_optimizer
from explainer.scenes.gradient_flow.grid import cells, measured
from explainer.scenes.gradient_flow.grid_axes import EXAMPLES, axis_values
from explainer.scenes.gradient_flow.lanes import Settings
from explainer.scenes.gradient_flow.remedies import Remedy, remedies
from explainer.scenes.gradient_flow.training import backward, clip_gradient, forward, measure

if TYPE_CHECKING:
    from explainer.scenes.gradient_flow.experiment import GradientFlow


def grid_job(experiment: GradientFlow, rows: str, columns: str, network: int, steps: int) -> Parts:
    """Yield ``grid_start/*`` and then ``grid_end/*`` (row, column), after that many steps of plain descent."""
    told = experiment.told[min(network, len(experiment.told) - 1)]
    params, data = experiment.params, experiment.data
    x, y, outputs, seed = data.x.cpu(), data.y.cpu(), data.outputs, experiment.generator("weights").initial_seed()
    table = cells(told, (rows, axis_values(rows)), (columns, axis_values(columns)))
    sizes = x.shape[1], outputs, params.depth, params.width
    batches = [
        (x[chosen], y[chosen]) for chosen in torch.randint(len(x), (steps + 1, max(2, min(EXAMPLES, params.batch))))
    ]
    names = iter(("grid_start", "grid_end"))
    for found in measured(table, sizes, seed, batches):
        if found is None:
            yield {}
        else:
            part = next(names)
            yield {f"{part}/{name}": values for name, values in found.items()}


@dataclass
class Trial:
    """How a copy with one change fared."""

    loss: float
    accuracy: float
    lost: int
    """The step at which its numbers ran away, −1 for none."""


LAST = 5
"""Steps at the end over which loss and accuracy are averaged."""


def remedies_job(experiment: GradientFlow, network: int, steps: int) -> Parts:
    """Yield for the changes so far ``remedy_loss`` and ``remedy_accuracy`` at the end, and ``remedy_lost``.

    All copies start from the same random numbers and see the same batches; the first one changes nothing.
    """
    told = experiment.told[min(network, len(experiment.told) - 1)]
    params = experiment.params
    tried = remedies(told, params)
    batches = torch.randint(len(experiment.data.x), (steps, params.batch)).to(experiment.device)
    trials: list[Trial] = []
    for remedy in tried:
        for trial in _trial(experiment, _changed(told, remedy), batches):
            yield {}
            if trial is not None:
                trials.append(trial)
        yield _fared(tried[: len(trials)], trials, len(tried))


def _fared(tried: Sequence[Remedy], trials: Sequence[Trial], planned: int) -> dict[str, np.ndarray]:
    """Return how the copies fared so far; ``remedy_complete`` is among it once there are as many as planned."""
    found = {
        "remedy_name": np.array([remedy.name for remedy in tried], dtype="<U32"),
        "remedy_value": np.array([remedy.text for remedy in tried], dtype="<U32"),
        "remedy_loss": np.array([trial.loss for trial in trials]),
        "remedy_accuracy": np.array([trial.accuracy for trial in trials]),
        "remedy_lost": np.array([trial.lost for trial in trials]),
        "remedy_planned": np.array(planned),
    }
    return found | ({"remedy_complete": np.array(1)} if len(trials) == planned else {})


def _changed(told: Settings, remedy: Remedy) -> Settings:
    return replace(told, **{remedy.name: remedy.value}) if remedy.name else told


def _trial(experiment: GradientFlow, told: Settings, batches: Tensor) -> Iterator[Trial | None]:
    """Train a copy; yield None after each step and how it fared at the end."""
    network = experiment.make(told, experiment.generator("weights"))
    optimizer = make_optimizer(experiment.optimizer, network.parameters(), told.lr, experiment.params.momentum)
    data, history = experiment.data, []
    for number, chosen in enumerate(batches, 1):
        with torch.enable_grad():
            done = forward(network, data.x[chosen], data.y[chosen], told.dtype, told.loss_scale)
            backward(network, done)
        found = measure(network, done)
        if not found.isfinite().all():
            yield Trial(float("nan"), float("nan"), number)
            return
        clip_gradient(network, told.clip, told.clip_at)
        optimizer.step()
        history.append(found[:2].cpu())
        yield None
    loss, accuracy = torch.stack(history[-LAST:]).mean(0).tolist()
    yield Trial(loss, accuracy, -1)
