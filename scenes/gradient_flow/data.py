"""What is learned: inputs and targets."""

from __future__ import annotations

import math
from typing import NamedTuple

import torch
from torch import Tensor

from explainer.lab.digits import digits
from explainer.lab.points import spirals

POINTS = 1_000
REGRESSION_INPUTS = 16


class Data(NamedTuple):
    """Inputs (n, inputs) and targets: classes (n,), or numbers (n, 1)."""

    x: Tensor
    y: Tensor

    @property
    def outputs(self) -> int:
        """How many numbers a network returns: one for each class, or one."""
        return 1 if self.y.is_floating_point() else int(self.y.max()) + 1


def make_data(name: str) -> Data:
    """Return the data of that name: ``digits``, ``spirals`` or ``regression``."""
    return Data(*{"digits": digit_images, "spirals": two_spirals, "regression": random_regression}[name]())


def digit_images() -> tuple[Tensor, Tensor]:
    """Return the 8 × 8 digits as rows (1797, 64) from 0 to 1, and their classes."""
    images, labels = digits()
    return torch.tensor(images.reshape(-1, 64), dtype=torch.float32) / 16, torch.tensor(labels, dtype=torch.int64)


def two_spirals() -> tuple[Tensor, Tensor]:
    """Return points (1000, 2) on two spirals of 1.5 turns with a little noise, and which spiral each is on."""
    return spirals(POINTS, noise=0.02)


def random_regression() -> tuple[Tensor, Tensor]:
    """Return normal inputs (1000, 16) and the outputs (1000, 1) of a random tanh layer, of variance one."""
    x = torch.randn(POINTS, REGRESSION_INPUTS)
    hidden = torch.tanh(x @ torch.randn(REGRESSION_INPUTS, 32) / math.sqrt(REGRESSION_INPUTS))
    y = hidden @ torch.randn(32, 1)
    return x, (y - y.mean()) / y.std()
