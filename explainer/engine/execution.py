"""One recipe being executed: the experiment, its history, and its position in time."""

from __future__ import annotations

import importlib
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import CodeType, GeneratorType
from typing import Any

import msgspec
import numpy as np
import torch

from explainer.contract.catalogue import module_name
from explainer.contract.fields import Kind
from explainer.contract.frame import Stopped
from explainer.contract.parameters import Parameters
from explainer.contract.recipe import SET, Action, Position, Recipe, actions_at, last_action
from explainer.contract.refused import Refused
from explainer.contract.scene import Scene
from explainer.engine import devices
from explainer.engine.experiment import Experiment
from explainer.engine.history import Checkpoint, History
from explainer.engine.kept import Kept
from explainer.engine.phase_values import PhaseValues
from explainer.engine.randomness import RandomState, World
from explainer.engine.recorder import Recorder
from explainer.engine.state import nbytes
from explainer.engine.wanted import Wanted

FLUSH = 256
"""After how many steps recorded values are read at the latest, and run-away numbers noticed."""


def experiment_class(scene: Scene) -> type[Experiment[Any]]:
    """Import the scene's ``experiment.py`` and return the experiment it defines.

    Raise :class:`Refused` where packages are missing that the scene needs.
    """
    if scene.missing:
        raise Refused(scene.missing, about="scene")
    module = importlib.import_module(module_name(scene.experiment or scene.name, "experiment"))
    own = [kind for kind in vars(module).values() if isinstance(kind, type) and issubclass(kind, Experiment)]
    found = [kind for kind in own if kind.__module__ == module.__name__]
    if len(found) != 1:
        raise Refused(f"{module.__name__} defines {len(found)} experiments: define exactly one")
    return found[0]


def never() -> bool:
    """Do not pause."""
    return False


@dataclass(frozen=True)
class Past:
    """What an execution knows of its run: with it, another one need not live it again."""

    recipe: Recipe
    recorder: Recorder
    history: History

    def copy(self) -> Past:
        """Return a past that can be gone on with independently."""
        return Past(self.recipe, self.recorder.copy(), self.history.copy())

    @property
    def nbytes(self) -> int:
        """The memory that it holds, in bytes."""
        return self.recorder.nbytes + self.history.nbytes


class Execution:
    """Executes a checked recipe: forward by steps and phases, to any position by replay.

    With the ``past`` of an execution of the same recipe, which it takes over, known steps are sought
    and not done again. Raises what the experiment's ``build`` raises, :class:`Refused` among it.
    """

    def __init__(self, scene: Scene, recipe: Recipe, past: Past | None = None) -> None:
        self.scene = scene
        self._recipe = recipe
        self.recorder = Recorder() if past is None else past.recorder
        self.history = History() if past is None else past.history
        self.step = 0
        self.phase_values = PhaseValues()
        self.phases: list[str] = []
        """The phases of the step in progress that have ended."""
        self._generator: Iterator[str] | None = None
        self._kept, self._moment = Kept(), 0
        device = devices.resolve(recipe.device)
        self.recipe = msgspec.structs.replace(recipe, device=str(device))
        self.world = World(recipe.seed, device, recipe.threads)
        with self.world.settings():
            self.experiment = experiment_class(scene)()
        self.experiment.scene = scene
        self.experiment.device = device
        self.experiment.seed = recipe.seed
        self.experiment.recorder = self.recorder
        self.experiment.params = scene.parameters(**recipe.parameters)
        self.experiment.params.verify()
        with self.world.entered():
            self.recorder.step = 0
            self.experiment.build()
            self.recorder.complete()
            self._take_checkpoint()
            self._act(0)

    @property
    def recipe(self) -> Recipe:
        """The recipe, with every action logged so far."""
        return self._recipe

    @recipe.setter
    def recipe(self, recipe: Recipe) -> None:
        self._recipe = recipe

    @property
    def past(self) -> Past:
        """What is known of this run, the future that was stepped back from included; not a copy."""
        return Past(self.recipe, self.recorder, self.history)

    @property
    def params(self) -> Parameters:
        """The parameters in force."""
        return self.experiment.params  # type: ignore[no-any-return]

    @property
    def position(self) -> Position:
        """Where the run rests."""
        return Position(self.step, len(self.phases))

    @property
    def known(self) -> int:
        """The last step that was ever completed."""
        return self.recorder.known

    @property
    def stopped(self) -> Stopped | None:
        """Why the run ended here, None while it can go on."""
        if self.recorder.bad is None or self.step < self.recorder.bad[0]:
            return None
        step, metric, value = self.recorder.bad
        action = last_action(self.recipe.actions, step - 1)
        cause = self.experiment.stop_cause(metric)
        return Stopped(step, metric, value, f"{action.describe()} at step {action.step}" if action else "", cause)

    @property
    def finished(self) -> bool:
        """Whether the experiment has reached its end."""
        return bool(self.experiment.finished) and not self.phases

    @property
    def ended(self) -> bool:
        """Whether no further step can be done from here."""
        return self.finished or (self.recorder.bad is not None and self.step >= self.recorder.bad[0])

    @property
    def line(self) -> tuple[str, int]:
        """The file and line at which the experiment rests in mid-step, ``("", 0)`` between steps."""
        return _resting_line(self._generator) if self.phases else ("", 0)

    def advance(self, target: int, pause: Callable[[], bool] = never) -> None:
        """Do whole steps up to step ``target``, until the run ends or ``pause()`` after a step."""
        with self.world.entered():
            try:
                self._advance(target, pause)
            finally:
                self._settle()

    def advance_phase(self) -> None:
        """Go on to the end of the next phase, or of the step when it was the last one."""
        with self.world.entered():
            try:
                self._advance_phase_telling()
            finally:
                self._settle()

    def seek(self, position: Position, pause: Callable[[], bool] = never) -> None:
        """Go to a position, by replay from the nearest checkpoint; rest on the way when ``pause()`` says so."""
        with self.world.entered():
            near = self.history.before(position.step)
            if position < self.position or self.phases or near.step > self.step:
                self._restore(near)
            self._advance(position.step, pause)
            while len(self.phases) < position.phase and self.step == position.step and not self.ended:
                self._advance_phase_telling()
            self._settle()

    def restore_boundary(self) -> None:
        """Return to the last step boundary after an exception in mid-step.

        When the replay fails too, return to the checkpoint it began from.
        """
        self.recorder.abandon()
        self.phases = ["?"]
        try:
            self.seek(Position(self.step))
        except Exception:
            with self.world.entered():
                self._restore(self.history.before(self.step))
            raise

    def add_action(self, action: Action) -> None:
        """Log ``action``, undo everything after it, and do it if its time has come."""
        with self.world.entered():
            before = self.recipe
            verb = self.scene.actions.get(action.verb)
            self.recipe = before.with_action(action, verb.replaces if verb else ())
            if action.step == self.step:
                try:
                    self._apply(action)
                except Refused:
                    self.recipe = before
                    raise
                except Exception:
                    self.recipe = before
                    self.restore_boundary()
                    raise
            self.recorder.forget(action.step)
            self.history.forget(action.step)

    def arrays(self, names: Iterable[str]) -> dict[str, np.ndarray | torch.Tensor]:
        """Return the named arrays that the experiment draws, as they are now; ``*`` allowed."""
        wanted = names if isinstance(names, Wanted) else Wanted(names)
        with self.world.settings(), self._kept.drawing(self.experiment, self._moment):
            found = self.experiment.frame(wanted)
        return {name: array for name, array in found.items() if name in wanted}

    def flush(self) -> None:
        """Read what was recorded into the series."""
        with self.world.settings():
            self.recorder.flush()

    def draw_afresh(self) -> None:
        """Forget every array that was kept since it was last made."""
        self._kept = Kept()

    def traced(self, names: Iterable[str]) -> dict[str, np.ndarray]:
        """Return the named traced arrays, whole from step 0 up to here."""
        wanted = Wanted(names)
        self.flush()
        traces = self.recorder.traces
        return {n: self.scene.array(n).along_steps(traces[n].up_to(self.step)) for n in traces if n in wanted}

    def _advance(self, target: int, pause: Callable[[], bool]) -> None:
        if self._generator is not None and self.step < target:
            while self._generator is not None:
                self._advance_phase()
        experiment, recorder, clock = self.experiment, self.recorder, time.perf_counter
        started = clock()
        while self.step < target and not (experiment.finished or (recorder.bad and self.ended)) and not pause():
            recorder.step = self.step + 1
            deque(experiment.step(), maxlen=0)
            self._complete((now := clock()) - started)
            started = now

    @property
    def told(self) -> Mapping[str, Sequence[float]]:
        """What the last phase has computed, while the run rests within a step."""
        return self.phase_values.told if self.phases else {}

    def _advance_phase_telling(self) -> None:
        """Do a phase, and find out what it has computed."""
        if self._generator is None:
            self.phase_values.begin(self.experiment)
        self._advance_phase()
        self.phase_values.take(self.experiment, self._generator)

    def _advance_phase(self) -> None:
        if self.ended:
            return
        if self._generator is None:
            self.recorder.step = self.step + 1
            self._generator = self.experiment.step()
        self._moment += 1
        try:
            self.phases.append(next(self._generator))
        except StopIteration:
            self._complete(0.0)

    def _complete(self, seconds: float) -> None:
        self.step = step = self.step + 1
        self._moment += 1
        self.recorder.complete()
        if self._generator is not None:
            self._generator, self.phases = None, []
        if self.history.due(step, seconds):
            self._take_checkpoint()
        if self._recipe.actions and actions_at(self._recipe.actions, step):
            self._act(step)
        if step % FLUSH == 0:
            self.recorder.flush()

    def _settle(self) -> None:
        """Read what was recorded; when a number ran away some steps ago, go back to that step."""
        self.recorder.flush()
        bad = self.recorder.bad
        if bad is not None and (self.step, len(self.phases)) > (bad[0], 0):
            self.recorder.forget(bad[0])
            self.history.forget(bad[0])
            self.seek(Position(bad[0]))

    def _act(self, step: int) -> None:
        for action in actions_at(self._recipe.actions, step):
            try:
                self._apply(action)
            except Exception:
                kept = tuple(other for other in self.recipe.actions if other is not action)
                self.recipe = msgspec.structs.replace(self.recipe, actions=kept)
                raise

    def _apply(self, action: Action) -> None:
        self._moment += 1
        if action.verb == SET:
            self._set_values(action.arguments)
        else:
            getattr(self.experiment, action.verb)(**action.arguments)

    def _set_values(self, values: Mapping[str, Any]) -> None:
        before = self.experiment.params
        self.experiment.params = before.replace(**values)
        try:
            self.experiment.params.verify()
            self.experiment.changed(set(values))
        except Refused:
            self.experiment.params = before
            raise

    def _take_checkpoint(self) -> None:
        started = time.perf_counter()
        state, random = self.experiment.state(), self.world.capture()
        previous = self.history.before(self.step).random if len(self.history) else random
        size = nbytes(state) + 8_000
        checkpoint = Checkpoint(self.step, state, _shared(random, previous), size)
        self.history.add(checkpoint, time.perf_counter() - started)

    def _restore(self, checkpoint: Checkpoint) -> None:
        self._moment += 1
        if self._generator is not None or self.phases:
            self._generator = None
            self.phases = []
            self.recorder.abandon()
        view = self.params.values_of(Kind.VIEW)
        self.experiment.params = self.recipe.values_at(self.scene, checkpoint.step - 1).replace(**view)
        self.experiment.restore(checkpoint.state)
        self.world.restore(checkpoint.random)
        self.step = checkpoint.step
        self.recorder.step = checkpoint.step
        self._act(self.step)


def _shared(fresh: RandomState, old: RandomState) -> RandomState:
    """Return ``fresh`` with Python's large state replaced by the equal one that is already kept."""
    return fresh._replace(python=old.python) if fresh.python == old.python else fresh


def _resting_line(generator: Iterator[str] | None) -> tuple[str, int]:
    """Return file and line of the innermost ``yield`` at which a generator rests."""
    while isinstance(generator, GeneratorType) and isinstance(generator.gi_yieldfrom, GeneratorType):
        generator = generator.gi_yieldfrom
    if not isinstance(generator, GeneratorType) or generator.gi_frame is None:
        return "", 0
    code: CodeType = generator.gi_code
    return code.co_filename, generator.gi_frame.f_lineno
