"""Which expressions are allowed: a list of what may stand in one, everything else is refused with its place."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import Any

from explainer.contract.scene import Scene
from explainer.teach.expressions.evidence import KINDS, OF_RUN
from explainer.teach.expressions.functions import FUNCTIONS, VALUES
from explainer.teach.expressions.names import LANES, SLASH, Positions, kinds_of
from explainer.teach.expressions.operations import ARITHMETIC, COMPARISONS

__all__ = ["Check"]

DEEPEST = 60


class Check(Positions):
    """Goes through the tree once, refuses what is not allowed, and notes what is read."""

    def __init__(self, source: str, scene: Scene, lanes: int) -> None:
        super().__init__(source)
        self._scene, self._lanes = scene, LANES[:lanes] if lanes > 1 else ""
        self.arrays: set[str] = set()
        self.metrics: set[str] = set()
        self._depth = 0

    def visit(self, node: ast.expr) -> None:
        """Check a node and all below it."""
        self._depth += 1
        if self._depth > DEEPEST:
            self.refuse(node, f"nested deeper than {DEEPEST} levels, simplify it")
        self._allow(node)
        self._depth -= 1

    def _allow(self, node: ast.expr) -> None:
        match node:
            case ast.Constant(value=bool() | int() | float() | str()):
                return
            case ast.Name():
                self._name(node, node.id)
            case ast.Attribute(value=ast.Name(id=lane), attr=name) if self._is_lane(lane):
                self._name(node, name, in_lane=True)
            case ast.Call():
                self._call(node)
            case ast.Compare(ops=operators):
                self._each(node, operators, COMPARISONS)
            case ast.BinOp(op=operator):
                self._each(node, [operator], ARITHMETIC)
            case ast.UnaryOp(op=ast.USub() | ast.UAdd() | ast.Not()) | ast.BoolOp() | ast.IfExp() | ast.Tuple():
                self._children(node)
            case ast.Subscript():
                self.visit(node.value)
                self._index(node.slice)
            case _:
                self.refuse(node, f"{_called(node)} is not allowed; write numbers, names, comparisons and {_some()}")

    def _is_lane(self, lane: str) -> bool:
        return lane in tuple(LANES)

    def _each(self, node: ast.expr, operators: Sequence[ast.AST], known: dict[type, Any]) -> None:
        for operator in operators:
            if type(operator) not in known:
                self.refuse(node, f"the operator {type(operator).__name__} is not allowed")
        self._children(node)

    def _children(self, node: ast.AST) -> None:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.expr):
                self.visit(child)

    def _index(self, node: ast.expr) -> None:
        for part in node.elts if isinstance(node, ast.Tuple) else [node]:
            if isinstance(part, ast.Slice):
                self._children(part)
            else:
                self.visit(part)

    def _name(self, node: ast.expr, name: str, *, in_lane: bool = False) -> None:
        name = name.replace(SLASH, "/")
        kinds = kinds_of(name, self._scene)
        if len(kinds) == 2:
            self.refuse(node, f"{name} is a metric and an array; write metric({name!r}) or array({name!r})")
        if not kinds and name not in OF_RUN and (in_lane or name not in VALUES):
            self.refuse(node, f"unknown name {name!r}; choose from {self._known()}")
        if self._lanes and not in_lane and name not in VALUES:
            self.refuse(node, f"say of which run {name} is: {', '.join(f'{lane}.{name}' for lane in self._lanes)}")
        if in_lane:
            self._lane(node)
        for kind in kinds:
            (self.metrics if kind == "metric" else self.arrays).add(name)

    def _lane(self, node: ast.expr) -> None:
        assert isinstance(node, ast.Attribute)
        assert isinstance(node.value, ast.Name)
        if node.value.id not in self._lanes:
            there = ", ".join(self._lanes) or "one run alone: write the name without a letter"
            self.refuse(node, f"there is no run {node.value.id!r} here; there is {there}")

    def _call(self, node: ast.Call) -> None:
        if node.keywords or any(isinstance(argument, ast.Starred) for argument in node.args):
            self.refuse(node, "arguments are given in order, without names and stars")
        match node.func:
            case ast.Name(id=name) if name in FUNCTIONS:
                if len(node.args) != FUNCTIONS[name][1]:
                    self.refuse(node, f"{name} takes {FUNCTIONS[name][1]} arguments, given are {len(node.args)}")
                for argument in node.args:
                    self.visit(argument)
            case ast.Name(id=kind) if kind in KINDS:
                if self._lanes:
                    self.refuse(node, f"say of which run: {', '.join(f'{lane}.{kind}(…)' for lane in self._lanes)}")
                self._named(node, kind)
            case ast.Attribute(value=ast.Name(), attr=kind) if kind in KINDS:
                self._lane(node.func)
                self._named(node, kind)
            case _:
                self.refuse(node, f"unknown function; choose from {', '.join((*FUNCTIONS, *KINDS))}")

    def _named(self, node: ast.Call, kind: str) -> None:
        match node.args:
            case [ast.Constant(value=str(name))] if kind == "param" and name in self._scene.parameters.declarations:
                return
            case [ast.Constant(value=str(name))] if kind in kinds_of(name, self._scene):
                (self.metrics if kind == "metric" else self.arrays).add(name)
            case _:
                names = {"metric": self._scene.metrics, "array": self._scene.arrays}.get(kind, ())
                known = ", ".join(names or self._scene.parameters.declarations)
                self.refuse(node, f"{kind} takes one name in quotation marks: {known}")

    def _known(self) -> str:
        return ", ".join((*self._scene.metrics, *self._scene.arrays, *OF_RUN)) or "nothing"


def _called(node: ast.AST) -> str:
    names: dict[type, str] = {ast.Lambda: "a function", ast.Attribute: "a point", ast.List: "a list", ast.Dict: "a set"}
    return names.get(type(node), type(node).__name__)


def _some() -> str:
    return ", ".join(list(FUNCTIONS)[:4]) + ", …"
