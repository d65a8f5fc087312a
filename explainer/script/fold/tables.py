"""Tables: the module's dictionaries that are written out once and only looked up in."""

from __future__ import annotations

import ast

from explainer.script.fold.program import Program
from explainer.script.fold.values import possible
from explainer.script.walk import walk


def tables_of(program: Program) -> dict[str, ast.Dict]:
    """Return the module's dictionaries that are written out once and only looked up in."""
    found: dict[str, ast.Dict] = {}
    for node in program.tree.body:
        if isinstance(node, ast.Assign | ast.AnnAssign) and isinstance(node.value, ast.Dict):
            target = node.targets[0] if isinstance(node, ast.Assign) else node.target
            if isinstance(target, ast.Name):
                found[target.id] = node.value
    looked_up = {id(name) for each in walk(program.tree) for name in _looked_up_in(each)}
    for each in walk(program.tree):
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
            for named in _looked_up_in(node):
                if named.id in tables:
                    keys = possible(node.slice, scope.look) if isinstance(node, ast.Subscript) else None
                    known = asked[named.id]
                    asked[named.id] = None if keys is None or known is None else known | keys
    for name, table in tables.items():
        keep = asked[name]
        if keep is None:
            keep = _words_beside(program.tree, table)
        if keep and all(isinstance(key, ast.Constant) for key in table.keys):
            kept = [(k, v) for k, v in zip(table.keys, table.values, strict=True) if k and ast.unparse(k) in keep]
            table.keys, table.values = [key for key, _ in kept], [value for _, value in kept]


def _words_beside(tree: ast.Module, table: ast.Dict) -> set[str] | None:
    """Return every constant of the program but those of a table; None if words may also be put together."""
    own = {id(each) for each in walk(table)}
    others = [each for each in walk(tree) if id(each) not in own]
    if any(map(_joins, others)):
        return None
    return {ast.unparse(each) for each in others if isinstance(each, ast.Constant)}


def _joins(node: ast.AST) -> bool:
    """Return whether words may be made of others here, or come from outside."""
    match node:
        case ast.Attribute(attr="format" | "join" | "replace" | "read_text" | "split" | "load"):
            return True
        case ast.BinOp(op=ast.Add(), left=one, right=other):
            return any(isinstance(each, ast.Constant) and isinstance(each.value, str) for each in (one, other))
    return isinstance(node, ast.JoinedStr)


def _looked_up_in(node: ast.AST) -> list[ast.Name]:
    """Return the names of what is looked up in here: ``table[key]``, ``key in table``."""
    match node:
        case ast.Subscript(value=ast.Name() as name) if _is_read(node):
            return [name]
        case ast.Compare(ops=[ast.In() | ast.NotIn()], comparators=[ast.Name() as name]):
            return [name]
    return []


def _is_read(node: ast.Subscript) -> bool:
    return isinstance(node.ctx, ast.Load) and not isinstance(node.slice, ast.Slice)
