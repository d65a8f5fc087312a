"""What a network is trained for: a loss by the kind of its targets, and how much of it is right."""

from __future__ import annotations

from torch import Tensor
from torch.nn import functional as F  # noqa: N812 - the usual name


def loss_of(outputs: Tensor, y: Tensor) -> Tensor:
    """Return cross-entropy for classes, the mean squared error for numbers."""
    return F.mse_loss(outputs, y) if y.is_floating_point() else F.cross_entropy(outputs, y)


def accuracy_of(outputs: Tensor, y: Tensor) -> Tensor:
    """Return the share classified right; for numbers the share of variance explained."""
    return explained(outputs, y) if y.is_floating_point() else (outputs.argmax(1) == y).float().mean()


def explained(outputs: Tensor, y: Tensor) -> Tensor:
    """Return 1 − MSE: the share of variance explained, for targets that have variance 1 over all the data.

    A batch's own variance would not do: that of one example is 0.
    """
    return 1 - (outputs - y).square().mean()
