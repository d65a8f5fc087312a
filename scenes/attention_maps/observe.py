"""What a model's attention is turned into for a picture: maps, patterns, rollout, importance."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cached_property

import torch
from torch import Tensor, nn

from explainer.scenes.attention_maps.names import PATTERNS
from explainer.scenes.attention_maps.transformer import Seen, contributions

OVERVIEW = 64
"""Rows and columns of a map in the overview, at the most."""
AT_ONCE = 12
"""Heads that are tried in one batch."""
TOP = 40
"""Symbols that are listed as candidates for the next token, at the most."""


class Observation:
    """One sequence on its way through a model; every tensor is detached, and found when it is asked for."""

    def __init__(self, seen: Seen, outs: Sequence[nn.Linear], output: Tensor) -> None:
        self._seen, self._outs = seen, outs
        self.output = output
        """Scores (query, symbol), or hidden states (query, D) of an encoder."""
        self.weights = torch.cat(seen.weights)
        """(layer, head, query, key)"""

    @cached_property
    def contribution(self) -> Tensor:
        """The lengths of the vectors that are added, (layer, head, query, key)."""
        seen = self._seen
        with torch.no_grad():
            return torch.cat([contributions(*each) for each in zip(seen.weights, seen.v, self._outs, strict=True)])

    @cached_property
    def residual_norm(self) -> Tensor:
        """How long the residual stream is before the first and after each layer, (layer + 1, query)."""
        return torch.stack([x[0].norm(dim=-1) for x in self._seen.residual])


def observe(model: Callable[..., Tensor], outs: Sequence[nn.Linear], tokens: Tensor, gates: Tensor) -> Observation:
    """Send tokens (1, T) through a model and keep what its attention did; ``outs`` are the output projections.

    What is found later is found from the output projections as they are then: ask before the model changes.
    """
    seen = Seen()
    with torch.no_grad():
        return Observation(seen, outs, model(tokens, gates, seen)[0])


def rollout(weights: Tensor) -> Tensor:
    """Return attention rollout (query, key) of weights (layer, head, query, key): Abnar & Zuidema (2020).

    The heads' mean, half of it replaced by the identity for the residual path, multiplied through the layers.
    """
    same = torch.eye(weights.shape[-1], dtype=weights.dtype, device=weights.device)
    found = same
    for layer in weights.mean(1):
        found = (layer + same) / 2 @ found
    return found


def pooled(maps: Tensor, most: int = OVERVIEW) -> Tensor:
    """Return maps (layer, head, query, key) of at most ``most`` rows and columns; a cell is the largest it covers."""
    size = maps.shape[-1]
    return maps if size <= most else nn.functional.adaptive_max_pool2d(maps, most)


def pattern_scores(weights: Tensor, tokens: Tensor) -> Tensor:
    """Return (pattern, …, layer, head): the mean weight that a query gives to what the pattern says.

    ``weights`` (…, layer, head, query, key), ``tokens`` (…, query). Queries that the pattern says nothing of are
    left out: the first token has none before it, and a token that occurs once has no other that is the same.
    """
    size = weights.shape[-1]
    same = (tokens[..., :, None] == tokens[..., None, :]) & ~torch.eye(size, dtype=torch.bool, device=tokens.device)
    previous = torch.diag(torch.ones(size - 1, device=tokens.device), -1).bool().expand_as(same)
    first = torch.zeros_like(same)
    first[..., 1:, 0] = True
    after = torch.zeros_like(same)
    after[..., 1:] = same[..., :-1]
    scores = [_mean_weight(weights, wanted) for wanted in (previous, same, first, after)]
    assert len(scores) == len(PATTERNS)
    return torch.stack(scores)


def _mean_weight(weights: Tensor, wanted: Tensor) -> Tensor:
    """Return the mean over the queries with a wanted key of their weight on wanted keys, (…, layer, head)."""
    rows = (weights * wanted[..., None, None, :, :]).sum(-1)
    concerned = wanted.any(-1).sum(-1)
    return rows.sum(-1) / concerned.clamp(min=1)[..., None, None]


def importance(measure: Callable[[Tensor], Tensor], on: Tensor) -> Tensor:
    """Return (2, layer, head): how much ``measure`` changes with each head, by gradient and by ablation.

    ``measure`` gives a number for gates (layer, head). By gradient: |∂measure/∂gate|. (Michel et al. 2019 take
    the absolute value for each example and then the mean; of a mean loss this is the absolute value of the mean.)
    By ablation: the measure without the head, less the measure as it is; a head that is off already has 0.
    """
    gates = on.detach().clone().requires_grad_()
    whole = measure(gates)
    (slopes,) = torch.autograd.grad(whole, gates)
    drops = torch.zeros_like(on)
    with torch.no_grad():
        for place, without in one_off(on):
            drops[place] = measure(without) - whole.detach()
    return torch.stack([slopes.abs() * (on > 0), drops])


def embedding_importance(embed: Callable[[Tensor], Tensor], on: Tensor) -> Tensor:
    """Return (2, layer, head): how much unit vectors ``embed`` of gates turn with each head.

    ``embed`` gives vectors (B, D) for gates (B, layer, head). By gradient: the length of ∂embedding/∂gate, a
    column of the Jacobian: the gradient pulled back along ``across`` is linear in it, so that its own
    derivative is the column. By ablation: 1 − the cosine with and without the head.
    """
    slopes, drops = torch.zeros_like(on), torch.zeros_like(on)
    with torch.no_grad():
        whole = embed(on[None])[0]
    heads = list(one_off(on))
    for first in range(0, len(heads), AT_ONCE):
        places, without = zip(*heads[first : first + AT_ONCE], strict=True)
        layer, head = torch.tensor(places).T
        row = torch.arange(len(places))
        gates = on.repeat(len(places), 1, 1).requires_grad_()
        found = embed(gates)
        across = torch.zeros_like(found, requires_grad=True)
        (pulled,) = torch.autograd.grad(found, gates, across, create_graph=True)
        (columns,) = torch.autograd.grad(pulled[row, layer, head].sum(), across)
        slopes[layer, head] = columns.norm(dim=-1)
        with torch.no_grad():
            drops[layer, head] = 1 - embed(torch.stack(without)) @ whole
    return torch.stack([slopes, drops.clamp(min=0)])


def one_off(on: Tensor) -> Iterator[tuple[tuple[int, int], Tensor]]:
    """Give each head (layer, head) that is on, and the gates without it."""
    for layer, head in on.nonzero().tolist():
        without = on.clone()
        without[layer, head] = 0
        yield (layer, head), without


def chances(logits: Tensor, temperature: float, top_k: int, top_p: float) -> tuple[Tensor, Tensor]:
    """Return the probabilities (symbol,) from which the next token is drawn, and which symbols can be drawn.

    Softmax of the logits divided by the temperature; then only the ``top_k`` likeliest are kept (0: all), and
    of these the fewest that together have at least ``top_p``; what is kept adds up to 1 again.
    """
    found = (logits.double() / temperature).softmax(-1)
    drawn = torch.ones_like(found, dtype=torch.bool)
    order = found.argsort(descending=True, stable=True)
    ranked = found[order]
    if top_k:
        drawn[order[top_k:]] = False
        ranked[top_k:] = 0
        ranked = ranked / ranked.sum()
    if top_p < 1:
        before = ranked.cumsum(0) - ranked
        drawn[order[before >= top_p]] = False
        ranked = torch.where(before < top_p, ranked, 0.0)
    kept = torch.zeros_like(found)
    kept[order] = ranked / ranked.sum()
    return kept, drawn
