"""A drawing as a list of numbers: one or three square planes. Plain Python."""

import math
from collections.abc import Sequence

from explainer.contract import Refused

MOST_SIDE = 64


def plane_count(count: int) -> int:
    """Return whether so many numbers are 1 or 3 square planes; 0 where they are neither."""
    return next((planes for planes in (1, 3) if count and math.isqrt(count // planes) ** 2 * planes == count), 0)


def check_drawing(numbers: Sequence[float]) -> None:
    """Raise :class:`Refused` for a list that is neither empty nor one or three squares of at most 64 × 64."""
    planes = plane_count(len(numbers))
    if numbers and not (planes and math.isqrt(len(numbers) // planes) <= MOST_SIDE):
        raise Refused(
            f"drawing has {len(numbers)} numbers: give one or three squares of up to {MOST_SIDE} × {MOST_SIDE}",
            about="drawing",
        )
