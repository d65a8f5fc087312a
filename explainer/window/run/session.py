"""What the window knows of the run: it asks the engine, keeps what came back, and tells the widgets."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import msgspec
from PySide6.QtCore import QObject, Signal

from explainer.contract.fields import Kind
from explainer.contract.frame import Frame, Ghost
from explainer.contract.lesson import TryLink
from explainer.contract.messages import (
    Act,
    Command,
    Failure,
    JobPart,
    Opened,
    Painted,
    Pause,
    Phase,
    Picture,
    Play,
    Progress,
    Ready,
    Refusal,
    Seek,
    Show,
    StartJob,
    Step,
)
from explainer.contract.parameters import Parameters
from explainer.contract.recipe import SET, Position, Recipe
from explainer.contract.scene import Scene
from explainer.contract.series import Series
from explainer.window.run.branches import Branch, Branches
from explainer.window.run.engine_link import EngineLink
from explainer.window.run.received import InForce, Received
from explainer.window.run.requests import Requests

HIGHEST_NEW_SEED = 9_999
CRASHES = 3
"""After this many deaths without a picture in between, no further replay is tried."""


class Session(QObject):
    """One run in the engine, as the window sees it. The run owns its state; this is the last report of it."""

    scene_opened = Signal(object)
    """Another :class:`Scene` is on the stage; a frame of it follows."""
    run_opened = Signal()
    """A new run of the scene has begun: what was drawn of the old one is void."""
    frame_changed = Signal(object)
    params_changed = Signal(object)
    """The :class:`Parameters` in force, whoever changed them."""
    playing_changed = Signal(bool)
    status_changed = Signal()
    """Step, speed, device, phase or the end of the run have changed."""
    job_found = Signal(object)
    """A :class:`JobPart` of the present run."""
    refused = Signal(str, str)
    """(parameter or empty, message): a request was refused, nothing has changed."""
    failed = Signal(str, str)
    """(message, traceback): the experiment raised an exception."""
    engine_lost = Signal(str, bool)
    """(why, whether a replay is under way)."""
    replaying = Signal(int, int)
    """(steps done, steps to do) of a replay; equal when it is over."""
    devices_known = Signal(list)
    rested = Signal(object)
    """The command by which the run was asked to rest somewhere: here, a step on, or at another step."""

    def __init__(self, link: EngineLink, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.link = link
        link.reported.connect(self._take)
        link.died.connect(self._mourn)
        self.scene: Scene | None = None
        self.recipe = Recipe("")
        self.position = Position()
        self.phase, self.file, self.line = "", "", 0
        self.known = 0
        self.playing = False
        self.measured_speed = 0.0
        self.answered = 0
        """The last command that the present frame takes into account."""
        self.speed: float | None = None
        self.devices: list[str] = ["cpu"]
        self.frame: Frame | None = None
        self._params: Parameters | None = None
        self._received, self._chosen = Received(), InForce()
        self._wanted: list[str] = []
        self._run = 0
        self._requests = Requests(link)
        self._jobs: dict[str, int] = {}
        self._job = 0
        self._until: int | None = None
        self._deaths = 0
        self._number = 0
        self.branches = Branches(self)
        self.beside: Callable[[], Sequence[Ghost]] = tuple
        """What runs that are shown at the same time have recorded, for the curves."""
        self.replays = False
        """Whether the run that is there, or on its way, is the replay for an engine that was lost."""
        self._replacing: tuple[Scene, int] | None = None
        """The scene and the number of a run that is to take the place of the present one."""
        self._sought: int | None = None
        """Where a seek leads that no picture has answered yet."""

    @property
    def params(self) -> Parameters:
        """The parameters in force, as far as the window knows."""
        assert self._params is not None, "no scene is open"
        return self._params

    @property
    def last_request(self) -> int:
        """The number of the last command that was sent."""
        return self._requests.last

    @property
    def is_opening(self) -> bool:
        """Whether another run has been asked for and is not there yet."""
        return self._requests.is_opening

    @property
    def is_answered(self) -> bool:
        """Whether a run is there and its present picture takes everything into account that was asked."""
        return self.frame is not None and not self.is_opening and self.answered >= self.last_request

    @property
    def has_ended(self) -> bool:
        """Whether the run cannot go on from where it is."""
        return self.frame is not None and (self.frame.stopped is not None or self.frame.finished)

    @property
    def series(self) -> Mapping[str, Series]:
        """What the present run has recorded."""
        return self._received.series

    @property
    def run_name(self) -> str:
        """What tells this run from others, for the window's title."""
        scene = self.scene.title if self.scene is not None else ""
        device = "" if self.recipe.device in ("cpu", "auto") else f", {self.recipe.device.upper()}"
        return f"{scene}, seed {self.recipe.seed}{device}"

    @property
    def to_keep(self) -> tuple[Recipe, Position]:
        """Recipe and position of the run that is there or, when another has been asked for, of that one."""
        asked = self._requests.asked
        recipe, position = (asked.recipe, asked.position) if asked else (self.recipe, self.position)
        return recipe.with_view(self.params), position

    def open_scene(self, scene: Scene, recipe: Recipe | None = None, position: Position = Position()) -> None:
        """Put a scene on the stage, at a recipe and position or at its defaults."""
        start = recipe or Recipe(scene.name, parameters=scene.parameters().values())
        self._enter(scene, start, position)
        self.replays = False
        self._requests.open(start, position)

    def open_run(self, scene: Scene, recipe: Recipe, position: Position = Position()) -> None:
        """Open a run in place of the present one, which stays as it is until the other one is there."""
        self.replays = False
        self._replacing = scene, self._requests.open(recipe, position)

    def _enter(self, scene: Scene, start: Recipe, position: Position) -> None:
        """Leave what was drawn and known, and show a scene whose run will come."""
        self.scene = scene
        self.speed = scene.speed
        self._params = scene.parameters(**start.parameters)
        self.recipe, self.position, self.known = start, position, position.step
        self.phase, self.file, self.line = "", "", 0
        self._run = 0
        self._sought = None
        self._wanted = []
        self._forget()
        self.branches.start(start)
        self._set_playing(False)
        self.scene_opened.emit(scene)

    def want(self, arrays: Sequence[str]) -> None:
        """Ask for these arrays from now on."""
        if list(arrays) != self._wanted:
            self._received.keep_only({*self._wanted} & {*arrays})
            self._wanted = list(arrays)
            self._show()

    def painted(self) -> None:
        """Tell the engine that the last picture is on the screen; while it plays it owes another."""
        self.link.send(Painted(number=self._number), owes=self.playing)

    def play(self) -> None:
        """Go on at the chosen speed."""
        self._play(Play(speed=self.speed))

    def pause(self) -> None:
        """Rest here."""
        self.ask(Pause())

    def toggle(self) -> None:
        """Play or pause."""
        self.pause() if self.playing else self.play()

    def step(self) -> None:
        """Do one step, or finish the one in progress."""
        self.ask(Step())

    def step_back(self) -> None:
        """Go one step back, or to the beginning of the step in progress."""
        back = self.position.step - (self.position.phase == 0) if self._sought is None else self._sought - 1
        self.seek(back)

    def step_phase(self) -> None:
        """Go on to the end of the next phase."""
        self.ask(Phase())

    def seek(self, step: int) -> None:
        """Go to a step."""
        self.ask(Seek(position=Position(max(0, step))))

    def ask(self, command: Pause | Step | Phase | Seek) -> None:
        """Rest here, or go somewhere and rest."""
        self._set_playing(False)
        self._ask_of_run(command)
        if isinstance(command, Pause):
            self._requests.then(None)
        self.rested.emit(command)

    def reset(self) -> None:
        """Begin again from step 0 with the present parameters and the same seed."""
        self._restart()

    def turn_to(self, branch: Branch) -> None:
        """Live another run of the scene, where it was left."""
        if branch.number != self.branches.present.number:
            self._set_playing(False)
            self._sought = None
            self.replays = False
            self._requests.open(branch.recipe, branch.position)

    def rename(self, number: int, name: str) -> None:
        """Call a run of the scene something."""
        self.branches.rename(number, name)
        self.redraw()

    def forget_branch(self, number: int) -> None:
        """Forget another run of the scene."""
        self.branches.delete(number)
        self.redraw()

    def new_seed(self, seed: int | None = None) -> None:
        """Begin again with another seed."""
        if seed is None:
            seed = random.Random().randrange(HIGHEST_NEW_SEED)
            seed += seed >= self.recipe.seed
        self._restart(seed=seed)

    def set_device(self, device: str) -> None:
        """Begin again on another device."""
        self._restart(device=device)

    def set_speed(self, speed: float | None) -> None:
        """Choose steps per second, None for as fast as it can; takes effect at once."""
        self.speed = speed
        if self.playing:
            self._play(Play(speed=speed, until=self._until))
        self.status_changed.emit()

    def set(self, values: Mapping[str, Any]) -> None:
        """Change parameters of any kind; a refusal comes back as a signal. What is set already is left alone."""
        assert self.scene is not None
        declarations = self.scene.parameters.declarations
        before, self._params = self.params, self.params.replace(**values)
        self.params_changed.emit(self._params)
        if self.answered >= self.last_request and not self.is_opening:
            values = {n: v for n, v in values.items() if getattr(self._params, n) != getattr(before, n)}
        kinds = {declarations[name].kind for name in values}
        if Kind.STRUCTURAL in kinds:
            self._restart()
        elif Kind.LIVE in kinds:
            self._set_live({name: value for name, value in values.items() if declarations[name].kind is Kind.LIVE})
        if Kind.VIEW in kinds:
            self._show()
        self._refresh()

    def choose(self, name: str, value: Any) -> None:
        """Take a value from a control, with the values of others that go well with it."""
        assert self.scene is not None
        suggests = self.scene.parameters.declaration(name).suggests
        self.set({**(suggests(value) if suggests else {}), name: value})

    def act(self, verb: str, arguments: Mapping[str, Any]) -> None:
        """Do something to the run at the next step boundary; before there is a run, nothing."""
        if self._run or self._requests.is_under_way:
            self._requests.send(Act(verb=verb, arguments=dict(arguments)))

    def start_job(self, name: str, arguments: Mapping[str, Any]) -> None:
        """Start a side job; parts of an older one of that name are dropped from now on."""
        self._job += 1
        self._jobs[name] = self._job
        if self._run or self._requests.is_under_way:
            self.link.send(StartJob(job=self._job, name=name, arguments=dict(arguments)), owes=False)

    def try_link(self, link: TryLink) -> None:
        """Do what a ``try:`` link says: set parameters, perhaps anew from the defaults, and run."""
        assert self.scene is not None
        if link.speed is not None:
            self.speed = None if math.isinf(link.speed) else link.speed
        self._params = self.params.replace(**link.values) if link.keep else self.params.anew(**link.values)
        self.params_changed.emit(self._params)
        self._show()
        self._restart(seed=self.recipe.seed if link.seed is None else link.seed)
        if link.run:
            self._play(Play(speed=self.speed, until=link.run))

    def restart_engine(self) -> None:
        """Start a new engine and replay the run to where it was."""
        self._deaths = 0
        self._replace_engine()

    def close(self) -> None:
        """End the engine."""
        self.link.stop()

    def _set_live(self, values: Mapping[str, Any]) -> None:
        """Change live parameters of the run, or of the one that is yet to be opened."""
        if not self._requests.amend(values):
            self.act(SET, values)

    def _restart(self, **changes: Any) -> None:
        """Begin a new run with the present parameters; go on playing if it played."""
        was_playing = self.playing
        self._sought = None
        fresh = msgspec.structs.replace(self.recipe, parameters=self.params.values(), actions=(), **changes)
        self.replays = False
        self._requests.open(fresh, Position())
        if was_playing:
            self._play(Play(speed=self.speed, until=self._until))

    def _play(self, command: Play) -> None:
        self._until = command.until
        self._set_playing(True)
        self._ask_of_run(command)

    def _ask_of_run(self, command: Command) -> None:
        """Ask it of the run, or remember it until the run that is being opened is there."""
        self._sought = command.position.step if isinstance(command, Seek) else None
        if self.is_opening:
            self._requests.then(command)
        elif self._run:
            self._requests.send(command)

    def _show(self) -> None:
        if self.scene is not None:
            self.link.send(Show(arrays=self._wanted, view=self.params.values_of(Kind.VIEW)), owes=False)

    def _take(self, report: object) -> None:
        handlers: dict[type, Callable[[Any], None]] = {
            Ready: self._on_ready,
            Opened: self._on_opened,
            Picture: self._on_picture,
            Progress: lambda progress: self.replaying.emit(progress.done, progress.total),
            JobPart: self._on_job,
            Refusal: self._on_refusal,
            Failure: self._on_failure,
        }
        handlers[type(report)](report)

    def _on_ready(self, ready: Ready) -> None:
        self.devices = ready.devices
        self.devices_known.emit(ready.devices)
        self._show()
        self._requests.engine_ready()

    def _on_opened(self, opened: Opened) -> None:
        position = self._requests.opened()
        if self._replacing is not None and self._replacing[1] == opened.run and not self.is_opening:
            self._take_over(self._replacing[0], opened.recipe, position)
        if self.scene is not None and opened.recipe.scene == self.scene.name:
            self._begin_run(opened, position)
        self._requests.go_on()

    def _take_over(self, scene: Scene, recipe: Recipe, position: Position) -> None:
        """Show the scene and the view of the run that takes the place of the one before."""
        self._replacing = None
        if self.scene is None or scene.name != self.scene.name:
            self._enter(scene, recipe, position)
        else:
            self._params = scene.parameters(**recipe.parameters)
            self.params_changed.emit(self._params)

    def _begin_run(self, opened: Opened, position: Position) -> None:
        if self._run:
            self.branches.turn_to(opened.recipe, self.position, self.known, self._received.series)
        else:
            self.branches.follow(opened.recipe)
        self._run, self.recipe, self.position = opened.run, opened.recipe, position
        self._forget()
        self.run_opened.emit()
        if not self.is_opening:
            self._show()

    def _on_picture(self, picture: Picture) -> None:
        if picture.run != self._run:
            return
        self._deaths = 0
        if picture.forget is not None and picture.forget < self.known:
            self.branches.keep_future(self.known, self._received.series)
        self._number = picture.number
        self.position = picture.position
        self.phase, self.file, self.line = picture.phase, picture.file, picture.line
        self.known = picture.known
        self.measured_speed = picture.speed
        self.answered = picture.request
        self._received.keep(picture)
        if picture.recipe is not None:
            self.recipe = picture.recipe
            self.branches.follow(picture.recipe)
        if picture.request >= self._requests.last and not self.is_opening:
            self._sought = None
            self._follow_params()
            self._set_playing(picture.playing)
        self._make_frame(picture)
        self.replaying.emit(1, 1)
        self.status_changed.emit()

    def _follow_params(self) -> None:
        """Take over the parameters of another moment."""
        assert self.scene is not None
        there = self._in_force()
        if there != self._params:
            self._params = there
            self.params_changed.emit(there)

    def _in_force(self) -> Parameters:
        """Return the parameters in force where the run is, by its recipe."""
        assert self.scene is not None
        there = self._chosen.at(self.scene, self.recipe, self.position.step + (self.position.phase > 0))
        return there.replace(**self.params.values_of(Kind.VIEW))

    def _drawn(self) -> Parameters:
        """Return the parameters to draw with: as chosen, but of the run that the arrays belong to."""
        if not self.is_opening or self.scene is None:
            return self.params
        return self.params.replace(**self._in_force().values_of(Kind.STRUCTURAL))

    def _make_frame(self, picture: Picture) -> None:
        assert self.scene is not None
        self.frame = self._received.frame(self.scene, self.recipe, self._drawn(), picture, self._ghosts())
        self.frame_changed.emit(self.frame)

    def _refresh(self) -> None:
        """Draw the last frame again with the parameters that were just chosen."""
        if self.frame is not None:
            self.frame = replace(self.frame, params=self._drawn())
            self.frame_changed.emit(self.frame)

    def redraw(self) -> None:
        """Draw the last frame again: other runs have come, gone or recorded more."""
        if self.frame is not None:
            self.frame = replace(self.frame, ghosts=self._ghosts())
            self.frame_changed.emit(self.frame)

    def _ghosts(self) -> Sequence[Ghost]:
        return [*self.branches.ghosts, *self.beside()]

    def _on_job(self, part: JobPart) -> None:
        if part.run == self._run and self._jobs.get(part.name) == part.job:
            self.job_found.emit(part)

    def _on_refusal(self, refusal: Refusal) -> None:
        self._sought = None
        if self._requests.not_opened(refusal.run):
            self._set_playing(False)
        if not self.is_opening:
            self._params_back()
        self.refused.emit(refusal.about, refusal.message)

    def _params_back(self) -> None:
        """Show what is in force again after a refusal; a scene that has no run yet gets its defaults."""
        assert self.scene is not None
        usual = Recipe(self.scene.name, parameters=self.scene.parameters().values())
        if self._run:
            self._params = self._in_force()
        elif self.recipe != usual:
            self.recipe, self.position, self._params = usual, Position(), self.scene.parameters()
            self._requests.open(usual, Position())
            self.replays = False
        self.params_changed.emit(self._params)
        self._refresh()

    def _on_failure(self, failure: Failure) -> None:
        self._sought = None
        awaited = self._requests.not_opened(failure.run)
        if awaited or (failure.run == self._run and not self.is_opening):
            self._set_playing(False)
        if awaited and not self.is_opening:
            self._params_back()
        self.failed.emit(failure.message, failure.traceback)

    def _mourn(self, why: str) -> None:
        """Take note that the engine has died: start another and replay, unless it keeps dying."""
        self._deaths += 1
        self._set_playing(False)
        again = self._deaths < CRASHES
        self.engine_lost.emit(why, again)
        if again:
            self._replace_engine()

    def _replace_engine(self) -> None:
        """Start an engine and let it replay the last run that was there, not one that was only asked for."""
        self._requests.engine_gone()
        self._sought = None
        self.link.start()
        if self.scene is not None:
            self._requests.open(self.recipe, Position(self.position.step))
            self.replays = True

    def _forget(self) -> None:
        self._received, self.frame = Received(), None

    def _set_playing(self, playing: bool) -> None:
        if playing != self.playing:
            self.playing = playing
            self.playing_changed.emit(playing)
