"""Where the numbers come from before anything is computed: word vectors, places, projections."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

import torch
from torch import Tensor

from explainer.scenes.attention.words import word_number

WORDS, WIDEST, PLACES = 4096, 64, 40
"""Random vectors for words, the largest width of the model, the longest sequence."""
HAND = ((-0.4, 1.7), (1.8, 0.8), (-1.8, -0.3), (-0.2, -1.7), (1.3, -1.2), (-1.2, 1.0))
"""The embeddings of the first tokens when everything is made by hand."""
HAND_W_Q = ((-0.2, 0.9), (-0.9, -0.4))
HAND_W_V = ((0.8, -0.6), (0.6, 0.8))
"""The values are the embeddings, turned; the keys are the embeddings themselves."""
SHARED = 2.0
"""The first number of every word's vector where projections are trained: without something that all queries have in
common, a turn by the place (rotary) would turn each word's query to somewhere else."""
TURN = 2.0
"""The angle by which places and queries of each further pair of dimensions are turned."""


@dataclass(eq=False)
class Bank:
    """Random numbers drawn once; a smaller model takes the first of them."""

    words: Tensor
    places: Tensor
    inner: Tensor
    outer: Tensor
    sums: Tensor
    """What adds up an additive score."""
    seed: int
    """Of the sequences on which projections are trained."""
    device: torch.device | str = "cpu"
    trained: Mapping[str, Tensor] = field(default_factory=dict)


def draw_bank(device: torch.device | str = "cpu") -> Bank:
    """Draw standard normal numbers for words, places and projections."""
    shapes = ((WORDS, WIDEST), (PLACES, WIDEST), (3, WIDEST, WIDEST), (WIDEST, WIDEST), (WIDEST,))
    words, places, inner, outer, sums = (torch.randn(shape, dtype=torch.float64).to(device) for shape in shapes)
    return Bank(words, places, inner, outer, sums, torch.initial_seed(), device)


def hand_made(count: int, width: int, device: torch.device | str) -> Tensor:
    """Return places in the plane for ``count`` tokens, (count, width); beyond the first six on a spiral.

    Each further pair of dimensions has the same places turned on by :data:`TURN`.
    """
    angle = math.pi * (3 - math.sqrt(5))
    more = [(round(1.9 * math.cos(i * angle), 2), round(1.9 * math.sin(i * angle), 2)) for i in range(len(HAND), count)]
    places = torch.tensor([*HAND, *more][:count], dtype=torch.float64, device=device)
    turns = [places @ places.new_tensor(turned(TURN * pair)) if pair else places for pair in range((width + 1) // 2)]
    return torch.cat(turns, 1)[:, :width]


def turned(angle: float) -> list[list[float]]:
    """Return the matrix that turns a row (x, y) by an angle."""
    return [[math.cos(angle), math.sin(angle)], [-math.sin(angle), math.cos(angle)]]


def in_pairs(block: tuple[tuple[float, float], ...], width: int, turn: float, device: torch.device | str) -> Tensor:
    """Return the 2 × 2 block for every pair of dimensions along the diagonal, each turned on, (width, width)."""
    pair = torch.tensor(block, dtype=torch.float64, device=device)
    blocks = [pair @ pair.new_tensor(turned(turn * index)) for index in range((width + 1) // 2)]
    return torch.block_diag(pair, *blocks[1:])[:width, :width].contiguous()


def word_vectors(words: list[str], width: int, bank: Bank, weights: str) -> Tensor:
    """Return a vector for each word, equal for equal words, (len(words), width); of one's own ones: unit vectors."""
    if weights == "edited":
        return torch.eye(width, dtype=torch.float64, device=bank.device)[torch.arange(len(words)) % width]
    found = bank.words[[word_number(word, WORDS) for word in words], :width]
    return with_shared_part(found) if weights == "trained" else found


def with_shared_part(vectors: Tensor) -> Tensor:
    """Return vectors (…, width) whose first number is :data:`SHARED`."""
    return torch.cat([torch.full_like(vectors[..., :1], SHARED), vectors[..., 1:]], -1)


def position_vectors(kind: str, count: int, width: int, bank: Bank) -> Tensor:
    """Return what is added for each place, (count, width): zero for kinds that act elsewhere."""
    if kind == "random":
        return bank.places[:count, :width]
    if kind != "sinusoidal":
        return torch.zeros(count, width, dtype=torch.float64, device=bank.device)
    return sinusoidal(count, width).to(bank.device)


def sinusoidal(count: int, width: int) -> Tensor:
    """Return sin and cos of t · 10000^(−2i/D) in dimensions 2i and 2i + 1 (Vaswani et al. 2017)."""
    places = torch.arange(count, dtype=torch.float64)[:, None]
    rates = 10_000.0 ** (-torch.arange(0, width, 2, dtype=torch.float64) / width)
    return torch.stack([(places * rates).sin(), (places * rates).cos()], -1).flatten(-2)[:, :width]


def projections(weights: str, width: int, heads: int, bank: Bank) -> Mapping[str, Tensor]:
    """Return w_q, w_k and w_v (heads, width, width/heads), w_o (width, width), a (heads, 1, width/heads)."""
    if weights == "trained":
        return bank.trained
    a = torch.ones(heads, 1, width // heads, dtype=torch.float64, device=bank.device)
    if weights == "random":
        inner, outer = bank.inner[:, :width, :width], bank.outer[:width, :width]
        q, k, v, o = (table / math.sqrt(width) for table in (*inner, outer))
        a = bank.sums[:width].unflatten(0, (heads, 1, -1)) / math.sqrt(width // heads)
    else:
        one = torch.eye(width, dtype=torch.float64, device=bank.device)
        q = in_pairs(HAND_W_Q, width, TURN, bank.device) if weights == "hand" else one
        v = in_pairs(HAND_W_V, width, 0.0, bank.device) if weights == "hand" else one
        k = o = one
    named = {"w_q": q, "w_k": k, "w_v": v}
    return {**{name: in_heads(table, heads) for name, table in named.items()}, "w_o": o, "a": a}


def in_heads(table: Tensor, heads: int) -> Tensor:
    """Return (D, D) as (heads, D, D/heads): each head owns neighbouring columns."""
    return table.unflatten(1, (heads, -1)).transpose(0, 1).contiguous()
