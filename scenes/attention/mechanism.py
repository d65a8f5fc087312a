"""Attention as eight operations, from words to the output, in plain PyTorch.

Letters of the shapes: H heads, T queries, S keys, D the model's width, d = D/H the width of a head.
Every operation adds to what is known so far and yields its name; all tensors are float64.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Self

import torch
from torch import Tensor

from explainer.scenes.attention.names import CAUSAL, PADDED
from explainer.scenes.attention.sources import Bank, hand_made, position_vectors, projections, word_vectors
from explainer.scenes.attention.words import PAD, tokens

Known = dict[str, Tensor]
Edits = Mapping[tuple[str, int, int, int], float]
"""Numbers put in by hand: (table, head, row, column) → value; head 0 for tables without heads."""


@dataclass(frozen=True)
class Settings:
    """What the operations are told; the names are those of the scene's parameters."""

    text: str
    memory_text: str
    kind: str
    weights: str
    d_model: int
    heads: int
    position: str
    scale: bool
    temperature: float
    score: str
    mask: str
    padding: int
    side: str
    empty_row: str
    selection: str
    asks: int
    query: tuple[float, ...]

    def but(self, **values: Any) -> Self:
        """Return the same settings with other values."""
        return replace(self, **values)

    @property
    def words(self) -> list[str]:
        """The tokens that ask."""
        return self.padded(tokens(self.text)) if self.kind == "self" else tokens(self.text)

    @property
    def memory_words(self) -> list[str]:
        """The tokens that are read from."""
        if self.kind == "self":
            return self.words
        return self.padded(tokens(self.memory_text))

    def padded(self, words: list[str]) -> list[str]:
        """Return the words filled up with padding, on the side it stands on."""
        pads = [PAD] * self.padding if self.mask in PADDED else []
        return pads + words if self.side == "left" else words + pads

    @property
    def asking(self) -> int:
        """The row of the query that is looked at: the last one for a number beyond it."""
        return min(self.asks, len(self.words) - 1)


def embed(known: Known, bank: Bank, s: Settings, edits: Edits) -> Iterator[str]:
    """Look up a vector for each word and add one for each place: x (T, D) and memory (S, D)."""
    words, places = looked_up(s.words, bank, s), position_vectors(s.position, len(s.words), s.d_model, bank)
    x = with_edits("embedding", words + places, edits)
    known |= {"word": words, "place": places, "embedding": x, "memory": x}
    if s.kind == "cross":
        memory = looked_up(s.memory_words, bank, s)
        memory = memory + position_vectors(s.position, len(memory), s.d_model, bank)
        known["memory"] = with_edits("memory", memory, edits)
    yield "embed"


def looked_up(words: list[str], bank: Bank, s: Settings) -> Tensor:
    """Return a vector for each word, (len(words), D)."""
    if s.weights == "hand":
        # Given in order, those of the padding last: a word keeps its vector when padding comes before it.
        return hand_made(len(words), s.d_model, bank.device).roll(leading(words), 0)
    return word_vectors(words, s.d_model, bank, s.weights)


def project(known: Known, bank: Bank, s: Settings, edits: Edits) -> Iterator[str]:
    """Multiply by W_Q, W_K and W_V: q (H, T, d), k and v (H, S, d); rotary turns q and k by their place."""
    weights = projections(s.weights, s.d_model, s.heads, bank)
    w_q, w_k, w_v = (with_edits(name, weights[name], edits) for name in ("w_q", "w_k", "w_v"))
    q, k, v = known["embedding"] @ w_q, known["memory"] @ w_k, known["memory"] @ w_v
    if s.position == "rotary":
        q, k = rotary(q), rotary(k)
    if s.weights == "hand" and s.query:
        q = q.clone()
        q[0, s.asking, :2] = torch.tensor(s.query[: q.shape[-1]], dtype=q.dtype, device=q.device)
    known |= {"w_q": w_q, "w_k": w_k, "w_v": w_v}
    known |= {name: with_edits(name, table, edits) for name, table in (("q", q), ("k", k), ("v", v))}
    yield "project to Q, K, V"


def rotary(vectors: Tensor) -> Tensor:
    """Turn each pair of dimensions (2i, 2i + 1) of the token at place t by t · 10000^(−2i/d) (Su et al. 2021)."""
    length, d = vectors.shape[-2:]
    places = torch.arange(length, dtype=vectors.dtype, device=vectors.device)[:, None]
    rates = 10_000.0 ** (-torch.arange(0, d, 2, dtype=vectors.dtype, device=vectors.device) / d)
    cos, sin = (places * rates).cos(), (places * rates).sin()
    even, odd = vectors[..., 0::2], vectors[..., 1::2]
    return torch.stack([even * cos - odd * sin, even * sin + odd * cos], -1).flatten(-2)


def leading(words: list[str]) -> int:
    """Return how many paddings stand before the first word."""
    return next((place for place, word in enumerate(words) if word != PAD), 0)


def score(known: Known, bank: Bank, s: Settings, edits: Edits) -> Iterator[str]:
    """Compare every query with every key: scores (H, T, S), q kᵀ or the additive aᵀ tanh(q + k)."""
    q, k = known["q"], known["k"]
    known["a"] = with_edits("a", projections(s.weights, s.d_model, s.heads, bank)["a"], edits)
    known["scores"] = additive(q, k, known["a"]) if s.score == "additive" else q @ k.mT
    yield "scores"


def additive(q: Tensor, k: Tensor, a: Tensor) -> Tensor:
    """Return aᵀ tanh(q + k) for queries (…, H, T, d), keys (…, H, S, d), a (H, 1, d): Bahdanau et al. (2014)."""
    return ((q[..., :, None, :] + k[..., None, :, :]).tanh() * a[:, None]).sum(-1)


def rescale(known: Known, bank: Bank, s: Settings, edits: Edits) -> Iterator[str]:
    """Divide by √d and the temperature; ALiBi subtracts a share of the distance: scaled (H, T, S).

    Additive scores are not divided by √d: a tanh is bounded, and the first paper has no division.
    """
    scores, d = known["scores"], known["q"].shape[-1]
    factor = 1 / math.sqrt(d) if s.scale and s.score == "dot" else 1.0
    known["bias"] = alibi(scores) if s.position == "alibi" else torch.zeros_like(scores)
    known["scaled"] = (scores * factor + known["bias"]) / s.temperature
    yield "scale"


def alibi(scores: Tensor) -> Tensor:
    """Return −m·|i − j| with slope m = 2^(−8h/H) in head h = 1 … H (Press et al. 2022)."""
    count, queries, keys = scores.shape
    slopes = 2.0 ** (-8.0 * torch.arange(1, count + 1, dtype=scores.dtype, device=scores.device) / count)
    rows, columns = torch.arange(queries, device=scores.device), torch.arange(keys, device=scores.device)
    return -slopes[:, None, None] * (rows[:, None] - columns).abs()


def mask_out(known: Known, bank: Bank, s: Settings, edits: Edits) -> Iterator[str]:
    """Put −∞ where a query must not read: masked (H, T, S)."""
    known["mask"] = with_edits("mask", allowed_cells(s, bank.device), edits)
    known["masked"] = known["scaled"].masked_fill(known["mask"] == 0, -torch.inf)
    yield "mask"


def allowed_cells(s: Settings, device: torch.device | str = "cpu") -> Tensor:
    """Return 1 where query i may read key j and 0 elsewhere, (T, S)."""
    allowed = torch.ones(len(s.words), len(s.memory_words), dtype=torch.int64, device=device)
    if s.mask in PADDED:
        real = torch.tensor([word != PAD for word in s.memory_words], dtype=torch.int64, device=device)
        allowed = allowed * real
    return allowed.tril() if s.mask in CAUSAL else allowed


def select(known: Known, bank: Bank, s: Settings, edits: Edits) -> Iterator[str]:
    """Turn each row into weights (H, T, S): softmax, or one for the largest and zero for the others."""
    masked = known["masked"]
    if s.selection == "soft":
        weights = masked.softmax(-1)
    else:
        weights = torch.zeros_like(masked).scatter(-1, masked.argmax(-1, keepdim=True), 1.0)
    instead = {"nan": torch.nan, "zero": 0.0, "uniform": 1 / masked.shape[-1]}[s.empty_row]
    nothing = (masked == -torch.inf).all(-1, keepdim=True)
    known["weights"] = torch.where(nothing, instead, weights)
    yield "softmax"


def mix(known: Known, bank: Bank, s: Settings, edits: Edits) -> Iterator[str]:
    """Add up the values, each times its weight: context (H, T, d) = weights · v."""
    known["context"] = known["weights"] @ known["v"]
    yield "weighted sum"


def combine(known: Known, bank: Bank, s: Settings, edits: Edits) -> Iterator[str]:
    """Put the heads side by side and project: output (T, D) = concat(context) W_O."""
    known["w_o"] = with_edits("w_o", projections(s.weights, s.d_model, s.heads, bank)["w_o"], edits)
    known["output"] = known["context"].transpose(0, 1).flatten(1) @ known["w_o"]
    yield "concatenate and project"


OPERATIONS = (embed, project, score, rescale, mask_out, select, mix, combine)


def attention(bank: Bank, settings: Settings, edits: Edits, operations: int | None = None) -> Known:
    """Return everything that the first ``operations`` operations find, or all of them."""
    known: Known = {}
    for operation in OPERATIONS[:operations]:
        for _ in operation(known, bank, settings, edits):
            pass
    return known


def with_edits(name: str, table: Tensor, edits: Edits) -> Tensor:
    """Return the table (…, rows, columns) with the numbers that were put in by hand, those outside it left out."""
    mine = [(place, value) for (each, *place), value in edits.items() if each == name]
    if not mine:
        return table
    heads = table.clone().reshape(-1, *table.shape[-2:])
    for (head, row, column), value in mine:
        if head < heads.shape[0] and row < heads.shape[1] and column < heads.shape[2]:
            heads[head, row, column] = value
    return heads.reshape(table.shape)


def entropies(weights: Tensor) -> Tensor:
    """Return the entropy −Σ w ln w of each row of weights (…, S), in nats; 0 for a row without numbers."""
    return torch.special.entr(weights).sum(-1).nan_to_num()


def mean_entropy(known: Known) -> Tensor:
    """Return the mean entropy of the rows that may read something, 0 where none may."""
    readable = (known["masked"] > -torch.inf).any(-1)
    rows = entropies(known["weights"])[readable]
    return rows.mean() if len(rows) else torch.zeros((), dtype=rows.dtype, device=rows.device)
