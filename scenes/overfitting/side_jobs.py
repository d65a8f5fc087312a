"""Side jobs: least squares on random features, and this network for other numbers of digits and units."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import torch
from torch import Generator, Tensor
from torch.nn import functional as F  # noqa: N812 - the usual name

from explainer.engine.experiment import Parts
from explainer.lab.batches import batch_of_epoch
from explainer.lab.noisy_digits import noisy_digits

if TYPE_CHECKING:
    from explainer.scenes.overfitting.experiment import Overfitting

FEATURES = (5, 10, 20, 35, 50, 75, 100, 125, 140, 150, 160, 175, 200, 250, 300, 400, 600, 1000, 2000, 4000)
FITTED, RIDGE = 150, 0.01
"""Random features are fitted to so many digits; the ridge is this share of the mean squared length of their rows."""
SIZES, WIDTHS = (25, 50, 100, 200, 400, 800), (1, 2, 4, 8, 16, 32, 128, 512)
STEPS, CHECKED = 600, 10
"""So long each network trains; it is validated every so many steps."""


def random_features(x: Tensor, count: int, generator: Generator) -> Tensor:
    """Return count features ReLU(w · x) / √count of centred images (n, count), w standard normal over √64."""
    weights = torch.randn(4000, 64, generator=generator)[:count].to(x)
    return torch.relu((x - 0.3) @ weights.T / 8) / count**0.5


def least_squares(features: Tensor, targets: Tensor, ridge: float = 0.0) -> Tensor:
    """Return the weights (feature, class) of least squares, of all that fit equally well the shortest.

    With ``ridge`` > 0 this times the mean squared length of a row, times the squared weights, is added.
    """
    u, s, v = torch.linalg.svd(features, full_matrices=False)
    if ridge:
        shrunk = s / (s.square() + ridge * features.square().sum(1).mean())
    else:
        shrunk = torch.where(s > 1e-10 * s[0], 1 / s, 0.0)
    found: Tensor = v.T @ (shrunk[:, None] * (u.T @ targets))
    return found


def descend_job(experiment: Overfitting) -> Parts:
    """Yield errors (features,) on training and test digits, with a little ridge too, and the weights' length."""
    noise, device = experiment.params.noise, experiment.device
    parts = noisy_digits(FITTED, noise, experiment.generator("digits"))
    x, given, test_x, test_y = (parts[k].to(device) for k in (0, 2, 6, 7))
    targets = F.one_hot(given, 10).double()
    found: list[list[Tensor]] = []
    for count in FEATURES:
        train = random_features(x.double(), count, experiment.generator("features"))
        test = random_features(test_x.double(), count, experiment.generator("features"))
        weights, tamed = least_squares(train, targets), least_squares(train, targets, RIDGE)
        errors = [
            ((each @ w).argmax(1) != y).double().mean()
            for each, w, y in ((train, weights, given), (test, weights, test_y), (test, tamed, test_y))
        ]
        found.append([*errors, weights.norm()])
        yield {}
    columns = [torch.stack(column) for column in zip(*found, strict=True)]
    names = ("feature_train", "feature_test", "feature_ridge", "feature_norm")
    yield dict(zip(names, columns, strict=True)) | {"feature_counts": torch.tensor(FEATURES, dtype=torch.float64)}


def trained(parts: Sequence[Tensor], width: int, experiment: Overfitting) -> Parts:
    """Train a network and yield nothing, then ``ends`` (3,): shares right on training and test digits, and at best.

    The best is the test share where the validation loss, looked at every so many steps, was lowest.
    """
    from explainer.scenes.overfitting.experiment import MOMENTUM, make_network

    x, _, given, valid_x, _, valid_y, test_x, test_y = (part.to(experiment.device) for part in parts)
    experiment.draw_from("weights")
    network = make_network(width).to(experiment.device)
    optimizer = torch.optim.SGD(network.parameters(), lr=experiment.params.lr, momentum=MOMENTUM)
    orders = experiment.generator("batches").initial_seed()
    lowest, best = float("inf"), 0.0
    for step in range(STEPS):
        places = batch_of_epoch(step, len(x), experiment.params.batch, orders)
        with torch.enable_grad():
            optimizer.zero_grad()
            F.cross_entropy(network(x[places]), given[places]).backward()
        optimizer.step()
        if (step + 1) % CHECKED == 0:
            loss = float(F.cross_entropy(network(valid_x), valid_y).detach())
            if loss < lowest:
                lowest, best = loss, float((network(test_x).argmax(1) == test_y).float().mean())
            yield {}
    train = (network(x).argmax(1) == given).float().mean()
    test = (network(test_x).argmax(1) == test_y).float().mean()
    yield {"ends": torch.tensor([float(train), float(test), best], dtype=torch.float64)}


def size_job(experiment: Overfitting) -> Parts:
    """Yield ``size_right`` (end, size): trained on so many digits; NaN where it is still to be trained."""
    found = torch.full((3, len(SIZES)), torch.nan, dtype=torch.float64)
    for column, size in enumerate(SIZES):
        parts = noisy_digits(size, experiment.params.noise, experiment.generator("digits"))
        for part in trained(parts, experiment.params.width, experiment):
            if "ends" in part:
                found[:, column] = torch.as_tensor(part["ends"])
            yield {}
        yield {"sizes": torch.tensor(SIZES, dtype=torch.float64), "size_right": found.clone()}
    yield {"sizes_complete": torch.tensor(1)}


def width_job(experiment: Overfitting) -> Parts:
    """Yield ``width_right`` (end, units): networks of so many hidden units."""
    found = torch.full((3, len(WIDTHS)), torch.nan, dtype=torch.float64)
    parts = noisy_digits(experiment.params.examples, experiment.params.noise, experiment.generator("digits"))
    for column, width in enumerate(WIDTHS):
        for part in trained(parts, width, experiment):
            if "ends" in part:
                found[:, column] = torch.as_tensor(part["ends"])
            yield {}
        yield {"widths": torch.tensor(WIDTHS, dtype=torch.float64), "width_right": found.clone()}
    yield {"widths_complete": torch.tensor(1)}
