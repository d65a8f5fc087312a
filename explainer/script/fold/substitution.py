"""Substitution: expressions in the place of the names that stand for them."""

from __future__ import annotations

import ast
import copy
from typing import TypeVar

Tree = TypeVar("Tree", bound=ast.AST)


def put(tree: Tree, given: dict[str, ast.expr]) -> Tree:
    """Put expressions in the place of names, wherever these are read."""
    return _Put(given).visit(tree)  # type: ignore[no-any-return]


def is_short(node: ast.expr) -> bool:
    """Return whether an expression can stand in several places as well as in one."""
    if isinstance(node, ast.Attribute):
        return is_short(node.value)
    return isinstance(node, ast.Name | ast.Constant | ast.Lambda) or (
        isinstance(node, ast.UnaryOp) and isinstance(node.operand, ast.Constant)
    )


class _Put(ast.NodeTransformer):
    """Puts expressions in the place of names."""

    def __init__(self, given: dict[str, ast.expr]) -> None:
        self.given = given

    def visit_Name(self, node: ast.Name) -> ast.expr:
        found = self.given.get(node.id) if isinstance(node.ctx, ast.Load) else None
        return copy.deepcopy(found) if found is not None else node
