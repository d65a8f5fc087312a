"""Pasts that are not being lived: branches to return to without doing their steps again."""

from __future__ import annotations

from explainer.contract.recipe import Recipe
from explainer.engine.execution import Past

MEMORY = 256 * 2**20
"""How many bytes of pasts are kept; whoever returns to one that was dropped waits for its replay."""


class Shelf:
    """Pasts by their recipe: the same recipe is the same run."""

    def __init__(self, memory: int = MEMORY) -> None:
        self.memory = memory
        self._pasts: list[Past] = []

    def __len__(self) -> int:
        return len(self._pasts)

    def put(self, past: Past) -> None:
        """Keep a past, and drop the oldest ones when there are too many."""
        self.take(past.recipe)
        self._pasts.append(past)
        while sum(kept.nbytes for kept in self._pasts) > self.memory:
            del self._pasts[0]

    def take(self, recipe: Recipe) -> Past | None:
        """Hand out the past of a recipe, None when it is not here."""
        found = next((past for past in self._pasts if past.recipe == recipe), None)
        if found is not None:
            self._pasts.remove(found)
        return found
