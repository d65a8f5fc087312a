"""A function of a program: its parameters, and what its calls give them."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field

from explainer.script.fold.classes import fields_of
from explainer.script.fold.scope import Scope
from explainer.script.fold.values import ANYTHING, Values, joined, possible


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

    def take(self, node: ast.Call, scope: Scope) -> None:
        """Take note of what a call gives."""
        if node not in self.calls:
            self.calls.append(node)
        given = self._given(node)
        for name in self.names:
            default = self.defaults.get(name)
            value = given.get(name, default)
            found = ANYTHING if value is None else possible(value, scope.look)
            self.values[name] = joined(self.values[name], found)
            if name in given and not _says_default(given[name], default):
                self.told.add(name)

    def _given(self, node: ast.Call) -> dict[str, ast.expr | None]:
        """Return the arguments of a call by parameter, None for those that cannot be told apart."""
        given: dict[str, ast.expr | None] = {}
        for place, argument in enumerate(node.args):
            if isinstance(argument, ast.Starred):
                given |= dict.fromkeys(self.names[place : self.by_place])
                self.starred = True
                break
            if place < self.by_place:
                given[self.names[place]] = argument
        for keyword in node.keywords:
            if keyword.arg is None:
                given = {**dict.fromkeys(self.names), **given}
                self.open = True
            else:
                given[keyword.arg] = keyword.value
        return given


def _says_default(given: ast.expr | None, default: ast.expr | None) -> bool:
    """Return whether a call gives the default: as no number, for a number that is written out is meant to be seen."""
    if not isinstance(given, ast.Constant) or default is None or ast.dump(given) != ast.dump(default):
        return False
    return given.value is None or isinstance(given.value, bool | str)


def function_of(node: ast.FunctionDef, owner: str = "") -> Function:
    """Return a function of the module, or a method of the class ``owner``, that nothing is known of yet."""
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


def constructor_of(node: ast.ClassDef) -> Function:
    """Return the constructor of a class whose fields are its parameters."""
    names = fields_of(node)
    defaults = {
        each.target.id: each.value
        for each in node.body
        if isinstance(each, ast.AnnAssign) and isinstance(each.target, ast.Name) and each.value is not None
    }
    return Function(node, node.name, names, len(names), defaults)
