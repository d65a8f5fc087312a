"""A series cut into windows, what came after each, and who may learn from what; baselines and intervals."""

import math
from collections.abc import Callable
from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812 - the usual name

from explainer.scenes.forecasting import COVERED, LEADS

QUANTILES = ((1 - COVERED) / 2, 0.5, (1 + COVERED) / 2)


class Examples(NamedTuple):
    """Windows of a series up to each origin, and what came after them."""

    values: Tensor
    """The series (n,)."""
    levels: Tensor
    """The values, or their logarithms (n,)."""
    windows: Tensor
    """The last w levels, or their changes, up to each origin, scaled (origin, w)."""
    targets: Tensor
    """What came after, on the same scale (origin, lead); changes are those since the origin. NaN: not known."""
    origins: Tensor
    """The place of each window's last value (origin,)."""
    part: Tensor
    """0: learned from, 1: kept back for conformal intervals, 2: test (origin,)."""
    usable: Tensor
    """Whether a target lies within the window's own part (origin, lead)."""
    middle: float
    spread: float
    logs: bool
    differs: bool

    def rows(self, part: int, lead: int) -> Tensor:
        """Return which windows of a part have a target so many steps ahead, from 1 (origin,)."""
        return (self.part == part) & self.usable[:, lead - 1]

    def came(self, part: int, lead: int) -> Tensor:
        """Return the values (row,) that came so many steps after these."""
        return self.values[self.origins[self.rows(part, lead)] + lead]


def examples(
    values: Tensor, transform: str, window: int, test_size: int, kept: float, order: Tensor | None
) -> Examples:
    """Take a series (n,) apart: in time, or with the windows in a given order (origin,).

    Of what is not tested the share ``kept`` is kept back. The scale is that of what comes before the test part.
    """
    count, split, logs, differs = len(values), len(values) - test_size, "log" in transform, "difference" in transform
    levels = values.log() if logs else values
    read = levels.diff(prepend=levels[:1]) if differs else levels
    known = read[int(differs) : split if order is None else count]
    middle, spread = float(known.mean()), float(known.std(correction=0).clamp(min=1e-9))
    origins = torch.arange(window - 1 + int(differs), count)
    windows = ((read - middle) / spread)[int(differs) :].unfold(0, window, 1)
    leads = torch.arange(1, LEADS + 1)
    at = origins[:, None] + leads
    later = levels[at.clamp(max=count - 1)]
    since = later - levels[origins, None] - leads * middle if differs else later - middle
    targets = torch.where(at < count, since / spread, math.nan)
    trained = len(origins) - test_size - 1
    learned = trained - int(trained * kept)
    rank = torch.arange(len(origins)) if order is None else order
    part = (rank >= learned).long() + (rank >= trained).long()
    last = torch.tensor([int(origins[learned]), int(origins[trained]), count - 1])[part]
    usable = at <= (last[:, None] if order is None else count - 1)
    return Examples(
        values, levels, windows.float(), targets.float(), origins, part, usable, middle, spread, logs, differs
    )


def in_units(scaled: Tensor, data: Examples, rows: Tensor | None = None, first: int = 1) -> Tensor:
    """Return forecasts (row, lead), from a first lead on, on the scale of the targets in the units of the series."""
    level = data.middle + data.spread * scaled
    if data.differs:
        before = torch.arange(first - 1, first - 1 + scaled.shape[1]) * data.middle
        level = data.levels[data.origins if rows is None else data.origins[rows], None] + before + level
    return level.exp() if data.logs else level


def roll(predict: Callable[[Tensor], Tensor], windows: Tensor, leads: int) -> Tensor:
    """Return the next values (origin, lead) after windows (origin, w), each fed back as if it had come true."""
    found: list[Tensor] = []
    for _ in range(leads):
        found.append(predict(windows))
        windows = torch.cat([windows[:, 1:], found[-1][:, None]], 1)
    return torch.stack(found, 1)


def as_targets(steps: Tensor, data: Examples) -> Tensor:
    """Return scaled values or changes, step by step (origin, lead), on the scale of the targets."""
    return steps.cumsum(1) if data.differs else steps


def least_squares(data: Examples) -> Tensor:
    """Return its forecasts (origin, lead), fed back; it learns from all that is not test."""
    rows = data.rows(0, 1) | data.rows(1, 1)
    inputs = F.pad(data.windows.double(), (0, 1), value=1.0)
    weight = torch.linalg.lstsq(inputs[rows], data.targets[rows, :1].double(), driver="gelsd").solution[:, 0]
    said = roll(lambda known: known @ weight[:-1] + weight[-1], data.windows.double(), LEADS)
    return in_units(as_targets(said, data), data)


def baselines(data: Examples, season: int) -> Tensor:
    """Return forecasts (model, origin, lead): naive, last season, times growth, mean of a season, least squares.

    Growth is that of the levels: a factor where they are logarithms, else a difference. NaN: the series began later.
    """
    origins, leads = data.origins[:, None], torch.arange(1, LEADS + 1)
    seasons = (leads + season - 1) // season

    def level(place: Tensor) -> Tensor:
        return torch.where(place < 0, math.nan, data.levels[place.clamp(min=0)])

    same = level(origins + leads - season * seasons)
    now = level(origins).expand(same.shape)
    growth = same + seasons * (now - level(origins - season))
    sums = F.pad(data.values.cumsum(0), (season, 0))
    mean = torch.where(origins < season - 1, math.nan, (sums[season:] - sums[:-season])[origins] / season)
    plain = [each.exp() if data.logs else each for each in (now, same, growth)]
    return torch.stack([*plain, mean.expand(same.shape), least_squares(data)])


def ends_of(missed: Tensor, conformal: bool) -> tuple[float, float]:
    """Return the ends of an 80 % interval around a forecast, from errors (n,) made before; NaN for too few.

    Their 10 % and 90 % quantiles; conformal: plus and minus the ⌈0.8 (n + 1)⌉-th smallest |error| (Vovk et al. 2005).
    """
    place = math.ceil(COVERED * (len(missed) + 1))
    if not len(missed) or (conformal and place > len(missed)):
        return math.nan, math.nan
    if conformal:
        radius = float(missed.abs().sort()[0][place - 1])
        return -radius, radius
    low, high = missed.quantile(missed.new_tensor((QUANTILES[0], QUANTILES[-1]))).tolist()
    return low, high
