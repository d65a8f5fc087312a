"""What each method pays for growing numbers of coordinates: races of their own, beside the run."""

from __future__ import annotations

import torch
from torch import Generator, Tensor

from explainer.contract.recipe import stream_seed
from explainer.engine.experiment import Parts
from explainer.scenes.evolution import LARGEST, Params
from explainer.scenes.evolution.problems import Function, Network
from explainer.scenes.evolution.searchers import SEARCHERS

COORDINATES, UNITS = (2, 4, 8, 16, 32, 64), (2, 4, 8, 16, 50, 125)
"""Dimensions of a test function; hidden units of a network, which have 9, 17, 33, 65, 201 and 501 weights."""
GOAL, MOST = 0.15, 10_000
"""The share of the first loss that is to be reached, and after how many evaluations one is given up."""


def price_job(params: Params, points: Tensor, classes: Tensor, seed: int) -> Parts:
    """Yield ``price_at`` (size,) and ``price`` (method, size): evaluations until the loss is 15 % of the first one.

    NaN where it is not reached within 10,000, or is still to come.
    """
    network = params.problem == "network"
    sizes = UNITS if network else COORDINATES
    numbers = [4 * size + 1 if network else size for size in sizes]
    paid = torch.full((len(params.methods), len(sizes)), torch.nan, dtype=torch.float64)
    yield {"price_at": torch.tensor(numbers, dtype=torch.float64)}
    for column, (size, n) in enumerate(zip(sizes, numbers, strict=True)):
        problem = Network(size, params.objective, points, classes) if network else function(params, size)
        for row, name in enumerate(params.methods):
            if name == "cma" and n > LARGEST:
                continue
            chance = Generator().manual_seed(stream_seed(seed, f"price {name} {size}"))
            if network:
                start = problem.fresh(1, Generator().manual_seed(stream_seed(seed, f"price {size}")))[0]
            else:
                start = torch.tensor(params.start, dtype=torch.float64).repeat(size)[:size]
            searcher = SEARCHERS[name](problem, start, params.population, params.sigma, chance)
            searcher.lr, searcher.alpha = params.lr, params.alpha
            goal = GOAL * searcher.best_loss
            for generation in range(1, MOST // params.population + 1):
                searcher.tell(problem(searcher.ask()).detach())
                yield {}
                if searcher.best_loss <= goal:
                    paid[row, column] = generation * params.population
                    break
            yield {"price": paid.clone()}
    yield {"price_done": torch.ones(1)}


def function(params: Params, n: int) -> Function:
    """Return the test function in so many dimensions."""
    return Function(params.problem, n, torch.device("cpu"))
