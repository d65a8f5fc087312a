"""Real weights: BERT, RoBERTa, DistilBERT and GPT-2 from a folder, in the same blocks as the network trained here.

Only numbers and text are read (config.json, tokenizer.json, *.safetensors): no code of the folder is run, and
nothing is fetched.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from explainer.contract.refused import Refused
from explainer.scenes.attention_maps import MOST_HEADS, MOST_LAYERS
from explainer.scenes.attention_maps.transformer import Attention, Block, Seen, through

MOST_CONFIG = 10_000_000
"""Bytes of a config.json or an index, at the most."""
_ACTIVATIONS: dict[str, Callable[[], nn.Module]] = {
    "gelu": nn.GELU,
    "gelu_new": lambda: nn.GELU(approximate="tanh"),
    "gelu_pytorch_tanh": lambda: nn.GELU(approximate="tanh"),
    "relu": nn.ReLU,
}


@dataclass(frozen=True)
class Family:
    """Where a family of models keeps its sizes and its weights; ``{i}`` is the layer."""

    sizes: Mapping[str, str]
    """width, layers, heads, hidden, places, activation, eps → the name in config.json."""
    names: Mapping[str, str]
    """Our name → theirs, without what stands before all of them."""
    first: str
    """A weight by which the part before all names is found."""
    decoder: bool = False
    offset: int = 0
    """Where the positions begin."""


_BERT_SIZES = {
    "width": "hidden_size",
    "layers": "num_hidden_layers",
    "heads": "num_attention_heads",
    "hidden": "intermediate_size",
    "places": "max_position_embeddings",
    "activation": "hidden_act",
    "eps": "layer_norm_eps",
}
_BERT_NAMES = {
    "embed": "embeddings.word_embeddings",
    "position": "embeddings.position_embeddings",
    "types": "embeddings.token_type_embeddings",
    "embed_norm": "embeddings.LayerNorm",
    "blocks.{i}.attention.query": "encoder.layer.{i}.attention.self.query",
    "blocks.{i}.attention.key": "encoder.layer.{i}.attention.self.key",
    "blocks.{i}.attention.value": "encoder.layer.{i}.attention.self.value",
    "blocks.{i}.attention.out": "encoder.layer.{i}.attention.output.dense",
    "blocks.{i}.attention_norm": "encoder.layer.{i}.attention.output.LayerNorm",
    "blocks.{i}.mlp.0": "encoder.layer.{i}.intermediate.dense",
    "blocks.{i}.mlp.2": "encoder.layer.{i}.output.dense",
    "blocks.{i}.mlp_norm": "encoder.layer.{i}.output.LayerNorm",
}
_DISTILBERT = Family(
    {
        "width": "dim",
        "layers": "n_layers",
        "heads": "n_heads",
        "hidden": "hidden_dim",
        "places": "max_position_embeddings",
        "activation": "activation",
        "eps": "",
    },
    {
        "embed": "embeddings.word_embeddings",
        "position": "embeddings.position_embeddings",
        "embed_norm": "embeddings.LayerNorm",
        "blocks.{i}.attention.query": "transformer.layer.{i}.attention.q_lin",
        "blocks.{i}.attention.key": "transformer.layer.{i}.attention.k_lin",
        "blocks.{i}.attention.value": "transformer.layer.{i}.attention.v_lin",
        "blocks.{i}.attention.out": "transformer.layer.{i}.attention.out_lin",
        "blocks.{i}.attention_norm": "transformer.layer.{i}.sa_layer_norm",
        "blocks.{i}.mlp.0": "transformer.layer.{i}.ffn.lin1",
        "blocks.{i}.mlp.2": "transformer.layer.{i}.ffn.lin2",
        "blocks.{i}.mlp_norm": "transformer.layer.{i}.output_layer_norm",
    },
    "embeddings.word_embeddings.weight",
)
_GPT2 = Family(
    {
        "width": "n_embd",
        "layers": "n_layer",
        "heads": "n_head",
        "hidden": "n_inner",
        "places": "n_positions",
        "activation": "activation_function",
        "eps": "layer_norm_epsilon",
    },
    {
        "embed": "wte",
        "position": "wpe",
        "norm": "ln_f",
        "blocks.{i}.attention_norm": "h.{i}.ln_1",
        "blocks.{i}.mlp_norm": "h.{i}.ln_2",
        "blocks.{i}.attention.out": "h.{i}.attn.c_proj",
        "blocks.{i}.mlp.0": "h.{i}.mlp.c_fc",
        "blocks.{i}.mlp.2": "h.{i}.mlp.c_proj",
    },
    "wte.weight",
    decoder=True,
)
_BERT = Family(_BERT_SIZES, _BERT_NAMES, "embeddings.word_embeddings.weight")
_ROBERTA = Family(_BERT_SIZES, _BERT_NAMES, _BERT.first, offset=2)
FAMILIES = {
    "bert": _BERT,
    "roberta": _ROBERTA,
    "xlm-roberta": _ROBERTA,
    "camembert": _ROBERTA,
    "distilbert": _DISTILBERT,
    "gpt2": _GPT2,
}
"""``model_type`` in config.json → how such a model is read."""


class Pretrained(nn.Module):
    """An encoder with normalization after each part, or a decoder with normalization before."""

    def __init__(self, symbols: int, sizes: Mapping[str, Any], kinds: int, family: Family) -> None:
        super().__init__()
        width, heads, eps = sizes["width"], sizes["heads"], sizes["eps"]
        self.decoder, self.offset, self.heads = family.decoder, family.offset, heads
        self.embed = nn.Embedding(symbols, width)
        self.position = nn.Embedding(sizes["places"], width)
        self.types = nn.Embedding(kinds, width) if kinds else None
        self.embed_norm = nn.Identity() if self.decoder else nn.LayerNorm(width, eps=eps)
        self.norm = nn.LayerNorm(width, eps=eps) if self.decoder else nn.Identity()
        self.blocks = nn.ModuleList(
            Block(
                Attention(width, heads, causal=self.decoder),
                width,
                sizes["hidden"],
                _ACTIVATIONS[sizes["activation"]](),
                self.decoder,
                eps,
            )
            for _ in range(sizes["layers"])
        )

    @property
    def places(self) -> int:
        """How many tokens it can read."""
        return self.position.num_embeddings - self.offset

    def forward(self, tokens: Tensor, gates: Tensor, seen: Seen | None = None, types: Tensor | None = None) -> Tensor:
        """Return hidden states (B, T, D) of an encoder, scores (B, T, symbols) of a decoder."""
        x = self.embed(tokens) + self.position.weight[self.offset : self.offset + tokens.shape[1]]
        if self.types is not None:
            x = x + self.types(torch.zeros_like(tokens) if types is None else types)
        x = self.norm(through(self.blocks, self.embed_norm(x), gates, seen))
        return x @ self.embed.weight.T if self.decoder else x


def load(folder: Path) -> Pretrained:
    """Return the model in a folder, for evaluation; raise :class:`Refused` for what is missing or not known."""
    config = read_json(folder / "config.json")
    kind = config.get("model_type", "?")
    family = FAMILIES.get(kind)
    if family is None:
        raise Refused(f"a model of type {kind!r} is refused: give one of {', '.join(FAMILIES)}", about="path")
    if config.get("position_embedding_type", "absolute") != "absolute":
        raise Refused("only absolute positions are known: give another model", about="path")
    weights = _stripped(_read_weights(folder), family.first)
    try:
        return _filled(config, family, weights)
    except (KeyError, RuntimeError, TypeError, ValueError) as error:
        said = str(error).strip().splitlines()[0][:200]
        raise Refused(f"the weights in {folder.name} do not fit their config.json: {said}", about="path") from None


def _filled(config: Mapping[str, Any], family: Family, weights: dict[str, Tensor]) -> Pretrained:
    sizes = {ours: config.get(theirs) for ours, theirs in family.sizes.items()}
    sizes["hidden"] = sizes["hidden"] or 4 * int(sizes["width"])
    sizes["eps"] = sizes["eps"] or 1e-12
    if not 1 <= int(sizes["layers"]) <= MOST_LAYERS or not 1 <= int(sizes["heads"]) <= MOST_HEADS:
        raise ValueError(f"at most {MOST_LAYERS} layers of {MOST_HEADS} heads can be shown")
    if int(sizes["width"]) % int(sizes["heads"]):
        raise ValueError(f"width {sizes['width']} is no multiple of {sizes['heads']} heads")
    types = family.names.get("types")
    kinds = weights[f"{types}.weight"].shape[0] if types else 0
    with torch.device("meta"):
        network = Pretrained(weights[family.first].shape[0], sizes, kinds, family)
    network.load_state_dict(_renamed(network, family, weights), assign=True)
    return network.float().eval().requires_grad_(False)


def _renamed(network: Pretrained, family: Family, weights: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Return the weights under our names; GPT-2's linear layers are transposed, its q, k and v in one."""
    found: dict[str, Tensor] = {}
    for name in network.state_dict():
        module, _, part = name.rpartition(".")
        layer = next(iter(re.findall(r"\d+", module)), "")
        theirs = family.names.get(re.sub(r"^blocks\.\d+", "blocks.{i}", module))
        if theirs is not None:
            weight = weights[f"{theirs.format(i=layer)}.{part}"]
        else:
            which = ("query", "key", "value").index(module.rpartition(".")[2])
            weight = weights[f"h.{layer}.attn.c_attn.{part}"].chunk(3, -1)[which]
        transposed = family.decoder and weight.ndim == 2 and module.startswith("blocks")
        found[name] = weight.T.contiguous() if transposed else weight
    return found


def _stripped(weights: Mapping[str, Tensor], first: str) -> dict[str, Tensor]:
    """Return the weights without what stands before all of their names, old names of normalization replaced."""
    full = next((name for name in weights if name == first or name.endswith("." + first)), None)
    if full is None:
        raise Refused(f"the folder's weights have no {first}: give a model with all its weights", about="path")
    before = full.removesuffix(first)
    found = {name.removeprefix(before): weight for name, weight in weights.items() if name.startswith(before)}
    return {re.sub(r"\.gamma$", ".weight", re.sub(r"\.beta$", ".bias", n)): weight for n, weight in found.items()}


def _read_weights(folder: Path) -> dict[str, Tensor]:
    files = sorted(folder.glob("*.safetensors"))
    if not files:
        raise Refused(
            f"{folder.name} has no *.safetensors: other formats can carry code and are not read", about="path"
        )
    try:
        from safetensors import SafetensorError
        from safetensors.torch import load_file
    except ImportError:
        raise Refused('a real model needs more packages: pip install "explainer[bert]"', about="model") from None
    found: dict[str, Tensor] = {}
    for file in files:
        try:
            found |= load_file(file)
        except (SafetensorError, OSError) as error:
            raise Refused(f"{file.name} cannot be read: {str(error).splitlines()[0][:200]}", about="path") from None
    return found


def read_json(file: Path) -> dict[str, Any]:
    """Return the object in a JSON file; raise :class:`Refused` where there is none."""
    try:
        if file.stat().st_size > MOST_CONFIG:
            raise Refused(f"{file.name} is larger than {MOST_CONFIG:,} bytes: that is no {file.name}", about="path")
        found = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        if isinstance(error, Refused):
            raise
        raise Refused(
            f"{file.name} cannot be read in {file.parent.name or 'the folder'}: give a model's folder", about="path"
        ) from None
    if not isinstance(found, dict):
        raise Refused(f"{file.name} holds no object: give a model's folder", about="path")
    return found
