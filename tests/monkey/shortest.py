"""The shortest list that still fails, by bisection: Zeller and Hildebrandt's ddmin (2002)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

T = TypeVar("T")


def shortest(moves: Sequence[T], fails: Callable[[Sequence[T]], bool], tries: int = 200) -> list[T]:
    """Return a part of ``moves`` that fails and of which nothing can be left out, as far as ``tries`` go."""
    left, parts = list(moves), 2
    while len(left) > 1 and tries > 0:
        size = -(-len(left) // parts)
        for start in range(0, len(left), size):
            rest = left[:start] + left[start + size :]
            tries -= 1
            if rest and fails(rest):
                left, parts = rest, max(2, parts - 1)
                break
            if tries <= 0:
                break
        else:
            if size == 1:
                break
            parts = min(len(left), 2 * parts)
    return left
