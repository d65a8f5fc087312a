"""Hessians against closed forms, and each stability limit against torch.optim at its two sides."""

import math
from collections.abc import Callable

import numpy as np
import pytest
import torch

from explainer.scenes.gradient_descent import quantities
from explainer.scenes.gradient_descent.landscapes import REGRESSION_POINTS
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


def grows(make: Callable, steps: int = 400) -> bool:
    """Tell whether |θ| on L = λθ²/2, λ = CURVATURE, ends larger than it began."""
    theta = torch.tensor([1e-6, 0.0], dtype=torch.float64, requires_grad=True)
    optimizer = make([theta])
    for _ in range(steps):
        optimizer.zero_grad()
        (CURVATURE / 2 * theta[0] ** 2).backward()
        optimizer.step()
    return theta[0].abs().item() > 1e-6


@pytest.mark.parametrize("momentum", [0.3, 0.7, 0.9])
@pytest.mark.parametrize("method", ["sgd", "momentum", "nesterov"])
def test_torch_optim_converges_just_below_the_limit_and_diverges_just_above(method: str, momentum: float) -> None:
    curvature = torch.tensor(CURVATURE, dtype=torch.float64)
    limit, arguments = {
        "sgd": (quantities.sgd_limit(curvature), {}),
        "momentum": (quantities.momentum_limit(curvature, momentum), {"momentum": momentum}),
        "nesterov": (
            quantities.nesterov_limit(curvature, momentum),
            {"momentum": momentum, "nesterov": True},
        ),
    }[method]
    for factor in (0.98, 1.02):
        lr = factor * limit.item()
        assert grows(lambda p, lr=lr: torch.optim.SGD(p, lr=lr, **arguments)) == (factor > 1)


def test_the_limits_are_those_of_the_literature() -> None:
    curvature = torch.tensor([50.0, 0.0, -1.0, math.nan], dtype=torch.float64)
    expected = [0.04, math.inf, math.inf, math.nan]
    np.testing.assert_allclose(quantities.sgd_limit(curvature), expected)
    assert quantities.momentum_limit(curvature, 0.9)[0].item() == pytest.approx(3.8 / 50)
    assert quantities.nesterov_limit(curvature, 0.9)[0].item() == pytest.approx(3.8 / 2.8 / 50)
    assert quantities.adam_limit(curvature, 0.9)[0].item() == pytest.approx(38 / 50)


@pytest.mark.parametrize("beta1", [0.5, 0.9])
def test_adam_with_a_held_preconditioner_diverges_just_above_its_limit(beta1: float) -> None:
    scale, settled = 7.0, 20_000

    def adam(parameters: list[torch.Tensor], lr: float) -> torch.optim.Adam:
        optimizer = torch.optim.Adam(parameters, lr=lr, betas=(beta1, 0.999), amsgrad=True)
        zeros = torch.zeros(2, dtype=torch.float64)
        optimizer.state[parameters[0]] = {
            "step": torch.tensor(float(settled)), "exp_avg": zeros.clone(),
            "exp_avg_sq": zeros.clone(), "max_exp_avg_sq": torch.full_like(zeros, scale**2),
        }  # fmt: skip
        return optimizer

    held = torch.full((2,), scale**2, dtype=torch.float64)
    diagonal = quantities.adam_preconditioner(held, settled, beta1, 0.999, 1e-8)
    matrix = torch.diag(torch.tensor([CURVATURE, 0.0], dtype=torch.float64))
    largest = quantities.eigenvalues(quantities.preconditioned(matrix, diagonal))[1]
    limit = quantities.adam_limit(largest, beta1).item()
    assert limit == pytest.approx(2 * (1 + beta1) / (1 - beta1) * scale / CURVATURE)
    for factor in (0.98, 1.02):
        lr = factor * limit
        assert grows(lambda p, lr=lr: adam(p, lr), steps=40) == (factor > 1)


def test_the_preconditioner_explains_a_step_of_torchs_adam() -> None:
    theta = torch.tensor([1.0, -2.0], dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.Adam([theta], lr=0.1)
    for _ in range(5):
        before = theta.detach().clone()
        optimizer.zero_grad()
        (theta**4).sum().backward()
        optimizer.step()
    state = optimizer.state[theta]
    diagonal = quantities.adam_preconditioner(state["exp_avg_sq"], 5, 0.9, 0.999, 1e-8)
    torch.testing.assert_close(theta.detach() - before, -0.1 * state["exp_avg"] / diagonal)
