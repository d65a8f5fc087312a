"""Statements of a method without ``self``: called methods stand where they are called, records become rows."""

from __future__ import annotations

import ast
import copy
from typing import Any

from explainer.script.derive.attribute import is_own, is_params
from explainer.script.derive.code import commented
from explainer.script.derive.expressions import ExpressionTeller, stream_of
from explainer.script.derive.method import arguments, defaults
from explainer.script.derive.recorded import as_float
from explainer.script.fold.tree import bodies, like, looks_of
from explainer.script.fold.values import ANYTHING, truth
from explainer.script.plain import as_code
from explainer.script.walk import walk

ENGINE = ("trace", "stop_cause", "frame")
"""Methods of an experiment that change no metric."""


class StatementTeller(ExpressionTeller):
    """Tells the statements of one method without ``self``."""

    def statement(self, node: ast.stmt) -> list[ast.stmt]:
        """Return what becomes of a statement."""
        match node:
            case ast.Expr(value=ast.Yield()):
                return []
            case ast.Expr(value=ast.Call() as call) | ast.Expr(value=ast.YieldFrom(value=ast.Call() as call)):
                return self._call(node, call)
            case ast.Assign(value=ast.Call(func=ast.Attribute() as called) as call) if self._inlines(called):
                return self._assigned(node, call)
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Attribute() as value) if is_params(value):
                return [] if name in self.aliases else [node]
            case ast.Assign(targets=[ast.Attribute(attr=name)]) if name in self.of.pictures:
                return []
            case ast.Assign(targets=[ast.Name(id=name)] | [ast.Attribute(value=ast.Name(id="self"), attr=name)]) if (
                known := self.of.known(node.value, self.aliases)
            ) is not None and as_code(known[0]) is None:
                self.of.plain.known[name] = known[0]
                return []
            case ast.If():
                return self._condition(node)
            case ast.AnnAssign(target=ast.Attribute() as target, value=value) if value is not None:
                return self.statement(like(ast.Assign([target], value, lineno=0), node))
        for body in bodies(node):
            body[:] = [made for each in body for made in self.statement(each)] or [ast.Pass()]
        return [self.visit(node)]

    def _condition(self, node: ast.If) -> list[ast.stmt]:
        known = truth(self.visit(copy.deepcopy(node.test)), lambda _: ANYTHING)
        if known is not None:
            return [made for each in (node.body if known else node.orelse) for made in self.statement(each)]
        for body in bodies(node):
            body[:] = [made for each in body for made in self.statement(each)] or [ast.Pass()]
        node.test = self.visit(node.test)
        return [node]

    def _call(self, node: ast.stmt, call: ast.Call) -> list[ast.stmt]:
        called = call.func
        if not isinstance(called, ast.Attribute):
            return [self.visit(node)]
        if is_own(called):
            if called.attr in ENGINE:
                return []
            if called.attr in ("record", "record_each"):
                return self._row(node, call)
            if called.attr == "draw_from":
                return [*commented(self.of.course.draw_from(stream_of(call)))]
            if called.attr == "stop":
                raise LookupError(f"{self.of.module} stops the run itself: write a script.py")
            if self._inlines(called):
                return self._inlined(node, call)[0]
        owner = called.value
        if isinstance(owner, ast.Attribute) and is_own(owner) and owner.attr in self.of.pictures:
            return []
        return [self.visit(node)]

    def _inlines(self, called: ast.Attribute) -> bool:
        return is_own(called) and called.attr in self.of.methods and self.of.stores(called.attr)

    def _inlined(self, node: ast.stmt, call: ast.Call) -> tuple[list[ast.stmt], ast.expr | None]:
        """Return the statements of a called method, and what it returns."""
        assert isinstance(call.func, ast.Attribute)
        method = self.of.methods[call.func.attr]
        given = dict(zip(arguments(method), map(self.visit, call.args), strict=False))
        given |= {each.arg: self.visit(each.value) for each in call.keywords if each.arg}
        for name, default in defaults(method).items():
            given.setdefault(name, default)
        made = self.of.told(method.name, given)
        value = None
        if made and isinstance(made[-1], ast.Return):
            value = made.pop().value  # type: ignore[attr-defined]
        if any(isinstance(each, ast.Return) for part in made for each in walk(part)):
            raise LookupError(f"{self.of.module}: {method.name} returns in its middle: write a script.py")
        if made and not looks_of(made[0]).above:
            _kept_looks(made[0]).above = list(looks_of(node).above)
        return made, value

    def _assigned(self, node: ast.Assign, call: ast.Call) -> list[ast.stmt]:
        made, value = self._inlined(node, call)
        node.value = value or ast.Constant(None)
        node.targets = [self.visit(each) for each in node.targets]
        return [*made, node]

    def _row(self, node: ast.stmt, call: ast.Call) -> list[ast.stmt]:
        """Return the statement that keeps what is recorded for printing."""
        assert isinstance(call.func, ast.Attribute)
        parts: list[ast.expr] = []
        columns: list[str] = []
        first = not self.of.columns
        if call.func.attr == "record_each":
            names = self.visit(call.args[0])
            if not isinstance(names, ast.Tuple | ast.List):
                raise LookupError(f"{self.of.module} records names that are not known beforehand: write a script.py")
            self.of.columns += [str(each) for each in ast.literal_eval(names)]
            value: ast.expr = ast.Call(ast.Attribute(self.visit(call.args[1]), "tolist", ast.Load()), [], [])
        else:
            for given in call.args:
                if not isinstance(given, ast.Dict):
                    raise LookupError(f"{self.of.module} records what is not written out: write a script.py")
                for key, value in zip(given.keys, given.values, strict=True):
                    columns.append(str(ast.literal_eval(key)) if key else "")
                    parts.append(as_float(self.visit(value)))
            columns += [each.arg for each in call.keywords if each.arg]
            parts += [as_float(self.visit(each.value)) for each in call.keywords]
            self.of.columns += columns
            value = ast.List(parts, ast.Load())
        told = ast.Name("row", ast.Store())
        made = ast.Assign([told], value, lineno=0) if first else ast.AugAssign(told, ast.Add(), value)
        return [like(made, node)]


def _kept_looks(node: ast.stmt) -> Any:
    """Return the looks of a statement, which it has from now on."""
    looks = looks_of(node)
    node.looks = looks  # type: ignore[attr-defined]
    return looks
