"""What plain functions make of known values, worked out while a script is written."""

from __future__ import annotations

import ast
import builtins
from functools import cache
from importlib import import_module
from typing import Any

from explainer.script.pieces import literal
from explainer.script.quoting import OWN
from explainer.script.sources import Source, read
from explainer.script.walk import walk

HEAVY = ("torch", "PySide6", "pyqtgraph")
"""Packages that the writing of a script must not load."""
LONGEST = 300
"""A longer value is better told by the code that makes it."""


class Plain:
    """The plain functions and constants that a module imports from others of this program."""

    def __init__(self, module: str) -> None:
        self.source = read(module)
        self.known: dict[str, Any] = {}
        """Variables of the script whose values are known, though they cannot be written out."""

    def names(self, node: ast.expr) -> set[str]:
        """Return the plain functions and constants that an expression names."""
        return {each.id for each in walk(node) if isinstance(each, ast.Name) and self._is_plain(each.id)}

    def value(self, node: ast.expr, given: dict[str, Any]) -> tuple[Any] | None:
        """Return what an expression comes to, where plain functions make it of known values alone."""
        if not self.names(node):
            return None
        names = {each.id for each in walk(node) if isinstance(each, ast.Name)}
        bound = {each.id for each in walk(node) if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store)}
        space: dict[str, Any] = {}
        for name in names - bound:
            if name in given or name in self.known:
                space[name] = given.get(name, self.known.get(name))
            elif self._is_plain(name):
                found = self.source.imports[name]
                space[name] = getattr(import_module(found.module), found.name)
            elif not hasattr(builtins, name):
                return None
        code = compile(ast.fix_missing_locations(ast.Expression(node)), "<script>", "eval")
        found_value = eval(code, space)
        return (found_value,) if _is_told(found_value) else None

    def _is_plain(self, name: str) -> bool:
        found = self.source.imports.get(name)
        return found is not None and bool(found.name) and found.bound == found.name and is_plain(found.module)


@cache
def is_plain(module: str) -> bool:
    """Return whether a module is of this program and loads neither torch nor Qt."""
    return module.partition(".")[0] == OWN and _loads_nothing_heavy(module, set())


def _loads_nothing_heavy(module: str, seen: set[str]) -> bool:
    if module in seen:
        return True
    seen.add(module)
    try:
        source: Source = read(module)
    except (LookupError, ImportError):
        return False
    packages = {each.module.partition(".")[0] for each in source.imports.values()}
    if packages & set(HEAVY):
        return False
    own = {each.module for each in source.imports.values() if each.module.partition(".")[0] == OWN}
    return all(_loads_nothing_heavy(each, seen) for each in own)


def _is_told(value: Any) -> bool:
    """Return whether a value is words, numbers, or plain objects that hold nothing else."""
    if isinstance(value, list | tuple | set | frozenset):
        return all(map(_is_told, value))
    if isinstance(value, dict):
        return all(map(_is_told, value.values()))
    fields = getattr(value, "__dataclass_fields__", None)
    if fields is not None:
        return all(_is_told(getattr(value, name)) for name in fields)
    return value is None or isinstance(value, bool | int | float | str)


def as_code(value: Any) -> ast.expr | None:
    """Return a value as an expression; None for one that cannot be written, or only at length."""
    if not _is_written(value):
        return None
    text = literal(value)
    return ast.parse(text, mode="eval").body if len(text) <= LONGEST else None


def _is_written(value: Any) -> bool:
    if type(value) in (list, tuple):
        return all(map(_is_written, value))
    return value is None or isinstance(value, bool | int | float | str)
