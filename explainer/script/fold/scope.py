"""A scope: the names of one function, or of the module, and what they can come to there."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from explainer.script.fold.values import ANYTHING, Values
from explainer.script.walk import walk

if TYPE_CHECKING:
    from explainer.script.fold.program import Program


class Scope:
    """The names of one function, or of the module."""

    def __init__(self, program: Program, node: ast.AST, outer: Scope | None, owner: str = "") -> None:
        self.program, self.node, self.outer, self.owner = program, node, outer, owner
        self.nodes = list(own_nodes(node))
        self.values: dict[str, Values] = {}
        self.kinds: dict[str, str] = {}
        """The class of what a name holds, where the program itself defines it."""

    def look(self, node: ast.expr) -> Values:
        """Return what a name or an attribute can come to here."""
        if isinstance(node, ast.Name):
            if node.id in self.values:
                return self.values[node.id]
            return self.outer.look(node) if self.outer else ANYTHING
        if isinstance(node, ast.Attribute) and node.attr in self.program.own.get(self.kind(node.value), ()):
            return self.program.attributes.get(node.attr, ANYTHING)
        return ANYTHING

    def kind(self, node: ast.expr) -> str:
        """Return the class of this program that an object is of, "" where that is open."""
        if not isinstance(node, ast.Name):
            return ""
        if node.id == "self" and self.owner:
            return self.owner
        if node.id in self.kinds or node.id in self.values:
            return self.kinds.get(node.id, "")
        return self.outer.kind(node) if self.outer else ""


def own_nodes(node: ast.AST) -> Iterator[ast.AST]:
    """Yield the nodes of a function with all that is nested in it, of a module without its functions' bodies."""
    if not isinstance(node, ast.Module):
        yield from walk(node)
        return
    for each in node.body:
        if isinstance(each, ast.FunctionDef):
            for part in (*each.decorator_list, each.args):
                yield from walk(part)
        elif isinstance(each, ast.ClassDef):
            for part in (*each.decorator_list, *each.bases):
                yield from walk(part)
        else:
            yield from walk(each)


def bound_names(node: ast.AST, nodes: Iterable[ast.AST] = ()) -> set[str]:
    """Return every name that a function gives a meaning, its parameters and what is nested in it included."""
    found: set[str] = set()
    for each in nodes or own_nodes(node):
        if isinstance(each, ast.Name) and not isinstance(each.ctx, ast.Load):
            found.add(each.id)
        elif isinstance(each, ast.arg) and not isinstance(node, ast.Module):
            found.add(each.arg)
        elif isinstance(each, ast.FunctionDef | ast.ExceptHandler | ast.MatchAs | ast.MatchStar) and each is not node:
            found |= {each.name} if each.name else set()
    return found
