"""Short functions that are called once are put in where they are called."""

from __future__ import annotations

import ast
import copy
from collections import Counter

from explainer.script.fold.function import Function
from explainer.script.fold.program import Program
from explainer.script.fold.scope import Scope, bound_names
from explainer.script.fold.substitution import is_short, put
from explainer.script.fold.tree import is_text
from explainer.script.fold.uses import is_load
from explainer.script.walk import walk

LONGEST = 72
"""A longer expression has a name and a sentence of its own."""


def inline(program: Program) -> bool:
    """Put functions of one short expression in where they are called once; return whether any was."""
    went = False
    read = Counter(each.id for each in walk(program.tree) if isinstance(each, ast.Name) and is_load(each))
    for scope in list(program.scopes.values()):
        inner = _Inliner(program, bound_names(scope.node))
        inner.visit_own(scope.node)
        went |= inner.done
        if not went:
            went = _put_aliases(program, scope, read)
    return went


def _put_aliases(program: Program, scope: Scope, read: Counter[str]) -> bool:
    """Put a number, or what is imported, in the place of a variable that is read once; return whether any was."""
    imported = {
        alias.asname or alias.name
        for each in program.tree.body
        if isinstance(each, ast.Import | ast.ImportFrom)
        for alias in each.names
    }
    stored = Counter(each.id for each in scope.nodes if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store))
    for node in scope.nodes:
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=(ast.Attribute() | ast.Constant()) as value) if (
                (_is_constant(value, scope, name) or _root(value) in imported)
                and stored[name] == 1
                and read[name] == 1
                and name not in program.functions
                and not name.isupper()
            ):
                put(scope.node, {name: value})
                return True
    return False


def _is_constant(node: ast.expr, scope: Scope, name: str) -> bool:
    """Return whether a variable only ever holds one number or word."""
    return isinstance(node, ast.Constant) and len(scope.values.get(name) or ()) == 1


def _root(node: ast.expr) -> str:
    while isinstance(node, ast.Attribute):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""


class _Inliner(ast.NodeTransformer):
    def __init__(self, program: Program, bound: set[str]) -> None:
        self.program, self.bound, self.done = program, bound, False

    def visit_own(self, node: ast.AST) -> None:
        """Visit a function, or a module without its functions."""
        if isinstance(node, ast.Module):
            node.body = [
                each if isinstance(each, ast.FunctionDef | ast.ClassDef) else self.visit(each) for each in node.body
            ]
        else:
            self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        if not isinstance(node.func, ast.Name):
            return node
        function = self.program.functions.get(node.func.id)
        body = _expression(function) if function else None
        if function is None or body is None or node.func.id in self.bound:
            return node
        given = _given(function, node)
        if given is None or not _fits(body, given) or _outside(body, given) & self.bound:
            return node
        made = put(copy.deepcopy(body), given)
        if len(ast.unparse(made)) > LONGEST:
            return node
        self.done = True
        return made


def _expression(function: Function) -> ast.expr | None:
    """Return what a function returns, where it does nothing else and is called once."""
    node = function.node
    if not isinstance(node, ast.FunctionDef) or function.owner or node.decorator_list:
        return None
    if function.starred or function.open or len(function.calls) != 1:
        return None
    body = [each for each in node.body if not is_text(each)]
    made = body[0].value if len(body) == 1 and isinstance(body[0], ast.Return) else None
    nested = any(isinstance(each, ast.Lambda | ast.comprehension | ast.Yield) for each in walk(node))
    return None if nested else made


def _given(function: Function, node: ast.Call) -> dict[str, ast.expr] | None:
    given = dict(zip(function.names, node.args, strict=False))
    given |= {each.arg: each.value for each in node.keywords if each.arg}
    return given if set(given) == set(function.names) else None


def _fits(body: ast.expr, given: dict[str, ast.expr]) -> bool:
    read = Counter(each.id for each in walk(body) if isinstance(each, ast.Name))
    order = [each.id for each in walk(body) if isinstance(each, ast.Name) and each.id in given]
    long = [name for name, value in given.items() if not is_short(value)]
    return all(read[name] == 1 for name in long) and (len(long) < 2 or order == list(given))


def _outside(body: ast.expr, given: dict[str, ast.expr]) -> set[str]:
    return {each.id for each in walk(body) if isinstance(each, ast.Name)} - set(given)
