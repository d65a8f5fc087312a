"""What a phase of a step has computed, in numbers that any experiment has: its scalars, gradients, changes.

Nothing is declared for it: scalars are the generator's own variables, weights are what requires gradients among the
experiment's attributes. It costs a pass over the weights, and is done only where a run rests within a step.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import torch
from torch import nn

MOST = 4
"""Vectors of so few numbers are told number by number."""
GRADIENT, CHANGE = "‖∂L/∂θ‖", "‖Δθ‖"
Told = dict[str, tuple[float, ...]]


class PhaseValues:
    """Follows a step from phase to phase."""

    def __init__(self) -> None:
        self.told: Told = {}
        self._scalars: Told = {}
        self._slope = 0.0
        self._weights: list[torch.Tensor] = []

    def begin(self, experiment: object) -> None:
        """Take note of the weights before a step."""
        with torch.no_grad():
            self._weights = [weight.detach().clone() for weight in weights_of(experiment)]
        self._scalars, self._slope, self.told = {}, slope_of(experiment), {}

    def take(self, experiment: object, generator: Iterator[str] | None) -> None:
        """Find what the phase that has just ended brought: what is new of scalars, gradients and weights."""
        frame = getattr(generator, "gi_frame", None)
        if frame is None:
            self.told = {}
            return
        with torch.no_grad():
            scalars, slope, change = scalars_of(frame.f_locals), slope_of(experiment), self._change(experiment)
        told = {name: value for name, value in scalars.items() if self._scalars.get(name) != value}
        if change > 0:
            told = {CHANGE: (change,)}
        elif slope != self._slope and slope > 0:
            told = {GRADIENT: (slope,)}
        self._scalars, self._slope, self.told = scalars, slope, told

    def _change(self, experiment: object) -> float:
        now = list(weights_of(experiment))
        if len(now) != len(self._weights):
            return 0.0
        pairs = zip(now, self._weights, strict=True)
        return _norm([one - other for one, other in pairs if one.shape == other.shape])


def scalars_of(variables: Mapping[str, Any]) -> Told:
    """Return the variables that are one real number, or a vector of a few."""
    found: Told = {}
    for name, value in variables.items():
        if isinstance(value, float):
            found[name] = (value,)
        elif (
            isinstance(value, torch.Tensor) and value.is_floating_point() and value.dim() <= 1 and value.numel() <= MOST
        ):
            found[name] = tuple(value.detach().double().reshape(-1).tolist())
    return {name: numbers for name, numbers in found.items() if numbers}


def _few(value: torch.Tensor) -> bool:
    return value.dim() <= 1 and value.numel() <= MOST


def weights_of(owner: object) -> Iterator[torch.Tensor]:
    """Yield the weights among an object's attributes: modules' parameters, and tensors that require gradients."""
    seen: set[int] = set()
    for value in vars(owner).values():
        for weight in _weights_in(value):
            if id(weight) not in seen:
                seen.add(id(weight))
                yield weight


def _weights_in(value: Any) -> Iterator[torch.Tensor]:
    if isinstance(value, nn.Module):
        yield from value.parameters()
    elif isinstance(value, torch.Tensor):
        if value.requires_grad and value.is_leaf:
            yield value
    elif isinstance(value, Mapping):
        for each in value.values():
            yield from _weights_in(each)
    elif isinstance(value, Sequence) and not isinstance(value, (str, bytes)):
        for each in value:
            yield from _weights_in(each)


def slope_of(owner: object) -> float:
    """Return the norm of all gradients that weights hold, 0 where they hold none."""
    return _norm([weight.grad for weight in weights_of(owner) if weight.grad is not None])


def _norm(tensors: Sequence[torch.Tensor]) -> float:
    """Return the norm of all together, in double: squares of small entries vanish in float32."""
    return math.sqrt(sum(float(tensor.detach().double().square().sum()) for tensor in tensors))
