"""What is computed beside the run: one strong tree, the variance of votes, every method of scikit-learn's."""

from collections.abc import Iterator

import numpy as np
import torch
from torch import Tensor

from explainer.lab.planar import PLANAR
from explainer.lab.tables import classes_table
from explainer.scenes.ensembles import DEEP, Params
from explainer.scenes.ensembles.drawings import COLUMNS, ROWS
from explainer.scenes.ensembles.trees import classifier, says

SETS, MEMBERS, ASKED, RACED = 16, 16, 400, 40
"""Training sets and members of each; the places that are asked; the members of a race."""


def one_tree(x: Tensor, y: Tensor, test_x: Tensor, test_y: Tensor, cells: Tensor) -> Iterator[dict[str, np.ndarray]]:
    """Grow one tree without limit of depth on all points."""
    yield {}
    tree = classifier(x, y, torch.ones(len(y), dtype=torch.float64), DEEP, 2, 0)
    scores = [float(((says(tree, a, True) > 0) == (b == 1)).double().mean()) for a, b in ((x, y), (test_x, test_y))]
    yield {"strong": says(tree, cells, False).float().reshape(ROWS, COLUMNS).numpy(), "strong_scores": np.array(scores)}


def spread(params: Params, seed: int) -> Iterator[dict[str, np.ndarray]]:
    """Grow 16 members on each of 16 training sets, and ask them about the same places.

    Measured is the variance over training sets of the mean of the first M members, averaged over places; foretold
    is ρσ² + (1 − ρ)σ²/M of σ², a member's variance, and ρσ², the covariance of two members of one set.
    """
    draw = torch.Generator().manual_seed(seed + 1)
    asked, _ = PLANAR[params.data](ASKED, params.noise, draw)
    said = np.zeros((SETS, MEMBERS, ASKED))
    for row in said:
        x, y = PLANAR[params.data](params.points, params.noise, draw)
        flipped = torch.randperm(params.points, generator=draw)[: round(params.wrong * params.points)]
        y[flipped] = 1 - y[flipped]
        for k in range(MEMBERS):
            drawn = torch.randint(len(y), (round(params.max_samples * len(y)),), generator=draw)
            weights = torch.bincount(drawn, minlength=len(y)).double()
            tree = classifier(x, y, weights, params.max_depth, 1 if params.method == "forest" else 2, k)
            row[k] = says(tree, asked, False).numpy()
            if k % 4 == 3:
                yield {}
    means = said.cumsum(1) / np.arange(1, MEMBERS + 1)[:, None]
    variance, whole = said.var(0, ddof=1).mean(), means[:, -1].var(0, ddof=1).mean()
    covariance = (MEMBERS * whole - variance) / (MEMBERS - 1)
    yield {
        "measured": means.var(0, ddof=1).mean(1),
        "foretold": covariance + (variance - covariance) / np.arange(1, MEMBERS + 1),
        "causes": np.array([variance, covariance / variance if variance else np.nan]),
    }


def race(x: Tensor, y: Tensor, test_x: Tensor, test_y: Tensor, seed: int) -> Iterator[dict[str, np.ndarray]]:
    """Fit scikit-learn's own classes, with their defaults, on the points and on half of 569 tumours."""
    from sklearn.ensemble import (
        AdaBoostClassifier,
        BaggingClassifier,
        GradientBoostingClassifier,
        RandomForestClassifier,
    )
    from sklearn.tree import DecisionTreeClassifier

    table, kinds, _ = classes_table("breast-cancer")
    order = np.random.default_rng(seed).permutation(len(table))
    half = len(order) // 2
    train, test = order[:half], order[half:]
    tasks = {
        "on_points": (x.numpy(), y.numpy(), test_x.numpy(), test_y.numpy()),
        "on_tumours": (table[train], kinds[train], table[test], kinds[test]),
    }
    found = {}
    for name, (a, b, c, d) in tasks.items():
        rows = [np.full(RACED, DecisionTreeClassifier(random_state=seed).fit(a, b).score(c, d))]
        for kind in (BaggingClassifier, RandomForestClassifier, AdaBoostClassifier, GradientBoostingClassifier):
            yield {}
            model = kind(n_estimators=RACED, random_state=seed).fit(a, b)
            if hasattr(model, "staged_predict"):
                stages = list(model.staged_predict(c))
                stages += stages[-1:] * (RACED - len(stages))
            else:
                stages = list(np.cumsum([tree.predict_proba(c) for tree in model.estimators_], 0).argmax(2))
            rows.append(np.array([(stage == d).mean() for stage in stages]))
        found[name] = np.array(rows)
    yield found
