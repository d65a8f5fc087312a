"""Side effects: which expressions change nothing, so that they can be left out when nobody reads them."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from explainer.script.walk import walk


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


def is_harmless(node: ast.expr | None, classes: Iterable[str] = (), drawing: bool = False) -> bool:
    """Return whether an expression can be left out when nobody wants what it comes to.

    ``drawing`` says that random numbers may be drawn, since nobody sees which come next.
    """
    for each in _done_at_once(node) if node is not None else ():
        if isinstance(each, ast.Await | ast.Yield | ast.YieldFrom | ast.NamedExpr):
            return False
        if isinstance(each, ast.Call) and not is_harmless_call(each.func, classes, drawing):
            return False
    return True


def _done_at_once(node: ast.AST) -> Iterator[ast.AST]:
    """Yield what an expression does itself: what a ``lambda`` does is done by those who call it."""
    waiting = [node]
    while waiting:
        each = waiting.pop()
        yield each
        waiting += ast.iter_child_nodes(each.args if isinstance(each, ast.Lambda) else each)


def is_harmless_call(called: ast.expr, classes: Iterable[str], drawing: bool = False) -> bool:
    """Return whether calling what ``called`` names changes nothing, apart from what its arguments do."""
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


def only_draws(node: ast.FunctionDef, harmless: Iterable[str]) -> bool:
    """Return whether a function changes nothing but the state of the random numbers."""
    for each in walk(node):
        if isinstance(each, ast.Call) and not is_harmless_call(each.func, harmless, True):
            return False
        if isinstance(each, ast.Attribute | ast.Subscript) and not isinstance(each.ctx, ast.Load):
            return False
        if isinstance(each, ast.Global | ast.Yield | ast.YieldFrom | ast.AugAssign | ast.Raise):
            return False
    return True
