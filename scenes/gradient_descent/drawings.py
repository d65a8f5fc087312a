"""What the pictures draw, computed from the race when it is asked for and never during a step."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Mapping
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch import Tensor

from explainer.lab.optimizer_settings import resolve
from explainer.scenes.gradient_descent.landscapes import LANDSCAPES, known_minima
from explainer.scenes.gradient_descent.limits import limit, scaling
from explainer.scenes.gradient_descent.quantities import eigenvalues, gradient, hessian, steepest
from explainer.scenes.gradient_descent.surfaces import Surface

if TYPE_CHECKING:
    from explainer.scenes.gradient_descent.experiment import GradientDescent

Range = tuple[float, float]
COLUMNS, ROWS = 240, 160
"""Points of the drawn surface along x and along y."""
WIDTH = 2.2
"""How wide the drawn surface is at least, in heights, so that a wide plot with equal axes is filled."""
MARGIN = 0.25
"""How far the drawn surface reaches beyond the recommended window, in widths of it."""
UNIT_LENGTHS = torch.linspace(-0.22, 1.0, 161, dtype=torch.float64)
"""Where the slice is sampled, as shares of its reach."""
VELOCITIES = ("momentum_buffer", "exp_avg")
"""Under which names PyTorch's optimizers keep a running sum or mean of gradients."""


def drawings(race: GradientDescent, wanted: Collection[str]) -> dict[str, Tensor]:
    """Return the wanted arrays as they are now."""
    found: dict[str, Tensor] = {}
    for names, draw in _DRAWINGS.items():
        if any(name in wanted for name in names):
            found |= zip(names, draw(race), strict=True)
    return found


def _state(race: GradientDescent) -> tuple[Tensor, ...]:
    return race.after, race.gradients, race.after - race.before, race.losses, race.retired, race.why, race.left_at


def _labels(race: GradientDescent) -> tuple[np.ndarray]:
    return (label_array(race.labels),)


@cache
def label_array(labels: tuple[str, ...]) -> np.ndarray:
    """Return labels as a read-only array of strings, the same object for the same labels."""
    array = np.array(labels, dtype="<U32")
    array.flags.writeable = False
    return array


def _velocities(race: GradientDescent) -> tuple[Tensor]:
    kept = [_velocity(optimizer.state.get(theta, {}), theta) for optimizer, theta in _learners(race)]
    return (torch.where((race.retired < 0)[:, None], torch.stack(kept), 0.0),)


def _velocity(state: dict[str, Tensor], theta: Tensor) -> Tensor:
    return next((state[name] for name in VELOCITIES if state.get(name) is not None), torch.zeros_like(theta)).detach()


def _learners(race: GradientDescent) -> zip[tuple[torch.optim.Optimizer, Tensor]]:
    return zip(race.optimizers, race.thetas, strict=True)


def _downhill(race: GradientDescent) -> tuple[Tensor, Tensor, Tensor]:
    """Return the gradients here, and for the selected optimizer distances downhill and the loss there."""
    gradients = gradient(race.surface, race.after)
    index = min(race.params.selected, len(race.thetas) - 1)
    (x, y), (dx, dy) = race.after[index].tolist(), gradients[index].tolist()
    norm = math.hypot(dx, dy)
    landing = float(
        race.surface(race.after[index, 0] - race.params.lr * dx, race.after[index, 1] - race.params.lr * dy)
    )
    lengths = UNIT_LENGTHS.to(race.device) * reach(float(race.losses[index]), landing, norm, race.params.lr * norm)
    norm = norm or 1.0
    return gradients, lengths, race.surface(x - dx / norm * lengths, y - dy / norm * lengths)


def reach(here: float, landing: float, slope: float, step: float) -> float:
    """Return how far a slice should go: past the plain step, and past the bottom of the parabola under it.

    The parabola has the loss ``here`` and falls with ``slope`` at 0, and has the loss ``landing`` at
    ``step``. Where rounding hides its curvature the step alone decides.
    """
    rise = landing - here + slope * step
    seen = rise > 1e-9 * abs(here) and math.isfinite(rise)
    lowest = slope * step**2 / (2 * rise) if seen else 0.0
    return min(max(2.4 * lowest, 1.15 * step, 1e-12), 1e150)


def _drawn_surface(race: GradientDescent) -> tuple[Tensor, ...]:
    """Return x, y, the loss on this grid, and the minima; the same tensors as long as the surface is the same."""
    name, points = race.params.surface, race.points
    known = tuple(map(tuple, points.tolist())) if name == "regression" else ()
    return (*_grid(race.surface, *_drawn_part(race), race.device), _minima(name, known))


@lru_cache(maxsize=4)
def _grid(surface: Surface, along: Range, across: Range, device: torch.device) -> tuple[Tensor, Tensor, Tensor]:
    x = torch.linspace(*along, COLUMNS, dtype=torch.float64, device=device)
    y = torch.linspace(*across, ROWS, dtype=torch.float64, device=device)
    return x, y, surface(x[None, :], y[:, None])


@lru_cache(maxsize=4)
def _minima(name: str, points: tuple[tuple[float, float], ...]) -> Tensor:
    return torch.tensor(known_minima(name, points), dtype=torch.float64).reshape(-1, 2)


def _drawn_part(race: GradientDescent) -> tuple[Range, Range]:
    """Return the range of x and of y: the recommended window and the start, with a margin, as wide as a screen."""
    x0, x1, y0, y1 = LANDSCAPES[race.params.surface].window
    x, y = race.params.start
    across, up = (min(x0, x), max(x1, x)), (min(y0, y), max(y1, y))
    missing = max(0.0, WIDTH * (up[1] - up[0]) - (across[1] - across[0])) / 2
    return _padded(across[0] - missing, across[1] + missing), _padded(*up)


def _padded(low: float, high: float) -> Range:
    return low - MARGIN * (high - low), high + MARGIN * (high - low)


def _points(race: GradientDescent) -> tuple[Tensor]:
    return (race.points if race.params.surface == "regression" else race.points[:0],)


def _curvature(race: GradientDescent) -> tuple[Tensor, Tensor, Tensor]:
    """Return the Hessian's eigenvalues (optimizer, 2), its steepest direction, and each limit for η (optimizer,)."""
    hessians = hessian(race.surface, race.after)
    limits = [limit(*_told(race, index), hessians[index]) for index in range(len(race.entries))]
    made = torch.tensor(limits, dtype=torch.float64)
    return eigenvalues(hessians).nan_to_num(), steepest(hessians).nan_to_num(), made


def _told(race: GradientDescent, index: int) -> tuple[str, Mapping[str, Any], dict[str, float]]:
    """Return an optimizer's name, what PyTorch keeps for it, and its settings."""
    entry = race.entries[index]
    state = race.optimizers[index].state.get(race.thetas[index], {})
    return entry.name, state, resolve(entry, race.params.lr, race.params.momentum)


def _scalings(race: GradientDescent) -> tuple[Tensor]:
    """Return what each coordinate's step is divided by (optimizer, 2), NaN where nothing is kept for it."""
    found = [scaling(*_told(race, index)) for index in range(len(race.entries))]
    return (torch.stack([torch.full((2,), torch.nan).to(race.after) if one is None else one for one in found]),)


def _noise(race: GradientDescent) -> tuple[Tensor]:
    """Return the root mean square length (optimizer,) of what noise or a batch adds to a gradient here.

    A batch of b of n points, drawn without putting back, has the variance of one point's gradient times
    (n − b)/(b(n − 1)).
    """
    made = torch.full_like(race.losses, race.params.noise * math.sqrt(2))
    count, batch = len(race.points), race.params.batch
    if race.params.surface == "regression" and batch < count:
        x, y = race.points.to(race.after).T
        error = race.after[:, :1] * x + race.after[:, 1:] - y
        each = 2 * torch.stack([error * x, error], -1)
        spread = (each - each.mean(1, keepdim=True)).square().sum(-1).mean(1)
        made = (made**2 + spread * (count - batch) / (batch * (count - 1))).sqrt()
    return (made,)


_DRAWINGS: dict[tuple[str, ...], Callable[[GradientDescent], tuple[Tensor | np.ndarray, ...]]] = {
    ("position", "gradient", "update", "loss", "retired", "why_retired", "left_at"): _state,
    ("label",): _labels,
    ("velocity",): _velocities,
    ("next_gradient", "slice_length", "slice_loss"): _downhill,
    ("surface_x", "surface_y", "surface_loss", "minima"): _drawn_surface,
    ("points",): _points,
    ("hessian_eigenvalues", "steep_direction", "lr_limit"): _curvature,
    ("scaling",): _scalings,
    ("gradient_noise",): _noise,
}
"""Arrays that come together → the function that computes them."""
