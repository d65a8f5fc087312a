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


CLASS_LOSSES = {
    "cross-entropy": "Cross-entropy",
    "bce": "Binary cross-entropy",
    "mse": "Mean squared error",
    "hinge": "Hinge",
}
"""Losses of classes by the scores that a network gives them, with their words."""


def each_loss(name: str, scores: Tensor, y: Tensor, smoothing: float = 0.0) -> Tensor:
    """Return the loss of every example (n,), for scores (n, outputs).

    ``y`` are classes, or numbers: these have squared errors whatever the name says. A single output is the score of
    class 1 against class 0: cross-entropy and binary cross-entropy are the same then. The squared error is that of
    the probabilities. ``smoothing`` is the share of each target that is spread over all classes.
    """
    if y.is_floating_point():
        return (scores[:, 0] - y).square()
    if scores.shape[1] == 1:
        return _loss_of_two(name, scores[:, 0], y.to(scores.dtype), smoothing)
    if name == "cross-entropy":
        return F.cross_entropy(scores, y, reduction="none", label_smoothing=smoothing)
    if name == "hinge":
        return F.multi_margin_loss(scores, y, reduction="none")
    target = F.one_hot(y, scores.shape[1]).to(scores.dtype)
    if name == "mse":
        return (scores.softmax(1) - target).square().mean(1)
    smooth = target * (1 - smoothing) + smoothing / scores.shape[1]
    return F.binary_cross_entropy_with_logits(scores, smooth, reduction="none").mean(1)


def _loss_of_two(name: str, score: Tensor, target: Tensor, smoothing: float) -> Tensor:
    if name == "hinge":
        return (1 - (2 * target - 1) * score).relu()
    if name == "mse":
        return (score.sigmoid() - target).square()
    return F.binary_cross_entropy_with_logits(score, target * (1 - smoothing) + smoothing / 2, reduction="none")


def class_of(scores: Tensor) -> Tensor:
    """Return the likeliest class (n,) by scores (n, outputs); a single output says class 1 where it is above 0."""
    return (scores[:, 0] > 0).long() if scores.shape[1] == 1 else scores.argmax(1)
