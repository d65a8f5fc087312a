"""A frame read for one query: which row and head the pictures show, and the numbers of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from explainer.contract.frame import Frame

NEEDED = ("token", "memory_token", "final_q", "final_k", "final_v", "final_scores", "final_scaled", "final_masked")
ROW = (*NEEDED, "final_weights", "final_context", "row_entropy")
"""The arrays that a :class:`Moment` reads."""


@dataclass(frozen=True)
class Moment:
    """Head ``head`` and query ``row`` of a frame."""

    frame: Frame
    head: int
    row: int

    @classmethod
    def of(cls, frame: Frame | None, hovered: int | None = None) -> Moment | None:
        """Return the shown row, that of the ``hovered`` token if there is one; None while arrays are missing.

        A drawing that follows the pointer has the hovered token in its frame.
        """
        if frame is None or not set(ROW) <= frame.arrays.keys():
            return None
        heads, rows = frame.arrays["final_weights"].shape[:2]
        hovered = frame.lit.get("query") if hovered is None else hovered
        wanted = frame.params.asks if hovered is None else hovered
        return cls(frame, min(frame.params.head, heads - 1), min(wanted, rows - 1))

    def __getitem__(self, name: str) -> np.ndarray:
        return self.frame.arrays[name]

    @property
    def params(self) -> Any:
        """The parameters in force."""
        return self.frame.params

    @property
    def token(self) -> str:
        """The token that asks."""
        return str(self["token"][self.row])

    @property
    def keys(self) -> list[str]:
        """The tokens that are read from."""
        return [str(token) for token in self["memory_token"]]

    @property
    def q(self) -> np.ndarray:
        """The query (d,)."""
        return np.asarray(self["final_q"][self.head, self.row])

    @property
    def k(self) -> np.ndarray:
        """The keys (key, d)."""
        return np.asarray(self["final_k"][self.head])

    @property
    def v(self) -> np.ndarray:
        """The values (key, d)."""
        return np.asarray(self["final_v"][self.head])

    @property
    def context(self) -> np.ndarray:
        """What is read (d,); NaN when nothing may be."""
        return np.asarray(self["final_context"][self.head, self.row])

    @property
    def weights(self) -> np.ndarray:
        """The row of weights (key,); zero where they are not numbers."""
        return np.nan_to_num(self["final_weights"][self.head, self.row])

    def row_of(self, name: str) -> np.ndarray:
        """Return this row of an array (head, query, key)."""
        return np.asarray(self[name][self.head, self.row])

    @property
    def empty(self) -> bool:
        """Whether the query may read nothing."""
        return bool(np.isneginf(self.row_of("final_masked")).all())

    @property
    def flat(self) -> bool:
        """Whether keys and values are drawn as they are, because they have two dimensions."""
        return self.q.shape[0] == 2


def moment_of(frame: Frame) -> Moment:
    """Return the row on show, of a frame that has the arrays of :data:`ROW`."""
    found = Moment.of(frame)
    assert found is not None, "whoever asks says which arrays are read"
    return found
