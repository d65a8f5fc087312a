"""Ways to scale a table's columns, and what they do to the curvature of a linear model's loss."""

import numpy as np

from explainer.lab.tables import classes_table

COLUMNS = {
    "pair": ("wine", (12, 10)),
    "wine": ("wine", (12, 10, *range(10), 11)),
    "cancer": ("breast-cancer", (23, 27, *range(23), 24, 25, 26, 28, 29)),
}


def measured(data: str) -> tuple[np.ndarray, np.ndarray]:
    """Return features (n, feature) float64 as they were measured, and whether each is of the first class (n,)."""
    name, columns = COLUMNS[data]
    x, classes, _ = classes_table(name)
    return x[:, list(columns)], (classes == 0).astype(np.float64)


def in_unit(x: np.ndarray, unit: float) -> np.ndarray:
    """Return x (n, feature) with the first feature in another unit: multiplied by ``unit``."""
    return np.concatenate([unit * x[:, :1], x[:, 1:]], 1)


def scaled(name: str, x: np.ndarray, fitted: np.ndarray) -> np.ndarray:
    """Return x (n, feature) scaled by what ``fitted`` (m, feature) says; a column without spread is divided by 1.

    As scikit-learn's scalers do; ``white`` is PCA with ``whiten=True`` after standardization, but for its sign and
    for dividing by n.
    """
    middle, spread = fitted.mean(0), fitted.std(0)
    if name == "centre":
        spread = np.ones_like(spread)
    elif name == "scale":
        middle = np.zeros_like(middle)
    elif name == "minmax":
        middle, spread = fitted.min(0), np.ptp(fitted, axis=0)
    elif name == "robust":
        first, middle, third = np.quantile(fitted, [0.25, 0.5, 0.75], axis=0)
        spread = third - first
    if name == "none":
        found = x
    elif name == "quantile":
        found = np.stack([ranks(x[:, k], fitted[:, k]) for k in range(x.shape[1])], 1)
    else:
        found = (x - middle) / np.where(spread > 0, spread, 1.0)
    if name == "white":
        _, size, axes = np.linalg.svd((fitted - middle) / np.where(spread > 0, spread, 1.0), full_matrices=False)
        known = size > 1e-9 * size[0]
        found = found @ axes.T * np.where(known, np.sqrt(len(fitted)) / np.where(known, size, 1.0), 0.0)
    return found


def fitted_on(name: str, train: np.ndarray, held: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return what the scaler of the training part and that of the held-out part are fitted on."""
    if name == "all":
        found = np.concatenate([train, held])
        return found, found
    return train, train if name == "train" else held


def ranks(x: np.ndarray, fitted: np.ndarray) -> np.ndarray:
    """Return which share of ``fitted`` (m,) lies below each x (n,), from 0 to 1; equal values have the middle share."""
    known, share = np.sort(fitted), np.linspace(0.0, 1.0, len(fitted))
    return (np.interp(x, known, share) - np.interp(-x, -known[::-1], -share[::-1])) / 2


def joined(x: np.ndarray) -> np.ndarray:
    """Return inputs (…, n, feature) with a 1 for the bias (…, n, feature + 1)."""
    return np.concatenate([x, np.ones((*x.shape[:-1], 1))], -1)


def spectrum(inputs: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the largest and the smallest eigenvalue (…,) of Σ x xᵀ / n of inputs (…, n, weight).

    By singular values, whose smallest are exact where those of the product are lost; directions that the examples
    do not have at all are left out, for the gradient never has a part along them.
    """
    size = np.linalg.svd(inputs, compute_uv=False) ** 2 / inputs.shape[-2]
    least = np.where(size > 1e-26 * size[..., :1], size, np.inf).min(-1)
    return size[..., 0], least
