"""The blocks of the network as a person writes them: entries such as ``conv:channels=12:activation=tanh``.

Plain Python: the window's chips, the command line, the script and the engine share it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from explainer.contract import STRUCTURAL, Refused, choice, integer, real
from explainer.contract.fields import Parameter
from explainer.contract.refused import shown

MOST_CHANNELS = 64
ACTIVATIONS = {
    "relu": "ReLU",
    "leaky-relu": "Leaky ReLU",
    "gelu": "GELU",
    "tanh": "tanh",
    "sigmoid": "Sigmoid",
    "none": "None",
}
NORMS = {"none": "None", "batch": "Batch", "layer": "Layer"}
POOLS = {"none": "None", "max": "Maximum", "average": "Average"}
PRESETS: Mapping[str, tuple[str, Mapping[str, Any]]] = {
    "conv": ("Convolution", {}),
    "pooled": ("Convolution + max-pool", {"channels": 16, "pool": "max"}),
    "strided": ("Convolution, stride 2", {"channels": 16, "stride": 2}),
}
"""Names of blocks with their words and what they set differently."""


@dataclass(frozen=True)
class Block:
    """One block: convolution, normalization, activation, pooling, dropout, in this order."""

    preset: str
    channels: int = 8
    kernel: int = 3
    stride: int = 1
    padding: int = 1
    activation: str = "relu"
    norm: str = "none"
    pool: str = "none"
    window: int = 2
    dropout: float = 0.0

    def text(self) -> str:
        """Return the canonical spelling: the preset and what differs from it; :func:`parse_block` reads it."""
        plain = of_preset(self.preset)
        declared = block_settings(self.preset)
        own = [
            f"{n}={d.format(getattr(self, n))}" for n, d in declared.items() if getattr(self, n) != getattr(plain, n)
        ]
        return ":".join([self.preset, *own])


def of_preset(name: str) -> Block:
    """Return the block of that name with nothing set; raise :class:`Refused` for an unknown one."""
    if name not in PRESETS:
        given = f"unknown block {shown(name)}" if name else "a block has no name"
        raise Refused(f"{given}: choose from {', '.join(PRESETS)}", about="blocks")
    return Block(name, **PRESETS[name][1])


def block_settings(preset: str) -> dict[str, Parameter]:
    """Return what a block may be told, as declarations with the preset's defaults."""
    plain = of_preset(preset)
    declared = {
        "channels": integer(
            plain.channels, 1, MOST_CHANNELS, label="Channels", help="How many filters; each makes one map."
        ),
        "kernel": integer(plain.kernel, 1, 7, label="Kernel k", help="k × k numbers for each input channel."),
        "stride": integer(plain.stride, 1, 4, label="Stride s", help="Only each s-th position is kept."),
        "padding": integer(plain.padding, 0, 3, label="Padding p", help="Rows and columns of zeros around the input."),
        "activation": choice(plain.activation, ACTIVATIONS, label="Activation", help="What is done to each number."),
        "norm": choice(plain.norm, NORMS, label="Normalization", help="Each channel over the batch, or each image."),
        "pool": choice(plain.pool, POOLS, label="Pooling", help="What is kept of each window of the map."),
        "window": integer(plain.window, 2, 4, label="Pooling window", help="Its side, and how far it moves."),
        "dropout": real(plain.dropout, 0.0, 0.9, label="Dropout p", help="Share set to zero while training."),
    }
    for name, field in declared.items():
        field.name, field.kind = name, STRUCTURAL
    return declared


def parse_block(words: str) -> Block:
    """Read ``preset`` or ``preset:setting=value:…``; raise :class:`Refused` for what is unknown or out of range."""
    preset, *pairs = (part.strip() for part in words.split(":"))
    plain, declared, own = of_preset(preset), block_settings(preset), {}
    for pair in pairs:
        name, equals, value = (part.strip() for part in pair.partition("="))
        if not equals or name not in declared:
            raise Refused(f"{preset} has no setting {shown(pair)}: write one of {', '.join(declared)} = value")
        if name in own:
            raise Refused(f"{preset} is given {name} twice: keep one of them")
        own[name] = declared[name].parse(value)
    return Block(**{**vars(plain), **own})
