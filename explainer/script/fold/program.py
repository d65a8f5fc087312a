"""What the names of a program can stand for: found from all assignments and all calls together."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TypeVar

from explainer.script.fold.values import ANYTHING, NEVER, Values, joined, possible

T = TypeVar("T", bound=ast.AST)
CALLED = ("forward", "__call__")
"""Methods that are reached by calling an object."""


_TEACHING = (
    *(ast.Assign, ast.AnnAssign, ast.AugAssign, ast.For, ast.comprehension, ast.NamedExpr, ast.withitem, ast.Lambda),
    *(ast.Global, ast.Nonlocal, ast.FunctionDef, ast.ExceptHandler, ast.MatchAs, ast.MatchStar, ast.Call),
)


@dataclass
class Function:
    """A function or method: its parameters with their defaults, and what they can be."""

    node: ast.FunctionDef | ast.ClassDef
    owner: str = ""
    names: list[str] = field(default_factory=list)
    """Parameters in their order, without ``self``."""
    by_place: int = 0
    """How many of them can be given by place."""
    defaults: dict[str, ast.expr] = field(default_factory=dict)
    values: dict[str, Values] = field(default_factory=dict)
    told: set[str] = field(default_factory=set)
    """Parameters that some call gives another value than the default."""
    starred: bool = False
    """Whether some call gives arguments by place that cannot be told apart."""
    open: bool = False
    """Whether it can be given anything: some call has ``**``, or the function itself is handed on."""
    calls: list[ast.Call] = field(default_factory=list)


class Scope:
    """The names of one function, or of the module."""

    def __init__(self, program: Program, node: ast.AST, outer: Scope | None, owner: str = "") -> None:
        self.program, self.node, self.outer, self.owner = program, node, outer, owner
        self.nodes = list(own_nodes(node))
        self.values: dict[str, Values] = {}
        self.kinds: dict[str, str] = {}
        """The class of what a name holds, where the program itself defines it."""

    def look(self, node: ast.expr) -> Values:
        """Return what a name or an attribute can come to here."""
        if isinstance(node, ast.Name):
            if node.id in self.values:
                return self.values[node.id]
            return self.outer.look(node) if self.outer else ANYTHING
        if isinstance(node, ast.Attribute) and node.attr in self.program.own.get(self.kind(node.value), ()):
            return self.program.attributes.get(node.attr, ANYTHING)
        return ANYTHING

    def kind(self, node: ast.expr) -> str:
        """Return the class of this program that an object is of, "" where that is open."""
        if not isinstance(node, ast.Name):
            return ""
        if node.id == "self" and self.owner:
            return self.owner
        if node.id in self.kinds or node.id in self.values:
            return self.kinds.get(node.id, "")
        return self.outer.kind(node) if self.outer else ""


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
        self._stored = {each.attr for each in _nodes(tree, ast.Attribute) if isinstance(each.ctx, ast.Store)}
        self._fields = {name for made in self.classes.values() for name in fields_of(made)}
        self.own = {name: own_attributes(made) for name, made in self.classes.items()}
        """The attributes that each class gives its objects itself."""
        self._find()

    def _take(self, node: ast.stmt) -> None:
        if isinstance(node, ast.FunctionDef):
            self.functions[node.name] = _function(node)
        elif isinstance(node, ast.ClassDef):
            self.classes[node.name] = node
            methods = [each for each in node.body if isinstance(each, ast.FunctionDef)]
            made = next((each for each in methods if each.name == "__init__"), None)
            self.functions[node.name] = _function(made, node.name) if made else _fields(node)
            for each in methods:
                if each is not made:
                    self.methods[each.name].append(_function(each, node.name))

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

    def _find(self) -> None:
        """Let what is known grow until nothing is added: all starts as never reached."""
        for name in self._stored | self._fields:
            self.attributes[name] = NEVER
        for function in self.all_functions():
            function.values = dict.fromkeys(function.names, NEVER)
        for made in self.classes.values():
            self._class_attributes(made)
        steps = [(node, scope) for scope in self.scopes.values() for node in scope.nodes if self._teaches(node)]
        for _ in range(30):
            before = self._known()
            for function in self.all_functions():
                function.told.clear()
            for node, scope in steps:
                self._learn(node, scope)
            self._pass_on()
            if self._known() == before:
                return
        raise RecursionError("what the names of this script can be does not settle")

    def _class_attributes(self, node: ast.ClassDef) -> None:
        """Take note of values that a class gives all its objects."""
        constructed = isinstance(self.functions[node.name].node, ast.ClassDef)
        for each in node.body:
            if isinstance(each, ast.Assign):
                for name in (one.id for one in each.targets if isinstance(one, ast.Name)):
                    self.attributes[name] = ANYTHING
            elif isinstance(each, ast.AnnAssign) and isinstance(each.target, ast.Name) and not constructed:
                found = possible(each.value, self.module.look) if each.value else NEVER
                self.attributes[each.target.id] = joined(self.attributes[each.target.id], found)

    def _known(self) -> list[object]:
        scopes = [dict(scope.values) for scope in self.scopes.values()]
        return [dict(self.attributes), scopes, [dict(one.values) for one in self.all_functions()]]

    def _teaches(self, node: ast.AST) -> bool:
        if isinstance(node, ast.Name):
            return node.id in self.functions and node not in self._callees
        if isinstance(node, ast.Attribute):
            return node.attr in self.methods and node not in self._callees
        return isinstance(node, _TEACHING)

    def _pass_on(self) -> None:
        """Let what the functions are given be what their parameters are."""
        for function in self.all_functions():
            scope = self.scopes.get(function.node)
            if scope is not None:
                for name, found in function.values.items():
                    scope.values[name] = joined(scope.values.get(name, NEVER), found)

    def _learn(self, node: ast.AST, scope: Scope) -> None:
        match node:
            case ast.Assign(targets=targets, value=value):
                for target in targets:
                    self._store(target, value, scope)
            case ast.AnnAssign(target=target, value=value) if value is not None:
                self._store(target, value, scope)
            case ast.AugAssign(target=target) | ast.For(target=target) | ast.comprehension(target=target):
                self._store(target, None, scope)
            case ast.NamedExpr(target=target, value=value):
                self._store(target, value, scope)
            case ast.withitem(optional_vars=target) if target is not None:
                self._store(target, None, scope)
            case ast.Lambda(args=arguments):
                for each in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs):
                    scope.values[each.arg] = ANYTHING
            case ast.Global(names=names) | ast.Nonlocal(names=names):
                for name in names:
                    self.module.values[name] = scope.values[name] = ANYTHING
            case ast.FunctionDef() if node is not scope.node:
                for name in bound_names(node):
                    scope.values[name] = ANYTHING
            case ast.ExceptHandler(name=str(name)) | ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)):
                scope.values[name] = ANYTHING
            case ast.Call():
                self._call(node, scope)
            case ast.Name(id=name, ctx=ast.Load()) if name in self.functions and node not in self._callees:
                self._hand_on(self.functions[name], scope, node)
            case ast.Attribute(attr=name) if name in self.methods and node not in self._callees:
                for method in self.methods[name]:
                    self._hand_on(method, scope, node)

    @property
    def _callees(self) -> set[ast.AST]:
        if not hasattr(self, "_found_callees"):
            self._found_callees: set[ast.AST] = {each.func for each in _nodes(self.tree, ast.Call)}
            self._found_callees |= _annotations(self.tree)
        return self._found_callees

    def _hand_on(self, function: Function, scope: Scope, node: ast.expr) -> None:
        """Take it that a function which is used as a value is called with anything."""
        if node.id in scope.values if isinstance(node, ast.Name) else _is_property(function.node):
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
                self.attributes[name] = joined(self.attributes.get(name, NEVER), found)
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
        for function in self.reached(node, scope):
            _pass(function, node, scope)
            if isinstance(function.node, ast.ClassDef):
                for name, found in function.values.items():
                    self.attributes[name] = joined(self.attributes[name], found)
        if isinstance(node.func, ast.Name) and node.func.id == "setattr":
            self.attributes = dict.fromkeys(self.attributes, ANYTHING)
        if isinstance(node.func, ast.Name) and node.func.id == "replace":
            self.attributes |= dict.fromkeys(self._fields, ANYTHING)

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
            return self.forwards() if called.attr in self._stored else []
        return self.forwards()

    def forwards(self) -> list[Function]:
        """Return the methods that are reached by calling an object."""
        return [each for name in CALLED for each in self.methods.get(name, ())]


def _pass(function: Function, node: ast.Call, scope: Scope) -> None:
    """Take note of what a call gives a function."""
    if node not in function.calls:
        function.calls.append(node)
    given: dict[str, ast.expr | None] = {}
    for place, argument in enumerate(node.args):
        if isinstance(argument, ast.Starred):
            given |= dict.fromkeys(function.names[place : function.by_place])
            function.starred = True
            break
        if place < function.by_place:
            given[function.names[place]] = argument
    for keyword in node.keywords:
        if keyword.arg is None:
            given = {**dict.fromkeys(function.names), **given}
            function.open = True
        else:
            given[keyword.arg] = keyword.value
    for name in function.names:
        default = function.defaults.get(name)
        value = given.get(name, default)
        found = ANYTHING if value is None else possible(value, scope.look)
        function.values[name] = joined(function.values[name], found)
        if name in given and not _says_default(given[name], default):
            function.told.add(name)


def _says_default(given: ast.expr | None, default: ast.expr | None) -> bool:
    """Return whether a call gives the default: as no number, for a number that is written out is meant to be seen."""
    if not isinstance(given, ast.Constant) or default is None or ast.dump(given) != ast.dump(default):
        return False
    return given.value is None or isinstance(given.value, bool | str)


def _function(node: ast.FunctionDef, owner: str = "") -> Function:
    arguments = node.args
    places = [*arguments.posonlyargs, *arguments.args]
    static = any(isinstance(each, ast.Name) and each.id == "staticmethod" for each in node.decorator_list)
    defaults = dict(zip([each.arg for each in places][-len(arguments.defaults) :], arguments.defaults, strict=False))
    defaults = defaults if arguments.defaults else {}
    for each, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
        if default is not None:
            defaults[each.arg] = default
    if owner and not static:
        places = places[1:]
    names = [each.arg for each in (*places, *arguments.kwonlyargs)]
    made = Function(node, owner, names, len(places), defaults)
    made.open = bool(arguments.vararg or arguments.kwarg)
    return made


def _fields(node: ast.ClassDef) -> Function:
    """Return the constructor of a class whose fields are its parameters."""
    names = fields_of(node)
    defaults = {
        each.target.id: each.value
        for each in node.body
        if isinstance(each, ast.AnnAssign) and isinstance(each.target, ast.Name) and each.value is not None
    }
    return Function(node, node.name, names, len(names), defaults)


def fields_of(node: ast.ClassDef) -> list[str]:
    """Return the names of a class's annotated fields, in order."""
    return [
        each.target.id for each in node.body if isinstance(each, ast.AnnAssign) and isinstance(each.target, ast.Name)
    ]


def own_attributes(node: ast.ClassDef) -> set[str]:
    """Return the attributes that a class's methods and fields give its objects."""
    stored = {each.attr for each in _nodes(node, ast.Attribute) if isinstance(each.ctx, ast.Store) and _is_self(each)}
    return stored | set(fields_of(node))


def _is_named(node: ast.expr, name: str) -> bool:
    return isinstance(node, ast.Name) and node.id == name


def _is_self(node: ast.Attribute) -> bool:
    return isinstance(node.value, ast.Name) and node.value.id == "self"


def _is_property(node: ast.AST) -> bool:
    return any("property" in ast.unparse(each) for each in getattr(node, "decorator_list", ()))


def own_nodes(node: ast.AST) -> Iterator[ast.AST]:
    """Yield the nodes of a function with all that is nested in it, of a module without its functions' bodies."""
    if not isinstance(node, ast.Module):
        yield from ast.walk(node)
        return
    for each in node.body:
        if isinstance(each, ast.FunctionDef):
            for part in (*each.decorator_list, each.args):
                yield from ast.walk(part)
        elif isinstance(each, ast.ClassDef):
            for part in (*each.decorator_list, *each.bases):
                yield from ast.walk(part)
        else:
            yield from ast.walk(each)


def bound_names(node: ast.AST, nodes: Iterable[ast.AST] = ()) -> set[str]:
    """Return every name that a function gives a meaning, its parameters and what is nested in it included."""
    found: set[str] = set()
    for each in nodes or own_nodes(node):
        if isinstance(each, ast.Name) and not isinstance(each.ctx, ast.Load):
            found.add(each.id)
        elif isinstance(each, ast.arg) and not isinstance(node, ast.Module):
            found.add(each.arg)
        elif isinstance(each, ast.FunctionDef | ast.ExceptHandler | ast.MatchAs | ast.MatchStar) and each is not node:
            found |= {each.name} if each.name else set()
    return found


def _nodes(tree: ast.AST, kind: type[T]) -> list[T]:
    return [each for each in ast.walk(tree) if isinstance(each, kind)]


def _annotations(tree: ast.AST) -> set[ast.AST]:
    """Return the nodes of annotations, base classes and ``isinstance`` tests, which hand no function on."""
    found: set[ast.AST] = set()
    for node in ast.walk(tree):
        parts: list[ast.AST | None] = [getattr(node, "annotation", None), getattr(node, "returns", None)]
        if isinstance(node, ast.ClassDef):
            parts += node.bases
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "isinstance":
            parts += node.args[1:]
        for part in parts:
            if isinstance(part, ast.AST):
                found |= set(ast.walk(part))
    return found
