"""What is measured beside the run: softmax in ever wider heads, divided by √d or not, and attention racing a GRU."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from explainer.engine.experiment import Parts
from explainer.lab.race import LENGTHS, race

TRIALS, KEYS, WIDEST_HEAD = 200, 8, 256
WIDTHS = tuple(sorted({round(2 ** (step / 6)) for step in range(49)}))
"""The widths d at which saturation is measured, 1 to 256."""


def draw_scores() -> tuple[Tensor, Tensor]:
    """Return scores q·k (widths, trials, keys) of standard normal queries and keys, for each width d.

    With them come the keys' own dot products (widths, trials, keys, keys), from which the gradient follows.
    """
    q = torch.randn(TRIALS, 1, WIDEST_HEAD, dtype=torch.float64)
    k = torch.randn(TRIALS, KEYS, WIDEST_HEAD, dtype=torch.float64)
    scores = (q * k).cumsum(-1)[..., torch.tensor(WIDTHS) - 1].permute(2, 0, 1).contiguous()
    edges = zip((0, *WIDTHS), WIDTHS, strict=False)
    return scores, torch.stack([k[..., low:high] @ k[..., low:high].mT for low, high in edges]).cumsum(0)


def saturation(scores: Tensor, products: Tensor, temperature: float) -> tuple[Tensor, Tensor, Tensor]:
    """Return the mean largest weight, and median and mean of ‖∂w/∂q‖, each (divided by √d or not, widths).

    The gradient is that of the weights in the query, softmax's Jacobian J times the keys K over the divisor: what
    reaches W_Q. Its Frobenius norm is the root of the trace of J K Kᵀ J.
    """
    roots = torch.tensor(WIDTHS, dtype=scores.dtype, device=scores.device).sqrt()
    divisors = torch.stack([roots, torch.ones_like(roots)])[..., None] * temperature
    weights = (scores / divisors[..., None]).softmax(-1)
    jacobian = softmax_jacobian(weights)
    squares = torch.einsum("...ij,...jk,...ki->...", jacobian, products.to(scores.dtype), jacobian)
    slopes = squares.clamp_min(0).sqrt() / divisors
    return weights.amax(-1).mean(-1), slopes.median(-1).values, slopes.mean(-1)


def softmax_jacobian(weights: Tensor) -> Tensor:
    """Return ∂weight_i/∂z_j = w_i(δ_ij − w_j), (…, keys, keys); z is what softmax is given."""
    return torch.diag_embed(weights) - weights[..., :, None] * weights[..., None, :]


# the race

WIDTH, REPEATS = 64, 3
"""Both have inputs and outputs of this width; the quickest of a few repeats counts."""


def race_job() -> Parts:
    """Yield the lengths, then after each length the milliseconds so far (network, length), NaN for those to come.

    The time is that of one forward and one backward pass over one sequence, on the processor: network 0
    is a GRU, 1 is one head of self-attention with its four projections.
    """
    recurrent, attention = nn.GRU(WIDTH, WIDTH, batch_first=True), nn.MultiheadAttention(WIDTH, 1, batch_first=True)
    models = (lambda x: recurrent(x)[0], lambda x: attention(x, x, x, need_weights=False)[0])
    yield {"race_length": torch.tensor(LENGTHS)}
    for took in race(models, lambda length: torch.randn(1, length, WIDTH), REPEATS):
        yield {} if took is None else {"race_time": took, "race_done": (~took[0].isnan()).sum()}
