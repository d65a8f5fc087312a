"""What a scene's experiment is: build, step, and a method for each array; the engine does the rest."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import numpy as np
import torch

from explainer.contract.parameters import Parameters
from explainer.contract.recipe import stream_seed
from explainer.contract.scene import Scene
from explainer.engine import state as default_state
from explainer.engine.kept import draw
from explainer.engine.randomness import seed_all

if TYPE_CHECKING:
    from explainer.engine.recorder import Recorder

P = TypeVar("P", bound=Parameters)


class Experiment(Generic[P]):
    """One live experiment; a scene's ``experiment.py`` holds a subclass.

    The engine sets :attr:`scene`, :attr:`params`, :attr:`seed` and :attr:`device`, seeds the run's random
    numbers, calls :meth:`build` once and then exhausts :meth:`step` again and again. What changes must be in
    attributes that :func:`explainer.engine.state.capture` knows (modules, optimizers, schedulers,
    tensors, arrays, generators, numbers, text and lists, tuples and dictionaries of these).

    An array that the scene declares as ``spread`` is what a method ``spread()`` returns, or an attribute.
    """

    params: P
    device: torch.device
    scene: Scene
    finished: bool = False
    """Set when the experiment has reached its end: it rests there."""
    drawings: tuple[object, ...] = ()
    """Whoever has methods of the declared arrays' names; asked before the experiment itself."""
    learns_from: tuple[str, ...] = ()
    """Attributes that hold the data and the examples of the last step: only what ``Scene.data`` names changes them."""
    seed: int
    """The seed of the run; :meth:`draw_from` and :meth:`generator` make the random numbers of each use from it."""
    recorder: Recorder

    def build(self) -> None:
        """Make data, model and optimizer. Raise :class:`Refused` for parameters that do not go together."""
        raise NotImplementedError

    def step(self) -> Iterator[str]:
        """Do one step; each ``yield`` names a phase that has just ended."""
        raise NotImplementedError

    def frame(self, wanted: Collection[str]) -> Mapping[str, np.ndarray | torch.Tensor]:
        """Return the wanted arrays as they are now: what the methods of their names return.

        These must neither draw random numbers nor change anything.
        """
        return draw(self, wanted, vars(Experiment))

    def draw_from(self, stream: str) -> None:
        """Draw random numbers from the stream of that name from here on, whatever was drawn before.

        So that a setting changes what it names and nothing else, each use has a stream of its own: data,
        weights, dropout. In plain PyTorch it is ``torch.manual_seed`` with another number for each name.
        """
        seed_all(stream_seed(self.seed, stream))

    def generator(self, stream: str) -> torch.Generator:
        """Return a generator of the stream of that name, for a use that takes turns with others: batches, noise.

        It draws on the processor. Keep it in an attribute, and checkpoints hold it.
        """
        return torch.Generator().manual_seed(stream_seed(self.seed, stream))

    def files(self) -> Mapping[str, bytes]:
        """Return what ``explainer run --out`` writes beside its own files, by name: a trained model, say."""
        return {}

    def changed(self, names: Collection[str]) -> None:
        """React to live parameters that have just changed in :attr:`params`."""

    def stop_cause(self, metric: str) -> str:
        """Return what usually makes this metric run away, in one sentence."""
        return "A learning rate that is too large usually causes this: lower it, or step back and change it."

    def state(self) -> dict[str, Any]:
        """Return a copy of everything that a step changes."""
        return default_state.capture(self)

    def restore(self, state: Mapping[str, Any]) -> None:
        """Take back what :meth:`state` returned."""
        default_state.restore(self, state)

    def record(self, values: Mapping[str, Any] | None = None, /, **named: Any) -> None:
        """Record this step's metrics: floats or 0-d tensors, which are read when a picture is due."""
        self.recorder.record({**(values or {}), **named})

    def record_each(self, names: Sequence[str], values: torch.Tensor) -> None:
        """Record one metric per entry of a 1-d tensor, which is read when a picture is due."""
        self.recorder.record_each(names, values)

    def trace(self, **arrays: torch.Tensor | np.ndarray) -> None:
        """Record this step's row of traced arrays; :meth:`build` records the row of step 0."""
        self.recorder.trace(arrays)

    def stop(self, metric: str, value: float = float("nan")) -> None:
        """End the run here because of ``metric``, when the experiment sees it before the recorder does."""
        self.recorder.stop(metric, value)


Parts = Iterator[Mapping[str, np.ndarray | torch.Tensor]]
"""What a side job yields: arrays found so far; an empty mapping just lets others take their turn."""

SideJob = Callable[..., Parts]
