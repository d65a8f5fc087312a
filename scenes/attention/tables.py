"""The tables of each operation as they stand on the stage, and the arithmetic behind each cell; no Qt, no torch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np

from explainer.contract.frame import Frame
from explainer.scenes.attention.names import EDITABLE

TABLES = (
    "token", "memory_token", "word", "place", "embedding", "memory", "w_q", "w_k", "w_v", "q", "k", "v",
    "scores", "bias", "scaled", "mask", "masked", "weights", "context", "w_o", "output",
    "row_entropy", "edited_table", "edited_cell",
)  # fmt: skip
"""The arrays that are read here."""
TITLES = {
    "word": "word vectors", "place": "positions", "embedding": "X", "memory": "memory M",
    "w_q": "W_Q", "w_k": "W_K", "w_v": "W_V", "w_o": "W_O", "q": "Q", "k": "K", "v": "V",
    "scores": "scores QKᵀ", "scaled": "scaled", "mask": "mask", "masked": "masked", "weights": "weights",
    "context": "context", "output": "output",
}  # fmt: skip
SCORES = ("scores", "scaled", "mask", "masked", "weights")
"""Tables with a row for each query and a column for each key."""
BY_QUERY = (*SCORES, "word", "place", "embedding", "q", "context", "output")
"""Tables with a row for each query."""
BY_KEY = ("memory", "k", "v")
TERMS = 4
"""So many products of a sum are written out."""


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
        case 2:
            return Scheme([table("k", flipped=True)], [table("q")], [[replace(table("scores"), columns=())]])
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
    words = [f"÷ √{d}"] if params.scale else ["not ÷ √d"]
    words += ["+ ALiBi"] if params.position == "alibi" else []
    words += [f"÷ {params.temperature:.3g}"] if params.temperature != 1 else []
    return " ".join(words)


# the arithmetic behind a cell

_FACTORS = {
    "q": ("embedding", "w_q"), "k": ("memory", "w_k"), "v": ("memory", "w_v"), "scores": ("q", "k"),
    "context": ("weights", "v"), "output": ("joined", "w_o"),
}  # fmt: skip


def arithmetic(reader: Reader, name: str, row: int, column: int) -> str:
    """Return how the number in a cell of an array comes about, with this moment's numbers."""
    value = reader.array(name)[row, column]
    if np.isnan(value) or (name == "mask" and value < 0):
        said = "not computed yet" if name != "weights" or np.isnan(reader.array("masked")[row, column]) else "NaN"
        return f"{place(reader, name, row, column)}: {said}"
    head = f"{place(reader, name, row, column)} = "
    if (row, column) in reader.edited(Table(name, reader.array(name))):
        return f"{head}{number(value)}, put in by hand"
    if name in _FACTORS:
        return head + _product(reader, name, row, column)
    return head + _elementwise(reader, name, row, column)


def sources(reader: Reader, name: str, row: int, column: int) -> list[tuple[str, int | None, int | None]]:
    """Return what made a cell: (array, row or all, column or all)."""
    if name in _FACTORS:
        left, right = _FACTORS[name]
        left = "embedding" if left == "memory" and reader.frame.params.kind == "self" else left
        return [(left, row, None), (right, column, None) if name == "scores" else (right, None, column)]
    return {
        "embedding": [("word", row, column), ("place", row, column)],
        "scaled": [("scores", row, column)],
        "masked": [("scaled", row, column), ("mask", row, column)],
        "weights": [("masked", row, None)],
    }.get(name, [])


def place(reader: Reader, name: str, row: int, column: int) -> str:
    """Return the name of a cell."""
    title = TITLES.get(name, "context")
    if name in SCORES:
        return f"{title}[{reader.queries[row]}, {reader.keys[column]}]"
    words = reader.queries if name in BY_QUERY or name == "joined" else reader.keys if name in BY_KEY else None
    return f"{title}[{words[row] if words else row}, {column}]"


def _product(reader: Reader, name: str, row: int, column: int) -> str:
    left, right = (reader.array(each) for each in _FACTORS[name])
    b = right[column] if name == "scores" else right[:, column]
    a, value = left[row], reader.array(name)[row, column]
    terms = [f"{_factor(x)}·{_factor(y)}" for x, y in zip(a[:TERMS], b[:TERMS], strict=True)]
    rest = f" + … {len(a)} products" if len(a) > TERMS else ""
    turned = reader.frame.params.position == "rotary" and name in ("q", "k")
    dragged = name == "q" and not turned and abs(float(np.dot(a, b)) - value) > 1e-9
    if dragged:
        return f"{number(value)}, put in by hand; X·W_Q is {number(float(np.dot(a, b)))}"
    total = f"{number(float(np.dot(a, b)))}, turned by its place: {number(value)}" if turned else number(value)
    return f"{' + '.join(terms)}{rest} = {total}"


def _factor(value: float) -> str:
    return number(value) if value >= 0 else f"({number(value)})"


def _elementwise(reader: Reader, name: str, row: int, column: int) -> str:
    def at(table: str) -> float:
        return float(reader.array(table)[row, column])

    value = at(name)
    match name:
        case "embedding":
            return f"{number(at('word'))} + {number(at('place'))} = {number(value)}"
        case "scaled":
            bias = f" + ({number(at('bias'))})" if reader.frame.params.position == "alibi" else ""
            root = f" ÷ √{reader.array('q').shape[1]}" if reader.frame.params.scale else ""
            whole = f"{number(at('scores'))}{root}{bias}"
            if reader.frame.params.temperature != 1:
                whole = f"({whole}) ÷ {reader.frame.params.temperature:.3g}"
            return f"{whole} = {number(value)}"
        case "mask":
            return "1: may be read (click to mask)" if value else "0: masked (click to let it be read)"
        case "masked":
            return f"{number(value)}" + (", for the mask is 0" if np.isneginf(value) else "")
        case "weights":
            return _softmax(reader, row, column)
    return number(value)


def _softmax(reader: Reader, row: int, column: int) -> str:
    scores, weight = reader.array("masked")[row], float(reader.array("weights")[row, column])
    if np.isneginf(scores).all():
        return f"{number(weight)}: the whole row is masked"
    if reader.frame.params.selection == "hard":
        return f"{number(weight)}: {'the largest score of the row' if weight else 'not the largest score'}"
    powers = np.exp(scores - scores.max())
    scale = np.exp(scores.max())
    if not np.isfinite(scale) or scale == 0:
        return f"{number(powers[column])} / {number(powers.sum())} = {weight:.3f}, each e to the score less the largest"
    share = f"{number(powers[column] * scale)} / {number(powers.sum() * scale)} = {weight:.3f}"
    return f"e^{number(scores[column])} / Σ e^score = {share}"


def number(value: float, most: int = 2) -> str:
    """Return a number as in the cells: at most that many decimals, fewer for large ones, −∞."""
    value = float(value)
    if not np.isfinite(value):
        return "−∞" if value < 0 else "NaN"
    size = abs(value)
    decimals = min(most, 2 if size < 100 else 1 if size < 1_000 else 0)
    words = f"{round(value, decimals) + 0.0:.{decimals}f}" if size < 1e6 else f"{value:.1e}"
    return words.replace("-", "−")
