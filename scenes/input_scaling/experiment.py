"""The experiment: one logistic regression for each way to scale, by gradient descent on all training examples."""

from collections.abc import Collection, Iterator, Sequence

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812 - the usual name

from explainer.engine.experiment import Experiment, Parts
from explainer.engine.kept import kept
from explainer.scenes.input_scaling import NAMES, SCALINGS, Params, metrics_of
from explainer.scenes.input_scaling.beside import leaks_job, others_job
from explainer.scenes.input_scaling.scalers import fitted_on, in_unit, joined, measured, scaled, spectrum

SIDE, UNITS, BINS, AHEAD = 61, 25, 30, 100
REACH = 8.0
"""Contours reach so far to each side of 0, in weights of a standardized feature."""


def curvature(inputs: Tensor, logits: Tensor) -> Tensor:
    """Return the largest eigenvalue of the Hessian Σ p (1 − p) x xᵀ / n of the loss."""
    p = torch.sigmoid(logits)
    return torch.linalg.eigvalsh((inputs.T * (p * (1 - p))) @ inputs / len(inputs))[-1]


def least_loss(inputs: Tensor, labels: Tensor) -> Tensor:
    """Return the weights (weight,) where the loss is least, by Newton's method; NaN where the classes are separable."""
    none = torch.full_like(inputs[0], torch.nan)
    if inputs.shape[0] <= inputs.shape[1]:
        return none
    q, r = torch.linalg.qr(inputs)
    phi = torch.zeros_like(inputs[0])
    for _ in range(40):
        p = torch.sigmoid(q @ phi)
        hessian = (q.T * (p * (1 - p))) @ q + 1e-12 * torch.eye(len(phi), dtype=phi.dtype, device=phi.device)
        phi = phi - torch.linalg.solve(hessian, q.T @ (p - labels))
    separable = bool(((2 * labels - 1) * (q @ phi) > 0).all())
    at_rest = bool((q.T @ (torch.sigmoid(q @ phi) - labels)).abs().max() < 1e-6)
    return torch.linalg.solve(r, phi) if at_rest and not separable else none


class InputScaling(Experiment[Params]):
    """Weights (feature + 1,) of one regression for each scaling; the last one is the bias. All are float64."""

    learns_from = ("features", "labels", "order")

    def build(self) -> None:
        """Take the table apart, scale its columns in every way that is asked for, and begin."""
        self.draw_from("data")
        table, known = measured(self.params.data)
        self.features, self.labels = torch.tensor(table), torch.tensor(known)
        self.order = torch.randperm(len(table))
        self.x = in_unit(table, self.params.unit)
        chosen, others = self.order[: self.params.examples].numpy(), self.order[self.params.examples :].numpy()
        train, held = self.x[chosen], self.x[others]
        own, other = fitted_on(self.params.fitted, train, held)
        ways = self.params.scalings
        self.inputs = [self.tensor(joined(scaled(name, train, own))) for name in ways]
        self.held_inputs = [self.tensor(joined(scaled(name, held, other))) for name in ways]
        self.y, self.truth = self.tensor(known[chosen]), self.tensor(known[others])
        self.limits = [8.0 / float(spectrum(each.cpu().numpy())[0]) for each in self.inputs]
        first = np.zeros(table.shape[1] + 1)
        first[:2] = self.params.start
        self.thetas = [nn.Parameter(self.tensor(first)) for _ in ways]
        groups = [{"params": [self.thetas[k]], "lr": self.rate_of(k)} for k in range(len(ways))]
        if self.params.optimizer == "adam":
            self.optimizer: torch.optim.Optimizer = torch.optim.Adam(groups)
        else:
            self.optimizer = torch.optim.SGD(groups)
        self.trace(path=self.drawn())

    def tensor(self, given: np.ndarray) -> Tensor:
        """Return an array as a tensor of the run's device."""
        return torch.tensor(given, dtype=torch.float64, device=self.device)

    def rate_of(self, k: int) -> float:
        """Return the learning rate of one regression."""
        return self.params.share * self.limits[k] if self.params.optimizer == "own" else self.params.lr

    def drawn(self) -> Tensor:
        """Return the first two weights and the bias of each (scaling, 3)."""
        return torch.stack([theta.detach()[[0, 1, -1]] for theta in self.thetas])

    def step(self) -> Iterator[str]:
        """One update of every regression."""
        self.optimizer.zero_grad()
        logits = [a @ w for a, w in zip(self.inputs, self.thetas, strict=True)]
        losses = torch.stack([F.binary_cross_entropy_with_logits(each, self.y) for each in logits])
        yield "forward"
        losses.sum().backward()
        yield "backward"
        self.optimizer.step()
        with torch.no_grad():
            told = [a @ w > 0 for a, w in zip(self.held_inputs, self.thetas, strict=True)]
            rights = torch.stack([(each == (self.truth > 0)).double().mean() for each in told])
            steep = torch.stack([curvature(self.inputs[k], logits[k]) for k in range(len(logits))])
        self.record_each(metrics_of("loss", self.params.scalings), losses.detach())
        self.record_each(metrics_of("accuracy", self.params.scalings), rights)
        self.record_each(metrics_of("curvature", self.params.scalings), steep)
        self.trace(path=self.drawn())
        yield "update"

    def changed(self, names: Collection[str]) -> None:
        """Hand new learning rates to the optimizer."""
        for k, group in enumerate(self.optimizer.param_groups):
            group["lr"] = self.rate_of(k)

    # side jobs

    def preview(self, start: Sequence[float], pane: int) -> Parts:
        """Yield ``ahead`` (scaling, step, 2): the first steps of plain descent from elsewhere, NaN for the others."""
        k = self.params.shown if pane else 0
        inputs, labels, rate = self.inputs[k].cpu().numpy(), self.y.cpu().numpy(), self.rate_of(k)
        theta, path = np.zeros(inputs.shape[1]), np.full((len(self.thetas), AHEAD + 1, 2), np.nan)
        theta[:2] = start
        for step in range(AHEAD + 1):
            path[k, step] = theta[:2]
            with np.errstate(over="ignore"):
                theta = theta - rate * inputs.T @ (1 / (1 + np.exp(-inputs @ theta)) - labels) / len(labels)
        yield {"ahead": path}

    def others(self) -> Parts:
        """Yield ``others`` (way, model): accuracy on the held-out examples of three of scikit-learn's models."""
        return others_job(
            self.x.copy(), self.labels.numpy(), self.order.numpy(), self.params.examples, self.params.fitted
        )

    def leaks(self) -> Parts:
        """Yield what 40 splits say of fitting the scaler on the wrong examples."""
        params = self.params
        return leaks_job(params.scalings[params.shown], self.x.copy(), self.labels.numpy(), params.examples, self.seed)

    # the contours

    @kept("inputs")
    def reach(self) -> Tensor:
        """Return how far to each side the contours go (scaling, 3)."""
        rows = []
        for inputs in self.inputs:
            middle, spread = inputs.mean(0), inputs.std(0, correction=0).clamp(min=1e-12)
            far = REACH / spread[:2]
            rows.append(torch.cat([far, (REACH * (1 + (middle / spread)[:1].abs()))]))
        return torch.stack(rows)

    def _axis(self, which: int, other: int) -> Tensor:
        """Return places along one of the three weights drawn (scaling, place).

        Equal axes show more of the shorter one, so both then go as far as the longer, and twice as far.
        """
        far = self.reach()[:, which]
        if self.params.equal_axes:
            far = 2 * torch.maximum(far, self.reach()[:, other])
        return (far[:, None] * torch.linspace(-1, 1, SIDE, dtype=torch.float64, device=self.device)).float()

    def _slice(self, columns: tuple[int, int], across: Tensor, up: Tensor) -> Tensor:
        """Return the loss over two weights (scaling, row, column), the others as they are."""
        found = []
        for k, (inputs, theta) in enumerate(zip(self.inputs, self.thetas, strict=True)):
            one, two = (inputs[:, column] for column in columns)
            rest = inputs @ theta.detach() - one * theta.detach()[columns[0]] - two * theta.detach()[columns[1]]
            y, sides = self.y.float(), torch.outer(up[k], two.float())[:, None] + rest.float()
            logits = torch.outer(across[k], one.float()) + sides
            found.append(F.softplus(logits).mean(-1) - logits @ y / len(y))
        return torch.stack(found)

    def across(self) -> Tensor:
        """Return the first weights of the contours (scaling, column)."""
        return self._axis(0, 1)

    def up(self) -> Tensor:
        """Return the second weights of the contours (scaling, row)."""
        return self._axis(1, 0)

    def surface(self) -> Tensor:
        """Return the loss over the first two weights (scaling, row, column)."""
        return self._slice((0, 1), self.across(), self.up())

    def bias_across(self) -> Tensor:
        """Return the first weights of the contours with the bias (scaling, column)."""
        return self._axis(0, 2)

    def bias_up(self) -> Tensor:
        """Return the biases of these contours (scaling, row)."""
        return self._axis(2, 0)

    def bias_surface(self) -> Tensor:
        """Return the loss over the first weight and the bias (scaling, row, column)."""
        return self._slice((0, -1), self.bias_across(), self.bias_up())

    @kept("inputs")
    def minimum(self) -> Tensor:
        """Return where the loss is least (scaling, 3)."""
        return torch.stack([least_loss(inputs, self.y)[[0, 1, -1]] for inputs in self.inputs])

    # the curvature

    @kept("inputs")
    def condition(self) -> np.ndarray:
        """Return κ of each (scaling,)."""
        ends = [spectrum(inputs.cpu().numpy()) for inputs in self.inputs]
        return np.array([most / least for most, least in ends])

    def limit(self) -> np.ndarray:
        """Return 2/λmax of each (scaling,)."""
        return np.array(self.limits)

    def rate(self) -> np.ndarray:
        """Return η of each (scaling,)."""
        return np.array([self.rate_of(k) for k in range(len(self.thetas))])

    def parts(self, x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return the training part of a table, and what its scaler is fitted on."""
        rows = x[self.order.numpy()]
        train = rows[: self.params.examples]
        return train, fitted_on(self.params.fitted, train, rows[self.params.examples :])[0]

    @kept("x")
    def conditions(self) -> np.ndarray:
        """Return κ of every way to scale (way,)."""
        train, own = self.parts(self.x)
        ends = [spectrum(joined(scaled(name, train, own))) for name in SCALINGS]
        return np.array([most / least for most, least in ends])

    def units(self) -> np.ndarray:
        """Return the units of the curves (unit,)."""
        return np.logspace(-3, 3, UNITS)

    @kept("features")
    def ends_by_unit(self) -> tuple[np.ndarray, np.ndarray]:
        """Return the largest and the smallest eigenvalue over the unit (scaling, unit)."""
        rows = []
        for name in self.params.scalings:
            each = []
            for unit in self.units():
                train, own = self.parts(in_unit(self.features.numpy(), unit))
                each.append(joined(scaled(name, train, own)))
            rows.append(spectrum(np.stack(each)))
        return np.stack([most for most, _ in rows]), np.stack([least for _, least in rows])

    def condition_by_unit(self) -> np.ndarray:
        """Return κ over the unit (scaling, unit)."""
        most, least = self.ends_by_unit()
        return most / least

    def limit_by_unit(self) -> np.ndarray:
        """Return 2/λmax over the unit (scaling, unit)."""
        return 8.0 / self.ends_by_unit()[0]

    # the data

    @kept("x")
    def points(self) -> np.ndarray:
        """Return the first two features in σ from their mean (example, 2)."""
        train, _ = self.parts(self.x)
        return ((self.x - train.mean(0)) / train.std(0))[:, :2].astype(np.float32)

    def classes(self) -> np.ndarray:
        """Return the classes (example,)."""
        return self.labels.numpy().astype(np.int64)

    def held_out(self) -> np.ndarray:
        """Return which examples are held out (example,)."""
        return ~np.isin(np.arange(len(self.x)), self.order[: self.params.examples].numpy())

    def places_x(self) -> np.ndarray:
        """Return the maps' values of the first feature (map column,)."""
        return self._places(0)

    def places_y(self) -> np.ndarray:
        """Return the maps' values of the second feature (map row,)."""
        return self._places(1)

    def _places(self, k: int) -> np.ndarray:
        low, high = self.points()[:, k].min(), self.points()[:, k].max()
        return np.linspace(low - 0.4, high + 0.4, SIDE, dtype=np.float32)

    def maps(self) -> Tensor:
        """Return p(class 1) over the first two features (scaling, map row, map column)."""
        train, own = self.parts(self.x)
        cells = np.tile(train.mean(0), (SIDE * SIDE, 1))
        cells[:, 0] += train[:, 0].std() * np.tile(self.places_x(), SIDE)
        cells[:, 1] += train[:, 1].std() * np.repeat(self.places_y(), SIDE)
        logits = [
            self.tensor(joined(scaled(name, cells, own))) @ theta.detach()
            for name, theta in zip(self.params.scalings, self.thetas, strict=True)
        ]
        return torch.sigmoid(torch.stack(logits)).float().reshape(-1, SIDE, SIDE)

    @kept("inputs")
    def edges(self) -> np.ndarray:
        """Return the edges of the histograms (scaling, edge)."""
        columns = [inputs[:, :-1].cpu().numpy() for inputs in self.inputs]
        return np.stack([np.linspace(each.min(), each.max(), BINS + 1) for each in columns])

    @kept("inputs")
    def counts(self) -> np.ndarray:
        """Return the training examples in each bin (scaling, feature, bin)."""
        rows = []
        for inputs, edges in zip(self.inputs, self.edges(), strict=True):
            columns = inputs[:, :-1].cpu().numpy().T
            rows.append([np.histogram(column, edges)[0] for column in columns])
        return np.array(rows, dtype=np.float64).reshape(len(self.inputs), len(NAMES[self.params.data]), BINS)
