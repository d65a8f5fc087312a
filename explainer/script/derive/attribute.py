"""Attributes of an experiment: ``self.x``, and the parameters, ``self.params``."""

from __future__ import annotations

import ast

TAKEN = frozenset({"step", "row", "device", "finished"})
"""Names that the script gives a meaning of its own."""


def is_own(node: ast.Attribute) -> bool:
    """Return whether an attribute is one of ``self``."""
    return isinstance(node.value, ast.Name) and node.value.id == "self"


def is_params(node: ast.expr) -> bool:
    """Return whether an expression is ``self.params``."""
    return isinstance(node, ast.Attribute) and is_own(node) and node.attr == "params"


class NameAttributes(ast.NodeTransformer):
    """Puts one name in the place of each parameter, of all of them together, and of each attribute."""

    def __init__(self, aliases: dict[str, str]) -> None:
        self.aliases = aliases

    def visit_Attribute(self, node: ast.Attribute) -> ast.expr:
        """Return the name that stands for an attribute, where it is one of these."""
        if is_params(node):
            return ast.Name("params", node.ctx)
        if is_own(node):
            return ast.Name(node.attr, node.ctx)
        self.generic_visit(node)
        if isinstance(node.value, ast.Name) and node.value.id == "params":
            return ast.Name(f"params.{node.attr}", node.ctx)
        return node
