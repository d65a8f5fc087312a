"""Which tables stand on the board in each operation, as grids: a product in Falk's scheme, else side by side."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from explainer.contract.cards import Act, Edit, Grid, reads
from explainer.contract.cards.bindings import Asked
from explainer.contract.frame import Frame
from explainer.scenes.attention.arithmetic import arithmetic
from explainer.scenes.attention.names import EDITABLE, PHASES, REACH
from explainer.scenes.attention.tables import BY_KEY, BY_QUERY, SCORES, TABLES, TITLES, reader_of

MOST = 64
"""A table has at most so many rows and columns."""
_COLOURS = {"weights": ("viridis", 0.0, 1.0), "mask": ("signed", None, 2.5), "row_entropy": ("cividis", 0.0, None)}


def operation(frame: Frame) -> int:
    """Return the operation on show, counted from 0: the one done last."""
    return min(max(frame.step - 1, 0), len(PHASES) - 1)


def always(frame: Frame) -> bool:
    """Return True."""
    return True


def itself(frame: Frame) -> bool:
    """Return whether tokens read from one another."""
    return bool(frame.params.kind == "self")


def across(frame: Frame) -> bool:
    """Return whether tokens read from a memory."""
    return not itself(frame)


def additive(frame: Frame) -> bool:
    """Return whether scores are additive."""
    return bool(frame.params.score == "additive")


def product(frame: Frame) -> bool:
    """Return whether scores are dot products."""
    return not additive(frame)


def placed(frame: Frame) -> bool:
    """Return whether something is added for places, and can be shown."""
    return itself(frame) and bool(np.nan_to_num(frame.arrays["place"]).any())


def weighed(frame: Frame) -> bool:
    """Return whether there are weights."""
    return not np.isnan(frame.arrays["weights"]).all()


@dataclass(frozen=True)
class Shown:
    """A table on the board: in which operation, under which circumstances, and whether transposed."""

    operation: int
    name: str
    when: Callable[[Frame], bool] = always
    flipped: bool = False

    def seen(self, frame: Frame) -> bool:
        """Return whether it is on the board."""
        return operation(frame) == self.operation and self.when(frame)

    def at(self, row: int, column: int) -> tuple[int, int]:
        """Return row and column of the array for those on the board, and the other way round."""
        return (column, row) if self.flipped else (row, column)

    def values(self, frame: Frame) -> np.ndarray:
        """Return its numbers; none while it is not on the board."""
        if not self.seen(frame):
            return np.zeros((0, 0))
        found = reader_of(frame).array(self.name)
        found = np.where(found < 0, np.nan, found.astype(float)) if self.name == "mask" else found
        return found.T if self.flipped else found

    def title(self, frame: Frame) -> str:
        """Return what stands above it."""
        if self.name == "joined":
            return "contexts of all heads" if len(frame.arrays["q"]) > 1 else "context"
        if self.name == "embedding" and self.operation == 0 and itself(frame) and not placed(frame):
            return "X = word vectors"
        if self.name == "scores" and self.operation == 2 and product(frame):
            return "scores QKᵀ"
        return TITLES[self.name] + "ᵀ" * self.flipped

    def place(self, row: int, column: int) -> int:
        """Return the number of a cell of the array among all cells of all tables: what the pointer on it lights."""
        return (NAMES.index(self.name) * MOST + row) * MOST + column

    def lights(self, frame: Frame, row: int, column: int) -> dict[str, int | None]:
        """Return what the pointer on a cell lights: the cell, its query, its key."""
        row, column = self.at(row, column)
        query = row if self.name in (*BY_QUERY, "joined", "row_entropy") else None
        key = column if self.name in SCORES else row if self.name in BY_KEY else None
        return {"cell": self.place(row, column), "query": query, "key": key}

    def reading(self, frame: Frame, row: int, column: int) -> str:
        """Return the arithmetic behind a cell."""
        return arithmetic(reader_of(frame), self.name, *self.at(row, column))

    def edited(self, frame: Frame, place: tuple[int, ...], value: float) -> Asked:
        """Return what putting a number into a cell comes to."""
        reader, (row, column) = reader_of(frame), self.at(*place)
        head = reader.head if frame.arrays[self.name].ndim == 3 else 0
        return Act("edit", {"table": self.name, "head": head, "row": row, "column": column, "value": value})

    def known(self, frame: Frame) -> bool:
        """Return whether its operation has been done."""
        return self.seen(frame) and not np.isnan(reader_of(frame).array(self.name)).all()

    def grid(self) -> Grid:
        """Return it as a grid of the board."""
        read, name = reads(*TABLES), self.name
        colours, low, high = _COLOURS.get(name, ("signed", None, None))
        rows = "query" if name in (*BY_QUERY, "joined", "row_entropy") else "key" if name in BY_KEY else ""
        below = name == "scores" and self.when is product
        columns = "key" if name in SCORES and not below else ""
        return Grid(
            read(lambda frame: self.values(frame)),
            read(lambda frame: self.title(frame)),
            colours,
            (columns, rows) if self.flipped else (rows, columns),
            low,
            high,
            edit=Edit(self.edited, -REACH, REACH, read(lambda frame: self.known(frame))) if name in EDITABLE else None,
            hatched=read(lambda frame: np.isneginf(self.values(frame))),
            faint=read(lambda frame: _unknown(self.values(frame))),
            reading=read(lambda frame, row, column: self.reading(frame, row, column)),
            lights=self.lights,
            click=(lambda frame, row, column: Act("flip", {"query": row, "key": column})) if name == "mask" else None,
            names=bool(rows or columns),
        )


def _unknown(values: np.ndarray) -> np.ndarray:
    """Return a mask of the cells whose operation has not been done."""
    return np.full(values.shape, bool(values.size) and bool(np.isnan(values).all()))


NAMES = (*TITLES, "joined")
"""The tables, in the order in which their cells are counted."""


@reads(*TABLES)
def scale_words(frame: Frame) -> str:
    """Return what the scores are divided by."""
    params = frame.params
    words = [f"÷ √{frame.arrays['q'].shape[-1]}"] if params.scale and params.score == "dot" else ["not ÷ √d"]
    words += ["+ ALiBi"] if params.position == "alibi" else []
    words += [f"÷ {params.temperature:.3g}"] if params.temperature != 1 else []
    return " ".join(words)


def softmax_words(frame: Frame) -> str:
    """Return how scores become weights."""
    return "softmax →" if frame.params.selection == "soft" else "largest →"


ROWS: Sequence[tuple[Any, ...]] = (
    (Shown(0, "word", placed), "+", Shown(0, "place", placed), "=", Shown(0, "embedding"), Shown(0, "memory", across)),
    ("", Shown(1, "w_q"), Shown(1, "w_k"), Shown(1, "w_v")),
    (Shown(1, "embedding"), Shown(1, "q"), Shown(1, "k", itself), Shown(1, "v", itself)),
    (Shown(1, "memory", across), "", Shown(1, "k", across), Shown(1, "v", across)),
    ("", Shown(2, "k", product, True)),
    (Shown(2, "q", product), Shown(2, "scores", product)),
    (Shown(2, "q", additive), Shown(2, "k", additive), Shown(2, "a", additive), "aᵀ tanh(q + k) →",
     Shown(2, "scores", additive)),
    (Shown(3, "scores"), scale_words, Shown(3, "scaled")),
    (Shown(4, "scaled"), Shown(4, "mask"), "→", Shown(4, "masked")),
    (Shown(5, "masked"), softmax_words, Shown(5, "weights"), Shown(5, "row_entropy", weighed)),
    ("", Shown(6, "v")),
    (Shown(6, "weights"), Shown(6, "context")),
    ("", Shown(7, "w_o")),
    (Shown(7, "joined"), Shown(7, "output")),
)  # fmt: skip
"""A product stands in Falk's scheme: its factors at the left and above, the result where they meet."""
GRIDS = [part for row in ROWS for part in row if isinstance(part, Shown)]
