"""A program as a whole: its functions, classes and scopes, and which functions a call may reach."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator

from explainer.script.fold.classes import own_attributes
from explainer.script.fold.function import Function, constructor_of, function_of
from explainer.script.fold.inference import Inference
from explainer.script.fold.scope import Scope, bound_names
from explainer.script.fold.values import NEVER, Values
from explainer.script.walk import walk

CALLED = ("forward", "__call__")
"""Methods that are reached by calling an object."""


class Program:
    """A module whose every call and assignment is known; nothing outside it calls in, but torch ``forward``."""

    def __init__(self, tree: ast.Module) -> None:
        self.tree = tree
        self.functions: dict[str, Function] = {}
        self.methods: dict[str, list[Function]] = defaultdict(list)
        self.classes: dict[str, ast.ClassDef] = {}
        self.attributes: dict[str, Values] = {}
        self.scopes: dict[ast.AST, Scope] = {}
        for node in tree.body:
            self._take(node)
        self._make_scopes()
        self.stored = {each.attr for each in walk(tree) if isinstance(each, ast.Attribute) and _is_store(each)}
        """The attributes that anything is put into."""
        self.own = {name: own_attributes(made) for name, made in self.classes.items()}
        """The attributes that each class gives its objects itself."""
        Inference(self).find()

    def _take(self, node: ast.stmt) -> None:
        if isinstance(node, ast.FunctionDef):
            self.functions[node.name] = function_of(node)
        elif isinstance(node, ast.ClassDef):
            self.classes[node.name] = node
            methods = [each for each in node.body if isinstance(each, ast.FunctionDef)]
            made = next((each for each in methods if each.name == "__init__"), None)
            self.functions[node.name] = function_of(made, node.name) if made else constructor_of(node)
            for each in methods:
                if each is not made:
                    self.methods[each.name].append(function_of(each, node.name))

    def _make_scopes(self) -> None:
        self.module = self.scopes[self.tree] = Scope(self, self.tree, None)
        for function in self.all_functions():
            if isinstance(function.node, ast.FunctionDef):
                self.scopes[function.node] = Scope(self, function.node, self.module, function.owner)
        for scope in self.scopes.values():
            for name in bound_names(scope.node, scope.nodes):
                scope.values[name] = NEVER
            for stored in scope.nodes:
                if isinstance(stored, ast.arg) and isinstance(stored.annotation, ast.Name):
                    if stored.annotation.id in self.classes:
                        scope.kinds[stored.arg] = stored.annotation.id
                elif isinstance(stored, ast.Assign) and isinstance(stored.value, ast.Call):
                    called = stored.value.func
                    if isinstance(called, ast.Name) and called.id in self.classes:
                        targets = [each.id for each in stored.targets if isinstance(each, ast.Name)]
                        scope.kinds |= dict.fromkeys(targets, called.id)

    def all_functions(self) -> Iterator[Function]:
        """Yield every function, constructor and method."""
        yield from self.functions.values()
        for found in self.methods.values():
            yield from found

    def is_made(self, name: str) -> bool:
        """Return whether any object of a class of this program, or of one derived from it, is ever made."""
        if self.functions[name].calls or self.functions[name].open:
            return True
        kinds = [each.name for each in self.classes.values() if any(_is_named(base, name) for base in each.bases)]
        return any(map(self.is_made, kinds))

    def reached(self, node: ast.Call, scope: Scope) -> list[Function]:
        """Return the functions of the program that a call may be one of."""
        called = node.func
        if isinstance(called, ast.Name):
            if called.id in self.functions and called.id not in (scope.values if scope is not self.module else ()):
                return [self.functions[called.id]]
            return self.forwards() if called.id in scope.values or called.id in self.module.values else []
        if isinstance(called, ast.Attribute):
            if called.attr == "__init__":
                bases = self.classes[scope.owner].bases if scope.owner else []
                return [
                    self.functions[each.id] for each in bases if isinstance(each, ast.Name) and each.id in self.classes
                ]
            if called.attr in self.methods:
                return self.methods[called.attr]
            return self.forwards() if called.attr in self.stored else []
        return self.forwards()

    def forwards(self) -> list[Function]:
        """Return the methods that are reached by calling an object."""
        return [each for name in CALLED for each in self.methods.get(name, ())]


def _is_named(node: ast.expr, name: str) -> bool:
    return isinstance(node, ast.Name) and node.id == name


def _is_store(node: ast.Attribute) -> bool:
    return isinstance(node.ctx, ast.Store)
