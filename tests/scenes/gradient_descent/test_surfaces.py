"""Surfaces against closed forms written with NumPy, known minima and the measured facts."""

import math
from collections.abc import Callable

import numpy as np
import pytest
import torch

from explainer.contract.refused import Refused
from explainer.scenes.gradient_descent.landscapes import (
    LANDSCAPES,
    REGRESSION_POINTS,
    fitted,
    line_of_best_fit,
)
from explainer.scenes.gradient_descent.quantities import gradient, hessian
from explainer.scenes.gradient_descent.surfaces import SURFACES, make_surface, regression

EXPRESSION = "sin(x) * cos(y) + (x**2 + y**2) / 20"
Reference = Callable[[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray, np.ndarray]]


def surface_of(name: str):
    return make_surface(name, points=torch.tensor(REGRESSION_POINTS, dtype=torch.float64), expression=EXPRESSION)


def _beale(x, y):
    a, b, c = 1.5 - x + x * y, 2.25 - x + x * y**2, 2.625 - x + x * y**3
    return (
        a**2 + b**2 + c**2,
        2 * a * (y - 1) + 2 * b * (y**2 - 1) + 2 * c * (y**3 - 1),
        2 * a * x + 4 * b * x * y + 6 * c * x * y**2,
    )


def _ackley(x, y):
    r, waves = np.sqrt((x**2 + y**2) / 2), (np.cos(2 * np.pi * x) + np.cos(2 * np.pi * y)) / 2
    funnel, ripple = 2 * np.exp(-r / 5) / r, np.pi * np.exp(waves)
    return (
        -20 * np.exp(-r / 5) - np.exp(waves) + 20 + np.e,
        funnel * x + ripple * np.sin(2 * np.pi * x),
        funnel * y + ripple * np.sin(2 * np.pi * y),
    )


def _regression(w, b):
    px, py = np.array(REGRESSION_POINTS).T
    residual = w[..., None] * px + b[..., None] - py
    return (residual**2).mean(-1), (2 * residual * px).mean(-1), (2 * residual).mean(-1)


def _plateau(x, y):
    hole = np.exp(-(x**2 + y**2) / 4)
    return 1 - hole, hole * x / 2, hole * y / 2


# name: (x, y) -> value, slope in x, slope in y
REFERENCES: dict[str, Reference] = {
    "bowl": lambda x, y: (0.5 * x * x + 0.5 * y * y, x, y),
    "ravine": lambda x, y: (0.5 * x * x + 25 * y * y, x, 50 * y),
    "rosenbrock": lambda x, y: (
        (1 - x) ** 2 + 100 * (y - x * x) ** 2,
        -2 * (1 - x) - 400 * x * (y - x * x),
        200 * (y - x * x),
    ),
    "beale": _beale,
    "himmelblau": lambda x, y: (
        (x * x + y - 11) ** 2 + (x + y * y - 7) ** 2,
        4 * x * (x * x + y - 11) + 2 * (x + y * y - 7),
        2 * (x * x + y - 11) + 4 * y * (x + y * y - 7),
    ),
    "saddle": lambda x, y: (x * x / 2 - y * y / 2, x, -y),
    "monkey-saddle": lambda x, y: (x**3 - 3 * x * y * y, 3 * x * x - 3 * y * y, -6 * x * y),
    "plateau": _plateau,
    "hills": lambda x, y: (
        (x * x + y * y) / 20 - np.sin(x) * np.cos(y),
        x / 10 - np.cos(x) * np.cos(y),
        y / 10 + np.sin(x) * np.sin(y),
    ),
    "rastrigin": lambda x, y: (
        20 + x * x - 10 * np.cos(2 * np.pi * x) + y * y - 10 * np.cos(2 * np.pi * y),
        2 * x + 20 * np.pi * np.sin(2 * np.pi * x),
        2 * y + 20 * np.pi * np.sin(2 * np.pi * y),
    ),
    "ackley": _ackley,
    "styblinski-tang": lambda x, y: (
        (x**4 - 16 * x**2 + 5 * x + y**4 - 16 * y**2 + 5 * y) / 2,
        2 * x**3 - 16 * x + 2.5,
        2 * y**3 - 16 * y + 2.5,
    ),
    "regression": _regression,
    "custom": lambda x, y: (
        np.sin(x) * np.cos(y) + (x * x + y * y) / 20,
        np.cos(x) * np.cos(y) + x / 10,
        -np.sin(x) * np.sin(y) + y / 10,
    ),
}
SAMPLES = np.random.default_rng(0).uniform(-3, 3, (200, 2))


@pytest.mark.parametrize("name", LANDSCAPES)
def test_values_and_gradients_equal_the_closed_forms(name: str) -> None:
    value, slope_x, slope_y = REFERENCES[name](*SAMPLES.T)
    points, surface = torch.from_numpy(SAMPLES), surface_of(name)
    np.testing.assert_allclose(surface(*points.T).numpy(), value, rtol=1e-11, atol=1e-11)
    slopes = gradient(surface, points).numpy()
    np.testing.assert_allclose(slopes, np.stack([slope_x, slope_y], -1), rtol=1e-9, atol=1e-11)


@pytest.mark.parametrize("name", LANDSCAPES)
def test_a_surface_broadcasts_and_keeps_float64(name: str) -> None:
    x = torch.linspace(-1, 1, 5, dtype=torch.float64)
    value = surface_of(name)(x, torch.linspace(0, 2, 3, dtype=torch.float64)[:, None])
    assert value.shape == (3, 5)
    assert value.dtype == torch.float64


@pytest.mark.parametrize("name", LANDSCAPES)
def test_known_minima_are_local_minima_inside_the_window(name: str) -> None:
    place, surface = LANDSCAPES[name], surface_of(name)
    x0, x1, y0, y1 = place.window
    assert x0 <= place.start[0] <= x1
    assert y0 <= place.start[1] <= y1
    for x, y in place.minima:
        assert x0 < x < x1
        assert y0 < y < y1
        angles = torch.linspace(0, 2 * math.pi, 25, dtype=torch.float64)
        ring = surface(x + 1e-3 * angles.cos(), y + 1e-3 * angles.sin())
        centre = torch.tensor([x, y], dtype=torch.float64)
        assert (ring > surface(*centre)).all()
        scale = hessian(surface, centre).abs().max() if name != "ackley" else 1.0
        assert gradient(surface, centre).norm() <= 1e-9 * (scale + 1)


@pytest.mark.parametrize(
    ("name", "lowest"),
    [("rosenbrock", 0.0), ("beale", 0.0), ("himmelblau", 0.0), ("ackley", 0.0), ("rastrigin", 0.0),
     ("styblinski-tang", -78.33233140754282), ("plateau", 0.0), ("ravine", 0.0)],
)  # fmt: skip
def test_the_lowest_value_is_the_published_one(name: str, lowest: float) -> None:
    surface, place = surface_of(name), LANDSCAPES[name]
    values = [surface(*torch.tensor(point, dtype=torch.float64)).item() for point in place.minima]
    assert min(values) == pytest.approx(lowest, abs=1e-14, rel=1e-12)
    x0, x1, y0, y1 = place.window
    grid = torch.meshgrid(torch.linspace(x0, x1, 201), torch.linspace(y0, y1, 201), indexing="xy")
    assert surface(grid[0].double(), grid[1].double()).min() >= lowest - 1e-9


def test_the_descriptions_are_complete() -> None:
    assert set(LANDSCAPES) == {*SURFACES, "regression", "custom"}
    for name, place in LANDSCAPES.items():
        assert place.title
        assert place.formula or name == "custom"


def test_ackleys_tip_has_gradient_zero_and_a_slope_of_four_just_beside_it() -> None:
    surface = SURFACES["ackley"]
    assert gradient(surface, torch.zeros(2, dtype=torch.float64)).tolist() == [0.0, 0.0]
    beside = gradient(surface, torch.tensor([1e-9, 0.0], dtype=torch.float64))
    assert beside[0].item() == pytest.approx(4 / math.sqrt(2), rel=1e-6)


def test_a_turned_ravine_is_the_ravine_in_turned_axes() -> None:
    turned = make_surface("ravine", condition=30.0, angle=35.0)
    sine, cosine = math.sin(math.radians(35)), math.cos(math.radians(35))
    u, v = torch.from_numpy(SAMPLES).T
    value = turned(cosine * u - sine * v, sine * u + cosine * v)
    torch.testing.assert_close(value, (u**2 + 30 * v**2) / 2)


def settles(loss: float, lr: float, momentum: float, steps: int = 500) -> int | None:
    """Return the step from which on the ravine's loss stays below ``loss``."""
    theta = torch.tensor([-9.0, 1.5], dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.SGD([theta], lr=lr, momentum=momentum)
    surface = make_surface("ravine")
    settled = None
    for step in range(1, steps + 1):
        optimizer.zero_grad()
        surface(theta[0], theta[1]).backward()
        optimizer.step()
        below = surface(theta[0], theta[1]).item() < loss
        settled = (settled or step) if below else None
    return settled


def test_the_first_screen_makes_its_point() -> None:
    assert settles(0.01, 0.038, 0.0) == 108
    assert settles(0.01, 0.038, 0.7) == 25
    assert settles(0.01, 0.041, 0.0) is None
    assert (LANDSCAPES["ravine"].start, LANDSCAPES["ravine"].lr) == ((-9.0, 1.5), 0.038)


@pytest.mark.parametrize(("momentum", "loss"), [(0.0, -0.44), (0.9, -0.888)])
def test_on_the_hills_momentum_rolls_out_of_the_hollow_where_plain_descent_rests(momentum: float, loss: float) -> None:
    surface, place = make_surface("hills"), LANDSCAPES["hills"]
    theta = torch.tensor(place.start, dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.SGD([theta], lr=place.lr, momentum=momentum)
    for _ in range(400):
        optimizer.zero_grad()
        surface(*theta).backward()
        optimizer.step()
    assert surface(*theta).item() == pytest.approx(loss, abs=5e-4)


def test_regression_is_torchs_mean_squared_error() -> None:
    points = torch.tensor(REGRESSION_POINTS, dtype=torch.float64)
    theta = torch.tensor([[0.3, -1.0], [2.0, 0.5]], dtype=torch.float64)
    batch = torch.tensor([[0, 3, 7], [1, 1, 19]])
    for row, (w, b) in enumerate(theta.tolist()):
        line = w * points[:, 0] + b
        whole = torch.nn.functional.mse_loss(line, points[:, 1])
        torch.testing.assert_close(regression(theta, points)[row], whole)
        some = torch.nn.functional.mse_loss(line[batch[row]], points[batch[row], 1])
        torch.testing.assert_close(regression(theta, points, batch)[row], some)


def test_the_surface_of_regression_is_its_loss_even_where_all_x_are_equal() -> None:
    theta = torch.from_numpy(SAMPLES)
    for points in (REGRESSION_POINTS, [(2.0, 1.0), (2.0, -1.0)]):
        surface = make_surface("regression", points=torch.tensor(points, dtype=torch.float64))
        data = torch.tensor(points, dtype=torch.float64)
        torch.testing.assert_close(surface(*theta.T), regression(theta, data))


def test_the_minimum_of_regression_is_the_line_of_best_fit() -> None:
    assert len(REGRESSION_POINTS) == 20
    points = [(0.0, 1.0), (1.0, 3.0), (2.5, 2.0), (4.0, 7.0)]
    expected = np.polyfit(*np.array(points).T, 1)
    assert fitted(points).minima[0] == pytest.approx(tuple(expected))
    assert line_of_best_fit([(1.0, 0.0), (1.0, 2.0)]) is None


def test_a_custom_expression_is_parsed_and_refused_as_such() -> None:
    with pytest.raises(Refused, match="at position 3"):
        make_surface("custom", expression="x ^ 2")
