"""The tasks and patterns by name, and what their symbols are called: plain, for engine and window."""

from __future__ import annotations

DIGITS = "0123456789"
LETTERS = "abcdefghijklmnopqrstuvwxyz"
MARKER = "▸"
TASKS = {
    "copy": "Copy",
    "reverse": "Reverse",
    "sort": "Sort",
    "induction": "Repeat after the marker",
    "add": "Add two numbers",
    "brackets": "Brackets that pair up",
}
CAUSAL = frozenset({"induction", "add"})
"""Tasks that predict the next token: nothing may be read from later ones."""
SIZES: dict[str, dict[str, int]] = {
    "induction": {"length": 16, "layers": 2, "heads": 1},
    "add": {"length": 8, "layers": 1, "heads": 2},
    "brackets": {"length": 8, "layers": 1, "heads": 2},
}
"""What suits a task better than one layer with one head on eight tokens."""
PATTERNS = ("previous token", "same token", "first token", "one after the same")
"""What the search looks for: token i reads from i − 1; from tokens that are the same; from token 0; from those
that stand after a token that is the same, which is how a head continues what it has seen before."""


def sizes_for(task: str) -> dict[str, int]:
    """Return length, layers and heads in which a task shows its point: its defaults."""
    return SIZES.get(task, {"length": 8, "layers": 1, "heads": 1})


def vocabulary(task: str, symbols: int) -> tuple[str, ...]:
    """Return what each symbol of a task is called."""
    plain = tuple(DIGITS[:symbols] if symbols <= len(DIGITS) else LETTERS[:symbols])
    match task:
        case "induction":
            return (*plain, MARKER)
        case "add":
            return (*DIGITS, "+", "=")
        case "brackets":
            return ("(", ")", "paired", "alone")
    return plain


def sequence_length(task: str, length: int) -> int:
    """Return how many tokens the network reads."""
    return 3 * max(1, (length - 2) // 3) + 2 if task == "add" else length
