"""Constant folding: what an expression always comes to is put in its place."""

from __future__ import annotations

import ast
import copy

from explainer.script.fold.calls import keywords_of, of_all, without_processor, without_stars
from explainer.script.fold.program import Program
from explainer.script.fold.substitution import is_short, put
from explainer.script.fold.tables import tables_of
from explainer.script.fold.values import Values, constant, possible, read, truth
from explainer.script.walk import walk


class ExpressionFolder(ast.NodeTransformer):
    """Puts in what is known of a program's names, attributes, calls and tables."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.scope = program.module
        self.plain = _plain_attributes(program)
        self.on_processor = not any(
            isinstance(each, ast.Constant) and each.value == "cuda" for each in walk(program.tree)
        )
        self.tables = tables_of(program)

    # where a name is looked up

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        """Fold a function with what its names are."""
        outer, self.scope = self.scope, self.program.scopes.get(node, self.scope)
        self.generic_visit(node)
        self.scope = outer
        node.body = node.body or [ast.Pass()]
        return node

    def look(self, node: ast.expr) -> Values:
        """Return what a name or an attribute can come to here."""
        return self.scope.look(node)

    def holds(self, node: ast.expr) -> bool | None:
        """Return whether a condition always or never holds."""
        return truth(node, self.look)

    # names and expressions

    def visit_Name(self, node: ast.Name) -> ast.expr:
        """Put a known word or switch in the place of its name; numbers keep theirs, constants in capitals too."""
        if not isinstance(node.ctx, ast.Load) or node.id.isupper():
            return node
        return self._known(node, self._has_default(node.id))

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        """Put a known word or switch in the place of an attribute."""
        self.generic_visit(node)
        return self._known(node, node.attr in self.plain) if isinstance(node.ctx, ast.Load) else node

    def _known(self, node: ast.expr, number: bool) -> ast.expr:
        found = self.look(node)
        if found is None or len(found) != 1:
            return node
        value = read(next(iter(found)))
        return constant(value) if value is None or isinstance(value, bool | str) or number else node

    def _has_default(self, name: str) -> bool:
        """Return whether a name is a parameter that no call gives another value than its default."""
        for function in self.program.all_functions():
            if function.node is self.scope.node:
                return name in function.names and name not in function.told and name in function.defaults
        return False

    def visit_IfExp(self, node: ast.IfExp) -> ast.AST:
        """Keep the side that is taken."""
        known = self.holds(node.test)
        if known is not None:
            return self.visit(node.body if known else node.orelse)  # type: ignore[no-any-return]
        return self.generic_visit(node)

    def visit_BoolOp(self, node: ast.BoolOp) -> ast.AST:
        """Leave out what decides nothing."""
        stops = isinstance(node.op, ast.Or)
        kept: list[ast.expr] = []
        for each in node.values:
            known = self.holds(each)
            if known is (not stops) and each is not node.values[-1]:
                continue
            kept.append(each)
            if known is stops:
                break
        if len(kept) > 1 and self.holds(kept[-1]) is (not stops) and _is_condition(kept[-2]):
            kept.pop()
        visited = [self.visit(each) for each in kept]
        return visited[0] if len(visited) == 1 else ast.BoolOp(node.op, visited)

    def visit_Compare(self, node: ast.Compare) -> ast.AST:
        """Say what a comparison always comes to."""
        known = self.holds(node)
        return self.generic_visit(node) if known is None else ast.Constant(known)

    def visit_UnaryOp(self, node: ast.UnaryOp) -> ast.AST:
        """Say what a negation always comes to."""
        known = self.holds(node) if isinstance(node.op, ast.Not) else None
        return self.generic_visit(node) if known is None else ast.Constant(known)

    def visit_JoinedStr(self, node: ast.JoinedStr) -> ast.AST:
        """Put known words into a text."""
        parts: list[str] = []
        for each in node.values:
            inner = each.value if isinstance(each, ast.FormattedValue) else each
            plain = not isinstance(each, ast.FormattedValue) or (each.conversion == -1 and each.format_spec is None)
            found = possible(inner, self.look)
            if not plain or found is None or len(found) != 1:
                return self.generic_visit(node)
            parts.append(str(read(next(iter(found)))))
        return ast.Constant("".join(parts))

    def visit_Subscript(self, node: ast.Subscript) -> ast.AST:
        """Look up what a table has under a known key."""
        table = node.value
        if isinstance(table, ast.Name) and table.id in self.tables and self.scope.look(table) is None:
            table = self.tables[table.id]
        keys = possible(node.slice, self.look)
        if isinstance(table, ast.Dict) and isinstance(node.ctx, ast.Load) and keys and len(keys) == 1:
            entries = {ast.unparse(key): value for key, value in zip(table.keys, table.values, strict=True) if key}
            value = entries.get(next(iter(keys)))
            if value is not None and (table is node.value or is_short(value)):
                return self.visit(copy.deepcopy(value))  # type: ignore[no-any-return]
        return self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> ast.AST:
        """Fold a call: ``getattr`` of a known name, a lambda done at once, stars before what is written out."""
        self.generic_visit(node)
        node.args = list(without_stars(node.args))
        node.keywords = list(keywords_of(node.keywords))
        if self.on_processor and (made := without_processor(node)) is not node:
            return made
        if isinstance(node.func, ast.Name) and node.func.id == "len" and (size := possible(node, self.look)):
            return constant(read(min(size))) if len(size) == 1 else node
        if self._never_made(node):
            return ast.Constant(False)
        if (known := of_all(node)) is not None:
            return ast.Constant(known)
        match node:
            case ast.Call(func=ast.Name(id="getattr"), args=[owner, ast.Constant(value=str(name))]) if (
                name.isidentifier()
            ):
                return ast.Attribute(owner, name, ast.Load())
            case ast.Call(func=ast.Lambda(args=arguments, body=body), keywords=[]):
                names = [each.arg for each in arguments.args]
                if len(names) == len(node.args) and all(map(is_short, node.args)):
                    return put(copy.deepcopy(body), dict(zip(names, node.args, strict=True)))
        return node

    def _never_made(self, node: ast.Call) -> bool:
        """Return whether a call asks for the kind of an object, and there is none of that kind."""
        match node:
            case ast.Call(func=ast.Name(id="isinstance"), args=[_, ast.Name(id=kind)]):
                return kind in self.program.classes and not self.program.is_made(kind)
        return False


def _plain_attributes(program: Program) -> set[str]:
    """Return the attributes whose only values are written out where they are set, numbers too."""
    found: dict[str, bool] = {}
    for node in walk(program.tree):
        if isinstance(node, ast.Assign):
            for target in node.targets:
                if isinstance(target, ast.Attribute):
                    plain = isinstance(node.value, ast.Constant)
                    found[target.attr] = found.get(target.attr, True) and plain
    for function in program.functions.values():
        if isinstance(function.node, ast.ClassDef):
            for name in function.names:
                found[name] = found.get(name, True) and name not in function.told and name in function.defaults
    return {name for name, plain in found.items() if plain}


def _is_condition(node: ast.expr) -> bool:
    return isinstance(node, ast.Compare) or (isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not))
