"""What is searched: test functions of any dimension with their blurred forms, and the weights of a small network.

A problem is called with places (k, n) and gives their losses (k,); all is float64.
"""

import math

import torch
from torch import Generator, Tensor
from torch.nn import functional as F  # noqa: N812 - the usual name

from explainer.scenes.evolution import CONDITION, REACH


def turned(x: Tensor) -> Tensor:
    """Return places (…, n) mirrored at the plane whose normal is (1, 2, …, n): no axis stays an axis (Householder)."""
    normal = torch.arange(1.0, x.shape[-1] + 1, dtype=x.dtype, device=x.device)
    normal = normal / normal.norm()
    return x - 2 * (x @ normal)[..., None] * normal


def curvatures(n: int) -> Tensor:
    """Return the ellipsoid's second derivatives (n,): from 1 to :data:`CONDITION`, evenly in their logarithm."""
    return torch.logspace(0, math.log10(CONDITION), n, dtype=torch.float64)


def sphere(x: Tensor, blur: float = 0.0) -> Tensor:
    """Return Σ x², or its mean over x + ``blur`` · N(0, I)."""
    return x.square().sum(-1) + x.shape[-1] * blur**2


def ellipsoid(x: Tensor, blur: float = 0.0) -> Tensor:
    """Return Σ hᵢ uᵢ² / 2 in turned axes u, or its blurred form: half the trace of the Hessian times ``blur``² more."""
    h = curvatures(x.shape[-1]).to(x.device)
    return (h * turned(x).square()).sum(-1) / 2 + h.sum() * blur**2 / 2


def rastrigin(x: Tensor, blur: float = 0.0) -> Tensor:
    """Return Σ (10 + x² − 10 cos 2πx); a blur σ adds nσ² and multiplies the waves by exp(−2π²σ²)."""
    waves = 10 * math.exp(-2 * (math.pi * blur) ** 2) * torch.cos(2 * math.pi * x)
    return (10 + x.square() + blur**2 - waves).sum(-1)


def rosenbrock(x: Tensor, blur: float = 0.0) -> Tensor:
    """Return Σ 100 (y − x²)² + (1 − x)² over neighbours x, y; blurred by the moments of the normal distribution."""
    first, second = x[..., :-1], x[..., 1:]
    bend = (second - first.square() - blur**2).square() + blur**2 * (1 + 4 * first.square() + 2 * blur**2)
    return (100 * bend + (1 - first).square() + blur**2).sum(-1)


FUNCTIONS = {"rastrigin": rastrigin, "sphere": sphere, "ellipsoid": ellipsoid, "rosenbrock": rosenbrock}


class Function:
    """A test function in ``n`` dimensions."""

    def __init__(self, name: str, n: int, device: torch.device) -> None:
        self.of, self.n, self.reach, self.device = FUNCTIONS[name], n, REACH[name], device

    def __call__(self, x: Tensor, blur: float = 0.0) -> Tensor:
        """Return the losses (k,) of places (k, n)."""
        return self.of(x, blur)

    def fresh(self, count: int, chance: Generator) -> Tensor:
        """Draw places (count, n) evenly from the domain."""
        drawn = torch.rand(count, self.n, dtype=torch.float64, generator=chance).to(self.device)
        return self.reach * (2 * drawn - 1)


class Network:
    """All weights of a 2-h-1 network as one vector of n = 4h + 1 numbers, on points (p, 2) of classes (p,) 0 and 1."""

    def __init__(self, hidden: int, objective: str, points: Tensor, classes: Tensor) -> None:
        self.hidden, self.objective = hidden, objective
        self.points, self.classes = points, classes
        self.n, self.device = 4 * hidden + 1, points.device

    def scores(self, weights: Tensor, points: Tensor) -> Tensor:
        """Return each network's score (k, p) at points (p, 2): above 0 it says class 1."""
        h = self.hidden
        sums = weights[:, : 2 * h].reshape(-1, h, 2) @ points.T + weights[:, 2 * h : 3 * h, None]
        units = 2 * (sums > 0).to(sums.dtype) - 1 if self.objective == "step" else torch.tanh(sums)
        return (weights[:, None, 3 * h : 4 * h] @ units)[:, 0] + weights[:, 4 * h :]

    def __call__(self, weights: Tensor, blur: float = 0.0) -> Tensor:
        """Return the mean cross-entropy, or the share of points that are named wrongly (k,)."""
        scores = self.scores(weights, self.points)
        if self.objective == "error":
            # no slope anywhere: 0 times the weights keeps autograd content
            return ((scores > 0) != (self.classes > 0)).to(scores.dtype).mean(1) + 0 * weights.sum(1)
        targets = self.classes.expand_as(scores)
        return F.binary_cross_entropy_with_logits(scores, targets, reduction="none").mean(1)

    def fresh(self, count: int, chance: Generator) -> Tensor:
        """Draw weights (count, n): normal, of variance 1 over the number of inputs; biases as well."""
        drawn = torch.randn(count, self.n, dtype=torch.float64, generator=chance).to(self.device)
        drawn[:, : 3 * self.hidden] /= math.sqrt(2)
        drawn[:, 3 * self.hidden :] /= math.sqrt(self.hidden)
        return drawn
