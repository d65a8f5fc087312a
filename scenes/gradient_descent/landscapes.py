"""What is known about each surface: where to look, where to start, where the minima are.

Plain Python, for the window and the declaration; ``surfaces.py`` computes the same surfaces.
Minima without a closed form are given to nine decimals.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

Point = tuple[float, float]

_NOISE = (
    0.31, -0.42, 0.12, 0.55, -0.18, -0.61, 0.27, 0.08, -0.35, 0.44,
    -0.09, 0.66, -0.52, 0.21, -0.27, 0.38, -0.71, 0.16, 0.49, -0.24,
)  # fmt: skip
REGRESSION_POINTS: tuple[Point, ...] = tuple(
    (round(0.2 * index, 1), round(0.5 + 0.16 * index + noise, 2)) for index, noise in enumerate(_NOISE)
)
"""The data of the surface regression: 20 points scattered about y = 0.5 + 0.8 x."""


@dataclass(frozen=True)
class Landscape:
    """One surface's description.

    ``window`` is the recommended view (x from, x to, y from, y to), ``minima`` are the known local
    minima within or near it (none where the loss has no lower bound or is the reader's own), and
    ``lr`` is a learning rate at which plain gradient descent from ``start`` shows what the surface
    is about: it settles, save on the two saddles, which have no lower bound and let every run fall for
    ever. ``formula`` is LaTeX for the loss L.
    """

    title: str
    formula: str
    window: tuple[float, float, float, float]
    start: Point
    lr: float
    minima: tuple[Point, ...] = ()


def _square(half: float) -> tuple[float, float, float, float]:
    return (-half, half, -half, half)


def _pairs(roots: Sequence[float]) -> tuple[Point, ...]:
    return tuple((x, y) for x in roots for y in roots)


def line_of_best_fit(points: Sequence[Point]) -> Point | None:
    """Return (w, b) of the least-squares line w·x + b, None where all x are equal."""
    count = len(points)
    mean_x = sum(x for x, _ in points) / count
    mean_y = sum(y for _, y in points) / count
    spread = sum((x - mean_x) ** 2 for x, _ in points)
    if spread == 0.0:
        return None
    slope = sum((x - mean_x) * (y - mean_y) for x, y in points) / spread
    return slope, mean_y - slope * mean_x


def fitted(points: Sequence[Point]) -> Landscape:
    """Return the landscape of regression with its minimum moved to these points' best line."""
    best = line_of_best_fit(points)
    return replace(LANDSCAPES["regression"], minima=() if best is None else (best,))


def known_minima(name: str, points: Sequence[Point]) -> tuple[Point, ...]:
    """Return a surface's known minima; that of regression follows its data ``points``."""
    return fitted(points).minima if name == "regression" else LANDSCAPES[name].minima


# roots of 2θ + 20π sin 2πθ = 0 with positive curvature, the minima of one Rastrigin coordinate
_RASTRIGIN = (0.0, 0.994958638, 1.989912234, 2.984855701, 3.979783860, 4.974691391)
_RASTRIGIN_ROOTS = tuple(sorted({*_RASTRIGIN, *(-root for root in _RASTRIGIN)}, key=abs))
# outer roots of 4θ³ − 32θ + 5 = 0, the minima of one Styblinski–Tang coordinate
_STYBLINSKI_TANG = (-2.903534028, 2.746802771)

LANDSCAPES: dict[str, Landscape] = {
    "bowl": Landscape(
        "Bowl", r"\frac{x^2 + y^2}{2}",
        _square(4.0), (-3.0, 2.0), 0.1, ((0.0, 0.0),),
    ),
    "ravine": Landscape(
        "Ravine", r"\frac{u^2 + \kappa v^2}{2}",
        (-10.5, 10.5, -5.0, 5.0), (-9.0, 1.5), 0.038, ((0.0, 0.0),),
    ),
    "rosenbrock": Landscape(
        "Rosenbrock", r"(1 - x)^2 + 100 (y - x^2)^2",
        (-2.0, 2.0, -1.0, 3.0), (-1.2, 1.0), 1e-3, ((1.0, 1.0),),
    ),
    "beale": Landscape(
        "Beale", r"(1.5 - x + xy)^2 + (2.25 - x + xy^2)^2 + (2.625 - x + xy^3)^2",
        _square(4.5), (1.0, 1.5), 0.01, ((3.0, 0.5),),
    ),
    "himmelblau": Landscape(
        "Himmelblau", r"(x^2 + y - 11)^2 + (x + y^2 - 7)^2",
        _square(5.5), (0.0, 0.0), 0.01,
        (
            (3.0, 2.0), (-2.805118087, 3.131312518),
            (-3.779310253, -3.283185991), (3.584428340, -1.848126527),
        ),
    ),
    "saddle": Landscape(
        "Saddle", r"\frac{x^2 - y^2}{2}",
        _square(3.0), (-2.0, 0.001), 0.1,
    ),
    "monkey-saddle": Landscape(
        "Monkey saddle", r"x^3 - 3 x y^2",
        _square(1.5), (1.0, 0.01), 0.02,
    ),
    "plateau": Landscape(
        "Plateau", r"1 - e^{-(x^2 + y^2) / 4}",
        _square(6.0), (-3.5, 2.0), 0.5, ((0.0, 0.0),),
    ),
    "hills": Landscape(
        "Hills", r"\frac{x^2 + y^2}{20} - \sin(x) \cos(y)",
        (-5.5, 5.5, -4.5, 4.5), (-4.5, -3.75), 0.2,
        (
            (1.427551779, 0.0), (-1.421771779, -2.849323558), (-1.421771779, 2.849323558),
            (-4.271095338, 0.0), (4.248221508, -2.820669729), (4.248221508, 2.820669729),
        ),
    ),
    "rastrigin": Landscape(
        "Rastrigin", r"20 + x^2 + y^2 - 10 \cos(2 \pi x) - 10 \cos(2 \pi y)",
        _square(5.12), (-3.3, 2.4), 2e-3, _pairs(_RASTRIGIN_ROOTS),
    ),
    "ackley": Landscape(
        "Ackley",
        r"20 + e - 20 e^{-\frac{1}{5} \sqrt{\frac{x^2 + y^2}{2}}}"
        r" - e^{\frac{\cos(2 \pi x) + \cos(2 \pi y)}{2}}",
        _square(5.0), (-2.6, 1.7), 0.01, ((0.0, 0.0),),
    ),
    "styblinski-tang": Landscape(
        "Styblinski–Tang", r"\frac{x^4 - 16 x^2 + 5 x + y^4 - 16 y^2 + 5 y}{2}",
        _square(5.0), (0.5, -0.5), 0.01, _pairs(_STYBLINSKI_TANG),
    ),
    "regression": Landscape(
        "Regression", r"\frac{1}{n} \sum_{i=1}^{n} (w x_i + b - y_i)^2",
        (-1.5, 3.0, -3.0, 4.0), (-1.0, 3.0), 0.1, (),
    ),
    "custom": Landscape(
        "Custom", "", _square(4.0), (-3.0, 2.0), 0.05,
    ),
}  # fmt: skip
LANDSCAPES["regression"] = fitted(REGRESSION_POINTS)
