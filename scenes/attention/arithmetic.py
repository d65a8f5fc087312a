"""The arithmetic behind each number of the tables, in words with this moment's numbers; no Qt, no torch."""

from __future__ import annotations

import numpy as np

from explainer.scenes.attention.tables import BY_KEY, BY_QUERY, SCORES, TITLES, Reader

TERMS = 4
"""So many products of a sum are written out."""
MOST = 12.0
"""Beyond this, and below 0, powers of e are told divided by the largest: they would be too large or all 0.00."""
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
    if name != "mask" and (row, column) in reader.edited(name):
        return f"{head}{number(value)}, put in by hand"
    if name == "scores" and reader.frame.params.score == "additive":
        return head + _additive(reader, row, column)
    if name in _FACTORS:
        return head + _product(reader, name, row, column)
    return head + _elementwise(reader, name, row, column)


def sources(reader: Reader, name: str, row: int, column: int) -> list[tuple[str, int | None, int | None]]:
    """Return what made a cell: (array, row or all, column or all)."""
    if name in _FACTORS:
        left, right = _FACTORS[name]
        left = "embedding" if left == "memory" and reader.frame.params.kind == "self" else left
        added = [("a", 0, None)] if name == "scores" and reader.frame.params.score == "additive" else []
        return [(left, row, None), (right, column, None) if name == "scores" else (right, None, column), *added]
    made: dict[str, list[tuple[str, int | None, int | None]]] = {
        "embedding": [("word", row, column), ("place", row, column)],
        "scaled": [("scores", row, column)],
        "masked": [("scaled", row, column), ("mask", row, column)],
        "weights": [("masked", row, None)],
        "row_entropy": [("weights", row, None)],
    }
    return made.get(name, [])


def place(reader: Reader, name: str, row: int, column: int) -> str:
    """Return the name of a cell."""
    title = TITLES.get(name, "context")
    if name in SCORES:
        return f"{title}[{reader.queries[row]}, {reader.keys[column]}]"
    if name == "row_entropy":
        return f"{title}[{reader.queries[row]}]"
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


def _additive(reader: Reader, row: int, column: int) -> str:
    """Return the terms of an additive score: a · tanh(q + k)."""
    a, q, k = reader.array("a")[0], reader.array("q")[row], reader.array("k")[column]
    terms = [f"{_factor(x)}·tanh({number(y)} + {_factor(z)})" for x, y, z in list(zip(a, q, k, strict=True))[:2]]
    rest = f" + … {len(a)} terms" if len(a) > len(terms) else ""
    return f"{' + '.join(terms)}{rest} = {number(reader.array('scores')[row, column])}"


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
            divided = reader.frame.params.scale and reader.frame.params.score == "dot"
            root = f" ÷ √{reader.array('q').shape[1]}" if divided else ""
            whole = f"{number(at('scores'))}{root}{bias}"
            if reader.frame.params.temperature != 1:
                whole = f"({whole}) ÷ {reader.frame.params.temperature:.3g}"
            return f"{whole} = {number(value)}"
        case "mask":
            return "1: may be read (click to mask)" if value else "0: masked (click to let it be read)"
        case "masked":
            return f"{number(value)}" + (", for the mask is 0" if np.isneginf(value) else "")
        case "row_entropy":
            return f"−Σ w·ln w = {number(value)}"
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
    if not 0 <= scores.max() < MOST:
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
