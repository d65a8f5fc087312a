"""The surfaces: losses of two parameters x and y, elementwise on tensors of any broadcast shape.

Where each is looked at, where its minima lie and how it is written: ``landscapes.py``.
Sources: the test functions of Surjanovic & Bingham, "Virtual Library of Simulation Experiments".
"""

import math
from collections.abc import Callable
from functools import partial

import torch
from torch import Tensor

from explainer.lab.expression import parse

Surface = Callable[[Tensor, Tensor], Tensor]


def bowl(x: Tensor, y: Tensor) -> Tensor:
    """Return (x² + y²)/2: the same curvature in every direction."""
    return (x**2 + y**2) / 2


def ravine(x: Tensor, y: Tensor, *, condition: float = 50.0, angle: float = 0.0) -> Tensor:
    """Return (u² + κv²)/2, where (u, v) is (x, y) in axes turned by ``angle`` degrees.

    ``condition`` is κ: the curvatures are 1 along the ravine and κ across.
    """
    cosine, sine = math.cos(math.radians(angle)), math.sin(math.radians(angle))
    along, across = cosine * x + sine * y, cosine * y - sine * x
    return (along**2 + condition * across**2) / 2


def rosenbrock(x: Tensor, y: Tensor) -> Tensor:
    """Return (1 − x)² + 100(y − x²)²: a bent, nearly flat valley."""
    return (1 - x) ** 2 + 100 * (y - x**2) ** 2


def beale(x: Tensor, y: Tensor) -> Tensor:
    """Return Beale's function: a flat valley between steep corners."""
    return (1.5 - x + x * y) ** 2 + (2.25 - x + x * y**2) ** 2 + (2.625 - x + x * y**3) ** 2


def himmelblau(x: Tensor, y: Tensor) -> Tensor:
    """Return (x² + y − 11)² + (x + y² − 7)²: four equal minima."""
    return (x**2 + y - 11) ** 2 + (x + y**2 - 7) ** 2


def saddle(x: Tensor, y: Tensor) -> Tensor:
    """Return (x² − y²)/2: up along x, down without end along y."""
    return (x**2 - y**2) / 2


def monkey_saddle(x: Tensor, y: Tensor) -> Tensor:
    """Return x³ − 3xy²: three ways down, and no curvature at all in the middle."""
    return x**3 - 3 * x * y**2


def plateau(x: Tensor, y: Tensor) -> Tensor:
    """Return 1 − exp(−(x² + y²)/4): a hole in a plain where the gradient all but vanishes."""
    return -torch.expm1(-(x**2 + y**2) / 4)


def hills(x: Tensor, y: Tensor) -> Tensor:
    """Return (x² + y²)/20 − sin(x) cos(y): a wide bowl with hills and hollows in it."""
    return (x**2 + y**2) / 20 - torch.sin(x) * torch.cos(y)


def rastrigin(x: Tensor, y: Tensor) -> Tensor:
    """Return 20 + x² + y² − 10 cos 2πx − 10 cos 2πy: a minimum near every pair of integers."""
    waves = torch.cos(2 * math.pi * x) + torch.cos(2 * math.pi * y)
    return 20 + x**2 + y**2 - 10 * waves


def ackley(x: Tensor, y: Tensor) -> Tensor:
    """Return Ackley's function: ripples on a funnel with a sharp tip at the origin.

    The tip is a cone without a gradient; 0, the middle of its subgradients, is used there (autograd
    alone would give 0/0 = NaN), so that a run that sits on the minimum stays.
    """
    squares = (x**2 + y**2) / 2
    at_tip = squares == 0
    radius = torch.where(at_tip, 0.0, torch.where(at_tip, 1.0, squares).sqrt())
    waves = (torch.cos(2 * math.pi * x) + torch.cos(2 * math.pi * y)) / 2
    return -20 * torch.expm1(-radius / 5) - math.e * torch.expm1(waves - 1)


def styblinski_tang(x: Tensor, y: Tensor) -> Tensor:
    """Return (x⁴ − 16x² + 5x + y⁴ − 16y² + 5y)/2: one deep and three shallower minima."""
    return (x**4 - 16 * x**2 + 5 * x + y**4 - 16 * y**2 + 5 * y) / 2


def regression(theta: Tensor, points: Tensor, batch: Tensor | None = None) -> Tensor:
    """Return the mean squared error of the line w·x + b through data points.

    ``theta`` (…, 2) holds w and b, ``points`` (P, 2) the data; ``batch`` (…, K) or (K,) are indices
    of the points to average over, all when it is None. The result has the shape (…).
    """
    slope, intercept = theta[..., :1], theta[..., 1:]
    chosen = points if batch is None else points[batch]
    return (slope * chosen[..., 0] + intercept - chosen[..., 1]).square().mean(-1)


def regression_surface(points: Tensor) -> Surface:
    """Return :func:`regression` of all ``points`` (P, 2) as a function of w = x and b = y.

    Its cost does not grow with P: with means x̄, ȳ and w* the best slope, the mean squared error is
    (b + w x̄ − ȳ)² + var(x)(w − w*)² + the variance that the best line leaves.
    """
    centre = points.mean(0)
    from_centre = points - centre
    spread = from_centre[:, 0].square().mean()
    best = (from_centre.prod(-1).mean() / spread) if spread > 0 else torch.zeros_like(spread)
    left = (from_centre[:, 1] - best * from_centre[:, 0]).square().mean()

    def loss(x: Tensor, y: Tensor) -> Tensor:
        return (y + x * centre[0] - centre[1]) ** 2 + spread * (x - best) ** 2 + left

    return loss


SURFACES: dict[str, Callable[..., Tensor]] = {
    "bowl": bowl,
    "ravine": ravine,
    "rosenbrock": rosenbrock,
    "beale": beale,
    "himmelblau": himmelblau,
    "saddle": saddle,
    "monkey-saddle": monkey_saddle,
    "plateau": plateau,
    "hills": hills,
    "rastrigin": rastrigin,
    "ackley": ackley,
    "styblinski-tang": styblinski_tang,
}


def make_surface(
    name: str,
    *,
    condition: float = 50.0,
    angle: float = 0.0,
    points: Tensor | None = None,
    expression: str = "",
) -> Surface:
    """Return the named surface as a function of x and y alone.

    ``condition`` and ``angle`` concern ravine, ``points`` (P, 2) regression, ``expression`` custom; raises
    :class:`Refused` when the expression cannot be read and ``KeyError`` for an unknown name.
    """
    if name == "ravine":
        return partial(ravine, condition=condition, angle=angle)
    if name == "regression" and points is not None:
        return regression_surface(points)
    if name == "custom":
        return partial(parse(expression).evaluate, functions=torch)
    return SURFACES[name]
