"""What is drawn: hands on dials, the maps of similarity, the table of sines, words read backwards."""

from __future__ import annotations

import copy
import math
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812 - the usual name

from explainer.engine.kept import kept
from explainer.lab.language.model import GPT, alibi_slopes, frequencies, sinusoids, turned
from explainer.lab.language.text import yardsticks
from explainer.scenes.positional_encoding import BLOCK, HEADS, NEAR, READ

if TYPE_CHECKING:
    from explainer.scenes.positional_encoding.experiment import PositionalEncoding

SHIFT, RIM, APART, BELOW, WORDS = 40, 61, 2.5, 3.0, 1.32
"""Places by which both are moved; points of a rim; from a dial to the one beside it,
to the one below it, and to the words below it."""


def visible(symbol: str) -> str:
    """Return a symbol as it can be seen."""
    return {" ": "␣", "\n": "⏎"}.get(symbol, symbol)


class Drawings:
    """The arrays of the scene."""

    def __init__(self, owner: PositionalEncoding) -> None:
        self.owner = owner

    def by_place(self) -> Tensor:
        """Return the loss in blocks of places (scheme, block)."""
        return self.owner.by_place_now().unflatten(1, (-1, BLOCK)).mean(2)

    def block_at(self) -> Tensor:
        """Return the middle of each block (block,)."""
        return torch.arange(0, READ, BLOCK) + (BLOCK - 1) / 2

    @kept("owner.corpus")
    def yardsticks(self) -> Tensor:
        """Return what counting comes to (yardstick,)."""
        corpus = self.owner.corpus
        return yardsticks(corpus.train, corpus.held_out, len(corpus.vocabulary.symbols))

    # hands

    def turning(self) -> GPT:
        """Return the model with rotary positions, or the first one."""
        names = self.owner.params.schemes
        found: GPT = self.owner.models[names.index("rotary") if "rotary" in names else 0]
        return found

    @kept
    @torch.no_grad()
    def unturned_pair(self) -> Tensor:
        """Return the query of one symbol and the key of the other in the first layer, before any turn (2, d)."""
        model, params = self.turning(), self.owner.params
        numbers = self.owner.corpus.vocabulary.encode(params.query.replace("_", " ") + params.key.replace("_", " "))
        block: Any = model.blocks[0]
        x = block.attention_norm(model.tokens(torch.tensor(numbers, device=self.owner.device)))
        width, head = model.config.head_width, params.head - 1
        q, k = block.attention.query(x[0]), block.attention.key(x[1])
        return torch.stack([q, k])[:, head * width : (head + 1) * width].cpu()

    def angles(self, places: Tensor) -> Tensor:
        """Return by what angle each pair is turned at places (n, pair)."""
        params = self.owner.params
        each = frequencies(self.turning().config.head_width, params.base)
        return places[:, None] / params.stretch * each

    def turned_pair(self, shift: int = 0) -> Tensor:
        """Return query and key as they are turned at their places (2, d)."""
        params = self.owner.params
        places = torch.tensor([params.query_place, params.key_place]) + shift
        return turned(self.unturned_pair(), self.angles(places))

    def arms(self) -> Tensor:
        """Return the hands, the query's and the key's longest of length 1 (hand, 2)."""
        pairs = torch.stack(self.turned_pair().chunk(2, -1), -1)
        return (pairs / pairs.norm(dim=-1).amax(1)[:, None, None].clamp(min=1e-12)).flatten(0, 1)

    def unturned(self) -> Tensor:
        """Return each hand's angle at place 0 (hand,)."""
        x, y = self.unturned_pair().chunk(2, -1)
        return torch.atan2(y, x).flatten()

    def centres(self) -> Tensor:
        """Return the dials' centres, as many in a row as rows (pair, 2)."""
        pairs = self.turning().config.head_width // 2
        columns, number = math.ceil(math.sqrt(pairs)), torch.arange(pairs)
        return torch.stack([APART * (number % columns), -BELOW * (number // columns)], 1)

    def hand_at(self) -> Tensor:
        """Return the centre of each hand's dial (hand, 2)."""
        return self.centres().repeat(2, 1)

    def hands(self) -> Tensor:
        """Return the hands' tips (hand, 2)."""
        return self.hand_at() + self.arms()

    def dials(self) -> Tensor:
        """Return the rims, with a gap behind each (point, 2)."""
        turn = torch.linspace(0, 2 * math.pi, RIM)
        rims = self.centres()[:, None] + torch.stack([turn.cos(), turn.sin()], 1)
        return F.pad(rims, (0, 0, 0, 1), value=math.nan).flatten(0, 1)

    def labels(self) -> Tensor:
        """Return places below the dials (pair, 2)."""
        return self.centres() - torch.tensor([0.0, WORDS])

    def periods(self) -> Tensor:
        """Return places for a whole turn (pair,)."""
        each = frequencies(self.turning().config.head_width, self.owner.params.base).double()
        return 2 * math.pi * self.owner.params.stretch / each

    def parts(self) -> Tensor:
        """Return what each pair adds to the score (pair,)."""
        q, k = self.turned_pair()
        return (q * k).unflatten(0, (2, -1)).sum(0) / len(q) ** 0.5

    def scores(self) -> Tensor:
        """Return the score at these places, and with both further (shift,)."""
        pairs = [self.turned_pair(), self.turned_pair(SHIFT)]
        return torch.stack([q @ k / len(q) ** 0.5 for q, k in pairs])

    def by_distance(self) -> Tensor:
        """Return the score with the key so many places behind the query (distance,)."""
        q, k = self.unturned_pair()
        return turned(q.expand(READ, -1), self.angles(torch.arange(READ))) @ k / len(q) ** 0.5

    # maps

    @torch.no_grad()
    def similarity(self) -> Tensor:
        """Return how alike two places are to each model (scheme, place, other place)."""
        return torch.stack([self.alike(name, k) for k, name in enumerate(self.owner.params.schemes)])

    def alike(self, name: str, k: int) -> Tensor:
        """Return the map of one model (place, other place)."""
        params, places = self.owner.params, torch.arange(NEAR)
        distance = (places[:, None] - places).abs() / params.stretch
        if name == "learned":
            rows = F.normalize(self.owner.models[k].positions.weight[:NEAR].cpu(), dim=1)
            return rows @ rows.T
        if name == "sinusoidal":
            rows = F.normalize(sinusoids(places / params.stretch, params.width), dim=1)
            return rows @ rows.T
        if name == "rotary":
            each = frequencies(params.width // HEADS, params.base)
            return (distance[..., None] * each).cos().mean(-1)
        if name == "alibi":
            return (-alibi_slopes(HEADS)[:, None, None] * distance).exp().mean(0)
        return torch.ones(NEAR, NEAR)

    def sines(self) -> Tensor:
        """Return the table of sinusoidal vectors (number, place)."""
        return sinusoids(torch.arange(NEAR) / self.owner.params.stretch, self.owner.params.width).T.contiguous()

    # words read backwards

    @kept
    @torch.no_grad()
    def readings(self) -> Tensor:
        """Return the scores after the words, forwards and with all but the last letter backwards.

        Without a mask and with the causal one: (scheme, mask, way, symbol).
        """
        owner, numbers = self.owner, self.owner.corpus.vocabulary
        letters = [c for c in owner.params.words if c in numbers.symbols] or ["e"]
        both = torch.tensor([numbers.encode("".join(w)) for w in (letters, [*letters[-2::-1], letters[-1]])])
        both = both.to(owner.device)
        found = []
        for name, model in zip(owner.params.schemes, owner.models, strict=True):
            unmasked = copy.copy(model)
            unmasked.config = replace(model.config, causal=False)
            places = owner.places(name, both.shape[1])
            found.append(torch.stack([each(both, places)[:, -1] for each in (unmasked, model)]))
        return torch.stack(found).cpu().nan_to_num()

    def moved(self) -> Tensor:
        """Return by how much the scores change at most (scheme, mask)."""
        forwards, backwards = self.readings().unbind(2)
        return (forwards - backwards).abs().amax(-1)

    def likeliest(self, way: int) -> list[str]:
        """Return the likeliest next symbol with the causal mask, and its probability (scheme,)."""
        p, number = self.readings()[:, 1, way].softmax(-1).max(-1)
        symbols = self.owner.corpus.vocabulary.symbols
        return [f"{visible(symbols[k])}  {share:.0%}" for k, share in zip(number.tolist(), p.tolist(), strict=True)]

    def forwards(self) -> list[str]:
        """Return what comes next (scheme,)."""
        return self.likeliest(0)

    def backwards(self) -> list[str]:
        """Return what comes next after the words backwards (scheme,)."""
        return self.likeliest(1)
