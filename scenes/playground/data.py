"""The points: drawn, thinned where classes shall be uneven, and split."""

from __future__ import annotations

import torch
from torch import Generator, Tensor

from explainer.lab.planar import PLANAR
from explainer.scenes.playground.features import feature_values

REACH = 3.0
"""How far points reach that reach to 1 where they are made: far enough for sin x to turn."""


def points_of(data: str, count: int, noise: float, generator: Generator) -> tuple[Tensor, Tensor]:
    """Return points (n, 2), and classes (n,) int64 or numbers (n,) float32."""
    x, y = PLANAR[data](count, noise, generator)
    return REACH * x, y


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
    learned = min(max(1, round(train_share * count)), count - 1)
    kept = min(round(validation_share * learned), learned - 1)
    split = torch.full((count,), 2)
    split[order[:learned]] = 0
    split[order[:kept]] = 1
    return split


def features_of(points: Tensor, features: tuple[str, ...], own: str) -> Tensor:
    """Return what the network is given of points (n, 2): a column for each feature."""
    return torch.stack(feature_values(features, own, points[:, 0], points[:, 1], torch), 1)
