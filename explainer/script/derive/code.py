"""Code as text and as a tree, both ways."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from typing import Any

from explainer.script.fold.tree import parse
from explainer.script.fold.write import write
from explainer.script.pieces import literal


def expression_of(value: Any) -> ast.expr:
    """Return a value as an expression."""
    return parsed_expression(literal(value))


def parsed_expression(text: str) -> ast.expr:
    """Return the expression that is written so."""
    return ast.parse(text, mode="eval").body


def commented(text: str) -> list[ast.stmt]:
    """Return the statements that are written so, with their comments."""
    return parse(text + "\n").body


def parsed(text: str) -> list[ast.stmt]:
    """Return the statements that are written so."""
    return ast.parse(text).body


def text_of(body: Iterable[ast.stmt]) -> str:
    """Return statements as text."""
    return write(ast.fix_missing_locations(ast.Module(list(body), []))).strip("\n") if body else ""
