"""What each head of a real model is worth for a text, kept for the texts looked at last: its weights never change."""

from __future__ import annotations

from functools import lru_cache, partial

import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812 - the usual name

from explainer.scenes.attention_maps.observe import embedding_importance, importance
from explainer.scenes.attention_maps.reader import Reading, RealModel, embedding

LONGEST_TRIED = 48
"""A longer text is not sent through a real model once for every head."""


def worth(real: RealModel, reading: Reading, on: Tensor) -> Tensor:
    """Return (by gradient and by ablation, layer, head); NaN for a text that is too long, or of one piece."""
    if not 1 < reading.tokens.shape[1] <= LONGEST_TRIED:
        return torch.full((2, *on.shape), torch.nan)
    tokens, types = (tuple(row.flatten().tolist()) for row in (reading.tokens, reading.types))
    return _worth(real, tokens, types, tuple(map(tuple, on.tolist())), on.device)


@lru_cache(maxsize=32)
def _worth(
    real: RealModel,
    tokens: tuple[int, ...],
    types: tuple[int, ...],
    on: tuple[tuple[float, ...], ...],
    device: torch.device,
) -> Tensor:
    read, gates_now = torch.tensor([tokens], device=device), torch.tensor(on, device=device)
    kinds = None if real.network.types is None else torch.tensor([types], device=device)
    model = partial(real.network, types=kinds)
    if real.decoder:
        return importance(lambda gates: F.cross_entropy(model(read, gates)[0, :-1], read[0, 1:]), gates_now)
    return embedding_importance(lambda gates: embedding(model(read.expand(len(gates), -1), gates)), gates_now)
