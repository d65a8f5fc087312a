"""Fifteen points, polynomials through them, and how far fits to other samples lie from the truth and each other."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import torch
from torch import Generator, Tensor

from explainer.engine.kept import kept
from explainer.scenes.overfitting import FITS, HIGHEST, POINTS, SIGMA

if TYPE_CHECKING:
    from explainer.scenes.overfitting.experiment import Overfitting

LINE, ROUNDING = 201, 1e-20
"""Places of a line; a squared error below this is rounding: the polynomial goes through every point."""


def sine(x: Tensor) -> Tensor:
    """Return sin(1.5 π x)."""
    return torch.sin(1.5 * math.pi * x)


def powers(x: Tensor, degree: int) -> Tensor:
    """Return the Chebyshev polynomials T_0 … T_degree at x (n, degree + 1): the powers of x, better conditioned."""
    return torch.cos(torch.arange(degree + 1, dtype=torch.float64) * torch.acos(x.clamp(-1, 1))[:, None])


def first_points(generator: Generator) -> Tensor:
    """Return points (spot, 2): evenly spaced x, and y with noise of standard deviation σ."""
    x = torch.linspace(-1, 1, POINTS, dtype=torch.float64)
    noise = torch.randn(POINTS, generator=generator, dtype=torch.float64)
    return torch.stack([x, sine(x) + SIGMA * noise], 1)


class Polynomial:
    """What is drawn of the polynomial; ``experiment`` has its points and the parameters."""

    def __init__(self, experiment: Overfitting) -> None:
        self.experiment = experiment
        self.noise = SIGMA * torch.randn(POINTS, FITS, generator=experiment.generator("fits"), dtype=torch.float64)

    def line_x(self) -> Tensor:
        """Return where the lines are drawn (sample,)."""
        return torch.linspace(-1, 1, LINE, dtype=torch.float64)

    def line_truth(self) -> Tensor:
        """Return the truth (sample,)."""
        return sine(self.line_x())

    def fits(self, degree: int, at: Tensor) -> Tensor:
        """Return the polynomials fitted to the points and to 50 samples of the same x at places (n, 1 + 50)."""
        x, y = self.experiment.points.T
        samples = torch.cat([y[:, None], sine(x)[:, None] + self.noise], 1)
        weights = torch.linalg.lstsq(powers(x, degree), samples, driver="gelsd").solution
        return powers(at, degree) @ weights

    @kept
    def lines(self) -> Tensor:
        """Return the fits of the degree that is looked at (sample, 1 + 50)."""
        return self.fits(self.experiment.params.degree, self.line_x())

    def line_fit(self) -> Tensor:
        """Return the fit (sample,)."""
        return self.lines()[:, 0].contiguous()

    def line_mean(self) -> Tensor:
        """Return the mean of the 50 fits (sample,)."""
        return self.lines()[:, 1:].mean(1)

    def line_spread(self) -> Tensor:
        """Return their standard deviation (sample,)."""
        return self.lines()[:, 1:].std(1, correction=0)

    def degrees(self) -> Tensor:
        """Return the degrees (degree,)."""
        return torch.arange(1, HIGHEST + 1)

    @kept("experiment.points")
    def poly_errors(self) -> Tensor:
        """Return the error at the points, bias², variance, and these two with σ² (error, degree), means over x."""
        at, own = self.line_x(), self.experiment.points
        found = []
        for degree in range(1, HIGHEST + 1):
            fits = self.fits(degree, torch.cat([own[:, 0], at]))
            ours, others = fits[:POINTS, 0], fits[POINTS:, 1:]
            bias = (others.mean(1) - sine(at)).square().mean()
            variance = others.var(1, correction=0).mean()
            error = (ours - own[:, 1]).square().mean()
            error = torch.where(error < ROUNDING, 0.0, error)
            found.append(torch.stack([error, bias, variance, bias + variance + SIGMA**2]))
        return torch.stack(found, 1)
