"""The operations on whole images, and on one window: PyTorch as one writes it by hand."""

import math
from collections.abc import Callable, Sequence

import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812 - the usual name

Pair = tuple[int, int]
"""For rows and columns, or for the beginning and the end of a direction."""
Taps = Sequence[Pair]
"""(tap of the kernel, place in the padded input) for one direction of a window."""


def padded(images: Tensor, rows: Pair, columns: Pair, mode: str = "zeros", fill: float = 0.0) -> Tensor:
    """Return images (image, channel, y, x) with that many cells above and below, left and right."""
    pads = [*columns, *rows]
    if mode == "zeros":
        return F.pad(images, pads, value=fill)
    return F.pad(images, pads, mode=mode)


def cut(images: Tensor, rows: Pair, columns: Pair) -> Tensor:
    """Return images (…, y, x) without their first and last rows and columns."""
    height, width = images.shape[-2:]
    return images[..., rows[0] : height - rows[1], columns[0] : width - columns[1]]


def convolution(images: Tensor, weight: Tensor, bias: Tensor, stride: Pair, dilation: Pair, groups: int) -> Tensor:
    """Return the cross-correlation of padded images (image, channel, y, x) with a weight (out, in / groups, y, x)."""
    return F.conv2d(images, weight, bias, stride=stride, dilation=dilation, groups=groups)


def transposed(
    images: Tensor, weight: Tensor, bias: Tensor, stride: Pair, dilation: Pair, groups: int, extra: Pair
) -> Tensor:
    """Return the transposed convolution of images with a weight (in, out / groups, y, x), nothing cut off.

    ``extra`` rows and columns, PyTorch's ``output_padding``, follow at the end.
    """
    spread = F.conv_transpose2d(images, weight, stride=stride, dilation=dilation, groups=groups)
    return F.pad(spread, (0, extra[1], 0, extra[0])) + bias[:, None, None]


def max_pool(images: Tensor, window: Pair, stride: Pair, dilation: Pair) -> Tensor:
    """Return the largest input of each window; padding is −∞."""
    return F.max_pool2d(images, window, stride, dilation=dilation)


def average_pool(images: Tensor, window: Pair, stride: Pair, counts: Tensor) -> Tensor:
    """Return the mean of each window, whose sum is divided by its own of the ``counts`` (y, x)."""
    return F.avg_pool2d(images, window, stride, divisor_override=1) / counts


def adaptive_pool(operation: str, images: Tensor, size: Pair) -> Tensor:
    """Return the maximum or mean of ``size`` windows that divide images among them."""
    if operation == "max-pool":
        return F.adaptive_max_pool2d(images, size)
    return F.adaptive_avg_pool2d(images, size)


def filters_of(weight: Tensor, groups: int) -> Tensor:
    """Return a transposed convolution's weight (in, out / groups, y, x) as filters (out, in / groups, y, x)."""
    return weight.unflatten(0, (groups, -1)).transpose(1, 2).flatten(0, 1)


def patch_at(image: Tensor, channels: slice, rows: Taps, columns: Taps) -> Tensor:
    """Return the inputs under a window (channel, row, column) of a padded image (channel, y, x)."""
    return image[channels][:, [y for _, y in rows]][:, :, [x for _, x in columns]]


def kernel_at(filters: Tensor, channel: int, rows: Taps, columns: Taps) -> Tensor:
    """Return the weights (channel, row, column) that meet them."""
    return filters[channel][:, [tap for tap, _ in rows]][:, :, [tap for tap, _ in columns]]


def combined(operation: str, taken: Tensor, count: int = 1) -> Tensor:
    """Return the one number that comes of a window's inputs or products; a mean is over ``count`` of them."""
    if operation == "max-pool":
        return taken.amax()
    return taken.sum() / count if operation == "average-pool" else taken.sum()


def matrix_of(operation: Callable[[Tensor], Tensor], image: Tensor) -> Tensor:
    """Return the derivative (output cell, input cell) of an operation at an image (channel, y, x)."""
    found = torch.autograd.functional.jacobian(lambda one: operation(one).flatten(), image)
    return found.flatten(1)


FILLS = {"max-pool": -math.inf}
"""What padding is where it is not zero."""
