"""What a script has to tell: the parameters at step 0 and what was changed on the way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Generic, TypeVar

from explainer.contract.parameters import Parameters
from explainer.contract.recipe import SET, Action, Recipe, stream_seed
from explainer.contract.scene import Scene

P = TypeVar("P", bound=Parameters)


@dataclass(frozen=True)
class Change(Generic[P]):
    """An action, with the parameters in force before and after it."""

    action: Action
    before: P
    after: P


@dataclass(frozen=True)
class Course(Generic[P]):
    """The course of a run over its first ``steps`` steps."""

    scene: Scene
    recipe: Recipe
    steps: int

    @cached_property
    def params(self) -> P:
        """The parameters at step 0, before any action."""
        return self.scene.parameters(**self.recipe.parameters)  # type: ignore[return-value]

    @cached_property
    def changes(self) -> Sequence[Change[P]]:
        """What was done before the last step, in order; what was done after it changes no number."""
        found, values = [], self.params
        for action in self.recipe.actions:
            if action.step < self.steps:
                after = values.replace(**action.arguments) if action.verb == SET else values
                found.append(Change(action, values, after))
                values = after
        return found

    def ever(self, name: str) -> set[Any]:
        """Return every value that a parameter has on the way."""
        return {getattr(self.params, name), *(getattr(change.after, name) for change in self.changes)}

    def draw_from(self, stream: str) -> str:
        """Return the line that stands for ``self.draw_from(stream)`` of the experiment."""
        return f"torch.manual_seed({stream_seed(self.recipe.seed, stream)})  # {stream}"

    def generator(self, stream: str) -> str:
        """Return the expression that stands for ``self.generator(stream)``."""
        return f"torch.Generator().manual_seed({stream_seed(self.recipe.seed, stream)})"

    @property
    def on_gpu(self) -> bool:
        """Whether the run is one on a CUDA device, which the script then calls ``device``."""
        return self.recipe.device == "cuda"

    @property
    def on_device(self) -> str:
        """The argument that makes a tensor or module on the run's device: nothing on the processor."""
        return ", device=device" if self.on_gpu else ""
