"""Programs such as ``x.transpose(0, 1); x[1:, ::2]``, read into a list of operations without being run.

Each statement makes the next tensor of the present one. Plain Python: the window checks what is typed with it.
"""

from __future__ import annotations

import ast
import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from explainer.contract import Refused

METHODS = (
    "transpose", "t", "permute", "movedim", "reshape", "view", "flatten", "unflatten", "squeeze", "unsqueeze",
    "expand", "repeat", "contiguous", "clone", "narrow", "select", "unfold", "diagonal", "flip", "roll",
)  # fmt: skip
ATTRIBUTES = ("T", "mT")
START, MOST_OPERATIONS, MOST_ELEMENTS, MOST_AXES, LARGEST = (3, 4), 12, 144, 5, 64


@dataclass(frozen=True)
class Operation:
    """One operation: a method with its arguments, an attribute (``T``), or an index (named ``[]``)."""

    name: str
    arguments: tuple[Any, ...]
    written: str


@dataclass(frozen=True)
class Program:
    """The shape of the first tensor, which holds 0, 1, 2, …, and what happens to it."""

    start: tuple[int, ...]
    operations: tuple[Operation, ...]


def _refused(why: str) -> Refused:
    return Refused(f"program is refused: {why}. Write x.t(); x.reshape(2, 6); x[1:, ::2]", about="program")


@lru_cache(maxsize=64)
def read_program(text: str) -> Program:
    """Return the program; raise :class:`Refused` naming what cannot be read, what is not listed, what is too much."""
    parts = [part.strip() for part in text.replace("\n", ";").split(";") if part.strip()]
    start: tuple[int, ...] = START
    found = list[Operation]()
    for number, part in enumerate(parts):
        try:
            statement = ast.parse(part).body[0]
        except (SyntaxError, ValueError, RecursionError):
            raise _refused(f"{part[:40]!r} cannot be read") from None
        root, chain = _chain(_expression(statement))
        if number == 0 and isinstance(root, ast.Call):
            start, chain = _start(root, chain)
        elif not (isinstance(root, ast.Name) and root.id == "x"):
            raise _refused(
                f"{ast.unparse(root)[:40]!r} is not the tensor x; only the first part may be arange(n).view(…)"
            )
        found += chain
    if not found:
        raise _refused("it does nothing to x")
    if len(found) > MOST_OPERATIONS:
        raise _refused(f"it has {len(found)} operations, at most {MOST_OPERATIONS} are shown")
    return Program(start, tuple(found))


def _expression(statement: ast.stmt) -> ast.expr:
    match statement:
        case ast.Expr(value=value) | ast.Assign(targets=[ast.Name(id="x")], value=value):
            return value
    raise _refused(f"{ast.unparse(statement)[:40]!r} is neither an operation on x nor x = such an operation")


def _chain(node: ast.expr) -> tuple[ast.expr, list[Operation]]:
    """Return what a chain of operations begins with, and the operations in the order in which they are done."""
    match node:
        case ast.Call(func=ast.Attribute(value=inner, attr=name), args=arguments, keywords=[]):
            given = tuple(_number(each) for each in arguments)
            operation = Operation(name, given, f".{name}({', '.join(ast.unparse(each) for each in arguments)})")
            if name not in METHODS:
                raise _refused(f"{name} is not listed; there are {', '.join(METHODS)}, T, mT and x[…]")
            if name == "repeat" and math.prod(n for each in given for n in _flat(each)) > MOST_ELEMENTS:
                raise _refused(f"it repeats more than {MOST_ELEMENTS} times")
        case ast.Attribute(value=inner, attr=name) if name in ATTRIBUTES:
            operation = Operation(name, (), f".{name}")
        case ast.Subscript(value=inner, slice=index):
            inside = ast.unparse(index)
            written = inside[1:-1] if isinstance(index, ast.Tuple) and inside.startswith("(") else inside
            operation = Operation("[]", (_index(index),), f"[{written.strip()}]")
        case _:
            return node, []
    root, before = _chain(inner)
    return root, [*before, operation]


def _flat(value: Any) -> tuple[int, ...]:
    return value if isinstance(value, tuple) else (value,)


def _start(root: ast.Call, chain: list[Operation]) -> tuple[tuple[int, ...], list[Operation]]:
    match root:
        case ast.Call(func=ast.Name(id="arange"), args=[ast.Constant(value=int(count))], keywords=[]):
            shape: tuple[int, ...] = (count,)
            if chain and chain[0].name in ("view", "reshape"):
                shape, chain = tuple(n for each in chain[0].arguments for n in _flat(each)), chain[1:]
            fits = 0 < count <= MOST_ELEMENTS // 2 and len(shape) <= MOST_AXES
            if fits and min(shape, default=0) > 0 and math.prod(shape) == count:
                return shape, chain
    raise _refused(f"it begins with {ast.unparse(root)[:40]!r}; begin with arange(24).view(2, 3, 4), or with x")


def _number(node: ast.expr) -> Any:
    """Return a whole number, or a tuple of them."""
    match node:
        case ast.Constant(value=bool()):
            pass
        case ast.Constant(value=int(value)) if value <= LARGEST:
            return value
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int(value))) if value <= LARGEST:
            return -value
        case ast.Tuple(elts=parts) | ast.List(elts=parts):
            return tuple(_number(each) for each in parts)
    raise _refused(f"{ast.unparse(node)[:40]!r} is no whole number up to {LARGEST}")


def _index(node: ast.expr) -> Any:
    """Return an index: numbers, slices, None, …, lists of numbers, or a tuple of these."""
    match node:
        case ast.Tuple(elts=parts):
            return tuple(_index(each) for each in parts)
        case ast.Slice(lower=lower, upper=upper, step=step):
            return slice(*(None if each is None else _number(each) for each in (lower, upper, step)))
        case ast.Constant(value=None):
            return None
        case ast.Constant(value=value) if value is ...:
            return ...
        case ast.List(elts=parts):
            return [_number(each) for each in parts]
    return _number(node)


@lru_cache(maxsize=64)
def read_pair(text: str) -> tuple[tuple[int, ...], str, tuple[int, ...]]:
    """Return two shapes and the sign between them, of ``(3, 1) + (4,)``."""
    try:
        node = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError):
        node = ast.Constant(None)
    match node:
        case ast.BinOp(left=left, op=ast.Add() | ast.Sub() | ast.Mult() as op, right=right):
            first, second = _shape(left), _shape(right)
            if first is not None and second is not None:
                return first, {ast.Add: "+", ast.Sub: "−", ast.Mult: "×"}[type(op)], second
    raise Refused(
        f"pair = {text[:40]!r} is refused: write two shapes of at most 4 axes and 36 elements, such as (3, 1) + (4,)",
        about="pair",
    )


def known_pair(text: str) -> tuple[tuple[int, ...], str, tuple[int, ...], str]:
    """Return the pair and nothing, or two single numbers and why it cannot be read, for what is drawn meanwhile."""
    try:
        return (*read_pair(text), "")
    except Refused as refused:
        return (1,), "+", (1,), str(refused)


def _shape(node: ast.expr) -> tuple[int, ...] | None:
    match node:
        case ast.Tuple(elts=parts) if len(parts) <= 4:
            sizes = [each.value for each in parts if isinstance(each, ast.Constant) and type(each.value) is int]
            if len(sizes) == len(parts) and all(size > 0 for size in sizes) and math.prod(sizes) <= 36:
                return tuple(sizes)
    return None
