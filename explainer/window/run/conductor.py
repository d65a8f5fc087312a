"""Playing by seeking: backwards, or several runs in step; one seek after another, each painted by every run."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, QTimer, Signal

from explainer.contract.messages import Seek
from explainer.contract.recipe import Position
from explainer.window.run.session import Session

WHOLE_WAY = 4.0
"""Seconds in which the whole way back is gone, at least, as fast as it can: strides are as long as that needs."""
ROUND = 1 / 25
"""Seconds that runs in step take for a stride as fast as they can; where asking and painting alone take longer than
half of that, as long again is left for the steps."""
LONGEST_STRIDE = 100_000
BACK, REST, ON = -1, 0, 1


class Conductor(QObject):
    """Leads a run, and others that follow it: whatever time the first is asked for, they are asked for too.

    A single run needs it only backwards. In both directions every run has painted a step before the next
    one is asked for; going back, whatever else is asked of the run ends it.
    """

    changed = Signal()
    """It begins to play, or rests."""

    def __init__(
        self, leader: Session, parent: QObject | None = None, clock: Callable[[], float] = time.perf_counter
    ) -> None:
        super().__init__(parent)
        self._leader, self._clock = leader, clock
        self._followers: list[Session] = []
        self.direction = REST
        self.measured_speed = 0.0
        """Steps per second, while it plays on."""
        self._asked = self._from = 0
        self._stride = 1
        self._one = 0.0
        """Seconds that a stride of one step took: hardly more than it takes to ask and to paint."""
        self._until: int | None = None
        self._waits = self._asking = False
        """Whether the next seek is due and only its time has not come; whether a seek is its own."""
        self._brought: dict[Session, Position] = {}
        self._last = 0.0
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self._go)
        self._listen_to(leader)
        leader.course.rested.connect(self._pass_on)
        for end in (leader.scene_opened, leader.refused):
            end.connect(self.stop)
        leader.run_opened.connect(lambda: self.stop() if self.direction == BACK else None)

    @property
    def is_playing(self) -> bool:
        """Whether it plays, in whichever direction."""
        return self.direction != REST

    @property
    def goes_back(self) -> bool:
        """Whether it plays backwards."""
        return self.direction == BACK

    @property
    def runs(self) -> Sequence[Session]:
        """The run that leads and those that follow."""
        return self._leader, *self._followers

    @property
    def known(self) -> int:
        """The last step that any of the runs has done."""
        return max(run.known for run in self.runs)

    @property
    def step(self) -> int:
        """Where the runs are: where the first is or, when it has ended, those that went on."""
        going = [run.position.step for run in self.runs if not run.has_ended]
        return self._leader.position.step if not self._leader.has_ended or not going else max(going)

    def follow(self, run: Session) -> None:
        """Have another run of the scene go where the first one goes."""
        self._followers.append(run)
        self._listen_to(run)

    def let_go(self, run: Session) -> None:
        """Have a run not follow any more."""
        self._followers.remove(run)
        self._brought.pop(run, None)

    def toggle_backwards(self) -> None:
        """Play backwards, or rest."""
        self.stop() if self.goes_back else self.start(BACK)

    def toggle(self) -> None:
        """Play on, or rest."""
        self.stop() if self.is_playing else self.start(ON)

    def start(self, direction: int, until: int | None = None) -> None:
        """Play from here on, to step ``until`` if that is given; back from step 0 there is nowhere to go."""
        position = self._leader.position
        back_at_start = direction == BACK and (position.step, position.phase) == (0, 0)
        if self.direction == direction or back_at_start or (direction == BACK and self._leader.is_opening):
            return
        self._from, self._until, self._stride, self._last = position.step, until, 1, self._clock()
        self._waits = False
        self._set_direction(direction)
        if direction == BACK:
            self._seek(position.step - (position.phase == 0))
        else:
            self._rest_leader()
            self._note_frame()

    def stop(self, *_: object) -> None:
        """Rest at the step that is shown."""
        self._timer.stop()
        self._waits = False
        self._set_direction(REST)

    def _listen_to(self, run: Session) -> None:
        run.frame_changed.connect(self._note_frame)
        for end in (run.failed, run.engine_lost):
            end.connect(self.stop)

    def _pass_on(self, command: object) -> None:
        """Ask of the others what was asked of the first; a person who asks for it ends the playing."""
        if not self._asking and self.is_playing:
            self.stop()
        for run in self._followers:
            run.course.ask(command)  # type: ignore[arg-type]

    def _note_frame(self, *_: object) -> None:
        """When the answers to the last seek have been drawn, set the time of the next one."""
        if self._waits or not all(run.is_answered for run in self.runs):
            return
        if not self.is_playing:
            self._bring_together()
            return
        if self._is_overruled() or self._is_there():
            self.stop()
            return
        speed = self._leader.course.speed
        wait = self._last + (1.0 / speed if speed else 0.0) - self._clock()
        self._waits = True
        if wait > 0:
            self._timer.start(math.ceil(1000 * wait))
        else:  # at once, so that the engines work while the window paints
            self._go()

    def _bring_together(self) -> None:
        """Ask those who are elsewhere to come; one that could not come there is not asked twice."""
        place = self._leader.position
        for run in self._followers:
            if run.position == place or run.has_ended or self._leader.has_ended:
                self._brought.pop(run, None)
            elif self._brought.get(run) != place:
                self._brought[run] = place
                run.course.ask(Seek(position=place))

    def _go(self) -> None:
        """Go one stride further."""
        self._waits = False
        if self._is_overruled():
            self.stop()
            return
        now = self._clock()
        passed, self._last = now - self._last, now
        if self.direction == BACK:
            self._seek(self._leader.position.step - self._stride_back(passed))
        else:
            self._seek(min(self.step + self._stride_on(passed), self._until or self.step + LONGEST_STRIDE))

    def _stride_back(self, passed: float) -> int:
        return 1 if self._leader.course.speed else max(1, round(self._from * passed / WHOLE_WAY))

    def _stride_on(self, passed: float) -> int:
        """Return how many steps to go on, as many as a round has time for; take the speed."""
        self.measured_speed += 0.1 * (self._stride / max(passed, 1e-3) - self.measured_speed)
        if self._leader.course.speed:
            self._stride = 1
        else:
            self._one = passed if self._stride == 1 else self._one
            factor = min(2.0, max(0.5, max(ROUND, 2 * self._one) / max(passed, 1e-3)))
            self._stride = min(LONGEST_STRIDE, max(1, math.ceil(self._stride * factor)))
        return self._stride

    def _rest_leader(self) -> None:
        """Take the playing over from the engine."""
        if self._leader.playing:
            self._asking = True
            self._leader.course.pause()
            self._asking = False

    def _seek(self, step: int) -> None:
        self._asking = True
        self._leader.course.seek(step)
        self._asking = False
        self._asked = self._leader.last_request

    def _is_overruled(self) -> bool:
        """Whether something else has been asked of the run that ends playing in this direction."""
        return self._leader.playing or (self.goes_back and self._leader.last_request != self._asked)

    def _is_there(self) -> bool:
        """Whether there is nothing further to go."""
        if self.goes_back:
            return self._leader.position.step == 0
        reached = self._until is not None and self.step >= self._until
        return reached or all(run.has_ended for run in self.runs)

    def _set_direction(self, direction: int) -> None:
        if direction != self.direction:
            self.direction = direction
            self.measured_speed = 0.0
            self.changed.emit()
