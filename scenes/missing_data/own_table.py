"""A table of a person's own: a CSV with columns of numbers, without holes. Plain Python."""

from functools import lru_cache

import numpy as np

from explainer.lab.csv_tables import column_numbers, column_place, csv_place, csv_rows, number_in, refused_table
from explainer.scenes.missing_data import MOST

FEWEST = 30
"""So many rows there must be."""


def read_table(path: str, columns: str) -> tuple[list[str], np.ndarray]:
    """Read a CSV with a head line: the names of x and y, and all columns of numbers (n, column), x and y in front.

    ``columns`` names x and y with a comma between; without it they are the first two. Raises :class:`Refused`, naming
    file, line or column and the remedy.
    """
    place = csv_place(path)
    return _read(str(place), place.stat().st_mtime_ns, columns)


@lru_cache(4)
def _read(path: str, changed: int, columns: str) -> tuple[list[str], np.ndarray]:
    head, rows = csv_rows(csv_place(path), 2, "two columns of numbers")
    if not FEWEST <= len(rows) <= MOST:
        raise refused_table(f"the table has {len(rows)} rows: {FEWEST} to {MOST} are needed")
    numeric = [place for place in range(len(head)) if number_in(rows[0][place]) is not None]
    wanted = (
        [column_place(head, name.strip(), "columns") for name in columns.split(",")] if columns.strip() else numeric[:2]
    )
    if len(set(wanted)) != 2:
        raise refused_table("two columns of numbers are needed: name them x, y", "columns")
    order = [*wanted, *(place for place in numeric if place not in wanted)]
    x = np.stack([column_numbers(head[place], [row[place] for row in rows]) for place in order], 1)
    x = x[:, [True, True, *(x[:, 2:].std(0) > 0)]]
    if not (x[:, :2].std(0) > 0).all():
        raise refused_table("x and y must vary: one of them is the same in every row", "columns")
    return [head[place] for place in wanted], x
