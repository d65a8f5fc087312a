"""Classes: what their objects hold, and what is called of them though the script itself does not."""

from __future__ import annotations

import ast

from explainer.script.walk import walk

OVERRIDES = frozenset({"forward", "reset_parameters", "extra_repr", "step", "state_dict", "__init__"})
"""Methods that torch calls."""


def fields_of(node: ast.ClassDef) -> list[str]:
    """Return the names of a class's annotated fields, in order."""
    return [
        each.target.id for each in node.body if isinstance(each, ast.AnnAssign) and isinstance(each.target, ast.Name)
    ]


def own_attributes(node: ast.ClassDef) -> set[str]:
    """Return the attributes that a class's methods and fields give its objects."""
    stored = {each.attr for each in walk(node) if isinstance(each, ast.Attribute) and _is_set_here(each)}
    return stored | set(fields_of(node))


def is_record(node: ast.ClassDef) -> bool:
    """Return whether a class is a dataclass."""
    return any("dataclass" in ast.unparse(each) for each in node.decorator_list)


def is_tuple(node: ast.ClassDef) -> bool:
    """Return whether a class is a named tuple."""
    return any("NamedTuple" in ast.unparse(each) for each in node.bases)


def stands_alone(node: ast.ClassDef) -> bool:
    """Return whether a class inherits no methods that call its own."""
    return not node.bases or is_tuple(node)


def only_holds(node: ast.ClassDef) -> bool:
    """Return whether making an object of a class does nothing but keep what is given."""
    return is_record(node) or is_tuple(node)


def is_needed(node: ast.FunctionDef, overrides: bool) -> bool:
    """Return whether a method is called without being named: by Python, or by torch where it ``overrides`` one."""
    special = node.name.startswith("__") and node.name.endswith("__")
    return special or (overrides and node.name in OVERRIDES)


def is_property(node: ast.AST) -> bool:
    """Return whether a method is called by reading an attribute."""
    return any("property" in ast.unparse(each) for each in getattr(node, "decorator_list", ()))


def _is_set_here(node: ast.Attribute) -> bool:
    return isinstance(node.ctx, ast.Store) and isinstance(node.value, ast.Name) and node.value.id == "self"
