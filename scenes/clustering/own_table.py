"""A table of one's own that is to be grouped: a CSV with columns of numbers. Plain Python."""

from functools import lru_cache
from typing import NamedTuple

import numpy as np

from explainer.contract.refused import shown
from explainer.lab.csv_tables import column_numbers, column_place, csv_place, csv_rows, number_in, refused_table

COLUMNS = 100
"""The most that are read."""


class Table(NamedTuple):
    """Columns (n, d) of numbers with their names, and the groups (n,) that a label column tells; −1 without one."""

    x: np.ndarray
    columns: tuple[str, ...]
    labels: np.ndarray


def read_table(path: str, label: str) -> Table:
    """Read every column of numbers of a CSV with a head line; ``label`` names one to compare with, or is empty."""
    place = csv_place(path)
    return _read(str(place), place.stat().st_mtime_ns, label.strip())


@lru_cache(4)
def _read(path: str, changed: int, label: str) -> Table:
    head, rows = csv_rows(csv_place(path), 2, "two of numbers")
    told = column_place(head, label, "label") if label else -1
    chosen = [k for k in range(len(head)) if k != told and all(number_in(row[k]) is not None for row in rows)]
    if not 2 <= len(chosen) <= COLUMNS:
        wanted = f"2 to {COLUMNS} are needed"
        raise refused_table(f"{shown(path.rpartition('/')[2])} has {len(chosen)} columns of numbers alone: {wanted}")
    words = [row[told] for row in rows] if label else []
    labels = np.unique(words, return_inverse=True)[1] if label else np.full(len(rows), -1)
    x = np.stack([column_numbers(head[k], [row[k] for row in rows]) for k in chosen], 1)
    return Table(x, tuple(head[k] for k in chosen), labels.astype(np.int64))
