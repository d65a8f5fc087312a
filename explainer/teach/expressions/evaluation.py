"""Working out a checked expression: a walk through its tree, one case for each kind of node."""

from __future__ import annotations

import ast
from collections.abc import Collection, Sequence
from typing import Any

import numpy as np

from explainer.contract.refused import Refused
from explainer.teach.expressions.evidence import Evidence
from explainer.teach.expressions.functions import FUNCTIONS, VALUES, numbers
from explainer.teach.expressions.names import LANES, SLASH, Positions
from explainer.teach.expressions.operations import calculated, compared, index_of, truth

__all__ = ["Evaluation"]


class Evaluation(Positions):
    """Works out the values of a checked tree."""

    def __init__(self, source: str, metrics: Collection[str], runs: Sequence[Evidence]) -> None:
        super().__init__(source)
        self._metrics, self._runs = metrics, runs

    def value(self, node: ast.expr) -> Any:
        """Return the value of a node; raise :class:`Refused` with its place."""
        try:
            return self._value(node)
        except Refused as refused:
            if str(refused).startswith("at position"):
                raise
            self.refuse(node, str(refused))

    def _value(self, node: ast.expr) -> Any:
        match node:
            case ast.Constant(value=value):
                return value
            case ast.Name(id=name) if name in VALUES:
                return VALUES[name]
            case ast.Name(id=name):
                return self._found(self._runs[0], name)
            case ast.Attribute(value=ast.Name(id=lane), attr=name):
                return self._found(self._run(lane), name)
            case ast.Call():
                return self._called(node)
            case ast.Tuple(elts=parts):
                return tuple(self.value(part) for part in parts)
            case ast.BinOp(left=left, op=operator, right=right):
                return calculated(operator, self.value(left), self.value(right))
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                return not truth(self.value(operand))
            case ast.UnaryOp(op=operator, operand=operand):
                return numbers(self.value(operand), "the sign") * (-1 if isinstance(operator, ast.USub) else 1)
            case ast.BoolOp(op=operator, values=parts):
                truths = (truth(self.value(part)) for part in parts)
                return all(truths) if isinstance(operator, ast.And) else any(truths)
            case ast.Compare():
                return self._compared(node)
            case ast.IfExp(test=test, body=body, orelse=other):
                return self.value(body if truth(self.value(test)) else other)
            case ast.Subscript():
                return self._part(node)
        raise AssertionError(type(node))

    def _found(self, run: Evidence, name: str) -> Any:
        name = name.replace(SLASH, "/")
        return run.metric(name) if name in self._metrics else run.value(name)

    def _run(self, lane: str) -> Evidence:
        place = LANES.index(lane)
        if place >= len(self._runs):
            raise Refused(f"there is no run {lane!r} any more")
        return self._runs[place]

    def _called(self, node: ast.Call) -> Any:
        if isinstance(node.func, ast.Name) and node.func.id in FUNCTIONS:
            return FUNCTIONS[node.func.id][0](*(self.value(argument) for argument in node.args))
        (argument,) = node.args
        assert isinstance(argument, ast.Constant)
        name = str(argument.value)
        if isinstance(node.func, ast.Name):
            return self._runs[0].named(node.func.id, name)
        assert isinstance(node.func, ast.Attribute)
        assert isinstance(node.func.value, ast.Name)
        return self._run(node.func.value.id).named(node.func.attr, name)

    def _compared(self, node: ast.Compare) -> Any:
        values = [self.value(part) for part in (node.left, *node.comparators)]
        steps = [compared(op, left, right) for op, left, right in zip(node.ops, values, values[1:], strict=False)]
        return steps[0] if len(steps) == 1 else np.logical_and.reduce(steps)

    def _part(self, node: ast.Subscript) -> Any:
        value, parts = self.value(node.value), node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
        places = tuple(self._place(part) for part in parts)
        if isinstance(value, tuple):
            value = np.asarray(value)
        if isinstance(value, str) or np.ndim(value) < len(places):
            raise Refused(f"there are {np.ndim(value)} dimensions, and {len(places)} places are given")
        try:
            return np.asarray(value)[places]
        except IndexError:
            sizes = " × ".join(map(str, np.shape(value)))
            raise Refused(f"the place lies outside: there are {sizes}, counted from 0") from None

    def _place(self, node: ast.expr) -> int | slice:
        if isinstance(node, ast.Slice):
            ends: list[int | None] = []
            for part in (node.lower, node.upper, node.step):
                ends.append(None if part is None else index_of(self.value(part)))
            return slice(*ends)
        return index_of(self.value(node))
