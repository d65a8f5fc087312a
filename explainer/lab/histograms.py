"""Histograms of many rows at once, in bins that are the same for all of them."""

from __future__ import annotations

import math

import torch
from torch import Tensor


def shares(places: Tensor, bins: int) -> Tensor:
    """Return how much of each row (row, n) falls into which bin (row, bin), in shares of n, float64.

    ``places`` are numbers in bins: 0 to 1 is the first. The end of the last bin counts in it; what lies beyond
    counts in the last, what lies below or is not finite in none.
    """
    rows, count = places.shape
    index = (places.nan_to_num(-1, -1, -1).clamp(-1, bins - 1) + 1).int()
    index += (bins + 1) * torch.arange(rows, device=places.device, dtype=torch.int32)[:, None]
    found = torch.bincount(index.flatten(), minlength=(bins + 1) * rows).reshape(rows, bins + 1)
    return found[:, 1:].double() / count


def round_up(value: float) -> float:
    """Return the next of 1, 2 and 5 times a power of ten, 1 for what is none of a histogram's sizes."""
    if not 1e-300 < value < 1e300:
        return 1.0
    power = 10.0 ** math.floor(math.log10(value))
    return next(m * power for m in (1, 2, 5, 10) if m * power >= value * (1 - 1e-9))
