"""A run as Python sees it: construct, step, set, act, seek, read; no Qt."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import torch

from explainer.contract import run_file
from explainer.contract.catalogue import CATALOGUE
from explainer.contract.fields import Kind
from explainer.contract.files import path_of, write_atomically
from explainer.contract.frame import Note, Stopped
from explainer.contract.parameters import Parameters
from explainer.contract.recipe import MAX_STEP, SET, Action, Position, Recipe, check_action, check_recipe
from explainer.contract.refused import Refused, shown
from explainer.contract.scene import Scene
from explainer.engine import devices
from explainer.engine.execution import Execution, Past, never
from explainer.engine.wanted import EVERYTHING


class Run:
    """A recipe being lived, in this process; the caller's random numbers are left alone.

    >>> run = Run("gradient-descent", lr=0.05, seed=1)
    >>> run.step(200)
    >>> run.set(lr=0.1)
    >>> run.metrics["loss/sgd"], run.frame["position"], run.stopped

    Raises :class:`Refused` for an unknown scene or parameter, a value out of range or a device
    that is not there.
    """

    def __init__(
        self, scene: str | Scene, *, seed: int = 0, device: str = devices.AUTO, threads: int = 1, **parameters: Any
    ) -> None:
        declared = CATALOGUE.scene(scene) if isinstance(scene, str) else scene
        values = declared.parameters(**parameters).values()
        numbers = _whole(seed, "seed"), str(devices.resolve(device)), _whole(threads, "threads")
        recipe = Recipe(declared.name, *numbers, values)
        self._live(declared, recipe)

    @classmethod
    def from_recipe(cls, recipe: Recipe, position: Position = Position(), past: Past | None = None) -> Run:
        """Return the run of ``recipe`` at ``position``, taking over what is known of its past."""
        run = cls.__new__(cls)
        run._live(CATALOGUE.scene(recipe.scene), recipe, past)
        run.seek(position.step, position.phase)
        return run

    @classmethod
    def load(cls, path: str | Path) -> Run:
        """Open a run file and replay it to its position; raise :class:`Refused`."""
        found = run_file.load(Path(path), CATALOGUE)
        return cls.from_recipe(found.recipe, found.position)

    def save(self, path: str | Path) -> None:
        """Write the recipe and the position, with the view as it is, as a run file; raise :class:`Refused`."""
        recipe = self.recipe.with_view(self.params)
        place = path_of(path)
        write_atomically(place, run_file.encode(recipe, self.position, place.absolute()))

    @property
    def execution(self) -> Execution:
        """What executes the present recipe, for the engine; replaced by a structural change."""
        return self._execution

    @property
    def recipe(self) -> Recipe:
        """All that determines this run, the actions made so far included."""
        return self._execution.recipe

    @property
    def position(self) -> Position:
        """Where the run rests, as (step, phase)."""
        return self._execution.position

    @property
    def params(self) -> Parameters:
        """The parameters in force."""
        return self._execution.params

    @property
    def stopped(self) -> Stopped | None:
        """Why the run cannot go on from here, None while it can."""
        return self._execution.stopped

    @property
    def finished(self) -> bool:
        """Whether the experiment has reached its end."""
        return self._execution.finished

    @property
    def metrics(self) -> Mapping[str, np.ndarray]:
        """Metric → its recorded values up to here, float64; the k-th belongs to step k."""
        execution = self._execution
        execution.flush()
        return {name: series.up_to(execution.step).copy() for name, series in execution.recorder.series.items()}

    @property
    def frame(self) -> Mapping[str, np.ndarray]:
        """Array name → the array as it is now, computed when it is read."""
        return FrameArrays(self._execution)

    @property
    def notes(self) -> Sequence[Note]:
        """What the scene says of the run here, as the window would: each with its words, card and number."""
        from explainer.export.of_run import frame_of

        self._execution.recorder.flush()
        said = CATALOGUE.notes(self._execution.scene)
        return tuple(said.of(frame_of(self, self.arrays(*said.arrays))))

    def step(self, count: int = 1) -> None:
        """Do ``count`` steps, fewer when the run stops or finishes before."""
        if (count := _whole(count, "count")) < 0:
            raise Refused(f"count = {count} is refused: give a whole number from 0", about="count")
        self.advance(self.position.step + count)

    def advance(self, target: int, pause: Callable[[], bool] = never) -> None:
        """Do whole steps up to step ``target``; rest earlier when ``pause()`` says so after a step."""
        self._guarded(lambda: self._execution.advance(target, pause))

    def advance_phase(self) -> str:
        """Go on to the end of the next phase; return its name, empty between steps."""
        self._guarded(self._execution.advance_phase)
        phases = self._execution.phases
        return phases[-1] if phases else ""

    def seek(self, step: int, phase: int = 0, pause: Callable[[], bool] = never) -> None:
        """Go to any step, in the past by replay; rest on the way when ``pause()`` says so."""
        step, phase = _whole(step, "step"), _whole(phase, "phase")
        if not (0 <= step <= MAX_STEP and phase >= 0):
            given = f"step = {step}, phase = {phase}"
            raise Refused(f"{given} is refused: give whole numbers, the step from 0 to {MAX_STEP}", about="step")
        self._guarded(lambda: self._execution.seek(Position(step, phase), pause))

    def set(self, **values: Any) -> None:
        """Change parameters: live ones from the next step boundary on, structural ones in a new run.

        What has its value already is left alone: nothing is logged, and no future is undone.
        """
        parameters = self._execution.scene.parameters
        checked = {name: parameters.declaration(name).check(value) for name, value in values.items()}
        there = self._at_boundary()
        changed = {name: value for name, value in checked.items() if getattr(there, name) != value}
        by_kind = {kind: {n: v for n, v in changed.items() if parameters.declaration(n).kind is kind} for kind in Kind}
        if by_kind[Kind.STRUCTURAL]:
            self._restart({**by_kind[Kind.STRUCTURAL], **by_kind[Kind.LIVE]})
        elif by_kind[Kind.LIVE]:
            self._log(SET, by_kind[Kind.LIVE])
        self._execution.experiment.params = self.params.replace(**by_kind[Kind.VIEW])

    def act(self, verb: str, **arguments: Any) -> None:
        """Do one of the scene's verbs at the next step boundary."""
        self._log(verb, self._execution.scene.verb(verb).check(arguments))

    def branch(self, **values: Any) -> Run:
        """Return another run that has lived this one's past, here, with these parameters changed.

        Both then go on independently. Live parameters change at this step, structural ones begin
        the branch anew from step 0, as :meth:`set` does.

        >>> slower = run.branch(lr=0.01)
        """
        scene, position = self._execution.scene, self.position
        twin = type(self).__new__(type(self))
        twin._live(scene, self.recipe, self._execution.past.copy())
        twin._execution.experiment.params = self.params
        twin.seek(position.step, position.phase)
        twin.set(**values)
        return twin

    def script(self, steps: int | None = None) -> str:
        """Return a standalone PyTorch script that prints the metrics of the first ``steps`` steps as CSV.

        ``steps`` is as many as have been done here, or before the first one as many as the scene declares.
        Raises :class:`Refused` where the scene has no script.
        """
        from explainer.script import script_of

        usual = self.position.step or self._execution.scene.steps
        return script_of(self.recipe, usual if steps is None else _whole(steps, "steps"))

    def arrays(self, *names: str) -> dict[str, np.ndarray]:
        """Return the named arrays as they are now; ``*`` allowed."""
        return arrays_of(self._execution, names)

    def files(self) -> Mapping[str, bytes]:
        """Return the scene's own files as they are now, by name: a trained model, say; most scenes have none."""
        with self._execution.world.settings():
            return dict(self._execution.experiment.files())

    def picture(
        self,
        path: str | Path | None = None,
        *,
        size: tuple[int, int] = (1440, 900),
        scale: float = 1.0,
        theme: str = "dark",
        transparent: bool = False,
        large: bool = False,
        cards: Sequence[str] = (),
    ) -> bytes | None:
        """Return the stage as a PNG file, or write it to ``path``, which ends with ``.png`` or ``.svg``.

        ``size`` is the stage's in pixels and ``scale`` the file's pixels to one of these; ``large`` is
        larger type; ``cards`` are the keys of the pictures, those shown at first if there are none.
        Needs Qt, and no screen. Raises :class:`Refused`.
        """
        from explainer.export import of_run
        from explainer.export.look import Look

        look = Look(size, scale, theme, transparent, large)
        if path is None:
            return of_run.picture_of(self, look, cards)
        of_run.write_picture(self, path, look, cards)
        return None

    def _repr_png_(self) -> bytes:
        """Notebooks: show the stage."""
        found = self.picture(size=(960, 600))
        assert found is not None
        return found

    def _live(self, scene: Scene, recipe: Recipe, past: Past | None = None) -> None:
        self._execution = Execution(scene, check_recipe(recipe, scene), past)

    def _at_boundary(self) -> Parameters:
        """Return the parameters as an action made now would find them: at the next step boundary."""
        position, view = self.position, self.params.values_of(Kind.VIEW)
        there = self.recipe.values_at(self._execution.scene, position.step + (position.phase > 0))
        return there.replace(**view)

    def _restart(self, values: Mapping[str, Any]) -> None:
        parameters = self.params.replace(**values).values()
        fresh = msgspec.structs.replace(self.recipe, parameters=parameters, actions=())
        self._live(self._execution.scene, fresh)

    def _log(self, verb: str, arguments: dict[str, Any]) -> None:
        position = self.position
        action = Action(position.step + (position.phase > 0), verb, arguments)
        self._execution.add_action(check_action(action, self._execution.scene))

    def _guarded(self, work: Callable[[], None]) -> None:
        """Do ``work``; after an exception from the experiment return to the last step boundary."""
        try:
            work()
        except Refused:
            raise
        except Exception:
            self._execution.restore_boundary()
            if self.stopped is None:
                raise


class FrameArrays(Mapping[str, np.ndarray]):
    """The arrays of one moment, each computed when it is read."""

    def __init__(self, execution: Execution) -> None:
        self._execution = execution

    def __getitem__(self, name: str) -> np.ndarray:
        self._execution.scene.array(name)
        found = arrays_of(self._execution, [name])
        if name not in found:
            raise Refused(f"array {name!r} is not there now; there are {', '.join(self)}", about=name)
        return found[name]

    def __iter__(self) -> Iterator[str]:
        return iter(arrays_of(self._execution, [EVERYTHING]))

    def __len__(self) -> int:
        return len(arrays_of(self._execution, [EVERYTHING]))


def arrays_of(execution: Execution, names: Iterable[str]) -> dict[str, np.ndarray]:
    """Return copies of the named arrays, drawn and traced, in the memory of the processor."""
    found = {**execution.arrays(names), **execution.traced(names)}
    return {name: as_numpy(array).copy() for name, array in found.items()}


def as_numpy(array: np.ndarray | torch.Tensor) -> np.ndarray:
    """Return the array in the memory of the processor."""
    return array.detach().cpu().numpy() if isinstance(array, torch.Tensor) else np.asarray(array)


def _whole(value: object, name: str) -> int:
    if isinstance(value, bool) or not isinstance(value, (int, np.integer)):
        raise Refused(f"{name} = {shown(value)} is refused: give a whole number", about=name)
    return int(value)
