"""The numbers that the lesson states, and how each is had: see ``tests.measure_lessons``."""

from __future__ import annotations

from typing import Any

from tests.measure_lessons import Stated


def mistakes(run: Any) -> float:
    """Return how many mistakes were made."""
    return float(run.metrics["mistakes"][-1])


def last_mistake(run: Any) -> float:
    """Return the step of the last mistake."""
    made = run.metrics["mistakes"]
    return float((made < made[-1]).sum() + 1)


def bound(run: Any) -> float:
    """Return Novikoff's bound."""
    return float(run.arrays("bound")["bound"][0])


def share(run: Any) -> float:
    """Return the share of points that the drawn line has right."""
    return float(run.metrics["correct"][-1])


STATED = [
    Stated("Between 7 and 12 mistakes", "run=200", mistakes, (7, 12)),
    Stated("the last one by step 34", "run=200", last_mistake, (1, 34)),
    Stated("For AND it is 51, for OR 27", "data=and", bound, (50.99, 51.01)),
    Stated("For AND it is 51, for OR 27", "data=or", bound, (26.99, 27.01)),
    Stated("| 51 | 7 to 12 |", "run=100", mistakes, (7, 12)),
    Stated("| 27 | 2 to 4 |", "data=or&run=100", mistakes, (2, 4)),
    Stated("| 23 to 28 | 3 |", "data=apart&run=100", mistakes, (3, 3)),
    Stated("| 23 to 28 | 3 |", "data=apart", bound, (23, 28.5)),
    Stated("1,997 mistakes in 2,000 steps", "data=xor&order=cyclic&run=2000", mistakes, (1997, 1997)),
    Stated("The pocket's 95 %", "data=mixed&rule=pocket&run=1000", share, (0.945, 0.955)),
    Stated("against 80 to 88 %", "data=mixed&run=1000", share, (0.795, 0.885)),
]
