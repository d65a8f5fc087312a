"""The whole tables: people drawn, patients, or a table of a person's own."""

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
import torch
from torch import Tensor

from explainer.scenes.missing_data.own_table import read_table


def drawn(rows: int, r: float, curve: float) -> Tensor:
    """Draw heights in cm and weights in kg (n, 2): deviations of 9 and 12, correlation r, and as much of a square."""
    x, noise = torch.randn(2, rows, dtype=torch.float64)
    y = r * x + (1 - r * r) ** 0.5 * noise + curve * (x.square() - 1)
    return torch.stack([172 + 9 * x, 75 + 12 * y], 1)


@lru_cache(1)
def patients() -> np.ndarray:
    """Return body mass index, progression after a year, age, sex, pressure and six blood values (442, 11)."""
    from sklearn.datasets import load_diabetes

    found = load_diabetes(scaled=False)
    first = [2, *(k for k in range(10) if k != 2)]
    columns = found.data[:, first]
    return np.concatenate([columns[:, :1], found.target[:, None], columns[:, 1:]], 1)


def real_table(data: str, path: str, columns: str) -> Tensor:
    """Return a table that is not drawn (n, column), x and y in front."""
    return torch.from_numpy(patients() if data == "diabetes" else read_table(path, columns)[1]).clone()


def names_of(data: str, path: str, columns: str) -> Sequence[str]:
    """Return what x and y are called."""
    if data == "drawn":
        return ("height in cm", "weight in kg")
    if data == "diabetes":
        return ("body mass index in kg/m²", "progression after a year")
    return [name[:80] for name in read_table(path, columns)[0]]
