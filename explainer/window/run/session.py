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
from explainer.contract.lesson_plan import LessonPlan
from explainer.contract.messages import (
    Act,
    Failure,
    JobPart,
    Opened,
    Painted,
    Picture,
    Progress,
    Ready,
    Refusal,
    Show,
    StartJob,
)
from explainer.contract.parameters import Parameters
from explainer.contract.recipe import SET, Position, Recipe, loses
from explainer.contract.scene import Scene
from explainer.contract.series import Series
from explainer.stage.translation import tr
from explainer.window.run.branches import Branch, Branches
from explainer.window.run.course import Course
from explainer.window.run.engine_life import EngineLife
from explainer.window.run.engine_link import EngineLink
from explainer.window.run.received import InForce, Received

HIGHEST_NEW_SEED = 9_999


class Session(QObject):
    """One run in the engine, as the window sees it. The run owns its state; this is the last report of it.

    ``engine`` is the life of the engine, ``course`` where the run is and is bound for, ``branches`` the
    other runs of the scene.
    """

    scene_opened = Signal(object)
    """Another :class:`Scene` is on the stage; a frame of it follows."""
    run_opened = Signal()
    """A new run of the scene has begun: what was drawn of the old one is void."""
    frame_changed = Signal(object)
    params_changed = Signal(object)
    """The :class:`Parameters` in force, whoever changed them."""
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

    def __init__(self, link: EngineLink, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.engine = EngineLife(link, self)
        self.course = Course(self.engine, self)
        self.branches = Branches(self)
        self.scene: Scene | None = None
        self.plan = LessonPlan()
        """What a teacher has fixed and hidden; empty without a lesson file."""
        self.frame: Frame | None = None
        self.beside: Callable[[], Sequence[Ghost]] = tuple
        """What runs that are shown at the same time have recorded, for the curves."""
        self._params: Parameters | None = None
        self._received, self._chosen = Received(), InForce()
        self._wanted: list[str] = []
        self._jobs: dict[str, int] = {}
        self._job = self._picture = 0
        """The numbers of the last side job and of the last picture."""
        self._replacing: tuple[Scene, int, LessonPlan] | None = None
        """The scene, the number and the plan of a run that is to take the place of the present one."""
        self._plans: dict[str, LessonPlan] = {}
        """The plans of the scenes that were opened, by name: who comes back to a scene finds it as it was given."""
        self.engine.to_replay = self._to_replay
        self.engine.lost.connect(self._mourn)
        self.course.speed_chosen.connect(self.status_changed)
        link.reported.connect(self._take)

    @property
    def recipe(self) -> Recipe:
        """The recipe of the run that is there, or of the first one on its way."""
        return self.course.recipe

    @property
    def position(self) -> Position:
        """Where the run is."""
        return self.course.position

    @property
    def known(self) -> int:
        """The last step whose numbers are known: the end of the time line."""
        return self.course.known

    @property
    def playing(self) -> bool:
        """Whether the run goes on by itself, or will once it is there."""
        return self.course.playing

    @property
    def params(self) -> Parameters:
        """The parameters in force, as far as the window knows."""
        assert self._params is not None, "no scene is open"
        return self._params

    @property
    def last_request(self) -> int:
        """The number of the last command that was sent."""
        return self.engine.requests.last

    @property
    def is_opening(self) -> bool:
        """Whether another run has been asked for and is not there yet."""
        return self.engine.requests.is_opening

    @property
    def is_answered(self) -> bool:
        """Whether a run is there and its present picture takes everything into account that was asked."""
        return self.frame is not None and not self.is_opening and self.course.answered >= self.last_request

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
        return tr("{scene}, seed {seed}{device}").format(scene=scene, seed=self.recipe.seed, device=device)

    @property
    def to_keep(self) -> tuple[Recipe, Position]:
        """Recipe and position of the run that is there or, when another has been asked for, of that one."""
        asked = self.engine.requests.asked
        recipe, position = (asked.recipe, asked.position) if asked else (self.recipe, self.position)
        is_shown = self.scene is not None and recipe.scene == self.scene.name
        return recipe.with_view(self.params) if is_shown else recipe, position

    def open_scene(
        self,
        scene: Scene,
        recipe: Recipe | None = None,
        position: Position = Position(),
        plan: LessonPlan | None = None,
    ) -> None:
        """Put a scene on the stage, at a recipe and position or at its defaults; ``plan`` None is the last one."""
        plan = self._plan_of(scene, plan)
        start = recipe or Recipe(scene.name, parameters=scene.parameters(**plan.fixed).values())
        self._enter(scene, start, position, plan)
        self.engine.open(start, position)

    def open_run(
        self, scene: Scene, recipe: Recipe, position: Position = Position(), plan: LessonPlan | None = None
    ) -> None:
        """Open a run in place of the present one, which stays as it is until the other one is there."""
        self._replacing = scene, self.engine.open(recipe, position), self._plan_of(scene, plan)

    def _plan_of(self, scene: Scene, plan: LessonPlan | None) -> LessonPlan:
        return self._plans.get(scene.name, LessonPlan()) if plan is None else plan

    def _enter(self, scene: Scene, start: Recipe, position: Position, plan: LessonPlan) -> None:
        """Leave what was drawn and known, and show a scene whose run will come."""
        self.plan = self._plans[scene.name] = plan
        if self.engine.run:
            self.branches.leave(self.position, self.known, self.series)
        self.branches.start(start)
        self.engine.leave()
        self.scene = scene
        self._params = scene.parameters(**start.parameters)
        self._wanted = []
        self._received, self.frame = Received(), None
        self.course.enter(start, position, scene.speed)
        self.scene_opened.emit(scene)

    def want(self, arrays: Sequence[str]) -> None:
        """Ask for these arrays from now on."""
        if list(arrays) != self._wanted:
            self._received.keep_only({*self._wanted} & {*arrays})
            self._wanted = list(arrays)
            self._show()

    def painted(self) -> None:
        """Tell the engine that the last picture is on the screen; while it plays it owes another."""
        self.engine.link.send(Painted(number=self._picture), owes=self.playing)

    def reset(self) -> None:
        """Begin again from step 0 with the present parameters and the same seed."""
        self._restart()

    def turn_to(self, branch: Branch) -> None:
        """Live another run of the scene, where it was left."""
        if branch.number != self.branches.present.number and not self.is_fixed(branch.recipe.parameters):
            self.course.arrive(playing=False)
            self.engine.open(branch.recipe, branch.position)

    @property
    def runs(self) -> Mapping[str, Sequence[Branch]]:
        """Every run that is worth keeping, by scene, the present one as it is now."""
        branches = self.branches
        present = replace(branches.present, position=self.position, known=self.known)
        here = [run for run in (*branches.others, present) if run.is_worth_keeping]
        return {**branches.elsewhere, **({self.scene.name: here} if self.scene is not None and here else {})}

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

    def set(self, values: Mapping[str, Any]) -> None:
        """Change parameters of any kind; a refusal comes back as a signal. What is set already is left alone."""
        assert self.scene is not None
        if self.is_fixed(values):
            return
        declarations = self.scene.parameters.declarations
        before, self._params = self.params, self.params.replace(**values)
        self.params_changed.emit(self._params)
        if self.course.answered >= self.last_request and not self.is_opening:
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
        suggested = suggests(value) if suggests else {}
        self.set({**{other: wish for other, wish in suggested.items() if other not in self.plan.fixed}, name: value})

    def act(self, verb: str, arguments: Mapping[str, Any]) -> None:
        """Do something to the run at the next step boundary; before there is a run, nothing."""
        if self.engine.takes_orders:
            self.engine.requests.act(Act(verb=verb, arguments=dict(arguments)))

    def start_job(self, name: str, arguments: Mapping[str, Any]) -> None:
        """Start a side job; parts of an older one of that name are dropped from now on."""
        self._job += 1
        self._jobs[name] = self._job
        if self.engine.takes_orders:
            self.engine.link.send(StartJob(job=self._job, name=name, arguments=dict(arguments)), owes=False)

    def try_link(self, link: TryLink) -> None:
        """Do what a ``try:`` link says: set parameters, perhaps anew from the defaults, and run."""
        if self.is_fixed(link.values):
            return
        if link.speed is not None:
            self.course.speed = None if math.isinf(link.speed) else link.speed
        self._params = self.params_of(link.values, keep=link.keep)
        self.params_changed.emit(self._params)
        self._show()
        self._restart(seed=self.recipe.seed if link.seed is None else link.seed)
        if link.run:
            self.course.play(until=link.run)

    def params_of(self, values: Mapping[str, Any], keep: bool) -> Parameters:
        """Return the parameters that a link asks for: beside the present ones or, but for what is fixed, the usual."""
        return self.params.replace(**values) if keep else self.params.anew(**{**self.plan.fixed, **values})

    def is_fixed(self, values: Mapping[str, Any]) -> bool:
        """Return whether a lesson file forbids to set these parameters; then that is said, and nothing changes."""
        assert self.scene is not None
        objection = self.plan.objection(values, self.scene)
        if objection:
            self.params_changed.emit(self.params)
            self.refused.emit("", tr("{objection}: nothing has changed").format(objection=objection))
        return bool(objection)

    def close(self) -> None:
        """End the engine."""
        self.engine.stop()

    def _set_live(self, values: Mapping[str, Any]) -> None:
        """Change live parameters of the run, or of the one that is yet to be opened."""
        if not self.engine.requests.amend(values):
            self.act(SET, values)

    def _restart(self, **changes: Any) -> None:
        """Begin a new run with the present parameters; go on playing if it played."""
        self.course.lose_sight()
        fresh = msgspec.structs.replace(self.recipe, parameters=self.params.values(), actions=(), **changes)
        self.engine.open(fresh, Position())
        if self.playing:
            self.course.play_on()

    def _show(self) -> None:
        if self.scene is not None:
            self.engine.link.send(Show(arrays=self._wanted, view=self.params.values_of(Kind.VIEW)), owes=False)

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
        self.engine.get_ready(ready)
        self._show()
        self.engine.requests.engine_ready()

    def _on_opened(self, opened: Opened) -> None:
        position = self.engine.requests.opened()
        if self._replacing is not None and self._replacing[1] == opened.run and not self.is_opening:
            self._take_over(self._replacing[0], opened.recipe, position, self._replacing[2])
        if self.scene is not None and opened.recipe.scene == self.scene.name:
            self._begin_run(opened, position)
        self.engine.requests.go_on()

    def _take_over(self, scene: Scene, recipe: Recipe, position: Position, plan: LessonPlan) -> None:
        """Show the scene and the view of the run that takes the place of the one before."""
        self._replacing = None
        if self.scene is None or scene.name != self.scene.name or plan != self.plan:
            self._enter(scene, recipe, position, plan)
        else:
            self.frame = None  # whoever asks for a redrawing now would get the old arrays with the new parameters
            self._params = scene.parameters(**recipe.parameters)
            self.params_changed.emit(self._params)

    def _begin_run(self, opened: Opened, position: Position) -> None:
        known = 0
        series: Mapping[str, Series] = {}
        if self.engine.replays:  # the same recipe gives the same numbers: what was known of it still is
            known, series = self.known, self.series
        elif self.engine.run:
            self.branches.leave(self.position, self.known, self.series)
            known, series = self.branches.turn_to(opened.recipe)
        else:
            self.branches.follow(opened.recipe)
        self.engine.begin(opened)
        self.course.begin(opened.recipe, position, known)
        self._received, self.frame = Received(series), None
        self.run_opened.emit()
        if not self.is_opening:
            self._show()

    def _on_picture(self, picture: Picture) -> None:
        if picture.run != self.engine.run:
            return
        self.engine.prove()
        self._picture = picture.number
        known = self.known
        self.course.follow(picture)
        self._keep_undone(picture, known)
        self._received.keep(picture)
        if picture.request >= self.last_request and not self.is_opening:
            self._follow_params()
            self.course.arrive(playing=picture.playing)
        self._make_frame(picture)
        self.replaying.emit(1, 1)
        self.status_changed.emit()

    def _keep_undone(self, picture: Picture, known: int) -> None:
        """Keep as runs what actions have undone: steps that were ``known``, changes that were recorded."""
        branches = self.branches
        undoes = picture.forget is not None and picture.forget < known
        for place, recipe in enumerate((*picture.undone, self.recipe)):
            is_news = recipe != branches.present.recipe or place == len(picture.undone)
            if (undoes and is_news) or loses(branches.present.recipe, recipe):
                branches.keep_future(known, self.series)
                undoes = False
            branches.follow(recipe)

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
        if part.run == self.engine.run and self._jobs.get(part.name) == part.job:
            self.job_found.emit(part)

    def _on_refusal(self, refusal: Refusal) -> None:
        self.course.lose_sight()
        if self.engine.requests.not_opened(refusal.run):
            self.course.rest()
        if not self.is_opening:
            self._params_back()
        self.refused.emit(refusal.about, refusal.message)

    def _params_back(self) -> None:
        """Show what is in force again after a refusal; a scene that has no run yet gets its defaults."""
        assert self.scene is not None
        usual = Recipe(self.scene.name, parameters=self.scene.parameters(**self.plan.fixed).values())
        if self.engine.run:
            self._params = self._in_force()
        elif self.recipe != usual:
            self._params = self.scene.parameters(**self.plan.fixed)
            self.course.begin(usual, Position(), 0)
            self.engine.open(usual, Position())
        self.params_changed.emit(self._params)
        self._refresh()

    def _on_failure(self, failure: Failure) -> None:
        self.course.lose_sight()
        awaited = self.engine.requests.not_opened(failure.run)
        if awaited or (failure.run == self.engine.run and not self.is_opening):
            self.course.rest()
        if awaited and not self.is_opening:
            self._params_back()
        self.failed.emit(failure.message, failure.traceback)

    def _mourn(self, why: str, again: bool) -> None:
        self.course.arrive(playing=False)
        self.engine_lost.emit(why, again)

    def _to_replay(self) -> tuple[Recipe, Position] | None:
        self.course.lose_sight()
        return (self.recipe, Position(self.position.step)) if self.scene is not None else None
