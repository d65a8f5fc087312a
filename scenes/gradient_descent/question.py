"""What the answers of the maps depend on, besides the optimizer."""

from __future__ import annotations

from typing import Any


def place_key(frame: Any) -> tuple[Any, ...]:
    """Return what determines the surface: its name, shape and data."""
    params = frame.params
    points = frame.arrays.get("points")
    return (
        params.surface,
        params.condition,
        params.angle,
        params.expression,
        points.tobytes() if points is not None else b"",
    )
