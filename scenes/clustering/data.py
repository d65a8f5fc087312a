"""What is grouped: drawn points, digits, a table of one's own; and the plane in which they are drawn."""

from __future__ import annotations

import math

import numpy as np
import torch
from torch import Tensor

from explainer.lab.digits import digits
from explainer.lab.points import gaussians
from explainer.lab.tables import standardized
from explainer.scenes.clustering.own_table import read_table


def stripes(count: int, noise: float) -> tuple[Tensor, Tensor]:
    """Return points (n, 2) of three long groups beside one another, turned by 30°, and which of them (n,)."""
    label = torch.arange(count) % 3
    along, across = torch.randn(2, count)
    x = torch.stack([0.4 * along, 0.5 * (label - 1) + (0.05 + noise / 2) * across], 1)
    turn = torch.tensor([[math.cos(math.pi / 6), math.sin(math.pi / 6)], [-0.5, math.cos(math.pi / 6)]])
    return x @ turn, label


def uneven(count: int, noise: float) -> tuple[Tensor, Tensor]:
    """Return points (n, 2) of a wide group with three quarters of them, and two small, tight ones beside it."""
    label = torch.arange(count) % 8
    label = torch.where(label < 6, 0, label - 5)
    middle = torch.tensor([[-0.4, 0.0], [1.1, 0.35], [1.1, -0.35]])[label]
    return middle + torch.tensor([0.4, 0.05, 0.05])[label][:, None] * (1 + noise) * torch.randn(count, 2), label


def uniform(count: int) -> tuple[Tensor, Tensor]:
    """Return points (n, 2) spread evenly over a square: there is but one group (n,)."""
    return 2 * torch.rand(count, 2) - 1, torch.zeros(count, dtype=torch.int64)


def blobs(count: int, noise: float) -> tuple[Tensor, Tensor]:
    """Return points (n, 2) of four round groups, and which of them (n,)."""
    return gaussians(count, noise, classes=4)


def pixels(count: int) -> tuple[Tensor, Tensor]:
    """Return so many digits, drawn at random (n, 64) with values from 0 to 1, and what each is (n,)."""
    images, labels = digits()
    order = torch.randperm(len(images))[:count]
    return torch.tensor(images).flatten(1)[order] / 16.0, torch.tensor(labels).long()[order]


def own_table(path: str, label: str, count: int) -> tuple[Tensor, Tensor, Tensor]:
    """Return so many rows at most, drawn at random: columns standardized (n, d), labels (n,), and their spread (d,)."""
    table = read_table(path, label)
    order = torch.randperm(len(table.x))[:count]
    width = table.x.std(0)
    x, labels = torch.tensor(standardized(table.x))[order], torch.tensor(table.labels)[order]
    return x, labels, torch.tensor(np.where(width > 0, width, 1.0))


class Flat:
    """The plane that is drawn: two columns as they are, of more the first two principal components."""

    def __init__(self, base: Tensor, scale: Tensor) -> None:
        self.scale, columns = scale, base.shape[1]
        self.is_whole = columns == 2
        if self.is_whole:
            self.middle, self.axes = torch.zeros_like(base[0]), torch.eye(2).to(base)
        else:
            self.middle = base.mean(0)
            axes = torch.linalg.svd(base - self.middle, full_matrices=False).Vh[:2]
            largest = axes.gather(1, axes.abs().argmax(1, keepdim=True))
            self.axes = (axes * largest.sign()).T
        places = self.drawn(base * scale)
        low, high = places.min(0).values, places.max(0).values
        pad = 0.08 * (high - low).clamp(min=1e-6)
        self.low, self.high = low - pad, high + pad

    def drawn(self, x: Tensor) -> Tensor:
        """Return where rows (n, d) are drawn (n, 2)."""
        return (x / self.scale - self.middle) @ self.axes

    def shift(self, by: Tensor) -> Tensor:
        """Return what moves a row (d,) so that it is drawn elsewhere by so much (2,)."""
        return self.axes @ by * self.scale

    def shape(self, covariances: Tensor) -> Tensor:
        """Return how covariances (k, d, d) are drawn (k, 2, 2)."""
        return self.axes.T @ (covariances / self.scale[:, None] / self.scale) @ self.axes
