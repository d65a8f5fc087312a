"""How the curves of runs beside one another are told apart: each run has a pattern of its own, everywhere."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import Qt
from PySide6.QtGui import QPen

LETTERS = "ABCD"
DASHES: tuple[tuple[float, ...], ...] = ((), (4.0, 2.5), (1.2, 2.0), (5.0, 2.0, 1.2, 2.0))
"""Lengths of lines and gaps by lane, in widths of the pen; none: unbroken."""


def lane_of(letter: str) -> int:
    """Return a lane's number, 0 for what is none."""
    return max(0, LETTERS.find(letter)) if letter else 0


def own_lane(others: Iterable[str]) -> int:
    """Return the number of the lane that is beside these: the first letter that is missing is its own."""
    known = set(others)
    return next((lane for lane, letter in enumerate(LETTERS) if letter not in known), 0)


def patterned(pen: QPen, lane: int) -> QPen:
    """Return a pen with the pattern of a lane."""
    dashes = DASHES[lane % len(DASHES)]
    if dashes:
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        pen.setDashPattern(list(dashes))
    return pen
