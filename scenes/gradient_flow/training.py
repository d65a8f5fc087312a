"""One step of training, in the three parts that a reader can stop between."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from explainer.lab.losses import accuracy_of, loss_of
from explainer.scenes.gradient_flow.networks import Network

DTYPE = {"float32": torch.float32, "float16": torch.float16, "bfloat16": torch.bfloat16}


@dataclass
class Pass:
    """One batch on its way through a network; after :func:`backward` each output has its gradient."""

    x: Tensor
    outputs: list[Tensor]
    sums: list[Tensor]
    loss: Tensor
    accuracy: Tensor
    scale: float
    """What the loss was multiplied by before the backward pass; the gradients of the outputs still are."""
    keeps_sums: bool = False
    """Whether the sums keep their gradients too; where not, these are δ times the activation's slope."""
    gradients: Sequence[Tensor | None] = ()
    """∂L/∂W of each layer, before clipping."""


def forward(network: Network, x: Tensor, y: Tensor, dtype: str = "float32", scale: float = 1.0) -> Pass:
    """Send a batch forwards; the input and every layer's output keep the gradients that they will get."""
    x = x.to(DTYPE[dtype], copy=True).requires_grad_()
    outputs, sums = network(x)
    for tensor in (*outputs, *(sums if network.keeps_sums else ())):
        tensor.retain_grad()
    loss, accuracy = loss_of(outputs[-1], y), accuracy_of(outputs[-1].detach(), y)
    return Pass(x, outputs, sums, loss, accuracy, scale, network.keeps_sums)


def backward(network: Network, done: Pass) -> None:
    """Send the gradient backwards, multiplied by the loss scale on its way."""
    for parameter in network.parameter_list:
        parameter.grad = None
    (done.loss * done.scale).backward()
    if done.scale != 1:
        for parameter in network.parameter_list:
            if parameter.grad is not None:
                parameter.grad /= done.scale
    done.gradients = [weight.grad for weight in network.layer_weights]


def clip_gradient(network: Network, clip: str, clip_at: float) -> None:
    """Shorten the gradient to a length (its direction stays), or cut each component to a range (it does not)."""
    if clip == "norm":
        nn.utils.clip_grad_norm_(network.parameters(), clip_at)
    elif clip == "value":
        nn.utils.clip_grad_value_(network.parameters(), clip_at)


def measure(network: Network, done: Pass) -> Tensor:
    """Return loss, accuracy, delta_ratio, gradient norm and cosine (5,) as float64."""
    return measures_of(network.parameter_list, done.outputs, done.loss, done.accuracy)


@torch.no_grad()
def measures_of(parameters: Iterable[Tensor], outputs: Sequence[Tensor], loss: Tensor, accuracy: Tensor) -> Tensor:
    """Return loss, accuracy, ‖δ‖ of the first hidden layer over that of the last, gradient norm and cosine (5,)."""
    first, last = norm_of(outputs[0].grad), norm_of(outputs[-2].grad)
    ratio = first / last if last > 0 or not last.isfinite() else torch.zeros_like(last)
    total = torch.cat([parameter.grad.flatten() for parameter in parameters if parameter.grad is not None])
    return torch.stack([loss.double(), accuracy.double(), ratio, norm_of(total), likeness(outputs[-2])])


def settle(
    found: dict[Any, Tensor], measures: dict[Any, Tensor], exact: Collection[Any]
) -> tuple[list[Any], list[Any]]:
    """Take what was measured of each network into ``measures``; return whose update is done and who is retired.

    Where a number is not finite there is no update. A network that is not among the ``exact`` ones, which compute in
    float32, and whose loss is finite leaves out this update only, as ``torch.amp.GradScaler`` does; any other
    is retired with its last finite numbers. When all would be, these numbers are kept: they end the run.
    """
    sound = [name for name, values in found.items() if values.isfinite().all()]
    left_out = [name for name in found if name not in sound and name not in exact and found[name][0].isfinite()]
    gone = [name for name in found if name not in sound and name not in left_out]
    for name, values in found.items():
        if name in left_out:
            measures[name] = torch.where(values.isfinite(), values, measures[name])
        elif name in sound or len(gone) == len(found):
            measures[name] = values
    return sound, gone if len(gone) < len(found) else []


def norm_of(tensor: Tensor | None) -> Tensor:
    """Return the norm of all entries, squared and added in float64: float32 loses norms below about 1e-23."""
    return torch.linalg.vector_norm(torch.zeros(()) if tensor is None else tensor.detach(), dtype=torch.float64)


def likeness(vectors: Tensor) -> Tensor:
    """Return the mean cosine between different rows (B, width), zero rows left out; 1 where fewer than two are left."""
    rows = vectors.detach().double()
    rows = rows / rows.abs().amax(1, keepdim=True).clamp(min=1e-300)
    lengths = rows.norm(dim=1, keepdim=True)
    unit = rows / lengths.clamp(min=1e-300)
    count = (lengths > 0).sum()
    pairs = count * (count - 1)
    cosine = (unit.sum(0).square().sum() - count) / pairs.clamp(min=1)
    return torch.where(pairs > 0, cosine, torch.ones_like(cosine))


def first_square(network: Network, weights: Sequence[Tensor] = ()) -> Tensor:
    """Return the weights of the first square layer, of the first layer where none is square, without its history.

    Of a cell with gates it is the square part that makes the candidate. Other ``weights`` of the layers may be given.
    """
    layers = [weight.detach() for weight in (weights or network.layer_weights)[:-1]]
    if network.gates > 1:
        part = {4: 2, 3: 2}[network.gates] * network.width
        layers = [weight[part : part + network.width] for weight in layers]
    return next((weight for weight in layers if len(weight) == weight.shape[1]), layers[0])
