"""Images of simple shapes, drawn here: classes that differ in nothing but their outlines."""

from __future__ import annotations

import math

import torch
from torch import Tensor

SHAPES = ("circle", "square", "triangle", "cross", "ring", "bar")
PER_SHAPE = 200


def shape_images() -> tuple[Tensor, Tensor]:
    """Return random shapes, light on dark (1200, 3, 32, 32) from 0 to 1, and which of SHAPES each is (1200,)."""
    labels = torch.arange(len(SHAPES)).repeat(PER_SHAPE)
    count = len(labels)
    centre, radius = 16 + 8 * (torch.rand(count, 2, 1, 1) - 0.5), 7 + 4 * torch.rand(count, 1, 1)
    turn = 2 * math.pi * torch.rand(count, 1, 1)
    grid = torch.arange(32) + 0.5
    right, down = (grid[None, None, :] - centre[:, 0]) / radius, (grid[None, :, None] - centre[:, 1]) / radius
    inside = _inside(right * turn.cos() + down * turn.sin(), down * turn.cos() - right * turn.sin(), labels)
    ground, ink = 0.45 * torch.rand(count, 3, 1, 1), 0.55 + 0.45 * torch.rand(count, 3, 1, 1)
    noise = 0.05 * torch.randn(count, 3, 32, 32)
    return (torch.where(inside[:, None], ink, ground) + noise).clamp(0, 1), labels


def _inside(right: Tensor, down: Tensor, labels: Tensor) -> Tensor:
    """Return which points (n, 32, 32) lie inside a shape of radius 1 about the origin."""
    away, across, along = torch.hypot(right, down), right.abs(), down.abs()
    kinds = torch.stack(
        [
            away < 0.9,
            (across < 0.75) & (along < 0.75),
            (down < 0.5) & (down > across * math.sqrt(3) - 1),
            ((across < 0.28) | (along < 0.28)) & (across < 1) & (along < 1),
            (away < 1) & (away > 0.6),
            (across < 1.1) & (along < 0.28),
        ]
    )
    return kinds[labels, torch.arange(len(labels))]
