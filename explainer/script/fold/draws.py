"""Draws: random numbers that nothing reads, where the next ones are drawn from another seed."""

from __future__ import annotations

import ast

from explainer.script.fold.effects import is_harmless, only_draws
from explainer.script.fold.stores import is_idle
from explainer.script.fold.tree import is_phase, is_text
from explainer.script.fold.uses import Uses


def drop_overtaken(tree: ast.Module, uses: Uses) -> bool:
    """Take away what is drawn between two seeds, where nothing else is done between them; return whether any went."""
    harmless = uses.plain | _drawers(tree, uses)
    idle: list[ast.stmt] = []
    seeded = went = False
    for node in list(tree.body):
        if _is_seed(node):
            if seeded:
                tree.body = [each for each in tree.body if not any(each is one for one in idle)]
                went = True
            idle, seeded = [node], True
        elif isinstance(node, ast.FunctionDef | ast.ClassDef | ast.Import | ast.ImportFrom) or is_phase(node):
            continue
        elif isinstance(node, ast.Assign) and all(is_idle(target, tree, uses) for target in node.targets):
            seeded &= is_harmless(node.value, harmless, drawing=True)
            idle.append(node)
        elif isinstance(node, ast.Expr) and is_harmless(node.value, harmless, drawing=True):
            idle += [] if is_text(node) else [node]
        elif not (isinstance(node, ast.Assign) and is_harmless(node.value, uses.plain)) and not _sets_up(node):
            seeded = False
    return went


def _drawers(tree: ast.Module, uses: Uses) -> set[str]:
    """Return the functions that change nothing but the state of the random numbers."""
    functions = [each for each in tree.body if isinstance(each, ast.FunctionDef)]
    found: set[str] = set()
    for _ in range(3):  # a function may call one that calls one
        found |= {each.name for each in functions if only_draws(each, uses.plain | found)}
    return found


def _is_seed(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and ast.unparse(node.value).startswith("torch.manual_seed(")


def _sets_up(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and ast.unparse(node.value).startswith("torch.set_num_threads(")
