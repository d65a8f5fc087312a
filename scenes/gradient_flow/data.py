"""What is learned: inputs and targets."""

from __future__ import annotations

import math
from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812 - the usual name

from explainer.lab.digits import digits

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
    label = torch.arange(POINTS) % 2
    along = torch.rand(POINTS).sqrt()
    angle = 3 * math.pi * along + math.pi * label
    x = torch.stack([along * angle.cos(), along * angle.sin()], 1) + 0.02 * torch.randn(POINTS, 2)
    return 2 * x, label


def random_regression() -> tuple[Tensor, Tensor]:
    """Return normal inputs (1000, 16) and the outputs (1000, 1) of a random tanh layer, of variance one."""
    x = torch.randn(POINTS, REGRESSION_INPUTS)
    hidden = torch.tanh(x @ torch.randn(REGRESSION_INPUTS, 32) / math.sqrt(REGRESSION_INPUTS))
    y = hidden @ torch.randn(32, 1)
    return x, (y - y.mean()) / y.std()


def loss_of(outputs: Tensor, y: Tensor) -> Tensor:
    """Return cross-entropy for classes, the mean squared error for numbers."""
    return F.mse_loss(outputs, y) if y.is_floating_point() else F.cross_entropy(outputs, y)


def accuracy_of(outputs: Tensor, y: Tensor) -> Tensor:
    """Return the share classified right; for numbers the share of variance explained."""
    return explained(outputs, y) if y.is_floating_point() else (outputs.argmax(1) == y).float().mean()


def explained(outputs: Tensor, y: Tensor) -> Tensor:
    """Return 1 − MSE: the share of variance explained, for the outputs of all data together have variance 1.

    A batch's own variance would not do: that of one example is 0.
    """
    return 1 - (outputs - y).square().mean()
