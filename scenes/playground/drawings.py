"""The arrays that the pictures are drawn from: what every unit says over the plane, and what the points come to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from explainer.engine.kept import kept
from explainer.lab.dense import over_plane
from explainer.scenes.playground.data import features_of
from explainer.scenes.playground.features import feature_names
from explainer.scenes.playground.inside import Inside
from explainer.scenes.playground.layers import told
from explainer.scenes.playground.training import PARTS

if TYPE_CHECKING:
    from explainer.scenes.playground.experiment import Playground

MARGIN = 1.1
"""How far the drawn part of the plane reaches, where the outermost point is at 1."""
SIDES = ((100, 100), (400, 64), (10_000, 40))
"""Up to how many units: how many cells a side of the plane has."""
COARSE = 34
"""How many cells a side of a node's map has at most."""


class Drawings:
    """What is drawn of a playground."""

    def __init__(self, playground: Playground) -> None:
        self.of = playground
        units = sum(playground.network.sizes)
        self.side = next(side for most, side in SIDES if units <= most)
        reach = MARGIN * float(playground.points.abs().max().clamp(min=1e-3))
        half = reach / self.side
        self.middles = torch.linspace(-reach + half, reach - half, self.side)
        x, y = torch.meshgrid(self.middles, self.middles, indexing="xy")
        cells = torch.stack([x.flatten(), y.flatten()], 1).to(playground.device)
        params = playground.params
        self.cells = features_of(cells, params.features, params.own_feature).T.contiguous()
        self.edge_list = self._edges()
        self.inside = Inside(playground, self, reach)

    # the plane

    @kept
    def over(self) -> list[Tensor]:
        """Return what every layer says over the plane (unit, cells), the scores last."""
        return over_plane(self.of.network, self.cells, told(self.of.params).activations)

    def plane_x(self) -> Tensor:
        """Return the x₁ of the cells."""
        return self.middles

    def plane_y(self) -> Tensor:
        """Return the x₂ of the cells."""
        return self.middles

    @kept
    def prediction(self) -> Tensor:
        """Return each class's probability, or the number (class, y, x)."""
        scores = self.over()[-1]
        if len(scores) == 1 and len(self.of.classes) == 2:
            second = scores.sigmoid()
            scores = torch.cat([1 - second, second])
        elif len(scores) > 1:
            scores = scores.softmax(0)
        return scores.view(len(scores), self.side, self.side)

    @kept
    def units(self) -> Mapping[str, Tensor]:
        """Return what the units of each hidden layer say (unit, y, x)."""
        found = {str(k): one.view(-1, self.side, self.side) for k, one in enumerate(self.over()[:-1], 1)}
        return found or {"none": torch.zeros(0, self.side, self.side)}

    # weights

    def weight(self) -> Mapping[str, Tensor]:
        """Return the weights of each layer."""
        return {str(k): layer.weight.detach().clone() for k, layer in enumerate(self.of.network.layers, 1)}

    def bias(self) -> Mapping[str, Tensor]:
        """Return the biases of each layer."""
        return {str(k): layer.bias.detach().clone() for k, layer in enumerate(self.of.network.layers, 1)}

    def gradient(self) -> Mapping[str, Tensor]:
        """Return the last gradient of each layer's weights."""
        return {str(k): self._gradient(layer) for k, layer in enumerate(self.of.network.layers, 1)}

    def _gradient(self, layer: torch.nn.Linear) -> Tensor:
        found = layer.weight.grad
        return torch.zeros_like(layer.weight) if found is None else found.detach().clone()

    def held(self) -> Tensor:
        """Return which weights are held (edge,)."""
        return torch.cat([mask.flatten() for mask in self.of.held[::2]])

    # the points

    def labels(self) -> Tensor:
        """Return the class of each point, 0 where a number is learned."""
        targets = self.of.targets
        return torch.zeros(len(targets), dtype=torch.int64) if targets.is_floating_point() else targets

    def targets(self) -> Tensor:
        """Return what is learned of each point, as numbers."""
        return self.of.targets.float()

    def in_batch(self) -> Tensor:
        """Return which points the last update learned from."""
        found = torch.zeros(len(self.of.points), dtype=torch.bool, device=self.of.points.device)
        found[self.of.rows] = True
        return found

    def classes(self) -> Sequence[str]:
        """Return the classes' names."""
        return self.of.classes

    @kept
    def scores(self) -> Tensor:
        """Return what the network gives for each point, at evaluation."""
        return self.inside.point_units()[-1].T.contiguous()

    @kept
    def now(self) -> list[list[float]]:
        """Return loss and accuracy of each part at this moment."""
        found = self.of.judge()
        return [found[2 * k : 2 * k + 2] for k in range(len(PARTS))]

    # counting

    def epoch(self) -> int:
        """Return which epoch it is."""
        return self.of.epoch

    def batch(self) -> int:
        """Return which batch of its epoch the last update learned from."""
        return -(-self.of.place // self.of.params.batch_size)

    def batches(self) -> int:
        """Return how many batches an epoch has."""
        return -(-len(self.of.train) // self.of.params.batch_size)

    def seen(self) -> int:
        """Return how many points have been learned from."""
        return self.of.seen

    # the network as a graph

    def node_names(self) -> Sequence[str]:
        """Return what inputs, units and outputs are called."""
        of, sizes = self.of, self.of.network.sizes
        inputs = feature_names(of.params.features, of.params.own_feature)
        hidden = [f"h{k}.{unit}" for k, size in enumerate(sizes[1:-1], 1) for unit in range(1, size + 1)]
        outputs = of.classes if sizes[-1] > 1 else (of.classes[-1],)
        return (*inputs, *hidden, *outputs)

    def node_layers(self) -> Tensor:
        """Return each node's layer."""
        sizes = self.of.network.sizes
        return torch.arange(len(sizes)).repeat_interleave(torch.tensor(sizes))

    @kept
    def node_maps(self) -> Tensor:
        """Return what each node says over the plane, every few cells; the outputs as probabilities around 0."""
        every = -(-self.side // COARSE)
        hidden = [one.view(-1, self.side, self.side) for one in (self.cells, *self.over()[:-1])]
        prediction = self.prediction()
        if len(self.of.classes) > 1:
            prediction = 2 * (prediction[1:] if len(prediction) == 2 else prediction) - 1
        return torch.cat([one[:, ::every, ::every] for one in (*hidden, prediction)])

    def edges(self) -> Tensor:
        """Return which node each link comes from and goes to."""
        return self.edge_list

    def _edges(self) -> Tensor:
        network = self.of.network
        first = [sum(network.sizes[:k]) for k in range(len(network.sizes))]
        found = []
        for k, own in enumerate(network.sources):
            into = torch.cat([torch.arange(first[source], first[source] + network.sizes[source]) for source in own])
            units = torch.arange(first[k + 1], first[k + 1] + network.sizes[k + 1])
            found.append(torch.stack([into.repeat(len(units)), units.repeat_interleave(len(into))], 1))
        return torch.cat(found)

    def edge_values(self) -> Tensor:
        """Return the links' weights, or gradients."""
        if self.of.params.links == "gradient":
            return torch.cat([self._gradient(layer).flatten() for layer in self.of.network.layers])
        return self.weights()

    @kept
    def weights(self) -> Tensor:
        """Return the weights of all links."""
        return torch.cat([layer.weight.detach().flatten() for layer in self.of.network.layers])
