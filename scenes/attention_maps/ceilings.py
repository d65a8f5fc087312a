"""What can be had at best where the settings keep something from the network: no positions, or no later tokens."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np

from explainer.scenes.attention_maps.names import CAUSAL

DRAWN = 20_000
"""Sequences that are drawn for a share of right tokens: good to half a percent."""


def causal(params: Any) -> bool:
    """Return whether nothing may be read from later tokens."""
    return bool(params.task in CAUSAL if params.direction == "task" else params.direction == "causal")


def ceiling(params: Any) -> tuple[float, str, dict[str, str]] | None:
    """Return the share of tokens that can be right at best, why, and what would lift it; None where all can be.

    Only what follows from the settings alone, whatever the network has learned.
    """
    if params.task == "reverse" and causal(params):
        blind = params.length // 2
        share = (params.length - blind + blind / params.symbols) / params.length
        return share, f"the answers of the first {blind} tokens lie in the future", {"direction": "both"}
    if params.position == "none" and not causal(params) and params.task in ("reverse", "sort"):
        share = commonest(params.task, params.length, params.symbols)
        which = "commonest other" if params.task == "reverse" else "commonest"
        why = f"nothing tells places apart, and the best is to say the sequence’s {which} symbol"
        return share, why, {"position": "learned"}
    return None


@lru_cache(maxsize=64)
def commonest(task: str, length: int, symbols: int) -> float:
    """Return how often a token is right that knows itself and how often each symbol occurs, but no place.

    Sorted, each of the sequence's tokens is equally likely to be the answer; reversed, each of the others, but
    for the middle one of an odd number, which cannot know that it is the middle one.
    """
    tokens = np.random.default_rng(0).integers(symbols, size=(DRAWN, length))
    counts = (tokens[..., None] == np.arange(symbols)).sum(1)
    if task == "sort":
        return float(counts.max(1).mean() / length)
    own = tokens[..., None] == np.arange(symbols)
    others = counts[:, None] - own
    middle = length % 2
    # The answer is one of the others, each as likely, or for one in `length` tokens the token itself.
    chance = others * (length - middle) / (length * (length - 1)) + own * middle / length
    return float(chance.max(-1).mean())
