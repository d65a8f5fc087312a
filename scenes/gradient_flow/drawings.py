"""The arrays that the pictures draw, from the last pass of each network."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from explainer.engine.kept import kept
from explainer.scenes.gradient_flow import quantities as of
from explainer.scenes.gradient_flow.networks import Network
from explainer.scenes.gradient_flow.options import CONDITION
from explainer.scenes.gradient_flow.training import Pass, first_square

if TYPE_CHECKING:
    from explainer.scenes.gradient_flow.experiment import GradientFlow


HALF = 0.5
"""From this share of zeros on in δ a twin in float64 is asked."""
of_shown = kept("flow.shown")
"""Kept as long as the same passes are shown."""


@dataclass(frozen=True)
class Shown:
    """The passes of the last step, by network, and the weights of each layer before its update."""

    passes: Mapping[int, Pass] = field(default_factory=dict)
    before: Mapping[int, Sequence[Tensor]] = field(default_factory=dict)
    histories: Mapping[str, Tensor] = field(default_factory=dict)
    """What :func:`histories` found in these passes."""
    arrived: bool = True
    """Whether the backward pass has been: without it there is no δ."""


class Drawings:
    """The arrays; those of the selected network are NaN, its histograms empty, where it is retired."""

    def __init__(self, flow: GradientFlow) -> None:
        self.flow = flow

    @property
    def index(self) -> int:
        """The number of the selected network."""
        return min(self.flow.params.selected, len(self.flow.networks) - 1)

    @property
    def network(self) -> Network:
        """The selected network."""
        return self.flow.networks[self.index]

    @property
    def sent(self) -> Pass | None:
        """What went forwards in the last step, at step 0 what the first step will see; None where it is retired."""
        return self.flow.seen().passes.get(self.index)

    @property
    def done(self) -> Pass | None:
        """The same once it has come back; None while only its forward pass is done."""
        return self.sent if self.flow.seen().arrived else None

    def lost(self, *shape: int) -> Tensor:
        """Return NaN for each layer."""
        return torch.full((self.flow.params.depth + 1, *shape), math.nan, dtype=torch.float64)

    def row(self, name: str) -> Tensor:
        """Return the selected network's row (layer,) of a history."""
        return self.flow.seen().histories[name][self.index] if self.sent else self.lost()

    # all networks

    @kept("flow.labels")
    def label(self) -> Sequence[str]:
        """Return the networks' names."""
        return self.flow.labels

    def retired(self) -> Sequence[int]:
        """Return when each network ran away."""
        return self.flow.retired

    def each_weights_changed(self) -> Tensor:
        """Return how many steps have changed each weight."""
        return torch.stack(self.flow.changed_counts)

    @of_shown
    def each_change(self) -> Tensor:
        """Return what the last update added to each of these weights; 0 where there was none."""
        before = self.flow.seen().before
        found = [first_square(network).double() for network in self.flow.networks]
        for index, now in enumerate(found):
            old = first_square(self.flow.networks[index], before.get(index, ()))
            found[index] = now - old.double()
        return torch.stack(found)

    def each_gradient_norm(self) -> Tensor:
        """Return ‖∂L/∂W‖."""
        return self.flow.seen().histories["gradient_history"]

    def each_delta_norm(self) -> Tensor:
        """Return ‖∂L/∂output‖."""
        return self.flow.seen().histories["delta_history"]

    # layer by layer

    def gradient_norm(self) -> Tensor:
        """Return ‖∂L/∂W‖."""
        return self.row("gradient_history")

    def delta_norm(self) -> Tensor:
        """Return ‖∂L/∂output‖."""
        return self.row("delta_history")

    def activation_mean(self) -> Tensor:
        """Return the mean output."""
        return self.row("mean_history")

    def activation_std(self) -> Tensor:
        """Return the outputs' standard deviation."""
        return self.row("spread_history")

    @of_shown
    def slope(self) -> Tensor:
        """Return the activation's derivative at every unit."""
        if self.network.gates > 1 or self.sent is None:
            return torch.ones(())
        return of.slopes(self.flow.told[self.index].activation, self.sent)

    @of_shown
    def factors(self) -> Sequence[Tensor]:
        """Return what each layer multiplies ‖δ‖ by, the slope's part of it, and the rest."""
        if self.done is None:
            return (self.lost(),) * 3
        return of.factors(self.network, self.done, self.row("delta_history"), self.slope())

    def delta_factor(self) -> Tensor:
        """Return the whole factor."""
        return self.factors()[0]

    def slope_factor(self) -> Tensor:
        """Return the slope's part."""
        return self.factors()[1]

    def weight_factor(self) -> Tensor:
        """Return the rest."""
        return self.factors()[2]

    @of_shown
    def unresponsive(self) -> Sequence[Tensor]:
        """Return the shares of saturated outputs and of dead units."""
        if self.sent is None:
            return (self.lost(),) * 2
        return of.unresponsive(self.network, self.flow.told[self.index].activation, self.slope())

    def saturated(self) -> Tensor:
        """Return the share of saturated outputs."""
        return self.unresponsive()[0]

    def dead(self) -> Tensor:
        """Return the share of dead units."""
        return self.unresponsive()[1]

    @of_shown
    def zero_deltas(self) -> Tensor:
        """Return the share of zeros in δ."""
        return of.zero_shares(self.done) if self.done else self.lost()

    @of_shown
    def update_ratio(self) -> Tensor:
        """Return ‖change of W‖ / ‖W‖."""
        before = self.flow.seen().before.get(self.index, ())
        return of.update_ratios(self.network, before) if self.sent else self.lost()

    def weights_changed(self) -> Tensor:
        """Return how many steps have changed each weight."""
        return self.flow.changed_counts[self.index]

    def unit_spread(self) -> Tensor:
        """Return how far apart the units' weights are."""
        return of.unit_spreads(self.network)

    @of_shown
    def zero_exactly(self) -> Tensor:
        """Return the share of zeros in δ that float64 has too; where hardly any δ is zero nothing is computed."""
        shares = self.zero_deltas()
        if self.done is None or not (shares[:-1] > HALF).any():
            return shares
        return of.zeros_in_float64(self.network, self.done)

    def weight_norm(self) -> Tensor:
        """Return ‖W‖ of each layer."""
        return of.weight_norms(self.network)

    def condition(self) -> Tensor:
        """Return what the diagnosis reads."""
        return torch.stack([getattr(self, name)() for name in CONDITION])

    def jacobian_singular(self) -> Tensor:
        """Return the singular values of ∂output/∂input."""
        if self.sent is None:
            return self.lost(self.network.width * (2 if self.network.gates == 4 else 1))
        return of.jacobian_singular_values(self.network, self.sent)

    # histograms

    @of_shown
    def activations(self) -> tuple[Tensor, Tensor]:
        """Return the histogram of the outputs and its edges."""
        return of.activation_histogram(self.sent) if self.sent else (self.empty(), _EDGES)

    def empty(self) -> Tensor:
        """Return a histogram in which nothing is counted."""
        return torch.zeros(self.flow.params.depth + 1, of.BINS, dtype=torch.float64)

    def activation_histogram(self) -> Tensor:
        """Return the histogram of the outputs."""
        return self.activations()[0]

    def activation_histogram_edges(self) -> Tensor:
        """Return its edges."""
        return self.activations()[1]

    def gradient_histogram(self) -> Tensor:
        """Return the histogram of the sizes of δ."""
        return of.gradient_histogram(self.done) if self.done else self.empty()

    def gradient_histogram_edges(self) -> Tensor:
        """Return its edges."""
        return of.decade_edges()


_EDGES = torch.linspace(-1, 1, of.BINS + 1, dtype=torch.float64)


def _of_all(experiment: GradientFlow, passes: Mapping[int, Pass], compute: Callable[[Network, Pass], Tensor]) -> Tensor:
    """Return quantities (…, layer) of all networks (network, …, layer), NaN where one is retired."""
    found = {index: compute(experiment.networks[index], done).cpu() for index, done in passes.items()}
    lost = torch.full_like(next(iter(found.values())), math.nan)
    return torch.stack([found.get(index, lost) for index in range(len(experiment.networks))])


@torch.no_grad()
def way_ahead(experiment: GradientFlow, passes: Mapping[int, Pass]) -> dict[str, Tensor]:
    """Return what :func:`histories` will, as far as the forward pass goes: δ and gradients are NaN."""
    means, spreads = _of_all(experiment, passes, lambda network, done: of.moments(done)).unbind(1)
    unknown = torch.full_like(means, math.nan)
    return {
        "delta_history": unknown,
        "gradient_history": unknown,
        "mean_history": means,
        "spread_history": spreads,
    }


@torch.no_grad()
def histories(experiment: GradientFlow, passes: Mapping[int, Pass], ahead: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Return this step's row of each history (network, layer): what was known ``ahead``, and what has come back."""
    return {
        **ahead,
        "delta_history": _of_all(experiment, passes, lambda network, done: of.delta_norms(done)),
        "gradient_history": _of_all(experiment, passes, of.gradient_norms),
    }
