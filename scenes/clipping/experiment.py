"""The experiment: gradient descent on the weight and the bias of one recurrent unit (after Pascanu et al. 2013)."""

from collections.abc import Collection, Iterator

import torch
from torch import Tensor, nn

from explainer.engine.experiment import Experiment, Parts
from explainer.engine.kept import kept
from explainer.scenes.clipping import WINDOW, Params, metrics_of
from explainer.scenes.clipping.networks import networks_job

FIRST = 0.5
"""h₀."""
COLUMNS, ROWS = 361, 301
DECADES, BINS = (-5.0, 4.0), 54


def unrolled(w: Tensor, b: Tensor, time_steps: int) -> list[Tensor]:
    """Return h₁ to h_T of h ← σ(w h + b), from h₀ = 0.5."""
    states = [torch.sigmoid(w * FIRST + b)]
    for _ in range(time_steps - 1):
        states.append(torch.sigmoid(w * states[-1] + b))
    return states


def clip(method: str, gradient: Tensor, theta: Tensor, threshold: float, ratio: float) -> Tensor:
    """Return what clipping leaves of a gradient (2,); adaptive: Brock et al. 2021, both weights as one unit."""
    if method == "value":
        return gradient.clamp(-threshold, threshold)
    if method == "none":
        return gradient
    most = threshold if method == "norm" else ratio * float(theta.norm())
    return gradient * min(1.0, most / max(float(gradient.norm()), 1e-300))


def angle(one: Tensor, other: Tensor) -> Tensor:
    """Return the angle between two vectors (2,) in degrees, to a billionth."""
    across = one[0] * other[1] - one[1] * other[0]
    return torch.rad2deg(torch.atan2(across.abs(), (one * other).sum())).round(decimals=9)


class Clipping(Experiment[Params]):
    """A few balls on one surface; they differ in how their gradients are clipped."""

    def build(self) -> None:
        """Put every ball at the start."""
        start = torch.tensor(self.params.start, dtype=torch.float64, device=self.device)
        self.theta = nn.Parameter(start.repeat(len(self.params.methods), 1))
        self.optimizer = torch.optim.SGD([self.theta], lr=self.params.lr)
        (left, right, low, high), (w, b) = WINDOW, self.params.start
        lines = ((min(left, w) - 1, max(right, w) + 1, COLUMNS), (min(low, b) - 1, max(high, b) + 1, ROWS))
        self.line_w, self.line_b = (torch.linspace(*line, dtype=torch.float64, device=self.device) for line in lines)
        self.norm_counts = torch.zeros(len(self.params.methods), BINS, dtype=torch.int64, device=self.device)
        self.trace(path=self.theta)

    def step(self) -> Iterator[str]:
        """One update of every ball."""
        losses = (unrolled(self.theta[:, 0], self.theta[:, 1], self.params.time_steps)[-1] - self.params.target) ** 2
        yield "forward"
        (raw,) = torch.autograd.grad(losses.sum(), self.theta)
        yield "backward"
        used = self.clip_all(raw)
        self.theta.grad = used
        yield "clip"
        self.optimizer.step()
        norms = raw.norm(dim=1)
        place = (norms.clamp(min=1e-300).log10() - DECADES[0]) * BINS / (DECADES[1] - DECADES[0])
        place = place.clamp(0, BINS - 1).long()
        self.norm_counts = self.norm_counts.scatter_add(1, place[:, None], torch.ones_like(place[:, None]))
        self.record_each(metrics_of("loss", self.params.methods), losses)
        self.record_each(metrics_of("norm", self.params.methods), norms)
        self.record_each(metrics_of("used", self.params.methods), used.norm(dim=1))
        turned = torch.stack([angle(raw[k], used[k]) for k in range(len(raw))])
        self.record_each(metrics_of("turned", self.params.methods), turned)
        self.trace(path=self.theta)
        yield "update"

    def clip_all(self, gradients: Tensor) -> Tensor:
        """Return the gradients (ball, 2) clipped, each in its way."""
        return torch.stack([
            clip(method, gradients[k], self.theta[k].detach(), self.params.threshold, self.params.ratio)
            for k, method in enumerate(self.params.methods)
        ])  # fmt: skip

    def changed(self, names: Collection[str]) -> None:
        """Hand a new learning rate to the optimizer."""
        for group in self.optimizer.param_groups:
            group["lr"] = self.params.lr

    def networks(self, threshold: float) -> Parts:
        """Train recurrent networks on digits."""
        return networks_job(self, threshold)

    # arrays

    def position(self) -> Tensor:
        """Return where each ball is (ball, 2)."""
        return self.theta.detach()

    def gradient_at(self, w: Tensor, b: Tensor) -> Tensor:
        """Return the gradient at places (…,) as (…, 2), by the chain rule forwards in time."""
        h = torch.full_like(w, FIRST)
        along_w, along_b = torch.zeros_like(w), torch.zeros_like(w)
        for _ in range(self.params.time_steps):
            after = torch.sigmoid(w * h + b)
            slope = after * (1 - after)
            along_w, along_b, h = slope * (h + w * along_w), slope * (1 + w * along_b), after
        return 2 * (h - self.params.target)[..., None] * torch.stack([along_w, along_b], -1)

    @kept
    def raw(self) -> Tensor:
        """Return the gradient where each ball is (ball, 2)."""
        return self.gradient_at(*self.position().unbind(1))

    def clipped(self) -> Tensor:
        """Return what clipping leaves of it (ball, 2)."""
        return self.clip_all(self.raw())

    @kept("line_w")
    def ground(self) -> Tensor:
        """Return the loss over the ground (row, column)."""
        b, w = torch.meshgrid(self.line_b, self.line_w, indexing="ij")
        return (unrolled(w, b, self.params.time_steps)[-1] - self.params.target) ** 2

    @kept("line_w")
    def lengths(self) -> Tensor:
        """Return log₁₀ of the gradient's length over the ground (row, column)."""
        b, w = torch.meshgrid(self.line_b, self.line_w, indexing="ij")
        return self.gradient_at(w, b).norm(dim=-1).clamp(min=1e-12).log10()

    @kept
    def states(self) -> Tensor:
        """Return h₁ to h_T where each ball is (ball, time)."""
        place = self.position()
        return torch.stack(unrolled(place[:, 0], place[:, 1], self.params.time_steps), 1)

    def products(self) -> Tensor:
        """Return ∂h_T/∂h_t (ball, time): 1 at T, and w σ′ more for each step before."""
        h = self.states()
        factors = self.position()[:, :1] * h[:, 1:] * (1 - h[:, 1:])
        last = torch.ones_like(h[:, :1])
        return torch.cat([factors, last], 1).flip(1).cumprod(1).flip(1)

    def norm_edges(self) -> Tensor:
        """Return the edges of the histogram (edge,)."""
        return torch.logspace(*DECADES, BINS + 1, dtype=torch.float64, device=self.device)

    def allowed(self) -> Tensor:
        """Return the circle and the square of radius 1 (limit, corner, axis)."""
        turn = torch.linspace(0, 2 * torch.pi, 73, dtype=torch.float64, device=self.device)
        circle = torch.stack([turn.cos(), turn.sin()], 1)
        return torch.stack([circle, circle / circle.abs().amax(1, keepdim=True)])

    def in_units(self) -> Tensor:
        """Return the gradient of the ball looked into, and both ways of clipping it, in units of c (part, axis)."""
        gradient = self.raw()[self.params.shown] / self.params.threshold
        return torch.stack([clip("norm", gradient, gradient, most, 0.0) for most in (2.4, 1.0)]
                           + [gradient.clamp(-1, 1)])  # fmt: skip
