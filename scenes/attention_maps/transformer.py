"""A transformer whose attention can be looked at, and whose heads can be switched off.

Shapes: ``B`` sequences, ``T`` tokens, ``D`` the width, ``L`` layers, ``H`` heads, ``d`` = D / H.
"""

from collections.abc import Iterable

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812 - the usual name

EMBEDDING_SPREAD = 0.03
"""Standard deviation of fresh embeddings: at first every token is read alike."""


def split(x: Tensor, heads: int) -> Tensor:
    """Return (B, T, D) as (B, H, T, d)."""
    return x.unflatten(-1, (heads, -1)).transpose(1, 2)


def attention_weights(q: Tensor, k: Tensor, causal: bool, divisor: float | None = None) -> Tensor:
    """Return softmax(q kᵀ / √d), (B, H, T, T): row i says what token i reads from each token j.

    ``divisor`` takes the place of √d.
    """
    scores = q @ k.transpose(-2, -1) / (divisor or q.shape[-1] ** 0.5)
    if causal:
        later = torch.ones(scores.shape[-2:], dtype=torch.bool, device=q.device).triu(1)
        scores = scores.masked_fill(later, float("-inf"))
    return scores.softmax(-1)


def turned(x: Tensor) -> Tensor:
    """Turn each pair of numbers of (B, H, T, d) by an angle that grows with the position: RoPE (Su et al. 2021)."""
    places = torch.arange(x.shape[-2], device=x.device)[:, None]
    angles = places / 10_000 ** (torch.arange(0, x.shape[-1], 2, device=x.device) / x.shape[-1])
    cos, sin = angles.cos(), angles.sin()
    even, odd = x[..., 0::2], x[..., 1::2]
    return torch.stack([even * cos - odd * sin, even * sin + odd * cos], -1).flatten(-2)


def sinusoids(length: int, width: int) -> Tensor:
    """Return the position vectors (length, width) of Vaswani et al. (2017)."""
    places = torch.arange(length)[:, None]
    angles = places / 10_000 ** (torch.arange(0, width, 2) / width)
    return torch.stack([angles.sin(), angles.cos()], -1).flatten(-2)[:, :width]


class Seen:
    """What passed through a transformer: a list entry for each layer, and the residual stream between them."""

    def __init__(self) -> None:
        self.q: list[Tensor] = []
        self.k: list[Tensor] = []
        self.v: list[Tensor] = []
        self.weights: list[Tensor] = []
        self.residual: list[Tensor] = []


class Attention(nn.Module):
    """Multi-head self-attention."""

    def __init__(
        self, width: int, heads: int, causal: bool = False, rotary: bool = False, divisor: float | None = None
    ) -> None:
        super().__init__()
        self.heads, self.causal, self.rotary, self.divisor = heads, causal, rotary, divisor
        self.query = nn.Linear(width, width)
        self.key = nn.Linear(width, width)
        self.value = nn.Linear(width, width)
        self.out = nn.Linear(width, width)

    def forward(self, x: Tensor, gates: Tensor, seen: Seen | None = None) -> Tensor:
        """Return what the heads read from (B, T, D); ``gates`` (H) or (B, H) are 1 for a head that is on, 0 for off."""
        q, k, v = (split(project(x), self.heads) for project in (self.query, self.key, self.value))
        if self.rotary:
            q, k = turned(q), turned(k)
        weights = attention_weights(q, k, self.causal, self.divisor)
        if seen is not None:
            seen.q.append(q)
            seen.k.append(k)
            seen.v.append(v)
            seen.weights.append(weights)
        context = weights @ v * gates[..., None, None]
        return self.out(context.transpose(1, 2).flatten(2))


class Block(nn.Module):
    """Attention, then a small network at each token, each added to the stream that it read."""

    def __init__(
        self, attention: Attention, width: int, hidden: int, activation: nn.Module, pre: bool, eps: float
    ) -> None:
        super().__init__()
        self.pre = pre
        self.attention = attention
        self.attention_norm = nn.LayerNorm(width, eps=eps)
        self.mlp = nn.Sequential(nn.Linear(width, hidden), activation, nn.Linear(hidden, width))
        self.mlp_norm = nn.LayerNorm(width, eps=eps)

    def forward(self, x: Tensor, gates: Tensor, seen: Seen | None = None) -> Tensor:
        """Return the residual stream (B, T, D) after this layer."""
        if self.pre:
            x = x + self.attention(self.attention_norm(x), gates, seen)
            return x + self.mlp(self.mlp_norm(x))
        x = self.attention_norm(x + self.attention(x, gates, seen))
        return self.mlp_norm(x + self.mlp(x))


def attentions_of(blocks: Iterable[nn.Module]) -> list[Attention]:
    """Return the self-attention of each layer."""
    return [block.attention for block in blocks if isinstance(block, Block)]


def outs_of(blocks: Iterable[nn.Module]) -> list[nn.Linear]:
    """Return the output projections, layer by layer."""
    return [attention.out for attention in attentions_of(blocks)]


class Transformer(nn.Module):
    """Embedding, blocks, and a score for each symbol at each token.

    ``position`` is learned, sinusoidal, rotary or none; ``norm`` pre or post.
    """

    def __init__(
        self,
        symbols: int,
        length: int,
        width: int,
        layers: int,
        heads: int,
        position: str = "learned",
        norm: str = "pre",
        causal: bool = False,
    ) -> None:
        super().__init__()
        self.embed = nn.Embedding(symbols, width)
        self.places = position
        if position == "learned":
            self.position = nn.Embedding(length, width)
        elif position == "sinusoidal":
            self.fixed = nn.Buffer(sinusoids(length, width), persistent=False)
        attentions = [Attention(width, heads, causal, rotary=position == "rotary") for _ in range(layers)]
        pre = norm == "pre"
        self.blocks = nn.ModuleList([Block(each, width, 4 * width, nn.GELU(), pre, 1e-5) for each in attentions])
        self.norm = nn.LayerNorm(width) if pre else nn.Identity()
        self.unembed = nn.Linear(width, symbols)
        for table in (self.embed, self.position) if position == "learned" else (self.embed,):
            nn.init.normal_(table.weight, std=EMBEDDING_SPREAD)

    def forward(self, tokens: Tensor, gates: Tensor, seen: Seen | None = None) -> Tensor:
        """Return scores (B, T, symbols) for tokens (B, T); ``gates`` (L, H) or (B, L, H) is 1 for heads that are on."""
        x = self.embed(tokens)
        if self.places == "learned":
            x = x + self.position.weight[: tokens.shape[1]]
        elif self.places == "sinusoidal":
            x = x + self.fixed[: tokens.shape[1]]
        if seen is not None:
            seen.residual.append(x)
        for block, own in zip(self.blocks, gates.unbind(-2), strict=True):
            x = block(x, own, seen)
            if seen is not None:
                seen.residual.append(x)
        return self.unembed(self.norm(x))


def contributions(weights: Tensor, v: Tensor, out: nn.Linear) -> Tensor:
    """Return ‖α·v·W_O‖ (B, H, T, T): how long the vector is that head h adds at i for having read j.

    Kobayashi et al. (2020). ``weights`` (B, H, T, T), ``v`` (B, H, T, d) with the value's bias; the output's
    bias belongs to no token and is left out.
    """
    per_head = out.weight.unflatten(1, (v.shape[1], -1))
    moved = torch.einsum("bhjd,chd->bhjc", v, per_head)
    return weights * moved.norm(dim=-1)[:, :, None, :]


def loss_and_hits(scores: Tensor, targets: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Return cross-entropy, share of right tokens and share of sequences without a mistake.

    ``scores`` (B, T, symbols), ``targets`` (B, T) with −100 where nothing is asked.
    """
    loss = F.cross_entropy(scores.flatten(0, 1), targets.flatten(), ignore_index=-100)
    asked = targets >= 0
    right = scores.argmax(-1) == targets
    return loss, right[asked].float().mean(), (right | ~asked).all(1).float().mean()
