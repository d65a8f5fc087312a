"""One small GPT with the parts that language models are built of today, each of which can be chosen or left out.

Shapes: ``B`` sequences, ``T`` tokens that are read now, ``S`` tokens that can be read from (with a cache more than T),
``D`` the width, ``H`` heads, ``G`` key–value heads, ``d`` = D / H.

With the right settings it is GPT-2 (Radford et al. 2019) and Llama (Touvron et al. 2023), number by number.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812 - the usual name

from explainer.contract.refused import Refused

POSITIONS = {
    "rotary": "Rotary",
    "learned": "Learned",
    "sinusoidal": "Sinusoidal",
    "alibi": "ALiBi",
    "none": "None",
}
"""How a model is told where a token stands."""
NORMS = {"layer": "LayerNorm", "rms": "RMSNorm", "none": "None"}
ACTIVATIONS = {"gelu": "GELU", "gelu-tanh": "GELU (tanh)", "relu": "ReLU", "swiglu": "SwiGLU"}
Tap = Callable[[str, Tensor], Tensor]
"""Is shown every intermediate by its name and returns what goes on in its place; see :class:`GPT`."""


@dataclass(frozen=True)
class Config:
    """What a model is built of; ``kv_heads`` and ``hidden`` are ``heads`` and four times ``width`` where they are 0."""

    symbols: int
    context: int = 64
    """Tokens that it is trained on at a time; a learned table of positions has as many rows."""
    width: int = 64
    layers: int = 2
    heads: int = 4
    kv_heads: int = 0
    hidden: int = 0
    position: str = "rotary"
    norm: str = "layer"
    pre: bool = True
    """Whether each part is normalized before it (GPT-2), or each sum after it (Vaswani et al. 2017)."""
    activation: str = "gelu"
    bias: bool = False
    tied: bool = False
    """Whether the output layer uses the token vectors."""
    causal: bool = True
    window: int = 0
    """A token reads from so many tokens at most, itself included (Jiang et al. 2023); 0 for all."""
    attention: bool = True
    mlp: bool = True
    residual: bool = True
    eps: float = 1e-5
    rotary_base: float = 10_000.0
    token_std: float = 0.3
    position_std: float = 0.02
    out_std: float = 0.02

    @property
    def groups(self) -> int:
        """Key–value heads G."""
        return self.kv_heads or self.heads

    @property
    def head_width(self) -> int:
        """Numbers in a head's query, d."""
        return self.width // self.heads

    def verify(self) -> None:
        """Raise :class:`Refused` for sizes that do not go together."""
        even = 2 if self.position == "rotary" else 1
        if self.width % (self.heads * even):
            what = "an even multiple" if even == 2 else "a multiple"
            raise Refused(f"width = {self.width} is refused: give {what} of heads = {self.heads}", about="width")
        if self.heads % self.groups:
            raise Refused(f"kv_heads = {self.groups} is refused: give a divisor of heads = {self.heads}", "kv_heads")


class Cache:
    """Keys and values of the tokens that were read, so that the next one need not read them again.

    ``length`` may be set back to forget the last ones. Of a model with a window the first ones are ``dropped`` once
    nobody can read them any more.
    """

    def __init__(self, config: Config, batch: int = 1, device: torch.device | None = None, room: int = 256) -> None:
        self.window = config.window
        shape = (config.layers, 2, batch, config.groups, room, config.head_width)
        self.kept = torch.empty(shape, device=device)
        self.length, self.dropped = 0, 0

    def make_room(self, count: int) -> None:
        """Have room for so many more tokens."""
        out = self.length - self.window + 1 if self.window else 0
        if self.length + count > self.kept.shape[4] and out > 0:
            self.kept[..., : self.length - out, :] = self.kept[..., out : self.length, :].clone()
            self.length, self.dropped = self.length - out, self.dropped + out
        while self.length + count > self.kept.shape[4]:
            self.kept = torch.cat([self.kept, torch.empty_like(self.kept)], 4)

    def joined(self, layer: int, k: Tensor, v: Tensor) -> tuple[Tensor, Tensor]:
        """Put keys and values (B, G, T, d) of new tokens behind those there; return all of a layer (B, G, S, d)."""
        end = self.length + k.shape[2]
        self.kept[layer, 0, :, :, self.length : end] = k
        self.kept[layer, 1, :, :, self.length : end] = v
        return self.kept[layer, 0, :, :, :end], self.kept[layer, 1, :, :, :end]


def bytes_per_token(config: Config) -> int:
    """Return what a cache keeps of a token: a key and a value for each layer and key–value head, in float32."""
    return 2 * config.layers * config.groups * config.head_width * 4


def frequencies(width: int, base: float = 10_000.0) -> Tensor:
    """Return by what angle per place each pair of numbers turns, base^(−2i / width), (width / 2,)."""
    return base ** (-torch.arange(0, width, 2) / width)


def turned(x: Tensor, angles: Tensor) -> Tensor:
    """Turn pair i of (…, T, d), which is numbers i and i + d/2, by ``angles`` (T, d/2): RoPE (Su et al. 2021).

    The pairs are those of Llama in ``transformers``; the paper's are neighbours, which is the same but for order.
    """
    cos, sin = angles.cos(), angles.sin()
    first, second = x.chunk(2, -1)
    return torch.cat([first * cos - second * sin, second * cos + first * sin], -1)


def sinusoids(places: Tensor, width: int) -> Tensor:
    """Return the position vectors (T, width) of Vaswani et al. (2017): a sine and a cosine for each frequency."""
    angles = places[:, None] * frequencies(width + width % 2).to(places.device)
    return torch.stack([angles.sin(), angles.cos()], -1).flatten(-2)[:, :width]


def alibi_slopes(heads: int) -> Tensor:
    """Return how much a score falls with each place of distance, 2^(−8h / H) for head h = 1 … H (Press et al. 2022)."""
    return 2.0 ** (-8 * torch.arange(1, heads + 1) / heads)


def make_norm(config: Config) -> nn.Module:
    """Return a normalization over a token's numbers."""
    if config.norm == "none":
        return nn.Identity()
    kind = nn.LayerNorm if config.norm == "layer" else nn.RMSNorm
    return kind(config.width, eps=config.eps)


def unchanged(name: str, x: Tensor) -> Tensor:
    """Let an intermediate pass."""
    return x


class Attention(nn.Module):
    """Self-attention of H heads, of which several may share keys and values (Ainslie et al. 2023)."""

    def __init__(self, config: Config) -> None:
        super().__init__()
        self.heads, self.groups = config.heads, config.groups
        width, shared = config.width, config.groups * config.head_width
        self.query = nn.Linear(width, width, bias=config.bias)
        self.key = nn.Linear(width, shared, bias=config.bias)
        self.value = nn.Linear(width, shared, bias=config.bias)
        self.out = nn.Linear(width, width, bias=config.bias)

    def forward(
        self,
        x: Tensor,
        layer: int,
        angles: Tensor | None = None,
        bias: Tensor | None = None,
        cache: Cache | None = None,
        tap: Tap = unchanged,
    ) -> Tensor:
        """Return what the heads read from (B, T, D); ``bias`` (T, S) or (H, T, S) is added to the scores."""
        q = self.query(x).unflatten(-1, (self.heads, -1)).transpose(1, 2)
        k = self.key(x).unflatten(-1, (self.groups, -1)).transpose(1, 2)
        v = self.value(x).unflatten(-1, (self.groups, -1)).transpose(1, 2)
        if angles is not None:
            q, k = turned(q, angles), turned(k, angles)
        q, k, v = tap(f"{layer}.q", q), tap(f"{layer}.k", k), tap(f"{layer}.v", v)
        if cache is not None:
            k, v = cache.joined(layer, k, v)
        if self.groups < self.heads:
            k, v = (each.repeat_interleave(self.heads // self.groups, 1) for each in (k, v))
        scores = q @ k.transpose(-2, -1) / q.shape[-1] ** 0.5
        scores = tap(f"{layer}.scores", scores if bias is None else scores + bias)
        weights = tap(f"{layer}.weights", scores.softmax(-1))
        heads = tap(f"{layer}.heads", weights @ v)
        found: Tensor = self.out(heads.transpose(1, 2).flatten(2))
        return found


class FeedForward(nn.Module):
    """The network at each token: up, activation, down; with SwiGLU a gate beside it (Shazeer 2020)."""

    def __init__(self, config: Config) -> None:
        super().__init__()
        hidden = config.hidden or 4 * config.width
        self.activation = config.activation
        self.up = nn.Linear(config.width, hidden, bias=config.bias)
        self.gate = nn.Linear(config.width, hidden, bias=config.bias) if self.activation == "swiglu" else None
        self.down = nn.Linear(hidden, config.width, bias=config.bias)

    def forward(self, x: Tensor, layer: int, tap: Tap = unchanged) -> Tensor:
        """Return what it makes of each token's numbers (B, T, D)."""
        h = self.up(x)
        if self.gate is not None:
            h = F.silu(self.gate(x)) * h
        elif self.activation == "relu":
            h = F.relu(h)
        else:
            h = F.gelu(h, approximate="tanh" if self.activation == "gelu-tanh" else "none")
        found: Tensor = self.down(tap(f"{layer}.hidden", h))
        return found


class Block(nn.Module):
    """Attention, then the network at each token; each adds to the residual stream that it read."""

    def __init__(self, config: Config) -> None:
        super().__init__()
        self.pre, self.residual = config.pre, config.residual
        self.attention = Attention(config) if config.attention else None
        self.attention_norm = make_norm(config)
        self.mlp = FeedForward(config) if config.mlp else None
        self.mlp_norm = make_norm(config)

    def forward(
        self, x: Tensor, layer: int, angles: Tensor | None, bias: Tensor | None, cache: Cache | None, tap: Tap
    ) -> Tensor:
        """Return the stream (B, T, D) after this layer."""
        if self.attention is not None:
            read = tap(f"{layer}.read", self.attention_norm(x) if self.pre else x)
            x = self.joined(x, tap(f"{layer}.attention", self.attention(read, layer, angles, bias, cache, tap)))
            x = x if self.pre else self.attention_norm(x)
        x = tap(f"{layer}.middle", x)
        if self.mlp is not None:
            read = tap(f"{layer}.thought", self.mlp_norm(x) if self.pre else x)
            x = self.joined(x, tap(f"{layer}.mlp", self.mlp(read, layer, tap)))
            x = x if self.pre else self.mlp_norm(x)
        return tap(f"{layer}.stream", x)

    def joined(self, x: Tensor, added: Tensor) -> Tensor:
        """Return the stream with what a part says; without a residual path that alone."""
        return x + added if self.residual else added


class GPT(nn.Module):
    """Token vectors, blocks, and a score for each symbol as the next one.

    A ``tap`` is shown these intermediates in turn, and what it returns goes on: ``embed`` (B, T, D); for each layer,
    ``0.`` the first: ``0.read`` (B, T, D), what attention is given, ``0.q`` (B, H, T, d), ``0.k`` and ``0.v``
    (B, G, T, d), turned already, ``0.scores`` and ``0.weights`` (B, H, T, S), ``0.heads`` (B, H, T, d), what each
    head has read, ``0.attention``, what that adds, ``0.middle``, the stream then, ``0.thought``, what the
    feed-forward part is given, ``0.hidden`` (B, T, hidden), ``0.mlp``, what it adds, ``0.stream``, the stream after
    the block (all (B, T, D)); at last ``norm`` (B, T, D) and ``logits`` (B, T, symbols).
    """

    def __init__(self, config: Config) -> None:
        super().__init__()
        config.verify()
        self.config = config
        self.tokens = nn.Embedding(config.symbols, config.width)
        nn.init.normal_(self.tokens.weight, std=config.token_std)
        self.positions = None
        if config.position == "learned":
            self.positions = nn.Embedding(config.context, config.width)
            nn.init.normal_(self.positions.weight, std=config.position_std)
        self.blocks = nn.ModuleList(Block(config) for _ in range(config.layers))
        self.norm = make_norm(config) if config.pre else nn.Identity()
        self.out = nn.Linear(config.width, config.symbols, bias=False)
        if config.tied:
            self.out.weight = self.tokens.weight
        else:
            nn.init.normal_(self.out.weight, std=config.out_std)

    def forward(
        self, tokens: Tensor, places: Tensor | None = None, cache: Cache | None = None, tap: Tap = unchanged
    ) -> Tensor:
        """Return scores (B, T, symbols) for tokens (B, T).

        ``places`` (T,) say where they stand, 0, 1, … (after those in the cache) if nothing is said; they may lie
        beyond the context and, but for learned positions, between whole numbers. Who may read from whom depends on
        the order of the tokens alone. Behind a cache tokens follow one another.
        """
        before = first = 0
        if cache is not None:
            cache.make_room(tokens.shape[1])
            before, first = cache.length, cache.length + cache.dropped
        if places is None:
            places = torch.arange(first, first + tokens.shape[1], device=tokens.device)
        x = self.tokens(tokens)
        if self.positions is not None:
            x = x + self.positions(self.rows(places))
        elif self.config.position == "sinusoidal":
            x = x + sinusoids(places, self.config.width)
        x = tap("embed", x)
        angles, bias = self.angles(places), self.bias(places, before)
        for layer, block in enumerate(self.blocks):
            x = block(x, layer, angles, bias, cache, tap)
        if cache is not None:
            cache.length += tokens.shape[1]
        return tap("logits", self.out(tap("norm", self.norm(x))))

    def rows(self, places: Tensor) -> Tensor:
        """Return the places; raise :class:`Refused` where a learned table has no row for them."""
        if int(places.max()) >= self.config.context or places.is_floating_point():
            raise Refused(
                f"place {places.max().item():g} is refused: the learned positions have rows 0 to "
                f"{self.config.context - 1}; read at most {self.config.context} tokens, or choose other positions",
                about="position",
            )
        return places

    def angles(self, places: Tensor) -> Tensor | None:
        """Return by how much rotary positions turn each pair of numbers (T, d/2)."""
        if self.config.position != "rotary":
            return None
        each = frequencies(self.config.head_width, self.config.rotary_base).to(places.device)
        return places[:, None] * each

    def bias(self, places: Tensor, before: int = 0) -> Tensor | None:
        """Return what is added to the scores, −∞ where a token may not read: (T, S), or (H, T, S) for ALiBi."""
        config, count = self.config, len(places)
        alibi = config.position == "alibi"
        short = not config.window or before + count <= config.window
        if not alibi and short and (count == 1 or not config.causal):
            return None
        order = torch.arange(before + count, device=places.device)
        ahead = order[before:, None] - order
        allowed = ahead >= 0 if config.causal else torch.ones_like(ahead, dtype=torch.bool)
        if config.window:
            allowed &= ahead.abs() < config.window
        bias = torch.zeros(ahead.shape, device=places.device).masked_fill(~allowed, float("-inf"))
        if not alibi:
            return bias
        distance = ahead.abs() if before else (places[:, None] - places).abs()
        return bias - alibi_slopes(config.heads).to(places.device)[:, None, None] * distance


def parameters_of(model: nn.Module) -> int:
    """Return how many weights a model has; shared ones count once."""
    return sum(weight.numel() for weight in model.parameters())
