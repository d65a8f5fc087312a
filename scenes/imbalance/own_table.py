"""A table of a person's own: a CSV with columns of numbers and one of two labels. Plain Python."""

from functools import lru_cache

import numpy as np

from explainer.contract.refused import shown
from explainer.lab.csv_tables import column_numbers, column_place, csv_place, csv_rows, number_in, refused_table

LEAST = 4
"""So many rows of the rarer label there must be."""


def read_table(path: str, label: str) -> tuple[np.ndarray, np.ndarray]:
    """Read a CSV with a head line: the columns of numbers (n, column), and which label is the rarer one (n,).

    ``label`` names the column of labels; without it the last. Raises :class:`Refused`, naming file, line or column
    and the remedy.
    """
    place = csv_place(path)
    return _read(str(place), place.stat().st_mtime_ns, label)


@lru_cache(4)
def _read(path: str, changed: int, label: str) -> tuple[np.ndarray, np.ndarray]:
    head, rows = csv_rows(csv_place(path), 2, "numbers and labels")
    wanted = column_place(head, label, "label") if label.strip() else len(head) - 1
    words = [row[wanted] for row in rows]
    labels = sorted(set(words), key=lambda word: (words.count(word), word)) if len(set(words)) == 2 else []
    if not labels:
        raise refused_table(f"the column {shown(head[wanted])} has {len(set(words))} labels: two are needed", "label")
    if words.count(labels[0]) < LEAST:
        raise refused_table(
            f"{words.count(labels[0])} rows have the label {shown(labels[0])}: at least {LEAST} are needed", "label"
        )
    numeric = [k for k in range(len(head)) if k != wanted and number_in(rows[0][k]) is not None]
    if not numeric:
        raise refused_table("no column besides the label holds numbers in the first row: add one")
    x = np.stack([column_numbers(head[k], [row[k] for row in rows]) for k in numeric], 1)
    return x, np.array([word == labels[0] for word in words], np.int64)
