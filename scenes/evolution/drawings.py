"""What is drawn of the race."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import Tensor

from explainer.engine.kept import kept
from explainer.scenes.evolution import REACH
from explainer.scenes.evolution.searchers import Covariance

if TYPE_CHECKING:
    from explainer.scenes.evolution.experiment import Evolution

SIDE, SAMPLES, PLACES = 161, 321, 41


class Drawings:
    """The arrays that only pictures need."""

    def __init__(self, race: Evolution) -> None:
        self.race = race

    @property
    def is_network(self) -> bool:
        """Whether weights are searched for."""
        return self.race.params.problem == "network"

    def _line(self, count: int) -> Tensor:
        """Return places across the domain (count,)."""
        reach = REACH.get(self.race.params.problem, 5.0)
        return torch.linspace(-reach, reach, count, dtype=torch.float64, device=self.race.device)

    def across(self) -> Tensor:
        """Return first coordinates (column,)."""
        return self._line(SIDE)

    def up(self) -> Tensor:
        """Return second coordinates (row,)."""
        return self._line(SIDE)

    @kept("race.problem")
    def heights(self) -> Tensor:
        """Return the loss over the section (row, column)."""
        return self._section(0.0)

    @kept("race.problem")
    def blurred_heights(self) -> Tensor:
        """Return the blurred loss over the section (row, column)."""
        return self._section(self.race.params.sigma)

    def _section(self, blur: float) -> Tensor:
        if self.is_network:
            return torch.zeros(SIDE, SIDE, dtype=torch.float64, device=self.race.device)
        line = self._line(SIDE)
        places = self.minimum().repeat(SIDE * SIDE, 1)
        places[:, :2] = torch.cartesian_prod(line, line).flip(1)
        return self.race.problem(places, blur).reshape(SIDE, SIDE)

    def minimum(self) -> Tensor:
        """Return where a test function is least (n,)."""
        at = 1.0 if self.race.params.problem == "rosenbrock" else 0.0
        return torch.full((self.race.problem.n,), at, dtype=torch.float64, device=self.race.device)

    def people(self) -> Tensor:
        """Return the last trials of all (individual, coordinate)."""
        return torch.cat([searcher.people[:, :2] for searcher in self.race.searchers])

    def people_of(self) -> Tensor:
        """Return whose they are (individual,)."""
        counts = torch.tensor([len(searcher.people) for searcher in self.race.searchers])
        return torch.arange(len(counts)).repeat_interleave(counts)

    def covariances(self) -> Tensor:
        """Return the covariance of what each tries (method, coordinate, coordinate)."""
        return torch.stack([searcher.covariance() for searcher in self.race.searchers])

    def restarts(self) -> list[int]:
        """Return how often each has begun anew (method,)."""
        return [searcher.restarts for searcher in self.race.searchers]

    def memory(self) -> list[int]:
        """Return how many numbers each carries along (method,)."""
        return [searcher.memory() for searcher in self.race.searchers]

    def evaluations(self) -> Tensor:
        """Return what each has paid for ()."""
        return torch.tensor(self.race.recorder.step * self.race.params.population)

    # the line through a centre

    def slice_at(self) -> Tensor:
        """Return first coordinates along the line (sample,)."""
        return self._line(SAMPLES)

    def slice_loss(self) -> Tensor:
        """Return the loss along it (sample,)."""
        return self._slice(0.0)

    def slice_blurred(self) -> Tensor:
        """Return the blurred loss along it (sample,)."""
        return self._slice(self.race.params.sigma)

    def _slice(self, blur: float) -> Tensor:
        places = self.race.searchers[self.race.params.shown].centre.repeat(SAMPLES, 1)
        places[:, 0] = self._line(SAMPLES)
        return self.race.problem(places, blur).detach()

    # the shape of CMA-ES

    def axes(self) -> Tensor:
        """Return the standard deviations along the principal axes (axis,), longest first."""
        for searcher in self.race.searchers:
            if type(searcher) is Covariance:
                return torch.linalg.eigvalsh(searcher.full()).clamp(min=0).sqrt().flip(0)
        return torch.zeros(0, dtype=torch.float64)

    def ideal(self) -> Tensor:
        """Return 1/√h of the Hessian's eigenvalues h at the minimum (axis,), scaled to the axes' geometric mean."""
        axes = self.axes()
        if self.is_network or not len(axes):
            return torch.full_like(axes, torch.nan)
        shape = torch.linalg.eigvalsh(self._hessian()).rsqrt()
        return shape * (axes.clamp(min=1e-300).log().mean() - shape.log().mean()).exp()

    @kept("race.problem")
    def _hessian(self) -> Tensor:
        with torch.enable_grad():
            found = torch.autograd.functional.hessian(lambda x: self.race.problem(x[None])[0], self.minimum())
        assert isinstance(found, Tensor)
        return found

    # the answers of networks

    def map_at(self) -> Tensor:
        """Return where answers are drawn (place,)."""
        return torch.linspace(-1.6, 2.6, PLACES, dtype=torch.float64, device=self.race.device)

    def answers(self) -> Tensor:
        """Return what each method's best network says (method, place up, place), from −1 to 1."""
        if not self.is_network:
            return torch.zeros(len(self.race.searchers), PLACES, PLACES, dtype=torch.float64)
        places = torch.cartesian_prod(self.map_at(), self.map_at()).flip(1)
        best = torch.stack([searcher.best for searcher in self.race.searchers])
        return torch.tanh(self.race.problem.scores(best, places) / 2).reshape(-1, PLACES, PLACES)
