"""The experiment: one network for each activation, from the same weights, on the same batches of digits."""

import math
from collections.abc import Collection, Iterator
from itertools import pairwise
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812 - the usual name

from explainer.engine.experiment import Experiment, Parts
from explainer.engine.kept import kept
from explainer.lab.digits import digits
from explainer.lab.histograms import shares
from explainer.lab.initial_weights import initialize
from explainer.scenes.activations import NAMES, Params, metrics_of
from explainer.scenes.activations.functions import activated, cost_job, slope_of

CLASSES, EVERY = 10, 5
"""Every fifth digit is held out."""
REACH, BINS = 6.0, 120
FAR = 1e6
"""Where it is seen whether an activation is bounded below."""
TOO_LARGE = 1e4
"""A network whose loss is beyond so many nats has run away."""


def make_layers(depth: int, width: int, init: str, bias: float, draw: torch.Generator) -> Any:
    """Return the layers of one network; all hidden biases begin alike."""
    sizes = [64, *[width] * depth, CLASSES]
    layers = [nn.Linear(inputs, outputs) for inputs, outputs in pairwise(sizes)]
    for layer in layers:
        initialize(layer, init, draw)
    for layer in layers[:-1]:
        layer.bias.data += bias
    return nn.ModuleList(layers)


class Activations(Experiment[Params]):
    """A few networks that differ in their activation only."""

    networks: Any
    learns_from = ("train_x", "train_y")

    def build(self) -> None:
        """Read the digits, and make the networks: the same random numbers for each."""
        images, labels = digits()
        rows = torch.tensor(images.reshape(-1, 64), dtype=torch.float32).to(self.device) / 16
        classes = torch.tensor(labels, dtype=torch.int64).to(self.device)
        held_out = torch.arange(len(rows)).to(self.device) % EVERY == 0
        self.train_x, self.train_y = rows[~held_out], classes[~held_out]
        self.probe, self.truth = rows[held_out], classes[held_out]
        self.names = self.params.activations
        self.networks = nn.ModuleList(
            make_layers(
                self.params.depth, self.params.width, self.params.init, self.params.bias, self.generator("weights")
            )
            for _ in self.names
        ).to(self.device)
        self.optimizer = torch.optim.SGD(self.networks.parameters(), lr=self.params.lr)
        self.order = self.generator("batches")
        self.losses = torch.zeros(len(self.names), device=self.device)
        self.resting = torch.zeros(len(self.names), dtype=torch.bool)
        self.was_dead = torch.zeros(len(self.names), self.params.depth, self.params.width, dtype=torch.bool)
        self.was_dead = self.was_dead.to(self.device)

    def through(self, k: int, x: Tensor) -> list[Tensor]:
        """Return the sums z of every layer of one network; the last ones are the scores of the classes."""
        sums = [self.networks[k][0](x)]
        for layer in self.networks[k][1:]:
            x = activated(self.names[k], sums[-1], self.params.leak, self.params.alpha, self.params.beta)
            sums.append(layer(x))
        return sums

    def slope_at(self, name: str, z: Tensor) -> Tensor:
        """Return f′(z) of one activation."""
        return slope_of(name, z, self.params.leak, self.params.alpha, self.params.beta)

    def step(self) -> Iterator[str]:
        """One update of every network; one that has run away rests from then on."""
        chosen = torch.randint(len(self.train_x), (self.params.batch,), generator=self.order).to(self.device)
        self.optimizer.zero_grad()
        found = torch.stack(
            [
                F.cross_entropy(self.through(k, self.train_x[chosen])[-1], self.train_y[chosen])
                for k in range(len(self.names))
            ]
        )
        yield "forward"
        found.sum().backward()
        yield "backward"
        for k, network in enumerate(self.networks):
            finite = all(each.grad.isfinite().all() for each in network.parameters())
            if not (found[k] < TOO_LARGE and finite):
                self.resting[k] = True
            if self.resting[k]:
                network.zero_grad()
        self.losses = torch.where(self.resting.to(self.device), self.losses, found.detach())
        self.optimizer.step()
        self.look()
        yield "update"

    def look(self) -> None:
        """Measure every network on the held-out digits."""
        rights, dead, steep = [], [], []
        with torch.no_grad():
            for k, name in enumerate(self.names):
                sums = self.through(k, self.probe)
                rights.append((sums[-1].argmax(1) == self.truth).float().mean())
                slopes = self.slope_at(name, torch.stack(sums[:-1]))
                dead.append((slopes == 0).all(1))
                steep.append(slopes.nan_to_num().abs().mean())
        now = torch.stack(dead)
        self.was_dead = self.was_dead | now
        revived = self.was_dead & ~now
        self.record_each(metrics_of("loss", self.params.activations), self.losses)
        self.record_each(metrics_of("accuracy", self.params.activations), torch.stack(rights))
        self.record_each(metrics_of("dead", self.params.activations), now.sum((1, 2)).float())
        self.record_each(metrics_of("revived", self.params.activations), revived.sum((1, 2)).float())
        self.record_each(metrics_of("slope", self.params.activations), torch.stack(steep))

    def changed(self, names: Collection[str]) -> None:
        """Hand a new learning rate to the optimizer."""
        for group in self.optimizer.param_groups:
            group["lr"] = self.params.lr

    def cost(self) -> Parts:
        """Measure what a call of each activation costs."""
        return cost_job(self.device)

    # what is drawn

    def inputs(self) -> Tensor:
        """Return the middles of the bins (input,)."""
        return (self.edges()[1:] + self.edges()[:-1]) / 2

    def edges(self) -> Tensor:
        """Return the edges of the bins (edge,)."""
        return torch.linspace(-REACH, REACH, BINS + 1, device=self.device)

    def values(self) -> Tensor:
        """Return f of each network over the inputs (network, input)."""
        return self._values(self.inputs())

    def slopes(self) -> Tensor:
        """Return f′ of each network over the inputs (network, input)."""
        return torch.stack([self.slope_at(name, self.inputs()) for name in self.names])

    def _values(self, z: Tensor) -> Tensor:
        given = (self.params.leak, self.params.alpha, self.params.beta)
        return torch.stack([activated(name, z, *given) for name in self.names])

    def read(self) -> Tensor:
        """Return f and f′ at the input that is dragged (network, what)."""
        z = torch.tensor([self.params.point], device=self.device)
        return torch.cat([self._values(z), torch.stack([self.slope_at(name, z) for name in self.names])], 1)

    @kept
    def all_sums(self) -> Tensor:
        """Return the sums of every network for the held-out digits (network, layer, digit, unit)."""
        with torch.no_grad():
            return torch.stack([torch.stack(self.through(k, self.probe)[:-1]) for k in range(len(self.names))])

    @kept
    def all_slopes(self) -> Tensor:
        """Return f′ there (network, layer, digit, unit)."""
        return torch.stack([self.slope_at(name, z) for name, z in zip(self.names, self.all_sums(), strict=True)])

    @kept
    def all_outputs(self) -> Tensor:
        """Return f there (network, layer, digit, unit)."""
        given = (self.params.leak, self.params.alpha, self.params.beta)
        return torch.stack([activated(name, z, *given) for name, z in zip(self.names, self.all_sums(), strict=True)])

    def histograms(self) -> Tensor:
        """Return how the sums of each layer are spread (network, layer, input)."""
        rows = self.all_sums().flatten(2).clamp(-REACH + 1e-3, REACH - 1e-3)
        found = shares((rows.flatten(0, 1) + REACH) * BINS / (2 * REACH), BINS)
        return found.reshape(*rows.shape[:2], BINS).float()

    def mean_slopes(self) -> Tensor:
        """Return the root mean square slope of each layer (network, layer)."""
        return self.all_slopes().square().mean((2, 3)).sqrt()

    def products(self) -> Tensor:
        """Return the product of these from the last layer back to this one (network, layer)."""
        return self.mean_slopes().flip(1).cumprod(1).flip(1)

    def gradients(self) -> Tensor:
        """Return ‖∂L/∂W‖ of each hidden layer (network, layer)."""
        rows = []
        for k, layers in enumerate(self.networks):
            weights = [layer.weight for layer in layers][:-1]
            with torch.enable_grad():
                loss = F.cross_entropy(self.through(k, self.probe)[-1], self.truth)
                rows.append(torch.stack([each.norm() for each in torch.autograd.grad(loss, weights)]))
        return torch.stack(rows)

    def centres(self) -> Tensor:
        """Return the mean output of each layer over its root mean square (network, layer)."""
        outputs = self.all_outputs()
        return outputs.mean((2, 3)) / outputs.square().mean((2, 3)).sqrt().clamp(min=1e-12)

    def agreements(self) -> Tensor:
        """Return how one-sided the signs of a layer's outputs are, one digit at a time (network, layer).

        For one digit the gradient of the weight from unit i to unit j of the next layer is δⱼ times the output of
        i: all weights into j share its sign, or have it turned round, as the outputs do.
        """
        outputs = self.all_outputs()
        up, down = (outputs > 0).sum(3), (outputs < 0).sum(3)
        return (torch.maximum(up, down) / (up + down).clamp(min=1)).mean(2)

    def alive(self) -> Tensor:
        """Return at which share of the digits each unit of the network looked into has a slope (layer, unit)."""
        return (self.all_slopes()[self.params.shown] != 0).float().mean(1)

    def dead_units(self) -> Tensor:
        """Return how many units of each layer are dead (network, layer)."""
        return (self.all_slopes() == 0).all(2).sum(2).float()

    def runaway(self) -> Tensor:
        """Return which networks have run away (network,)."""
        return self.resting

    def known_values(self) -> Tensor:
        """Return f of every activation over the inputs (activation, input)."""
        return torch.stack([activated(name, self.inputs()) for name in NAMES])

    def known_slopes(self) -> Tensor:
        """Return f′ of every activation over the inputs (activation, input)."""
        return torch.stack([slope_of(name, self.inputs()) for name in NAMES])

    def facts(self) -> Tensor:
        """Return what is known of every activation (activation, fact), by sums over a fine grid."""
        z = torch.linspace(-60.0, 60.0, 120_001, dtype=torch.float64, device=self.device)
        weight = torch.exp(-(z**2) / 2)
        weight = weight / weight.sum()
        return torch.stack([_facts_of(name, z, weight) for name in NAMES]).float()


def _facts_of(name: str, z: Tensor, weight: Tensor) -> Tensor:
    f, slope = activated(name, z), slope_of(name, z)
    spread, steep = (weight * f**2).sum().sqrt(), (weight * slope**2).sum().sqrt()
    far = activated(name, torch.full_like(z[:1], -FAR))[0]
    lowest = torch.where(far < -math.sqrt(FAR), -math.inf, torch.minimum(f.min(), far))
    return torch.stack([slope.max(), lowest, (weight * f).sum(), spread, steep])
