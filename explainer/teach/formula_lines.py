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
_SPACES = {r"\,", r"\:", r"\;", r"\!", r"\ ", r"\quad", r"\qquad"}
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
        before = before if _is_space(token) else token
    return text


def _is_space(token: str) -> bool:
    return token.isspace() or token in _SPACES


def pieces(sentence: str, products: bool = False) -> list[str]:
    """Return a part broken before each relation and binary sign, or each product, outside all brackets."""
    signs = _PRODUCTS if products else _SIGNS

    def breaks(token: str, before: str) -> bool:
        return (token in _RELATIONS and not products) or (token in signs and before not in _NOT_BEFORE_BINARY)

    return [
        "{}" + part.strip() if index else part.strip() for index, part in enumerate(_split(sentence, breaks, keep=True))
    ]


def flow(
    latex: str, width: float, measure: Callable[[str], float], gap: float, indent: float, finely: bool = False
) -> list[Placed]:
    """Return the pieces of a formula placed in lines of at most ``width``, broken as little as possible.

    ``measure`` returns a piece's width, ``gap`` separates sentences on one line and ``indent`` sets
    off the lines that go on. A piece wider than the width stands alone on its line. ``finely`` gives
    the smallest pieces even where larger ones would fit, so that what does not change in a changing
    formula need not be typeset again.
    """
    if not finely and measure(latex) <= width:
        return [Placed(latex, 0, 0.0)]
    placed: list[Placed] = []
    line, x = -1, width
    for sentence in sentences(latex):
        parts = _fitting(sentence, width, measure, finely)
        beside = line >= 0 and x + gap + sum(map(measure, parts)) <= width
        line, x = (line, x + gap) if beside else (line + 1, 0.0)
        for part in parts:
            if x > 0 and x + measure(part) > width:
                line, x = line + 1, indent
            placed.append(Placed(part, line, x))
            x += measure(part)
    return placed


def _fitting(sentence: str, width: float, measure: Callable[[str], float], finely: bool) -> list[str]:
    """Return the sentence whole if it fits, else its pieces, and those that do not fit broken at products."""
    if not finely and measure(sentence) <= width:
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
        before = before if _is_space(token) else token
    return parts
