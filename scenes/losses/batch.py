"""One number for a batch: four examples, one of a rare class, and what class weights and reductions make of them."""

from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812 - the usual name

LEADS = (2.0, 1.0, 0.5, -1.0)
"""By how much the score of its own class is ahead, of each example."""
CLASSES = (0, 0, 0, 1)


class Batch(NamedTuple):
    """What is told of the batch; the last four (example,)."""

    reduced: Tensor
    """By reduction "sum", "mean", and "none" followed by mean() (reduction,)."""
    chances: Tensor
    losses: Tensor
    weighted: Tensor
    pulls: Tensor
    """|∂L/∂z| of the own class's score, L reduced by "mean"."""


def batch(weight: float, device: torch.device) -> Batch:
    """Return the batch with a weight for class 1, by PyTorch's cross-entropy."""
    classes, leads = torch.tensor(CLASSES, device=device), torch.tensor(LEADS, device=device)
    scores = F.one_hot(classes, 2) * leads[:, None]
    weights = torch.tensor([1.0, weight], device=device)
    with torch.enable_grad():
        scores.requires_grad_()
        weighted = F.cross_entropy(scores, classes, weight=weights, reduction="none")
        total = F.cross_entropy(scores, classes, weight=weights, reduction="sum")
        mean = F.cross_entropy(scores, classes, weight=weights)
        (slopes,) = torch.autograd.grad(mean, scores)
    losses = F.cross_entropy(scores.detach(), classes, reduction="none")
    pulls = slopes.gather(1, classes[:, None])[:, 0].abs()
    return Batch(
        torch.stack([total, mean, weighted.mean()]).detach(), (-losses).exp(), losses, weighted.detach(), pulls
    )
