"""Hessians against closed forms, and each stability limit against torch.optim at its two sides."""

import math

import numpy as np
import pytest
import torch

from explainer.lab.optimizer_settings import parse_entry, resolve
from explainer.lab.optimizers import make_optimizer
from explainer.scenes.gradient_descent import quantities
from explainer.scenes.gradient_descent.landscapes import REGRESSION_POINTS
from explainer.scenes.gradient_descent.limits import limit, scaling
from explainer.scenes.gradient_descent.recurrence import ball
from explainer.scenes.gradient_descent.surfaces import make_surface

SAMPLES = torch.from_numpy(np.random.default_rng(1).uniform(-3, 3, (50, 2)))
# name: (x, y) -> the second derivatives xx, xy, yy
HESSIANS = {
    "ravine": lambda x, y: (1 + 0 * x, 0 * x, 50 + 0 * x),
    "rosenbrock": lambda x, y: (2 - 400 * y + 1200 * x**2, -400 * x, 200 + 0 * x),
    "himmelblau": lambda x, y: (
        12 * x**2 + 4 * y - 42, 4 * x + 4 * y, 12 * y**2 + 4 * x - 26
    ),
    "saddle": lambda x, y: (1 + 0 * x, 0 * x, -1 + 0 * x),
    "monkey-saddle": lambda x, y: (6 * x, -6 * y, -6 * x),
    "hills": lambda x, y: (
        0.1 + np.sin(x) * np.cos(y), np.cos(x) * np.sin(y), 0.1 + np.sin(x) * np.cos(y)
    ),
    "styblinski-tang": lambda x, y: (6 * x**2 - 16, 0 * x, 6 * y**2 - 16),
    "regression": lambda x, y: tuple(
        0 * x + 2 * np.mean([p**k for p, _ in REGRESSION_POINTS]) for k in (2, 1, 0)
    ),
}  # fmt: skip
CURVATURE = 3.0


@pytest.mark.parametrize("name", HESSIANS)
def test_the_hessian_is_the_closed_form(name: str) -> None:
    surface = make_surface(name, points=torch.tensor(REGRESSION_POINTS, dtype=torch.float64))
    xx, xy, yy = HESSIANS[name](*SAMPLES.numpy().T)
    expected = np.stack([np.stack([xx, xy], -1), np.stack([xy, yy], -1)], -2)
    ours = quantities.hessian(surface, SAMPLES).numpy()
    np.testing.assert_allclose(ours, expected, rtol=1e-11, atol=1e-11)


@pytest.mark.parametrize(
    ("expression", "expected"),
    [("3", [[0, 0], [0, 0]]), ("2*x - y", [[0, 0], [0, 0]]), ("x*x", [[2, 0], [0, 0]]),
     ("x * y", [[0, 1], [1, 0]])],
)  # fmt: skip
def test_expressions_without_curvature_have_zeros_there(expression: str, expected: list) -> None:
    surface = make_surface("custom", expression=expression)
    ours = quantities.hessian(surface, SAMPLES[:4])
    torch.testing.assert_close(ours, torch.tensor(expected, dtype=torch.float64).expand(4, 2, 2))


def test_points_may_have_any_batch_shape() -> None:
    surface = make_surface("rosenbrock")
    grid = SAMPLES[:48].reshape(4, 12, 2)
    assert quantities.gradient(surface, grid).shape == (4, 12, 2)
    flat = quantities.hessian(surface, SAMPLES[:48])
    torch.testing.assert_close(quantities.hessian(surface, grid), flat.reshape(4, 12, 2, 2))
    torch.testing.assert_close(quantities.hessian(surface, SAMPLES[0]), flat[0])


def test_eigenvalues_are_those_of_numpy_and_nan_passes() -> None:
    matrices = quantities.hessian(make_surface("beale"), SAMPLES)
    ours = quantities.eigenvalues(matrices).numpy()
    scale = np.abs(ours).max(-1, keepdims=True)
    np.testing.assert_allclose(ours / scale, np.linalg.eigvalsh(matrices.numpy()) / scale, atol=1e-14)
    assert quantities.eigenvalues(torch.full((2, 2), math.nan)).isnan().all()


# every method's update as a matrix on (θ, memory) of a quadratic with curvature h: from the papers, not the code
def matrix(name, told, rate, h, scale):
    beta, b1 = told.get("momentum", 0.0), told.get("beta1", 0.0)
    decay = told.get("weight_decay", 0.0)
    if name == "sgd":
        return np.array([[1 - rate * h]])
    if name == "momentum":
        damped = 1 - told.get("dampening", 0.0)
        return np.array([[1 - rate * damped * h, -rate * beta], [damped * h, beta]])
    if name == "nesterov":
        return np.array([[1 - rate * h * (1 + beta), -rate * beta**2], [h, beta]])
    if name in ("adam", "adamw", "radam", "adamax"):
        kept = 1 - rate * decay * (name == "adamw")
        return np.array([[kept - rate * (1 - b1) * h / scale, -rate * b1 / scale], [(1 - b1) * h, b1]])
    if name == "nadam":
        return np.array([[1 - rate * (1 - b1) * (1 + b1) * h / scale, -rate * b1**2 / scale], [(1 - b1) * h, b1]])
    if name == "rmsprop":
        return np.array([[1 - rate * h / scale, -rate * beta], [h / scale, beta]])
    return np.array([[1 - rate * h / scale]])


HELD = (
    ("sgd", {}), ("momentum", {"momentum": 0.9}), ("momentum", {"momentum": 0.5, "dampening": 0.4}),
    ("nesterov", {"momentum": 0.3}), ("nesterov", {"momentum": 0.95}),
    ("adam", {"beta1": 0.9, "beta2": 0.999, "eps": 1e-8}), ("adam", {"beta1": 0.5, "beta2": 0.99, "eps": 1e-3}),
    ("adamw", {"beta1": 0.9, "beta2": 0.999, "eps": 1e-8, "weight_decay": 1.0}),
    ("rmsprop", {"alpha": 0.99, "eps": 1e-8, "momentum": 0.0, "centered": 0.0}),
    ("rmsprop", {"alpha": 0.99, "eps": 1e-8, "momentum": 0.6, "centered": 0.0}),
    ("adagrad", {"eps": 1e-10, "lr_decay": 0.0}), ("adadelta", {"eps": 1e-6, "rho": 0.9}),
    ("adamax", {"beta1": 0.9, "beta2": 0.999, "eps": 1e-8}),
    ("radam", {"beta1": 0.9, "beta2": 0.999, "eps": 1e-8}),
    ("nadam", {"beta1": 0.8, "beta2": 0.999, "eps": 1e-8, "momentum_decay": 0.004}),
)  # fmt: skip
SIZE, LATE = 7.0, 1e6
"""What the kept squares are worth, and a step so late that no start-up correction is left."""


@pytest.mark.parametrize(("name", "told"), HELD)
def test_the_limit_is_where_the_methods_own_matrix_reaches_modulus_one(name, told):
    full = torch.full((2,), SIZE**2, dtype=torch.float64)
    state = {"step": LATE, "exp_avg": full, "exp_avg_sq": full, "square_avg": full, "sum": full, "acc_delta": full / 9}
    state |= {"exp_inf": full.sqrt(), "mu_product": 0.0}
    scale = {"adadelta": 3.0, "sgd": 1.0, "momentum": 1.0, "nesterov": 1.0}.get(name, SIZE + told.get("eps", 0.0))
    hessian = torch.diag(torch.tensor([CURVATURE, 0.5], dtype=torch.float64))
    found = limit(name, state, told, hessian)
    for factor in (0.999, 1.001):
        modulus = np.abs(np.linalg.eigvals(matrix(name, told, factor * found, CURVATURE, scale))).max()
        assert (modulus > 1) == (factor > 1)


def test_newton_is_stable_below_two_on_a_quadratic():
    hessian = torch.diag(torch.tensor([CURVATURE, 0.5], dtype=torch.float64))
    damping = 1e-3
    assert limit("newton", {}, {"damping": damping}, hessian) == pytest.approx(2 * (CURVATURE + damping) / CURVATURE)


def steps(optimizer, theta, count):
    for _ in range(count):
        optimizer.zero_grad()
        (CURVATURE / 2 * theta[0] ** 2 + 0.25 * theta[1] ** 2).backward()
        optimizer.step()


@pytest.mark.parametrize("name", ["adagrad", "rmsprop", "adam", "adamw", "radam", "adamax"])
@pytest.mark.parametrize("count", [1, 4, 9])
def test_the_scaling_explains_a_step_of_torch(name, count):
    entry = parse_entry(name)
    told = resolve(entry, 0.1, 0.0)
    theta = torch.tensor([1.0, -2.0], dtype=torch.float64, requires_grad=True)
    optimizer = make_optimizer(entry, [theta], 0.1, 0.0)
    for _ in range(count):
        before = theta.detach().clone()
        steps(optimizer, theta, 1)
    state = optimizer.state[theta]
    mean = state.get("exp_avg", theta.grad)
    shrunk = before * (1 - 0.1 * told["weight_decay"]) if name == "adamw" else before
    torch.testing.assert_close(theta.detach() - shrunk, -0.1 * mean / scaling(name, state, told))


@pytest.mark.parametrize("curvature", [[-1.0, 3.0], [-3.0, -1.0], [0.0, 0.0]])
def test_without_a_bottom_there_is_no_limit(curvature):
    hessian = torch.diag(torch.tensor(curvature, dtype=torch.float64))
    assert math.isnan(limit("sgd", {}, {"momentum": 0.0}, hessian))


def test_a_recurrences_growth_is_the_spectral_radius_of_its_matrix():
    rng = np.random.default_rng(3)
    for _ in range(200):
        told, rate, h = {"momentum": rng.uniform(0, 0.99)}, rng.uniform(0, 1), rng.uniform(-1, 5)
        for name in ("momentum", "nesterov"):
            radius = np.abs(np.linalg.eigvals(matrix(name, told, rate, h, 1.0))).max()
            assert ball(name, told).growth(rate, h) == pytest.approx(radius, rel=1e-6)


def test_the_steepest_direction_is_numpys_eigenvector():
    matrices = quantities.hessian(make_surface("beale"), SAMPLES)
    ours = quantities.steepest(matrices).numpy()
    theirs = np.linalg.eigh(matrices.numpy())[1][..., 1]
    np.testing.assert_allclose(np.abs((ours * theirs).sum(-1)), 1, atol=1e-9)
    assert not quantities.steepest(torch.eye(2, dtype=torch.float64)).any()
