"""The images to learn from: handwritten digits, shapes drawn here, or a folder of one's own."""

import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812 - the usual name

from explainer.lab.digits import digits
from explainer.scenes.cnn.drawing import plane_count
from explainer.scenes.cnn.own_images import read_images


def digit_images() -> tuple[Tensor, Tensor]:
    """Return the digits as images (1797, 1, 8, 8) with values from 0 to 1, and their labels (1797,)."""
    images, labels = digits()
    return torch.from_numpy(images)[:, None] / 16, torch.from_numpy(labels).long()


def folder_images(path: str, side: int) -> tuple[Tensor, Tensor, tuple[str, ...]]:
    """Return the images of a folder (n, 3, side, side) from 0 to 1, their labels (n,), and the classes' names.

    Raises ``Refused`` where :func:`read_images` does.
    """
    images, labels, classes = read_images(Path(path), side)
    return torch.from_numpy(images).permute(0, 3, 1, 2) / 255, torch.from_numpy(labels), classes


@dataclass(frozen=True, eq=False)
class Images:
    """The images (n, c, h, w) and labels (n,) to learn from, and those held out."""

    train_images: Tensor
    train_labels: Tensor
    test_images: Tensor
    test_labels: Tensor


def held_out(labels: Tensor) -> Tensor:
    """Return which examples (n,) are held out for testing: the first, sixth, eleventh … of each class."""
    kept = torch.zeros(len(labels), dtype=torch.bool)
    for label in labels.unique():
        kept[(labels == label).nonzero()[::5]] = True
    return kept


def drawn_image(numbers: tuple[float, ...], shape: tuple[int, ...], digit: bool = False) -> Tensor:
    """Return a drawing of 1 or 3 square planes, from 0 to 1, as an image (1, channels, height, width).

    A ``digit`` on a finer sheet than the images is made as those of the data set were: see :func:`fitted`.
    """
    planes = plane_count(len(numbers))
    side = math.isqrt(len(numbers) // planes)
    image = torch.from_numpy(np.array(numbers, np.float32)).view(1, planes, side, side)
    image = image.mean(1, keepdim=True) if shape[0] == 1 else image.expand(1, 3, side, side)
    if (side, side) == shape[1:]:
        return image.contiguous()
    image = fitted(image) if digit and side > shape[1] else image
    return F.interpolate(image, size=shape[1:], mode="area" if side >= shape[1] else "bilinear")


def fitted(image: Tensor) -> Tensor:
    """Return a drawing (1, 1, side, side) with its ink enlarged or shrunk to the sheet and put into its middle.

    So the digits of the data set were made: bitmaps of 32 × 32 that the digit fills from top to bottom, of which
    blocks of 4 × 4 were counted.
    """
    inked = image[0, 0] > 0.1
    rows, columns = (torch.nonzero(inked.any(axis)).flatten().tolist() for axis in (1, 0))
    if not rows:
        return image
    ink = image[..., rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    side, (height, width) = image.shape[-1], ink.shape[-2:]
    scale = side / max(height, width)
    size = [max(1, round(height * scale)), max(1, round(width * scale))]
    ink = F.interpolate(ink, size=size, mode="bilinear", antialias=True).clamp(0, 1)
    top, left = (side - size[0]) // 2, (side - size[1]) // 2
    return F.pad(ink, (left, side - size[1] - left, top, side - size[0] - top))


def moved_image(image: Tensor, shift: tuple[int, int], turn: float, noise: float) -> Tensor:
    """Return an image (1, c, h, w) turned about its middle, then shifted by (right, down) pixels, then made noisy.

    What leaves the image is lost and zeros come in. ``turn`` is in degrees, anticlockwise; ``noise`` the standard
    deviation of Gaussian noise, which is the same at every call.
    """
    if turn:
        angle = math.radians(turn)
        cos, sin = math.cos(angle), math.sin(angle)
        grid = F.affine_grid(
            torch.tensor([[[cos, -sin, 0.0], [sin, cos, 0.0]]], device=image.device), list(image.shape), False
        )
        image = F.grid_sample(image, grid, align_corners=False)
    image = shifted(image, *shift)
    if noise:
        own = torch.Generator().manual_seed(0)
        image = (image + noise * torch.randn(image.shape, generator=own).to(image.device)).clamp(0, 1)
    return image


def shifted_at_random(images: Tensor, most: int, generator: torch.Generator) -> Tensor:
    """Return images (n, c, h, w), each moved by whole pixels of its own, up to ``most`` each way; zeros come in."""
    count, channels, height, width = images.shape
    room = F.pad(images, (most, most, most, most))
    down, right = torch.randint(0, 2 * most + 1, (2, count, 1), generator=generator).to(images.device)
    rows = torch.arange(height, device=images.device) + down
    columns = torch.arange(width, device=images.device) + right
    number = torch.arange(count, device=images.device)[:, None, None, None]
    channel = torch.arange(channels, device=images.device)[None, :, None, None]
    return room[number, channel, rows[:, None, :, None], columns[:, None, None, :]]


def shifted(image: Tensor, right: int, down: int) -> Tensor:
    """Return (…, h, w) moved by whole pixels; zeros come in."""
    height, width = image.shape[-2:]
    right, down = max(-width, min(width, right)), max(-height, min(height, down))
    return F.pad(image, (right, -right, down, -down))
