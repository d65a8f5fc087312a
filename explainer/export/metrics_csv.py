"""``metrics.csv``: every recorded number, a row per completed step."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping

import numpy as np

from explainer.contract.series import Series


def encode(series: Mapping[str, Series], step: int) -> bytes:
    """Return the table of steps 1 to ``step``: first column ``step``, then a column per metric.

    Numbers are written as Python's ``repr`` writes a float, so they read back as the same bits; a cell
    is empty where a metric was not recorded. Once a series is thinned there is a row for each step that
    any of them kept, and a first line beginning with ``#`` says so.
    """
    thinned = [name for name, one in series.items() if one.thinned]
    steps = _kept(series, step) if thinned else np.arange(1, step + 1)
    text = io.StringIO(newline="")
    if thinned:
        text.write(f"# thinned, keeping the smallest and largest of neighbouring steps: {'; '.join(thinned)}\n")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["step", *series])
    writer.writerows(zip(steps.tolist(), *(_cells(one, steps) for one in series.values()), strict=True))
    return text.getvalue().encode()


def _kept(series: Mapping[str, Series], step: int) -> np.ndarray:
    """Return the steps from 1 to ``step`` at which at least one series has a value."""
    steps = np.unique(np.concatenate([one.steps for one in series.values()]))
    return steps[(steps >= 1) & (steps <= step)]


def _cells(series: Series, steps: np.ndarray) -> list[str]:
    """Return the text of each cell, empty where ``series`` has no value at that step."""
    cells = [""] * len(steps)
    _, places, own = np.intersect1d(steps, series.steps, assume_unique=True, return_indices=True)
    for place, value in zip(places.tolist(), series.values[own].tolist(), strict=True):
        cells[place] = repr(value)
    return cells
