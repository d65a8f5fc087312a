"""Data in the plane, for scenes that draw what a network says everywhere: classes, or a number to be predicted."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import torch
from torch import Generator, Tensor

from explainer.lab.digits import digits
from explainer.lab.points import gaussians, moons, ring, rings, spirals, xor
from explainer.lab.tables import classes_table, standardized


class Planar(NamedTuple):
    """Points (n, 2) float32 and what each is: a class (n,) int64, or a number (n,) float32."""

    x: Tensor
    y: Tensor


def three(count: int, noise: float = 0.0, generator: Generator | None = None) -> Planar:
    """Three round heaps."""
    return Planar(*gaussians(count, noise, generator, classes=3))


def five(count: int, noise: float = 0.0, generator: Generator | None = None) -> Planar:
    """Five round heaps."""
    return Planar(*gaussians(count, noise, generator, classes=5))


def spiral(count: int, noise: float = 0.0, generator: Generator | None = None) -> Planar:
    """Two spirals of 1.75 turns and radius 1."""
    x, label = spirals(count, noise, generator, turns=1.75)
    return Planar(x / 2, label)


def plane(count: int, noise: float = 0.0, generator: Generator | None = None) -> Planar:
    """Return a number that rises evenly from one corner to the other: (x₁ + x₂) / 2."""
    return _numbers(lambda x: x.sum(1) / 2, count, noise, generator)


def multi_gaussian(count: int, noise: float = 0.0, generator: Generator | None = None) -> Planar:
    """Return the sum of three hills and three hollows, exp(−10 d²) of the distance d from their middles."""
    return _numbers(_hills, count, noise, generator)


def sine(count: int, noise: float = 0.0, generator: Generator | None = None) -> Planar:
    """Return sin πx₁ · cos (πx₂ / 2)."""
    return _numbers(lambda x: (math.pi * x[:, 0]).sin() * (math.pi * x[:, 1] / 2).cos(), count, noise, generator)


def _hills(x: Tensor) -> Tensor:
    turn = 2 * math.pi * torch.arange(6) / 6
    middles = 0.6 * torch.stack([turn.cos(), turn.sin()], 1)
    sign = 1 - 2 * (torch.arange(6) % 2)
    away = (x[:, None] - middles).square().sum(2)
    return (sign * (-10 * away).exp()).sum(1)


def _numbers(of: Callable[[Tensor], Tensor], count: int, noise: float, generator: Generator | None) -> Planar:
    """Draw places evenly, and the noise of the number even where it is 0, so that they stay when it is changed."""
    x = 2 * torch.rand(count, 2, generator=generator) - 1
    return Planar(x, of(x) + noise * torch.randn(count, generator=generator))


def iris(count: int, noise: float = 0.0, generator: Generator | None = None) -> Planar:
    """150 flowers of three species, by the first two principal components of four measures."""
    x, y, _ = classes_table("iris")
    return _table(x, y, count, noise, generator)


def wine(count: int, noise: float = 0.0, generator: Generator | None = None) -> Planar:
    """178 wines of three growers, by the first two principal components of thirteen measures."""
    x, y, _ = classes_table("wine")
    return _table(x, y, count, noise, generator)


def digits_plane(count: int, noise: float = 0.0, generator: Generator | None = None) -> Planar:
    """1,797 handwritten digits, by the first two principal components of their 64 pixels: ten classes that overlap."""
    images, labels = digits()
    return _table(images.reshape(-1, 64).astype(float), labels.astype(np.int64), count, noise, generator)


def _table(x: np.ndarray, y: np.ndarray, count: int, noise: float, generator: Generator | None) -> Planar:
    """Return so many rows at most, drawn at random, by two components that reach to ±1."""
    order = torch.randperm(len(x), generator=generator)[:count]
    found = torch.tensor(principal_components(standardized(x)), dtype=torch.float32)[order]
    found = found / found.abs().max()
    return Planar(found + noise * torch.randn(found.shape, generator=generator), torch.tensor(y)[order])


def principal_components(x: np.ndarray, count: int = 2) -> np.ndarray:
    """Return rows (n, columns) by their first principal components (n, count); each one's largest share is positive."""
    centred = x - x.mean(0)
    axes = np.linalg.svd(centred, full_matrices=False)[2][:count]
    axes = axes * np.sign(axes[np.arange(len(axes)), np.abs(axes).argmax(1)])[:, None]
    found: np.ndarray = centred @ axes.T
    return found


PLANAR: dict[str, Callable[[int, float, Generator | None], tuple[Tensor, Tensor]]] = {
    "circle": ring,
    "xor": xor,
    "gaussians": gaussians,
    "spiral": spiral,
    "moons": moons,
    "rings": rings,
    "three": three,
    "five": five,
    "plane": plane,
    "multi-gaussian": multi_gaussian,
    "sine": sine,
    "iris": iris,
    "wine": wine,
    "digits": digits_plane,
}
"""Name → the function that draws it: told how many, the noise's standard deviation, and a generator."""
