"""What can be measured at a point: gradient, Hessian, its eigenvalues and the direction of the steepest one."""

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


def steepest(matrices: Tensor) -> Tensor:
    """Return the unit eigenvector (…, 2) of the largest eigenvalue, its larger component positive.

    Zero where both eigenvalues are equal to rounding: no direction is steepest there.
    """
    across, half = matrices[..., 0, 1], (matrices[..., 0, 0] - matrices[..., 1, 1]) / 2
    angle = torch.atan2(across, half) / 2
    found = torch.stack([angle.cos(), angle.sin()], -1)
    found = torch.where((found.sum(-1) < 0)[..., None], -found, found)
    alike = torch.hypot(half, across) <= 1e-12 * matrices.abs().amax((-2, -1))
    return torch.where(alike[..., None], 0.0, found)


def preconditioned(matrices: Tensor, preconditioner: Tensor) -> Tensor:
    """Return P^(−1/2) H P^(−1/2) for (…, 2, 2) Hessians and diagonals P (…, 2)."""
    scale = preconditioner.rsqrt()
    return scale[..., :, None] * matrices * scale[..., None, :]
