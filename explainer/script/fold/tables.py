"""Tables: the module's dictionaries that are written out once and only looked up in."""

from __future__ import annotations

import ast

from explainer.script.fold.program import Program
from explainer.script.fold.values import possible


def tables_of(program: Program) -> dict[str, ast.Dict]:
    """Return the module's dictionaries that are written out once and only looked up in."""
    found: dict[str, ast.Dict] = {}
    for node in program.tree.body:
        if isinstance(node, ast.Assign | ast.AnnAssign) and isinstance(node.value, ast.Dict):
            target = node.targets[0] if isinstance(node, ast.Assign) else node.target
            if isinstance(target, ast.Name):
                found[target.id] = node.value
    looked_up = {
        id(each.value) for each in ast.walk(program.tree) if isinstance(each, ast.Subscript) and _is_read(each)
    }
    for each in ast.walk(program.tree):
        if (
            isinstance(each, ast.Name)
            and each.id in found
            and isinstance(each.ctx, ast.Load)
            and id(each) not in looked_up
        ):
            del found[each.id]
    return found


def prune_tables(program: Program) -> None:
    """Take the entries out of the module's tables that are never looked up."""
    tables = tables_of(program)
    asked: dict[str, set[str] | None] = {name: set() for name in tables}
    for scope in program.scopes.values():
        for node in scope.nodes:
            if isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name) and node.value.id in tables:
                name, keys = node.value.id, possible(node.slice, scope.look)
                known = asked[name]
                asked[name] = None if keys is None or known is None else known | keys
    for name, table in tables.items():
        keep = asked[name]
        if keep and all(isinstance(key, ast.Constant) for key in table.keys):
            kept = [(k, v) for k, v in zip(table.keys, table.values, strict=True) if k and ast.unparse(k) in keep]
            table.keys, table.values = [key for key, _ in kept], [value for _, value in kept]


def _is_read(node: ast.Subscript) -> bool:
    return isinstance(node.ctx, ast.Load) and not isinstance(node.slice, ast.Slice)
