"""Values at once returned: a variable that only takes a value to the ``return`` below it goes."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from explainer.script.fold.substitution import put
from explainer.script.fold.tree import is_name, like
from explainer.script.walk import walk

SHORT = 72
"""An expression of so many characters is read at one glance."""


def returned_at_once(body: Sequence[ast.stmt]) -> list[ast.stmt] | None:
    """Return a function's body that returns at once what it only gave names to; None where it does not."""
    match list(body[-2:]):
        case [ast.Assign(targets=[ast.Name(id=name)], value=value), ast.Return(value=ast.expr() as told)] if (
            _begins_with(told, name) and len(ast.unparse(value)) + len(ast.unparse(told)) < SHORT
        ):
            return [*body[:-2], like(ast.Return(put(told, {name: value})), body[-2])]
        case [
            ast.Assign(targets=[ast.Tuple() as target], value=ast.Call() as value),
            ast.Return(value=ast.Tuple() as told),
        ]:
            if ast.unparse(target) == ast.unparse(told) and all(isinstance(each, ast.Name) for each in target.elts):
                return [*body[:-2], like(ast.Return(value), body[-2])]
    return None


def _begins_with(node: ast.expr, name: str) -> bool:
    """Return whether an expression reads a variable once, and before anything else."""
    if sum(1 for each in walk(node) if is_name(each, name)) != 1:
        return False
    while isinstance(node, ast.Call | ast.Attribute):
        node = node.func if isinstance(node, ast.Call) else node.value
    return is_name(node, name)
