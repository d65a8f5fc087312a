"""The models: each takes the numbers of words or n-grams (B, T), 0 for none, and returns logits (B,) for “good”."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812 - the usual name

from explainer.scenes.sentiment import LONGEST

WIDTH, HEADS = 32, 4
"""Numbers in a transformer's word vector, and its heads; an LSTM's has half as many."""


def missing(tokens: Tensor) -> Tensor:
    """Return where no word stands (B, T); a review without words is read as one word whose vector is 0."""
    return (tokens == 0) & (torch.arange(tokens.shape[1], device=tokens.device) > 0)


class Bag(nn.Module):
    """Σ counts · weights + b: logistic regression; or with a hidden layer of ReLU between."""

    def __init__(self, symbols: int, hidden: int) -> None:
        super().__init__()
        self.words = nn.EmbeddingBag(symbols, hidden or 1, mode="sum", padding_idx=0)
        nn.init.normal_(self.words.weight[1:], std=0.1)
        self.offset = nn.Parameter(torch.zeros(hidden or 1))
        self.out = nn.Sequential(nn.ReLU(), nn.Linear(hidden, 1)) if hidden else nn.Identity()

    def forward(self, tokens: Tensor) -> Tensor:
        """Return logits (B,)."""
        logits: Tensor = self.out(self.words(tokens) + self.offset)
        return logits[:, 0]


class Reader(nn.Module):
    """An LSTM, or a transformer's encoder layer with or without positions, that reads the words as a sequence."""

    def __init__(self, kind: str, symbols: int, hidden: int, pooling: str) -> None:
        super().__init__()
        self.kind, self.pooling = kind, pooling
        width = WIDTH // 2 if kind == "lstm" else WIDTH
        self.words = nn.Embedding(symbols, width, padding_idx=0)
        if kind == "lstm":
            self.layer: nn.Module = nn.LSTM(width, hidden, batch_first=True)
        else:
            self.layer = nn.TransformerEncoderLayer(width, HEADS, 2 * width, 0.0, batch_first=True, norm_first=True)
        size = hidden if kind == "lstm" else width
        self.query = nn.Linear(size, 1)
        self.out = nn.Linear(size, 1)
        self.positions = nn.Parameter(torch.randn(LONGEST, width)) if kind == "transformer" else None

    def states(self, tokens: Tensor) -> Tensor:
        """Return a vector for each word in its surroundings (B, T, D)."""
        x = self.words(tokens)
        if self.kind == "lstm":
            return self.layer(x)[0]
        if self.positions is not None:
            x = x + self.positions[: x.shape[1]]
        return self.layer(x, src_key_padding_mask=missing(tokens))

    def shares(self, states: Tensor, tokens: Tensor) -> Tensor:
        """Return the share of each word in the pooled vector (B, T): all or none, 1/T, or by attention."""
        left_out = missing(tokens)
        if self.pooling == "usual" and self.kind == "lstm":
            return F.one_hot((~left_out).sum(1) - 1, tokens.shape[1]).to(states.dtype)
        scores = self.query(states)[..., 0] if self.pooling == "attention" else torch.zeros_like(states[..., 0])
        return scores.masked_fill(left_out, -1e9).softmax(-1)

    def forward(self, tokens: Tensor) -> Tensor:
        """Return logits (B,)."""
        states = self.states(tokens)
        pooled = (self.shares(states, tokens)[..., None] * states).sum(1)
        return self.out(pooled)[:, 0]
