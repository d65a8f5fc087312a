"""Where a long formula may be broken into lines, and how its pieces flow into a width."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

_TOKEN = re.compile(r"\\[a-zA-Z]+|\\.|\s+|.", re.DOTALL)
_OPEN = {"{", "(", "[", r"\left", r"\begin", r"\{"}
_CLOSE = {"}", ")", "]", r"\right", r"\end", r"\}"}
_RELATIONS = {"=", "<", ">", r"\leftarrow", r"\rightarrow", r"\to", r"\approx", r"\le", r"\leq", r"\ge", r"\geq"}
_SIGNS = {"+", "-", r"\pm", r"\mp"}
_PRODUCTS = {r"\cdot", r"\times"}
_NOT_BEFORE_BINARY = {"", "^", "_", ",", "&"} | _OPEN | _RELATIONS | _SIGNS | _PRODUCTS


class Placed(NamedTuple):
    """One piece of a formula and the line it stands on."""

    latex: str
    line: int
    x: float


def sentences(latex: str) -> list[str]:
    r"""Return the formula's parts between ``\quad``, ``\qquad`` and ``\\`` outside all brackets."""
    parts = _split(latex, lambda token, _: token in (r"\quad", r"\qquad", r"\\"), keep=False)
    return [part.strip() for part in parts if part.strip()]


def unary(latex: str) -> str:
    """Return the formula with each minus that is a sign in braces, so that it stands close to its number."""
    text, before = "", ""
    for token in _TOKEN.findall(latex):
        text += "{-}" if token == "-" and before in _NOT_BEFORE_BINARY else token
        before = before if token.isspace() else token
    return text


def pieces(sentence: str, products: bool = False) -> list[str]:
    """Return a part broken before each relation and binary sign, or each product, outside all brackets."""
    signs = _PRODUCTS if products else _SIGNS

    def breaks(token: str, before: str) -> bool:
        return (token in _RELATIONS and not products) or (token in signs and before not in _NOT_BEFORE_BINARY)

    return ["{}" + part if index else part for index, part in enumerate(_split(sentence, breaks, keep=True))]


def flow(latex: str, width: float, measure: Callable[[str], float], gap: float, indent: float) -> list[Placed]:
    """Return the pieces of a formula placed in lines of at most ``width``, broken as little as possible.

    ``measure`` returns a piece's width, ``gap`` separates sentences on one line and ``indent``
    sets off the lines that go on. A piece wider than the width stands alone on its line.
    """
    if measure(latex) <= width:
        return [Placed(latex, 0, 0.0)]
    placed: list[Placed] = []
    line, x = -1, width
    for sentence in sentences(latex):
        if line >= 0 and x + gap + measure(sentence) <= width:
            placed.append(Placed(sentence, line, x + gap))
            x += gap + measure(sentence)
            continue
        line, x = line + 1, 0.0
        for piece in _fitting(sentence, width, measure):
            if x > 0 and x + measure(piece) > width:
                line, x = line + 1, indent
            placed.append(Placed(piece, line, x))
            x += measure(piece)
    return placed


def _fitting(sentence: str, width: float, measure: Callable[[str], float]) -> list[str]:
    """Return the sentence whole if it fits, else its pieces, and those that do not fit broken at products."""
    if measure(sentence) <= width:
        return [sentence]
    found = []
    for piece in pieces(sentence):
        found += [piece] if measure(piece) <= width else pieces(piece, products=True)
    return found


def _split(latex: str, breaks: Callable[[str, str], bool], keep: bool) -> list[str]:
    parts, depth, before = [""], 0, ""
    for token in _TOKEN.findall(latex):
        depth += (token in _OPEN) - (token in _CLOSE)
        if depth == 0 and breaks(token, before):
            parts.append(token if keep else "")
        else:
            parts[-1] += token
        before = before if token.isspace() else token
    return parts
