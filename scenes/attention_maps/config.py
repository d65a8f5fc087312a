"""A model's config.json: every setting that changes a number is read, checked, and implemented or refused by name."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812 - the usual name

from explainer.contract.files import read_ordinary
from explainer.contract.refused import Refused, one_line, shown
from explainer.scenes.attention_maps import MOST_HEADS, MOST_LAYERS
from explainer.scenes.attention_maps.families import FAMILIES, FOREIGN, Family

MOST_BYTES = 10_000_000
"""Bytes of a config.json or an index, at the most."""
MOST_WIDTH, MOST_PLACES = 65_536, 1 << 20


class Applied(nn.Module):
    """A function as a module."""

    def __init__(self, function: Callable[[Tensor], Tensor]) -> None:
        super().__init__()
        self.function = function

    def forward(self, x: Tensor) -> Tensor:
        """Return what the function makes of ``x``."""
        return self.function(x)


def _by_tanh() -> nn.Module:
    return nn.GELU(approximate="tanh")


ACTIVATIONS: dict[str, Callable[[], nn.Module]] = {
    "gelu": nn.GELU,
    "gelu_python": nn.GELU,
    "gelu_new": _by_tanh,
    "gelu_fast": _by_tanh,
    "gelu_accurate": _by_tanh,
    "gelu_pytorch_tanh": _by_tanh,
    "gelu_python_tanh": _by_tanh,
    "gelu_10": lambda: Applied(lambda x: F.gelu(x).clip(-10, 10)),
    "quick_gelu": lambda: Applied(lambda x: x * torch.sigmoid(1.702 * x)),
    "relu": nn.ReLU,
    "relu2": lambda: Applied(lambda x: x.relu() ** 2),
    "relu6": nn.ReLU6,
    "leaky_relu": nn.LeakyReLU,
    "silu": nn.SiLU,
    "swish": nn.SiLU,
    "mish": nn.Mish,
    "hardswish": nn.Hardswish,
    "tanh": nn.Tanh,
    "sigmoid": nn.Sigmoid,
    "linear": nn.Identity,
}
"""Names of activations in config.json."""


@dataclass(frozen=True)
class Architecture:
    """What a config.json says of a model, in our words."""

    family: Family
    width: int
    layers: int
    heads: int
    hidden: int
    places: int
    activation: str
    eps: float
    causal: bool
    pad: int
    """The number of the padding symbol where positions are counted after it, else −1."""
    tied: bool
    divisors: tuple[float, ...]
    """What the scores of each layer are divided by."""
    symbols: int | None
    """How many symbols it knows, None where config.json does not say."""


def read_architecture(config: Mapping[str, Any]) -> Architecture:
    """Return what a config.json means; raise :class:`Refused` naming the setting that cannot be read or shown."""
    kind = config.get("model_type", "?")
    family = FAMILIES.get(kind) if isinstance(kind, str) else None
    if family is None:
        raise Refused(f"a model of type {shown(kind)} is refused: give one of {', '.join(FAMILIES)}", about="path")
    _check_settings(config, family)
    most = {"width": MOST_WIDTH, "layers": MOST_LAYERS, "heads": MOST_HEADS, "hidden": 16 * MOST_WIDTH}
    found = {ours: _whole(config, family, ours, most.get(ours, MOST_PLACES)) for ours in (*most, "places")}
    if found["width"] % found["heads"]:
        raise _unfit(f"width {found['width']} is no multiple of {found['heads']} heads")
    return Architecture(
        family,
        **found,
        activation=_activation(config, family),
        eps=_eps(config, family),
        causal=family.decoder or _switch(config, "is_decoder", False),
        pad=_pad(config, found["places"]) if family.after_pad else -1,
        tied=_switch(config, "tie_word_embeddings", True),
        divisors=_divisors(config, family, found),
        symbols=_count(config, "vocab_size"),
    )


def _check_settings(config: Mapping[str, Any], family: Family) -> None:
    """Refuse what would compute other numbers than are computed here."""
    for name, allowed in family.settings.items():
        value = config.get(name)
        if value is not None and not any(type(value) is type(good) and value == good for good in allowed):
            remedy = f"only {name} = {json.dumps(allowed[0])} is shown" if allowed else "models with it are not shown"
            raise Refused(f"{name} = {shown(value)} in config.json is refused: {remedy}; give another model", "path")
    for name, value in config.items():
        foreign = any(f"_{words}_" in f"_{name.lower()}_" for words in FOREIGN)
        if value and foreign and name not in family.settings:
            raise Refused(
                f"{name} = {shown(value)} in config.json is refused: no {config['model_type']} has it; "
                "give another model",
                about="path",
            )


def _said(config: Mapping[str, Any], family: Family, ours: str) -> tuple[str, Any]:
    """Return under which name a size is said, and its value; the usual one where nothing is said."""
    names = family.sizes[ours]
    name = next((name for name in names if config.get(name) is not None), names[0] if names else ours)
    value = config.get(name) if names else None
    return name, family.usual[ours] if value is None else value


def _whole(config: Mapping[str, Any], family: Family, ours: str, most: int) -> int:
    name, value = _said(config, family, ours)
    if value is None:
        return 4 * _whole(config, family, "width", MOST_WIDTH)
    if type(value) is not int or not 1 <= value <= most:
        raise _unfit(f"{name} = {shown(value)}, and only a whole number from 1 to {most} can be shown")
    return value


def _count(config: Mapping[str, Any], name: str) -> int | None:
    value = config.get(name)
    if value is not None and (type(value) is not int or value < 1):
        raise _unfit(f"{name} = {shown(value)}, and only a whole number from 1 is possible")
    return value


def _switch(config: Mapping[str, Any], name: str, usual: bool) -> bool:
    value = config.get(name)
    if value is not None and type(value) is not bool:
        raise _unfit(f"{name} = {shown(value)}, and only true or false is possible")
    return usual if value is None else value


def _activation(config: Mapping[str, Any], family: Family) -> str:
    name, value = _said(config, family, "activation")
    if not isinstance(value, str) or value not in ACTIVATIONS:
        raise _unfit(f"{name} = {shown(value)}, and the activations that are known are {', '.join(ACTIVATIONS)}")
    return value


def _eps(config: Mapping[str, Any], family: Family) -> float:
    name, value = _said(config, family, "eps")
    if type(value) not in (int, float) or not math.isfinite(value) or not 0 < value <= 1:
        raise _unfit(f"{name} = {shown(value)}, and only a number above 0 and up to 1 is possible")
    return float(value)


def _pad(config: Mapping[str, Any], places: int) -> int:
    value = config.get("pad_token_id", 1)
    if type(value) is not int or not 0 <= value < places - 1:
        raise _unfit(f"pad_token_id = {shown(value)}, and positions are counted from a number from 0 to {places - 2}")
    return value


def _divisors(config: Mapping[str, Any], family: Family, sizes: Mapping[str, int]) -> tuple[float, ...]:
    """Return what the scores of each layer are divided by: √d, and in some of GPT-2's kin the layer's number."""
    root = math.sqrt(sizes["width"] // sizes["heads"])
    if not family.decoder:
        return (root,) * sizes["layers"]
    root = root if _switch(config, "scale_attn_weights", True) else 1.0
    numbered = _switch(config, "scale_attn_by_inverse_layer_idx", False)
    return tuple(root * (layer + 1 if numbered else 1) for layer in range(sizes["layers"]))


def _unfit(words: str) -> Refused:
    return Refused(f"config.json says {words}; give another model", about="path")


def read_json(file: Path) -> dict[str, Any]:
    """Return the object in a JSON file; raise :class:`Refused` where there is none."""
    try:
        raw = read_ordinary(file, MOST_BYTES, "path", f"a model's folder with {file.name}")
        found = json.loads(raw)
    except Refused as refused:
        raise Refused(f"{file.name} cannot be read: {refused}", about="path") from None
    except (ValueError, RecursionError) as error:
        why = "it is nested too deeply" if isinstance(error, RecursionError) else one_line(str(error), 200)
        raise Refused(f"{file.name} cannot be read: {why}; give a model's folder", about="path") from None
    if not isinstance(found, dict):
        raise Refused(f"{file.name} holds no object: give a model's folder", about="path")
    return found
