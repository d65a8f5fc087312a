"""Scores of a person's own model: a CSV with a column of scores and one of labels. Plain Python."""

from functools import lru_cache
from typing import NamedTuple

import numpy as np

from explainer.contract.refused import one_line, shown
from explainer.lab.csv_tables import column_numbers, column_place, csv_place, csv_rows, number_in, refused_table

LEAST = 1e-12
"""Probabilities are kept so far from 0 and 1 where their log-odds are taken."""


class Scores(NamedTuple):
    """Scores (n,), whether each case is positive (n,) int64, and what negative and positive are called."""

    scores: np.ndarray
    labels: np.ndarray
    names: tuple[str, str]


def read_scores(path: str, columns: str) -> Scores:
    """Read a CSV with a head line.

    ``columns`` names the scores, the labels and, perhaps, the label that is positive, separated by commas. Without
    it labels are the last column and scores the first other one of numbers; positive is the label that sorts last.
    Raises :class:`Refused`, naming file, line or column and the remedy.
    """
    place = csv_place(path)
    return _read(str(place), place.stat().st_mtime_ns, columns)


@lru_cache(4)
def _read(path: str, changed: int, columns: str) -> Scores:
    head, rows = csv_rows(csv_place(path), 2, "scores and labels")
    named = [name.strip() for name in columns.split(",")] if columns.strip() else []
    if len(named) not in (0, 2, 3):
        raise refused_table(
            f"columns = {shown(columns)} is refused: name scores and labels, as in score,label", "columns"
        )
    labels = column_place(head, named[1], "columns") if named else len(head) - 1
    scores = column_place(head, named[0], "columns") if named else _first_of_numbers(rows, labels)
    words = [row[labels] for row in rows]
    known = sorted(set(words), key=lambda word: (number_in(word) is None, number_in(word) or 0.0, word))
    if len(known) != 2:
        raise refused_table(f"the column {shown(head[labels])} has {len(known)} labels: two are needed", "columns")
    if len(named) == 3 and named[2] not in known:
        raise refused_table(
            f"{shown(named[2])} is no label of {shown(head[labels])}: {', '.join(known)} are", "columns"
        )
    positive = named[2] if len(named) == 3 else known[1]
    negative = known[1] if positive == known[0] else known[0]
    truth = np.array([word == positive for word in words], np.int64)
    return Scores(column_numbers(head[scores], [row[scores] for row in rows]), truth,
                  (one_line(negative, 24), one_line(positive, 24)))  # fmt: skip


def _first_of_numbers(rows: list[list[str]], labels: int) -> int:
    numeric = [place for place in range(len(rows[0])) if place != labels and number_in(rows[0][place]) is not None]
    if not numeric:
        raise refused_table("no column besides the labels holds numbers in the first row: name it", "columns")
    return numeric[0]


def log_odds(scores: np.ndarray) -> np.ndarray:
    """Return ln(s / (1 − s)) where all are probabilities; else the scores in σ from their mean, which orders alike."""
    if scores.min() >= 0 and scores.max() <= 1:
        inside = np.clip(scores, LEAST, 1 - LEAST)
        return np.log(inside) - np.log1p(-inside)
    return (scores - scores.mean()) / max(float(scores.std()), 1e-30)
