"""The numbers that the lesson states, and how each is had: see ``tests.measure_lessons``."""

from __future__ import annotations

from typing import Any

import numpy as np

from tests.measure_lessons import Stated


def kept(run: Any) -> float:
    """Return how many cells have the number that they had before the shift."""
    arrays = run.arrays("result", "shifted_result")
    return float((arrays["result"] == arrays["shifted_result"]).sum())


def other_ways(run: Any) -> list[float]:
    """Return the same for shifts to the left, down and up."""
    found = []
    for right, down in ((-1, 0), (0, 1), (0, -1)):
        run.set(shift_x=right, shift_y=down)
        found.append(kept(run))
    return found


def leaving(run: Any) -> float:
    """Return in how many windows the maximum stands in the column that leaves, and in the other nowhere."""
    image = run.arrays("input")["input"][0]
    return float(sum(window[:, 0].max() < window.max() for window in windows(image)))


def windows(image: np.ndarray) -> list[np.ndarray]:
    """Return the sixteen windows of 2 × 2."""
    return [image[row : row + 2, column : column + 2] for row in range(0, 8, 2) for column in range(0, 8, 2)]


def corner(run: Any) -> float:
    """Return the first cell."""
    return float(run.arrays("result")["result"][0, 0, 0])


PADDED = "operation=average-pool&image=constant&padding=custom&kernel_height=3&kernel_width=3&stride_y=2&stride_x=2"
STATED = [
    Stated("how many of the 16 cells keep their number", "shift_x=1", kept, (5, 5)),
    Stated("In 8 of 16 windows the maximum leaves", "shift_x=1", leaving, (8, 8)),
    Stated("To the left 6 cells keep their number, down 7, up 5", "shift_x=-1", lambda run: other_ways(run)[0], (6, 6)),
    Stated("To the left 6 cells keep their number, down 7, up 5", "", lambda run: other_ways(run)[1], (7, 7)),
    Stated("To the left 6 cells keep their number, down 7, up 5", "", lambda run: other_ways(run)[2], (5, 5)),
    Stated("keeps 1 of 16", "operation=average-pool&shift_x=1", kept, (1, 1)),
    Stated("gives 4 in the corner", PADDED, corner, (4, 4)),
    Stated("a mean of the image alone: 9", f"{PADDED}&count_include_pad=0", corner, (9, 9)),
]
