"""Taking away what nothing reads: definitions, variables, attributes, parameters, imports."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import TypeGuard

from explainer.script.fold.program import Function, Program, own_nodes
from explainer.script.fold.substitution import put
from explainer.script.fold.tree import BLOCKS, is_phase, is_text, like, looks_of


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


HARMLESS = _words(
    "len min max range tuple list dict set frozenset sorted zip enumerate int float str bool abs sum round divmod "
    "isinstance getattr partial"
)
"""Functions that change nothing."""
HARMLESS_METHODS = _words(
    "detach clone cpu item tolist double float long to flatten unflatten unbind size keys values items get parameters "
    "named_parameters modules children copy split join strip abs mean sum square sqrt isfinite any all view reshape "
    "flip sort clamp where gather argsort argmax numel permute transpose T mT contiguous type expand repeat log exp"
)
TORCH = _words(
    "zeros ones empty full eye arange linspace tensor as_tensor zeros_like ones_like full_like stack cat device "
    "Generator get_rng_state where"
)
"""Functions of torch that draw no random numbers."""
RANDOM = _words("rand randn randint randperm normal multinomial bernoulli")
"""Functions of torch that only draw random numbers."""
_SCOPES = (ast.Lambda, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp, ast.FunctionDef, ast.ClassDef)
SHORT = 72
"""An expression of so many characters is read at one glance."""
_LEAVING = (ast.Return, ast.Raise, ast.Break, ast.Continue)
OVERRIDES = frozenset({"forward", "reset_parameters", "extra_repr", "step", "state_dict", "__init__"})
"""Methods that torch calls."""


def is_harmless(node: ast.expr | None, classes: Iterable[str] = (), drawing: bool = False) -> bool:
    """Return whether an expression can be left out when nobody wants what it comes to.

    ``drawing`` says that random numbers may be drawn, since nobody sees which come next.
    """
    for each in ast.walk(node) if node is not None else ():
        if isinstance(each, ast.Await | ast.Yield | ast.YieldFrom | ast.NamedExpr):
            return False
        if isinstance(each, ast.Call) and not _is_harmless_call(each.func, classes, drawing):
            return False
    return True


def _is_harmless_call(called: ast.expr, classes: Iterable[str], drawing: bool = False) -> bool:
    match called:
        case ast.Name(id=name):
            return name in HARMLESS or name in classes
        case ast.Attribute(value=ast.Name(id="torch"), attr=name):
            return name in TORCH or (drawing and name in RANDOM)
        case ast.Attribute(value=ast.Name(id="math"), attr=_):
            return True
        case ast.Attribute(attr=name):
            return name in HARMLESS_METHODS
    return False


class Unused:
    """Takes away of a program what nothing reads; ``done`` says whether anything went."""

    def __init__(self, tree: ast.Module, kept: Iterable[str] = ()) -> None:
        self.tree = tree
        self.done = False
        nodes = list(ast.walk(tree))
        self.read = Counter([*_read_of_module(tree), *kept])
        self.attributes = {each.attr for each in nodes if isinstance(each, ast.Attribute) and _is_load(each)}
        self.attributes |= {str(each.value) for each in nodes if isinstance(each, ast.Constant) and _is_word(each)}
        self.plain = {each.name for each in tree.body if isinstance(each, ast.ClassDef) and _only_holds(each)}
        self.modules = {each.name for each in tree.body if isinstance(each, ast.ClassDef) and not _stands_alone(each)}

        self.counts = _counts(nodes)
        """Names that only ever hold numbers that are written out: adding to one changes nothing else."""

    def _given_on(self, body: Sequence[ast.stmt]) -> list[ast.stmt]:
        """Return at once what is only given names to be returned."""
        match list(body[-2:]):
            case [ast.Assign(targets=[ast.Name(id=name)], value=value), ast.Return(value=ast.expr() as told)] if (
                _begins_with(told, name) and len(ast.unparse(value)) + len(ast.unparse(told)) < SHORT
            ):
                self.done = True
                return [*body[:-2], like(ast.Return(put(told, {name: value})), body[-2])]
            case [
                ast.Assign(targets=[ast.Tuple() as target], value=ast.Call() as value),
                ast.Return(value=ast.Tuple() as told),
            ]:
                if ast.unparse(target) == ast.unparse(told) and all(isinstance(each, ast.Name) for each in target.elts):
                    self.done = True
                    return [*body[:-2], like(ast.Return(value), body[-2])]
        return list(body)

    def sweep(self) -> bool:
        """Take away what can go now; return whether anything went."""
        self.tree.body = self._kept(self.tree.body, self.read, top=True)
        self._overtaken()
        self._overwritten()
        return self.done

    def _overwritten(self) -> None:
        """Take away what a variable holds before the loop, where the loop puts in something else before it reads."""
        for node in list(self.tree.body):
            if (
                isinstance(node, ast.Assign)
                and is_harmless(node.value, self.plain)
                and all(map(self._is_idle, node.targets))
            ):
                self.tree.body = [each for each in self.tree.body if each is not node]
                self.done = True

    def _is_idle(self, target: ast.expr) -> bool:
        """Return whether nobody reads what a variable holds before the loop."""
        if isinstance(target, ast.Tuple):
            return all(map(self._is_idle, target.elts))
        loop = self.tree.body[-1]
        if not isinstance(target, ast.Name) or not isinstance(loop, ast.For):
            return False
        inside = [each for each in ast.walk(loop) if _is_name(each, target.id) and isinstance(each.ctx, ast.Load)]
        return self.read[target.id] == len(inside) and (not inside or _is_first_stored(loop.body, target.id))

    def _overtaken(self) -> None:
        """Take away random numbers that nothing reads, where the next ones are drawn from another seed."""
        drawers: set[str] = set()
        for _ in range(3):  # a function may call one that calls one
            functions = [each for each in self.tree.body if isinstance(each, ast.FunctionDef)]
            drawers |= {each.name for each in functions if self._only_draws(each, drawers)}
        idle: list[ast.stmt] = []
        seeded = False
        for node in list(self.tree.body):
            if _is_seed(node):
                if seeded:
                    self.tree.body = [each for each in self.tree.body if not any(each is one for one in idle)]
                    self.done = True
                idle, seeded = [node], True
            elif isinstance(node, ast.FunctionDef | ast.ClassDef | ast.Import | ast.ImportFrom) or is_phase(node):
                continue
            elif isinstance(node, ast.Assign) and all(map(self._is_idle, node.targets)):
                seeded &= is_harmless(node.value, {*self.plain, *drawers}, drawing=True)
                idle.append(node)
            elif isinstance(node, ast.Expr) and is_harmless(node.value, {*self.plain, *drawers}, drawing=True):
                idle += [] if is_text(node) else [node]
            elif not (isinstance(node, ast.Assign) and is_harmless(node.value, self.plain)) and not _sets_up(node):
                seeded = False

    def _only_draws(self, node: ast.FunctionDef, others: set[str]) -> bool:
        """Return whether a function changes nothing but the state of the random numbers."""
        for each in ast.walk(node):
            if isinstance(each, ast.Call) and not _is_harmless_call(each.func, {*self.plain, *others}, True):
                return False
            if isinstance(each, ast.Attribute | ast.Subscript) and not isinstance(each.ctx, ast.Load):
                return False
            if isinstance(each, ast.Global | ast.Yield | ast.YieldFrom | ast.AugAssign | ast.Raise):
                return False
        return True

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

    _went = False

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
                return None if is_harmless(value, self.plain) else node
        return node

    def _import(self, node: ast.Import | ast.ImportFrom) -> ast.stmt | None:
        if isinstance(node, ast.ImportFrom) and node.module == "__future__":
            return None
        kept = [each for each in node.names if (each.asname or each.name.partition(".")[0]) in self.read]
        self.done |= len(kept) < len(node.names)
        node.names = kept
        return node if kept else None

    def _function(self, node: ast.FunctionDef, read: Counter[str]) -> ast.stmt | None:
        if node.name not in read:
            return None
        self._body(node)
        return node

    def _body(self, node: ast.FunctionDef) -> None:
        own = Counter(each.id for each in ast.walk(node) if isinstance(each, ast.Name) and _is_load(each))
        shared = {name for each in ast.walk(node) if isinstance(each, ast.Global | ast.Nonlocal) for name in each.names}
        own.update(shared)
        node.body = self._given_on(self._kept(node.body, own)) or [ast.Pass()]

    def _class(self, node: ast.ClassDef) -> ast.stmt | None:
        if node.name not in self.read:
            return None
        keep_all = node.name in self.modules
        body: list[ast.stmt] = []
        went = False
        for each in node.body:
            if isinstance(each, ast.FunctionDef):
                went = not (each.name in self.attributes or _is_needed(each, keep_all))
                if not went:
                    self._body(each)
            elif isinstance(each, ast.Assign | ast.AnnAssign) and not _is_tuple(node):
                targets = each.targets if isinstance(each, ast.Assign) else [each.target]
                named = [one.id for one in targets if isinstance(one, ast.Name)]
                went = not self.attributes & set(named) and not _is_record(node)
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
            return None if self._nobody_reads(targets[0], read) else node
        if len(targets) == 1 and isinstance(targets[0], ast.Tuple) and isinstance(node.value, ast.Tuple):
            return self._pairs(node, targets[0], node.value, read)
        if not all(self._nobody_reads(each, read) for each in targets):
            return node
        if isinstance(node, ast.AugAssign) and not (
            isinstance(node.target, ast.Name) and node.target.id in self.counts
        ):
            return node
        if is_harmless(node.value, self.plain) and not self._is_module_part(targets, node.value):
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
            if not (self._nobody_reads(one, read) and is_harmless(given, self.plain))
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

    def _nobody_reads(self, target: ast.expr, read: Counter[str]) -> bool:
        match target:
            case ast.Name(id=name):
                return name not in read
            case ast.Attribute(value=ast.Name(), attr=name):
                return name not in self.attributes
            case ast.Tuple(elts=elements):
                return all(self._nobody_reads(each, read) for each in elements)
        return False

    def _is_module_part(self, targets: Iterable[ast.expr], value: ast.expr) -> bool:
        """Return whether an attribute may be a parameter of a network, which others find there."""
        calls = any(isinstance(each, ast.Call) for each in ast.walk(value))
        return calls and any(isinstance(each, ast.Attribute) for each in targets)


def drop_parameters(program: Program) -> bool:
    """Take away parameters that their functions do not use, with what calls give them; return whether any went."""
    went = False
    read = {each.attr for each in ast.walk(program.tree) if isinstance(each, ast.Attribute) and _is_load(each)}
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
        return name in read or _is_tuple(function.node) or not _is_record(function.node)
    used = (each for part in function.node.body for each in ast.walk(part))
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


def _yields(body: Iterable[ast.stmt]) -> bool:
    return any(isinstance(each, ast.Yield | ast.YieldFrom) for part in body for each in ast.walk(part))


def _read_of_module(tree: ast.Module) -> Iterator[str]:
    """Yield the module's names as often as they are read, in functions that have no name like it of their own too."""
    yield from (each.id for each in own_nodes(tree) if isinstance(each, ast.Name) and _is_load(each))
    functions = [each for each in tree.body if isinstance(each, ast.FunctionDef)]
    made = [part for each in tree.body if isinstance(each, ast.ClassDef) for part in each.body]
    for part in made:
        if isinstance(part, ast.FunctionDef):
            functions.append(part)
        else:
            yield from (each.id for each in ast.walk(part) if isinstance(each, ast.Name) and _is_load(each))
    for function in functions:
        own = _own_locals(function)
        for each in ast.walk(function):
            if isinstance(each, ast.Name) and _is_load(each) and each.id not in own:
                yield each.id


def _begins_with(node: ast.expr, name: str) -> bool:
    """Return whether an expression reads a variable once, and before anything else."""
    if sum(1 for each in ast.walk(node) if _is_name(each, name)) != 1:
        return False
    while isinstance(node, ast.Call | ast.Attribute):
        node = node.func if isinstance(node, ast.Call) else node.value
    return _is_name(node, name)


def _is_seed(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and ast.unparse(node.value).startswith("torch.manual_seed(")


def _sets_up(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and ast.unparse(node.value).startswith("torch.set_num_threads(")


def _is_name(node: ast.AST, name: str) -> TypeGuard[ast.Name]:
    return isinstance(node, ast.Name) and node.id == name


def _is_first_stored(body: Sequence[ast.stmt], name: str) -> bool:
    """Return whether statements put something into a variable before they read it."""
    first = next((each for each in body if any(_is_name(part, name) for part in ast.walk(each))), None)
    if not isinstance(first, ast.Assign) or any(_is_name(part, name) for part in ast.walk(first.value)):
        return False
    return all(
        isinstance(part, ast.Name | ast.Tuple | ast.expr_context) for one in first.targets for part in ast.walk(one)
    )


def _own_locals(function: ast.FunctionDef) -> set[str]:
    """Return the names that stand for a function's own variables wherever they are read in it."""
    arguments = function.args
    found = {each.arg for each in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)}
    shared: set[str] = set()
    waiting: list[ast.AST] = list(function.body)
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Name) and not _is_load(node):
            found.add(node.id)
        elif isinstance(node, ast.Global):
            shared |= set(node.names)
        if not isinstance(node, _SCOPES):
            waiting += ast.iter_child_nodes(node)
    return found - shared


def _counts(nodes: Iterable[ast.AST]) -> set[str]:
    plain: dict[str, bool] = {}
    for node in nodes:
        if isinstance(node, ast.Assign):
            for each in (one for target in node.targets for one in ast.walk(target) if isinstance(one, ast.Name)):
                plain[each.id] = plain.get(each.id, True) and isinstance(node.value, ast.Constant)
        elif isinstance(node, ast.arg):
            plain[node.arg] = False
    return {name for name, known in plain.items() if known}


def _names(node: ast.AnnAssign, name: str) -> bool:
    return isinstance(node.target, ast.Name) and node.target.id == name


def _is_load(node: ast.Name | ast.Attribute) -> bool:
    return isinstance(node.ctx, ast.Load)


def _is_word(node: ast.Constant) -> bool:
    return isinstance(node.value, str) and node.value.isidentifier()


def _is_record(node: ast.ClassDef) -> bool:
    return any("dataclass" in ast.unparse(each) for each in node.decorator_list)


def _is_tuple(node: ast.ClassDef) -> bool:
    return any("NamedTuple" in ast.unparse(each) for each in node.bases)


def _stands_alone(node: ast.ClassDef) -> bool:
    return not node.bases or _is_tuple(node)


def _only_holds(node: ast.ClassDef) -> bool:
    """Return whether making an object of a class does nothing but keep what is given."""
    return _is_record(node) or _is_tuple(node)


def _is_needed(node: ast.FunctionDef, overrides: bool) -> bool:
    special = node.name.startswith("__") and node.name.endswith("__")
    return special or (overrides and node.name in OVERRIDES)


def _is_hollow(node: ast.stmt) -> bool:
    """Return whether a loop or a condition does nothing."""
    if isinstance(node, ast.For) and not node.orelse:
        return _idle(node.body) and is_harmless(node.iter)
    if isinstance(node, ast.If):
        return _idle(node.body) and not node.orelse and is_harmless(node.test)
    return False


def _idle(body: Sequence[ast.stmt]) -> bool:
    return all(isinstance(each, ast.Pass) for each in body)
