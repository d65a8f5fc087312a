"""The arrays that the pictures draw, from the last pass of each network."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor

from explainer.scenes.gradient_flow import quantities as of
from explainer.scenes.gradient_flow.networks import Network
from explainer.scenes.gradient_flow.options import CONDITION
from explainer.scenes.gradient_flow.training import Pass

if TYPE_CHECKING:
    from explainer.scenes.gradient_flow.experiment import GradientFlow


@dataclass(frozen=True)
class Shown:
    """The passes of the last step, by network, and the weights of each layer before its update."""

    passes: Mapping[int, Pass] = field(default_factory=dict)
    before: Mapping[int, Sequence[Tensor]] = field(default_factory=dict)
    histories: Mapping[str, Tensor] = field(default_factory=dict)
    """What :func:`histories` found in these passes."""


@torch.no_grad()
def drawings(experiment: GradientFlow, wanted: Collection[str]) -> dict[str, Tensor | np.ndarray]:
    """Return the wanted arrays."""
    found: dict[str, Tensor | np.ndarray] = {}
    if "label" in wanted:
        found["label"] = np.array(experiment.labels, dtype="<U32")
    if "retired" in wanted:
        found["retired"] = torch.tensor(experiment.retired)
    if "each_weights_changed" in wanted:
        found["each_weights_changed"] = torch.stack(experiment.changed_counts)
    if "each_gradient_norm" in wanted:
        found["each_gradient_norm"] = experiment.shown.histories["gradient_history"]
    if "each_delta_norm" in wanted:
        found["each_delta_norm"] = experiment.shown.histories["delta_history"]
    return found | _of_selected(experiment, wanted)


def _of_all(experiment: GradientFlow, passes: Mapping[int, Pass], compute: Callable[[Network, Pass], Tensor]) -> Tensor:
    """Return quantities (…, layer) of all networks (network, …, layer), NaN where one is retired."""
    found = {index: compute(experiment.networks[index], done).cpu() for index, done in passes.items()}
    lost = torch.full_like(next(iter(found.values())), math.nan)
    return torch.stack([found.get(index, lost) for index in range(len(experiment.networks))])


def _of_selected(experiment: GradientFlow, wanted: Collection[str]) -> dict[str, Tensor]:
    """Return the wanted arrays of the selected network; NaN where it is retired."""
    index = min(experiment.params.selected, len(experiment.networks) - 1)
    network, done = experiment.networks[index], experiment.shown.passes.get(index)
    found = {"weights_changed": experiment.changed_counts[index]} if "weights_changed" in wanted else {}
    if done is None:
        return found | {name: array for name, array in _nothing(experiment, network).items() if name in wanted}
    several = _computations(experiment, index, done)
    whole = CONDITION if "condition" in wanted else ()
    for names, compute in several.items():
        if any(name in wanted or name in whole for name in names):
            found |= dict(zip(names, compute(), strict=True))
    if "condition" in wanted:
        found["condition"] = torch.stack([found[name] for name in CONDITION])
    return {name: array for name, array in found.items() if name in wanted}


def _computations(
    experiment: GradientFlow, index: int, done: Pass
) -> Mapping[tuple[str, ...], Callable[[], Sequence[Tensor]]]:
    """Return how the arrays of a network are computed, those that come together under one key."""
    network, histories = experiment.networks[index], experiment.shown.histories
    activation = experiment.told[index].activation

    @cache
    def slope() -> Tensor:
        return of.slopes(activation, done) if network.gates == 1 else torch.ones(())

    return {
        ("gradient_norm",): lambda: (histories["gradient_history"][index],),
        ("delta_norm",): lambda: (histories["delta_history"][index],),
        ("delta_factor", "slope_factor", "weight_factor"): lambda: of.factors(
            network, done, histories["delta_history"][index], slope()
        ),
        ("activation_mean",): lambda: (histories["mean_history"][index],),
        ("activation_std",): lambda: (histories["spread_history"][index],),
        ("saturated", "dead"): lambda: of.unresponsive(network, activation, slope()),
        ("zero_deltas",): lambda: (of.zero_shares(done),),
        ("update_ratio",): lambda: (of.update_ratios(network, experiment.shown.before.get(index, ())),),
        ("activation_histogram", "activation_histogram_edges"): lambda: of.activation_histogram(done),
        ("gradient_histogram", "gradient_histogram_edges"): lambda: of.gradient_histogram(done),
        ("jacobian_singular",): lambda: (of.jacobian_singular_values(network, done),),
    }


PER_LAYER = (
    "gradient_norm",
    "delta_norm",
    "delta_factor",
    "slope_factor",
    "weight_factor",
    "activation_mean",
    "activation_std",
    "saturated",
    "dead",
    "zero_deltas",
    "update_ratio",
)


def _nothing(experiment: GradientFlow, network: Network) -> dict[str, Tensor]:
    """Return the arrays of a network that is retired."""
    layers = experiment.params.depth + 1
    state = network.width * (2 if network.gates == 4 else 1)
    return {
        **{name: torch.full((layers,), math.nan, dtype=torch.float64) for name in PER_LAYER},
        "condition": torch.full((len(CONDITION), layers), math.nan, dtype=torch.float64),
        "activation_histogram": torch.zeros(layers, of.BINS, dtype=torch.float64),
        "activation_histogram_edges": torch.linspace(-1, 1, of.BINS + 1, dtype=torch.float64),
        "gradient_histogram": torch.zeros(layers, of.BINS, dtype=torch.float64),
        "gradient_histogram_edges": of.decade_edges(),
        "jacobian_singular": torch.full((layers, state), math.nan, dtype=torch.float64),
    }


@torch.no_grad()
def histories(experiment: GradientFlow, passes: Mapping[int, Pass]) -> dict[str, Tensor]:
    """Return this step's row of each history (network, layer)."""
    means, spreads = _of_all(experiment, passes, lambda network, done: of.moments(done)).unbind(1)
    return {
        "delta_history": _of_all(experiment, passes, lambda network, done: of.delta_norms(done)),
        "gradient_history": _of_all(experiment, passes, of.gradient_norms),
        "mean_history": means,
        "spread_history": spreads,
    }
