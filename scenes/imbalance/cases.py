"""The examples: drawn with a known truth, digits, or a table of a person's own; one half learned from, one judged."""

import math

import numpy as np
import torch
from torch import Tensor

from explainer.lab.digits import digits
from explainer.scenes.imbalance.own_table import read_table

JUDGED, RARE_DIGIT = (8000, 2000), 8
"""Negatives and positives that are judged where they are drawn; the rare digit."""

Cases = tuple[Tensor, Tensor, Tensor, Tensor]
"""Inputs (n, column) and classes (n,) of the examples, then inputs of the judged negatives and positives."""


def drawn(count: int, share: float, separation: float) -> Cases:
    """Draw two readings; those of positives lie ``separation`` deviations along the diagonal. At least two are."""
    shift = separation / math.sqrt(2)
    y = (torch.arange(count) < max(2, round(share * count))).long()
    x = torch.randn(count, 2, dtype=torch.float64) + shift * y[:, None]
    judged = [torch.randn(many, 2, dtype=torch.float64) + shift * k for k, many in enumerate(JUDGED)]
    return x, y, judged[0], judged[1]


def digits_table() -> tuple[Tensor, Tensor]:
    """Return 1,797 digits (n, 64) and which is an 8 (n,)."""
    images, names = digits()
    return torch.tensor(images.reshape(-1, 64).astype(np.float64)), torch.tensor((names == RARE_DIGIT).astype(np.int64))


def halved(x: Tensor, y: Tensor, share: float | None) -> Cases:
    """Learn from half of each class and judge the other; of the positives keep as many as make up the share.

    Columns are brought to mean 0 and deviation 1 of the half that is learned from.
    """
    order = torch.randperm(len(y))
    negative, positive = order[y[order] == 0], order[y[order] == 1]
    half, stay = len(negative) // 2, len(positive) // 2
    if share is not None:
        stay = min(stay, max(2, round(share / (1 - share) * half)))
    learned = torch.cat([positive[:stay], negative[:half]])
    middle, spread = x[learned].mean(0), x[learned].std(0, correction=0)
    scaled = (x - middle) / torch.where(spread > 0, spread, 1.0)
    return scaled[learned], y[learned], scaled[negative[half:]], scaled[positive[len(positive) // 2 :]]


def own_table(path: str, label: str) -> tuple[Tensor, Tensor]:
    """Return the columns of numbers of a CSV (n, column), and which label is the rarer one (n,)."""
    x, y = read_table(path, label)
    return torch.tensor(x), torch.tensor(y)
