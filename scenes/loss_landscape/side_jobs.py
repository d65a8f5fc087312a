"""The side jobs: slices, the plane of a path, straight lines, and the steepest direction."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import torch
from torch import Generator, Tensor

from explainer.engine.experiment import Parts
from explainer.scenes.loss_landscape.landscape import Landscape, largest_eigenvalue, principal_plane, summary_of

SIDE, SAMPLES, ROUNDS, MARGIN = 25, 49, 15, 0.15
"""Places on each side of a slice, and on a line; rounds of power iteration; how far a path's plane reaches beyond."""
TIMES = (0.5, 1.0, 2.0)


def directions_of(landscape: Landscape, theta: Tensor, normalization: str, seed: int) -> tuple[Tensor, Tensor]:
    """Return the two directions (n,) of a slice; each seed makes the same numbers for networks of one size."""
    generator = Generator().manual_seed(seed)
    return landscape.direction(theta, normalization, generator), landscape.direction(theta, normalization, generator)


def plane(landscape: Landscape, middle: Tensor, one: Tensor, other: Tensor, x: Tensor, y: Tensor) -> Iterator[Tensor]:
    """Yield the losses of one row (x,) after the other of a plane."""
    for up in y:
        yield landscape.losses(middle + x[:, None] * one + up * other)


def slices_job(
    landscapes: Sequence[Landscape], normalization: str, seed: int, reach: float, stretch: float, step: int
) -> Parts:
    """Yield ``slice_loss`` (network, row, column), where (``slice_at``, ``slice_norms``) and how many minima."""
    at = torch.linspace(-reach, reach, SIDE, device=landscapes[0].theta.device)
    yield {"slice_at": at}
    found = []
    for landscape in landscapes:
        theta = landscape.stretched(landscape.theta, stretch)
        one, other = directions_of(landscape, theta, normalization, seed)
        rows = []
        for row in plane(landscape, theta, one, other, at, at):
            rows.append(row)
            yield {}
        found.append(torch.stack(rows))
    heights = torch.stack(found)
    yield {"slice_step": torch.tensor([step]), **summary_of(heights), "slice_loss": heights}


def path_job(landscape: Landscape, snapshots: Tensor, steps: Sequence[int]) -> Parts:
    """Yield ``path_loss`` (row, column), its axes, ``path_points`` (t, 2) and ``path_share`` (2,) of their variance."""
    directions, points, shares = principal_plane(snapshots)
    axes = []
    for place in points.T:
        low, high = float(place.min()), float(place.max())
        reach = max(high - low, 1e-3) * MARGIN
        axes.append(torch.linspace(low - reach, high + reach, SIDE, device=points.device))
    rows = []
    for row in plane(landscape, snapshots[-1], *directions, *axes):
        rows.append(row)
        yield {}
    yield {
        "path_x": axes[0],
        "path_y": axes[1],
        "path_points": points,
        "path_share": shares,
        "path_steps": torch.tensor(steps),
        "path_loss": torch.stack(rows),
    }


def lines_job(landscapes: Sequence[Landscape], firsts: Sequence[Tensor], pair: tuple[int, int] | None) -> Parts:
    """Yield ``line_loss`` (network, along) from the first weights to the present ones (Goodfellow et al. 2015).

    And ``between_loss`` (between,) from a network to its twin; NaN where there is none.
    """
    at = torch.linspace(-0.25, 1.25, SAMPLES, device=landscapes[0].theta.device)
    between = torch.linspace(0.0, 1.0, SAMPLES, device=landscapes[0].theta.device)
    rows = []
    for landscape, first in zip(landscapes, firsts, strict=True):
        rows.append(landscape.losses(first + at[:, None] * (landscape.theta - first)))
        yield {}
    across = torch.full_like(between, torch.nan)
    if pair is not None:
        one, other = (landscapes[k].theta for k in pair)
        across = landscapes[pair[0]].losses(one + between[:, None] * (other - one))
    yield {"line_at": at, "between_at": between, "between_loss": across, "line_loss": torch.stack(rows)}


def sharpness_job(landscapes: Sequence[Landscape], generator: Generator) -> Parts:
    """Yield ``sharpness`` (times, network): the Hessian's largest eigenvalue with the weights × ½, 1 and 2."""
    found = torch.full((len(TIMES), len(landscapes)), torch.nan, dtype=torch.float64)
    for k, landscape in enumerate(landscapes):
        start = torch.randn(len(landscape.theta), generator=generator).to(landscape.theta)
        for row, c in enumerate(TIMES):
            theta = landscape.stretched(landscape.theta, c)
            for estimate in largest_eigenvalue(landscape, theta, start, ROUNDS):
                found[row, k] = estimate.double()
                yield {}
    yield {"sharpness": found}
