"""Tables of real data that scikit-learn brings in its wheel, read without importing scikit-learn.

Importing ``sklearn.datasets`` takes a second, reading a file some milliseconds.
"""

from __future__ import annotations

import csv
from importlib.util import find_spec
from pathlib import Path

import numpy as np

CLASSES = {"iris": "iris.csv", "wine": "wine_data.csv", "breast-cancer": "breast_cancer.csv"}
"""Tables with classes → their files."""


def classes_table(name: str) -> tuple[np.ndarray, np.ndarray, tuple[str, ...]]:
    """Return inputs (n, columns) float64, classes (n,) int64 and the classes' names of one of :data:`CLASSES`.

    Raises ``ModuleNotFoundError`` without scikit-learn.
    """
    with (folder() / CLASSES[name]).open(encoding="utf-8", newline="") as lines:
        (_count, _columns, *names), *rows = csv.reader(lines)
    table = np.array(rows, dtype=np.float64)
    return table[:, :-1], table[:, -1].astype(np.int64), tuple(names)


def diabetes_table() -> tuple[np.ndarray, np.ndarray]:
    """Return ten measures of 442 people, as they were taken, and how far their diabetes went in a year."""
    x, y = (np.loadtxt(folder() / f"diabetes_{part}.csv.gz") for part in ("data_raw", "target"))
    return x, y


def standardized(x: np.ndarray) -> np.ndarray:
    """Return columns (n, columns) of mean 0 and standard deviation 1; one that is constant is 0."""
    spread = x.std(0)
    found: np.ndarray = (x - x.mean(0)) / np.where(spread > 0, spread, 1.0)
    return found


def folder() -> Path:
    """Return where scikit-learn keeps its data."""
    package = find_spec("sklearn")
    if package is None or package.origin is None:
        raise ModuleNotFoundError("the data come with scikit-learn: python -m pip install scikit-learn")
    return Path(package.origin).parent / "datasets" / "data"
