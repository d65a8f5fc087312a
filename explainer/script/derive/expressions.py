"""Expressions of a method without ``self``: attributes as variables, parameters and known values written out."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from explainer.script.derive.attribute import TAKEN, is_own, is_params
from explainer.script.derive.code import parsed_expression
from explainer.script.derive.method import renames_params
from explainer.script.fold.scope import bound_names
from explainer.script.plain import as_code

if TYPE_CHECKING:
    from explainer.script.derive.experiment import Experiment


class ExpressionTeller(ast.NodeTransformer):
    """Tells the expressions of one method without ``self``."""

    def __init__(self, experiment: Experiment, method: ast.FunctionDef) -> None:
        self.of = experiment
        self.locals = bound_names(method) - {"self"}
        self.aliases = {"params": "self.params"} if renames_params(method) else {}

    def visit_Attribute(self, node: ast.Attribute) -> ast.expr:
        """Tell an attribute of the experiment as a variable, a parameter as its value."""
        if isinstance(node.value, ast.Name) and node.value.id in self.aliases:
            return self.of.parameter(node.attr)
        if isinstance(node.value, ast.Attribute) and is_params(node.value):
            return self.of.parameter(node.attr)
        if isinstance(node.value, ast.Attribute) and is_own(node.value):
            whole = f"{node.value.attr}.{node.attr}"
            if whole == "recorder.step":
                return ast.Name("step", ast.Load())
            if whole == "device.type":
                return ast.Constant("cuda" if self.of.course.on_gpu else "cpu")
        if not is_own(node):
            self.generic_visit(node)
            return node
        if node.attr == "device":
            return ast.Name("device", ast.Load()) if self.of.course.on_gpu else ast.Constant("cpu")
        if node.attr in self.of.methods:
            if self.of.stores(node.attr):
                raise LookupError(f"{self.of.module} calls {node.attr} within an expression: write a script.py")
            self.of.function(node.attr)
            return ast.Name(self.of.named(node.attr), node.ctx)
        if node.attr in self.of.plain.known:
            return self._known(node.attr)
        if node.attr in self.of.pictures or node.attr in ("params", "recorder"):
            raise LookupError(f"{self.of.module} uses self.{node.attr} as a whole: write a script.py")
        return ast.Name(self.of.variable(node.attr), node.ctx)

    def visit_Call(self, node: ast.Call) -> ast.expr:
        """Work out at once what a plain function makes of known values."""
        if isinstance(node.func, ast.Attribute) and is_own(node.func) and node.func.attr == "generator":
            return parsed_expression(self.of.course.generator(stream_of(node)))
        known = self.of.known(node, self.aliases)
        if known is not None and (told := as_code(known[0])) is not None:
            return told
        self.generic_visit(node)
        return node

    def visit_Compare(self, node: ast.Compare) -> ast.expr:
        """Work out at once what known values compare to."""
        known = self.of.known(node, self.aliases)
        if known is not None and (told := as_code(known[0])) is not None:
            return told
        self.generic_visit(node)
        return node

    def visit_Name(self, node: ast.Name) -> ast.expr:
        """Keep variables of a method apart from those that attributes become."""
        if node.id in self.of.plain.known and isinstance(node.ctx, ast.Load):
            return self._known(node.id)
        if node.id == "self":
            raise LookupError(f"{self.of.module} hands itself to others: write a script.py")
        if node.id in self.locals and (
            node.id in (self.of.attributes & self.of.wanted) | self.of.changing or node.id in TAKEN
        ):
            return ast.Name(f"{node.id}_", node.ctx)
        return node

    def _known(self, name: str) -> ast.expr:
        told = as_code(self.of.plain.known[name])
        if told is None:
            raise LookupError(f"{self.of.module} uses {name}, which cannot be written out: write a script.py")
        return told


def stream_of(call: ast.Call) -> str:
    """Return the stream of random numbers that a call names."""
    return str(ast.literal_eval(call.args[0]))
