"""The side jobs: a range test, every schedule with every highest rate, and what a cut would do now."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812 - the usual name

from explainer.engine.experiment import Parts
from explainer.lab.schedules import factor, risen
from explainer.scenes.lr_schedules import AHEAD, CUTS, PLANNED
from explainer.scenes.lr_schedules.many import losses, trained

LOWEST, HIGHEST, MEMORY, BEYOND = 1e-4, 10.0, 0.95, 4.0
"""Rates of the range test; the share of the last mean that is kept; from this many times the lowest it has exploded."""
RATES = (0.01, 0.03, 0.1, 0.2, 0.4, 0.8)
LAST, TURN = 50, 5
"""Over how many last steps a loss is averaged; every so many updates others take their turn."""
LANCZOS = 16
"""So many products with the Hessian find its largest eigenvalue to three figures."""


def range_job(first: Sequence[Tensor], x: Tensor, y: Tensor, batches: Sequence[Tensor], momentum: float) -> Parts:
    """Yield ``tested`` (tested rate,), ``smoothed``, the batch losses' running mean there, and ``marks`` (2,).

    The rate grows by the same factor at each step (Smith 2017). Marks are the rate at which the smoothed loss falls
    most steeply over log η, and the one from which it is beyond so many times its lowest value.
    """
    count = len(batches)
    tested = torch.logspace(torch.log10(torch.tensor(LOWEST)), torch.log10(torch.tensor(HIGHEST)), count)
    beta = torch.full((count, 1), momentum, device=x.device)
    mean, smoothed = 0.0, []
    for step, (loss, _) in enumerate(trained(first, x, y, batches, tested[:, None].to(x.device), beta), 1):
        mean = MEMORY * mean + (1 - MEMORY) * float(loss[0].nan_to_num(1e6).clamp(max=1e6))
        smoothed.append(mean / (1 - MEMORY**step))
        if step % TURN == 0:
            yield {}
    found = torch.tensor(smoothed)
    yield {"tested": tested, "smoothed": found, "marks": marks_of(tested, found)}


def marks_of(tested: Tensor, smoothed: Tensor) -> Tensor:
    """Return the rates of steepest descent and of the explosion (2,); the highest rate where it does not come."""
    lowest = int(smoothed.argmin())
    beyond = (smoothed[lowest:] > BEYOND * smoothed[lowest]).nonzero()
    explodes = lowest + int(beyond[0]) if len(beyond) else len(smoothed) - 1
    skipped = min(10, lowest)
    fall = (smoothed[skipped + 1 : lowest + 1] - smoothed[skipped:lowest]) if lowest > skipped else torch.zeros(1)
    return torch.stack([tested[skipped + int(fall.argmin())], tested[explodes]])


def over_job(
    first: Sequence[Tensor], x: Tensor, y: Tensor, batches: Sequence[Tensor], warmup: int, momentum: float
) -> Parts:
    """Yield ``final`` (planned, highest rate): the training loss over the last steps; ``highest`` (highest rate,)."""
    steps, count = len(batches), len(PLANNED) * len(RATES)
    shares = torch.tensor([[factor(name, k, steps, warmup) for name in PLANNED] for k in range(1, steps + 1)])
    rates = (shares[:, :, None] * torch.tensor(RATES)).reshape(steps, count).to(x.device)
    cycled = torch.tensor([0.05 - 0.1 * risen(k, steps) for k in range(1, steps + 1)])
    is_cycle = torch.tensor([name == "one-cycle" and momentum >= 0.05 for name in PLANNED]).repeat_interleave(
        len(RATES)
    )
    momenta = (momentum + cycled[:, None] * is_cycle).to(x.device)
    last: list[Tensor] = []
    for step, (_, weights) in enumerate(trained(first, x, y, batches, rates, momenta), 1):
        if step > steps - LAST and (steps - step) % TURN == 0:
            last.append(losses(weights, x, y))
        yield {}
    final = torch.stack(last).mean(0).nan_to_num(1e6).clamp(max=1e6).reshape(len(PLANNED), len(RATES))
    yield {"final": final.cpu(), "highest": torch.tensor(RATES)}


def cut_job(
    start: tuple[Sequence[Tensor], Sequence[Tensor]],
    x: Tensor,
    y: Tensor,
    ahead: Callable[[int], list[Tensor]],
    rate: float,
    momentum: float,
) -> Parts:
    """Yield ``after`` (cut, step ahead): the training loss from here on at the rate of now times each cut."""
    batches = ahead(AHEAD)
    rates = (rate * torch.tensor(CUTS)).expand(AHEAD, len(CUTS)).to(x.device)
    momenta = torch.full_like(rates, momentum)
    weights, speeds = start
    rows = [losses([each[None] for each in weights], x, y).expand(len(CUTS))]
    for step, (_, present) in enumerate(trained(weights, x, y, batches, rates, momenta, speeds), 1):
        if step % 2 == 0:
            rows.append(losses(present, x, y).nan_to_num(1e6).clamp(max=1e6))
        yield {}
    yield {"after": torch.stack(rows, 1).cpu(), "ahead_steps": torch.arange(0, AHEAD + 1, 2)}


def sharpness_job(
    networks: Sequence[Sequence[Tensor]], x: Tensor, y: Tensor, rates: Sequence[float], momenta: Sequence[float]
) -> Parts:
    """Yield ``sharpness`` (lane,), the largest eigenvalue of each Hessian of the whole training loss, and ``stable``.

    ``stable`` (lane,) is up to where SGD with momentum converges on a quadratic, 2 (1 + β) / η; ∞ at a rate of 0.
    """
    found = torch.full((len(networks),), torch.nan, dtype=torch.float64)
    for k, weights in enumerate(networks):
        for estimate in largest_eigenvalue(weights, x, y):
            found[k] = estimate
            yield {}
    rate, beta = torch.tensor(rates, dtype=torch.float64), torch.tensor(momenta, dtype=torch.float64)
    yield {"sharpness": found, "stable": 2 * (1 + beta) / rate}


def largest_eigenvalue(weights: Sequence[Tensor], x: Tensor, y: Tensor) -> Iterator[float]:
    """Yield estimates of the largest eigenvalue of the Hessian, by Lanczos' method with full orthogonalization."""
    known = [each.clone().requires_grad_() for each in weights]
    with torch.enable_grad():
        slopes = torch.autograd.grad(losses([each[None] for each in known], x, y).sum(), known, create_graph=True)
        slope = torch.cat([each.flatten() for each in slopes])
    draw = torch.Generator().manual_seed(0)
    basis = [F.normalize(torch.randn(len(slope), generator=draw), dim=0).to(weights[0])]
    small = torch.zeros(LANCZOS, LANCZOS, dtype=torch.float64)
    for k in range(LANCZOS):
        parts = torch.autograd.grad(slope, known, basis[-1], retain_graph=True)  # the Hessian times a vector
        product, span = torch.cat([each.flatten() for each in parts]), torch.stack(basis)
        small[k, : k + 1] = small[: k + 1, k] = (span @ product).double().cpu()
        product = product - span.T @ (span @ product)
        product = product - span.T @ (span @ product)  # once more: what rounding has left
        yield float(torch.linalg.eigvalsh(small[: k + 1, : k + 1])[-1])
        basis.append(F.normalize(product, dim=0))
