"""What the operators of an expression do: on numbers elementwise, on text and pairs only comparing."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any

import numpy as np

from explainer.contract.refused import Refused
from explainer.teach.expressions.functions import numbers

__all__ = ["ARITHMETIC", "COMPARISONS", "calculated", "compared", "index_of", "truth"]

ARITHMETIC: dict[type, Callable[[Any, Any], Any]] = {
    ast.Add: np.add,
    ast.Sub: np.subtract,
    ast.Mult: np.multiply,
    ast.Div: np.true_divide,
    ast.FloorDiv: np.floor_divide,
    ast.Mod: np.mod,
    ast.Pow: np.float_power,
}
COMPARISONS: dict[type, Callable[[Any, Any], Any]] = {
    ast.Eq: np.equal,
    ast.NotEq: np.not_equal,
    ast.Lt: np.less,
    ast.LtE: np.less_equal,
    ast.Gt: np.greater,
    ast.GtE: np.greater_equal,
    ast.In: lambda part, whole: part in whole,
    ast.NotIn: lambda part, whole: part not in whole,
}


def calculated(operator: ast.operator, left: Any, right: Any) -> Any:
    """Return what an operator makes of two numbers, or arrays of them, elementwise; raise :class:`Refused`."""
    work = ARITHMETIC[type(operator)]
    return _one_by_one(work, numbers(left, work.__name__), numbers(right, work.__name__))


def compared(operator: ast.cmpop, left: Any, right: Any) -> Any:
    """Return the comparison of two values, elementwise for numbers; raise :class:`Refused` for unlike ones."""
    if isinstance(operator, (ast.In, ast.NotIn)):
        if not isinstance(right, (str, tuple, list)):
            raise Refused("'in' looks into text and lists only")
        return COMPARISONS[type(operator)](left, right)
    if isinstance(left, (tuple, list)) or isinstance(right, (tuple, list)):
        return _whole(operator, left, right)
    pair = np.asarray(left), np.asarray(right)
    if sum(side.dtype.kind in "US" for side in pair) == 1:
        raise Refused("text is compared with a number")
    if pair[0].dtype.kind not in "US":
        pair = numbers(left, "a comparison"), numbers(right, "a comparison")
    return _one_by_one(COMPARISONS[type(operator)], *pair)


def _one_by_one(work: Callable[[Any, Any], Any], left: np.ndarray, right: np.ndarray) -> Any:
    try:
        return work(left, right)
    except ValueError:
        sizes = " and ".join(" × ".join(map(str, side.shape)) for side in (left, right))
        raise Refused(f"{sizes} values cannot be put together one by one") from None


def _whole(operator: ast.cmpop, left: Any, right: Any) -> bool:
    if not isinstance(operator, (ast.Eq, ast.NotEq)):
        raise Refused("pairs and lists are equal or not, and nothing else")
    same = list(np.ravel(left)) == list(np.ravel(right))
    return same if isinstance(operator, ast.Eq) else not same


def truth(value: Any) -> bool:
    """Return whether a value is true; raise :class:`Refused` where it is several, or none of both."""
    found = np.asarray(value)
    if found.size != 1 or found.dtype.kind not in "biuf":
        what = f"{found.size} values" if found.size != 1 else "text"
        raise Refused(f"{what} where one is needed that is true or false; compare it, or use all(…) or any(…)")
    return bool(found.reshape(()))


def index_of(value: Any) -> int:
    """Return a value as a place in an array; raise :class:`Refused` for one that is no whole number."""
    found = numbers(value, "a place")
    if found.size != 1 or not float(found.reshape(())).is_integer():
        raise Refused("a place is one whole number, counted from 0")
    return int(found.reshape(()))
