"""The functions that an expression over a run may call, and how many arguments each takes."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from explainer.contract.refused import Refused

__all__ = ["FUNCTIONS", "VALUES", "numbers"]

VALUES = {"inf": math.inf, "nan": math.nan, "pi": math.pi}
"""Names of numbers."""
NEVER = math.inf
"""The step at which something happens that does not happen."""


def numbers(value: Any, name: str) -> np.ndarray:
    """Return a value as float64 numbers; raise :class:`Refused` where it is text or has none."""
    try:
        found = np.asarray(value)
    except ValueError:
        found = np.asarray("")
    if found.dtype.kind not in "biuf":
        raise Refused(f"{name} needs numbers, and was given text or a pair")
    return found.astype(np.float64)


def some(value: Any, name: str) -> np.ndarray:
    """Return a value as at least one number."""
    found = numbers(value, name)
    if not found.size:
        raise Refused(f"{name} has no value to take: nothing has been recorded yet")
    return found


def over_steps(value: Any, name: str) -> np.ndarray:
    """Return a value as a series, one number a step; the k-th belongs to step k."""
    found = numbers(value, name)
    if found.ndim != 1:
        raise Refused(f"{name} needs a series, one number a step, and was given {found.ndim} dimensions")
    return found


def first_step(true: np.ndarray) -> float:
    """Return the first step at which something is true, from 1; infinite where it never is."""
    return float(np.argmax(true)) + 1 if true.any() else NEVER


def first_below(series: Any, bound: Any) -> float:
    """Return the first step at which a series is below a bound."""
    return first_step(over_steps(series, "first_below") < numbers(bound, "first_below"))


def first_above(series: Any, bound: Any) -> float:
    """Return the first step at which a series is above a bound."""
    return first_step(over_steps(series, "first_above") > numbers(bound, "first_above"))


def stays_below(series: Any, bound: Any) -> float:
    """Return the step from which on a series stays below a bound, to its end."""
    below = over_steps(series, "stays_below") < numbers(bound, "stays_below")
    if not below.size or not below[-1]:
        return NEVER
    return float(len(below) - np.argmin(below[::-1])) + 1 if not below.all() else 1.0


def at(series: Any, step: Any) -> float:
    """Return the value that a series has at a step, counted from 1; −1 is the last step."""
    values, place = over_steps(series, "at"), float(numbers(step, "at"))
    index = place - 1 if place > 0 else len(values) + place
    if not (index.is_integer() and 0 <= index < len(values)):
        raise Refused(f"at has no step {place:g}: the series has steps 1 to {len(values)}")
    return float(values[int(index)])


def _norm(value: Any) -> float:
    return float(np.sqrt((some(value, "norm") ** 2).sum()))


def _each(name: str, function: Callable[[np.ndarray], Any]) -> Callable[[Any], Any]:
    return lambda value: function(numbers(value, name))


def _whole(name: str, function: Callable[[np.ndarray], Any]) -> Callable[[Any], Any]:
    return lambda value: function(some(value, name))


def _truths(value: Any, name: str) -> np.ndarray:
    return numbers(value, name).astype(bool)


FUNCTIONS: dict[str, tuple[Callable[..., Any], int]] = {
    "last": (_whole("last", lambda x: x.ravel()[-1]), 1),
    "first": (_whole("first", lambda x: x.ravel()[0]), 1),
    "min": (_whole("min", np.min), 1),
    "max": (_whole("max", np.max), 1),
    "mean": (_whole("mean", np.mean), 1),
    "median": (_whole("median", np.median), 1),
    "std": (_whole("std", np.std), 1),
    "argmax": (_whole("argmax", np.argmax), 1),
    "argmin": (_whole("argmin", np.argmin), 1),
    "norm": (_norm, 1),
    "sum": (_each("sum", np.sum), 1),
    "abs": (_each("abs", np.abs), 1),
    "sqrt": (_each("sqrt", np.sqrt), 1),
    "exp": (_each("exp", np.exp), 1),
    "log": (_each("log", np.log), 1),
    "round": (_each("round", np.round), 1),
    "isfinite": (_each("isfinite", np.isfinite), 1),
    "len": (lambda value: float(len(np.atleast_1d(np.asarray(value)))), 1),
    "any": (lambda value: bool(_truths(value, "any").any()), 1),
    "all": (lambda value: bool(_truths(value, "all").all()), 1),
    "first_below": (first_below, 2),
    "first_above": (first_above, 2),
    "stays_below": (stays_below, 2),
    "at": (at, 2),
}
"""Name → what it does, and how many arguments it takes. Steps count from 1, places in arrays from 0."""
