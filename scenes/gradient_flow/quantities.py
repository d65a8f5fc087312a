"""What a pass says about each layer, as float64 tensors (layer, …); the last layer is the linear one."""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch
from torch import Tensor

from explainer.scenes.gradient_flow.networks import ACTIVATION, Network, other_buffers
from explainer.scenes.gradient_flow.training import Pass, norm_of

COUNTED = 16
"""Examples of the batch whose values the histograms count."""
BINS = 112
LOWEST_DECADE = -46
"""The gradient histogram reaches from 10⁻⁴⁶, below the smallest float32, over 56 decades with two bins each."""
STEEPEST = {"sigmoid": 0.25, "selu": 1.7581, "gelu": 1.129, "silu": 1.0998}
"""The greatest slope of an activation where it is not 1."""
FLAT = 0.05


def delta_norms(done: Pass) -> Tensor:
    """Return ‖∂L/∂output‖ of each layer."""
    return _norms([h.grad for h in done.outputs]) / done.scale


def spreads(done: Pass) -> Tensor:
    """Return the standard deviation of each layer's outputs over batch and units."""
    hidden = torch.stack(done.outputs[:-1]).detach().float().flatten(1)
    last = done.outputs[-1].detach().flatten()[None]
    return torch.cat([hidden.std(1, correction=0), last.std(1, correction=0)]).double()


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


def _norms(gradients: Sequence[Tensor | None]) -> Tensor:
    """Return the norm of each, those of equal shape in one go."""
    shapes = [None if gradient is None else gradient.shape for gradient in gradients]
    norms = torch.zeros(len(gradients), dtype=torch.float64)
    for shape in {shape for shape in shapes if shape is not None}:
        places = [index for index, other in enumerate(shapes) if other == shape]
        together = torch.stack([gradients[index] for index in places]).detach().flatten(1)
        norms[places] = torch.linalg.vector_norm(together, dim=1, dtype=torch.float64).cpu()
    return norms


def _product_norm(g: Tensor | None, h: Tensor, scale: float) -> Tensor:
    if g is None:
        return torch.zeros((), dtype=torch.float64, device=h.device)
    g, h = g.detach().double() / scale, h.detach().double()
    size = g.abs().max().clamp(min=1e-300)
    pairs = ((g / size) @ (g / size).T * (h @ h.T)).sum()
    return pairs.clamp(min=0).sqrt() * size


def factors(network: Network, done: Pass) -> tuple[Tensor, Tensor, Tensor]:
    """Return what each layer multiplies ‖δ‖ by, the slope's part, and the rest; NaN for 0/0 and where gates are."""
    norms = delta_norms(done).cpu()
    into = torch.cat([(norm_of(done.x.grad) / done.scale).cpu()[None], norms[:-1]])
    whole = into / norms
    if network.gates > 1:
        unknown = torch.full_like(whole, math.nan)
        return whole, unknown, unknown
    sums = _norms([z.grad for z in done.sums]) / done.scale
    slope = torch.cat([sums / norms[:-1], torch.ones(1, dtype=torch.float64)])
    slope = torch.where(norms > 0, slope, math.nan)
    return whole, slope, whole / slope


def activation_means(done: Pass) -> Tensor:
    """Return the mean of each layer's outputs over batch and units."""
    hidden, last = torch.stack(done.outputs[:-1]).detach().float().flatten(1), done.outputs[-1].detach()
    return torch.cat([hidden.mean(1), last.mean()[None]]).double()


def slopes(activation: str, done: Pass) -> Tensor:
    """Return the activation's derivative at what it was applied to, (depth, B, width) float32."""
    with torch.enable_grad():
        z = torch.stack(done.sums).detach().float().requires_grad_()
        (slope,) = torch.autograd.grad(ACTIVATION[activation](z).sum(), z)
    return slope


def unresponsive(network: Network, activation: str, done: Pass) -> tuple[Tensor, Tensor]:
    """Return the shares of saturated outputs and of dead units in each layer, 0 for the last and for gated cells."""
    nothing = torch.zeros(len(done.outputs), dtype=torch.float64)
    if network.gates > 1:
        return nothing, nothing
    slope = slopes(activation, done).abs()
    flat = (slope < FLAT * STEEPEST.get(activation, 1.0)).double().mean((1, 2))
    dead = (slope == 0).all(1).double().mean(1)
    return torch.cat([flat.cpu(), nothing[:1]]), torch.cat([dead.cpu(), nothing[:1]])


def zero_shares(done: Pass) -> Tensor:
    """Return the share of exact zeros in ∂L/∂output of each layer."""
    found = [torch.zeros_like(h) if h.grad is None else h.grad for h in done.outputs]
    hidden, last = torch.stack(found[:-1]), found[-1]
    return torch.cat([(hidden == 0).double().mean((1, 2)), (last == 0).double().mean()[None]])


def update_ratios(network: Network, before: Sequence[Tensor]) -> Tensor:
    """Return ‖change of W‖ / ‖W‖ of each layer, 0 where nothing was updated or there is nothing."""
    if not before:
        return torch.zeros(network.depth + 1, dtype=torch.float64)
    now = [weight.detach() for weight in network.layer_weights]
    sizes = _norms(now)
    change = _norms([w - b for w, b in zip(now, before, strict=True)])
    return torch.where(sizes > 0, change / sizes, 0.0)


def activation_histogram(done: Pass) -> tuple[Tensor, Tensor]:
    """Return shares (layer, bin) of each layer's outputs, and the edges: from 0 where nothing is negative."""
    hidden = torch.stack([h[:COUNTED] for h in done.outputs[:-1]]).detach().double().flatten(1)
    last = done.outputs[-1][:COUNTED].detach().double().flatten()
    finite = hidden[hidden.isfinite()]
    reach = _round_up(float(finite.abs().max()) if len(finite) else 1.0)
    low = 0.0 if len(finite) and finite.min() >= 0 else -reach
    edges = torch.linspace(low, reach, BINS + 1, dtype=torch.float64)
    places = [((values - low) / (reach - low) * BINS) for values in (hidden, last[None])]
    return torch.cat([_shares(place) for place in places]), edges


def decade_edges() -> Tensor:
    """Return the edges of the gradient histogram."""
    return 10.0 ** (LOWEST_DECADE + torch.arange(BINS + 1, dtype=torch.float64) / 2)


def gradient_histogram(done: Pass) -> tuple[Tensor, Tensor]:
    """Return shares (layer, bin) of the sizes of ∂L/∂output by decade, and the edges."""
    edges = decade_edges()
    found = [torch.zeros_like(h[:COUNTED]) if h.grad is None else h.grad[:COUNTED] for h in done.outputs]
    hidden = torch.stack(found[:-1]).detach().double() / done.scale
    last = found[-1].detach().double() / done.scale
    places = [2 * (part.abs().log10() - LOWEST_DECADE) for part in (hidden.flatten(1), last.flatten()[None])]
    return torch.cat([_shares(place) for place in places]), edges


def _shares(places: Tensor) -> Tensor:
    """Return how much of each row (layer, n) falls into which bin; what is not finite falls into none."""
    layers, count = places.shape
    index = places.nan_to_num(0, 0, 0).floor().clamp(0, BINS - 1).long()
    index += BINS * torch.arange(layers, device=places.device)[:, None]
    kept = index[places.isfinite()]
    return torch.bincount(kept, minlength=BINS * layers).double().reshape(layers, BINS) / count


def _round_up(value: float) -> float:
    """Return the next of 1, 2 and 5 times a power of ten."""
    if not 1e-300 < value < 1e300:
        return 1.0
    power = 10.0 ** math.floor(math.log10(value))
    return next(m * power for m in (1, 2, 5, 10) if m * power >= value * (1 - 1e-9))


MOST_WORK = 8e6
"""Singular values of so many layers are computed that layers × width³ stays below this."""


def jacobian_singular_values(network: Network, done: Pass) -> Tensor:
    """Return the singular values (layer, state) of ∂output/∂input of hidden layers at the first example; else NaN."""
    size = done.outputs[0].shape[1]
    found = torch.full((network.depth + 1, size), math.nan, dtype=torch.float64)
    every = max(1, math.ceil(network.depth * size**3 / MOST_WORK))
    for number in range(1, network.depth, every):
        h = done.outputs[number - 1].detach().float()
        jacobian = _jacobian(network.path[number], h)
        if jacobian.isfinite().all():
            found[number] = torch.linalg.svdvals(jacobian.double()).cpu()
    return found


def _jacobian(layer: torch.nn.Module, h: Tensor) -> Tensor:
    """Return ∂output/∂input (state, state) at the first row of h; what batch normalization adds is in it."""
    size = h.shape[1]
    with torch.enable_grad(), other_buffers(layer):
        h = h.clone().requires_grad_()
        output, _ = layer(h)
        (rows,) = torch.autograd.grad(output[0], h, torch.eye(size, device=h.device), is_grads_batched=True)
    return rows[:, 0].detach()
