"""The examples: drawn with a known truth, digits, or a table of a person's own; one half learned from, one judged."""

import math
from functools import lru_cache

import numpy as np
import torch
from torch import Tensor

from explainer.contract.refused import shown
from explainer.lab.csv_tables import column_numbers, column_place, csv_place, csv_rows, number_in, refused_table
from explainer.lab.digits import digits

JUDGED, RARE_DIGIT, LEAST = (8000, 2000), 8, 4
"""Negatives and positives that are judged where they are drawn; the rare digit; so many of a label there must be."""

Cases = tuple[Tensor, Tensor, Tensor, Tensor]
"""Inputs (n, column) and classes (n,) of the examples, then inputs of the judged negatives and positives."""


def drawn(count: int, share: float, separation: float) -> Cases:
    """Draw two readings; those of positives lie ``separation`` deviations along the diagonal. At least two are."""
    shift = separation / math.sqrt(2)
    y = (torch.arange(count) < max(2, round(share * count))).long()
    x = torch.randn(count, 2, dtype=torch.float64) + shift * y[:, None]
    judged = [torch.randn(many, 2, dtype=torch.float64) + shift * k for k, many in enumerate(JUDGED)]
    return x, y, judged[0], judged[1]


def digits_table() -> tuple[Tensor, Tensor]:
    """Return 1,797 digits (n, 64) and which is an 8 (n,)."""
    images, names = digits()
    return torch.tensor(images.reshape(-1, 64).astype(np.float64)), torch.tensor((names == RARE_DIGIT).astype(np.int64))


def halved(x: Tensor, y: Tensor, share: float | None) -> Cases:
    """Learn from half of each class and judge the other; of the positives keep as many as make up the share.

    Columns are brought to mean 0 and deviation 1 of the half that is learned from.
    """
    order = torch.randperm(len(y))
    negative, positive = order[y[order] == 0], order[y[order] == 1]
    half, stay = len(negative) // 2, len(positive) // 2
    if share is not None:
        stay = min(stay, max(2, round(share / (1 - share) * half)))
    learned = torch.cat([positive[:stay], negative[:half]])
    middle, spread = x[learned].mean(0), x[learned].std(0, correction=0)
    scaled = (x - middle) / torch.where(spread > 0, spread, 1.0)
    return scaled[learned], y[learned], scaled[negative[half:]], scaled[positive[len(positive) // 2 :]]


def own_table(path: str, label: str) -> tuple[Tensor, Tensor]:
    """Read a CSV with a head line: the columns of numbers (n, column), and which label is the rarer one (n,).

    Raises :class:`Refused`, naming file, line or column and the remedy.
    """
    place = csv_place(path)
    x, y = _read(str(place), place.stat().st_mtime_ns, label)
    return torch.tensor(x), torch.tensor(y)


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
