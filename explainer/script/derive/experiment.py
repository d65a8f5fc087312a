"""The text of an experiment: its methods, and the variables and functions that these become in a script."""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator
from typing import Any

from explainer.script.course import Course
from explainer.script.derive.attribute import TAKEN, NameAttributes, is_own
from explainer.script.derive.code import expression_of
from explainer.script.derive.method import phase_of, put_in, without_early_return
from explainer.script.derive.statements import StatementTeller
from explainer.script.fold.tree import is_text, parse, phase
from explainer.script.plain import Plain
from explainer.script.sources import read
from explainer.script.walk import walk


class Experiment:
    """The text of an experiment, and the variables that its attributes become in a script."""

    def __init__(self, course: Course[Any], module: str) -> None:
        self.course, self.module = course, module
        tree = parse(read(module).text)
        self.node = next((each for each in tree.body if isinstance(each, ast.ClassDef) and _is_experiment(each)), None)
        if self.node is None:
            raise LookupError(f"{module} holds no subclass of Experiment: write a script.py")
        self.constants = [each for each in tree.body if isinstance(each, ast.Assign)]
        self.methods = {each.name: each for each in self.node.body if isinstance(each, ast.FunctionDef)}
        self.plain = Plain(module)
        self.attributes = {
            each.attr for each in walk(self.node) if isinstance(each, ast.Attribute) and is_own(each)
        } - set(self.methods)
        self.outside = read(module).blocks.keys() | read(module).imports.keys()
        self.changing = {name for name in course.params.values() if len(course.ever(name)) > 1}
        self.functions: dict[str, ast.FunctionDef | None] = {}
        self.columns: list[str] = []
        self.inlining: list[str] = []
        self.pictures = set(self._picture_helpers())
        self.wanted = self._wanted()
        """The attributes that setting up, steps or actions read: others are there for pictures alone."""

    # methods

    def told(self, name: str, given: dict[str, ast.expr] | None = None, phases: bool = False) -> list[ast.stmt]:
        """Return the statements of a method as they stand in the script, with its parameters put in."""
        if name in self.inlining:
            raise LookupError(f"{self.module}: {name} calls itself: write a script.py")
        method = copy.deepcopy(self.methods[name])
        self.inlining.append(name)
        body = [each for place, each in enumerate(method.body) if place or not is_text(each)]
        body = put_in(body, given or {})
        body = without_early_return(body)
        teller = StatementTeller(self, method)
        found: list[ast.stmt] = []
        told: list[ast.stmt] = []
        number = 0
        for each in body:
            if phases and (word := phase_of(each)) is not None:
                number += 1
                found, told = [*found, phase(f"# {number}. {word}"), *told], []
                continue
            told += teller.statement(each)
        self.inlining.pop()
        return [*found, *told]

    def function(self, name: str) -> None:
        """Tell a method as a function of the script."""
        if name in self.functions:
            return
        self.functions[name] = None
        method = copy.deepcopy(self.methods[name])
        if method.decorator_list:
            raise LookupError(f"{self.module}: {name} is decorated: write a script.py")
        teller = StatementTeller(self, method)
        method.args.args = method.args.args[1:]
        method.body = [made for each in method.body for made in teller.statement(each)] or [ast.Pass()]
        method.name = self.named(name)
        self.functions[name] = method

    def stores(self, name: str) -> bool:
        """Return whether a method, or one that it calls, gives attributes new values, records or yields."""
        seen, waiting = {name}, [name]
        while waiting:
            method = self.methods[waiting.pop()]
            for each in walk(method):
                if isinstance(each, ast.Yield | ast.YieldFrom):
                    return True
                if isinstance(each, ast.Attribute) and is_own(each):
                    if isinstance(each.ctx, ast.Store) or each.attr in ("record", "record_each", "stop"):
                        return True
                    if each.attr in self.methods and each.attr not in seen:
                        seen.add(each.attr)
                        waiting.append(each.attr)
        return False

    # names

    def variable(self, name: str) -> str:
        """Return the variable that an attribute becomes."""
        taken = name in TAKEN - {"finished"} or name in self.outside or name in self.functions
        return f"{name}_" if taken else name

    def setting(self, name: str) -> str:
        """Return the variable that a parameter becomes which the run changes."""
        return f"{name}_" if name in self.attributes & self.wanted else self.variable(name)

    def named(self, method: str) -> str:
        """Return the function that a method becomes."""
        return f"{method}_" if method in self.outside or method in TAKEN else method

    def parameter(self, name: str) -> ast.expr:
        """Return what stands for a parameter."""
        values = self.course.params.values()
        if name not in values:
            raise LookupError(f"{self.module} reads params.{name}, which is no parameter: write a script.py")
        return ast.Name(self.setting(name), ast.Load()) if name in self.changing else expression_of(values[name])

    def known(self, node: ast.expr, aliases: dict[str, str]) -> tuple[Any] | None:
        """Return what an expression comes to, where plain functions make it of what is known beforehand."""
        if not self.plain.names(node):
            return None
        replaced = NameAttributes(aliases).visit(copy.deepcopy(node))
        values = {
            f"params.{name}": value for name, value in self.course.params.values().items() if name not in self.changing
        }
        if not self.changing:
            values["params"] = self.course.params
        return self.plain.value(replaced, values)

    def _wanted(self) -> set[str]:
        waiting = ["build", "step", "changed", *self.course.scene.actions]
        seen, found = set(waiting), set[str]()
        while waiting:
            for each in walk(self.methods.get(waiting.pop(), ast.Pass())):
                if isinstance(each, ast.Attribute) and is_own(each):
                    if each.attr in self.methods and each.attr not in seen:
                        seen.add(each.attr)
                        waiting.append(each.attr)
                    elif isinstance(each.ctx, ast.Load):
                        found.add(each.attr)
        return found

    def beforehand(self) -> Iterator[str]:
        """Yield the values that the class itself gives attributes."""
        for each in self.node.body if self.node else ():
            match each:
                case ast.AnnAssign(target=ast.Name(id=name), value=ast.Constant() as value) if name in self.wanted:
                    yield f"{self.variable(name)} = {ast.unparse(value)}"

    def _picture_helpers(self) -> Iterator[str]:
        """Yield the attributes that hold an object which is given the whole experiment: those draw pictures."""
        for each in walk(self.node or ast.Pass()):
            if isinstance(each, ast.Assign):
                calls = [one for one in walk(each.value) if isinstance(one, ast.Call)]
                whole = any(isinstance(one, ast.Name) and one.id == "self" for call in calls for one in call.args)
                for target in each.targets:
                    if whole and isinstance(target, ast.Attribute) and is_own(target):
                        yield target.attr


def _is_experiment(node: ast.ClassDef) -> bool:
    return any(ast.unparse(each).partition("[")[0].rpartition(".")[2] == "Experiment" for each in node.bases)
