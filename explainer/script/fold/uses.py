"""Uses: which names and attributes of a program are read at all."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterable, Iterator

from explainer.script.fold.classes import only_holds, stands_alone
from explainer.script.fold.scope import own_nodes
from explainer.script.walk import walk

_SCOPES = (ast.Lambda, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp, ast.FunctionDef, ast.ClassDef)


class Uses:
    """What a module reads, counted once: its names in all scopes, and attributes of whatever object."""

    def __init__(self, tree: ast.Module, kept: Iterable[str]) -> None:
        nodes = list(walk(tree))
        self.read = Counter([*_read_in(tree), *kept])
        """How often each name of the module is read."""
        last = tree.body[-1] if tree.body else None
        self.in_loop = Counter(_loads(last) if isinstance(last, ast.For) else ())
        """How often each name is read in the loop that ends the module."""
        self.attributes = {each.attr for each in nodes if isinstance(each, ast.Attribute) and is_load(each)}
        self.attributes |= {str(each.value) for each in nodes if isinstance(each, ast.Constant) and _is_word(each)}
        self.plain = {each.name for each in tree.body if isinstance(each, ast.ClassDef) and only_holds(each)}
        """Classes of which an object is made without anything else being done."""
        self.modules = {each.name for each in tree.body if isinstance(each, ast.ClassDef) and not stands_alone(each)}
        """Classes whose methods others may call, as torch calls those of a network."""
        self.counts = _counts(nodes)
        """Names that only ever hold numbers that are written out: adding to one changes nothing else."""

    def nobody_reads(self, target: ast.expr, read: Counter[str]) -> bool:
        """Return whether a target is read nowhere; ``read`` holds the names that its own scope reads."""
        match target:
            case ast.Name(id=name):
                return name not in read
            case ast.Attribute(value=ast.Name(), attr=name):
                return name not in self.attributes
            case ast.Tuple(elts=elements):
                return all(self.nobody_reads(each, read) for each in elements)
        return False


def is_load(node: ast.Name | ast.Attribute) -> bool:
    """Return whether a name or an attribute is read here."""
    return isinstance(node.ctx, ast.Load)


def _read_in(tree: ast.Module) -> Iterator[str]:
    """Yield the module's names as often as they are read, in functions that have no name like it of their own too."""
    yield from (each.id for each in own_nodes(tree) if isinstance(each, ast.Name) and is_load(each))
    functions = [each for each in tree.body if isinstance(each, ast.FunctionDef)]
    made = [part for each in tree.body if isinstance(each, ast.ClassDef) for part in each.body]
    for part in made:
        if isinstance(part, ast.FunctionDef):
            functions.append(part)
        else:
            yield from _loads(part)
    for function in functions:
        own = _own_locals(function)
        for each in walk(function):
            if isinstance(each, ast.Name) and is_load(each) and each.id not in own:
                yield each.id


def _loads(node: ast.AST) -> Iterator[str]:
    return (each.id for each in walk(node) if isinstance(each, ast.Name) and is_load(each))


def _own_locals(function: ast.FunctionDef) -> set[str]:
    """Return the names that stand for a function's own variables wherever they are read in it."""
    arguments = function.args
    found = {each.arg for each in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)}
    shared: set[str] = set()
    waiting: list[ast.AST] = list(function.body)
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Name) and not is_load(node):
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
            for each in (one for target in node.targets for one in walk(target) if isinstance(one, ast.Name)):
                plain[each.id] = plain.get(each.id, True) and isinstance(node.value, ast.Constant)
        elif isinstance(node, ast.arg):
            plain[node.arg] = False
    return {name for name, known in plain.items() if known}


def _is_word(node: ast.Constant) -> bool:
    return isinstance(node.value, str) and node.value.isidentifier()
