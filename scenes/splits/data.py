"""The examples, and fresh ones from where they come from."""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from explainer.lab.tables import diabetes_table
from explainer.scenes.splits import SIZES

FRESH, WIDTH, KEEPS, RARE = 500, 10, 0.85, 0.1
"""Fresh examples; columns of persons and copies; what a series keeps from day to day; the share of the rare class."""


@dataclass(frozen=True, eq=False)
class Cases:
    """Inputs (n, column) float64, classes (n,), what belongs together (n,), fresh inputs and their classes."""

    x: Tensor
    y: Tensor
    unit: Tensor
    fresh_x: Tensor
    fresh_y: Tensor


def normal(*shape: int) -> Tensor:
    """Draw numbers of mean 0 and deviation 1."""
    return torch.randn(*shape, dtype=torch.float64)


def noise(count: int, columns: int) -> Cases:
    """Draw columns that have nothing to do with the classes, of which there are as many of each."""
    every = torch.arange(count)
    return Cases(normal(count, columns), every % 2, every, normal(FRESH, columns), torch.arange(FRESH) % 2)


def together(count: int, size: int, within: float) -> Cases:
    """Draw persons with ``size`` examples each around a place of their own; the class is a person's, by nothing."""
    parts = []
    for units in (count // size, FRESH // size):
        unit = torch.arange(units).repeat_interleave(size)
        parts.append((normal(units, WIDTH)[unit] + within * normal(len(unit), WIDTH), unit % 2, unit))
    (x, y, unit), (fresh_x, fresh_y, _) = parts
    return Cases(x, y, unit, fresh_x, fresh_y)


def series(count: int) -> Cases:
    """Draw three columns and a class that drift, each on its own; fresh ones come after."""
    days = count + FRESH
    x, steps, level = normal(days, 3).cumsum(0), normal(days), torch.zeros(days, dtype=torch.float64)
    for day in range(1, days):
        level[day] = KEEPS * level[day - 1] + steps[day]
    y = (level > 0).long()
    return Cases(x[:count], y[:count], torch.arange(count), x[count:], y[count:])


def rare(count: int) -> Cases:
    """Draw a rare class that lies 2 deviations away in two columns."""
    parts = []
    for total in (count, FRESH):
        y = (torch.arange(total) < round(RARE * total)).long()
        parts.append((normal(total, 2) + 2.0 * y[:, None], y))
    (x, y), (fresh_x, fresh_y) = parts
    return Cases(x, y, torch.arange(count), fresh_x, fresh_y)


def measured(count: int) -> Cases:
    """Take people with diabetes, at random; class 1 went beyond the median within a year. Fresh are the others."""
    table, progression = diabetes_table()
    order = torch.randperm(len(table))
    x, y = torch.tensor(table)[order], torch.tensor((progression > np.median(progression)).astype(np.int64))[order]
    return Cases(x[:count], y[:count], torch.arange(count), x[count:], y[count:])


def cases(trap: str, count: int, columns: int) -> Cases:
    """Draw the examples of one of the traps."""
    if trap == "selection":
        return noise(count, columns)
    if trap in SIZES:
        return together(count, SIZES[trap], 0.5 if trap == "groups" else 0.0)
    return {"time": series, "rare": rare, "scaling": measured}[trap](count)


def dealt(trap: str, honest: bool, found: Cases, k: int, draw: torch.Generator) -> Tensor:
    """Return the fold of each example (n,): shuffled, or honestly as the trap asks for.

    Units that belong together share a fold. A series is cut into k + 1 blocks, of which the first, −1, is learned
    from alone. Stratified, each class is dealt out by itself.
    """
    count = len(found.y)
    if honest and trap == "time":
        return torch.arange(count) * (k + 1) // count - 1
    if honest and trap in SIZES:
        return (torch.randperm(int(found.unit.max()) + 1, generator=draw) % k)[found.unit]
    order = torch.randperm(count, generator=draw)
    if honest and trap == "rare":
        order = order[found.y[order].argsort(stable=True)]
    folds = torch.empty(count, dtype=torch.int64)
    folds[order] = torch.arange(count) % k
    return folds
