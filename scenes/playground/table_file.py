"""A table of one's own: two columns of numbers, and one of classes or numbers; refused in clear words. Plain Python."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import numpy as np

from explainer.contract import Refused
from explainer.contract.files import is_ordinary, path_of, read_ordinary
from explainer.contract.refused import one_line, shown

MOST_BYTES, MOST_ROWS, LEAST_ROWS, MOST_CLASSES = 16 * 2**20, 20_000, 4, 10


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
    place = path_of(path, "path")
    if not path.strip() or not is_ordinary(place):
        raise _refused(f"path = {shown(path)} is no file: name a CSV with a head line, such as points.csv")
    return _read(str(place), place.stat().st_mtime_ns, columns, target, kind)


@lru_cache(4)
def _read(path: str, changed: int, columns: str, target: str, kind: str) -> Table:
    head, rows = _rows(Path(path))
    wanted = _column(head, target, "target") if target.strip() else len(head) - 1
    inputs = _inputs(head, rows, columns, wanted)
    x = np.stack([_numbers(head[place], [row[place] for row in rows]) for place in inputs], 1)
    words = [row[wanted] for row in rows]
    named = (head[inputs[0]], head[inputs[1]])
    if _are_classes(words, kind):
        classes = sorted(set(words), key=_sorted_as_numbers)
        if not 2 <= len(classes) <= MOST_CLASSES:
            raise _refused(
                f"the column {shown(head[wanted])} has {len(classes)} classes: 2 to {MOST_CLASSES} can be learned",
                "target",
            )
        y = np.array([classes.index(word) for word in words], np.int64)
        return Table(x, y, tuple(one_line(name, 24) for name in classes), named, head[wanted])
    return Table(x, _numbers(head[wanted], words), (), named, head[wanted])


def _rows(path: Path) -> tuple[list[str], list[list[str]]]:
    content = read_ordinary(path, MOST_BYTES, "path", "a CSV")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as wrong:
        raise _refused(f"{path.name} is no text in UTF-8 (byte {wrong.start}): save it as CSV in UTF-8") from None
    separator = ";" if text.partition("\n")[0].count(";") > text.partition("\n")[0].count(",") else ","
    try:
        lines = [[cell.strip() for cell in row] for row in csv.reader(io.StringIO(text), delimiter=separator) if row]
    except csv.Error as wrong:
        raise _refused(f"{path.name} is no CSV: {wrong}") from None
    if len(lines) < 1 + LEAST_ROWS:
        raise _refused(
            f"{path.name} has {max(0, len(lines) - 1)} rows below its head line: at least {LEAST_ROWS} are needed"
        )
    if len(lines) > 1 + MOST_ROWS:
        raise _refused(f"{path.name} has {len(lines) - 1:,} rows: keep at most {MOST_ROWS:,}")
    head, *rows = lines
    for number, row in enumerate(rows, 2):
        if len(row) != len(head):
            raise _refused(
                f"{path.name}, row {number}: {len(row)} cells where the head line has {len(head)}; mend the row"
            )
    if len(head) < 3:
        raise _refused(f"{path.name} has {len(head)} columns: two inputs and a target are needed")
    return head, rows


def _column(head: Sequence[str], name: str, about: str) -> int:
    if name.strip() not in head:
        known = ", ".join(head[:12])
        raise _refused(f"{about} = {shown(name)} is no column: choose from {known}", about)
    return head.index(name.strip())


def _inputs(head: Sequence[str], rows: Sequence[Sequence[str]], columns: str, target: int) -> tuple[int, int]:
    if columns.strip():
        names = columns.split(",")
        if len(names) != 2:
            raise _refused(f"columns = {shown(columns)} is refused: name two, separated by a comma", "columns")
        first, second = (_column(head, name, "columns") for name in names)
        if first == second or target in (first, second):
            raise _refused(f"columns = {shown(columns)} is refused: two different ones, and not the target", "columns")
        return first, second
    numeric = [place for place in range(len(head)) if place != target and _number(rows[0][place]) is not None]
    if len(numeric) < 2:
        raise _refused("fewer than two columns besides the target hold numbers in the first row: name them", "columns")
    return numeric[0], numeric[1]


def _numbers(name: str, words: Sequence[str]) -> np.ndarray:
    found = [_number(word) for word in words]
    if None in found:
        line = found.index(None)
        what = f"holds {shown(words[line])}" if words[line] else "is empty"
        raise _refused(f"column {shown(name)}, row {line + 2}, {what}: a number is needed; mend or remove the row")
    return np.array(found, float)


def _number(word: str) -> float | None:
    try:
        value = float(word)
    except ValueError:
        return None
    return value if abs(value) < 1e30 else None


def _are_classes(words: Sequence[str], kind: str) -> bool:
    if kind != "auto":
        return kind == "classes"
    found = [_number(word) for word in words]
    return None in found or (
        len(set(found)) <= MOST_CLASSES and all(value == int(value) for value in found if value is not None)
    )


def _sorted_as_numbers(word: str) -> tuple[float, str]:
    value = _number(word)
    return (np.inf if value is None else value, word)


def _refused(words: str, about: str = "path") -> Refused:
    return Refused(words, about=about)
