"""The race: every generation each method has λ evaluations to spend."""

import copy
from collections.abc import Collection, Iterator, Mapping
from typing import Any

import torch
from torch import Tensor

from explainer.engine import state as plain_state
from explainer.engine.experiment import Experiment, Parts
from explainer.lab.points import moons
from explainer.scenes.evolution import NOISE, POINTS, Params
from explainer.scenes.evolution.drawings import Drawings
from explainer.scenes.evolution.price import price_job
from explainer.scenes.evolution.problems import Function, Network
from explainer.scenes.evolution.searchers import SEARCHERS, Covariance, EvolutionStrategy, Searcher


class Evolution(Experiment[Params]):
    """One searcher for each method; all tensors are float64."""

    learns_from = ("points", "classes")

    def build(self) -> None:
        """Put every searcher at the same start."""
        points, classes = moons(POINTS, NOISE, self.generator("data"))
        self.points, self.classes = points.double().to(self.device), classes.to(self.device)
        if self.params.problem == "network":
            self.problem: Any = Network(self.params.hidden, self.params.objective, self.points, self.classes.double())
            start = self.problem.fresh(1, self.generator("weights"))[0]
        else:
            self.problem = Function(self.params.problem, self.params.dimension, self.device)
            both = torch.tensor(self.params.start, dtype=torch.float64, device=self.device)
            start = both.repeat(self.params.dimension)[: self.params.dimension]
        self.first_loss = self.problem(start[None])[0]
        self.searchers = [
            SEARCHERS[name](self.problem, start, self.params.population, self.params.sigma, self.generator(name))
            for name in self.params.methods
        ]
        self.drawings = (Drawings(self),)
        self.trace(path=self.centres())

    def step(self) -> Iterator[str]:
        """One generation of every method."""
        for searcher in self.searchers:
            searcher.lr, searcher.alpha = self.params.lr, self.params.alpha
        asked = [searcher.ask() for searcher in self.searchers]
        yield "ask"
        losses = [self.problem(people).detach() for people in asked]
        yield "evaluate"
        for searcher, found in zip(self.searchers, losses, strict=True):
            searcher.tell(found)
        self.record_each([f"best/{name}" for name in self.params.methods], self.best_losses())
        self.record_each([f"now/{name}" for name in self.params.methods], self.centre_losses())
        for searcher in self.searchers:
            if isinstance(searcher, EvolutionStrategy):
                self.record(cosine=searcher.cosine())
        self.trace(path=self.centres())
        yield "tell"

    def changed(self, names: Collection[str]) -> None:
        """Do nothing: both rates are read at each generation."""

    def centres(self) -> Tensor:
        """Return the first two coordinates of each centre (method, coordinate)."""
        return torch.stack([searcher.centre[:2] for searcher in self.searchers])

    def best_losses(self) -> Tensor:
        """Return the lowest losses so far (method,)."""
        return torch.stack([searcher.best_loss for searcher in self.searchers])

    def centre_losses(self) -> Tensor:
        """Return the losses at the centres (method,)."""
        return self.problem(torch.stack([searcher.centre for searcher in self.searchers])).detach()

    # what a checkpoint holds

    def state(self) -> dict[str, Any]:
        """Return a copy of all that changes, the searchers' included."""
        return {**super().state(), "searchers": [saved(searcher) for searcher in self.searchers]}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Take back what :meth:`state` returned."""
        super().restore({name: value for name, value in state.items() if name != "searchers"})
        for searcher, kept in zip(self.searchers, state["searchers"], strict=True):
            put_back(searcher, kept)

    def price(self) -> Parts:
        """Return what each method pays for growing numbers of coordinates or weights."""
        return price_job(self.params, self.points.cpu(), self.classes.double().cpu(), self.seed)


def saved(searcher: Searcher) -> dict[str, Any]:
    """Return a copy of a searcher; of a strategy of cmaes all but its generator, which is seeded in each generation.

    Pickling would round: it keeps one half of a covariance whose halves may differ in the last bit.
    """
    found = {"own": plain_state.capture(searcher)}
    if isinstance(searcher, Covariance):
        found["strategy"] = copy.deepcopy({name: v for name, v in vars(searcher.strategy).items() if name != "_rng"})
    return found


def put_back(searcher: Searcher, kept: Mapping[str, Any]) -> None:
    """Take back what :func:`saved` returned."""
    plain_state.restore(searcher, kept["own"])
    if isinstance(searcher, Covariance):
        vars(searcher.strategy).update(copy.deepcopy(kept["strategy"]))
