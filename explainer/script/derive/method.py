"""A method: its parameters, and its body with arguments put in and one way through."""

from __future__ import annotations

import ast

from explainer.script.derive.attribute import is_params
from explainer.script.fold.substitution import put
from explainer.script.fold.tree import like
from explainer.script.walk import walk


def renames_params(method: ast.FunctionDef) -> bool:
    """Return whether a method calls the parameters ``params``."""
    return any(
        isinstance(each, ast.Assign) and is_params(each.value) and ast.unparse(each.targets[0]) == "params"
        for each in walk(method)
    )


def sets(node: ast.stmt, name: str) -> bool:
    """Return whether a statement puts something into a variable."""
    return any(
        isinstance(each, ast.Name) and each.id == name and isinstance(each.ctx, ast.Store) for each in walk(node)
    )


def phase_of(node: ast.stmt) -> str | None:
    """Return the name of the phase that a ``yield`` begins; None for any other statement."""
    match node:
        case ast.Expr(value=ast.Yield(value=ast.Constant(value=str(word)))):
            return word
    return None


def arguments(method: ast.FunctionDef) -> list[str]:
    """Return the names of a method's parameters without ``self``."""
    return [each.arg for each in (*method.args.args[1:], *method.args.kwonlyargs)]


def defaults(method: ast.FunctionDef) -> dict[str, ast.expr]:
    """Return the defaults of the parameters that can be given by place."""
    given = method.args.defaults
    return dict(zip([each.arg for each in method.args.args[len(method.args.args) - len(given) :]], given, strict=True))


def put_in(body: list[ast.stmt], given: dict[str, ast.expr]) -> list[ast.stmt]:
    """Put arguments in the place of parameters; one that the method changes is a variable of its own."""
    changed = {name for name in given if any(sets(each, name) for each in body)}
    first = [
        like(ast.Assign([ast.Name(name, ast.Store())], given[name], lineno=0), body[0]) for name in sorted(changed)
    ]
    simple = {name: value for name, value in given.items() if name not in changed}
    for each in body:
        put(each, simple)
    return [*first, *body]


def without_early_return(body: list[ast.stmt]) -> list[ast.stmt]:
    """Turn ``if …: …; return`` and what follows it into both branches of a condition."""
    for place, node in enumerate(body):
        if isinstance(node, ast.If) and not node.orelse and node.body:
            last = node.body[-1]
            if isinstance(last, ast.Return) and last.value is None:
                node.body = node.body[:-1] or [ast.Pass()]
                node.orelse = without_early_return(body[place + 1 :])
                return body[: place + 1]
    return body
