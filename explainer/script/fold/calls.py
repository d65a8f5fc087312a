"""Calls as this run writes them: stars, the processor's name, and what is always so are written out or left out."""

from __future__ import annotations

import ast
from collections.abc import Iterable


def without_processor(node: ast.Call) -> ast.expr:
    """Leave out that something is made on the processor, or brought there, where all is."""
    brought = isinstance(node.func, ast.Attribute) and node.func.attr == "to" and not node.keywords
    if brought and [_is_processor(each) for each in node.args] == [True]:
        return node.func.value  # type: ignore[attr-defined,no-any-return]
    kept = [each for each in node.keywords if each.arg != "device" or not _is_processor(each.value)]
    return node if len(kept) == len(node.keywords) else ast.Call(node.func, node.args, kept)


def _is_processor(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value == "cpu"


def of_all(node: ast.Call) -> bool | None:
    """Return what ``any`` of nothing but False, or ``all`` of nothing but True, comes to."""
    match node:
        case ast.Call(
            func=ast.Name(id="any" | "all" as name), args=[ast.GeneratorExp(elt=ast.Constant(value=bool(told)))]
        ):
            return told if told is (name == "all") else None
    return None


def without_stars(arguments: Iterable[ast.expr]) -> Iterable[ast.expr]:
    """Yield arguments, those of a starred tuple or list that is written out one by one."""
    for each in arguments:
        if isinstance(each, ast.Starred) and isinstance(each.value, ast.Tuple | ast.List):
            yield from each.value.elts
        else:
            yield each


def keywords_of(keywords: Iterable[ast.keyword]) -> Iterable[ast.keyword]:
    """Yield keyword arguments, those of a dictionary behind ``**`` that is written out one by one."""
    for each in keywords:
        keys = each.value.keys if each.arg is None and isinstance(each.value, ast.Dict) else None
        words = [key.value for key in keys or () if isinstance(key, ast.Constant) and isinstance(key.value, str)]
        if isinstance(each.value, ast.Dict) and keys is not None and len(words) == len(keys):
            yield from (ast.keyword(key, value) for key, value in zip(words, each.value.values, strict=True))
        else:
            yield each
