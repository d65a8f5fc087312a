"""The race: every optimizer starts at the same point and is led by the same surface's gradient."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Any

import torch
from torch import Tensor

from explainer.contract.refused import Refused
from explainer.engine.experiment import Experiment, Parts
from explainer.lab.optimizer_settings import labels, parse_entry
from explainer.lab.optimizers import make_optimizer, set_common
from explainer.scenes.gradient_descent import Params
from explainer.scenes.gradient_descent.drawings import drawings
from explainer.scenes.gradient_descent.landscapes import REGRESSION_POINTS
from explainer.scenes.gradient_descent.quantities import gradient
from explainer.scenes.gradient_descent.side_jobs import basins_job, map_job, preview_job, probe_job
from explainer.scenes.gradient_descent.surfaces import Surface, make_surface, regression


class GradientDescent(Experiment[Params]):
    """One parameter vector θ = (x, y) for each optimizer; all tensors are float64."""

    def build(self) -> None:
        """Put every optimizer at the start."""
        params = self.params
        self.entries = [parse_entry(words) for words in params.optimizers]
        self.labels = labels(self.entries)
        self.metric_names = tuple(f"loss/{label}" for label in self.labels)
        self.points = torch.tensor(REGRESSION_POINTS, dtype=torch.float64, device=self.device)
        start = torch.tensor(params.start, dtype=torch.float64, device=self.device)
        self.thetas = [start.clone().requires_grad_() for _ in self.entries]
        self.optimizers = [
            make_optimizer(entry, [theta], params.lr, params.momentum)
            for entry, theta in zip(self.entries, self.thetas, strict=True)
        ]
        self.surface = self.present_surface()
        self.losses = self.surface(*self.positions.T)
        self.gradients = gradient(self.surface, self.positions)
        if not (self.losses.isfinite().all() and self.gradients.isfinite().all()):
            raise Refused(f"the loss is not finite at start = {params.start}: start elsewhere", about="start")
        self.updates = torch.zeros_like(self.positions)
        self.retired = torch.full((len(self.entries),), -1)
        self.trace(path=self.positions)

    def present_surface(self) -> Surface:
        """Return the loss as a function of x and y; for regression it follows the data points."""
        params = self.params
        return make_surface(
            params.surface,
            condition=params.condition,
            angle=params.angle,
            points=self.points,
            expression=params.expression,
        )

    def restore(self, state: Mapping[str, Any]) -> None:
        """Take back a checkpoint; the surface follows the data points in it."""
        super().restore(state)
        self.surface = self.present_surface()

    @property
    def positions(self) -> Tensor:
        """Where the optimizers are, (optimizer, 2)."""
        return torch.stack(self.thetas).detach()

    def step(self) -> Iterator[str]:
        """One update of every optimizer that still runs."""
        before = self.positions
        loss = self.training_loss()
        for optimizer in self.optimizers:
            optimizer.zero_grad()
        losses = loss(torch.stack(self.thetas))
        yield "forward"
        losses.sum().backward()
        self.add_noise()
        gradients = torch.stack([theta.grad for theta in self.thetas])
        yield "backward"
        for optimizer, theta, retired in zip(self.optimizers, self.thetas, self.retired.tolist(), strict=True):
            if retired < 0:
                optimizer.step(lambda theta=theta: loss(theta))
        self.settle(before, gradients)
        yield "update"

    def training_loss(self) -> Callable[[Tensor], Tensor]:
        """Return the loss (…) of θ (…, 2) that this step descends: of all data, or of a fresh batch."""
        surface, batch = self.surface, self.params.batch
        if self.params.surface != "regression" or batch == len(self.points):
            return lambda theta: surface(*theta.unbind(-1))
        chosen = torch.randperm(len(self.points))[:batch].to(self.device)
        return lambda theta: regression(theta, self.points, chosen)

    def add_noise(self) -> None:
        """Add Gaussian noise of standard deviation σ to each component of each gradient."""
        if self.params.noise > 0:
            for theta in self.thetas:
                theta.grad += self.params.noise * torch.randn_like(theta)

    def settle(self, before: Tensor, gradients: Tensor) -> None:
        """Record where everyone is now; retire whoever ran away where it was last finite."""
        after = self.positions
        losses = self.surface(*after.T)
        finite = after.isfinite().all(-1) & losses.isfinite()
        ran_away = ~finite
        if ran_away.any():
            self.retire(ran_away & (self.retired < 0), before)
            after = self.positions
            losses = torch.where(finite, losses, self.losses)
        running = (self.retired < 0)[:, None]
        self.gradients = torch.where(running, gradients, self.gradients)
        self.updates = torch.where(running, after - before, self.updates)
        self.losses = losses
        self.record_each(self.metric_names, losses)
        self.trace(path=after)

    def retire(self, learners: Tensor, before: Tensor) -> None:
        """Put the given optimizers back to where they were finite; stop the run after the last one."""
        for index in learners.nonzero().flatten().tolist():
            self.retired[index] = self.recorder.step
            with torch.no_grad():
                self.thetas[index].copy_(before[index])
        if (self.retired >= 0).all():
            last = int(learners.nonzero().flatten()[-1])
            self.stop(self.metric_names[last], float("inf"))

    def changed(self, names: Collection[str]) -> None:
        """Hand new common settings to the running optimizers."""
        for optimizer, entry in zip(self.optimizers, self.entries, strict=True):
            set_common(optimizer, entry, self.params.lr, self.params.momentum)

    def move_point(self, index: int, to: Sequence[float]) -> None:
        """Move a data point of the surface regression."""
        self.points = self.points.clone()
        self.points[index] = torch.tensor(to, dtype=torch.float64)
        self.surface = self.present_surface()
        self.losses = self.surface(*self.positions.T)

    def frame(self, wanted: Collection[str]) -> Mapping[str, Tensor]:
        """Return what the pictures draw."""
        return drawings(self, wanted)

    def stop_cause(self, metric: str) -> str:
        """Say what makes a loss run away on a surface."""
        return "The learning rate is above what the curvature here allows: step back, lower η, and go on."

    def probe(self, at: Sequence[float]) -> Parts:
        """Return loss and gradient at a point."""
        return probe_job(self.surface, at)

    def preview(self, start: Sequence[float], steps: int) -> Parts:
        """Return the first steps from another start, without noise."""
        return preview_job(self.surface, self.entries, self.params, start, steps)

    def map(self, learner: int, steps: int) -> Parts:
        """Return the loss after some steps for many learning rates and second settings."""
        return map_job(self.surface, self.entries[min(learner, len(self.entries) - 1)], self.params, steps)

    def basins(self, learner: int, steps: int) -> Parts:
        """Return which minimum each start reaches."""
        return basins_job(self.surface, self.entries[min(learner, len(self.entries) - 1)], self.params, steps)
