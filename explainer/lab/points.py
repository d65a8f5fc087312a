"""Points in the plane and their classes, drawn from torch's random numbers, or a generator's.

Each function returns points (count, 2) float32 and labels (count,) int64; the classes take turns, so that any
first few examples hold them in equal shares. ``noise`` is the standard deviation of what is added to both
coordinates.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import torch
from torch import Generator, Tensor

Points = tuple[Tensor, Tensor]


def spirals(count: int, noise: float = 0.0, generator: Generator | None = None, turns: float = 1.5) -> Points:
    """Two spirals of radius 2, the points evenly spread over the disc."""
    label = torch.arange(count) % 2
    along = torch.rand(count, generator=generator).sqrt()
    angle = 2 * turns * math.pi * along + math.pi * label
    x = torch.stack([along * angle.cos(), along * angle.sin()], 1)
    return 2 * (x + noise * torch.randn(count, 2, generator=generator)), label


def ring(count: int, noise: float = 0.0, generator: Generator | None = None) -> Points:
    """Class 1, a disc of radius 0.5, inside class 0, a ring from radius 0.75 to 1; both evenly filled."""
    label = torch.arange(count) % 2
    inner, outer = torch.where(label == 1, 0.0, 0.75), torch.where(label == 1, 0.5, 1.0)
    share, turn = torch.rand(2, count, generator=generator)
    radius, angle = (inner**2 + share * (outer**2 - inner**2)).sqrt(), 2 * math.pi * turn
    return _noisy(torch.stack([radius * angle.cos(), radius * angle.sin()], 1), noise, generator), label


def xor(count: int, noise: float = 0.0, generator: Generator | None = None) -> Points:
    """Class 1 where the coordinates, from −1 to 1, have different signs."""
    label = torch.arange(count) % 2
    x = 2 * torch.rand(count, 2, generator=generator) - 1
    wrong = ((x[:, 0] * x[:, 1] < 0).long() != label)[:, None]
    x = torch.where(wrong & (torch.arange(2) == 0), -x, x)
    return _noisy(x, noise, generator), label


def gaussians(count: int, noise: float = 0.0, generator: Generator | None = None, classes: int = 2) -> Points:
    """One round heap of standard deviation 0.2 for each class, their middles on the unit circle."""
    label = torch.arange(count) % classes
    angle = 2 * math.pi * label / classes + math.pi / 4
    x = torch.stack([angle.cos(), angle.sin()], 1) + 0.2 * torch.randn(count, 2, generator=generator)
    return _noisy(x, noise, generator), label


def moons(count: int, noise: float = 0.0, generator: Generator | None = None) -> Points:
    """Two half circles of radius 1 that reach into each other, as scikit-learn's ``make_moons`` has them."""
    label = torch.arange(count) % 2
    angle = math.pi * torch.rand(count, generator=generator)
    side = 1 - 2 * label
    x = torch.stack([label + side * angle.cos(), 0.5 * label + side * angle.sin()], 1)
    return _noisy(x, noise, generator), label


def rings(count: int, noise: float = 0.0, generator: Generator | None = None) -> Points:
    """Class 1, a ring of radius 0.45 to 0.65, between a disc of radius 0.25 and a ring from 0.85 to 1 of class 0."""
    label = torch.arange(count) % 2
    share, turn, outside = torch.rand(3, count, generator=generator)
    far = (outside < 0.75).float()
    inner, outer = torch.where(label == 1, 0.45, 0.85 * far), torch.where(label == 1, 0.65, 0.25 + 0.75 * far)
    radius, angle = (inner**2 + share * (outer**2 - inner**2)).sqrt(), 2 * math.pi * turn
    return _noisy(torch.stack([radius * angle.cos(), radius * angle.sin()], 1), noise, generator), label


def _noisy(x: Tensor, noise: float, generator: Generator | None) -> Tensor:
    """Draw the noise even where it is 0, so that the points stay when it is changed."""
    return x + noise * torch.randn(x.shape, generator=generator)


POINTS: dict[str, Callable[..., Points]] = {
    "ring": ring,
    "xor": xor,
    "gaussians": gaussians,
    "spirals": spirals,
    "moons": moons,
    "rings": rings,
}
"""Name → the function that draws it."""
