"""Parameters that their functions do not use, and what calls give them."""

from __future__ import annotations

import ast

from explainer.script.fold.classes import is_record, is_tuple
from explainer.script.fold.effects import is_harmless
from explainer.script.fold.function import Function
from explainer.script.fold.program import Program
from explainer.script.fold.tree import is_text
from explainer.script.fold.uses import is_load
from explainer.script.walk import walk


def drop_parameters(program: Program) -> bool:
    """Take away parameters that their functions do not use, with what calls give them; return whether any went."""
    went = False
    read = {each.attr for each in walk(program.tree) if isinstance(each, ast.Attribute) and is_load(each)}
    for function in list(program.all_functions()):
        if function.open or function in program.forwards():
            continue
        for name in list(function.names):
            if function.starred and function.names.index(name) < function.by_place:
                continue
            if not _is_used(function, name, read) and _can_go(function, name):
                _remove(function, name)
                went = True
    return went | _drop_trailing(program)


def _is_used(function: Function, name: str, read: set[str]) -> bool:
    if isinstance(function.node, ast.ClassDef):
        return name in read or is_tuple(function.node) or not is_record(function.node)
    used = (each for part in function.node.body for each in walk(part))
    return any(isinstance(each, ast.Name) and each.id == name for each in used)


def _can_go(function: Function, name: str) -> bool:
    place = function.names.index(name)
    for call in function.calls:
        if place < function.by_place and place < len(call.args) and not is_harmless(call.args[place]):
            return False
        if any(each.arg == name and not is_harmless(each.value) for each in call.keywords):
            return False
    return True


def _remove(function: Function, name: str) -> None:
    place = function.names.index(name)
    for call in function.calls:
        if place < function.by_place and place < len(call.args):
            del call.args[place]
        call.keywords = [each for each in call.keywords if each.arg != name]
    if isinstance(function.node, ast.ClassDef):
        body: list[ast.stmt] = []
        went = False
        for each in function.node.body:
            went = (isinstance(each, ast.AnnAssign) and _names(each, name)) or (went and is_text(each))
            body += [] if went else [each]
        function.node.body = body or [ast.Pass()]
    else:
        _remove_argument(function.node.args, name)
    function.names.remove(name)
    function.by_place -= place < function.by_place


def _remove_argument(arguments: ast.arguments, name: str) -> None:
    for number, each in enumerate(arguments.kwonlyargs):
        if each.arg == name:
            del arguments.kwonlyargs[number], arguments.kw_defaults[number]
            return
    number = next(at for at, each in enumerate(arguments.args) if each.arg == name)
    without = len(arguments.args) - len(arguments.defaults)
    if number >= without:
        del arguments.defaults[number - without]
    del arguments.args[number]


def _drop_trailing(program: Program) -> bool:
    """Take away the last parameter of every ``forward`` that no call makes anything but None."""
    forwards = program.forwards()
    longest = max((each.by_place for each in forwards), default=0)
    having = [each for each in forwards if each.by_place == longest]
    names = [each.names[longest - 1] for each in having] if longest else []
    if not names or any(each.starred or each.open or each.names != each.names[: each.by_place] for each in having):
        return False
    for each, name in zip(having, names, strict=True):
        if name not in each.defaults or each.values[name] != frozenset({"None"}) or _is_used(each, name, set()):
            return False
    for each, name in zip(having, names, strict=True):
        for call in each.calls:
            if len(call.args) >= longest:
                del call.args[longest - 1 :]
        assert isinstance(each.node, ast.FunctionDef)
        _remove_argument(each.node.args, name)
    return True


def _names(node: ast.AnnAssign, name: str) -> bool:
    return isinstance(node.target, ast.Name) and node.target.id == name
