"""Evaluates what a formula shows with its numbers: pairs, sums, products, fractions, powers of ten."""

from __future__ import annotations

import re

import numpy as np


def pair(x: float, y: float) -> np.ndarray:
    """Return a pair as an array."""
    return np.array([x, y], float)


def python_of(latex: str) -> str:
    """Return the LaTeX of numbers as a Python expression; ``P`` makes a pair."""
    text = re.sub(r"\s*\\cdot\s*10\^\{(-?\d+)\}", r"e\1", latex)
    text = text.replace(r"\left(", "(").replace(r"\right)", ")").replace(r"\left\lVert", "(")
    text = re.sub(r"\(([^(),]*(?:\\frac\{[^}]*\}\{[^}]*\})?),\\;\s*([^()]*)\)", r"P(\1,\2)", text)
    text = re.sub(r"\\frac\{([^{}]*)\}\{([^{}]*)\}", r"((\1)/(\2))", text)
    text = text.replace(r"\cdot", "*").replace(r"\,", "*")
    return re.sub(r"(?<=[\d)])\s+(?=[P(])", "*", text)


def value_of(latex: str) -> np.ndarray:
    """Return what an expression of numbers is worth."""
    return np.asarray(eval(python_of(latex), {"__builtins__": {}}, {"P": pair}))


def size_of(latex: str) -> np.ndarray:
    """Return the sum of the sizes of its terms: what rounding each number is relative to."""
    return value_of(
        re.sub(r"(?<!e)-", "+", re.sub(r"(?<=[(;{])\s*-|^-", "", latex.replace("{-", "{M"))).replace("{M", "{-")
    )


def lines_of(latex: str) -> list[list[str]]:
    """Return each line's sides: the name, the expressions and the result."""
    text = latex.replace(r"\begin{aligned}", "").replace(r"\end{aligned}", "").replace("&", "")
    return [[side.strip() for side in line.split("=")] for line in text.split(r"\\") if line.strip()]


def holds(latex: str, digits: int = 3) -> bool:
    """Return whether every line's expression gives its result, as far as rounding its numbers allows."""
    share = 0.5 * 10.0 ** (1 - digits)
    for _, *sides in lines_of(latex):
        worth = [
            (value_of(side), size_of(side))
            for side in sides
            if not re.search(r"[a-zA-Z]", python_of(side).replace("P(", "").replace("e", ""))
        ]
        for value, size in worth[:-1]:
            if (np.abs(value - worth[-1][0]) > 3 * share * size + share * np.abs(worth[-1][0]) + 1e-12).any():
                return False
    return True
