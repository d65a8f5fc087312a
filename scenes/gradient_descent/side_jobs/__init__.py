"""The side jobs: what would happen from elsewhere, or with other settings.

They compute on the processor whatever the run's device is: thousands of tiny runs fit its caches.
"""

from collections.abc import Sequence

import torch
from torch import Tensor

from explainer.engine.experiment import Parts
from explainer.lab.optimizer_settings import Entry, in_force
from explainer.scenes.gradient_descent import Params
from explainer.scenes.gradient_descent.landscapes import LANDSCAPES, known_minima
from explainer.scenes.gradient_descent.limits import limit as limit_of
from explainer.scenes.gradient_descent.quantities import eigenvalues, gradient, hessian
from explainer.scenes.gradient_descent.recurrence import Recurrence
from explainer.scenes.gradient_descent.side_jobs.basins import basins
from explainer.scenes.gradient_descent.side_jobs.sweeps import sweep
from explainer.scenes.gradient_descent.surfaces import Surface

SIDE = 64
"""Runs per axis of a map: 64 × 64 = 4,096 at once."""
DECADES_BELOW, DECADES_ABOVE = 2.5, 1.0
"""How far the map's learning rates reach around the limit 2/λmax at the start."""
FIRST_LR, LAST_LR = 1e-5, 10.0


def probe_job(surface: Surface, at: Sequence[float]) -> Parts:
    """Yield ``probe_at`` (2,), ``probe_loss`` () and ``probe_gradient`` (2,)."""
    point = torch.tensor(at, dtype=torch.float64)
    yield {"probe_at": point, "probe_loss": surface(*point), "probe_gradient": gradient(surface, point)}


def preview_job(
    surface: Surface, entries: Sequence[Entry], params: Params, start: Sequence[float], steps: int
) -> Parts:
    """Yield ``preview_path`` (optimizer, steps + 1, 2): the run without noise from another start.

    NaN after running away.
    """
    theta = torch.tensor(start, dtype=torch.float64)
    paths = []
    for entry in entries:
        path = [theta]
        lr = in_force(entry, params)["lr"]
        for report in sweep(entry, surface, theta, lr, momentum=params.momentum, steps=steps, chunk=1):
            path.append(torch.where(report.losses.isfinite(), report.positions, torch.nan))
            yield {}
        paths.append(torch.stack(path))
    yield {"preview_path": torch.stack(paths)}


def map_job(surface: Surface, entry: Entry, params: Params, steps: int) -> Parts:
    """Yield ``map_loss`` (second, lr), NaN where the run left the finite numbers, and ``map_first_loss`` ().

    The runs are without noise and see all data. ``map_limit`` (second,) is the limit of η at the start, NaN where
    none is known. The axes ``map_lr`` (lr,) and ``map_second`` (second,) come first, so that a picture can be laid
    out before the losses are there.
    """
    rates, seconds = _rates(surface, entry, params), _seconds(entry)
    start = torch.tensor(params.start, dtype=torch.float64)
    limits = _limits(surface, entry, params, seconds)
    yield {"map_lr": rates, "map_second": seconds, "map_first_loss": surface(*start), "map_limit": limits}
    starts = start.expand(SIDE, SIDE, 2)
    runs = sweep(entry, surface, starts, rates[None, :], seconds[:, None], momentum=params.momentum, steps=steps)
    for report in runs:
        if report.step == steps:
            yield {"map_loss": report.losses}
        yield {}


def _limits(surface: Surface, entry: Entry, params: Params, seconds: Tensor) -> Tensor:
    """Return the limit of η (second,) by the curvature at the start, NaN where it depends on gradients to come."""
    curvature = hessian(surface, torch.tensor(params.start, dtype=torch.float64))
    told = in_force(entry, params)
    limits = [limit_of(entry.name, {}, {**told, entry.optimizer.second: float(s)}, curvature) for s in seconds]
    return torch.tensor(limits, dtype=torch.float64)


def _rates(surface: Surface, entry: Entry, params: Params) -> Tensor:
    """Return 64 learning rates, evenly spaced in their logarithm, around where plain descent diverges."""
    steepest = eigenvalues(hessian(surface, torch.tensor(params.start, dtype=torch.float64)))[-1]
    limit = Recurrence().limit(float(steepest))
    plain = entry.name in ("sgd", "momentum", "nesterov") and limit < float("inf")
    low = max(FIRST_LR, limit * 10**-DECADES_BELOW) if plain else 1e-4
    high = min(LAST_LR, limit * 10**DECADES_ABOVE) if plain else LAST_LR
    first, last = torch.tensor([low, max(high, 10 * low)]).log10().tolist()
    return torch.logspace(first, last, SIDE, dtype=torch.float64)


def _seconds(entry: Entry) -> Tensor:
    """Return 64 values of the optimizer's second setting; those near one are spaced by what they leave to one."""
    setting = entry.optimizer.setting(entry.optimizer.second)
    if setting.name in ("alpha", "beta2", "rho"):
        return 1 - torch.logspace(0, -4, SIDE, dtype=torch.float64)
    if setting.log:
        low, high = torch.tensor([max(setting.low, 1e-6), setting.high]).log10().tolist()
        return torch.logspace(low, high, SIDE, dtype=torch.float64)
    high = 0.99 if setting.name == "momentum" else setting.high
    return torch.linspace(setting.low, high, SIDE, dtype=torch.float64)


def basins_job(
    surface: Surface, entry: Entry, params: Params, points: Sequence[tuple[float, float]], steps: int
) -> Parts:
    """Yield ``basin`` (y, x), the index of the minimum each start reaches or −1, with axes and minima."""
    x0, x1, y0, y1 = LANDSCAPES[params.surface].window
    x, y = (torch.linspace(low, high, SIDE, dtype=torch.float64) for low, high in ((x0, x1), (y0, y1)))
    starts = torch.stack(torch.meshgrid(x, y, indexing="xy"), -1)
    known = known_minima(params.surface, points)
    radius = 0.02 * max(x1 - x0, y1 - y0)
    lr = in_force(entry, params)["lr"]
    for found in basins(entry, surface, starts, lr, known, momentum=params.momentum, steps=steps, radius=radius):
        if found is None:
            yield {}
        else:
            yield {"basin": found.index, "basin_x": x, "basin_y": y, "basin_minima": found.minima}
