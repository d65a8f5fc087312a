"""The people: drawn with a known truth, or a real table. One half is learned from, the other is judged.

People are columns (n, column) of which the last two are proxy and group, the group (n,), 1 for B, the true and the
recorded label (n,). A table's proxy is the column most correlated with the group; its labels are its truth.
"""

import numpy as np
import torch
from torch import Tensor

from explainer.lab.tables import diabetes_table
from explainer.scenes.fairness.own_people import read_people

LEARNED, JUDGED, READINGS, OLD = 2000, 5000, 4, 50
"""How many of each group are learned from and judged where they are drawn; readings; from what age on one is of B."""

People = tuple[Tensor, Tensor, Tensor, Tensor]
DIABETES = (
    "age",
    "sex",
    "body mass",
    "blood pressure",
    "serum 1",
    "serum 2",
    "serum 3",
    "serum 4",
    "serum 5",
    "glucose",
)


def drawn(count: int, base_a: float, base_b: float, bias: float, separation: float, proxy: float) -> People:
    """Draw ``count`` of each group: readings that tell the label, a proxy that tells the group alone."""
    group = torch.arange(2).repeat_interleave(count)
    place = torch.arange(count).repeat(2)
    base = torch.where(group == 1, base_b, base_a)
    truth = (place < (base * count).round()).long()
    unrecorded = (group == 1) & (place < (base * bias * count).round())
    readings = torch.randn(2 * count, READINGS, dtype=torch.float64)
    readings += separation / READINGS**0.5 * truth[:, None]
    hint = torch.randn(2 * count, 1, dtype=torch.float64) + proxy * group[:, None]
    return torch.cat([readings, hint, group[:, None].double()], 1), group, truth, truth * ~unrecorded


def table(data: str, path: str, roles: str) -> tuple[People, list[str]]:
    """Return the people of a table, and what its columns are called."""
    if data == "diabetes":
        measured, progression = diabetes_table()
        found, group, label, names = measured[:, 1:], measured[:, 0] >= OLD, progression > 140, list(DIABETES[1:])
    else:
        found, group, label, names = read_people(path, roles)
    around = (found - found.mean(0)) / np.maximum(found.std(0), 1e-30)
    tells = np.abs(around.T @ (group - group.mean()))
    order = [k for k in range(len(names)) if k != tells.argmax()] + [int(tells.argmax())]
    columns = torch.tensor(np.column_stack([found[:, order], group]), dtype=torch.float64)
    truth = torch.tensor(label).long()
    return (columns, torch.tensor(group).long(), truth, truth), [names[k] for k in order]


def halved(people: People) -> tuple[People, People]:
    """Return two random halves, each with half of every label of every group."""
    order = torch.randperm(len(people[0]))
    cell = (2 * people[1] + people[2])[order]
    first = torch.cat([order[cell == k][: int((cell == k).sum()) // 2] for k in range(4)])
    second = torch.cat([order[cell == k][int((cell == k).sum()) // 2 :] for k in range(4)])
    learned = (people[0][first], people[1][first], people[2][first], people[3][first])
    return learned, (people[0][second], people[1][second], people[2][second], people[3][second])


def reweighed(group: Tensor, label: Tensor) -> Tensor:
    """Return weights (n,) under which group and label are independent (Kamiran & Calders 2012)."""
    cells = torch.bincount(2 * group + label, minlength=4).reshape(2, 2).double()
    expected = cells.sum(1, keepdim=True) * cells.sum(0) / cells.sum()
    return (expected / cells.clamp(min=1))[group, label]
