"""How far a sketched curve lies from the true one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from explainer.contract.lesson import Range
from explainer.contract.number_text import number_text
from explainer.contract.series import Series

__all__ = ["CLOSE", "COLUMNS", "Comparison", "compare", "heights"]

COLUMNS = 61
"""A sketch is a height, 0 to 1, in each of so many columns, from the first step to the last."""
CLOSE = 0.1
"""A sketch that lies on average no further away than this share of the height is right."""


@dataclass(frozen=True)
class Comparison:
    """A true curve in the sketch's own columns, NaN where it has no value, and the mean distance to it."""

    true: np.ndarray
    distance: float
    words: str

    @property
    def close(self) -> bool:
        """Whether the sketch counts as right."""
        return self.distance <= CLOSE


def heights(values: np.ndarray, span: Range) -> np.ndarray:
    """Return where values lie between the ends of a range, 0 to 1; beyond them, at the end."""
    with np.errstate(all="ignore"):
        if span.log:
            share = np.log10(values / span.low) / np.log10(span.high / span.low)
            share = np.where(values <= 0, 0.0, share)
        else:
            share = (values - span.low) / (span.high - span.low)
    return np.where(np.isnan(values), np.nan, np.clip(share, 0.0, 1.0))


def compare(sketch: np.ndarray, series: Series, steps: int, span: Range | None) -> Comparison | None:
    """Return how a sketch (COLUMNS,) over the steps 1 to ``steps`` lies to what was recorded; None if nothing was."""
    places = np.linspace(1, steps, COLUMNS)
    values = np.asarray(series.up_to(steps), float)
    there = series.steps[: len(values)]
    fine = np.isfinite(values)
    if not fine.any():
        return None
    scale = span or Range(float(values[fine].min()), max(float(values[fine].max()), float(values[fine].min()) + 1e-300))
    true = np.interp(places, there[fine], heights(values[fine], scale))
    true[places > there[fine][-1]] = np.nan
    known = np.isfinite(true)
    distance = float(np.abs(sketch[known] - true[known]).mean())
    return Comparison(true, distance, _words(distance, span))


def _words(distance: float, span: Range | None) -> str:
    if span is None:
        return f"{100 * distance:.0f} % of its height"
    if span.log:
        return f"a factor of {number_text(float((span.high / span.low) ** distance))}"
    return number_text(distance * (span.high - span.low))
