"""What a step does besides forward and backward: regularizers, weights that are held, and what is measured."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import torch
from torch import Tensor, nn

from explainer.lab.dense import DenseNetwork
from explainer.lab.losses import class_of, each_loss

TRAIN, VALIDATION, TEST = 0, 1, 2
PARTS = ("train", "validation", "test")
MEASURES = tuple(f"{what}/{part}" for part in PARTS for what in ("loss", "accuracy"))
"""What :func:`judge` finds, in its order."""


@torch.no_grad()
def penalize(layers: Iterable[nn.Linear], l1: float, l2: float) -> None:
    """Add what L1 and L2 pull with to the gradients of the weights; biases are left alone."""
    for layer in layers:
        if l1:
            layer.weight.grad.add_(layer.weight.sign(), alpha=l1)  # type: ignore[union-attr]
        if l2:
            layer.weight.grad.add_(layer.weight, alpha=l2)  # type: ignore[union-attr]


def class_weights(y: Tensor, classes: int) -> Tensor:
    """Return what a point of each class counts (class,): 1 over how common the class is among ``y``, 0 for none."""
    counts = torch.bincount(y, minlength=classes)
    return torch.where(counts > 0, len(y) / (counts.clamp(min=1) * (counts > 0).sum()), 0.0)


@torch.no_grad()
def put_back(parameters: Iterable[Tensor], held: Iterable[Tensor], kept: Iterable[Tensor]) -> None:
    """Give back to what is held (masks) the values that were kept."""
    for parameter, mask, value in zip(parameters, held, kept, strict=True):
        parameter.copy_(torch.where(mask, value, parameter))


@torch.no_grad()
def judge(
    network: DenseNetwork, activations: Sequence[str], inputs: Tensor, targets: Tensor, split: Tensor, loss: str
) -> list[float]:
    """Return loss and accuracy of the training, validation and test points (6,), at evaluation; NaN for no points.

    The loss is without smoothing and weights; the accuracy of numbers is the share of their variance explained.
    """
    training, _ = network.training, network.eval()
    scores = network(inputs, activations)
    network.train(training)
    losses = each_loss(loss, scores, targets)
    found = []
    for part in range(3):
        own = split == part
        found += [losses[own].mean(), right(scores[own], targets[own])]
    return torch.stack(found).tolist()


def right(scores: Tensor, targets: Tensor) -> Tensor:
    """Return the share that is classified right; of numbers, the share of their variance that is explained."""
    if targets.is_floating_point():
        rest = (scores[:, 0] - targets).square().sum()
        return 1 - rest / (targets - targets.mean()).square().sum().clamp(min=1e-30)
    return (class_of(scores) == targets).float().mean()
