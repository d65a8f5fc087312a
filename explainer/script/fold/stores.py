"""Dead stores: what a variable holds before the loop, where the loop puts in something else before it reads."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from explainer.script.fold.effects import is_harmless
from explainer.script.fold.tree import is_name
from explainer.script.fold.uses import Uses
from explainer.script.walk import walk


def drop_overwritten(tree: ast.Module, uses: Uses) -> bool:
    """Take away values that nobody reads before the loop overwrites them; return whether any went."""
    went = False
    for node in list(tree.body):
        if not isinstance(node, ast.Assign) or not is_harmless(node.value, uses.plain):
            continue
        if all(is_idle(target, tree, uses) for target in node.targets):
            tree.body = [each for each in tree.body if each is not node]
            went = True
    return went


def is_idle(target: ast.expr, tree: ast.Module, uses: Uses) -> bool:
    """Return whether nobody reads what a variable holds before the loop."""
    if isinstance(target, ast.Tuple):
        return all(is_idle(each, tree, uses) for each in target.elts)
    loop = tree.body[-1]
    if not isinstance(target, ast.Name) or not isinstance(loop, ast.For):
        return False
    inside = uses.in_loop[target.id]
    return uses.read[target.id] == inside and (not inside or _is_first_stored(loop.body, target.id))


def _is_first_stored(body: Sequence[ast.stmt], name: str) -> bool:
    """Return whether statements put something into a variable before they read it."""
    first = next((each for each in body if any(is_name(part, name) for part in walk(each))), None)
    if not isinstance(first, ast.Assign) or any(is_name(part, name) for part in walk(first.value)):
        return False
    return all(isinstance(part, ast.Name | ast.Tuple | ast.expr_context) for one in first.targets for part in walk(one))
