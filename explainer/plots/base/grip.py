"""Something in a plot that can be taken with the pointer and dragged."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import Qt


@dataclass
class Grip:
    """Where a plot can be taken hold of; all callbacks receive data coordinates.

    ``distance`` returns how far a point in pixels is from it; within ``reach`` it is taken.
    """

    distance: Callable[[float, float], float]
    moved: Callable[[float, float], None]
    released: Callable[[float, float], None]
    reach: float = 14.0
    cursor: Qt.CursorShape = Qt.CursorShape.OpenHandCursor
    enabled: bool = True
