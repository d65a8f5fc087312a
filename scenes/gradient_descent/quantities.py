"""What can be measured at a point: gradient, Hessian, its eigenvalues, and how large η may be.

The limits are for a quadratic of curvature λ > 0 and come from the roots of each method's linear
recurrence reaching modulus 1 (Polyak 1964; for Nesterov's method, Lessard, Recht & Packard 2016;
for Adam, Cohen et al. 2022, "Adaptive gradient methods at the edge of stability").
"""

import torch
from torch import Tensor

from explainer.scenes.gradient_descent.surfaces import Surface


def gradient(surface: Surface, positions: Tensor) -> Tensor:
    """Return ∇L by autograd at positions (…, 2), as (…, 2)."""
    x, y = (part.detach().requires_grad_() for part in positions.unbind(-1))
    return torch.stack(torch.autograd.grad(surface(x, y).sum(), (x, y)), -1)


def hessian(surface: Surface, positions: Tensor) -> Tensor:
    """Return the exact Hessian by differentiating twice at positions (…, 2), as (…, 2, 2).

    Points do not influence each other, so the gradient of a sum over all of them is the gradient
    of each, and two backward passes give every Hessian.
    """
    x, y = (part.detach().requires_grad_() for part in positions.unbind(-1))
    with torch.enable_grad():
        slopes = torch.autograd.grad(surface(x, y).sum(), (x, y), create_graph=True)
        rows = [_slopes_again(slope, x, y) for slope in slopes]
    return torch.stack([torch.stack(row, -1) for row in rows], -2).detach()


def _slopes_again(slope: Tensor, x: Tensor, y: Tensor) -> tuple[Tensor, ...]:
    if not slope.requires_grad:
        return torch.zeros_like(x), torch.zeros_like(y)
    return torch.autograd.grad(slope.sum(), (x, y), retain_graph=True, materialize_grads=True)


def eigenvalues(matrices: Tensor) -> Tensor:
    """Return the eigenvalues, ascending, of symmetric (…, 2, 2) matrices as (…, 2).

    The closed form, mean ± distance: unlike LAPACK's it passes NaN through instead of failing.
    """
    first, second = matrices[..., 0, 0], matrices[..., 1, 1]
    mean, half = (first + second) / 2, (first - second) / 2
    distance = torch.hypot(half, matrices[..., 0, 1])
    return torch.stack([mean - distance, mean + distance], -1)


def sgd_limit(curvature: Tensor) -> Tensor:
    """Return the η above which plain gradient descent diverges at curvature λ (…): 2/λ.

    Like the other limits it is infinite where λ is not positive: there no η holds a run.
    """
    return _over(2.0, curvature)


def momentum_limit(curvature: Tensor, momentum: float) -> Tensor:
    """Return the η above which heavy-ball momentum β diverges at curvature λ: 2(1 + β)/λ."""
    return _over(2.0 * (1.0 + momentum), curvature)


def nesterov_limit(curvature: Tensor, momentum: float) -> Tensor:
    """Return the η above which Nesterov momentum β diverges: 2(1 + β)/((1 + 2β)λ)."""
    return _over(2.0 * (1.0 + momentum) / (1.0 + 2.0 * momentum), curvature)


def adam_limit(curvature: Tensor, beta1: float) -> Tensor:
    """Return the η above which Adam diverges while its preconditioner P holds still.

    ``curvature`` is the largest eigenvalue λ of P^(−1/2) H P^(−1/2), see :func:`preconditioned`.
    Adam is then heavy-ball momentum β₁ with learning rate (1 − β₁)η, whose limit is
    2(1 + β₁)/((1 − β₁)λ). In a real run P follows the gradients, which is why Adam hovers at this
    limit rather than diverging beyond it.
    """
    return _over(2.0 * (1.0 + beta1) / (1.0 - beta1), curvature)


def adam_preconditioner(exp_avg_sq: Tensor, step: float, beta1: float, beta2: float, eps: float) -> Tensor:
    """Return the diagonal (…, 2) of Adam's P after ``step`` ≥ 1 updates.

    P = (1 − β₁ᵗ)(√(v/(1 − β₂ᵗ)) + ε), so that an update is −η P⁻¹ m with m the uncorrected mean
    gradient; ``exp_avg_sq`` is v as kept in ``torch.optim.Adam``'s state (with amsgrad,
    ``max_exp_avg_sq``).
    """
    return (1.0 - beta1**step) * ((exp_avg_sq / (1.0 - beta2**step)).sqrt() + eps)


def preconditioned(matrices: Tensor, preconditioner: Tensor) -> Tensor:
    """Return P^(−1/2) H P^(−1/2) for (…, 2, 2) Hessians and diagonals P (…, 2)."""
    scale = preconditioner.rsqrt()
    return scale[..., :, None] * matrices * scale[..., None, :]


def _over(limit: float, curvature: Tensor) -> Tensor:
    return torch.where(curvature > 0, limit / curvature, torch.where(curvature.isnan(), torch.nan, torch.inf))
