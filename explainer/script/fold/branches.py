"""Folding statements: of branches and loops that always or never run, only what runs stays."""

from __future__ import annotations

import ast
from typing import Any

from explainer.script.fold.expressions import ExpressionFolder
from explainer.script.fold.substitution import is_short, put
from explainer.script.fold.tree import like
from explainer.script.fold.values import possible, read
from explainer.script.walk import walk

REFUSALS = ("Refused", "ModuleNotFoundError")
"""What a run that was lived has not met."""


class Folder(ExpressionFolder):
    """Puts in what is known of a program and takes away the branches that it never takes."""

    def visit_If(self, node: ast.If) -> Any:
        """Keep the branch that is taken; a refusal is none."""
        known = self.holds(node.test)
        if not node.orelse and len(node.body) == 1 and _is_refusal(node.body[0]):
            known = False
        if known is None:
            self.generic_visit(node)
            if node.body:
                return node
            return ast.Expr(node.test) if not node.orelse else _turned(node)
        return self._kept(node, node.body if known else node.orelse)

    def visit_While(self, node: ast.While) -> Any:
        """Leave out a loop that is never entered."""
        return None if self.holds(node.test) is False else self.generic_visit(node)

    def visit_Assert(self, node: ast.Assert) -> Any:
        """Leave out what is always so."""
        return None if self.holds(node.test) else self.generic_visit(node)

    def visit_For(self, node: ast.For) -> Any:
        """Do a loop over a single known thing once."""
        self.generic_visit(node)
        items = node.iter.elts if isinstance(node.iter, ast.Tuple | ast.List) else None
        if items == []:
            return None
        if items is None or len(items) != 1 or node.orelse or not isinstance(node.target, ast.Name):
            return node if node.body else None
        inner = [each for part in node.body for each in walk(part)]
        stored = any(isinstance(each, ast.Name) and each.id == node.target.id and _is_stored(each) for each in inner)
        if stored or any(isinstance(each, ast.Break | ast.Continue) for each in inner) or not is_short(items[0]):
            return node
        return [put(each, {node.target.id: items[0]}) for each in node.body]

    def visit_Match(self, node: ast.Match) -> Any:
        """Keep the case that is met."""
        found = possible(node.subject, self.look)
        if found is None or len(found) != 1:
            return self.generic_visit(node)
        value = read(next(iter(found)))
        for case in node.cases:
            met = _meets(case.pattern, value)
            if met is None or case.guard is not None:
                return self.generic_visit(node)
            if met:
                return self._kept(node, case.body)
        return None

    def _kept(self, node: ast.stmt, body: list[ast.stmt]) -> list[ast.stmt]:
        found: list[ast.stmt] = []
        for each in body:
            made = self.visit(each)
            found += made if isinstance(made, list) else [made] if made is not None else []
        if found and not getattr(found[0], "looks", None):
            like(found[0], node)
        return found


def _is_stored(node: ast.Name) -> bool:
    return not isinstance(node.ctx, ast.Load)


def _is_refusal(node: ast.stmt) -> bool:
    if not isinstance(node, ast.Raise) or not isinstance(node.exc, ast.Call):
        return False
    return isinstance(node.exc.func, ast.Name) and node.exc.func.id in REFUSALS


def _turned(node: ast.If) -> ast.If:
    made = ast.If(ast.UnaryOp(ast.Not(), node.test), node.orelse, [])
    like(made, node)
    return made


def _meets(pattern: ast.pattern, value: object) -> bool | None:
    match pattern:
        case ast.MatchValue(value=ast.Constant(value=told)):
            return bool(told == value)
        case ast.MatchSingleton(value=told):
            return told is value
        case ast.MatchOr(patterns=patterns):
            met = [_meets(each, value) for each in patterns]
            return None if None in met else any(met)
        case ast.MatchAs(pattern=None, name=None):
            return True
    return None
