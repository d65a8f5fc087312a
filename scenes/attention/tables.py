"""The tables of each operation as they stand on the stage; no Qt, no torch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np

from explainer.contract.frame import Frame
from explainer.scenes.attention.names import EDITABLE

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
    "context": "context", "output": "output",
}  # fmt: skip
SCORES = ("scores", "scaled", "mask", "masked", "weights")
"""Tables with a row for each query and a column for each key."""
BY_QUERY = (*SCORES, "word", "place", "embedding", "q", "context", "output")
"""Tables with a row for each query."""
BY_KEY = ("memory", "k", "v")


@dataclass(frozen=True, eq=False)
class Table:
    """A matrix on the stage. ``flipped`` ones are shown transposed."""

    name: str
    values: np.ndarray
    rows: Sequence[str] = ()
    columns: Sequence[str] = ()
    title: str = ""
    flipped: bool = False

    @property
    def editable(self) -> bool:
        """Whether its numbers can be put in by hand."""
        return self.name in EDITABLE

    def cell(self, row: int, column: int) -> tuple[int, int]:
        """Return row and column of the array for those on the stage."""
        return (column, row) if self.flipped else (row, column)


@dataclass(frozen=True)
class Scheme:
    """An operation's tables: a product in Falk's scheme, or tables side by side.

    In a product the tables of ``tops`` stand in a row; below each, for every table of ``lefts``, stands the
    result in which they meet, None where there is none. ``signs`` stand between tables side by side.
    """

    tops: Sequence[Table] = ()
    lefts: Sequence[Table] = ()
    results: Sequence[Sequence[Table | None]] = ()
    side_by_side: Sequence[Table] = ()
    signs: Sequence[str] = ()

    @cached_property
    def tables(self) -> list[Table]:
        """All tables."""
        found = [table for row in self.results for table in row if table is not None]
        return [*self.tops, *self.lefts, *found, *self.side_by_side]


@dataclass(frozen=True)
class Reader:
    """A frame read for one head."""

    frame: Frame
    head: int = field(default=0)

    @classmethod
    def of(cls, frame: Frame | None) -> Reader | None:
        """Return a reader, None while arrays are missing."""
        if frame is None or not set(TABLES) <= frame.arrays.keys():
            return None
        return cls(frame, min(frame.params.head, len(frame.arrays["q"]) - 1))

    def array(self, name: str) -> np.ndarray:
        """Return a table of this head (rows, columns); the contexts of all heads side by side as ``joined``."""
        if name == "joined":
            contexts = self.frame.arrays["context"]
            return np.concatenate(list(contexts), axis=1)
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

    def table(self, name: str, flipped: bool = False, title: str = "") -> Table:
        """Return a table with its labels."""
        values = self.array(name)
        if name == "mask":
            values = np.where(values < 0, np.nan, values.astype(float))
        rows = self.queries if name in BY_QUERY or name == "joined" else self.keys if name in BY_KEY else ()
        columns = self.keys if name in SCORES else ()
        title = title or TITLES.get(name, name)
        if flipped:
            return Table(name, values.T, columns, rows, f"{title}ᵀ", True)
        return Table(name, values, rows, columns, title)

    def edited(self, table: Table) -> set[tuple[int, int]]:
        """Return the cells of a table, as it stands, that were put in by hand."""
        names, cells = self.frame.arrays["edited_table"], self.frame.arrays["edited_cell"]
        headless = self.frame.arrays[table.name].ndim == 2 if table.name in self.frame.arrays else True
        mine = [(row, column) for name, (head, row, column) in zip(names, cells.tolist(), strict=True)
                if name == table.name and (headless or head == self.head)]  # fmt: skip
        return {table.cell(*cell) for cell in mine}


def scheme(reader: Reader, operation: int) -> Scheme:
    """Return the tables of an operation, counted from 0."""
    table, params = reader.table, reader.frame.params
    cross = params.kind == "cross"
    match operation:
        case 0:
            if cross:
                return Scheme(side_by_side=[table("embedding"), table("memory")], signs=[""])
            if not np.nan_to_num(reader.array("place")).any():
                return Scheme(side_by_side=[table("embedding", title="X = word vectors")])
            return Scheme(side_by_side=[table("word"), table("place"), table("embedding")], signs=["+", "="])
        case 1:
            tops = [table(name) for name in ("w_q", "w_k", "w_v")]
            q, k, v = table("q"), table("k"), table("v")
            if cross:
                return Scheme(tops, [table("embedding"), table("memory")], [[q, None, None], [None, k, v]])
            return Scheme(tops, [table("embedding")], [[q, k, v]])
        case 2 if params.score == "additive":
            parts = [table(name) for name in ("q", "k", "a", "scores")]
            return Scheme(side_by_side=parts, signs=["", "", "aᵀ tanh(q + k) →"])
        case 2:
            return Scheme(
                [table("k", flipped=True)], [table("q")], [[replace(table("scores", title="scores QKᵀ"), columns=())]]
            )
        case 3:
            return Scheme(side_by_side=[table("scores"), table("scaled")], signs=[scale_words(reader)])
        case 4:
            return Scheme(side_by_side=[table("scaled"), table("mask"), table("masked")], signs=["", "→"])
        case 5:
            sign = "softmax →" if params.selection == "soft" else "largest →"
            return Scheme(side_by_side=[table("masked"), table("weights")], signs=[sign])
        case 6:
            return Scheme([table("v")], [table("weights")], [[table("context")]])
    heads = len(reader.frame.arrays["q"])
    joined = table("joined", title="contexts of all heads" if heads > 1 else "context")
    return Scheme([table("w_o")], [joined], [[table("output")]])


def scale_words(reader: Reader) -> str:
    """Return what the scores are divided by."""
    params, d = reader.frame.params, reader.array("q").shape[1]
    words = [f"÷ √{d}"] if params.scale and params.score == "dot" else ["not ÷ √d"]
    words += ["+ ALiBi"] if params.position == "alibi" else []
    words += [f"÷ {params.temperature:.3g}"] if params.temperature != 1 else []
    return " ".join(words)
