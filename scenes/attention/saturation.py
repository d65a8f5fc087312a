"""What happens to softmax when the scores of wider heads are not divided by √d."""

from __future__ import annotations

import torch
from torch import Tensor

TRIALS, KEYS, WIDEST_HEAD = 200, 8, 256
WIDTHS = tuple(sorted({round(2 ** (step / 6)) for step in range(49)}))
"""The widths d at which saturation is measured, 1 to 256."""


def draw_scores() -> Tensor:
    """Return scores q·k (widths, trials, keys) of standard normal queries and keys, for each width d."""
    q = torch.randn(TRIALS, 1, WIDEST_HEAD, dtype=torch.float64)
    k = torch.randn(TRIALS, KEYS, WIDEST_HEAD, dtype=torch.float64)
    return (q * k).cumsum(-1)[..., torch.tensor(WIDTHS) - 1].permute(2, 0, 1).contiguous()


def saturation(scores: Tensor, temperature: float) -> tuple[Tensor, Tensor]:
    """Return the mean largest weight and the mean size of the gradient, each (divided by √d or not, widths).

    The gradient is the Jacobian of the weights with respect to what softmax is given, and its size the
    Frobenius norm: the root of Σw² − 2Σw³ + (Σw²)².
    """
    roots = torch.tensor(WIDTHS, dtype=scores.dtype, device=scores.device)[:, None, None].sqrt()
    weights = (torch.stack([scores / roots, scores]) / temperature).softmax(-1)
    squares, cubes = weights.square().sum(-1), weights.pow(3).sum(-1)
    return weights.amax(-1).mean(-1), (squares - 2 * cubes + squares.square()).clamp_min(0).sqrt().mean(-1)


def softmax_jacobian(weights: Tensor) -> Tensor:
    """Return ∂weight_i/∂score_j = w_i(δ_ij − w_j), (…, keys, keys)."""
    return torch.diag_embed(weights) - weights[..., :, None] * weights[..., None, :]
