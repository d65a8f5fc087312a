"""A table of a person's own: a CSV with columns of numbers, one of two groups and one of two labels. Plain Python."""

from functools import lru_cache

import numpy as np

from explainer.contract.refused import shown
from explainer.lab.csv_tables import column_numbers, column_place, csv_place, csv_rows, number_in, refused_table

LEAST = 4
"""So many rows of each label there must be in each group."""


def read_people(path: str, columns: str) -> tuple[np.ndarray, np.ndarray, np.ndarray, list[str]]:
    """Read a CSV with a head line: numbers (n, column), who is of B (n,), who is positive (n,), the columns' names.

    ``columns`` names group, label and perhaps the positive label; without it they are the last two columns. A is the
    larger group, positive the label that sorts last. Raises :class:`Refused`, naming file, column and the remedy.
    """
    place = csv_place(path)
    return _read(str(place), place.stat().st_mtime_ns, columns)


@lru_cache(4)
def _read(path: str, changed: int, columns: str) -> tuple[np.ndarray, np.ndarray, np.ndarray, list[str]]:
    head, rows = csv_rows(csv_place(path), 3, "numbers, a group and a label")
    named = [name.strip() for name in columns.split(",")] if columns.strip() else []
    if len(named) not in (0, 2, 3):
        raise refused_table(f"columns = {shown(columns)} is refused: name group and label, as in sex,repaid", "columns")
    roles = [column_place(head, name, "columns") for name in named[:2]] or [len(head) - 2, len(head) - 1]
    words = [[row[role] for row in rows] for role in roles]
    for role, each in zip(roles, words, strict=True):
        if len(set(each)) != 2:
            raise refused_table(
                f"the column {shown(head[role])} has {len(set(each))} values: two are needed", "columns"
            )
    known = sorted(set(words[1]), key=lambda word: (number_in(word) is None, number_in(word) or 0.0, word))
    if len(named) == 3 and named[2] not in known:
        raise refused_table(
            f"{shown(named[2])} is no label of {shown(head[roles[1]])}: {', '.join(known)} are", "columns"
        )
    smaller = min(sorted(set(words[0])), key=words[0].count)
    group = np.array([word == smaller for word in words[0]])
    label = np.array([word == (named[2] if len(named) == 3 else known[1]) for word in words[1]])
    if np.bincount(2 * group + label, minlength=4).min() < LEAST:
        raise refused_table(f"each label needs at least {LEAST} rows in each group: add some, or name other columns")
    numeric = [k for k in range(len(head)) if k not in roles and number_in(rows[0][k]) is not None]
    if not numeric:
        raise refused_table("no column besides group and label holds numbers in the first row: add one")
    x = np.stack([column_numbers(head[k], [row[k] for row in rows]) for k in numeric], 1)
    return x, group, label, [head[k] for k in numeric]
