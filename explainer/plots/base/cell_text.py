"""Numbers short enough for the cells of a table: whole ones whole, the others with as many digits as fit."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

import numpy as np

from explainer.contract.number_text import number_text

MOST_DECIMALS = 3
THOUSANDS, MILLIONS, WHOLE = 10_000, 1_000_000, 1e15


def cell_texts(values: Iterable[float], width: float, digit: float) -> list[str]:
    """Return texts with equally many decimals that fit into ``width`` pixels at ``digit`` pixels a figure.

    Numbers too small or too large for decimals have powers of ten. Empty texts where nothing fits, or only so many
    decimals that the largest number would be written as 0.
    """
    numbers = [float(value) for value in values]
    largest = max((abs(number) for number in numbers if math.isfinite(number)), default=0.0)
    if largest and not 10.0 ** (1 - MOST_DECIMALS) <= largest < MILLIONS:
        texts = [number_text(number, 2) if math.isfinite(number) else short(number, 0) for number in numbers]
        return texts if max(map(_length, texts)) * digit <= width else [""] * len(numbers)
    most, widest = needed_decimals(numbers), _widest(numbers)
    for decimals in range(most, -1, -1):
        room = max((_length(short(number, decimals)) for number in widest), default=0)
        if largest and largest < 10.0**-decimals:
            break
        if room * digit <= width and (decimals or most == 0 or largest >= 10):
            return [short(number, decimals) for number in numbers]
    return [""] * len(numbers)


def _widest(numbers: Sequence[float]) -> list[float]:
    """Return those numbers of which one has the longest text, however many decimals all have."""
    beyond = [number for number in numbers if not math.isfinite(number) or abs(number) >= THOUSANDS]
    usual = [number for number in numbers if abs(number) < THOUSANDS]
    return [*beyond, *([min(usual), max(usual)] if usual else [])]


def value_text(value: float) -> str:
    """Return a number as it is read: a whole one whole, another with three digits."""
    if math.isfinite(value) and value == round(value) and abs(value) < 10 * MILLIONS:
        return f"{value:,.0f}".replace("-", "−")
    return number_text(value)


def needed_decimals(numbers: Sequence[float], most: int = MOST_DECIMALS) -> int:
    """Return how many decimals it takes to tell the numbers, ``most`` at most."""
    told = np.array([number for number in numbers if abs(number) < WHOLE], float)
    for decimals in range(most):
        if (np.abs(told - told.round(decimals)) < 1e-6 * np.maximum(1, np.abs(told))).all():
            return decimals
    return most


def short(number: float, decimals: int) -> str:
    """Return a number with a real minus sign, without a minus before zero; thousands from 10,000 on as k."""
    if math.isfinite(number) and abs(number) >= THOUSANDS:
        return f"{number / 1000:.0f}k".replace("-", "−")
    return whole_text(number, decimals)


def whole_text(number: float, decimals: int) -> str:
    """Return a number likewise with all figures before the point, as it stands in a sum that is to be added up."""
    if not math.isfinite(number):
        return "" if math.isnan(number) else ("∞" if number > 0 else "−∞")
    text = f"{number:.{decimals}f}"
    if float(text) == 0:
        text = text.lstrip("-")
    return text.replace("-", "−")


def _length(text: str) -> float:
    """Return a text's width in figures; a point is half as wide, spaces and a sign of multiplication too."""
    return len(text) - 0.5 * (text.count(".") + text.count(" ") + text.count("·"))
