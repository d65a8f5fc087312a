"""Side jobs: models that descend no gradient, and scalers that were fitted on the wrong examples."""

import numpy as np
import torch
from torch import Tensor

from explainer.engine.experiment import Parts
from explainer.scenes.input_scaling import FITTED, SCALINGS
from explainer.scenes.input_scaling.scalers import fitted_on, joined, scaled, spectrum

SPLITS, STEPS = 40, 300


def others_job(x: np.ndarray, labels: np.ndarray, order: np.ndarray, examples: int, fitted: str) -> Parts:
    """Yield ``others`` (way, model): held-out accuracy of 5 nearest neighbours, an RBF SVM and a tree, NaN to come."""
    from sklearn.neighbors import KNeighborsClassifier
    from sklearn.svm import SVC
    from sklearn.tree import DecisionTreeClassifier

    found = np.full((len(SCALINGS), 3), np.nan)
    train, held = order[:examples], order[examples:]
    own, other = fitted_on(fitted, x[train], x[held])
    for row, name in enumerate(SCALINGS):
        inputs, held_inputs = scaled(name, x[train], own), scaled(name, x[held], other)
        models = (KNeighborsClassifier(5), SVC(), DecisionTreeClassifier(random_state=0))
        found[row] = [model.fit(inputs, labels[train]).score(held_inputs, labels[held]) for model in models]
        yield {"others": found.copy()}


def leaks_job(way: str, x: np.ndarray, labels: np.ndarray, examples: int, seed: int) -> Parts:
    """Yield ``leak`` (fitted, split): accuracies of regressions after 300 steps at half the limit, by split."""
    draw = np.random.default_rng(seed)
    orders = [draw.permutation(len(x)) for _ in range(SPLITS)]
    truth = torch.tensor(np.stack([labels[order] for order in orders]))
    found = []
    for fitted in FITTED:
        rows = [_split(way, x[order], examples, fitted) for order in orders]
        inputs, held = (torch.tensor(np.stack(part)) for part in zip(*rows, strict=True))
        theta = torch.zeros(SPLITS, inputs.shape[2], 1, dtype=torch.float64)
        rate = torch.tensor(4.0 / spectrum(inputs.numpy())[0])[:, None, None]
        y = truth[:, :examples, None]
        for step in range(STEPS):
            theta = theta - rate * _slope(inputs, theta, y)
            if step % 50 == 49:
                yield {}
        found.append((((held @ theta)[:, :, 0] > 0) == (truth[:, examples:] > 0)).double().mean(1))
    yield {"leak": torch.stack(found)}


def _split(way: str, x: np.ndarray, examples: int, fitted: str) -> tuple[np.ndarray, np.ndarray]:
    """Return the scaled inputs of a split's training part and of its held-out part."""
    train, held = x[:examples], x[examples:]
    own, other = fitted_on(fitted, train, held)
    return joined(scaled(way, train, own)), joined(scaled(way, held, other))


def _slope(inputs: Tensor, theta: Tensor, y: Tensor) -> Tensor:
    """Return the gradients of the losses (split, weight, 1)."""
    return inputs.transpose(1, 2) @ (torch.sigmoid(inputs @ theta) - y) / inputs.shape[1]
