"""Side jobs: the true response surface, whole searches with other seeds, and what mattered."""

from collections.abc import Sequence

import torch
from torch import Tensor

from explainer.engine.experiment import Parts
from explainer.scenes.hyperparameter_search import SPACE, USUAL
from explainer.scenes.hyperparameter_search.searching import PRUNED, History, best_of
from explainer.scenes.hyperparameter_search.task import TEST, Task

SIDE, REPEATS, APART = 20, 6, 1_000_003
TRAININGS, CHUNK, SPLITS = 100, 20, 200
"""Places along each axis of the surface; so many searches, and how far their seeds are apart."""


def on_axis(settings: Tensor, name: str) -> Tensor:
    """Return where settings (n, 5) lie on the axis of a hyperparameter: its logarithm, but of the momentum."""
    values = settings[:, list(SPACE).index(name)]
    return values if name == "momentum" else values.log10()


def response_job(task: Task, seed: int) -> Parts:
    """Yield ``response`` (response row, response column), row by row from below, NaN to come, and its axes.

    Others that are searched are in the middle of their ranges; all trainings have the seed of the first trials.
    """
    line = torch.linspace(0, 1, SIDE, dtype=torch.float64)
    shares = torch.full((SIDE, SIDE, len(task.searched)), 0.5, dtype=torch.float64)
    shares[:, :, 0], shares[:, :, 1] = line[None, :], line[:, None]
    axes = {
        "response_x": on_axis(task.settings_at(shares[0]), task.searched[0]),
        "response_y": on_axis(task.settings_at(shares[:, 0]), task.searched[1]),
    }
    found = torch.full((SIDE, SIDE), torch.nan, dtype=torch.float64)
    for row in range(SIDE):
        for _, right in task.train([seed] * SIDE, task.settings_at(shares[row])):
            found[row] = task.judged(right)
            yield {}
        yield {**axes, "response": found.clone()}


def race_job(task: Task, methods: Sequence[str], seed: int) -> Parts:
    """Yield ``race`` (quartile, method, training): lower quartile, median, upper quartile of the best so far.

    Of six whole searches, NaN to come; and ``race_test`` (method,), the median test accuracy of the bests.
    """
    seeds = [seed + APART * (repeat + 1) for repeat in range(REPEATS)]
    histories: dict[str, list[History]] = {name: [task.nothing() for _ in seeds] for name in methods}
    best = torch.full((REPEATS, len(methods), task.budget), torch.nan, dtype=torch.float64)
    quartiles = torch.tensor([0.25, 0.5, 0.75], dtype=torch.float64)
    for done in range(task.budget):
        for name in methods:
            for k, own in enumerate(seeds):
                if name in PRUNED:
                    histories[name][k] = task.spent(name, histories[name][k], own, done + 1)
                    yield {}
        at = [(name, k) for name in methods for k in range(REPEATS)]
        shares = {}
        for name, k in at:
            where = task.asked(name, histories[name][k], seeds[k])
            if where is not None:
                shares[name, k] = where
            yield {}
        if shares:
            given = [histories[name][k] for name, k in shares]
            new = task.tried(given, list(shares.values()), [seeds[k] for _, k in shares])
            for (name, k), history in zip(shares, new, strict=True):
                histories[name][k] = history
        chosen = [(each, best_of(each)) for name in methods for each in histories[name]]
        best[:, :, done] = torch.stack([each["curve"][k, -1] for each, k in chosen]).reshape(-1, REPEATS).T
        tests = torch.stack([each["test"][k] for each, k in chosen]).reshape(-1, REPEATS)
        yield {
            "race_test": tests.quantile(0.5, dim=1),
            "race": torch.quantile(best, quartiles, dim=0),
        }


def flattery_job(task: Task, seed: int) -> Parts:
    """Yield ``flattery`` (where, count): mean validation and test error of the best of 1, 2, … 100 trainings.

    All have the usual hyperparameters and differ in their seeds alone: there is nothing to choose but luck. The means
    are over 200 ways to draw validation digits, 360 test digits and the order of the trainings.
    """
    settings = torch.tensor(list(USUAL.values()), dtype=torch.float64)[None].repeat(CHUNK, 1)
    right = []
    for first in range(0, TRAININGS, CHUNK):
        looks = []
        for look in task.train([seed + 2 * k for k in range(first, first + CHUNK)], settings):
            looks.append(look)
            yield {}
        right.append(looks[-1][1])
    rows, draw = torch.cat(right).double(), torch.Generator().manual_seed(seed)
    errors = torch.zeros(2, TRAININGS, dtype=torch.float64)
    for _ in range(SPLITS):
        order = torch.randperm(rows.shape[1], generator=draw)
        some = rows[torch.randperm(TRAININGS, generator=draw)]
        judged, tested = 1 - some[:, order[: task.validation]].mean(1), 1 - some[:, order[-TEST:]].mean(1)
        least = judged.cummin(0)
        errors += torch.stack([least.values, tested[least.indices]]) / SPLITS
    yield {"flattery": errors}


def importance_job(history: History) -> Parts:
    """Yield ``importances`` (searched,): the shares of the variance by fANOVA (Hutter et al. 2014), of Optuna.

    Only trials that were trained to their end count; NaN while there are fewer than four, or all are alike.
    """
    import optuna

    optuna.logging.set_verbosity(optuna.logging.ERROR)
    done = history["curve"][:, -1].isfinite()
    shares, values = history["shares"][done], history["curve"][done, -1]
    found = torch.full((shares.shape[1],), torch.nan, dtype=torch.float64)
    if len(values) >= 4 and float(values.std()) > 0:
        space: dict[str, optuna.distributions.BaseDistribution] = {
            str(k): optuna.distributions.FloatDistribution(0.0, 1.0) for k in range(shares.shape[1])
        }
        study = optuna.create_study(direction="maximize")
        for row, value in zip(shares.tolist(), values.tolist(), strict=True):
            params = dict(zip(space, row, strict=True))
            study.add_trial(optuna.trial.create_trial(params=params, distributions=space, value=value))
        evaluator = optuna.importance.FanovaImportanceEvaluator(seed=0)
        told = optuna.importance.get_param_importances(study, evaluator=evaluator)
        found = torch.tensor([told[name] for name in space], dtype=torch.float64)
    yield {"importances": found}
