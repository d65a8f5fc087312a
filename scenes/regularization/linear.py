"""Linear models: two weights with their loss, ten weights at every strength, and one weight as Bayes reads it.

The loss is least squares over standardized columns, ½ wᵀHw − bᵀw with H = XᵀX/n and b = Xᵀy/n. What is added is
α (r ‖w‖₁ + (1 − r)/2 ‖w‖²): scikit-learn's ``Lasso(α)`` for r = 1, ``Ridge(n α)`` for r = 0, ``ElasticNet`` between.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from explainer.engine.kept import kept
from explainer.lab.tables import diabetes_table
from explainer.scenes.regularization import L1_RATIOS

if TYPE_CHECKING:
    from explainer.scenes.regularization.experiment import Regularization

ALPHAS = np.geomspace(0.001, 3.0, 121)
ANGLES = np.linspace(0, 2 * np.pi, 181)
CIRCLE = np.stack([np.cos(ANGLES), np.sin(ANGLES)], 1)
RINGS = np.arange(1, 7) * 0.45
"""Contours: √(2 × what the loss is above its lowest)."""
PERSONS, EVIDENCE = 40, 10.0
"""So many persons are fitted; n/σ² of the one weight: how sharp its likelihood is."""


def shrunk(hessian: np.ndarray, slope: np.ndarray, alphas: np.ndarray, ratio: float) -> np.ndarray:
    """Return the weights (alpha, weight) of lowest loss and penalty, by accelerated proximal gradient descent.

    After Nesterov (2004, constant momentum) and Beck and Teboulle (2009, soft threshold).
    """
    low, high = np.linalg.eigvalsh(hessian)[[0, -1]]
    sparse, small = alphas[:, None] * ratio, alphas[:, None] * (1 - ratio)
    root = np.sqrt((low + small) / (high + small))
    momentum, rate = (1 - root) / (1 + root), 1 / (high + small)
    weights = ahead = np.zeros((len(alphas), len(slope)))
    for _ in range(int(32 / root.min()) + 1):
        moved = ahead - rate * (ahead @ hessian + small * ahead - slope)
        fresh = np.sign(moved) * np.maximum(np.abs(moved) - rate * sparse, 0.0)
        weights, ahead = fresh, fresh + momentum * (fresh - weights)
    return weights


def within_ball(hessian: np.ndarray, slope: np.ndarray, radii: np.ndarray) -> np.ndarray:
    """Return the weights (radius, weight) of lowest loss no longer than a radius: L2's, at the λ that fits."""
    values, axes = np.linalg.eigh(hessian)
    turned = axes.T @ slope
    low, high = np.full(len(radii), -20.0), np.full(len(radii), 10.0)
    for _ in range(60):
        middle = (low + high) / 2
        long = np.linalg.norm(turned / (values + 10.0 ** middle[:, None]), axis=1) > radii
        low, high = np.where(long, middle, low), np.where(long, high, middle)
    added = np.where(np.linalg.norm(turned / values) > radii, 10.0**high, 0.0)
    found: np.ndarray = turned / (values + added[:, None]) @ axes.T
    return found


def path(penalty: str, hessian: np.ndarray, slope: np.ndarray, alphas: np.ndarray) -> np.ndarray:
    """Return the weights at each strength (alpha, weight)."""
    if penalty == "max_norm":
        return within_ball(hessian, slope, alphas)
    return shrunk(hessian, slope, alphas, L1_RATIOS[penalty])


def reach(penalty: str, weights: np.ndarray, alphas: np.ndarray, way: np.ndarray) -> np.ndarray:
    """Return how far one can go along each way (…, 2) until the penalty is that of the weights (…, 2)."""
    if penalty == "max_norm":
        return np.broadcast_to(alphas, np.broadcast_shapes(alphas.shape, way.shape[:-1])).copy()
    ratio = L1_RATIOS[penalty]
    most = ratio * np.abs(weights).sum(-1) + (1 - ratio) / 2 * np.square(weights).sum(-1)
    linear, square = ratio * np.abs(way).sum(-1), (1 - ratio) * np.square(way).sum(-1)
    found: np.ndarray = 2 * most / np.maximum(linear + np.sqrt(np.square(linear) + 2 * square * most), 1e-300)
    return found


class Persons:
    """Some of the 442 persons with diabetes, standardized by these, and the others in their measure."""

    def __init__(self, seed: int) -> None:
        x, y = diabetes_table()
        order = np.random.default_rng(seed).permutation(len(x))
        table = np.column_stack([x, y])[order]
        table = (table - table[:PERSONS].mean(0)) / table[:PERSONS].std(0)
        self.x, self.y = table[:PERSONS, :-1], table[:PERSONS, -1]
        self.new_x, self.new_y = table[PERSONS:, :-1], table[PERSONS:, -1]


class Linear:
    """What is drawn; ``experiment`` has the parameters."""

    def __init__(self, experiment: Regularization) -> None:
        self.experiment = experiment
        self.persons = Persons(experiment.generator("persons").initial_seed())

    def alphas(self) -> np.ndarray:
        """Return the strengths (alpha,)."""
        return ALPHAS

    # two weights

    def plane(self) -> tuple[np.ndarray, np.ndarray]:
        """Return H (2, 2) and the weights of the lowest loss (2,)."""
        params = self.experiment.params
        return np.array([[1.0, params.correlation], [params.correlation, 1.0]]), np.array(params.lowest)

    @kept("persons")
    def two_path(self) -> np.ndarray:
        """Return the two weights at each strength (alpha, 2)."""
        hessian, lowest = self.plane()
        return path(self.experiment.params.penalty, hessian, hessian @ lowest, ALPHAS)

    @kept("persons")
    def two_other(self) -> np.ndarray:
        """Return the same with L2 where L1 is drawn, else with L1 (alpha, 2)."""
        hessian, lowest = self.plane()
        other = "l2" if L1_RATIOS.get(self.experiment.params.penalty, 0.0) == 1 else "l1"
        return path(other, hessian, hessian @ lowest, ALPHAS)

    @kept("persons")
    def solution(self) -> tuple[np.ndarray, np.ndarray]:
        """Return the strength (1,) and the two weights there (2,)."""
        hessian, lowest = self.plane()
        alpha = np.array([self.experiment.params.alpha])
        return alpha, path(self.experiment.params.penalty, hessian, hessian @ lowest, alpha)[0]

    @kept("persons")
    def corners(self) -> np.ndarray:
        """Return how far the region reaches along the first weight at each strength (alpha,)."""
        return reach(self.experiment.params.penalty, self.two_path(), ALPHAS, CIRCLE[:1])

    @kept("persons")
    def region(self) -> np.ndarray:
        """Return the edge of the region (angle, 2)."""
        alpha, weights = self.solution()
        return reach(self.experiment.params.penalty, weights, alpha, CIRCLE)[:, None] * CIRCLE

    def spots(self) -> np.ndarray:
        """Return the lowest loss, the solution and the corner of the region (spot, 2)."""
        return np.stack([self.plane()[1], self.solution()[1], self.region()[0]])

    def ellipses(self, *radii: float) -> np.ndarray:
        """Return ellipses around the lowest loss on which √(2 × the loss above it) is a radius (radius, angle, 2)."""
        hessian, lowest = self.plane()
        values, axes = np.linalg.eigh(hessian)
        found: np.ndarray = lowest + np.array(radii)[:, None, None] * (CIRCLE / np.sqrt(values) @ axes.T)
        return found

    @kept("persons")
    def contours(self) -> np.ndarray:
        """Return these ellipses, NaN between two (turn, 2)."""
        return np.concatenate([np.concatenate([each, np.full((1, 2), np.nan)]) for each in self.ellipses(*RINGS)])

    def touching(self) -> np.ndarray:
        """Return the ellipse through the solution (angle, 2)."""
        hessian, lowest = self.plane()
        gone = self.solution()[1] - lowest
        return self.ellipses(float(np.sqrt(gone @ hessian @ gone)))[0]

    # ten weights

    @kept("persons")
    def ten_path(self) -> np.ndarray:
        """Return the weights of the ten columns at each strength (alpha, measure)."""
        x, y = self.persons.x, self.persons.y
        return path(self.experiment.params.penalty, x.T @ x / len(x), x.T @ y / len(x), ALPHAS)

    @kept("persons")
    def ten_errors(self) -> np.ndarray:
        """Return the mean squared errors over the variance (alpha, part)."""
        weights, persons = self.ten_path(), self.persons
        fitted = np.square(persons.x @ weights.T - persons.y[:, None]).mean(0)
        new = np.square(persons.new_x @ weights.T - persons.new_y[:, None]).mean(0) / persons.new_y.var()
        return np.stack([fitted, new], 1)

    # one weight

    def sizes(self) -> np.ndarray:
        """Return sizes of one weight (place,)."""
        return np.linspace(-3, 3, 601)

    @kept("persons")
    def beliefs(self) -> np.ndarray:
        """Return prior, likelihood and posterior of one weight, each with a highest value of 1 (belief, place)."""
        params, sizes = self.experiment.params, self.sizes()
        if params.penalty == "max_norm":
            prior = np.where(np.abs(sizes) <= params.alpha, 0.0, -np.inf)
        else:
            ratio = L1_RATIOS[params.penalty]
            prior = -EVIDENCE * params.alpha * (ratio * np.abs(sizes) + (1 - ratio) / 2 * np.square(sizes))
        likely = -EVIDENCE / 2 * np.square(sizes - params.lowest[0])
        logs = np.stack([prior, likely, prior + likely])
        found: np.ndarray = np.exp(logs - logs.max(1, keepdims=True))
        return found

    def estimates(self) -> np.ndarray:
        """Return the most likely weight, the posterior's highest place, and its mean (estimate,)."""
        params, posterior = self.experiment.params, self.beliefs()[2]
        alone, slope = np.eye(1), np.array([params.lowest[0]])
        highest = path(params.penalty, alone, slope, np.array([params.alpha]))[0, 0]
        return np.array([params.lowest[0], highest, (posterior * self.sizes()).sum() / posterior.sum()])
