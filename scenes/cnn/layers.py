"""From blocks to layers: names, arguments, shapes, and what of the image a cell can see. Plain Python."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from explainer.contract import Refused
from explainer.scenes.cnn.blocks import Block

ACTIVATION_LAYERS = {
    "relu": "ReLU",
    "leaky-relu": "LeakyReLU",
    "gelu": "GELU",
    "tanh": "Tanh",
    "sigmoid": "Sigmoid",
}
POOL_LAYERS = {"max": "MaxPool2d", "average": "AvgPool2d"}
HEAD_LAYERS = {"mean": "AdaptiveAvgPool2d", "maximum": "AdaptiveMaxPool2d"}
"""What pools over all places of the last maps."""
STAGES = ("conv", "norm", "act", "pool")
"""What of a block makes maps; dropout and flattening change nothing when a network is looked at."""

MODULE, WEIGHTS = "model.py", "weights.safetensors"
"""The files in which a network is saved."""

Shape = tuple[int, ...]


@dataclass(frozen=True)
class Layer:
    """One layer: its name in the network, its class in ``torch.nn`` with arguments, and what goes in and out."""

    name: str
    kind: str
    arguments: tuple[Any, ...] = ()
    keywords: Mapping[str, Any] = field(default_factory=dict)
    shape_in: Shape = ()
    shape: Shape = ()
    parameters: int = 0

    def code(self) -> str:
        """Return the layer as Python code."""
        given = [*map(repr, self.arguments), *(f"{name}={value!r}" for name, value in self.keywords.items())]
        return f"nn.{self.kind}({', '.join(given)})"


def output_size(size: int, kernel: int, stride: int, padding: int) -> int:
    """Return ⌊(n + 2p − k) / s⌋ + 1: how many windows fit; less than 1 where none does."""
    return (size + 2 * padding - kernel) // stride + 1


def network_layers(
    shape: Shape, blocks: Sequence[Block], hidden: int, classes: int, head: str = "places"
) -> list[Layer]:
    """Return the layers of the network for images of ``shape`` (channels, height, width).

    The ``head`` is what the dense layers see of the last maps: all ``places``, or the ``mean`` or ``maximum`` of each.
    Raises :class:`Refused` where a window no longer fits, with the inequality that fails.
    """
    layers: list[Layer] = []
    for number, block in enumerate(blocks, 1):
        found = _block_layers(shape, block, number)
        layers += found
        shape = layers[-1].shape
    if head != "places":
        layers.append(Layer("whole", HEAD_LAYERS[head], (1,), {}, shape, (shape[0], 1, 1)))
        shape = layers[-1].shape
    flat = shape[0] * shape[1] * shape[2]
    layers.append(Layer("flatten", "Flatten", shape_in=shape, shape=(flat,)))
    if hidden:
        layers.append(_linear("hidden", flat, hidden))
        layers.append(Layer("hidden_act", "ReLU", shape_in=(hidden,), shape=(hidden,)))
    layers.append(_linear("output", hidden or flat, classes))
    return layers


def _linear(name: str, inputs: int, outputs: int) -> Layer:
    return Layer(name, "Linear", (inputs, outputs), {}, (inputs,), (outputs,), (inputs + 1) * outputs)


def _block_layers(shape: Shape, block: Block, number: int) -> list[Layer]:
    layers = [_convolution(shape, block, number)]
    shape = layers[0].shape
    channels = block.channels
    if block.norm == "batch":
        layers.append(Layer(f"norm{number}", "BatchNorm2d", (channels,), {}, shape, shape, 2 * channels))
    if block.norm == "layer":
        layers.append(Layer(f"norm{number}", "GroupNorm", (1, channels), {}, shape, shape, 2 * channels))
    if block.activation != "none":
        layers.append(Layer(f"act{number}", ACTIVATION_LAYERS[block.activation], (), {}, shape, shape))
    if block.pool != "none":
        layers.append(_pooling(shape, block, number))
        shape = layers[-1].shape
    if block.dropout:
        layers.append(Layer(f"drop{number}", "Dropout", (block.dropout,), {}, shape, shape))
    return layers


def _convolution(shape: Shape, block: Block, number: int) -> Layer:
    kernel, stride, padding = block.kernel, block.stride, block.padding
    sides = [output_size(side, kernel, stride, padding) for side in shape[1:]]
    if min(sides) < 1:
        side = min(shape[1:])
        raise Refused(
            f"block {number} does not fit: kernel {kernel} ≤ input {side} + 2 · padding {padding} fails; "
            "take a smaller kernel, more padding, or less pooling before it",
            about="blocks",
        )
    keywords = {} if stride == 1 else {"stride": stride}
    keywords |= {"padding": padding} if padding else {}
    count = (shape[0] * kernel * kernel + 1) * block.channels
    arguments = (shape[0], block.channels, kernel)
    return Layer(f"conv{number}", "Conv2d", arguments, keywords, shape, (block.channels, *sides), count)


def _pooling(shape: Shape, block: Block, number: int) -> Layer:
    sides = [output_size(side, block.window, block.window, 0) for side in shape[1:]]
    if min(sides) < 1:
        raise Refused(
            f"block {number} does not fit: pooling window {block.window} ≤ map {min(shape[1:])} fails; "
            "pool less here or before",
            about="blocks",
        )
    return Layer(f"pool{number}", POOL_LAYERS[block.pool], (block.window,), {}, shape, (shape[0], *sides))


def makes_maps(layer: Layer) -> bool:
    """Return whether a layer's output is looked at as maps."""
    return len(layer.shape) == 3 and not layer.name.startswith("drop")


@dataclass(frozen=True)
class Field:
    """What a cell of a layer sees of the image: cell i the pixels from ``start + i · jump``, ``size`` of them."""

    size: int = 1
    jump: int = 1
    start: int = 0

    def span(self, cell: int) -> tuple[int, int]:
        """Return the first pixel and the one after the last; padding lies below 0 and beyond the image."""
        first = self.start + cell * self.jump
        return first, first + self.size


def receptive_fields(layers: Sequence[Layer]) -> dict[str, Field]:
    """Return the receptive field of each layer that makes maps."""
    found, here = {}, Field()
    for layer in layers:
        if layer.kind == "Conv2d":
            kernel, stride, padding = (
                layer.arguments[2],
                layer.keywords.get("stride", 1),
                layer.keywords.get("padding", 0),
            )
            here = _through(here, kernel, stride, padding)
        elif layer.kind in POOL_LAYERS.values():
            here = _through(here, layer.arguments[0], layer.arguments[0], 0)
        elif layer.kind in HEAD_LAYERS.values():
            size = here.size + (max(layer.shape_in[1:]) - 1) * here.jump
            here = Field(size, size, here.start)
        if makes_maps(layer):
            found[layer.name] = here
    return found


def _through(before: Field, kernel: int, stride: int, padding: int) -> Field:
    return Field(before.size + (kernel - 1) * before.jump, before.jump * stride, before.start - padding * before.jump)


def network_code(layers: Sequence[Layer]) -> str:
    """Return the network as Python code: an ``nn.Sequential`` with named layers."""
    rows = "\n".join(f'    ("{layer.name}", {layer.code()}),' for layer in layers)
    return f"nn.Sequential(OrderedDict([\n{rows}\n]))"
