"""What a pass says about each layer, as float64 tensors (layer, …); the last layer is the linear one."""

from __future__ import annotations

import copy
import math
from collections.abc import Sequence
from functools import cache

import torch
from torch import Tensor

from explainer.lab.activations import STEEPEST
from explainer.lab.activations import slope as slope_of
from explainer.lab.histograms import round_up, shares
from explainer.scenes.gradient_flow.networks import Network, other_buffers
from explainer.scenes.gradient_flow.training import Pass, norm_of

COUNTED = 16
"""Examples of the batch whose values the histograms count."""
BINS = 112
LOWEST_DECADE = -46
"""The gradient histogram reaches from 10⁻⁴⁶, below the smallest float32, over 56 decades with two bins each."""
FLAT = 0.05


def delta_norms(done: Pass) -> Tensor:
    """Return ‖∂L/∂output‖ of each layer."""
    return _norms([h.grad for h in done.outputs]) / done.scale


def moments(done: Pass) -> Tensor:
    """Return mean and standard deviation (2, layer) of each layer's outputs over batch and units."""
    hidden = torch.stack(done.outputs[:-1]).detach().float().flatten(1)
    last = done.outputs[-1].detach().flatten()[None]
    return torch.cat([_moments(hidden), _moments(last)], 1)


def _moments(rows: Tensor) -> Tensor:
    """Return mean and standard deviation (2, n) of the rows (n, values), ten times as fast as ``std``."""
    means = rows.mean(1, keepdim=True)
    lengths = torch.linalg.vector_norm(rows - means, dim=1, dtype=torch.float64)
    return torch.stack([means[:, 0].double(), lengths / math.sqrt(rows.shape[1])])


def gradient_norms(network: Network, done: Pass) -> Tensor:
    """Return ‖∂L/∂W‖ of each layer; of time steps that share a cell, the norm of what each contributes.

    That contribution is gᵀh for the gradient g of the sums and the input h, so its squared norm is the sum over
    pairs of examples of (g·g′)(h·h′).
    """
    if not network.shared:
        return _norms(done.gradients)
    inputs = [done.x, *done.outputs[:-2]]
    wide = [h[:, : network.width] if number else h for number, h in enumerate(inputs)]
    found = [_product_norm(z.grad, h, done.scale) for z, h in zip(done.sums, wide, strict=True)]
    return torch.stack([*found, norm_of(done.gradients[-1])])


def _norms(tensors: Sequence[Tensor | None], minus: Sequence[Tensor] = ()) -> Tensor:
    """Return the norm of each, or of its difference to ``minus``; those of equal shape in one go."""
    shapes = [None if tensor is None else tensor.shape for tensor in tensors]
    norms = torch.zeros(len(tensors), dtype=torch.float64)
    for shape in {shape for shape in shapes if shape is not None}:
        places = [index for index, other in enumerate(shapes) if other == shape]
        together = torch.stack([tensor for tensor in tensors if tensor is not None and tensor.shape == shape]).detach()
        if minus:
            together -= torch.stack([minus[index] for index in places])
        found = torch.linalg.vector_norm(together.flatten(1), dim=1, dtype=torch.float64).cpu()
        norms[slice(places[0], places[-1] + 1) if places[-1] - places[0] + 1 == len(places) else places] = found
    return norms


def _product_norm(g: Tensor | None, h: Tensor, scale: float) -> Tensor:
    if g is None:
        return torch.zeros((), dtype=torch.float64, device=h.device)
    g, h = g.detach().double() / scale, h.detach().double()
    size = g.abs().max().clamp(min=1e-300)
    pairs = ((g / size) @ (g / size).T * (h @ h.T)).sum()
    return pairs.clamp(min=0).sqrt() * size


def factors(network: Network, done: Pass, norms: Tensor, slope: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Return what each layer multiplies ‖δ‖, its ``norms``, by, the part of the activation's ``slope``, and the rest.

    NaN stands for 0/0, and where gates are.
    """
    into = torch.cat([(norm_of(done.x.grad) / done.scale).cpu()[None], norms[:-1]])
    whole = into / norms
    if network.gates > 1:
        unknown = torch.full_like(whole, math.nan)
        return whole, unknown, unknown
    part = torch.cat([_sum_norms(done, slope).cpu() / norms[:-1], torch.ones(1, dtype=torch.float64)])
    part = torch.where(norms > 0, part, math.nan)
    return whole, part, whole / part


def _sum_norms(done: Pass, slope: Tensor) -> Tensor:
    """Return the norm of the gradient in each hidden layer's sums: as it was kept, or δ times the slope."""
    if done.keeps_sums:
        return _norms([z.grad for z in done.sums]) / done.scale
    return torch.linalg.vector_norm((slope * _deltas(done)).flatten(1), dim=1, dtype=torch.float64) / done.scale


def _deltas(done: Pass) -> Tensor:
    """Return ∂L/∂output of the hidden layers, times the loss scale, (depth, B, state); zeros where none arrived."""
    return torch.stack([torch.zeros_like(h) if h.grad is None else h.grad for h in done.outputs[:-1]]).detach()


def slopes(activation: str, done: Pass) -> Tensor:
    """Return the activation's derivative at what it was applied to, (depth, B, width) float32."""
    return slope_of(activation, torch.stack(done.sums).detach().float())


def unresponsive(network: Network, activation: str, slope: Tensor) -> tuple[Tensor, Tensor]:
    """Return the shares of saturated outputs and of dead units in each layer, 0 for the last and for gated cells."""
    nothing = torch.zeros(network.depth + 1, dtype=torch.float64)
    if network.gates > 1:
        return nothing, nothing
    steep = slope.abs()
    flat = torch.count_nonzero(steep < FLAT * STEEPEST.get(activation, 1.0), (1, 2)) / steep[0].numel()
    dead = torch.count_nonzero(steep.amax(1) == 0, 1) / steep.shape[2]
    return torch.cat([flat.cpu(), nothing[:1]]), torch.cat([dead.cpu(), nothing[:1]])


def zero_shares(done: Pass) -> Tensor:
    """Return the share of exact zeros in ∂L/∂output of each layer."""
    hidden, last = _deltas(done).flatten(1), done.outputs[-1].grad
    if last is None:
        last = torch.zeros_like(done.outputs[-1])
    found = [part.bool().sum(1) / part.shape[1] for part in (hidden, last.flatten()[None])]
    return 1 - torch.cat(found).double()


def unit_spreads(network: Network) -> Tensor:
    """Return how far apart the weights of a hidden layer's units are, relative to their size: 0 where all are alike.

    1 for a single unit and for the last layer.
    """
    found = [1.0 if network.width < 2 else _spread(weight, network.width) for weight in network.layer_weights[:-1]]
    return torch.tensor([*found, 1.0], dtype=torch.float64)


def _spread(weight: Tensor, width: int) -> float:
    units = weight.detach().double().unflatten(0, (-1, width))
    size = float(units.abs().max())
    return float(units.std(1, correction=0).max()) / size if size > 0 else 0.0


def zeros_in_float64(network: Network, done: Pass) -> Tensor:
    """Return the share of exact zeros in ∂L/∂output of each layer if all were computed in float64.

    A twin of the network is sent the same batch, and the gradient of its outputs is that of ``done``: what is zero
    here too has another cause than the number type.
    """
    twin = copy.deepcopy(network).double()
    last = done.outputs[-1].grad
    if last is None:
        return torch.ones(network.depth + 1, dtype=torch.float64)
    with torch.enable_grad():
        outputs, _ = twin(done.x.detach().double().requires_grad_())
        found = torch.autograd.grad(outputs[-1], outputs[:-1], last.to(outputs[-1]), allow_unused=True)
    shares = [1.0 if g is None else float((g == 0).double().mean()) for g in found]
    return torch.tensor([*shares, float((last == 0).double().mean())], dtype=torch.float64)


def weight_norms(network: Network) -> Tensor:
    """Return ‖W‖ of each layer."""
    return _norms(network.layer_weights)


def update_ratios(network: Network, before: Sequence[Tensor]) -> Tensor:
    """Return ‖change of W‖ / ‖W‖ of each layer, 0 where nothing was updated or there is nothing."""
    if not before:
        return torch.zeros(network.depth + 1, dtype=torch.float64)
    sizes = _norms(network.layer_weights)
    return torch.where(sizes > 0, _norms(network.layer_weights, before) / sizes, 0.0)


def activation_histogram(done: Pass) -> tuple[Tensor, Tensor]:
    """Return shares (layer, bin) of each layer's outputs, and the edges: from 0 where nothing is negative."""
    hidden = torch.stack(done.outputs[:-1]).detach()[:, :COUNTED].float().flatten(1)
    last = done.outputs[-1][:COUNTED].detach().flatten()
    least, most = (float(end) for end in hidden.aminmax())
    if not math.isfinite(most - least):
        finite = hidden[hidden.isfinite()]
        least, most = (float(end) for end in finite.aminmax()) if len(finite) else (-1.0, 1.0)
    reach = round_up(max(-least, most))
    low = 0.0 if least >= 0 else -reach
    edges = torch.linspace(low, reach, BINS + 1, dtype=torch.float64)
    places = [(values.double().clamp(low, reach) - low) * (BINS / (reach - low)) for values in (hidden, last[None])]
    return torch.cat([shares(place, BINS) for place in places]), edges


@cache
def decade_edges() -> Tensor:
    """Return the edges of the gradient histogram."""
    return 10.0 ** (LOWEST_DECADE + torch.arange(BINS + 1, dtype=torch.float64) / 2)


def gradient_histogram(done: Pass) -> Tensor:
    """Return shares (layer, bin) of the sizes of ∂L/∂output by decade, see :func:`decade_edges`."""
    last = done.outputs[-1]
    last = torch.zeros_like(last) if last.grad is None else last.grad
    parts = [part[:, :COUNTED].detach().flatten(1) for part in (_deltas(done), last[None])]
    lowest = LOWEST_DECADE + math.log10(done.scale)
    places = [(part.double().abs().log10() - lowest) * 2 for part in parts]
    return torch.cat([shares(place, BINS) for place in places])


MOST_WORK = 8e6
"""Singular values of so many layers are computed that layers × width³ stays below this."""


ROUNDING = torch.finfo(torch.float64).eps
"""A singular value below this share of the largest, times the size, is zero but for rounding."""


def jacobian_singular_values(network: Network, done: Pass) -> Tensor:
    """Return the singular values (layer, state) of ∂output/∂input of hidden layers at the first example; else NaN."""
    size = done.outputs[0].shape[1]
    found = torch.full((network.depth + 1, size), math.nan, dtype=torch.float64)
    every = max(1, math.ceil(network.depth * size**3 / MOST_WORK))
    for number in range(1, network.depth, every):
        jacobian = _jacobian(network.path[number], done.outputs[number - 1].detach().float())
        if jacobian.isfinite().all():
            values = torch.linalg.svdvals(jacobian.double()).cpu()
            found[number] = torch.where(values > ROUNDING * size * values[0], values, 0.0)
    return found


def _jacobian(layer: torch.nn.Module, h: Tensor) -> Tensor:
    """Return ∂output/∂input (state, state) at the first row of h; what batch normalization adds is in it.

    Without batch normalization the rows of a batch do not meet: row i of copies of the first one gives row i.
    """
    size = h.shape[1]
    if not isinstance(getattr(layer, "normalize", None), torch.nn.BatchNorm1d):
        with torch.enable_grad():
            copies = h[:1].repeat(size, 1).requires_grad_()
            (rows,) = torch.autograd.grad(layer(copies)[0].diagonal().sum(), copies)
        return rows
    with torch.enable_grad(), other_buffers(layer):
        h = h.clone().requires_grad_()
        output, _ = layer(h)
        (rows,) = torch.autograd.grad(output[0], h, torch.eye(size, device=h.device), is_grads_batched=True)
    return rows[:, 0].detach()
