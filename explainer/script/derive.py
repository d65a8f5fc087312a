"""A script from an experiment's own text: ``build`` before the loop, ``step`` in it, verbs where they are done.

``self.`` goes, so that attributes become variables; ``self.params.x`` becomes its value, or a variable
where the run changes it; ``yield`` becomes a comment; ``record`` becomes the row that is printed. A method
that sets no attribute becomes a function; any other stands where it is called. What only pictures need is
left out afterwards, by folding. What cannot be told like this is said to the scene's author, who then
writes ``script.py``.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterable, Iterator
from typing import Any

from explainer.contract.recipe import SET
from explainer.contract.refused import Refused
from explainer.script.course import Change, Course
from explainer.script.fold.scope import bound_names
from explainer.script.fold.substitution import put
from explainer.script.fold.tree import bodies, is_text, like, looks_of, parse, phase
from explainer.script.fold.values import ANYTHING, truth
from explainer.script.fold.write import write
from explainer.script.pieces import Script, literal
from explainer.script.plain import Plain, as_code
from explainer.script.sources import read

ENGINE = ("trace", "stop_cause", "frame")
"""Methods of an experiment that change no metric."""
TAKEN = frozenset({"step", "row", "device", "finished"})
"""Names that the script gives a meaning of its own."""


def derive(course: Course[Any], module: str) -> Script:
    """Return the scene's part of a script, made from the experiment in ``module``.

    Raises ``LookupError``, for the author of a scene, where something cannot be told as a script.
    """
    return Experiment(course, module).script()


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
            each.attr for each in ast.walk(self.node) if isinstance(each, ast.Attribute) and _is_own(each)
        } - set(self.methods)
        self.outside = read(module).blocks.keys() | read(module).imports.keys()
        self.changing = {name for name in course.params.values() if len(course.ever(name)) > 1}
        self.functions: dict[str, ast.FunctionDef | None] = {}
        self.columns: list[str] = []
        self.inlining: list[str] = []
        self.pictures = set(self._picture_helpers())
        self.wanted = self._wanted()
        """The attributes that setting up, steps or actions read: others are there for pictures alone."""

    # the parts of the script

    def script(self) -> Script:
        """Return setting up, the update, its metrics, and what is done for each action."""
        variables = [
            f"{self.setting(name)} = {literal(self.course.params.values()[name])}" for name in sorted(self.changing)
        ]
        setup = [*_parsed("\n".join([*self._beforehand(), *variables])), *self.told("build")]
        if any(ast.unparse(each) == "finished = True" for each in setup):
            raise Refused(f"{self.course.scene.name} has no script here: nothing is trained", about="script")
        update = self.told("step", phases=True)
        ends = any(_sets(each, "finished") for each in update)
        setup = [each for each in setup if not _sets(each, "finished")]
        if ends:
            setup += _parsed("finished = False")
        _tell_numbers([*self.constants, *setup, *update])
        row = ""
        if not self.columns:
            raise LookupError(f"{self.module} records nothing in step: write a script.py")
        if isinstance(update[-1], ast.Assign) and ast.unparse(update[-1].targets[0]) == "row":
            row = ast.unparse(ast.fix_missing_locations(update.pop().value))  # type: ignore[attr-defined]
        code = {id(change): self.action(change) for change in self.course.changes}
        return Script(
            setup=_text(setup),
            update=_text(update),
            metrics=self.columns,
            row=row,
            change=lambda change: code[id(change)] if id(change) in code else self.action(change),
            finished="finished" if ends else "",
            definitions="\n\n\n".join(_text([made]) for made in self.functions.values() if made is not None),
            sources=(self.module.rpartition(".")[2],),
        )

    def action(self, change: Change[Any]) -> str:
        """Return what an action does."""
        verb, given = change.action.verb, change.action.arguments
        if verb != SET:
            values: dict[str, ast.expr] = {name: _expression(value) for name, value in given.items()}
            return _text(self.told(verb, values))
        old, new = change.before.values(), change.after.values()
        changed = [name for name in given if old[name] != new[name]]
        lines = [f"{self.setting(name)} = {literal(new[name])}" for name in changed]
        names: dict[str, ast.expr] = {}
        if "changed" in self.methods:
            names = {_arguments(self.methods["changed"])[0]: _expression(tuple(changed))}
        told = self.told("changed", names) if names and changed else []
        return _text([*_parsed("\n".join(lines)), *told])

    # methods

    def told(self, name: str, given: dict[str, ast.expr] | None = None, phases: bool = False) -> list[ast.stmt]:
        """Return the statements of a method as they stand in the script, with its parameters put in."""
        if name in self.inlining:
            raise LookupError(f"{self.module}: {name} calls itself: write a script.py")
        method = copy.deepcopy(self.methods[name])
        self.inlining.append(name)
        body = [each for place, each in enumerate(method.body) if place or not is_text(each)]
        body = _put_in(body, given or {})
        body = _without_early_return(body)
        teller = _Teller(self, method)
        found: list[ast.stmt] = []
        told: list[ast.stmt] = []
        number = 0
        for each in body:
            if phases and (word := _phase(each)) is not None:
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
        teller = _Teller(self, method)
        method.args.args = method.args.args[1:]
        method.body = [made for each in method.body for made in teller.statement(each)] or [ast.Pass()]
        method.name = self.named(name)
        self.functions[name] = method

    def stores(self, name: str) -> bool:
        """Return whether a method, or one that it calls, gives attributes new values, records or yields."""
        seen, waiting = {name}, [name]
        while waiting:
            method = self.methods[waiting.pop()]
            for each in ast.walk(method):
                if isinstance(each, ast.Yield | ast.YieldFrom):
                    return True
                if isinstance(each, ast.Attribute) and _is_own(each):
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
        return ast.Name(self.setting(name), ast.Load()) if name in self.changing else _expression(values[name])

    def known(self, node: ast.expr, aliases: dict[str, str]) -> tuple[Any] | None:
        """Return what an expression comes to, where plain functions make it of what is known beforehand."""
        if not self.plain.names(node):
            return None
        replaced = _Parameters(aliases).visit(copy.deepcopy(node))
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
            for each in ast.walk(self.methods.get(waiting.pop(), ast.Pass())):
                if isinstance(each, ast.Attribute) and _is_own(each):
                    if each.attr in self.methods and each.attr not in seen:
                        seen.add(each.attr)
                        waiting.append(each.attr)
                    elif isinstance(each.ctx, ast.Load):
                        found.add(each.attr)
        return found

    def _beforehand(self) -> Iterator[str]:
        """Yield the values that the class itself gives attributes."""
        for each in self.node.body if self.node else ():
            match each:
                case ast.AnnAssign(target=ast.Name(id=name), value=ast.Constant() as value) if name in self.wanted:
                    yield f"{self.variable(name)} = {ast.unparse(value)}"

    def _picture_helpers(self) -> Iterator[str]:
        """Yield the attributes that hold an object which is given the whole experiment: those draw pictures."""
        for each in ast.walk(self.node or ast.Pass()):
            if isinstance(each, ast.Assign):
                calls = [one for one in ast.walk(each.value) if isinstance(one, ast.Call)]
                whole = any(isinstance(one, ast.Name) and one.id == "self" for call in calls for one in call.args)
                for target in each.targets:
                    if whole and isinstance(target, ast.Attribute) and _is_own(target):
                        yield target.attr


class _Parameters(ast.NodeTransformer):
    """Puts one name in the place of each parameter, of all of them together, and of each attribute."""

    def __init__(self, aliases: dict[str, str]) -> None:
        self.aliases = aliases

    def visit_Attribute(self, node: ast.Attribute) -> ast.expr:
        if _is_params(node):
            return ast.Name("params", node.ctx)
        if _is_own(node):
            return ast.Name(node.attr, node.ctx)
        self.generic_visit(node)
        if isinstance(node.value, ast.Name) and node.value.id == "params":
            return ast.Name(f"params.{node.attr}", node.ctx)
        return node


class _Teller(ast.NodeTransformer):
    """Tells the code of one method without ``self``."""

    def __init__(self, experiment: Experiment, method: ast.FunctionDef) -> None:
        self.of = experiment
        self.locals = bound_names(method) - {"self"}
        self.aliases = {"params": "self.params"} if _renames_params(method) else {}

    def statement(self, node: ast.stmt) -> list[ast.stmt]:
        """Return what becomes of a statement."""
        match node:
            case ast.Expr(value=ast.Yield()):
                return []
            case ast.Expr(value=ast.Call() as call) | ast.Expr(value=ast.YieldFrom(value=ast.Call() as call)):
                return self._call(node, call)
            case ast.Assign(value=ast.Call(func=ast.Attribute() as called) as call) if self._inlines(called):
                return self._assigned(node, call)
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Attribute() as value) if _is_params(value):
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
        if _is_own(called):
            if called.attr in ENGINE:
                return []
            if called.attr in ("record", "record_each"):
                return self._row(node, call)
            if called.attr == "draw_from":
                return [*_commented(self.of.course.draw_from(_stream(call)))]
            if called.attr == "stop":
                raise LookupError(f"{self.of.module} stops the run itself: write a script.py")
            if self._inlines(called):
                return self._inlined(node, call)[0]
        owner = called.value
        if isinstance(owner, ast.Attribute) and _is_own(owner) and owner.attr in self.of.pictures:
            return []
        return [self.visit(node)]

    def _inlines(self, called: ast.Attribute) -> bool:
        return _is_own(called) and called.attr in self.of.methods and self.of.stores(called.attr)

    def _inlined(self, node: ast.stmt, call: ast.Call) -> tuple[list[ast.stmt], ast.expr | None]:
        """Return the statements of a called method, and what it returns."""
        assert isinstance(call.func, ast.Attribute)
        method = self.of.methods[call.func.attr]
        given = dict(zip(_arguments(method), map(self.visit, call.args), strict=False))
        given |= {each.arg: self.visit(each.value) for each in call.keywords if each.arg}
        for name, default in _defaults(method).items():
            given.setdefault(name, default)
        made = self.of.told(method.name, given)
        value = None
        if made and isinstance(made[-1], ast.Return):
            value = made.pop().value  # type: ignore[attr-defined]
        if any(isinstance(each, ast.Return) for part in made for each in ast.walk(part)):
            raise LookupError(f"{self.of.module}: {method.name} returns in its middle: write a script.py")
        if made and not looks_of(made[0]).above:
            looks_of_first(made[0]).above = list(looks_of(node).above)
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
                    parts.append(_as_float(self.visit(value)))
            columns += [each.arg for each in call.keywords if each.arg]
            parts += [_as_float(self.visit(each.value)) for each in call.keywords]
            self.of.columns += columns
            value = ast.List(parts, ast.Load())
        told = ast.Name("row", ast.Store())
        made = ast.Assign([told], value, lineno=0) if first else ast.AugAssign(told, ast.Add(), value)
        return [like(made, node)]

    # expressions

    def visit_Attribute(self, node: ast.Attribute) -> ast.expr:
        """Tell an attribute of the experiment as a variable, a parameter as its value."""
        if isinstance(node.value, ast.Name) and node.value.id in self.aliases:
            return self.of.parameter(node.attr)
        if isinstance(node.value, ast.Attribute) and _is_params(node.value):
            return self.of.parameter(node.attr)
        if isinstance(node.value, ast.Attribute) and _is_own(node.value):
            whole = f"{node.value.attr}.{node.attr}"
            if whole == "recorder.step":
                return ast.Name("step", ast.Load())
            if whole == "device.type":
                return ast.Constant("cuda" if self.of.course.on_gpu else "cpu")
        if not _is_own(node):
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
        if isinstance(node.func, ast.Attribute) and _is_own(node.func) and node.func.attr == "generator":
            return _parsed_expression(self.of.course.generator(_stream(node)))
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


def looks_of_first(node: ast.stmt) -> Any:
    """Return the looks of a statement, which it has from now on."""
    looks = looks_of(node)
    node.looks = looks  # type: ignore[attr-defined]
    return looks


def _is_experiment(node: ast.ClassDef) -> bool:
    return any(ast.unparse(each).partition("[")[0].rpartition(".")[2] == "Experiment" for each in node.bases)


def _is_own(node: ast.Attribute) -> bool:
    return isinstance(node.value, ast.Name) and node.value.id == "self"


def _is_params(node: ast.expr) -> bool:
    return isinstance(node, ast.Attribute) and _is_own(node) and node.attr == "params"


def _renames_params(method: ast.FunctionDef) -> bool:
    return any(
        isinstance(each, ast.Assign) and _is_params(each.value) and ast.unparse(each.targets[0]) == "params"
        for each in ast.walk(method)
    )


def _sets(node: ast.stmt, name: str) -> bool:
    return any(
        isinstance(each, ast.Name) and each.id == name and isinstance(each.ctx, ast.Store) for each in ast.walk(node)
    )


def _phase(node: ast.stmt) -> str | None:
    match node:
        case ast.Expr(value=ast.Yield(value=ast.Constant(value=str(word)))):
            return word
    return None


def _arguments(method: ast.FunctionDef) -> list[str]:
    return [each.arg for each in (*method.args.args[1:], *method.args.kwonlyargs)]


def _defaults(method: ast.FunctionDef) -> dict[str, ast.expr]:
    given = method.args.defaults
    return dict(zip([each.arg for each in method.args.args[len(method.args.args) - len(given) :]], given, strict=True))


def _put_in(body: list[ast.stmt], given: dict[str, ast.expr]) -> list[ast.stmt]:
    """Put arguments in the place of parameters; one that the method changes is a variable of its own."""
    changed = {name for name in given if any(_sets(each, name) for each in body)}
    first = [
        like(ast.Assign([ast.Name(name, ast.Store())], given[name], lineno=0), body[0]) for name in sorted(changed)
    ]
    simple = {name: value for name, value in given.items() if name not in changed}
    for each in body:
        put(each, simple)
    return [*first, *body]


def _without_early_return(body: list[ast.stmt]) -> list[ast.stmt]:
    """Turn ``if …: …; return`` and what follows it into both branches of a condition."""
    for place, node in enumerate(body):
        if isinstance(node, ast.If) and not node.orelse and node.body:
            last = node.body[-1]
            if isinstance(last, ast.Return) and last.value is None:
                node.body = node.body[:-1] or [ast.Pass()]
                node.orelse = _without_early_return(body[place + 1 :])
                return body[: place + 1]
    return body


_RECORDED = "what is recorded"
_NUMBERS = ("int", "float", "len", "round", "divmod", "range")


def _as_float(node: ast.expr) -> ast.expr:
    """Return a mark in the place of a recorded value, until it can be told whether it is a number or a tensor."""
    return ast.Call(ast.Name(_RECORDED, ast.Load()), [node], [])


def _tell_numbers(body: list[ast.stmt]) -> None:
    """Tell how each recorded value becomes a float: ``float`` of what only numbers were put into, ``.item()`` else."""
    stored: dict[str, list[ast.expr | None]] = {"step": []}
    for node in (each for part in body for each in ast.walk(part)):
        match node:
            case ast.Assign(targets=targets, value=value):
                for name, given in (pair for target in targets for pair in _pairs(target, value)):
                    stored.setdefault(name, []).append(given)
            case ast.AugAssign(target=ast.Name(id=name), value=value):
                stored.setdefault(name, []).append(value)
            case ast.For(target=target, iter=value):
                for name in _stored_names(target):
                    stored.setdefault(name, []).append(value)
    for node in (each for part in body for each in ast.walk(part)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == _RECORDED:
            if _is_number(node.args[0], stored, frozenset()):
                node.func.id = "float"
            else:
                node.func, node.args = ast.Attribute(node.args[0], "item", ast.Load()), []


def _is_number(node: ast.expr | None, stored: dict[str, list[ast.expr | None]], seen: frozenset[str]) -> bool:
    match node:
        case ast.Constant(value=value):
            return isinstance(value, int | float)
        case ast.Name(id=name):
            known = name in seen or name in stored
            return known and all(_is_number(each, stored, seen | {name}) for each in stored.get(name, ()))
        case ast.BinOp(left=left, right=right):
            return _is_number(left, stored, seen) and _is_number(right, stored, seen)
        case ast.UnaryOp(operand=operand):
            return _is_number(operand, stored, seen)
        case ast.IfExp(body=body, orelse=orelse):
            return _is_number(body, stored, seen) and _is_number(orelse, stored, seen)
        case ast.Call(func=ast.Name(id=name)):
            return name in _NUMBERS
        case ast.Call(func=ast.Attribute(attr="item")):
            return True
    return False


def _pairs(target: ast.expr, value: ast.expr) -> list[tuple[str, ast.expr]]:
    if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple) and len(target.elts) == len(value.elts):
        return [pair for each in zip(target.elts, value.elts, strict=True) for pair in _pairs(*each)]
    return [(name, value) for name in _stored_names(target)]


def _stored_names(target: ast.expr) -> list[str]:
    return [each.id for each in ast.walk(target) if isinstance(each, ast.Name)]


def _expression(value: Any) -> ast.expr:
    return _parsed_expression(literal(value))


def _parsed_expression(text: str) -> ast.expr:
    return ast.parse(text, mode="eval").body


def _stream(call: ast.Call) -> str:
    return str(ast.literal_eval(call.args[0]))


def _commented(text: str) -> list[ast.stmt]:
    return parse(text + "\n").body


def _parsed(text: str) -> list[ast.stmt]:
    return ast.parse(text).body


def _text(body: Iterable[ast.stmt]) -> str:
    return write(ast.fix_missing_locations(ast.Module(list(body), []))).strip("\n") if body else ""
