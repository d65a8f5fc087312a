"""What a network says over the plane: its outputs at the cells of a grid."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

Range = tuple[float, float]


def grid(across: Range, up: Range, columns: int, rows: int) -> Tensor:
    """Return the middles of the cells of a grid as rows (y · columns + x, 2), from the lowest y on."""
    x, y = (_middles(*span, count) for span, count in ((across, columns), (up, rows)))
    return torch.stack(torch.meshgrid(x, y, indexing="xy"), -1).flatten(0, 1)


def _middles(low: float, high: float, count: int) -> Tensor:
    return low + (high - low) * (torch.arange(count) + 0.5) / count


@torch.no_grad()
def probabilities(network: Callable[[Tensor], Tensor], cells: Tensor, rows: int) -> Tensor:
    """Return each class's probability (class, y, x) at the cells of a grid.

    A network with one output gives the score of class 1 against class 0, with several a score for each.
    """
    scores = network(cells)
    if scores.shape[1] == 1:
        second = scores.sigmoid()
        found = torch.cat([1 - second, second], 1)
    else:
        found = scores.softmax(1)
    return found.T.reshape(found.shape[1], rows, -1).contiguous()
