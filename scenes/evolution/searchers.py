"""The methods: each asks for places, is told their losses, and moves. One generation costs each λ evaluations."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from torch import Generator, Tensor

GRADIENT_COST = 3
"""Evaluations that a gradient is counted as: a forward pass, and a backward one of about twice its work."""
REST = 1e-6
"""A descent whose last step was shorter has come to rest."""
PARENTS = 4
"""One in so many of a population becomes a parent."""


class Searcher:
    """What all have in common: the best place ever evaluated, and the number of restarts."""

    def __init__(self, problem: Any, start: Tensor, population: int, sigma: float, chance: Generator) -> None:
        self.problem, self.count, self.sigma, self.chance = problem, population, sigma, chance
        self.lr = self.alpha = 0.0
        """The learning rate of a gradient, and the step of the evolution strategy; set before each generation."""
        self.centre = start.clone()
        """What it would answer now, or the middle of what it tries (n,)."""
        self.best, self.best_loss = start.clone(), problem(start[None])[0]
        self.people, self.restarts = start[None].clone(), 0

    def normal(self, count: int) -> Tensor:
        """Draw standard normal directions (count, n)."""
        drawn = torch.randn(count, len(self.centre), dtype=torch.float64, generator=self.chance)
        return drawn.to(self.centre.device)

    def ask(self) -> Tensor:
        """Return the places (k, n) of this generation."""
        raise NotImplementedError

    def tell(self, losses: Tensor) -> None:
        """Take the losses (k,) of what was asked."""
        least = losses.argmin()
        if losses[least] < self.best_loss:
            self.best, self.best_loss = self.people[least].clone(), losses[least]

    def memory(self) -> int:
        """Return how many numbers it carries from one generation to the next."""
        return len(self.centre)

    def covariance(self) -> Tensor:
        """Return the covariance (2, 2) of what it tries, in the first two coordinates."""
        return torch.zeros(2, 2, dtype=torch.float64, device=self.centre.device)


class Descent(Searcher):
    """Gradient descent; at rest, or run away, it begins anew elsewhere."""

    def ask(self) -> Tensor:
        """Go as many steps as λ evaluations pay for; return where it has been (k, n)."""
        visited = []
        for _ in range(self.count // GRADIENT_COST):
            here = self.centre.clone().requires_grad_()
            with torch.enable_grad():
                (gradient,) = torch.autograd.grad(self.problem(here[None])[0], here)
            step = self.lr * gradient
            self.centre = self.centre - step
            if not REST < float(step.norm()) < math.inf or float(self.centre.abs().max()) > 1e6:
                self.centre, self.restarts = self.problem.fresh(1, self.chance)[0], self.restarts + 1
            visited.append(self.centre)
        self.people = torch.stack(visited)
        return self.people


class EvolutionStrategy(Searcher):
    """The strategy of Salimans et al. (2017): mirrored steps of a fixed length, weighted by their ranks."""

    def ask(self) -> Tensor:
        """Return λ places (k, n), in pairs opposite to one another."""
        half = self.normal(self.count // 2)
        self.steps = torch.cat([half, -half])
        self.people = self.centre + self.sigma * self.steps
        return self.people

    def direction(self, losses: Tensor) -> Tensor:
        """Return its estimate of the slope (n,): (1/λσ) Σ uᵢ εᵢ, ranks u from −½ to ½."""
        ranks = losses.argsort(stable=True).argsort().to(losses.dtype) / (len(losses) - 1) - 0.5
        return ranks @ self.steps / (len(losses) * self.sigma)

    def tell(self, losses: Tensor) -> None:
        """Go against the estimated slope."""
        super().tell(losses)
        self.left, self.slope = self.centre, self.direction(losses)
        self.centre = self.centre - self.alpha * self.slope

    def cosine(self) -> Tensor:
        """Return the cosine between the slope it estimated and that of the blurred loss there; 0 without one."""
        here = self.left.clone().requires_grad_()
        with torch.enable_grad():
            (true,) = torch.autograd.grad(self.problem(here[None], self.sigma)[0], here)
        return torch.nn.functional.cosine_similarity(true, self.slope, dim=0)

    def covariance(self) -> Tensor:
        """Return σ²I."""
        return self.sigma**2 * torch.eye(2, dtype=torch.float64, device=self.centre.device)


class Genetic(Searcher):
    """A genetic algorithm: the best quarter are parents, each child mixes two of them and is mutated."""

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self.parents = self.problem.fresh(self.count, self.chance)
        self.parents[0] = self.centre

    def ask(self) -> Tensor:
        """Return the best as it is, and λ − 1 children (k, n)."""
        one, other = (torch.randint(len(self.parents), (self.count,), generator=self.chance) for _ in range(2))
        mixed = torch.rand(self.count, len(self.centre), generator=self.chance).to(self.centre.device) < 0.5
        self.people = torch.where(mixed, self.parents[one], self.parents[other]) + self.sigma * self.normal(self.count)
        self.people[0] = self.centre
        return self.people

    def tell(self, losses: Tensor) -> None:
        """Keep the best quarter."""
        super().tell(losses)
        self.parents = self.people[losses.argsort(stable=True)[: max(2, self.count // PARENTS)]]
        self.centre = self.parents[0].clone()

    def memory(self) -> int:
        """Return the numbers of all parents."""
        return self.parents.numel()

    def covariance(self) -> Tensor:
        """Return that of the population."""
        return torch.cov(self.people[:, :2].T, correction=0)


class Covariance(Searcher):
    """CMA-ES (Hansen), by the package cmaes; when it has converged it begins anew elsewhere."""

    kind = "CMA"

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self.begin()

    def begin(self) -> None:
        """Make a strategy about the centre."""
        import cmaes

        make: Callable[..., Any] = getattr(cmaes, self.kind)
        self.strategy = make(self.centre.cpu().numpy().copy(), self.sigma, population_size=self.count)

    def ask(self) -> Tensor:
        """Return λ places (k, n)."""
        self.strategy.reseed_rng(int(torch.randint(2**31 - 1, (), generator=self.chance)))
        drawn = np.stack([self.strategy.ask() for _ in range(self.count)])
        self.people = torch.from_numpy(drawn).to(self.centre.device)
        return self.people

    def tell(self, losses: Tensor) -> None:
        """Let it move its mean and reshape its ellipsoid."""
        super().tell(losses)
        self.strategy.tell(list(zip(self.people.cpu().numpy(), losses.tolist(), strict=True)))
        self.centre = torch.from_numpy(self.strategy.mean.copy()).to(self.centre.device)
        if self.strategy.should_stop():
            self.centre, self.restarts = self.problem.fresh(1, self.chance)[0], self.restarts + 1
            self.begin()

    def full(self) -> Tensor:
        """Return σ²C (n, n)."""
        shape = torch.from_numpy(self.strategy._C).to(self.centre.device)
        return self.strategy._sigma**2 * (shape if shape.ndim == 2 else torch.diag(shape))

    def memory(self) -> int:
        """Return the numbers of mean, two paths and covariance."""
        return 3 * len(self.centre) + int(np.size(self.strategy._C))

    def covariance(self) -> Tensor:
        """Return σ²C of the first two coordinates."""
        return self.full()[:2, :2]


class Separable(Covariance):
    """CMA-ES that adapts the diagonal alone (Ros and Hansen 2008)."""

    kind = "SepCMA"


class Random(Searcher):
    """Random search: every place is a fresh one."""

    def ask(self) -> Tensor:
        """Return λ fresh places (k, n)."""
        self.people = self.problem.fresh(self.count, self.chance)
        return self.people

    def tell(self, losses: Tensor) -> None:
        """Stay at the best."""
        super().tell(losses)
        self.centre = self.best


SEARCHERS: dict[str, type[Searcher]] = {
    "gd": Descent,
    "cma": Covariance,
    "es": EvolutionStrategy,
    "ga": Genetic,
    "sep": Separable,
    "random": Random,
}
