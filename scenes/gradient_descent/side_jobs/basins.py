"""Basins of attraction: which minimum each start reaches under a given optimizer."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from explainer.lab.optimizer_settings import Entry
from explainer.scenes.gradient_descent.quantities import eigenvalues, gradient, hessian
from explainer.scenes.gradient_descent.side_jobs.sweeps import sweep
from explainer.scenes.gradient_descent.surfaces import Surface

MOST_DISCOVERED = 256
_POLISHING_STEPS = 20


@dataclass(frozen=True)
class Basins:
    """Where every start ended.

    ``minima`` (M, 2) are the known minima followed by those discovered; ``index`` (…) says which of
    them a start reached, −1 where it diverged or had come to none.
    """

    index: Tensor
    minima: Tensor


def basins(
    entry: Entry,
    surface: Surface,
    starts: Tensor,
    lr: float,
    minima: Sequence[tuple[float, float]] = (),
    *,
    momentum: float = 0.0,
    steps: int = 500,
    radius: float = 0.25,
    chunk: int = 25,
) -> Iterator[Basins | None]:
    """Run ``entry`` from every start (…, 2) and tell which minimum each reached.

    Yields None after each ``chunk`` of steps, and at the end the result. A run has reached the
    nearest known minimum within ``radius``. Of the others, one from which Newton's method finds a
    minimum within ``radius`` has discovered it; at most ``MOST_DISCOVERED`` are kept.
    """
    for report in sweep(entry, surface, starts, lr, momentum=momentum, steps=steps, chunk=chunk):
        progress = report
        yield None
    ends = progress.positions.reshape(-1, 2)
    known = torch.tensor(minima, dtype=starts.dtype).reshape(-1, 2)
    index = _nearest(ends, known, radius)
    index[progress.losses.reshape(-1).isnan()] = -1
    searching = (index < 0) & progress.losses.reshape(-1).isfinite()
    found = _discover(surface, ends[searching], radius)
    index[searching] = _nearest(ends[searching], found, radius, offset=len(known))
    yield Basins(index.reshape(starts.shape[:-1]), torch.cat([known, found]))


def _nearest(points: Tensor, minima: Tensor, radius: float, offset: int = 0) -> Tensor:
    """Return the index, plus ``offset``, of the nearest minimum within ``radius``, else −1."""
    if not len(minima) or not len(points):
        return torch.full((len(points),), -1)
    distance, index = torch.cdist(points, minima).min(-1)
    return torch.where(distance <= radius, index + offset, -1)


def _discover(surface: Surface, points: Tensor, radius: float) -> Tensor:
    """Return the distinct minima (M, 2) that lie within ``radius`` of points (K, 2)."""
    polished = _polish(surface, points)
    curvatures = eigenvalues(hessian(surface, polished))
    flat = gradient(surface, polished).norm(dim=-1) <= 1e-8 * (1 + curvatures[:, 1].abs())
    near = (polished - points).norm(dim=-1) <= radius
    candidates = polished[flat & near & (curvatures[:, 0] > 1e-9)]
    found: list[Tensor] = []
    while len(candidates) and len(found) < MOST_DISCOVERED:
        found.append(candidates[0])
        candidates = candidates[(candidates - candidates[0]).norm(dim=-1) > 1e-4 * (1 + radius)]
    return torch.stack(found) if found else points.new_zeros(0, 2)


def _polish(surface: Surface, points: Tensor) -> Tensor:
    """Return points (K, 2) after Newton's method; a singular Hessian makes them NaN."""
    for _ in range(_POLISHING_STEPS if len(points) else 0):
        matrices, slopes = hessian(surface, points), gradient(surface, points)
        step, singular = torch.linalg.solve_ex(matrices, slopes)
        points = torch.where((singular == 0)[:, None], points - step, torch.nan)
    return points
