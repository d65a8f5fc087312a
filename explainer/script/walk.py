"""Going over a tree of Python code."""

from __future__ import annotations

import ast
from collections.abc import Iterator

_SAYS_NO_MORE = {"ctx", "op", "ops"}
"""Fields that hold signs, which nothing here asks for."""
_fields: dict[type, tuple[str, ...]] = {}


def walk(node: ast.AST) -> Iterator[ast.AST]:
    """Yield a node and all that it holds, each before its parts; no contexts, no operators.

    Twice as fast as :func:`ast.walk`, and a script is found by a few hundred such walks.
    """
    waiting = [node]
    while waiting:
        node = waiting.pop()
        yield node
        held = node.__dict__
        for name in _fields.get(node.__class__) or _fields_of(node.__class__):
            value = held.get(name)
            if value.__class__ is list:
                waiting += [each for each in value[::-1] if isinstance(each, ast.AST)]
            elif isinstance(value, ast.AST):
                waiting.append(value)


def _fields_of(kind: type[ast.AST]) -> tuple[str, ...]:
    """Return the fields of a kind of node that may hold others, the last one first."""
    return _fields.setdefault(kind, tuple(name for name in reversed(kind._fields) if name not in _SAYS_NO_MORE))
