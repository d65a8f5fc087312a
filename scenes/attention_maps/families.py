"""Which models can be read, and under which names they keep their sizes and weights. Plain data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Family:
    """Where a family of models keeps its sizes and its weights; ``{i}`` is the layer."""

    sizes: Mapping[str, tuple[str, ...]]
    """width, layers, heads, hidden, places, activation, eps → the names in config.json, the first one that is there."""
    usual: Mapping[str, Any]
    """What is meant where config.json does not say; None for a hidden size of four widths."""
    names: Mapping[str, str]
    """Our name → theirs, without what stands before all of them."""
    first: str
    """A weight by which the part before all names is found."""
    decoder: bool = False
    """Built as GPT-2 is: causal, with normalization before each part, and scores of every symbol at the end."""
    after_pad: bool = False
    """Whether positions are counted from the number of the padding symbol on, which itself has none."""
    settings: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)
    """Names in config.json of what would compute other numbers → the values for which nothing else is computed."""


_PLAIN = {
    "position_embedding_type": ("absolute",),
    "add_cross_attention": (False,),
    "is_encoder_decoder": (False,),
    "pruned_heads": ({},),
    "quantization_config": (),
}
_BERT_SIZES = {
    "width": ("hidden_size",),
    "layers": ("num_hidden_layers",),
    "heads": ("num_attention_heads",),
    "hidden": ("intermediate_size",),
    "places": ("max_position_embeddings",),
    "activation": ("hidden_act",),
    "eps": ("layer_norm_eps",),
}
_BERT_USUAL = {
    "width": 768,
    "layers": 12,
    "heads": 12,
    "hidden": 3072,
    "places": 512,
    "activation": "gelu",
    "eps": 1e-12,
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
        "width": ("dim", "hidden_size"),
        "layers": ("n_layers", "num_hidden_layers"),
        "heads": ("n_heads", "num_attention_heads"),
        "hidden": ("hidden_dim",),
        "places": ("max_position_embeddings",),
        "activation": ("activation",),
        "eps": (),
    },
    {**_BERT_USUAL, "layers": 6},
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
    settings={**_PLAIN, "is_decoder": (False,)},
)
_GPT2 = Family(
    {
        "width": ("n_embd", "hidden_size"),
        "layers": ("n_layer", "num_hidden_layers"),
        "heads": ("n_head", "num_attention_heads"),
        "hidden": ("n_inner",),
        "places": ("n_positions", "max_position_embeddings"),
        "activation": ("activation_function",),
        "eps": ("layer_norm_epsilon",),
    },
    {"width": 768, "layers": 12, "heads": 12, "hidden": None, "places": 1024, "activation": "gelu_new", "eps": 1e-5},
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
    settings=_PLAIN,
)
_BERT = Family(_BERT_SIZES, _BERT_USUAL, _BERT_NAMES, "embeddings.word_embeddings.weight", settings=_PLAIN)
_ROBERTA = Family(_BERT_SIZES, _BERT_USUAL, _BERT_NAMES, _BERT.first, after_pad=True, settings=_PLAIN)
FAMILIES = {
    "bert": _BERT,
    "roberta": _ROBERTA,
    "xlm-roberta": _ROBERTA,
    "camembert": _ROBERTA,
    "distilbert": _DISTILBERT,
    "gpt2": _GPT2,
}
"""``model_type`` in config.json → how such a model is read."""
FOREIGN = (
    "rope",
    "rotary",
    "alibi",
    "relative",
    "sliding_window",
    "kv_heads",
    "key_value_heads",
    "multi_query",
    "experts",
)
"""Words in the names of settings of other architectures; one that is in force is refused, whatever its full name."""
