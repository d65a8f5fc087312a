"""Code as a tree that remembers how it was written: comments, empty lines, and the text of every statement."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass, field
from textwrap import dedent
from typing import TypeGuard

from explainer.script.walk import walk

PHASE = "phase"
_PHASE = re.compile(r"# \d+\. ")
"""How a phase of the loop is headed."""
BLOCKS = ("body", "orelse", "finalbody")
"""The fields of a statement that hold statements."""


@dataclass
class Looks:
    """How a statement was written: comments above and behind it, an empty line before it, its own text."""

    above: list[str] = field(default_factory=list)
    behind: str = ""
    apart: bool = False
    text: str = ""
    meaning: str = ""


def parse(text: str) -> ast.Module:
    """Return the tree of ``text``, each statement with its :class:`Looks`."""
    tree, page = ast.parse(text), _Page(text)
    for node in statements(tree):
        node.looks = page.looks(node)  # type: ignore[attr-defined]
    for holder in [tree, *statements(tree)]:
        for body in bodies(holder):
            body[:] = [part for each in body for part in (*_phases(each), each)]
    return tree


def phase(line: str, apart: bool = False) -> ast.stmt:
    """Return the comment that heads a phase of the loop as a statement of its own, for it outlives its first line."""
    made = ast.Expr(ast.Constant(line, kind=PHASE))
    made.looks = Looks(apart=apart, text=line, meaning=meaning(made))  # type: ignore[attr-defined]
    return made


def is_phase(node: ast.stmt) -> bool:
    """Return whether a statement only heads a phase."""
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and node.value.kind == PHASE


def _phases(node: ast.stmt) -> Iterator[ast.stmt]:
    looks = looks_of(node)
    while looks.above and _PHASE.match(looks.above[0]):
        yield phase(looks.above.pop(0), looks.apart)
        looks.apart = False


def looks_of(node: ast.stmt) -> Looks:
    """Return how a statement was written; one that was made anew has no looks."""
    found = getattr(node, "looks", None)
    return found if isinstance(found, Looks) else Looks()


def like(made: ast.stmt, node: ast.stmt) -> ast.stmt:
    """Return a statement that was made in place of ``node``, with its comments."""
    looks = looks_of(node)
    made.looks = Looks(looks.above, looks.behind, looks.apart)  # type: ignore[attr-defined]
    return made


def statements(tree: ast.AST) -> Iterator[ast.stmt]:
    """Yield every statement of a tree."""
    for node in walk(tree):
        if isinstance(node, ast.stmt):
            yield node


def bodies(node: ast.AST) -> Iterator[list[ast.stmt]]:
    """Yield the lists of statements that a node holds itself."""
    for name in BLOCKS:
        found = getattr(node, name, None)
        if isinstance(found, list) and found:
            yield found
    for part in [*getattr(node, "handlers", ()), *getattr(node, "cases", ())]:
        yield part.body


def is_compound(node: ast.stmt) -> bool:
    """Return whether a statement holds others."""
    return any(True for _ in bodies(node))


def meaning(node: ast.stmt) -> str:
    """Return what a statement says, apart from the statements in it, so that two of the same can be told."""
    kept = {name: getattr(node, name) for name in (*BLOCKS, "handlers", "cases") if hasattr(node, name)}
    if not is_compound(node):
        return ast.dump(node)
    try:
        for name in kept:
            setattr(node, name, [])
        return ast.dump(node)
    finally:
        for name, value in kept.items():
            setattr(node, name, value)


def is_text(node: ast.stmt) -> bool:
    """Return whether a statement is a text alone, as a docstring is."""
    return text_in(node) is not None


def text_in(node: ast.stmt) -> str | None:
    """Return the text that a statement is; None for one that is more."""
    match node:
        case ast.Expr(value=ast.Constant(value=str(text), kind=None)):
            return text
    return None


def is_name(node: ast.AST, name: str) -> TypeGuard[ast.Name]:
    """Return whether a node is a certain name, read or stored."""
    return isinstance(node, ast.Name) and node.id == name


class _Page:
    """The lines of a text, its comments by line, and where its logical lines end."""

    def __init__(self, text: str) -> None:
        self.lines = text.splitlines()
        self.comments: dict[int, str] = {}
        self.ends: list[int] = []
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            if token.type == tokenize.COMMENT:
                self.comments[token.start[0]] = token.string
            elif token.type == tokenize.NEWLINE:
                self.ends.append(token.start[0])

    def looks(self, node: ast.stmt) -> Looks:
        """Return how a statement was written."""
        first = min([node.lineno, *(each.lineno for each in getattr(node, "decorator_list", ()))])
        last = next(end for end in self.ends if end >= node.lineno)
        if not is_compound(node):
            last = next(end for end in self.ends if end >= (node.end_lineno or last))
        above = self._above(first)
        apart = first - len(above) > 1 and not self.lines[first - len(above) - 2].strip()
        whole = "\n".join(self.lines[first - 1 : last])
        behind = self.comments.get(last, "")
        text = whole.removesuffix(behind).rstrip() if behind else whole
        text = dedent(text).strip("\n")
        return Looks(above, behind, apart, text.removeprefix("el") if isinstance(node, ast.If) else text, meaning(node))

    def _above(self, first: int) -> list[str]:
        found: list[str] = []
        while first > 1 and self.lines[first - 2].strip().startswith("#"):
            first -= 1
            found.insert(0, self.lines[first - 1].strip())
        return found
