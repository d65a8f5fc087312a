"""Thousands of runs of one optimizer batched into one tensor: what maps and previews are made of.

A sweep is a generator, so that whoever drives it can do other work, or stop, between its chunks.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import Tensor

from explainer.lab.optimizer_settings import Entry, resolve
from explainer.scenes.gradient_descent.surfaces import Surface
from explainer.scenes.gradient_descent.update_rules import RULES, Memory, Number, Settings


@dataclass(frozen=True)
class Progress:
    """Where all runs of a sweep are after ``step`` steps.

    A run has diverged once its position or its loss there is not finite. Its entry in ``losses``
    (…) is NaN, and in ``positions`` (…, 2) it rests where both were last finite.
    """

    step: int
    positions: Tensor
    losses: Tensor


def sweep(
    entry: Entry,
    surface: Surface,
    starts: Tensor,
    lr: Number,
    second: Number | None = None,
    *,
    momentum: float = 0.0,
    steps: int = 300,
    noise: float = 0.0,
    generator: torch.Generator | None = None,
    chunk: int = 25,
) -> Iterator[Progress]:
    """Run ``entry`` from every start for ``steps`` steps, reporting after each ``chunk`` of them.

    ``starts`` is (…, 2) in float64; ``lr`` and ``second`` are floats or tensors (…) and all three
    broadcast. ``second`` replaces the setting that the optimizer's row of the table names as its
    second, ``lr`` the learning rate even where the entry has its own; what remains comes from the
    entry, the common ``momentum`` and PyTorch's defaults. ``noise`` is the standard deviation of
    Gaussian noise added to every gradient, drawn from ``generator``. The last report, at ``steps``,
    always comes; with ``chunk=1`` the reports are the runs' paths.
    """
    shape = torch.broadcast_shapes(starts.shape[:-1], _shape(lr), _shape(second))
    theta = starts.expand(*shape, 2).reshape(-1, 2).T.contiguous()
    settings: dict[str, Number] = {**resolve(entry, 1.0, momentum), "lr": _flat(lr, shape)}
    if second is not None:
        settings[entry.optimizer.second] = _flat(second, shape)
    last = _Last(theta.clone(), torch.ones(theta.shape[1], dtype=torch.bool))
    memory: Memory = {}
    for step in range(1, steps + 1):
        loss, gradient = _differentiate(surface, theta, memory if entry.name == "newton" else None)
        last.keep(theta, loss)
        if noise > 0.0:
            gradient += noise * torch.randn(theta.shape, generator=generator, dtype=theta.dtype)
        theta = _update(entry, memory, theta, gradient, settings, step)
        if step % chunk == 0 and step < steps:
            yield last.report(step, theta, surface(*theta).detach(), shape)
    yield last.report(steps, theta, surface(*theta).detach(), shape)


@dataclass
class _Last:
    """Where each of N runs was last finite, and which still are."""

    theta: Tensor
    alive: Tensor

    def keep(self, theta: Tensor, loss: Tensor) -> None:
        """Take over the positions (2, N) of the runs that never were other than finite."""
        self.alive &= (loss + theta[0] + theta[1]).isfinite()
        self.theta = torch.where(self.alive, theta, self.theta)

    def report(self, step: int, theta: Tensor, loss: Tensor, shape: torch.Size) -> Progress:
        self.keep(theta, loss)
        losses = torch.where(self.alive, loss, torch.nan)
        return Progress(step, self.theta.T.reshape(*shape, 2), losses.reshape(shape))


def _shape(number: Number | None) -> torch.Size:
    return number.shape if isinstance(number, Tensor) else torch.Size()


def _flat(number: Number, shape: torch.Size) -> Number:
    return number.expand(shape).reshape(-1) if isinstance(number, Tensor) else number


def _update(entry: Entry, memory: Memory, theta: Tensor, gradient: Tensor, settings: Settings, step: int) -> Tensor:
    """Return the next (2, N) positions; weight decay acts as ``torch.optim`` has it."""
    decay = settings.get("weight_decay", 0.0)
    if decay == 0.0:
        return theta - RULES[entry.name](memory, gradient, settings, step)
    if entry.name == "adamw" or settings.get("decoupled_weight_decay"):
        shrunk = theta * (1 - settings["lr"] * decay)
        return shrunk - RULES[entry.name](memory, gradient, settings, step)
    return theta - RULES[entry.name](memory, gradient + decay * theta, settings, step)


def _differentiate(surface: Surface, theta: Tensor, memory: Memory | None) -> tuple[Tensor, Tensor]:
    """Return losses (N,) and gradients (2, N); leave the Hessians in ``memory`` when it is given."""
    x, y = (part.detach().requires_grad_() for part in theta)
    with torch.enable_grad():
        losses = surface(x, y)
        ones = torch.ones_like(losses)
        slopes = torch.autograd.grad(losses, (x, y), ones, create_graph=memory is not None)
        if memory is not None:
            memory["hessian"] = _second_derivatives(slopes, x, y)
    return losses.detach(), torch.stack(slopes).detach()


def _second_derivatives(slopes: tuple[Tensor, ...], x: Tensor, y: Tensor) -> Tensor:
    """Return the second derivatives xx, xy and yy as (3, N)."""
    result = torch.zeros(3, len(x), dtype=x.dtype)
    if slopes[0].requires_grad:
        result[:2] = torch.stack(
            torch.autograd.grad(slopes[0].sum(), (x, y), retain_graph=True, materialize_grads=True)
        )
    if slopes[1].requires_grad:
        (result[2],) = torch.autograd.grad(slopes[1].sum(), (y,), materialize_grads=True)
    return result
