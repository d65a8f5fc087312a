"""The models, and one fold of cross-validation."""

import torch
from torch import Tensor

RIDGE = 1.0


def linear(x: Tensor, y: Tensor, asked: Tensor) -> Tensor:
    """Return the classes (m,) by ridge regression on −1 and 1, the bias free, as scikit-learn's RidgeClassifier."""
    signs = 2.0 * y.double() - 1.0
    middle, level = x.mean(0), signs.mean()
    centred = x - middle
    gram = centred.T @ centred + RIDGE * torch.eye(x.shape[1], dtype=x.dtype)
    weights = torch.linalg.solve(gram, centred.T @ (signs - level))
    return ((asked - middle) @ weights + level > 0).long()


def neighbour(x: Tensor, y: Tensor, asked: Tensor) -> Tensor:
    """Return the classes (m,) of the nearest examples."""
    return y[torch.cdist(asked, x).argmin(1)]


MODELS = {"linear": linear, "neighbour": neighbour}


def best_columns(x: Tensor, y: Tensor, count: int) -> Tensor:
    """Return the columns (count,) with the largest correlation with the classes, in size."""
    centred, signs = x - x.mean(0), y - y.double().mean()
    correlation = (centred * signs[:, None]).sum(0) / centred.norm(dim=0).clamp(min=1e-12)
    return correlation.abs().topk(count).indices


def answers(x: Tensor, y: Tensor, train: Tensor, prepared: Tensor, asked: Tensor, keep: int, model: str) -> Tensor:
    """Return what a model fitted on the examples ``train`` (n,) says of ``asked``.

    Columns are chosen, where not all are kept, and scaled by the examples ``prepared``. Without any example to
    learn from the answer is 0.
    """
    if not bool(train.any()):
        return torch.zeros(len(asked), dtype=torch.int64)
    if keep < x.shape[1]:
        columns = best_columns(x[prepared], y[prepared], keep)
        x, asked = x[:, columns], asked[:, columns]
    middle, spread = x[prepared].mean(0), x[prepared].std(0, correction=0).clamp(min=1e-12)
    return MODELS[model]((x[train] - middle) / spread, y[train], (asked - middle) / spread)
