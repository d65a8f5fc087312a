"""What an expression can come to: a few known values, or anything."""

from __future__ import annotations

import ast
import math
from collections.abc import Callable, Iterable
from itertools import pairwise, product
from typing import Any, Final

Values = frozenset[str] | None
"""Each value as Python writes it, so that 1, 1.0 and True are three; None: anything."""
ANYTHING: Final = None
NEVER: Values = frozenset()
MOST = 12
"""How many values are told apart."""

_BINARY: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: lambda a, b: a + b,
    ast.Sub: lambda a, b: a - b,
    ast.Mult: lambda a, b: a * b,
    ast.FloorDiv: lambda a, b: a // b,
    ast.Mod: lambda a, b: a % b,
    ast.Div: lambda a, b: a / b,
}
_COMPARE: dict[type[ast.cmpop], Callable[[Any, Any], bool]] = {
    ast.Eq: lambda a, b: a == b,
    ast.NotEq: lambda a, b: a != b,
    ast.Lt: lambda a, b: a < b,
    ast.LtE: lambda a, b: a <= b,
    ast.Gt: lambda a, b: a > b,
    ast.GtE: lambda a, b: a >= b,
    ast.In: lambda a, b: a in b,
    ast.NotIn: lambda a, b: a not in b,
    ast.Is: lambda a, b: a is b,
    ast.IsNot: lambda a, b: a is not b,
}
_CALLS: dict[str, Callable[..., Any]] = {
    "len": len,
    "min": min,
    "max": max,
    "int": int,
    "float": float,
    "bool": bool,
    "str": str,
    "abs": abs,
    "round": round,
}
Look = Callable[[ast.expr], Values]
"""What a name or an attribute can come to."""


def read(value: str) -> Any:
    """Return the value that is written so."""
    return ast.literal_eval(value)


def constant(value: Any) -> ast.expr:
    """Return a value as an expression."""
    return ast.parse(repr(value), mode="eval").body


def written(value: Any) -> str | None:
    """Return a value as Python writes it; None for one that it cannot."""
    if isinstance(value, float):
        return repr(value) if math.isfinite(value) else None
    if isinstance(value, tuple):
        return repr(value) if all(written(each) is not None for each in value) else None
    return repr(value) if value is None or isinstance(value, bool | int | str) else None


def joined(*found: Values) -> Values:
    """Return what any of several expressions can come to."""
    known: set[str] = set()
    for each in found:
        if each is ANYTHING:
            return ANYTHING
        known |= each
    return frozenset(known) if len(known) <= MOST else ANYTHING


def combined(make: Callable[..., Any], *found: Values) -> Values:
    """Return what ``make`` comes to for every choice of values."""
    if any(each is ANYTHING for each in found):
        return ANYTHING
    sets = [[read(value) for value in sorted(each or ())] for each in found]
    if math.prod(map(len, sets)) > MOST * MOST:
        return ANYTHING
    made: set[str] = set()
    for choice in product(*sets):
        try:
            text = written(make(*choice))
        except (ArithmeticError, LookupError, TypeError, ValueError):
            return ANYTHING
        if text is None:
            return ANYTHING
        made.add(text)
    return frozenset(made) if len(made) <= MOST else ANYTHING


def possible(node: ast.expr, look: Look) -> Values:
    """Return what an expression can come to."""
    match node:
        case ast.Constant(value=value):
            text = written(value)
            return ANYTHING if text is None else frozenset({text})
        case ast.Name() | ast.Attribute():
            return look(node)
        case ast.Tuple(elts=elements):
            return combined(lambda *parts: parts, *(possible(each, look) for each in elements))
        case ast.IfExp(test=test, body=body, orelse=orelse):
            known = truth(test, look)
            if known is not None:
                return possible(body if known else orelse, look)
            return joined(possible(body, look), possible(orelse, look))
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return combined(lambda value: -value, possible(operand, look))
        case ast.UnaryOp(op=ast.Not()) | ast.BoolOp() | ast.Compare():
            return _judged(node, look)
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _BINARY:
            return combined(_BINARY[type(op)], possible(left, look), possible(right, look))
        case ast.Subscript(value=value, slice=index) if not isinstance(index, ast.Slice):
            return combined(lambda whole, at: whole[at], possible(value, look), possible(index, look))
        case ast.Call(func=ast.Name(id=name), args=arguments, keywords=[]) if name in _CALLS:
            return combined(_CALLS[name], *(possible(each, look) for each in arguments))
    return ANYTHING


def _judged(node: ast.expr, look: Look) -> Values:
    if isinstance(node, ast.BoolOp):
        return _chosen(node, look)
    if isinstance(node, ast.Compare):
        sides = [possible(each, look) for each in (node.left, *node.comparators)]
        return combined(lambda *values: _holds(node.ops, values), *sides)
    known = truth(node, look)
    return ANYTHING if known is None else frozenset({repr(known)})


def _holds(operators: Iterable[ast.cmpop], values: tuple[Any, ...]) -> bool:
    return all(_COMPARE[type(op)](*pair) for op, pair in zip(operators, pairwise(values), strict=True))


def _chosen(node: ast.BoolOp, look: Look) -> Values:
    stops = isinstance(node.op, ast.Or)
    found: list[Values] = []
    for each in node.values:
        known = truth(each, look)
        if known is None or known is stops or each is node.values[-1]:
            found.append(possible(each, look))
        if known is stops:
            break
    return joined(*found)


def truth(node: ast.expr, look: Look) -> bool | None:
    """Return whether a condition always or never holds; None where that is open."""
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        known = truth(node.operand, look)
        return None if known is None else not known
    if isinstance(node, ast.BoolOp):
        each = [truth(value, look) for value in node.values]
        stops = isinstance(node.op, ast.Or)
        if stops in each:
            return stops
        return None if None in each else not stops
    found = possible(node, look)
    if not found:
        return None
    truths = {bool(read(value)) for value in found}
    return truths.pop() if len(truths) == 1 else None
