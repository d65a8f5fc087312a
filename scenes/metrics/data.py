"""The cases: drawn with a known truth, or real ones, as inputs (n, feature) float64 and classes (n,) int64."""

import math

import numpy as np
import torch
from torch import Tensor

from explainer.lab.digits import digits
from explainer.lab.tables import classes_table, diabetes_table

FEATURES, CORRELATION = 6, 0.5


def screening(count: int, share: float, separation: float) -> tuple[Tensor, Tensor]:
    """Draw six readings of people, a share of them ill; any two readings are correlated by 0.5 within a class.

    ``separation`` is the distance of the classes' means on the best weighted sum, in its standard deviations: the
    best area under the ROC curve is Φ(separation / √2).
    """
    y = (torch.arange(count) < max(2, round(share * count))).long()
    shift = separation * math.sqrt((1 + (FEATURES - 1) * CORRELATION) / FEATURES)
    shared, own = torch.randn(count, 1, dtype=torch.float64), torch.randn(count, FEATURES, dtype=torch.float64)
    return shift * y[:, None] + math.sqrt(CORRELATION) * shared + math.sqrt(1 - CORRELATION) * own, y


def real(data: str, cut: int) -> tuple[Tensor, Tensor]:
    """Return real cases: tumours (1: malignant), diabetes (1: it went beyond ``cut`` within a year), or digits."""
    if data == "cancer":
        x, y, _ = classes_table("breast-cancer")
        return torch.tensor(x), torch.tensor(1 - y)
    if data == "diabetes":
        x, progression = diabetes_table()
        return torch.tensor(x), torch.tensor((progression > cut).astype(np.int64))
    images, names = digits()
    return torch.tensor(images.reshape(-1, 64).astype(np.float64)), torch.tensor(names.astype(np.int64))


def thinned(y: Tensor, positive: int, share: float) -> Tensor:
    """Return which cases (n,) stay when only this share of the positives is kept, but at least two."""
    stays = torch.ones(len(y), dtype=torch.bool)
    own = (y == positive).nonzero()[:, 0]
    stays[own[max(2, round(share * len(own))) :]] = False
    return stays


def naive_bayes(x: Tensor, y: Tensor, classes: int) -> tuple[Tensor, Tensor]:
    """Return weights (class, feature) and biases (class,) of Gaussian naive Bayes, one variance for all classes.

    Each feature is taken for independent of the others within a class: ln p(class) − Σ (x − μ)² / 2σ² is then a
    weighted sum, up to what all classes share. A hundredth is added to the variances of standardized features.
    """
    means = torch.stack([x[y == k].mean(0) for k in range(classes)])
    variance = (x - means[y]).square().mean(0) + 0.01
    priors = torch.bincount(y, minlength=classes) / len(y)
    return means / variance, priors.log() - 0.5 * (means.square() / variance).sum(1)
