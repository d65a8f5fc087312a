"""Where each method tries next, and which trials successive halving stops."""

from collections.abc import Mapping

import torch
from torch import Tensor

from explainer.scenes.hyperparameter_search import grid_sizes

History = Mapping[str, Tensor]
"""Trials: ``shares`` (trial, searched), ``curve`` (trial, checkpoint), ``used`` (trial,), ``test`` (trial,)."""
PRUNED = {"halving": 1, "hyperband": 3}
"""The methods that stop trials early, and how many brackets each has."""
RUNGS = (0, 2)
"""The checkpoints at which trials are stopped: after 1/9 and 1/3 of a training."""
FACTOR = 3
"""Of those that reach a rung, one in so many goes on."""


def no_trials(searched: int, checkpoints: int) -> dict[str, Tensor]:
    """Return the history of a method that has tried nothing."""
    return {
        "shares": torch.zeros(0, searched, dtype=torch.float64),
        "curve": torch.zeros(0, checkpoints, dtype=torch.float64),
        "used": torch.zeros(0, dtype=torch.int64),
        "test": torch.zeros(0, dtype=torch.float64),
    }


def with_trial(history: History, shares: Tensor, curve: Tensor, used: int, test: Tensor) -> dict[str, Tensor]:
    """Return a history with one trial more."""
    new = {"shares": shares, "curve": curve, "used": torch.tensor(used), "test": test}
    return {name: torch.cat([old, new[name][None]]) for name, old in history.items()}


def best_of(history: History) -> int:
    """Return the number of the best trial that was trained to its end, the first of equal ones; −1 without any."""
    ends = history["curve"][:, -1]
    return int(ends.nan_to_num(-1).argmax()) if bool(ends.isfinite().any()) else -1


def grid_of(budget: int, searched: int, seed: int) -> Tensor:
    """Return the points (n, searched) of the largest even grid with ``budget`` points at most, in a shuffled order.

    Each axis has its ends and evenly spaced values between.
    """
    sizes = grid_sizes(budget, searched)
    axes = [torch.linspace(0, 1, k, dtype=torch.float64) if k > 1 else torch.tensor([0.5]).double() for k in sizes]
    points = torch.cartesian_prod(*axes)
    return points[torch.randperm(len(points), generator=torch.Generator().manual_seed(seed))]


def proposal(method: str, history: History, budget: int, seed: int) -> Tensor | None:
    """Return where a method tries next (searched,), in shares of the ranges; None when it has no more points."""
    number, searched = history["shares"].shape
    if method == "grid":
        points = grid_of(budget, searched, seed)
        found = points[number] if number < len(points) else None
    elif method == "sobol":
        engine = torch.quasirandom.SobolEngine(searched, scramble=True, seed=seed)
        found = engine.fast_forward(number).draw(1, dtype=torch.float64)[0]
    elif method == "tpe":
        found = by_tpe(history, seed + number)
    else:
        found = torch.rand(searched, generator=torch.Generator().manual_seed(seed + number), dtype=torch.float64)
    return found


def by_tpe(history: History, seed: int) -> Tensor:
    """Return what Optuna's tree-structured Parzen estimator proposes after these trials; the first ten are random.

    The study is made anew from the trials each time: nothing but the trials need be kept.
    """
    import optuna

    optuna.logging.set_verbosity(optuna.logging.ERROR)
    searched = history["shares"].shape[1]
    space: dict[str, optuna.distributions.BaseDistribution] = {
        str(k): optuna.distributions.FloatDistribution(0.0, 1.0) for k in range(searched)
    }
    study = optuna.create_study(direction="maximize", sampler=optuna.samplers.TPESampler(seed=seed % 2**32))
    for shares, value in zip(history["shares"].tolist(), history["curve"][:, -1].tolist(), strict=True):
        params = dict(zip(space, shares, strict=True))
        study.add_trial(optuna.trial.create_trial(params=params, distributions=space, value=value))
    return torch.tensor(list(study.ask(space).params.values()), dtype=torch.float64)


def goes_on(history: History, number: int, checkpoint: int, value: float, brackets: int) -> bool:
    """Return whether a trial is trained on after this checkpoint: at a rung, if it is in the best third of all there.

    Asynchronous successive halving (Li et al. 2020), as Optuna's ``SuccessiveHalvingPruner``: who comes later is
    compared with more. Hyperband has several brackets, in which trials take turns; bracket b leaves out the first b
    rungs, and trials are compared with those of their bracket.
    """
    bracket = number % brackets
    if checkpoint not in RUNGS[bracket:]:
        return True
    there = history["curve"][bracket::brackets, checkpoint]
    there = torch.cat([there[there.isfinite()], torch.tensor([value], dtype=torch.float64)])
    kept = max(1, len(there) // FACTOR)
    return value >= float(there.sort(descending=True).values[kept - 1])
