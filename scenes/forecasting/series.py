"""The series: airline passengers, sunspots, a column of a person's own. Plain Python."""

from functools import cache, lru_cache

import numpy as np

from explainer.assets import asset
from explainer.lab.csv_tables import column_numbers, csv_place, csv_rows, refused_table

MOST_ROWS = 2_000


@cache
def public_series(name: str) -> np.ndarray:
    """Return the values (n,) of ``assets/series``, whose first line says where they come from."""
    return np.loadtxt(asset(f"series/{name}.csv"), delimiter=",", skiprows=2, usecols=1)


def own_series(path: str) -> np.ndarray:
    """Return the last column (n,) of a CSV, in the order of its rows; raise :class:`Refused` for what is none."""
    place = csv_place(path)
    return _read(str(place), place.stat().st_mtime_ns)


@lru_cache(4)
def _read(path: str, changed: int) -> np.ndarray:
    head, rows = csv_rows(csv_place(path), 1, "values")
    if len(rows) > MOST_ROWS:
        raise refused_table(f"the series has {len(rows):,} rows: keep at most {MOST_ROWS:,}, the latest")
    values = column_numbers(head[-1], [row[-1] for row in rows])
    if not np.ptp(values):
        raise refused_table(f"column {head[-1]!r} is {values[0]} throughout: there is nothing to forecast")
    return values
