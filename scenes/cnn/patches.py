"""What of the held-out images excites one map most."""

from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812 - the usual name

from explainer.scenes.cnn.layers import Field
from explainer.scenes.cnn.network import evaluating


class Patches(NamedTuple):
    """Pieces of images (n, c, size, size), the answers to them (n,), and the images' numbers (n,)."""

    images: Tensor
    values: Tensor
    numbers: Tensor


def best_patches(model: nn.Sequential, images: Tensor, layer: str, channel: int, field: Field, count: int) -> Patches:
    """Return what the map's strongest cell sees in each of the ``count`` images that excite it most.

    ``layer`` is a convolution whose ``channel``-th map is meant, the last one where there are fewer, as it is after
    the normalization and the activation that follow; ``field`` is what its cells see. Beyond the image a patch is
    zero.
    """
    maps, passed = images, False
    with evaluating(model):
        for name, module in model.named_children():
            if passed and not name.startswith(("norm", "act")):
                break
            maps = module(maps)
            passed = passed or name == layer
    answers = maps[:, min(channel, maps.shape[1] - 1)]
    strongest, places = answers.flatten(1).max(1)
    count = min(count, len(images))
    numbers = strongest.argsort(descending=True, stable=True)[:count]
    rows, columns = places[numbers] // answers.shape[2], places[numbers] % answers.shape[2]
    pieces = [
        _piece(images[number], field, int(row), int(column))
        for number, row, column in zip(numbers.tolist(), rows, columns, strict=True)
    ]
    return Patches(torch.stack(pieces), strongest[numbers], numbers)


def _piece(image: Tensor, field: Field, row: int, column: int) -> Tensor:
    """Return what a cell sees of an image (c, h, w), with zeros beyond its border."""
    height, width = image.shape[-2:]
    (top, bottom), (left, right) = field.span(row), field.span(column)
    room = F.pad(image, (max(0, -left), max(0, right - width), max(0, -top), max(0, bottom - height)))
    top, left = max(0, top), max(0, left)
    return room[:, top : top + field.size, left : left + field.size]
