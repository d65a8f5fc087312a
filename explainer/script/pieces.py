"""What a scene says about its script, and small helpers for writing code as text."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from textwrap import dedent
from typing import Any

from explainer.script.course import Change


def _nothing(change: Change[Any]) -> str:
    return ""


@dataclass(frozen=True)
class Script:
    """The scene's part of a script, as code; names that it does not define are quoted from the sources."""

    setup: str
    """Makes data, model and optimizer, in the experiment's order."""
    update: str
    """One update; ``step`` counts from 1."""
    metrics: Sequence[str]
    """The names of the columns, in the order in which they are first recorded."""
    row: str
    """An expression for the list of their values after the update, all floats."""
    change: Callable[[Change[Any]], str] = _nothing
    """Returns the code of one action, nothing for one that changes no metric."""
    finished: str = ""
    """A condition under which the run ends; it also ends at the first value that is not finite."""
    definitions: str = ""
    """Functions of the script's own, which stand below the quoted ones."""
    kept: Sequence[str] = ()
    """Variables that a reader wants to see, though no metric is made of them."""
    sources: Sequence[str] = ("experiment",)
    """The modules of the scene's folder in which names are looked up, first of all the first."""


def code(*parts: str) -> str:
    """Return parts of code one below the other, each without its common indentation; empty ones are left out."""
    return "\n".join(dedent(part).strip("\n").rstrip() for part in parts if part.strip())


def literal(value: Any) -> str:
    """Return numbers, text and lists or tuples of these as Python code that reads back as the same value."""
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, list):
        return f"[{', '.join(map(literal, value))}]"
    if isinstance(value, tuple):
        return f"({', '.join(map(literal, value))}{',' if len(value) == 1 else ''})"
    return repr(value)


def assign(change: Change[Any], *names: str) -> str:
    """Return assignments to those variables, called like parameters, that a change has set to another value."""
    given = [name for name in names if getattr(change.before, name) != getattr(change.after, name)]
    return code(*(f"{name} = {literal(getattr(change.after, name))}" for name in given))
