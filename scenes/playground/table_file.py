"""A table of one's own: two columns of numbers, and one of classes or numbers; refused in clear words. Plain Python."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import numpy as np

from explainer.contract.refused import one_line, shown
from explainer.lab.csv_tables import column_numbers, column_place, csv_place, csv_rows, number_in, refused_table

MOST_CLASSES = 10


class Table(NamedTuple):
    """Inputs (n, 2), and classes (n,) with their names or, without names, numbers (n,)."""

    x: np.ndarray
    y: np.ndarray
    classes: tuple[str, ...]
    columns: tuple[str, str]
    target: str


def read_table(path: str, columns: str, target: str, kind: str) -> Table:
    """Read a CSV with a head line.

    ``columns`` names the two inputs, separated by a comma: without it the first two of numbers. ``target`` names
    what is to be learned: without it the last column. ``kind`` is ``classes``, ``number`` or ``auto``: words and up
    to ten whole numbers are classes then. Raises :class:`Refused`, naming file, line or column and the remedy.
    """
    place = csv_place(path)
    return _read(str(place), place.stat().st_mtime_ns, columns, target, kind)


@lru_cache(4)
def _read(path: str, changed: int, columns: str, target: str, kind: str) -> Table:
    head, rows = csv_rows(Path(path), 3, "two inputs and a target")
    wanted = column_place(head, target, "target") if target.strip() else len(head) - 1
    inputs = _inputs(head, rows, columns, wanted)
    x = np.stack([column_numbers(head[place], [row[place] for row in rows]) for place in inputs], 1)
    words = [row[wanted] for row in rows]
    named = (head[inputs[0]], head[inputs[1]])
    if _are_classes(words, kind):
        classes = sorted(set(words), key=_sorted_as_numbers)
        if not 2 <= len(classes) <= MOST_CLASSES:
            raise refused_table(
                f"the column {shown(head[wanted])} has {len(classes)} classes: 2 to {MOST_CLASSES} can be learned",
                "target",
            )
        y = np.array([classes.index(word) for word in words], np.int64)
        return Table(x, y, tuple(one_line(name, 24) for name in classes), named, head[wanted])
    return Table(x, column_numbers(head[wanted], words), (), named, head[wanted])


def _inputs(head: Sequence[str], rows: Sequence[Sequence[str]], columns: str, target: int) -> tuple[int, int]:
    if columns.strip():
        names = columns.split(",")
        if len(names) != 2:
            raise refused_table(f"columns = {shown(columns)} is refused: name two, separated by a comma", "columns")
        first, second = (column_place(head, name, "columns") for name in names)
        if first == second or target in (first, second):
            raise refused_table(
                f"columns = {shown(columns)} is refused: two different ones, and not the target", "columns"
            )
        return first, second
    numeric = [place for place in range(len(head)) if place != target and number_in(rows[0][place]) is not None]
    if len(numeric) < 2:
        raise refused_table(
            "fewer than two columns besides the target hold numbers in the first row: name them", "columns"
        )
    return numeric[0], numeric[1]


def _are_classes(words: Sequence[str], kind: str) -> bool:
    if kind != "auto":
        return kind == "classes"
    found = [number_in(word) for word in words]
    return None in found or (
        len(set(found)) <= MOST_CLASSES and all(value == int(value) for value in found if value is not None)
    )


def _sorted_as_numbers(word: str) -> tuple[float, str]:
    value = number_in(word)
    return (np.inf if value is None else value, word)
