"""What the pictures draw, computed from the race when it is asked for and never during a step."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor

from explainer.engine.kept import kept
from explainer.lab.optimizer_settings import in_force
from explainer.scenes.gradient_descent.landscapes import LANDSCAPES, known_minima
from explainer.scenes.gradient_descent.limits import limit, scaling
from explainer.scenes.gradient_descent.quantities import eigenvalues, gradient, hessian, steepest

if TYPE_CHECKING:
    from explainer.scenes.gradient_descent.experiment import GradientDescent

Range = tuple[float, float]
COLUMNS, ROWS = 240, 160
"""Points of the drawn surface along x and along y."""
WIDTH = 2.2
"""How wide the drawn surface is at least, in heights, so that a wide plot with equal axes is filled."""
MARGIN = 0.25
"""How far the drawn surface reaches beyond the recommended window, in widths of it."""
HOLD = 2.0
"""How much a step can shrink before the slice rescales."""
UNIT_LENGTHS = torch.linspace(-0.22, 1.0, 161, dtype=torch.float64)
"""Where the slice is sampled, as shares of its reach."""
VELOCITIES = ("momentum_buffer", "exp_avg")
"""Under which names PyTorch's optimizers keep a running sum or mean of gradients."""


class Drawings:
    """The arrays of a race; where several come from one computation, they share it."""

    def __init__(self, race: GradientDescent) -> None:
        self.race = race

    # where everyone is

    def position(self) -> Tensor:
        """Return where each optimizer is."""
        return self.race.after

    def gradient(self) -> Tensor:
        """Return the gradients that the last update used."""
        return self.race.gradients

    def update(self) -> Tensor:
        """Return the last change of position."""
        return self.race.after - self.race.before

    def loss(self) -> Tensor:
        """Return the loss where each optimizer is."""
        return self.race.losses

    def retired(self) -> Tensor:
        """Return when each optimizer ran away."""
        return self.race.retired

    @kept("race.labels")
    def label(self) -> tuple[str, ...]:
        """Return the optimizers' names."""
        return self.race.labels

    def velocity(self) -> Tensor:
        """Return the running mean or sum of gradients of each optimizer."""
        race = self.race
        learners = zip(race.optimizers, race.thetas, strict=True)
        found = [_velocity(optimizer.state.get(theta, {}), theta) for optimizer, theta in learners]
        return torch.where((race.retired < 0)[:, None], torch.stack(found), 0.0)

    # downhill from the selected optimizer

    @kept
    def next_gradient(self) -> Tensor:
        """Return the gradients where everyone is."""
        return gradient(self.race.surface, self.race.after)

    @kept
    def downhill(self) -> tuple[Tensor, Tensor]:
        """Return distances downhill from the selected optimizer, and the losses there."""
        race, params = self.race, self.race.params
        index = min(params.selected, len(race.thetas) - 1)
        (x, y), (dx, dy) = race.after[index].tolist(), self.next_gradient()[index].tolist()
        norm = math.hypot(dx, dy)
        lr = in_force(race.entries[index], params)["lr"]
        landing = float(race.surface(race.after[index, 0] - lr * dx, race.after[index, 1] - lr * dy))
        far = held(reach(float(race.losses[index]), landing, norm, lr * norm, math.hypot(x, y)))
        lengths = UNIT_LENGTHS.to(race.device) * far
        norm = norm or 1.0
        return lengths, race.surface(x - dx / norm * lengths, y - dy / norm * lengths)

    def slice_length(self) -> Tensor:
        """Return the distances."""
        return self.downhill()[0]

    def slice_loss(self) -> Tensor:
        """Return the losses there."""
        return self.downhill()[1]

    # the surface

    @kept("race.surface")
    def surface_x(self) -> Tensor:
        """Return the x of the drawn part."""
        return self.line(_drawn_part(self.race)[0], COLUMNS)

    @kept("race.surface")
    def surface_y(self) -> Tensor:
        """Return the y of the drawn part."""
        return self.line(_drawn_part(self.race)[1], ROWS)

    def line(self, along: Range, count: int) -> Tensor:
        """Return so many numbers over a range."""
        return torch.linspace(*along, count, dtype=torch.float64, device=self.race.device)

    @kept("race.surface")
    def surface_loss(self) -> Tensor:
        """Return the loss (y, x) there."""
        return self.race.surface(self.surface_x()[None, :], self.surface_y()[:, None])

    @kept("race.surface", "race.points")
    def minima(self) -> Tensor:
        """Return the known minima."""
        name, points = self.race.params.surface, self.race.points
        known = tuple(map(tuple, points.tolist())) if name == "regression" else ()
        return torch.tensor(known_minima(name, known), dtype=torch.float64).reshape(-1, 2)

    @kept("race.points")
    def points(self) -> Tensor:
        """Return the data points of the surface regression."""
        return self.race.points if self.race.params.surface == "regression" else self.race.points[:0]

    # curvature

    @kept
    def hessians(self) -> Tensor:
        """Return the Hessian where each optimizer is."""
        return hessian(self.race.surface, self.race.after)

    @kept
    def spectrum(self) -> Tensor:
        """Return the Hessians' eigenvalues."""
        return eigenvalues(self.hessians())

    def hessian_eigenvalues(self) -> Tensor:
        """Return the eigenvalues, 0 for those that are not finite."""
        return self.spectrum().nan_to_num()

    def steep_direction(self) -> Tensor:
        """Return the direction of the larger eigenvalue, zero where there is none."""
        return steepest(self.hessians()).nan_to_num()

    def lr_limit(self) -> Tensor:
        """Return each optimizer's limit for η, NaN where none is known."""
        hessians = self.hessians()
        found = [limit(*_told(self.race, index), hessians[index]) for index in range(len(hessians))]
        return torch.tensor(found, dtype=torch.float64)

    # how it came about

    def why_retired(self) -> Tensor:
        """Return why each optimizer was retired."""
        return self.race.why

    def left_at(self) -> Tensor:
        """Return where the step led at which it was retired."""
        return self.race.left_at

    def scaling(self) -> Tensor:
        """Return what each coordinate's step is divided by (optimizer, 2), NaN where nothing is kept for it."""
        race = self.race
        found = [scaling(*_told(race, index)) for index in range(len(race.entries))]
        nothing = torch.full((2,), torch.nan, dtype=torch.float64, device=race.device)
        return torch.stack([nothing if one is None else one for one in found])

    def gradient_noise(self) -> Tensor:
        """Return the root mean square length (optimizer,) of what noise or a batch adds to a gradient here.

        A batch of b of n points, drawn without putting back, has the variance of one point's gradient times
        (n − b)/(b(n − 1)).
        """
        race = self.race
        made = torch.full_like(race.losses, race.params.noise * math.sqrt(2))
        count, batch = len(race.points), race.params.batch
        if race.params.surface == "regression" and batch < count:
            x, y = race.points.to(race.after).T
            error = race.after[:, :1] * x + race.after[:, 1:] - y
            each = 2 * torch.stack([error * x, error], -1)
            spread = (each - each.mean(1, keepdim=True)).square().sum(-1).mean(1)
            made = (made**2 + spread * (count - batch) / (batch * (count - 1))).sqrt()
        return made


def _velocity(state: dict[str, Tensor], theta: Tensor) -> Tensor:
    return next((state[name] for name in VELOCITIES if state.get(name) is not None), torch.zeros_like(theta)).detach()


def held(far: float) -> float:
    """Return the next of a few lengths a factor :data:`HOLD` apart: while a step shrinks, the slice keeps its scale."""
    return min(HOLD ** math.ceil(math.log(far, HOLD) - 1e-9), 1e150)


def reach(here: float, landing: float, slope: float, step: float, away: float = 0.0) -> float:
    """Return how far a slice should go: past the plain step, and past the bottom of the parabola under it.

    The parabola has the loss ``here`` and falls with ``slope`` at 0, and has the loss ``landing`` at
    ``step``. Where rounding hides its curvature the step alone decides; so far ``away`` from 0 that rounding hides the
    step itself, what can be told apart there.
    """
    rise = landing - here + slope * step
    seen = rise > 1e-9 * abs(here) and math.isfinite(rise)
    lowest = slope * step**2 / (2 * rise) if seen else 0.0
    return min(max(2.4 * lowest, 1.15 * step, 1e-13 * away, 1e-150), 1e150)


def _drawn_part(race: GradientDescent) -> tuple[Range, Range]:
    """Return the range of x and of y: the recommended window and the start, with a margin, as wide as a screen."""
    x0, x1, y0, y1 = LANDSCAPES[race.params.surface].window
    x, y = race.params.start
    across, up = (min(x0, x), max(x1, x)), (min(y0, y), max(y1, y))
    missing = max(0.0, WIDTH * (up[1] - up[0]) - (across[1] - across[0])) / 2
    return _padded(across[0] - missing, across[1] + missing), _padded(*up)


def _padded(low: float, high: float) -> Range:
    return low - MARGIN * (high - low), high + MARGIN * (high - low)


def _told(race: GradientDescent, index: int) -> tuple[str, Mapping[str, Any], dict[str, float]]:
    """Return an optimizer's name, what PyTorch keeps for it, and its settings."""
    entry = race.entries[index]
    state = race.optimizers[index].state.get(race.thetas[index], {})
    return entry.name, state, in_force(entry, race.params)
