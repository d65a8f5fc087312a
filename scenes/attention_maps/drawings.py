"""What the pictures draw, computed from the model when it is asked for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from explainer.engine.kept import kept
from explainer.scenes.attention_maps.names import PATTERNS
from explainer.scenes.attention_maps.observe import (
    TOP,
    Observation,
    chances,
    importance,
    observe,
    pattern_scores,
    pooled,
    rollout,
)
from explainer.scenes.attention_maps.reader import Reading, embedding, worth
from explainer.scenes.attention_maps.transformer import Seen, attentions_of, loss_and_hits, outs_of

if TYPE_CHECKING:
    from explainer.scenes.attention_maps.experiment import AttentionMaps

SOME = 16
"""Held-out sequences in which patterns are looked for; four times as many say what a head is worth."""


class Drawings:
    """The arrays of one experiment."""

    def __init__(self, owner: AttentionMaps) -> None:
        self.owner = owner

    @property
    def reading(self) -> Reading:
        """The real model's text."""
        assert self.owner.reading is not None
        return self.owner.reading

    @property
    def read(self) -> Tensor:
        """The tokens (1, T) that are looked at."""
        owner = self.owner
        at = owner.params.example
        return owner.examples[at : at + 1] if owner.real is None else self.reading.tokens.to(owner.device)

    @property
    def model(self) -> Callable[..., Tensor]:
        """The network as a function of tokens, gates and what is to be seen."""
        owner = self.owner
        return owner.network if owner.real is None else owner.real.asked(self.reading)

    @kept
    def observation(self) -> Observation:
        """Return what attention does with the tokens."""
        owner = self.owner
        blocks = owner.network.blocks if owner.real is None else owner.real.network.blocks
        return observe(self.model, outs_of(blocks), self.read, owner.on)

    # the tokens

    def names(self, symbols: Tensor) -> list[str]:
        """Return what symbols (n,) are called; a negative one is an empty text."""
        owner = self.owner
        name = owner.symbols.__getitem__ if owner.real is None else owner.real.name
        return [name(symbol) if symbol >= 0 else "" for symbol in symbols.tolist()]

    @kept("owner.examples", "owner.reading")
    def tokens(self) -> Sequence[str]:
        """Return the tokens' names."""
        return self.names(self.read[0]) if self.owner.real is None else self.reading.names

    @kept("owner.examples", "owner.reading")
    def special(self) -> Sequence[int]:
        """Return which tokens are special."""
        return self.reading.special if self.owner.real is not None else [0] * self.read.shape[1]

    @kept
    def divided(self) -> Tensor:
        """Return what the scores of each layer are divided by, in units of √d."""
        owner = self.owner
        blocks = owner.network.blocks if owner.real is None else owner.real.network.blocks
        roots = [(each.query.out_features / each.heads) ** 0.5 for each in attentions_of(blocks)]
        divisors = [each.divisor for each in attentions_of(blocks)]
        return torch.tensor([(divisor or root) / root for divisor, root in zip(divisors, roots, strict=True)])

    @kept("owner.examples", "owner.reading")
    def pieces(self) -> Sequence[int]:
        """Return how many tokens are read, and how many the text has."""
        read = self.read.shape[1]
        return [read, read if self.owner.real is None else self.reading.there]

    @kept("owner.examples", "owner.reading")
    def target(self) -> Sequence[str]:
        """Return what is asked at each token."""
        owner = self.owner
        return self.nothing() if owner.real is not None else self.names(owner.targets[owner.params.example])

    def answer(self) -> Sequence[str]:
        """Return the likeliest symbol at each token."""
        return self.names(self.logits().argmax(-1)) if self.logits().shape[0] else self.nothing()

    def nothing(self) -> Sequence[str]:
        """Return no word for each token."""
        return [""] * self.read.shape[1]

    # the maps

    def maps(self) -> Tensor:
        """Return the maps of the measure on show, (layer, head, query, key)."""
        seen = self.observation()
        return seen.weights if self.owner.params.measure == "weights" else seen.contribution

    def weights(self) -> Tensor:
        """Return what each query reads from each key."""
        return self.observation().weights

    def contribution(self) -> Tensor:
        """Return how long a vector each reading adds."""
        return self.observation().contribution

    def residual_norm(self) -> Tensor:
        """Return the length of the residual stream."""
        return self.observation().residual_norm

    def shown(self) -> Tensor:
        """Return the large map (query, key)."""
        params, maps = self.owner.params, self.maps()
        layer, head = min(params.layer, maps.shape[0]) - 1, min(params.head, maps.shape[1]) - 1
        match params.shows:
            case "rollout":
                return self.rollout()
            case "mean":
                return maps[layer].mean(0)
        return maps[layer, head].contiguous()

    @kept
    def rollout(self) -> Tensor:
        """Return attention rollout (query, key)."""
        return rollout(self.weights())

    def overview(self) -> Tensor:
        """Return all maps at the resolution at which they are drawn."""
        return pooled(self.maps())

    @kept("owner.on")
    def head_on(self) -> Tensor:
        """Return which heads are on."""
        return self.owner.on.long()

    @kept("owner.real")
    def pattern(self) -> Sequence[str]:
        """Return the patterns' names."""
        return list(PATTERNS)

    def pattern_score(self) -> Tensor:
        """Return how much each head looks like each pattern: over the held-out sequences, or in the text."""
        if self.owner.real is not None:
            return pattern_scores(self.weights(), self.read[0])
        seen, rows = Seen(), self.owner.examples[:SOME]
        with torch.no_grad():
            self.owner.network(rows, self.owner.on, seen)
        return pattern_scores(torch.stack(seen.weights, 1), rows).mean(1)

    # what the model says

    @kept
    def logits(self) -> Tensor:
        """Return scores (query, symbol); none of an encoder."""
        real = self.owner.real
        return self.observation().output if real is None or real.decoder else torch.zeros(0, 0)

    @kept
    def next_token(self) -> tuple[Sequence[str], Tensor, Tensor, Tensor]:
        """Return names, scores, probabilities of the likeliest symbols at the chosen token, and which can be drawn."""
        params, scores = self.owner.params, self.logits()
        if not len(scores):
            return [], torch.zeros(0), torch.zeros(0).double(), torch.zeros(0).long()
        logits = scores[min(params.query or len(scores), len(scores)) - 1]
        best = logits.argsort(descending=True, stable=True)[:TOP]
        found, drawn = chances(logits, params.temperature, params.top_k, params.top_p)
        return self.names(best), logits[best], found[best], drawn[best].long()

    def next_symbol(self) -> Sequence[str]:
        """Return the names."""
        return self.next_token()[0]

    def next_logit(self) -> Tensor:
        """Return the scores."""
        return self.next_token()[1]

    def next_probability(self) -> Tensor:
        """Return the probabilities."""
        return self.next_token()[2]

    def next_drawn(self) -> Tensor:
        """Return which can be drawn."""
        return self.next_token()[3]

    # what the heads are good for

    def position_accuracy(self) -> Tensor:
        """Return the share of held-out sequences that are right at each token."""
        owner = self.owner
        if owner.real is not None:
            return torch.full((self.read.shape[1],), torch.nan)
        asked = owner.targets >= 0
        right = (self.held_out_scores(tuple(owner.on.flatten().tolist())).argmax(-1) == owner.targets) & asked
        return right.sum(0) / asked.sum(0)

    def held_out(self) -> Tensor:
        """Return loss and accuracy on the held-out sequences, with all heads and with those that are on."""
        owner = self.owner
        if owner.real is not None:
            return torch.full((2, 2), torch.nan)
        return torch.stack([self.measured(gates) for gates in (torch.ones_like(owner.on), owner.on)])

    def measured(self, gates: Tensor) -> Tensor:
        """Return loss and accuracy with these gates (2,)."""
        scores = self.held_out_scores(tuple(gates.flatten().tolist()))
        return torch.stack(loss_and_hits(scores, self.owner.targets)[:2])

    @kept
    @torch.no_grad()
    def held_out_scores(self, gates: tuple[float, ...]) -> Tensor:
        """Return the scores of the held-out sequences with these gates."""
        owner = self.owner
        return owner.network(owner.examples, torch.tensor(gates, device=owner.device).view_as(owner.on))

    @kept
    def importance(self) -> Tensor:
        """Return how much each head matters, by gradient and by ablation."""
        owner = self.owner
        if owner.real is None:
            some, asked = owner.examples[: 4 * SOME], owner.targets[: 4 * SOME]
            return importance(lambda gates: loss_and_hits(owner.network(some, gates), asked)[0], owner.on)
        return worth(owner.real, self.reading, owner.on)

    def cosine(self) -> Tensor:
        """Return the cosine of the sentence's embedding as it is and with all heads on, (1,)."""
        real = self.owner.real
        if real is None or real.decoder:
            return torch.full((1,), torch.nan)
        with torch.no_grad():
            whole = self.model(self.read, torch.ones_like(self.owner.on))[0]
        return (embedding(whole) @ embedding(self.observation().output))[None].clamp(-1, 1)
