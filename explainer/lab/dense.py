"""A network of dense layers: each may see earlier ones too, be normalized, and drop units out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812 - the usual name

from explainer.lab.activations import ACTIVATION

NORMS = {"none": "None", "batch": "Batch", "layer": "Layer"}
"""What a layer's sums are normalized over before its activation: nothing, the batch, or the units of one example."""


class DenseNetwork(nn.Module):
    """Hidden layers and a linear one; activations and dropout are told to every pass, so that they can be changed.

    ``sizes`` are inputs, units of each hidden layer, outputs. ``sources`` says for each layer which earlier ones it
    sees, 0 being the input; without it every layer sees the one before it. Of several it sees all units in one row.
    """

    def __init__(
        self,
        sizes: Sequence[int],
        sources: Sequence[Sequence[int]] = (),
        norms: Sequence[str] = (),
        device: torch.device | None = None,
    ) -> None:
        super().__init__()
        self.sizes = tuple(sizes)
        self.sources = tuple(map(tuple, sources)) or tuple((k,) for k in range(len(sizes) - 1))
        seen = [sum(sizes[source] for source in own) for own in self.sources]
        self.layers: Any = nn.ModuleList(
            nn.utils.skip_init(nn.Linear, inputs, units, device=device or "cpu")
            for inputs, units in zip(seen, sizes[1:], strict=True)
        )
        self.normalized = any(norm != "none" for norm in norms)
        named = [*norms, *["none"] * (len(sizes) - 2 - len(norms))]
        self.norms = nn.ModuleList(
            make_norm(norm, units, device) for norm, units in zip(named, sizes[1:-1], strict=True)
        )

    def forward(self, x: Tensor, activations: Sequence[str], dropouts: Sequence[float] = ()) -> Tensor:
        """Return the outputs (n, outputs) for inputs (n, inputs)."""
        return self.passed(x, activations, dropouts)[-1]

    def passed(self, x: Tensor, activations: Sequence[str], dropouts: Sequence[float] = ()) -> list[Tensor]:
        """Return what every layer gives, the inputs first and the outputs last."""
        found = [x]
        for k, activation in enumerate(activations):
            h = ACTIVATION[activation](self.norms[k](self.layers[k](self.seen(found, k))))
            found.append(F.dropout(h, dropouts[k], self.training) if dropouts and dropouts[k] else h)
        return [*found, self.layers[-1](self.seen(found, len(activations)))]

    def seen(self, found: Sequence[Tensor], layer: int) -> Tensor:
        """Return what a layer sees of what the earlier ones gave."""
        own = self.sources[layer]
        return found[own[0]] if len(own) == 1 else torch.cat([found[source] for source in own], 1)


def make_norm(norm: str, units: int, device: torch.device | None = None) -> nn.Module:
    """Return the normalization of that name, of :data:`NORMS`."""
    if norm == "batch":
        return nn.BatchNorm1d(units, device=device)
    return nn.LayerNorm(units, device=device) if norm == "layer" else nn.Identity()


@torch.no_grad()
def over_plane(
    network: DenseNetwork, inputs: Tensor, activations: Sequence[str], into: Sequence[Tensor] | None = None
) -> list[Tensor]:
    """Return what every unit of every layer says (units, cells) to inputs (inputs, cells), at evaluation.

    The same numbers as :meth:`DenseNetwork.passed` turned over, but for rounding: units in rows, as they are drawn.
    ``into`` are tensors to write to, one for each layer.
    """
    found = [inputs]
    for k in range(len(network.layers)):
        layer, own = network.layers[k], network.sources[k]
        seen = found[own[0]] if len(own) == 1 else torch.cat([found[source] for source in own])
        z = torch.addmm(layer.bias[:, None], layer.weight, seen, out=None if into is None else into[k])
        if k < len(activations):
            norm = network.norms[k]
            if not isinstance(norm, nn.Identity):
                z.copy_(_normalized(norm, z))
            _activate(activations[k], z)
        found.append(z)
    return found[1:]


def _normalized(norm: nn.Module, z: Tensor) -> Tensor:
    """Return sums (units, cells) normalized as at evaluation."""
    if isinstance(norm, nn.BatchNorm1d):
        return F.batch_norm(z.T, norm.running_mean, norm.running_var, norm.weight, norm.bias, False, 0.0, norm.eps).T
    found: Tensor = norm(z.T).T
    return found


def _activate(activation: str, z: Tensor) -> None:
    """Put the activation's values into the tensor of the sums."""
    if activation == "tanh":
        z.tanh_()
    elif activation == "relu":
        z.relu_()
    elif activation == "sigmoid":
        z.sigmoid_()
    elif activation != "linear":
        z.copy_(ACTIVATION[activation](z))
