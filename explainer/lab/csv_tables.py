"""Tables of a person's own: a CSV with a head line, read column by column; refused in clear words. Plain Python."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from explainer.contract import Refused
from explainer.contract.files import is_ordinary, path_of, read_ordinary
from explainer.contract.refused import shown

MOST_BYTES, MOST_ROWS, LEAST_ROWS = 16 * 2**20, 20_000, 4


def csv_place(path: str) -> Path:
    """Return where a CSV lies; raise :class:`Refused` where there is no file."""
    place = path_of(path, "path")
    if not path.strip() or not is_ordinary(place):
        raise refused_table(f"path = {shown(path)} is no file: name a CSV with a head line, such as points.csv")
    return place


def csv_rows(path: Path, columns: int, needed: str) -> tuple[list[str], list[list[str]]]:
    """Return the head and the rows below it, all of its length.

    Fewer than so many columns are refused: ``needed`` says which there must be.
    """
    content = read_ordinary(path, MOST_BYTES, "path", "a CSV")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as wrong:
        raise refused_table(f"{path.name} is no text in UTF-8 (byte {wrong.start}): save it as CSV in UTF-8") from None
    separator = ";" if text.partition("\n")[0].count(";") > text.partition("\n")[0].count(",") else ","
    try:
        lines = [[cell.strip() for cell in row] for row in csv.reader(io.StringIO(text), delimiter=separator) if row]
    except csv.Error as wrong:
        raise refused_table(f"{path.name} is no CSV: {wrong}") from None
    if len(lines) < 1 + LEAST_ROWS:
        raise refused_table(
            f"{path.name} has {max(0, len(lines) - 1)} rows below its head line: at least {LEAST_ROWS} are needed"
        )
    if len(lines) > 1 + MOST_ROWS:
        raise refused_table(f"{path.name} has {len(lines) - 1:,} rows: keep at most {MOST_ROWS:,}")
    head, *rows = lines
    for number, row in enumerate(rows, 2):
        if len(row) != len(head):
            raise refused_table(
                f"{path.name}, row {number}: {len(row)} cells where the head line has {len(head)}; mend the row"
            )
    if len(head) < columns:
        raise refused_table(f"{path.name} has {len(head)} columns: {needed} are needed")
    return head, rows


def column_place(head: Sequence[str], name: str, about: str) -> int:
    """Return the place of a column by its name, which the parameter ``about`` gives."""
    if name.strip() not in head:
        known = ", ".join(head[:12])
        raise refused_table(f"{about} = {shown(name)} is no column: choose from {known}", about)
    return head.index(name.strip())


def column_numbers(name: str, words: Sequence[str]) -> np.ndarray:
    """Return the numbers (n,) of a column; raise :class:`Refused` where one is none."""
    found = [number_in(word) for word in words]
    if None in found:
        line = found.index(None)
        what = f"holds {shown(words[line])}" if words[line] else "is empty"
        raise refused_table(f"column {shown(name)}, row {line + 2}, {what}: a number is needed; mend or remove the row")
    return np.array(found, float)


def number_in(word: str) -> float | None:
    """Return the number that a cell holds, None where it holds none."""
    try:
        value = float(word)
    except ValueError:
        return None
    return value if abs(value) < 1e30 else None


def refused_table(words: str, about: str = "path") -> Refused:
    """Return why a table is refused, or one of its columns, which the parameter ``about`` names."""
    return Refused(words, about=about)
