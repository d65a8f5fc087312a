"""Inference: what names, attributes and parameters can come to, from all assignments and all calls together."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING

from explainer.script.fold.classes import fields_of, is_property
from explainer.script.fold.function import Function
from explainer.script.fold.scope import Scope, bound_names
from explainer.script.fold.values import ANYTHING, NEVER, joined, possible
from explainer.script.walk import walk

if TYPE_CHECKING:
    from explainer.script.fold.program import Program

_TEACHING = (
    *(ast.Assign, ast.AnnAssign, ast.AugAssign, ast.For, ast.comprehension, ast.NamedExpr, ast.withitem, ast.Lambda),
    *(ast.Global, ast.Nonlocal, ast.FunctionDef, ast.ExceptHandler, ast.MatchAs, ast.MatchStar, ast.Call),
)


class Inference:
    """Finds what names can come to, and writes it down in the scopes, functions and attributes of a program."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.fields = {name for made in program.classes.values() for name in fields_of(made)}
        self.set_apart = _callees(program.tree) | _annotations(program.tree)
        """The nodes that name a function without handing it on."""

    def find(self) -> None:
        """Let what is known grow until nothing is added: all starts as never reached."""
        for name in self.program.stored | self.fields:
            self.program.attributes[name] = NEVER
        for function in self.program.all_functions():
            function.values = dict.fromkeys(function.names, NEVER)
        for made in self.program.classes.values():
            self._class_attributes(made)
        steps = [(node, scope) for scope in self.program.scopes.values() for node in scope.nodes if self._teaches(node)]
        for _ in range(30):
            before = self._known()
            for function in self.program.all_functions():
                function.told.clear()
            for node, scope in steps:
                self._learn(node, scope)
            self._pass_on()
            if self._known() == before:
                return
        raise RecursionError("what the names of this script can be does not settle")

    def _class_attributes(self, node: ast.ClassDef) -> None:
        """Take note of values that a class gives all its objects."""
        constructed = isinstance(self.program.functions[node.name].node, ast.ClassDef)
        for each in node.body:
            if isinstance(each, ast.Assign):
                for name in (one.id for one in each.targets if isinstance(one, ast.Name)):
                    self.program.attributes[name] = ANYTHING
            elif isinstance(each, ast.AnnAssign) and isinstance(each.target, ast.Name) and not constructed:
                found = possible(each.value, self.program.module.look) if each.value else NEVER
                self.program.attributes[each.target.id] = joined(self.program.attributes[each.target.id], found)

    def _known(self) -> list[object]:
        scopes = [dict(scope.values) for scope in self.program.scopes.values()]
        return [dict(self.program.attributes), scopes, [dict(one.values) for one in self.program.all_functions()]]

    def _teaches(self, node: ast.AST) -> bool:
        if isinstance(node, ast.Name):
            return node.id in self.program.functions and node not in self.set_apart
        if isinstance(node, ast.Attribute):
            return node.attr in self.program.methods and node not in self.set_apart
        return isinstance(node, _TEACHING)

    def _pass_on(self) -> None:
        """Let what the functions are given be what their parameters are."""
        for function in self.program.all_functions():
            scope = self.program.scopes.get(function.node)
            if scope is not None:
                for name, found in function.values.items():
                    scope.values[name] = joined(scope.values.get(name, NEVER), found)

    def _learn(self, node: ast.AST, scope: Scope) -> None:
        for target, value in _stores(node):
            self._store(target, value, scope)
        match node:
            case ast.Lambda(args=arguments):
                for each in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs):
                    scope.values[each.arg] = ANYTHING
            case ast.Global(names=names) | ast.Nonlocal(names=names):
                for name in names:
                    self.program.module.values[name] = scope.values[name] = ANYTHING
            case ast.FunctionDef() if node is not scope.node:
                for name in bound_names(node):
                    scope.values[name] = ANYTHING
            case ast.ExceptHandler(name=str(name)) | ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)):
                scope.values[name] = ANYTHING
            case ast.Call():
                self._call(node, scope)
            case ast.Name(id=name, ctx=ast.Load()) if name in self.program.functions and node not in self.set_apart:
                self._hand_on(self.program.functions[name], scope, node)
            case ast.Attribute(attr=name) if name in self.program.methods and node not in self.set_apart:
                for method in self.program.methods[name]:
                    self._hand_on(method, scope, node)

    def _hand_on(self, function: Function, scope: Scope, node: ast.expr) -> None:
        """Take it that a function which is used as a value is called with anything."""
        if node.id in scope.values if isinstance(node, ast.Name) else is_property(function.node):
            return
        function.open = True
        function.values = dict.fromkeys(function.names, ANYTHING)

    def _store(self, target: ast.expr, value: ast.expr | None, scope: Scope) -> None:
        match target:
            case ast.Name(id=name):
                found = ANYTHING if value is None else possible(value, scope.look)
                scope.values[name] = joined(scope.values.get(name, NEVER), found)
            case ast.Attribute(attr=name):
                found = ANYTHING if value is None else possible(value, scope.look)
                self.program.attributes[name] = joined(self.program.attributes.get(name, NEVER), found)
            case ast.Tuple(elts=targets) | ast.List(elts=targets):
                values: list[ast.expr | None] = [None] * len(targets)
                if isinstance(value, ast.Tuple) and len(value.elts) == len(targets):
                    values = list(value.elts)
                if any(isinstance(each, ast.Starred) for each in [*targets, *values]):
                    values = [None] * len(targets)
                for each, one in zip(targets, values, strict=True):
                    self._store(each, one, scope)
            case ast.Starred(value=inner):
                self._store(inner, None, scope)

    def _call(self, node: ast.Call, scope: Scope) -> None:
        for function in self.program.reached(node, scope):
            function.take(node, scope)
            if isinstance(function.node, ast.ClassDef):
                for name, found in function.values.items():
                    self.program.attributes[name] = joined(self.program.attributes[name], found)
        if isinstance(node.func, ast.Name) and node.func.id == "setattr":
            self.program.attributes = dict.fromkeys(self.program.attributes, ANYTHING)
        if isinstance(node.func, ast.Name) and node.func.id == "replace":
            self.program.attributes |= dict.fromkeys(self.fields, ANYTHING)


def _stores(node: ast.AST) -> Iterator[tuple[ast.expr, ast.expr | None]]:
    """Yield the targets of a statement or expression, with what is put into them where that is one value."""
    match node:
        case ast.Assign(targets=targets, value=value):
            yield from ((target, value) for target in targets)
        case ast.AnnAssign(target=target, value=value) if value is not None:
            yield target, value
        case ast.AugAssign(target=target) | ast.For(target=target) | ast.comprehension(target=target):
            yield target, None
        case ast.NamedExpr(target=target, value=value):
            yield target, value
        case ast.withitem(optional_vars=target) if target is not None:
            yield target, None


def _callees(tree: ast.AST) -> set[ast.AST]:
    return {each.func for each in walk(tree) if isinstance(each, ast.Call)}


def _annotations(tree: ast.AST) -> set[ast.AST]:
    """Return the nodes of annotations, base classes and ``isinstance`` tests, which hand no function on."""
    found: set[ast.AST] = set()
    for node in walk(tree):
        parts: list[ast.AST | None] = [getattr(node, "annotation", None), getattr(node, "returns", None)]
        if isinstance(node, ast.ClassDef):
            parts += node.bases
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "isinstance":
            parts += node.args[1:]
        for part in parts:
            if isinstance(part, ast.AST):
                found |= set(walk(part))
    return found
