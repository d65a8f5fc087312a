"""Real weights: BERT, RoBERTa, DistilBERT and GPT-2 from a folder, in the same blocks as the network trained here.

Only numbers and text are read (config.json, tokenizer.json, *.safetensors): no code of the folder is run, and
nothing is fetched.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import torch
from torch import Tensor, nn

from explainer.contract.refused import Refused, one_line
from explainer.scenes.attention_maps.config import ACTIVATIONS, Architecture, read_architecture, read_json
from explainer.scenes.attention_maps.transformer import Attention, Block, Seen
from explainer.scenes.attention_maps.weights import finite, read_weights, stripped

HEAD = "lm_head.weight"
"""The scores' own matrix, of a decoder that does not use its embedding for them."""


class Pretrained(nn.Module):
    """An encoder with normalization after each part, or a decoder with normalization before."""

    def __init__(self, plan: Architecture, symbols: int, kinds: int) -> None:
        super().__init__()
        width = plan.width
        self.decoder, self.pad, self.heads = plan.family.decoder, plan.pad, plan.heads
        self.embed = nn.Embedding(symbols, width)
        self.position = nn.Embedding(plan.places, width)
        self.types = nn.Embedding(kinds, width) if kinds else None
        self.embed_norm = nn.Identity() if self.decoder else nn.LayerNorm(width, eps=plan.eps)
        self.norm = nn.LayerNorm(width, eps=plan.eps) if self.decoder else nn.Identity()
        self.unembed = None if plan.tied or not self.decoder else nn.Linear(width, symbols, bias=False)
        self.blocks = nn.ModuleList(
            Block(
                Attention(width, plan.heads, causal=plan.causal, divisor=divisor),
                width,
                plan.hidden,
                ACTIVATIONS[plan.activation](),
                self.decoder,
                plan.eps,
            )
            for divisor in plan.divisors
        )

    @property
    def places(self) -> int:
        """How many tokens it can read."""
        return self.position.num_embeddings - (self.pad + 1)

    def positions(self, tokens: Tensor) -> Tensor:
        """Return the place of each token in the table of positions; a padding symbol has none of its own."""
        if self.pad < 0:
            return torch.arange(tokens.shape[1], device=tokens.device)
        real = tokens != self.pad
        return real.cumsum(1) * real + self.pad

    def forward(self, tokens: Tensor, gates: Tensor, seen: Seen | None = None, types: Tensor | None = None) -> Tensor:
        """Return hidden states (B, T, D) of an encoder, scores (B, T, symbols) of a decoder."""
        x = self.embed(tokens) + self.position(self.positions(tokens))
        if self.types is not None:
            x = x + self.types(torch.zeros_like(tokens) if types is None else types)
        x = self.embed_norm(x)
        if seen is not None:
            seen.residual.append(x)
        for block, own in zip(self.blocks, gates.unbind(-2), strict=True):
            x = block(x, own, seen)
            if seen is not None:
                seen.residual.append(x)
        x = self.norm(x)
        if self.unembed is not None:
            return self.unembed(x)
        return x @ self.embed.weight.T if self.decoder else x


def load(folder: Path) -> Pretrained:
    """Return the model in a folder, for evaluation; raise :class:`Refused` for what is missing or not known."""
    config = read_json(folder / "config.json")
    plan = read_architecture(config)
    everything = read_weights(folder)
    weights = stripped(everything, plan.family.first)
    if plan.family.decoder and not plan.tied:
        if HEAD not in everything:
            raise Refused(f"tie_word_embeddings is false, and the weights have no {HEAD}: give them all", about="path")
        weights[HEAD] = everything[HEAD]
    try:
        return _filled(plan, weights)
    except Refused:
        raise
    except (KeyError, IndexError, RuntimeError, TypeError, ValueError) as error:
        said = f"there is no {error}" if isinstance(error, KeyError) else one_line(str(error), 300)
        raise Refused(f"the weights in {folder.name} do not fit their config.json: {said}", about="path") from None


def _filled(plan: Architecture, weights: Mapping[str, Tensor]) -> Pretrained:
    symbols = _rows(weights, plan.family.first)
    if plan.symbols not in (None, symbols):
        raise ValueError(f"vocab_size = {plan.symbols}, and the table of symbols has {symbols} rows")
    types = plan.family.names.get("types")
    kinds = _rows(weights, f"{types}.weight") if types else 0
    with torch.device("meta"):
        network = Pretrained(plan, symbols, kinds)
    network.load_state_dict(_renamed(network, plan, weights), assign=True)
    return network.eval().requires_grad_(False)


def _rows(weights: Mapping[str, Tensor], name: str) -> int:
    """Return how many rows a table has."""
    table = weights[name]
    if table.ndim != 2 or not table.numel():
        raise ValueError(f"{name} is no table: its shape is {tuple(table.shape)}")
    return table.shape[0]


def _renamed(network: Pretrained, plan: Architecture, weights: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Return the weights under our names; GPT-2's linear layers are transposed, its q, k and v in one."""
    found: dict[str, Tensor] = {}
    family = plan.family
    for name in network.state_dict():
        module, _, part = name.rpartition(".")
        layer = next(iter(re.findall(r"\d+", module)), "")
        theirs = family.names.get(re.sub(r"^blocks\.\d+", "blocks.{i}", module))
        if module == "unembed":
            weight = finite(HEAD, weights[HEAD])
        elif theirs is not None:
            full = f"{theirs.format(i=layer)}.{part}"
            weight = finite(full, weights[full])
        else:
            which = ("query", "key", "value").index(module.rpartition(".")[2])
            full = f"h.{layer}.attn.c_attn.{part}"
            if weights[full].shape[-1] != 3 * plan.width:
                raise ValueError(f"{full} has the shape {tuple(weights[full].shape)}, not one for a width {plan.width}")
            weight = finite(full, weights[full]).chunk(3, -1)[which]
        transposed = family.decoder and weight.ndim == 2 and module.startswith("blocks")
        found[name] = weight.T.contiguous() if transposed else weight
    return found
