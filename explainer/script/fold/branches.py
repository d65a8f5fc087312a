"""Folding: what is always so is put in, and what is never done goes."""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterable
from typing import Any, TypeVar

from explainer.script.fold.program import Program
from explainer.script.fold.tree import like
from explainer.script.fold.values import Values, constant, possible, read, truth

REFUSALS = ("Refused", "ModuleNotFoundError")
"""What a run that was lived has not met."""


class Folder(ast.NodeTransformer):
    """Puts in what is known of a program and takes away the branches that it never takes."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.scope = program.module
        self.plain = _plain_attributes(program)
        self.on_processor = not any(
            isinstance(each, ast.Constant) and each.value == "cuda" for each in ast.walk(program.tree)
        )
        self.tables = _tables(program)

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
        node.args = list(_without_stars(node.args))
        node.keywords = list(_keywords(node.keywords))
        if self.on_processor and (made := _without_processor(node)) is not node:
            return made
        if isinstance(node.func, ast.Name) and node.func.id == "len" and (size := possible(node, self.look)):
            return constant(read(min(size))) if len(size) == 1 else node
        if self._never_made(node):
            return ast.Constant(False)
        if (known := _of_all(node)) is not None:
            return ast.Constant(known)
        match node:
            case ast.Call(func=ast.Name(id="getattr"), args=[owner, ast.Constant(value=str(name))]) if (
                name.isidentifier()
            ):
                return ast.Attribute(owner, name, ast.Load())
            case ast.Call(func=ast.Lambda(args=arguments, body=body), keywords=[]):
                names = [each.arg for each in arguments.args]
                if len(names) == len(node.args) and all(map(is_short, node.args)):
                    return _Put(dict(zip(names, node.args, strict=True))).visit(copy.deepcopy(body))  # type: ignore[no-any-return]
        return node

    def _never_made(self, node: ast.Call) -> bool:
        """Return whether a call asks for the kind of an object, and there is none of that kind."""
        match node:
            case ast.Call(func=ast.Name(id="isinstance"), args=[_, ast.Name(id=kind)]):
                return kind in self.program.classes and not self.program.is_made(kind)
        return False

    # statements

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
        inner = [each for part in node.body for each in ast.walk(part)]
        stored = any(isinstance(each, ast.Name) and each.id == node.target.id and _is_stored(each) for each in inner)
        if stored or any(isinstance(each, ast.Break | ast.Continue) for each in inner) or not is_short(items[0]):
            return node
        put = _Put({node.target.id: items[0]})
        return [put.visit(each) for each in node.body]

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


class _Put(ast.NodeTransformer):
    """Puts expressions in the place of names."""

    def __init__(self, given: dict[str, ast.expr]) -> None:
        self.given = given

    def visit_Name(self, node: ast.Name) -> ast.expr:
        found = self.given.get(node.id) if isinstance(node.ctx, ast.Load) else None
        return copy.deepcopy(found) if found is not None else node


Tree = TypeVar("Tree", bound=ast.AST)


def put(tree: Tree, given: dict[str, ast.expr]) -> Tree:
    """Put expressions in the place of names, wherever these are read."""
    return _Put(given).visit(tree)  # type: ignore[no-any-return]


def _plain_attributes(program: Program) -> set[str]:
    """Return the attributes whose only values are written out where they are set, numbers too."""
    found: dict[str, bool] = {}
    for node in ast.walk(program.tree):
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


def _tables(program: Program) -> dict[str, ast.Dict]:
    """Return the module's dictionaries that are written out once and only looked up in."""
    found: dict[str, ast.Dict] = {}
    for node in program.tree.body:
        if isinstance(node, ast.Assign | ast.AnnAssign) and isinstance(node.value, ast.Dict):
            target = node.targets[0] if isinstance(node, ast.Assign) else node.target
            if isinstance(target, ast.Name):
                found[target.id] = node.value
    looked_up = {
        id(each.value) for each in ast.walk(program.tree) if isinstance(each, ast.Subscript) and _is_read(each)
    }
    for each in ast.walk(program.tree):
        if (
            isinstance(each, ast.Name)
            and each.id in found
            and isinstance(each.ctx, ast.Load)
            and id(each) not in looked_up
        ):
            del found[each.id]
    return found


def prune_tables(program: Program) -> None:
    """Take the entries out of the module's tables that are never looked up."""
    tables = _tables(program)
    asked: dict[str, set[str] | None] = {name: set() for name in tables}
    for scope in program.scopes.values():
        for node in scope.nodes:
            if isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name) and node.value.id in tables:
                name, keys = node.value.id, possible(node.slice, scope.look)
                known = asked[name]
                asked[name] = None if keys is None or known is None else known | keys
    for name, table in tables.items():
        keep = asked[name]
        if keep and all(isinstance(key, ast.Constant) for key in table.keys):
            kept = [(k, v) for k, v in zip(table.keys, table.values, strict=True) if k and ast.unparse(k) in keep]
            table.keys, table.values = [key for key, _ in kept], [value for _, value in kept]


def _is_read(node: ast.Subscript) -> bool:
    return isinstance(node.ctx, ast.Load) and not isinstance(node.slice, ast.Slice)


def _is_stored(node: ast.Name) -> bool:
    return not isinstance(node.ctx, ast.Load)


def is_short(node: ast.expr) -> bool:
    """Return whether an expression can stand in several places as well as in one."""
    if isinstance(node, ast.Attribute):
        return is_short(node.value)
    return isinstance(node, ast.Name | ast.Constant | ast.Lambda) or (
        isinstance(node, ast.UnaryOp) and isinstance(node.operand, ast.Constant)
    )


def _is_condition(node: ast.expr) -> bool:
    return isinstance(node, ast.Compare) or (isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not))


def _is_refusal(node: ast.stmt) -> bool:
    if not isinstance(node, ast.Raise) or not isinstance(node.exc, ast.Call):
        return False
    return isinstance(node.exc.func, ast.Name) and node.exc.func.id in REFUSALS


def _turned(node: ast.If) -> ast.If:
    made = ast.If(ast.UnaryOp(ast.Not(), node.test), node.orelse, [])
    like(made, node)
    return made


def _without_processor(node: ast.Call) -> ast.expr:
    """Leave out that something is made on the processor, or brought there, where all is."""
    brought = isinstance(node.func, ast.Attribute) and node.func.attr == "to" and not node.keywords
    if brought and [_is_processor(each) for each in node.args] == [True]:
        return node.func.value  # type: ignore[attr-defined,no-any-return]
    kept = [each for each in node.keywords if each.arg != "device" or not _is_processor(each.value)]
    return node if len(kept) == len(node.keywords) else ast.Call(node.func, node.args, kept)


def _is_processor(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value == "cpu"


def _of_all(node: ast.Call) -> bool | None:
    """Return what ``any`` of nothing but False, or ``all`` of nothing but True, comes to."""
    match node:
        case ast.Call(
            func=ast.Name(id="any" | "all" as name), args=[ast.GeneratorExp(elt=ast.Constant(value=bool(told)))]
        ):
            return told if told is (name == "all") else None
    return None


def _without_stars(arguments: Iterable[ast.expr]) -> Iterable[ast.expr]:
    for each in arguments:
        if isinstance(each, ast.Starred) and isinstance(each.value, ast.Tuple | ast.List):
            yield from each.value.elts
        else:
            yield each


def _keywords(keywords: Iterable[ast.keyword]) -> Iterable[ast.keyword]:
    for each in keywords:
        keys = each.value.keys if each.arg is None and isinstance(each.value, ast.Dict) else None
        words = [key.value for key in keys or () if isinstance(key, ast.Constant) and isinstance(key.value, str)]
        if isinstance(each.value, ast.Dict) and keys is not None and len(words) == len(keys):
            yield from (ast.keyword(key, value) for key, value in zip(words, each.value.values, strict=True))
        else:
            yield each


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
