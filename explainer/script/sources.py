"""Modules as text: what they define and import, found without running them."""

from __future__ import annotations

import ast
import builtins
import re
import symtable
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec, resolve_name

from explainer.script.walk import walk

_TOOL_COMMENT = re.compile(r"  # (?:fmt|noqa|type|ruff|mypy|pragma)\b.*$", re.MULTILINE)


@dataclass(frozen=True)
class Import:
    """One imported name: ``import module``, ``from module import name``, either with an alias."""

    module: str
    name: str = ""
    alias: str = ""

    @property
    def bound(self) -> str:
        """The name by which it is known where it is imported."""
        return self.alias or self.name or self.module.partition(".")[0]


@dataclass(frozen=True)
class Block:
    """A top-level definition: where it begins, its text, and the names that it takes from elsewhere."""

    line: int
    text: str
    needs: frozenset[str]


class Source:
    """A module's text, taken apart."""

    def __init__(self, name: str) -> None:
        spec = find_spec(name)
        reader = getattr(spec.loader, "get_source", None) if spec else None
        text = reader(name) if reader else None
        if spec is None or text is None:
            raise LookupError(f"the source of {name} cannot be read")
        self.name, self.text = name, text
        self._package, self._lines = spec.parent or "", text.splitlines()
        self.blocks: dict[str, Block] = {}
        self.imports: dict[str, Import] = {}
        nodes = ast.parse(text).body
        for node, following in zip(nodes, [*nodes[1:], None], strict=True):
            self._take(node, following)

    def _take(self, node: ast.stmt, following: ast.stmt | None) -> None:
        if isinstance(node, ast.Import):
            self._add(*(Import(each.name, alias=each.asname or "") for each in node.names))
        elif isinstance(node, ast.ImportFrom):
            module = resolve_name("." * node.level + (node.module or ""), self._package)
            self._add(*(Import(module, each.name, each.asname or "") for each in node.names))
        elif isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING":
            for each in node.body:  # what a module exports late is said here
                if isinstance(each, ast.Import | ast.ImportFrom):
                    self._take(each, None)
        elif names := list(_defined(node)):
            block = self._block(node, following)
            self.blocks |= dict.fromkeys(names, block)

    def _add(self, *found: Import) -> None:
        self.imports |= {one.bound: one for one in found}

    def _block(self, node: ast.stmt, following: ast.stmt | None) -> Block:
        first = min([node.lineno, *(each.lineno for each in getattr(node, "decorator_list", []))])
        while first > 1 and self._lines[first - 2].startswith("#"):
            first -= 1
        documented = isinstance(node, ast.Assign | ast.AnnAssign) and following is not None and _is_text(following)
        last = (following if documented and following else node).end_lineno
        text = _TOOL_COMMENT.sub("", "\n".join(self._lines[first - 1 : last]))
        return Block(first, text, free_names(text))


@cache
def read(name: str) -> Source:
    """Return the source of the module of that import name; raise ``LookupError``."""
    return Source(name)


def free_names(text: str) -> frozenset[str]:
    """Return the names that code uses and neither defines itself nor finds among Python's own."""
    top = symtable.symtable(text, "script", "exec")
    defined = {symbol.get_name() for symbol in top.get_symbols() if symbol.is_assigned() or symbol.is_imported()}
    used = {
        symbol.get_name()
        for table in _tables(top)
        for symbol in table.get_symbols()
        if symbol.is_referenced() and (table is top or symbol.is_global())
    }
    return frozenset(used - defined - set(dir(builtins)))


def assigned_names(text: str) -> frozenset[str]:
    """Return the names that code gives a meaning at its top level."""
    top = symtable.symtable(text, "script", "exec")
    return frozenset(symbol.get_name() for symbol in top.get_symbols() if symbol.is_assigned())


def _tables(top: symtable.SymbolTable) -> Iterator[symtable.SymbolTable]:
    yield top
    for child in top.get_children():
        yield from _tables(child)


def _defined(node: ast.stmt) -> Iterator[str]:
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        yield node.name
    elif isinstance(node, ast.Assign | ast.AnnAssign):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        for target in targets:
            yield from (each.id for each in walk(target) if isinstance(each, ast.Name) and _is_stored(each))


def _is_stored(node: ast.Name) -> bool:
    return isinstance(node.ctx, ast.Store)


def _is_text(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
