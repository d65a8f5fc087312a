"""What is recorded: the row of metrics, each made a float in the way that suits a number or a tensor."""

from __future__ import annotations

import ast

from explainer.script.walk import walk

_RECORDED = "what is recorded"
_NUMBERS = ("int", "float", "len", "round", "divmod", "range")


def as_float(node: ast.expr) -> ast.expr:
    """Return a mark in the place of a recorded value, until it can be told whether it is a number or a tensor."""
    return ast.Call(ast.Name(_RECORDED, ast.Load()), [node], [])


def tell_numbers(body: list[ast.stmt]) -> None:
    """Tell how each recorded value becomes a float: ``float`` of what only numbers were put into, ``.item()`` else."""
    stored: dict[str, list[ast.expr | None]] = {"step": []}
    for node in (each for part in body for each in walk(part)):
        match node:
            case ast.Assign(targets=targets, value=value):
                for name, given in (pair for target in targets for pair in _pairs(target, value)):
                    stored.setdefault(name, []).append(given)
            case ast.AugAssign(target=ast.Name(id=name), value=value):
                stored.setdefault(name, []).append(value)
            case ast.For(target=target, iter=value):
                for name in _stored_names(target):
                    stored.setdefault(name, []).append(value)
    for node in (each for part in body for each in walk(part)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == _RECORDED:
            if _is_number(node.args[0], stored, frozenset()):
                node.func.id = "float"
            else:
                node.func, node.args = ast.Attribute(node.args[0], "item", ast.Load()), []


def _is_number(node: ast.expr | None, stored: dict[str, list[ast.expr | None]], seen: frozenset[str]) -> bool:
    match node:
        case ast.Constant(value=value):
            return isinstance(value, int | float)
        case ast.Name(id=name):
            given = stored.get(name, (None,))
            return name in seen or all(_is_number(each, stored, seen | {name}) for each in given)
        case ast.BinOp(left=left, right=right):
            return _is_number(left, stored, seen) and _is_number(right, stored, seen)
        case ast.UnaryOp(operand=operand):
            return _is_number(operand, stored, seen)
        case ast.IfExp(body=body, orelse=orelse):
            return _is_number(body, stored, seen) and _is_number(orelse, stored, seen)
        case ast.Call(func=ast.Name(id=name)):
            return name in _NUMBERS
        case ast.Call(func=ast.Attribute(attr="item")):
            return True
    return False


def _pairs(target: ast.expr, value: ast.expr) -> list[tuple[str, ast.expr]]:
    if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple) and len(target.elts) == len(value.elts):
        return [pair for each in zip(target.elts, value.elts, strict=True) for pair in _pairs(*each)]
    return [(name, value) for name in _stored_names(target)]


def _stored_names(target: ast.expr) -> list[str]:
    return [each.id for each in walk(target) if isinstance(each, ast.Name)]
