"""The tables of the operations, read for one head; no Qt, no torch."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from explainer.contract.frame import Frame

TABLES = (
    "token", "memory_token", "word", "place", "embedding", "memory", "w_q", "w_k", "w_v", "q", "k", "v",
    "a", "scores", "bias", "scaled", "mask", "masked", "weights", "context", "w_o", "output",
    "row_entropy", "edited_table", "edited_cell",
)  # fmt: skip
"""The arrays that are read here."""
TITLES = {
    "word": "word vectors", "place": "positions", "embedding": "X", "memory": "memory M",
    "w_q": "W_Q", "w_k": "W_K", "w_v": "W_V", "w_o": "W_O", "q": "Q", "k": "K", "v": "V",
    "scores": "scores", "a": "a", "scaled": "scaled", "mask": "mask", "masked": "masked", "weights": "weights",
    "context": "context", "output": "output", "row_entropy": "entropy",
}  # fmt: skip
SCORES = ("scores", "scaled", "mask", "masked", "weights")
"""Tables with a row for each query and a column for each key."""
BY_QUERY = (*SCORES, "word", "place", "embedding", "q", "context", "output")
"""Tables with a row for each query."""
BY_KEY = ("memory", "k", "v")


@dataclass(frozen=True)
class Reader:
    """A frame read for one head."""

    frame: Frame
    head: int = 0

    def array(self, name: str) -> np.ndarray:
        """Return a table of this head (rows, columns); the contexts of all heads side by side as ``joined``."""
        if name == "joined":
            contexts = self.frame.arrays["context"]
            return np.concatenate(list(contexts), axis=1)
        if name == "row_entropy":
            return np.asarray(self.frame.arrays[name][self.head][:, None])
        found = np.asarray(self.frame.arrays[name])
        return found[self.head] if found.ndim == 3 else found

    @property
    def queries(self) -> list[str]:
        """The tokens that ask."""
        return [str(token) for token in self.frame.arrays["token"]]

    @property
    def keys(self) -> list[str]:
        """The tokens that are read from."""
        return [str(token) for token in self.frame.arrays["memory_token"]]

    def edited(self, name: str) -> list[tuple[int, int]]:
        """Return the cells of a table that were put in by hand."""
        names, cells = self.frame.arrays["edited_table"], self.frame.arrays["edited_cell"].tolist()
        headless = name in self.frame.arrays and self.frame.arrays[name].ndim == 2
        return [
            (row, column)
            for table, (head, row, column) in zip(names, cells, strict=True)
            if table == name and (headless or head == self.head)
        ]


def reader_of(frame: Frame) -> Reader:
    """Return a frame that has the arrays of :data:`TABLES`, read for the head on show."""
    return Reader(frame, min(frame.params.head, len(frame.arrays["q"]) - 1))
