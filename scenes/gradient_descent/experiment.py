"""The race: every optimizer starts at the same point and is led by the same surface's gradient."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Any

import torch
from torch import Tensor
from torch.optim import Optimizer

from explainer.contract.refused import Refused
from explainer.engine.experiment import Experiment, Parts
from explainer.lab.optimizer_settings import Entry, labels, parse_entry
from explainer.lab.optimizers import Newton, make_optimizer, set_common
from explainer.scenes.gradient_descent import Params
from explainer.scenes.gradient_descent.drawings import Drawings
from explainer.scenes.gradient_descent.landscapes import REGRESSION_POINTS
from explainer.scenes.gradient_descent.quantities import gradient
from explainer.scenes.gradient_descent.side_jobs import basins_job, map_job, preview_job, probe_job
from explainer.scenes.gradient_descent.side_jobs.ahead import ahead_job
from explainer.scenes.gradient_descent.surfaces import Surface, make_surface, regression

ROSE, FELL, OUTSIDE, UNDEFINED_GRADIENT = 1, 2, 3, 4
CAUSES = (
    "",
    "Its loss rose beyond all numbers: every step overshot by more. Step back, lower the learning rate, and go on.",
    "Its loss fell without end: the surface has no lower bound there, and no learning rate changes that.",
    "Its step led to where the loss is not defined: start elsewhere, or lower the learning rate.",
    "The gradient is not defined where it stood.",
)
"""What is said of each value of ``why_retired``."""
ORDINARY = 1e9
"""Coordinates below this do not make the numbers of a loss run over."""


class GradientDescent(Experiment[Params]):
    """One parameter vector θ = (x, y) for each optimizer; all tensors are float64."""

    learns_from = ("points", "batch")

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
        self.batches, self.noise = self.generator("batches"), self.generator("noise")
        self.batch = torch.arange(len(self.points), device=self.device)
        self.surface = self.present_surface()
        self.before = self.after = torch.stack(self.thetas).detach()
        self.losses = self.surface(*self.after.T)
        self.gradients = gradient(self.surface, self.after)
        if not (self.losses.isfinite().all() and self.gradients.isfinite().all()):
            raise Refused(f"the loss is not finite at start = {params.start}: start elsewhere", about="start")
        self.retired = torch.full((len(self.entries),), -1, device=self.device)
        self.lowest = self.losses.clone()
        self.why = torch.zeros(len(self.entries), dtype=torch.int64, device=self.device)
        self.left_at = torch.full_like(self.after, torch.nan)
        self.running = list(range(len(self.entries)))
        self.drawings = (Drawings(self),)
        self.trace(path=self.after)

    def present_surface(self, device: str = "") -> Surface:
        """Return the loss as a function of x and y, here or on another device; for regression it follows the points."""
        params = self.params
        return make_surface(
            params.surface,
            condition=params.condition,
            angle=params.angle,
            points=self.points.to(device or self.device),
            expression=params.expression,
        )

    def restore(self, state: Mapping[str, Any]) -> None:
        """Take back a checkpoint; the surface follows the data points in it."""
        super().restore(state)
        if self.params.surface == "regression":
            self.surface = self.present_surface()

    def step(self) -> Iterator[str]:
        """One update of every optimizer that still runs."""
        loss = self.training_loss()
        losses = loss(torch.stack([self.thetas[index] for index in self.running]))
        yield "forward"
        for index in self.running:
            self.optimizers[index].zero_grad()
        losses.sum().backward()
        self.add_noise()
        self.gradients = self.used_gradients()
        yield "backward"
        for index in self.running:
            self.update(self.optimizers[index], self.thetas[index], loss)
        self.settle()
        yield "update"

    def update(self, optimizer: Optimizer, theta: Tensor, loss: Callable[[Tensor], Tensor]) -> None:
        """Let an optimizer use the gradient; Newton's method differentiates the loss once more."""
        if isinstance(optimizer, Newton):
            optimizer.step(lambda: loss(theta))
        else:
            optimizer.step()

    def training_loss(self) -> Callable[[Tensor], Tensor]:
        """Return the loss (…) of θ (…, 2) that this step descends: of all data, or of a fresh batch."""
        surface, batch = self.surface, self.params.batch
        if self.params.surface != "regression" or batch == len(self.points):
            return lambda theta: surface(*theta.unbind(-1))
        self.batch = chosen = torch.randperm(len(self.points), generator=self.batches)[:batch].to(self.device)
        return lambda theta: regression(theta, self.points, chosen)

    def add_noise(self) -> None:
        """Add Gaussian noise of standard deviation σ to each component of each gradient, the same for everyone."""
        if self.params.noise > 0:
            noise = torch.randn(2, generator=self.noise, dtype=torch.float64).to(self.device)
            for index in self.running:
                gradient = self.thetas[index].grad
                assert gradient is not None
                gradient += self.params.noise * noise

    def used_gradients(self) -> Tensor:
        """Return the gradients (optimizer, 2) that this step uses; of a retired optimizer, the last that it used."""
        running = set(self.running)
        found = [theta.grad if i in running else None for i, theta in enumerate(self.thetas)]
        rows = [self.gradients[i] if own is None else own for i, own in enumerate(found)]
        return torch.stack(rows).nan_to_num()

    def settle(self) -> None:
        """Record where everyone is now, after retiring whoever ran away."""
        self.before, self.after = self.after, torch.stack(self.thetas).detach()
        losses = self.surface(*self.after.T)
        if not (losses.sum() + self.after.sum()).isfinite():
            losses = self.retire_runaways(losses)
        self.lowest = torch.minimum(self.lowest, self.losses)
        self.losses = losses
        self.record_each(self.metric_names, losses)
        self.trace(path=self.after)

    def retire_runaways(self, losses: Tensor) -> Tensor:
        """Put those that are no longer finite back to where they were; stop the run after the last one.

        Returns the losses (optimizer,) with theirs as it was.
        """
        finite = self.after.isfinite().all(-1) & losses.isfinite()
        for index in (~finite).nonzero().flatten().tolist():
            self.retired[index] = self.recorder.step
            self.why[index], self.left_at[index] = self.why_left(index, losses[index]), self.after[index]
            self.running.remove(index)
            with torch.no_grad():
                self.thetas[index].copy_(self.before[index])
            if not self.running:
                self.stop(self.metric_names[index], float(losses[index]))
        self.after = torch.stack(self.thetas).detach()
        return torch.where(finite, losses, self.losses)

    def why_left(self, index: int, loss: Tensor) -> int:
        """Return which of ``why_retired`` explains a step that ended with this loss, from what is known of it.

        A loss that is no number at a place of ordinary size is not defined there. Otherwise numbers ran over:
        those of a loss that was negative and lower than ever fell without end, others rose.
        """
        if not gradient(self.surface, self.before[index]).isfinite().all():
            return UNDEFINED_GRADIENT
        if loss.isnan() and bool((self.after[index].abs() < ORDINARY).all()):
            return OUTSIDE
        return FELL if self.losses[index] < min(0.0, float(self.lowest[index])) else ROSE

    def changed(self, names: Collection[str]) -> None:
        """Hand new common settings to the running optimizers."""
        for optimizer, entry in zip(self.optimizers, self.entries, strict=True):
            set_common(optimizer, entry, self.params.lr, self.params.momentum)

    def move_point(self, index: int, to: Sequence[float]) -> None:
        """Move a data point of the surface regression."""
        self.points = self.points.clone()
        self.points[index] = torch.tensor(to, dtype=torch.float64)
        self.surface = self.present_surface()
        self.losses = self.surface(*self.after.T)

    def stop_cause(self, metric: str) -> str:
        """Say why the last optimizer was retired."""
        return CAUSES[int(self.why[self.metric_names.index(metric)])]

    def probe(self, at: Sequence[float]) -> Parts:
        """Return loss and gradient at a point."""
        return probe_job(self.present_surface("cpu"), at)

    def preview(self, start: Sequence[float], steps: int) -> Parts:
        """Return the first steps from another start, without noise."""
        return preview_job(self.present_surface("cpu"), self.entries, self.params, start, steps)

    def ahead(self, steps: int) -> Parts:
        """Return the next steps from where everyone is, without noise and with all data, with the present settings."""
        return ahead_job(self, self.present_surface("cpu"), steps)

    def map(self, learner: int, steps: int) -> Parts:
        """Return the loss after some steps for many learning rates and second settings."""
        return map_job(self.present_surface("cpu"), self.chosen(learner), self.params, steps)

    def basins(self, learner: int, steps: int) -> Parts:
        """Return which minimum each start reaches."""
        return basins_job(self.present_surface("cpu"), self.chosen(learner), self.params, self.points.tolist(), steps)

    def chosen(self, learner: int) -> Entry:
        """Return the entry of an optimizer, the last one's for a number beyond it."""
        return self.entries[min(learner, len(self.entries) - 1)]
