"""Dead code: definitions, variables, attributes and imports that nothing reads."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterable, Sequence

from explainer.script.fold.classes import is_needed, is_record, is_tuple
from explainer.script.fold.draws import drop_overtaken
from explainer.script.fold.effects import is_harmless
from explainer.script.fold.returns import returned_at_once
from explainer.script.fold.stores import drop_overwritten
from explainer.script.fold.tree import BLOCKS, is_text, like, looks_of
from explainer.script.fold.uses import Uses, is_load
from explainer.script.walk import walk

_LEAVING = (ast.Return, ast.Raise, ast.Break, ast.Continue)


class Unused:
    """Takes away of a program what nothing reads; ``done`` says whether anything went."""

    def __init__(self, tree: ast.Module, kept: Iterable[str] = ()) -> None:
        self.tree = tree
        self.uses = Uses(tree, kept)
        self.done = False
        self._went = False
        """Whether the statement before was taken away: what is said of it goes with it."""

    def sweep(self) -> bool:
        """Take away what can go now; return whether anything went."""
        self.tree.body = self._kept(self.tree.body, self.uses.read, top=True)
        self.done |= drop_overtaken(self.tree, self.uses)
        self.done |= drop_overwritten(self.tree, self.uses)
        return self.done

    def _kept(self, body: Sequence[ast.stmt], read: Counter[str], top: bool = False) -> list[ast.stmt]:
        found: list[ast.stmt] = []
        apart = False
        for place, node in enumerate(body):
            if top and is_text(node) and place and self._went:
                continue
            made = self._without(node, read)
            self._went = made is None
            if made is None:
                self.done = True
                apart |= looks_of(node).apart
                continue
            if apart and looks_of(made).text:
                looks_of(made).apart = True
            apart = False
            if not isinstance(made, ast.FunctionDef | ast.ClassDef):
                self._inside(made, read)
                if _is_hollow(made):
                    self.done = True
                    continue
            found.append(made)
            if isinstance(made, _LEAVING) and not _yields(body[place + 1 :]):
                self.done |= place + 1 < len(body)
                break
        return found

    def _inside(self, node: ast.stmt, read: Counter[str]) -> None:
        for name in BLOCKS:
            if held := getattr(node, name, None):
                kept = self._kept(held, read)
                setattr(node, name, kept or ([ast.Pass()] if name == "body" else []))
        for part in [*getattr(node, "handlers", ()), *getattr(node, "cases", ())]:
            part.body = self._kept(part.body, read) or [ast.Pass()]

    def _without(self, node: ast.stmt, read: Counter[str]) -> ast.stmt | None:
        match node:
            case ast.Import() | ast.ImportFrom():
                return self._import(node)
            case ast.FunctionDef():
                return self._function(node, read)
            case ast.ClassDef():
                return self._class(node)
            case ast.Assign() | ast.AnnAssign() | ast.AugAssign():
                return self._stored(node, read)
            case ast.Expr(value=value) if not is_text(node) and not isinstance(value, ast.Constant):
                return None if is_harmless(value, self.uses.plain) else node
        return node

    def _import(self, node: ast.Import | ast.ImportFrom) -> ast.stmt | None:
        if isinstance(node, ast.ImportFrom) and node.module == "__future__":
            return None
        kept = [each for each in node.names if (each.asname or each.name.partition(".")[0]) in self.uses.read]
        self.done |= len(kept) < len(node.names)
        node.names = kept
        return node if kept else None

    def _function(self, node: ast.FunctionDef, read: Counter[str]) -> ast.stmt | None:
        if node.name not in read:
            return None
        self._body(node)
        return node

    def _body(self, node: ast.FunctionDef) -> None:
        own = Counter(each.id for each in walk(node) if isinstance(each, ast.Name) and is_load(each))
        shared = {name for each in walk(node) if isinstance(each, ast.Global | ast.Nonlocal) for name in each.names}
        own.update(shared)
        body = self._kept(node.body, own)
        at_once = returned_at_once(body)
        self.done |= at_once is not None
        node.body = at_once or body or [ast.Pass()]

    def _class(self, node: ast.ClassDef) -> ast.stmt | None:
        if node.name not in self.uses.read:
            return None
        keep_all = node.name in self.uses.modules
        body: list[ast.stmt] = []
        went = False
        for each in node.body:
            if isinstance(each, ast.FunctionDef):
                went = not (each.name in self.uses.attributes or is_needed(each, keep_all))
                if not went:
                    self._body(each)
            elif isinstance(each, ast.Assign | ast.AnnAssign) and not is_tuple(node):
                targets = each.targets if isinstance(each, ast.Assign) else [each.target]
                named = [one.id for one in targets if isinstance(one, ast.Name)]
                went = not self.uses.attributes & set(named) and not is_record(node)
            elif not (is_text(each) and each is not node.body[0] and went):
                went = False
            if went:
                self.done = True
            else:
                body.append(each)
        node.body = body or [ast.Pass()]
        return node

    def _stored(self, node: ast.Assign | ast.AnnAssign | ast.AugAssign, read: Counter[str]) -> ast.stmt | None:
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        if node.value is None:
            return None if self.uses.nobody_reads(targets[0], read) else node
        if len(targets) == 1 and isinstance(targets[0], ast.Tuple) and isinstance(node.value, ast.Tuple):
            return self._pairs(node, targets[0], node.value, read)
        if isinstance(node, ast.Assign) and len(targets) == 1 and _is_same(targets[0], node.value):
            return None
        if not all(self.uses.nobody_reads(each, read) for each in targets):
            return node
        if isinstance(node, ast.AugAssign) and not (
            isinstance(node.target, ast.Name) and node.target.id in self.uses.counts
        ):
            return node
        if is_harmless(node.value, self.uses.plain) and not self._is_module_part(targets, node.value):
            return None
        if isinstance(node, ast.AugAssign) or any(isinstance(each, ast.Attribute) for each in targets):
            return node
        self.done = True
        return like(ast.Expr(node.value), node)

    def _pairs(self, node: ast.stmt, target: ast.Tuple, value: ast.Tuple, read: Counter[str]) -> ast.stmt | None:
        if len(target.elts) != len(value.elts) or any(isinstance(e, ast.Starred) for e in [*target.elts, *value.elts]):
            return node
        kept = [
            (one, given)
            for one, given in zip(target.elts, value.elts, strict=True)
            if not ((self.uses.nobody_reads(one, read) and is_harmless(given, self.uses.plain)) or _is_same(one, given))
        ]
        if len(kept) == len(target.elts):
            return node
        self.done = True
        if not kept:
            return None
        if len(kept) == 1:
            return like(ast.Assign([kept[0][0]], kept[0][1], lineno=0), node)
        stored = ast.Tuple([one for one, _ in kept], ast.Store())
        return like(ast.Assign([stored], ast.Tuple([given for _, given in kept], ast.Load()), lineno=0), node)

    def _is_module_part(self, targets: Iterable[ast.expr], value: ast.expr) -> bool:
        """Return whether an attribute may be a parameter of a network, which others find there."""
        calls = any(isinstance(each, ast.Call) for each in walk(value))
        return calls and any(isinstance(each, ast.Attribute) for each in targets)


def _yields(body: Iterable[ast.stmt]) -> bool:
    return any(isinstance(each, ast.Yield | ast.YieldFrom) for part in body for each in walk(part))


def _is_same(target: ast.expr, value: ast.expr) -> bool:
    """Return whether a variable is given its own value, as where ``x = x.to(device)`` has nowhere to go."""
    return isinstance(target, ast.Name) and isinstance(value, ast.Name) and target.id == value.id


def _is_hollow(node: ast.stmt) -> bool:
    """Return whether a loop or a condition does nothing."""
    if isinstance(node, ast.For) and not node.orelse:
        return _idle(node.body) and is_harmless(node.iter)
    if isinstance(node, ast.If):
        return _idle(node.body) and not node.orelse and is_harmless(node.test)
    return False


def _idle(body: Sequence[ast.stmt]) -> bool:
    return all(isinstance(each, ast.Pass) for each in body)
