"""What the pictures draw, computed from the model when it is asked for and kept until the model changes."""

from __future__ import annotations

from collections.abc import Callable, Collection
from functools import partial
from typing import TYPE_CHECKING, TypeVar

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812 - the usual name

from explainer.scenes.attention_maps.names import PATTERNS
from explainer.scenes.attention_maps.observe import (
    TOP,
    Observation,
    chances,
    embedding_importance,
    importance,
    observe,
    pattern_scores,
    pooled,
    rollout,
)
from explainer.scenes.attention_maps.reader import Reading, embedding
from explainer.scenes.attention_maps.transformer import Seen, loss_and_hits

if TYPE_CHECKING:
    from explainer.scenes.attention_maps.experiment import AttentionMaps

T = TypeVar("T")
Array = np.ndarray | Tensor
SOME = 16
"""Held-out sequences in which patterns are looked for; four times as many say what a head is worth."""
LONGEST_TRIED = 48
"""A longer text is not sent through a real model once for every head."""


class Drawings:
    """The arrays of one experiment; each is the same object until :meth:`forget`."""

    def __init__(self, owner: AttentionMaps) -> None:
        self.owner = owner
        self._kept: dict[tuple[object, ...], object] = {}

    def forget(self) -> None:
        """Note that the model, the text or the heads are other ones."""
        self._kept.clear()

    def of(self, wanted: Collection[str]) -> dict[str, Array]:
        """Return the wanted arrays."""
        return {name: draw(self) for name, draw in _DRAWN.items() if name in wanted}

    def kept(self, *key: object, make: Callable[[], T]) -> T:
        """Return what ``make`` returned last time for the same key."""
        if key not in self._kept:
            self._kept[key] = make()
        return self._kept[key]  # type: ignore[return-value]

    @property
    def reading(self) -> Reading:
        """The real model's text."""
        assert self.owner.reading is not None
        return self.owner.reading

    @property
    def tokens(self) -> Tensor:
        """The tokens (1, T) that are looked at."""
        owner = self.owner
        at = owner.params.example
        return owner.examples[at : at + 1] if owner.real is None else self.reading.tokens.to(owner.device)

    @property
    def model(self) -> Callable[..., Tensor]:
        """The network as a function of tokens, gates and what is to be seen."""
        owner = self.owner
        return owner.network if owner.real is None else owner.real.asked(self.reading)

    def observation(self) -> Observation:
        """Return what attention does with the tokens."""
        owner = self.owner
        blocks = owner.network.blocks if owner.real is None else owner.real.network.blocks
        outs = [block.attention.out for block in blocks]
        make = partial(observe, self.model, outs, self.tokens, owner.on)
        return self.kept("observation", owner.params.example, make=make)

    # the tokens

    def names(self, symbols: Tensor) -> list[str]:
        """Return what symbols (n,) are called; a negative one is an empty text."""
        owner = self.owner
        name = owner.symbols.__getitem__ if owner.real is None else owner.real.name
        return [name(symbol) if symbol >= 0 else "" for symbol in symbols.tolist()]

    def words(self) -> Array:
        """Return the tokens' names."""
        return self.kept("words", self.owner.params.example, make=self._words)

    def _words(self) -> Array:
        return _text(self.names(self.tokens[0]) if self.owner.real is None else self.reading.names)

    def special(self) -> Array:
        """Return which tokens are special."""
        found = self.reading.special if self.owner.real is not None else [0] * self.tokens.shape[1]
        return self.kept("special", make=lambda: np.array(found, np.int64))

    def pieces(self) -> Array:
        """Return how many tokens are read, and how many the text has."""
        read = self.tokens.shape[1]
        there = read if self.owner.real is None else self.reading.there
        return self.kept("pieces", read, there, make=lambda: np.array([read, there], np.int64))

    def target(self) -> Array:
        """Return what is asked at each token."""
        owner = self.owner
        if owner.real is not None:
            return _text([""] * self.tokens.shape[1])
        return self.kept(
            "target", owner.params.example, make=lambda: _text(self.names(owner.targets[owner.params.example]))
        )

    def answer(self) -> Array:
        """Return the likeliest symbol at each token."""
        if not self.scores().shape[0]:
            return _text([""] * self.tokens.shape[1])
        return _text(self.names(self.scores().argmax(-1)))

    # the maps

    def maps(self) -> Tensor:
        """Return the maps of the measure on show, (layer, head, query, key)."""
        seen = self.observation()
        return seen.weights if self.owner.params.measure == "weights" else seen.contribution

    def shown(self) -> Tensor:
        """Return the large map (query, key)."""
        params, maps = self.owner.params, self.maps()
        layer, head = min(params.layer, maps.shape[0]) - 1, min(params.head, maps.shape[1]) - 1
        key = ("shown", params.example, params.measure, params.shows, layer, head)
        match params.shows:
            case "rollout":
                return self.rollout()
            case "mean":
                return self.kept(*key, make=lambda: maps[layer].mean(0))
        return self.kept(*key, make=lambda: maps[layer, head].contiguous())

    def rollout(self) -> Tensor:
        """Return attention rollout (query, key)."""
        seen = self.observation()
        return self.kept("rollout", self.owner.params.example, make=lambda: rollout(seen.weights))

    def overview(self) -> Tensor:
        """Return all maps at the resolution at which they are drawn."""
        params, maps = self.owner.params, self.maps()
        return self.kept("overview", params.example, params.measure, make=lambda: pooled(maps))

    def head_on(self) -> Tensor:
        """Return which heads are on."""
        return self.kept("on", make=lambda: self.owner.on.long())

    def pattern_score(self) -> Tensor:
        """Return how much each head looks like each pattern: over the held-out sequences, or in the text."""
        return self.kept("patterns", make=self._pattern_score)

    def _pattern_score(self) -> Tensor:
        if self.owner.real is not None:
            return pattern_scores(self.observation().weights, self.tokens[0])
        seen, rows = Seen(), self.owner.examples[:SOME]
        with torch.no_grad():
            self.owner.network(rows, self.owner.on, seen)
        return pattern_scores(torch.stack(seen.weights, 1), rows).mean(1)

    # what the model says

    def scores(self) -> Tensor:
        """Return scores (query, symbol); none of an encoder."""
        real = self.owner.real
        return self.observation().output if real is None or real.decoder else torch.zeros(0, 0)

    def next_token(self, part: int) -> Array:
        """Return names, scores or probabilities of the likeliest symbols at the chosen token."""
        params = self.owner.params
        key = ("next", params.example, params.query, params.temperature, params.top_k, params.top_p)
        return self.kept(*key, make=self._next_token)[part]

    def _next_token(self) -> tuple[Array, Array, Array]:
        params, scores = self.owner.params, self.scores()
        if not len(scores):
            return _text([]), torch.zeros(0), torch.zeros(0)
        logits = scores[min(params.query or len(scores), len(scores)) - 1]
        best = logits.argsort(descending=True, stable=True)[:TOP]
        kept = chances(logits, params.temperature, params.top_k, params.top_p)
        return _text(self.names(best)), logits[best], kept[best]

    # what the heads are good for

    def position_accuracy(self) -> Tensor:
        """Return the share of held-out sequences that are right at each token."""
        owner = self.owner
        if owner.real is not None:
            return torch.full((self.tokens.shape[1],), torch.nan)
        asked = owner.targets >= 0
        right = (self._held_out_scores(owner.on).argmax(-1) == owner.targets) & asked
        return right.sum(0) / asked.sum(0)

    def held_out(self) -> Tensor:
        """Return loss and accuracy on the held-out sequences, with all heads and with those that are on."""
        owner = self.owner
        if owner.real is not None:
            return torch.full((2, 2), torch.nan)
        return torch.stack([self._measured(gates) for gates in (torch.ones_like(owner.on), owner.on)])

    def _measured(self, gates: Tensor) -> Tensor:
        """Return loss and accuracy with these gates (2,), found once for the same ones."""
        scores = self._held_out_scores(gates)
        asked = self.owner.targets
        return self.kept(
            "measured", *gates.flatten().tolist(), make=lambda: torch.stack(loss_and_hits(scores, asked)[:2])
        )

    def _held_out_scores(self, gates: Tensor) -> Tensor:
        """Return the scores of the held-out sequences, found once for the same gates."""
        return self.kept("held out", *gates.flatten().tolist(), make=partial(self._scores_with, gates))

    def _scores_with(self, gates: Tensor) -> Tensor:
        with torch.no_grad():
            return self.owner.network(self.owner.examples, gates)

    def importance(self) -> Tensor:
        """Return how much each head matters, by gradient and by ablation."""
        return self.kept("importance", make=self._importance)

    def _importance(self) -> Tensor:
        owner, tokens, model = self.owner, self.tokens, self.model
        layers, heads = owner.on.shape
        if owner.real is None:
            some, asked = owner.examples[: 4 * SOME], owner.targets[: 4 * SOME]
            return importance(lambda gates: loss_and_hits(owner.network(some, gates), asked)[0], owner.on)
        if not 1 < tokens.shape[1] <= LONGEST_TRIED:
            return torch.full((2, layers, heads), torch.nan)
        if owner.real.decoder:
            return importance(lambda gates: F.cross_entropy(model(tokens, gates)[0, :-1], tokens[0, 1:]), owner.on)
        return embedding_importance(lambda gates: embedding(model(tokens.expand(len(gates), -1), gates)), owner.on)

    def cosine(self) -> Tensor:
        """Return the cosine of the sentence's embedding as it is and with all heads on, (1,)."""
        real = self.owner.real
        if real is None or real.decoder:
            return torch.full((1,), torch.nan)
        return self.kept("cosine", make=self._cosine)

    def _cosine(self) -> Tensor:
        with torch.no_grad():
            whole = self.model(self.tokens, torch.ones_like(self.owner.on))[0]
        return (embedding(whole) @ embedding(self.observation().output))[None].clamp(-1, 1)


def _text(words: Collection[str]) -> np.ndarray:
    return np.array(list(words), dtype="<U32")


_DRAWN: dict[str, Callable[[Drawings], Array]] = {
    "tokens": Drawings.words,
    "special": Drawings.special,
    "pieces": Drawings.pieces,
    "target": Drawings.target,
    "answer": Drawings.answer,
    "weights": lambda drawings: drawings.observation().weights,
    "contribution": lambda drawings: drawings.observation().contribution,
    "shown": Drawings.shown,
    "overview": Drawings.overview,
    "rollout": Drawings.rollout,
    "logits": Drawings.scores,
    "next_symbol": lambda drawings: drawings.next_token(0),
    "next_logit": lambda drawings: drawings.next_token(1),
    "next_probability": lambda drawings: drawings.next_token(2),
    "head_on": Drawings.head_on,
    "pattern": lambda drawings: _text(PATTERNS),
    "pattern_score": Drawings.pattern_score,
    "residual_norm": lambda drawings: drawings.observation().residual_norm,
    "position_accuracy": Drawings.position_accuracy,
    "held_out": Drawings.held_out,
    "importance": Drawings.importance,
    "cosine": Drawings.cosine,
}
"""Array → the method that draws it."""
