"""Deep networks that keep what passes through them: layers one after the other, or one cell again and again."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import torch
from torch import Generator, Tensor, nn
from torch.nn import functional as F  # noqa: N812 - the usual name

from explainer.lab.activations import ACTIVATION
from explainer.lab.initial_weights import initialize

NORMALIZATION: dict[str, Callable[[int], nn.Module]] = {
    "batch": nn.BatchNorm1d,
    "layer": nn.LayerNorm,
    "rms": nn.RMSNorm,
}


class BareLinear(nn.Linear):
    """A linear layer whose weights wait to be drawn, so that no random number is used up."""

    def reset_parameters(self) -> None:
        """Leave the weights as they are."""


def dense(linear: nn.Linear, h: Tensor) -> Tensor:
    """Return h Wᵀ + b for h (B, inputs), computed in the type of h, whatever the type of the weights."""
    weight, bias = linear.weight, linear.bias
    return F.linear(h, weight, bias) if h.dtype == weight.dtype else F.linear(h, weight.to(h.dtype), bias.to(h.dtype))


class Layer(nn.Module):
    """One hidden layer: linear, perhaps normalized, the activation, perhaps a skip connection."""

    def __init__(self, inputs: int, outputs: int, activation: str, normalization: str = "none", skip: str = "none"):
        super().__init__()
        self.linear = BareLinear(inputs, outputs)
        self.normalize = NORMALIZATION[normalization](outputs) if normalization != "none" else None
        self.activation = ACTIVATION[activation]
        self.skip = skip
        self.branch = nn.Parameter(torch.zeros(())) if skip == "residual-zero" else None

    def forward(self, h: Tensor) -> tuple[Tensor, Tensor]:
        """Return the output (B, outputs) and what the activation was applied to."""
        z = dense(self.linear, h)
        if self.normalize is not None:
            z = self.normalize(z.to(torch.promote_types(h.dtype, torch.float32))).to(h.dtype)
        y = self.activation(z)
        if self.branch is not None:
            y = self.branch.to(h.dtype) * y
        return (y if self.skip == "none" else h + y), z


class Gates(nn.Module):
    """One step of an LSTM or a GRU (B, state) → (B, state), as PyTorch's cells compute it.

    The LSTM's state is (h, c), the GRU's is h. ``first`` takes the input instead, from a state of zeros.
    """

    def __init__(self, kind: str, inputs: int, width: int, first: bool):
        super().__init__()
        self.kind, self.width, self.first = kind, width, first
        self.linear = BareLinear(inputs, width * (4 if kind == "lstm" else 3))

    def forward(self, state: Tensor) -> tuple[Tensor, Tensor]:
        """Return the next state, and the sums that the gates are made of."""
        h = state if self.first else state[:, : self.width]
        sums = dense(self.linear, h)
        if self.kind == "gru":
            return self.gru(sums, torch.zeros_like(sums[:, : self.width]) if self.first else h), sums
        c = torch.zeros_like(sums[:, : self.width]) if self.first else state[:, self.width :]
        take, keep, candidate, show = sums.chunk(4, 1)
        c = torch.sigmoid(keep) * c + torch.sigmoid(take) * torch.tanh(candidate)
        return torch.cat([torch.sigmoid(show) * torch.tanh(c), c], 1), sums

    def gru(self, sums: Tensor, h: Tensor) -> Tensor:
        """Return the next h; the reset gate acts on W h + b, as in PyTorch, and not on the input."""
        reset, update, candidate = sums.chunk(3, 1)
        candidate = torch.tanh(candidate if self.first else torch.sigmoid(reset) * candidate)
        keep = torch.sigmoid(update)
        return keep * h + (1 - keep) * candidate


class Network(nn.Module):
    """``depth`` hidden layers and a linear one; with fewer layers given, the second is used again and again.

    ``path`` holds the modules in the order in which an input passes them, ``layer_weights`` the weight matrix of
    each, ``gates`` how many sums a unit has: 4 in an LSTM, 3 in a GRU, else 1. ``keeps_sums`` says whether the gradient
    in the sums is more than that of the output times the activation's slope, or wanted at every step.
    """

    def __init__(self, layers: Sequence[nn.Module], depth: int, width: int, truncation: int = 0):
        super().__init__()
        self.layers = nn.ModuleList(layers)
        self.depth, self.width, self.truncation = depth, width, truncation
        self.shared = len(layers) < depth + 1
        self.path = [layers[0], *[layers[1]] * (depth - 1), layers[-1]] if self.shared else list(layers)
        self.layer_weights = [_linear(layer).weight for layer in self.path]
        self.gates = len(self.layer_weights[0]) // width
        self.keeps_sums = self.shared or any(isinstance(layer, Layer) and layer.branch is not None for layer in layers)
        self.parameter_list = list(self.parameters())

    def forward(self, x: Tensor) -> tuple[list[Tensor], list[Tensor]]:
        """Return the outputs of all layers, the last one (B, classes), and what each activation was applied to."""
        outputs, sums, h = [], [], x
        for number, layer in enumerate(self.path[:-1], 1):
            h, z = layer.forward(h)
            outputs.append(h)
            sums.append(z)
            if self.truncation and number < self.depth and (self.depth - number) % self.truncation == 0:
                h = h.detach()
        h = h[:, : self.width] if self.gates == 4 else h
        return [*outputs, dense(_linear(self.path[-1]), h).float()], sums


def _linear(layer: nn.Module) -> nn.Linear:
    """Return the linear part of a layer."""
    found = layer if isinstance(layer, nn.Linear) else layer.linear
    assert isinstance(found, nn.Linear)
    return found


@contextmanager
def other_buffers(module: nn.Module) -> Iterator[None]:
    """Give the module copies of its buffers for a pass that must leave no trace.

    Writing the old numbers back would do for the numbers, and not for a pass that rests between its phases:
    its backward part needs the very tensors, unwritten.
    """
    kept = [(part, name, own) for part in module.modules() for name, own in part.named_buffers(recurse=False)]
    for part, name, own in kept:
        setattr(part, name, own.clone())
    try:
        yield
    finally:
        for part, name, own in kept:
            setattr(part, name, own)


def make_network(
    inputs: int,
    outputs: int,
    depth: int,
    width: int,
    generator: Generator,
    *,
    activation: str,
    init: str,
    gain: float = 1.0,
    normalization: str = "none",
    skip: str = "none",
) -> Network:
    """Return an MLP of ``depth`` hidden layers; skip connections join those of equal width."""
    layers: list[nn.Module] = [Layer(inputs, width, activation, normalization)]
    layers += [Layer(width, width, activation, normalization, skip) for _ in range(depth - 1)]
    return _initialized(Network([*layers, BareLinear(width, outputs)], depth, width), init, gain, generator)


def make_recurrent(
    inputs: int,
    outputs: int,
    depth: int,
    width: int,
    generator: Generator,
    *,
    cell: str,
    activation: str = "tanh",
    init: str,
    gain: float = 1.0,
    truncation: int = 0,
    keep_bias: float = 0.0,
) -> Network:
    """Return a recurrent network over ``depth`` time steps that sees the input at the first and answers at the last.

    ``keep_bias`` is added to the bias of the gate that keeps the old state: the LSTM's forget gate, the GRU's update
    gate.
    """
    if cell == "rnn":
        layers: list[nn.Module] = [Layer(inputs, width, activation), Layer(width, width, activation)]
    else:
        layers = [Gates(cell, inputs, width, first=True), Gates(cell, width, width, first=False)]
    layers = layers if depth > 1 else layers[:1]
    made = Network([*layers, BareLinear(width, outputs)], depth, width, truncation)
    return _initialized(made, init, gain, generator, keep_bias)


def _initialized(network: Network, init: str, gain: float, generator: Generator, keep_bias: float = 0.0) -> Network:
    for module in network.modules():
        if isinstance(module, nn.Linear):
            initialize(module, init, generator, gain)
    for layer in network.layers:
        if isinstance(layer, Gates):
            layer.linear.bias.data[network.width : 2 * network.width] += keep_bias
    return network
