"""Many networks at once: one for each cell of a grid, those of equal activation in one batch of matrices."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812 - the usual name

from explainer.lab.activations import ACTIVATION
from explainer.lab.initial_weights import initialize
from explainer.scenes.gradient_flow.lanes import Settings
from explainer.scenes.gradient_flow.networks import BareLinear

EPS = {"batch": 1e-5, "layer": 1e-5, "rms": torch.finfo(torch.float32).eps}
MOST_WEIGHTS = 2e7
"""So many weights go through together at most."""
SCALES = ("delta_ratio", "gradient_ratio", "gradient_scale", "forward_scale", "loss")
"""What is measured of each cell."""


@dataclass
class Stack:
    """N networks of one shape whose settings differ in how they were drawn; every parameter has N in front."""

    told: Settings
    weights: list[Tensor]
    biases: list[Tensor]
    norm_weights: list[Tensor]
    norm_biases: list[Tensor]
    branches: list[Tensor]
    lr: Tensor
    """(N,)"""

    @property
    def parameters(self) -> list[Tensor]:
        """All that is trained."""
        every = [self.weights, self.biases, self.norm_weights, self.norm_biases, self.branches]
        return [parameter for kind in every for parameter in kind]

    def forward(self, x: Tensor) -> list[Tensor]:
        """Return the outputs (N, B, units) of every layer for inputs (B, inputs)."""
        outputs, h = [], x.expand(len(self.lr), *x.shape)
        for number, (weight, bias) in enumerate(zip(self.weights[:-1], self.biases[:-1], strict=True)):
            z = torch.baddbmm(bias[:, None], h, weight.mT)
            y = ACTIVATION[self.told.activation](self.normalized(z, number))
            if number and self.told.skip != "none":
                y = h + (self.branches[number - 1][:, None, None] * y if self.branches else y)
            outputs.append(h := y)
        return [*outputs, torch.baddbmm(self.biases[-1][:, None], h, self.weights[-1].mT)]

    def normalized(self, z: Tensor, number: int) -> Tensor:
        """Return sums (N, B, units) as the normalization leaves them."""
        kind = self.told.normalization
        if kind == "none":
            return z
        axis = 1 if kind == "batch" else 2
        middle = 0.0 if kind == "rms" else z.mean(axis, keepdim=True)
        spread = (z - middle).square().mean(axis, keepdim=True)
        z = (z - middle) * (spread + EPS[kind]).rsqrt() * self.norm_weights[number][:, None]
        return z if kind == "rms" else z + self.norm_biases[number][:, None]


def draw(told: Sequence[Settings], sizes: tuple[int, int, int, int], known: Mapping[Any, Any]) -> Stack:
    """Return networks of (inputs, outputs, depth, width) with the weights that each would have by itself."""
    _, _, depth, width = sizes
    drawn = [known[one.init, one.gain] for one in told]
    count, first = len(told), told[0]
    normal = first.normalization != "none"
    return Stack(
        first,
        [torch.stack([one[layer][0] for one in drawn]) for layer in range(depth + 1)],
        [torch.stack([one[layer][1] for one in drawn]) for layer in range(depth + 1)],
        [torch.ones(count, width) for _ in range(depth if normal else 0)],
        [torch.zeros(count, width) for _ in range(depth if normal and first.normalization != "rms" else 0)],
        [torch.zeros(count) for _ in range(depth - 1 if first.skip == "residual-zero" else 0)],
        torch.tensor([one.lr for one in told]),
    )


def _weights(told: Settings, sizes: tuple[int, int, int, int], seed: int) -> list[tuple[Tensor, Tensor]]:
    """Return weights and biases of every layer."""
    inputs, outputs, depth, width = sizes
    generator, found = torch.Generator().manual_seed(seed), []
    for shape in [(inputs, width), *[(width, width)] * (depth - 1), (width, outputs)]:
        layer = BareLinear(*shape)
        initialize(layer, told.init, generator, told.gain)
        found.append((layer.weight.detach(), layer.bias.detach()))
    return found


def losses_of(outputs: Tensor, y: Tensor) -> Tensor:
    """Return the loss (N,) of each network for outputs (N, B, classes)."""
    if y.is_floating_point():
        return (outputs - y).square().mean((1, 2))
    found = F.cross_entropy(outputs.flatten(0, 1), y.repeat(len(outputs)), reduction="none")
    return found.reshape(len(outputs), -1).mean(1)


def look(stack: Stack, x: Tensor, y: Tensor) -> tuple[dict[str, Tensor], list[Tensor]]:
    """Send a batch through; return the measures (N,) and the gradients of :attr:`Stack.parameters`."""
    for parameter in stack.parameters:
        parameter.requires_grad_()
    with torch.enable_grad():
        outputs = stack.forward(x)
        losses = losses_of(outputs[-1], y)
        ends = [outputs[0], outputs[-2]]
        found = torch.autograd.grad(losses.sum(), [*ends, *stack.parameters])
    deltas, gradients = found[:2], list(found[2:])
    for parameter in stack.parameters:
        parameter.requires_grad_(False)
    first, last = (_norms(delta) for delta in deltas)
    weights = [_norms(gradient) for gradient in gradients[: len(stack.weights)]]
    spreads = [output.detach().double().flatten(1).std(1, correction=0) for output in ends]
    return {
        "delta_ratio": first / last,
        "gradient_ratio": weights[0] / weights[-2] if len(weights) > 2 else weights[0] / weights[0],
        "gradient_scale": first,
        "forward_scale": spreads[1] / spreads[0],
        "loss": losses.detach().double(),
    }, gradients


def _norms(tensor: Tensor) -> Tensor:
    return torch.linalg.vector_norm(tensor.detach().flatten(1), dim=1, dtype=torch.float64)


def descend(stack: Stack, gradients: Sequence[Tensor]) -> None:
    """Do one step of plain gradient descent."""
    for parameter, gradient in zip(stack.parameters, gradients, strict=True):
        parameter -= stack.lr.reshape(-1, *[1] * (parameter.ndim - 1)) * gradient


def cells(
    common: Settings, rows: tuple[str, Sequence[Any]], columns: tuple[str, Sequence[Any]]
) -> list[list[Settings]]:
    """Return the settings of each cell (row, column)."""
    return [[replace(common, **{rows[0]: row, columns[0]: column}) for column in columns[1]] for row in rows[1]]


def measured(
    table: Sequence[Sequence[Settings]],
    sizes: tuple[int, int, int, int],
    seed: int,
    batches: Sequence[tuple[Tensor, Tensor]],
) -> Iterator[Mapping[str, Tensor] | None]:
    """Yield the measures (row, column) at initialization, then after a step on each batch but the last.

    Between the parts of the work it yields None, so that others may take their turn.
    """
    shape = len(table), len(table[0])
    start, end = ({name: torch.zeros(shape, dtype=torch.float64) for name in SCALES} for _ in range(2))
    known: dict[Any, Any] = {}
    groups = _alike(table, max(1, int(MOST_WEIGHTS / (sizes[2] * sizes[3] ** 2))))
    for one in itertools.chain(*table):
        if (one.init, one.gain) not in known:
            known[one.init, one.gain] = _weights(one, sizes, seed)
            yield None
    for places in groups:
        found, _ = look(draw([table[i][j] for i, j in places], sizes, known), *batches[0])
        _fill(start, places, found)
        yield None
    yield start
    for places in groups if len(batches) > 1 else ():
        stack = draw([table[i][j] for i, j in places], sizes, known)
        for batch in batches[:-1]:
            descend(stack, look(stack, *batch)[1])
            yield None
        _fill(end, places, look(stack, *batches[-1])[0])
    yield end if len(batches) > 1 else start


def _alike(table: Sequence[Sequence[Settings]], most: int) -> list[list[tuple[int, int]]]:
    """Return the places of cells whose networks compute alike and so can go through together, ``most`` at a time."""
    groups: dict[tuple[str, str, str], list[tuple[int, int]]] = {}
    for i, row in enumerate(table):
        for j, one in enumerate(row):
            groups.setdefault((one.activation, one.normalization, one.skip), []).append((i, j))
    return [places[k : k + most] for places in groups.values() for k in range(0, len(places), most)]


def _fill(table: Mapping[str, Tensor], places: Sequence[tuple[int, int]], found: Mapping[str, Tensor]) -> None:
    rows, columns = zip(*places, strict=True)
    for name, values in found.items():
        table[name][list(rows), list(columns)] = values
