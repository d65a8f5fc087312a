"""The engine's loop: takes commands, steps the run, sends pictures when the window can paint them."""

from __future__ import annotations

import platform
import time
import traceback
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

import torch

from explainer.contract.fields import Kind
from explainer.contract.messages import (
    Act,
    Command,
    Failure,
    JobPart,
    Open,
    Opened,
    Painted,
    Pause,
    Phase,
    Play,
    Progress,
    Ready,
    Refusal,
    Seek,
    Show,
    StartJob,
    Step,
)
from explainer.contract.recipe import MAX_STEP, SET, Action, Position
from explainer.contract.refused import Refused, said_of, sendable
from explainer.engine import devices
from explainer.engine.line import Line
from explainer.engine.pace import Pace
from explainer.engine.pictures import PictureMaker
from explainer.engine.run import Run
from explainer.engine.shelf import Shelf
from explainer.engine.side_jobs import SideJob, SideJobs

JOB_SLICE = 0.008
"""Seconds a side job works before commands and pictures have their turn."""
PROGRESS_INTERVAL = 0.1
"""Seconds between two reports of a long replay."""
FOREVER = 3600.0


class Server:
    """Serves one window: at most one run at a time.

    While a replay is under way, Play, Step, Phase and Act wait, in order, until it has arrived. Pause,
    Seek, another Open and a failure leave the replay: what waited is not done, each Act being refused.
    """

    def __init__(self, line: Line) -> None:
        self._line = line
        self._run: Run | None = None
        self._number = 0
        self._pictures: PictureMaker | None = None
        self._world = ExitStack()
        """Keeps the run's random numbers and settings in force between turns, which saves swapping them."""
        self._pace = Pace()
        self._jobs = SideJobs()
        self._shelf = Shelf()
        self._goal: Position | None = None
        self._waiting: list[Play | Step | Phase | Act] = []
        self._until: int | None = None
        self._playing = False
        self._credit = True
        self._dirty = False
        self._request = 0
        self._show = Show(arrays=[])
        self._progress_due = 0.0
        self._handlers: dict[type, Callable[[Any], None]] = {
            Open: self._open,
            Play: self._play,
            Pause: self._pause,
            Step: self._step,
            Phase: self._phase,
            Seek: self._seek,
            Act: self._act,
            Show: self._want,
            Painted: self._painted,
            StartJob: self._start_job,
        }

    def serve(self) -> None:
        """Serve until the window goes away, which ends the process."""
        self._line.send(
            Ready(devices=devices.available(), torch=str(torch.__version__), python=platform.python_version())
        )
        while True:
            self.take_turn()

    def close(self) -> None:
        """Give the process its own random numbers and settings back; for a server that shares a process."""
        self._world.close()

    def take_turn(self) -> None:
        """Take the waiting commands, then do one piece of each kind of work that is due."""
        patience = self._patience()
        try:
            while (command := self._line.receive(patience)) is not None:
                self._handle(command)
                patience = 0.0
        except Refused as refused:
            self._refuse(refused)
        if self._run is not None:
            self._guarded(self._pursue_goal)
            self._guarded(self._play_on)
            self._guarded(self._paint)
            self._work_on_jobs()

    def _patience(self) -> float:
        """Return how long the loop may wait for a command."""
        if self._run is None:
            return FOREVER
        if self._goal is not None or self._jobs or (self._dirty and self._credit):
            return 0.0
        if self._credit and not self._playing and self._pictures is not None and self._pictures.slow_is_stale():
            return 0.0
        if not self._playing:
            return FOREVER
        if self._pace.speed is None:
            return 0.0
        return FOREVER if self._dirty else self._pace.seconds_to_step()

    def _handle(self, command: Command) -> None:
        self._request = command.request or self._request
        if self._goal is not None and isinstance(command, Play | Step | Phase | Act):
            self._waiting.append(command)
        else:
            self._perform(command)

    def _perform(self, command: Command) -> None:
        try:
            self._handlers[type(command)](command)
        except Refused as refused:
            self._refuse(refused, command.request, getattr(command, "run", self._number))
        except Exception as error:  # noqa: BLE001 - whatever the experiment raises is shown to the person
            self._fail(error, getattr(command, "run", self._number))

    def _guarded(self, work: Callable[[], None]) -> None:
        """Do ``work``; after a failure the window is shown where the run rests, unless showing is what failed."""
        try:
            work()
        except Refused as refused:
            self._playing, self._goal = False, None
            self._refuse(refused)
        except Exception as error:  # noqa: BLE001
            self._fail(error, self._number)
        else:
            return
        self._dirty = work != self._paint

    def _refuse(self, refused: Refused, request: int = 0, run: int = 0) -> None:
        about = refused.about
        self._line.send(Refusal(run=run or self._number, message=str(refused), about=about, request=request))

    def _fail(self, error: Exception, run: int) -> None:
        """Report an exception of the experiment of ``run``, and rest at the last step boundary."""
        self._playing = False
        self._head_for(None)
        self._report(error, run)

    def _report(self, error: Exception, run: int, where: str = "") -> None:
        words = sendable("".join(traceback.format_exception(error)))
        step = self._run.position.step if self._run else 0
        message = where + said_of(error)
        self._line.send(Failure(run=run, message=message, traceback=words, step=step))

    def _open(self, command: Open) -> None:
        """Open a run; the one that was open stays on the shelf, unless it is the one to begin anew."""
        present = self._run.execution.past if self._run is not None else None
        past = self._shelf.take(command.recipe)
        anew = present is not None and present.recipe == command.recipe
        run = Run.from_recipe(command.recipe, past=None if anew else past)
        if present is not None and present.recorder.known > 0 and not anew:
            self._shelf.put(present)
        self._head_for(command.position if command.position != Position() else None)
        self._world.close()
        self._world.enter_context(run.execution.world.entered())
        self._run, self._number = run, command.run
        self._playing, self._credit, self._dirty, self._until = False, True, True, None
        self._jobs.clear()
        number = self._pictures.number if self._pictures else 0
        self._pictures = PictureMaker(run.execution, command.run, number)
        self._line.send(Opened(run=command.run, recipe=run.recipe))
        self._want(self._show)

    def _play(self, command: Play) -> None:
        self._playing = True
        self._until = command.until
        self._pace.start(command.speed)

    def _pause(self, command: Pause) -> None:
        self._playing, self._dirty = False, True
        self._head_for(None)

    def _step(self, command: Step) -> None:
        run = self._require()
        self._playing, self._dirty = False, True
        run.step(command.count)

    def _phase(self, command: Phase) -> None:
        run = self._require()
        self._playing, self._dirty = False, True
        run.advance_phase()

    def _seek(self, command: Seek) -> None:
        self._require()
        self._head_for(command.position)
        self._playing = False

    def _head_for(self, goal: Position | None) -> None:
        """Replay to ``goal`` from now on, or rest; what waited for an earlier goal is not done any more."""
        self._goal = goal
        waiting, self._waiting = self._waiting, []
        for act in waiting:
            if isinstance(act, Act):
                what = Action(0, act.verb, act.arguments).describe()
                self._refuse(Refused(f"{what} was not done: the replay that it waited for was left"), act.request)

    def _act(self, command: Act) -> None:
        run = self._require()
        boundary = run.position.step + (run.position.phase > 0)
        before, self._dirty = run.recipe, True
        changes_later = any(action.step > boundary for action in before.actions)
        undone = run.execution.past.copy() if changes_later or boundary < run.execution.known else None
        if command.verb == SET:
            if Kind.STRUCTURAL in run.execution.scene.parameters.kinds(list(command.arguments)):
                raise Refused("a structural parameter starts a new run: open one with the new value", about=SET)
            run.set(**command.arguments)
        else:
            run.act(command.verb, **command.arguments)
        if run.recipe is before:
            return
        if undone is not None:
            self._shelf.put(undone)
        if self._pictures is not None:
            self._pictures.forget(boundary)
            if changes_later:
                self._pictures.undo(before)

    def _want(self, command: Show) -> None:
        self._show = command
        if self._run is None or self._pictures is None:
            return
        self._pictures.want(command.arrays)
        known = {n: v for n, v in command.view.items() if n in self._run.params.values()}
        self._run.set(**known)
        self._dirty = True

    def _painted(self, command: Painted) -> None:
        self._credit = self._credit or (self._pictures is not None and command.number == self._pictures.number)

    def _start_job(self, command: StartJob) -> None:
        self._jobs.start(self._require().execution, command.job, command.name, command.arguments)

    def _require(self) -> Run:
        if self._run is None:
            raise Refused("no run is open: open a scene first")
        return self._run

    def _pursue_goal(self) -> None:
        """Replay towards the goal until it is reached or a command arrives."""
        if self._goal is None:
            return
        run, goal = self._require(), self._goal
        self._progress_due = time.perf_counter() + PROGRESS_INTERVAL
        run.seek(goal.step, goal.phase, self._interrupted)
        if run.position.step >= goal.step or run.execution.ended:
            self._goal, self._dirty = None, True
            waiting, self._waiting = self._waiting, []
            for command in waiting:
                self._perform(command)

    def _interrupted(self) -> bool:
        """Report the progress of a replay; return whether a command is waiting."""
        now = time.perf_counter()
        if self._goal is not None and now >= self._progress_due:
            self._progress_due = now + PROGRESS_INTERVAL
            done = self._require().position.step
            self._line.send(Progress(run=self._number, done=done, total=self._goal.step))
        return self._line.waiting()

    def _play_on(self) -> None:
        if not self._playing or self._goal is not None:
            return
        run = self._require()
        if self._pace.speed is None:
            run.advance(self._end(), lambda: self._line.waiting() or (self._credit and self._pace.picture_due()))
            self._dirty = True
        elif not self._dirty and self._pace.seconds_to_step() == 0:
            run.advance(min(self._end(), run.position.step + 1))
            self._pace.stepped()
            self._dirty = True
        if run.execution.ended or run.position.step >= self._end():
            self._playing, self._dirty = False, True

    def _end(self) -> int:
        return MAX_STEP if self._until is None else self._until

    def _paint(self) -> None:
        if not self._credit or self._pictures is None or self._goal is not None:
            return
        stale = not self._playing and not self._dirty and self._pictures.slow_is_stale()
        if not (stale or self._dirty) or (self._playing and not self._pace.picture_due()):
            return
        self._dirty = False
        started = time.perf_counter()
        speed = self._pace.measure(self._require().position.step) if self._playing else 0.0
        flat_out = self._playing and self._pace.speed is None
        try:
            picture = self._pictures.make(
                playing=self._playing,
                flat_out=flat_out,
                speed=speed,
                slow=stale or self._playing,
                request=self._request,
            )
        except Exception:
            self._pictures.rest()
            raise
        self._line.send(picture)
        self._credit = False
        self._pace.drawn(started)

    def _work_on_jobs(self) -> None:
        job = self._jobs.take_turn()
        if job is None:
            return
        try:
            arrays, ended = job.work(JOB_SLICE)
        except Exception as error:  # noqa: BLE001
            self._jobs.drop(job)
            if isinstance(error, Refused):
                self._refuse(error)
            else:
                self._report(error, self._number, f"side job {job.name}: ")
            return
        if ended:
            self._jobs.drop(job)
        if arrays or ended:
            self._send_part(job, arrays, ended)

    def _send_part(self, job: SideJob, arrays: dict[str, Any], last: bool) -> None:
        self._line.send(
            JobPart(run=self._number, job=job.number, name=job.name, arguments=job.arguments, arrays=arrays, last=last)
        )
