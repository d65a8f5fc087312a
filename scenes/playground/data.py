"""The points: drawn, thinned where classes shall be uneven, and split."""

from __future__ import annotations

import numpy as np
import torch
from torch import Generator, Tensor

from explainer.lab.planar import PLANAR
from explainer.scenes.playground.features import feature_values
from explainer.scenes.playground.table_file import read_table

REACH = 3.0
"""How far points reach that reach to 1 where they are made: far enough for sin x to turn."""


def points_of(data: str, count: int, noise: float, generator: Generator) -> tuple[Tensor, Tensor]:
    """Return points (n, 2), and classes (n,) int64 or numbers (n,) float32."""
    x, y = PLANAR[data](count, noise, generator)
    return REACH * x, y


def drawn_points(drawn: tuple[float, ...]) -> tuple[Tensor, Tensor]:
    """Return points (n, 2) and classes (n,) from x₁, x₂ and class of each."""
    found = torch.tensor(drawn, dtype=torch.float32).view(-1, 3)
    return found[:, :2].contiguous(), found[:, 2].long()


def file_points(path: str, columns: str, target: str, kind: str) -> tuple[Tensor, Tensor]:
    """Return the points of a CSV, and its classes or numbers.

    Each column is moved and stretched to reach from −3 to 3 about its mean; numbers have mean 0 and deviation 1.
    """
    x, y, classes, _, _ = read_table(path, columns, target, kind)
    centred = x - x.mean(0)
    points = REACH * centred / np.maximum(np.abs(centred).max(0), 1e-30)
    if not classes:
        y = (y - y.mean()) / max(float(y.std()), 1e-30)
    return torch.tensor(points, dtype=torch.float32), torch.tensor(y, dtype=torch.int64 if classes else torch.float32)


def uneven(y: Tensor, imbalance: float) -> Tensor:
    """Return which points are kept so that there are so many of the first class for each one of another.

    The first class keeps all that it has, the others as many as that leaves them, but at least two.
    """
    kept = torch.ones(len(y), dtype=torch.bool)
    first = int((y == 0).sum())
    for label in y.unique().tolist()[1:]:
        own = (y == label).nonzero()[:, 0]
        kept[own[max(2, round(first / imbalance)) :]] = False
    return kept


def split_of(count: int, train_share: float, validation_share: float, generator: Generator) -> Tensor:
    """Return what each point is for (n,): 0 training, 1 validation, 2 test; of each but validation at least one."""
    order = torch.randperm(count, generator=generator)
    learned = min(max(3, round(train_share * count)), count - 1)
    kept = max(1, round(validation_share * learned)) if validation_share else 0
    split = torch.full((count,), 2)
    split[order[:learned]] = 0
    split[order[:kept]] = 1
    return split


def drawn_split(count: int, train_share: float, validation_share: float, generator: Generator) -> Tensor:
    """Return what each of at least four drawn points is for (n,); a further one leaves the others as they are."""
    drawn = torch.rand(2_000, generator=generator)[:count]
    split = torch.where(drawn < train_share, 0, 2)
    split[drawn < train_share * validation_share] = 1
    split[:4] = torch.tensor([0, 2, 1 if validation_share else 0, 0])
    return split


def features_of(points: Tensor, features: tuple[str, ...], own: str) -> Tensor:
    """Return what the network is given of points (n, 2): a column for each feature."""
    return torch.stack(feature_values(features, own, points[:, 0], points[:, 1], torch), 1)
