"""What a script leaves out of the words in code: annotations, all but the first line of docstrings."""

from __future__ import annotations

import ast
import re

from explainer.script.fold.tree import bodies, is_phase, is_text, like, looks_of, text_in
from explainer.script.fold.write import WIDTH
from explainer.script.walk import walk

_ROLE = re.compile(r":\w+:`~?([^`]+)`")


def shorten(tree: ast.Module) -> None:
    """Take away annotations that no class needs, and all of a docstring but its first line."""
    for node in walk(tree):
        if isinstance(node, ast.FunctionDef):
            node.returns = None
        elif isinstance(node, ast.arg):
            node.annotation = None
    _in_body(tree.body, top=True)


def _in_body(body: list[ast.stmt], top: bool = False, fields: bool = False) -> None:
    kept: list[ast.stmt] = []
    for place, node in enumerate(body):
        if is_phase(node) and (place + 1 == len(body) or is_phase(body[place + 1])):
            continue
        if is_text(node) and place:
            _tell(kept[-1], _first_line(node))
            continue
        if is_text(node) and not top:
            kept.append(_docstring(node))
            continue
        made = node if fields else _without_annotation(node)
        if made is None:
            continue
        kept.append(made)
        for inner in bodies(made):
            _in_body(inner, fields=isinstance(made, ast.ClassDef))
    body[:] = kept


def _without_annotation(node: ast.stmt) -> ast.stmt | None:
    if not isinstance(node, ast.AnnAssign):
        return node
    if node.value is None:
        return None
    return like(ast.Assign([node.target], node.value, lineno=0), node)


def _first_line(node: ast.stmt) -> str:
    first = (text_in(node) or "").strip().partition("\n\n")[0]
    return _ROLE.sub(r"\1", " ".join(first.split())).replace("``", "")


def _docstring(node: ast.stmt) -> ast.stmt:
    line = _first_line(node)
    return node if line == text_in(node) else like(ast.Expr(ast.Constant(line)), node)


def _tell(node: ast.stmt, line: str) -> None:
    """Put what is said of a name behind it, or above it where that would be too long."""
    looks = looks_of(node)
    line = "# " + line.removesuffix(".")
    node.looks = looks  # type: ignore[attr-defined]
    if not looks.behind and len(ast.unparse(node)) + len(line) + 2 <= WIDTH and "\n" not in looks.text:
        looks.behind = line
    elif len(line) <= WIDTH:
        looks.above.append(line)
