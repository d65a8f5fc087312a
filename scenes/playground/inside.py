"""What is inside the network: the hidden space, one example's numbers, weights and gradients as histograms."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from explainer.engine.kept import kept
from explainer.lab.dense import over_plane
from explainer.lab.histograms import round_up, shares
from explainer.scenes.playground.data import features_of
from explainer.scenes.playground.layers import told

if TYPE_CHECKING:
    from explainer.scenes.playground.drawings import Drawings
    from explainer.scenes.playground.experiment import Playground

LINES, SAMPLES = 13, 50
"""Lines of the grid in each direction, and places along a line."""
BINS = 41
SMALLEST = -8
"""Gradients below 10 to this power count in the first bin."""


class Inside:
    """What is drawn of the inside of a playground's network."""

    def __init__(self, playground: Playground, drawings: Drawings, reach: float) -> None:
        self.of, self.drawings = playground, drawings
        along, across = torch.linspace(-reach, reach, SAMPLES), torch.linspace(-reach, reach, LINES)
        upright = torch.stack([across[:, None].expand(-1, SAMPLES), along.expand(LINES, -1)], 2)
        lines = torch.cat([upright, upright.flip(2)]).to(playground.device)
        params = playground.params
        self.lines = features_of(lines.flatten(0, 1), params.features, params.own_feature).T.contiguous()

    # the hidden space

    @kept
    def point_units(self) -> list[Tensor]:
        """Return what every layer gives for each point (unit, point), the features first and the scores last."""
        inputs = self.of.inputs.T.contiguous()
        return [inputs, *over_plane(self.of.network, inputs, told(self.of.params).activations)]

    def _layer(self) -> int:
        return min(self.of.params.layer, len(self.of.network.sizes) - 2)

    @kept
    def space(self) -> tuple[Tensor, Tensor]:
        """Return the points (point, 2) and the grid's lines (place, 2), a gap between two, in the layer's space."""
        layer, params = self._layer(), self.of.params
        points = self.point_units()[layer]
        lines = [self.lines, *over_plane(self.of.network, self.lines, told(params).activations)][layer]
        if params.space == "components" and len(points) > 2:
            axes, middle = principal_axes(points)
            points, lines = axes @ (points - middle), axes @ (lines - middle)
        elif params.space == "units":
            chosen = [min(unit, len(points)) - 1 for unit in (params.unit_x, params.unit_y)]
            points, lines = points[chosen], lines[chosen]
        points, lines = (torch.cat([one, torch.zeros_like(one)])[:2] for one in (points, lines))
        gaps = torch.full((2, 2 * LINES, 1), math.nan, device=lines.device)
        return points.T.contiguous(), torch.cat([lines.view(2, 2 * LINES, SAMPLES), gaps], 2).flatten(1).T.contiguous()

    def space_points(self) -> Tensor:
        """Return where the points are in the layer's space."""
        return self.space()[0]

    def space_grid(self) -> Tensor:
        """Return where the plane's grid is in it."""
        return self.space()[1]

    # one example

    def example_index(self) -> int:
        """Return which point is followed."""
        return self.of.params.example % len(self.of.points)

    @kept
    def example(self) -> tuple[Tensor, Tensor, Tensor]:
        """Return the example's value at each node, ∂L/∂value there (node,), and ∂L/∂weight of each link (edge,).

        At evaluation, at the present weights, by autograd; the scores are the last values.
        """
        of, k = self.of, self.example_index()
        training, _ = of.network.training, of.network.eval()
        with torch.enable_grad():
            x = of.inputs[k : k + 1].detach().requires_grad_()
            passed = of.network.passed(x, told(of.params).activations)
            loss = of.loss_of(passed[-1], of.targets[k : k + 1])
            weights = [layer.weight for layer in of.network.layers]
            found = torch.autograd.grad(loss, [*passed, *weights], allow_unused=True)
        of.network.train(training)
        gradients = [
            torch.zeros_like(one) if g is None else g for one, g in zip([*passed, *weights], found, strict=True)
        ]
        values = torch.cat([one.detach().flatten() for one in passed])
        count = len(passed)
        nodes, links = (torch.cat([one.flatten() for one in part]) for part in (gradients[:count], gradients[count:]))
        return values, nodes, links

    def example_values(self) -> Tensor:
        """Return the example's value at each node."""
        return self.example()[0]

    def example_slopes(self) -> Tensor:
        """Return ∂L/∂value at each node."""
        return self.example()[1]

    def example_gradients(self) -> Tensor:
        """Return ∂L/∂weight of each link."""
        return self.example()[2]

    @kept
    def example_loss(self) -> float:
        """Return the example's loss."""
        of, k = self.of, self.example_index()
        scores = self.point_units()[-1][:, k : k + 1].T
        return float(of.loss_of(scores, of.targets[k : k + 1]))

    def change(self) -> Tensor:
        """Return what the last update changed of each weight (edge,)."""
        count, hands = 2 * len(self.of.network.layers), self.of.hands
        return torch.cat([part.flatten() for part in hands.parted(hands.flat - self.of.before)[:count:2]])

    # pieces

    @kept
    def piece(self) -> Tensor:
        """Return in which piece each cell lies (y, x): where the same hidden units are on, counted from 0."""
        on = [one > 0 for one in self.drawings.over()[:-1]]
        if not on:
            return torch.zeros(self.drawings.side, self.drawings.side, dtype=torch.int64)
        signs = torch.cat(on).to(torch.float64)
        draws = torch.rand(len(signs), dtype=torch.float64, generator=torch.Generator().manual_seed(0))
        _, found = torch.unique(draws.to(signs.device) @ signs, return_inverse=True)
        return found.view(self.drawings.side, self.drawings.side)

    def pieces(self) -> int:
        """Return how many pieces there are among the cells of the plane."""
        return int(self.piece().max()) + 1

    def parameters(self) -> int:
        """Return how many numbers the network learns."""
        return sum(parameter.numel() for parameter in self.of.network.parameters())

    # histograms

    @kept
    def weight_bins(self) -> tuple[Tensor, Tensor]:
        """Return shares of each layer's weights between edges (layer, bin), and the edges (bin + 1,)."""
        weights = [layer.weight.detach().flatten() for layer in self.of.network.layers]
        reach = round_up(max(float(each.abs().nan_to_num(0, 0, 0).max()) for each in weights))
        counted = [shares((BINS * (each / reach + 1) / 2)[None], BINS) for each in weights]
        return torch.cat(counted), torch.linspace(-reach, reach, BINS + 1, dtype=torch.float64)

    def weight_histogram(self) -> Tensor:
        """Return shares of each layer's weights."""
        return self.weight_bins()[0]

    def weight_edges(self) -> Tensor:
        """Return the edges of their bins."""
        return self.weight_bins()[1]

    @kept
    def gradient_histogram(self) -> Tensor:
        """Return shares of the sizes of each layer's last gradient (layer, bin), zeros in none."""
        per_power = BINS / (2 - SMALLEST)
        counted = []
        for layer in self.of.network.layers:
            size = layer.weight.grad.abs().flatten() if layer.weight.grad is not None else layer.weight.new_zeros(1)
            places = ((size.log10() - SMALLEST) * per_power).clamp(min=0)
            counted.append(shares(torch.where(size > 0, places, -1.0)[None], BINS))
        return torch.cat(counted)

    def gradient_edges(self) -> Tensor:
        """Return the edges of these bins."""
        return torch.logspace(SMALLEST, 2, BINS + 1, dtype=torch.float64)


def principal_axes(points: Tensor) -> tuple[Tensor, Tensor]:
    """Return the two directions (2, unit) in which points (unit, point) differ most, and their middle (unit, 1)."""
    middle = points.mean(1, keepdim=True)
    centred = (points - middle).double()
    vectors = torch.linalg.eigh(centred @ centred.T).eigenvectors.T.flip(0)[:2]
    largest = vectors.abs().argmax(1)
    return (vectors * vectors[torch.arange(2), largest].sign()[:, None]).to(points.dtype), middle
