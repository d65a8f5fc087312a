"""Symbols of the literature: how one is written as LaTeX and in running text."""

from __future__ import annotations

_NAMES = (
    *("alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "kappa", "lambda", "mu"),
    *("nu", "xi", "pi", "rho", "sigma", "tau", "varphi", "chi", "psi", "omega"),
)
GREEK = dict(zip(_NAMES, "αβγδεζηθκλμνξπρστφχψω", strict=True))
"""LaTeX command, without its backslash → the letter."""
_COMMANDS = {letter: f"\\{name}" for name, letter in GREEK.items()}


def as_latex(symbol: str) -> str:
    """Return a symbol as LaTeX writes it."""
    return _COMMANDS.get(symbol, symbol)


def as_letter(symbol: str) -> str:
    """Return the letter by which a symbol is told in running text; empty where a plain letter would be any word's."""
    letter = GREEK.get(symbol.removeprefix("\\"), "") if symbol.startswith("\\") else symbol
    return letter if len(letter) == 1 and not letter.isascii() else ""
