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


def parts_of(split: Tensor) -> Tensor:
    """Return training, validation and test points as shares of 1 (3, n): a product with it is the mean over each."""
    own = split == torch.arange(3, device=split.device)[:, None]
    return own / own.sum(1, keepdim=True)


@torch.no_grad()
def judge(
    network: DenseNetwork, activations: Sequence[str], inputs: Tensor, targets: Tensor, parts: Tensor, loss: str
) -> list[float]:
    """Return loss and accuracy of the training, validation and test points (6,), at evaluation; NaN for no points.

    The loss is without smoothing and weights; the accuracy of numbers is the share of their variance explained.
    """
    if network.normalized:
        network.eval()
    scores = network(inputs, activations)
    if network.normalized:
        network.train()
    losses = parts @ each_loss(loss, scores, targets)
    if targets.is_floating_point():
        spread = parts @ targets.square() - (parts @ targets).square()
        right = 1 - losses / spread.clamp(min=1e-12)
    else:
        right = parts @ (class_of(scores) == targets).to(parts.dtype)
    return torch.stack([losses, right], 1).flatten().tolist()
