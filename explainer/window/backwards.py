"""Playing backwards: one seek after another, each painted, until the beginning or anything else is asked for."""

from __future__ import annotations

import math
import time
from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Signal

from explainer.window.session import Session

WHOLE_WAY = 4.0
"""Seconds in which the whole way back is gone, at least, as fast as it can: strides are as long as that needs."""


class Backwards(QObject):
    """Drives the session's ``seek`` at the chosen speed; whatever else is asked of the run ends it."""

    changed = Signal(bool)
    """Whether it plays backwards now."""

    def __init__(
        self, session: Session, parent: QObject | None = None, clock: Callable[[], float] = time.perf_counter
    ) -> None:
        super().__init__(parent)
        self._session, self._clock = session, clock
        self.is_playing = False
        self._asked = self._from = 0
        self._waits = False
        """Whether the next seek is due and only its time has not come."""
        self._last = 0.0
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self._go)
        session.frame_changed.connect(lambda frame: self._note_frame())
        for end in (session.scene_opened, session.run_opened, session.refused, session.failed, session.engine_lost):
            end.connect(self.stop)

    def toggle(self) -> None:
        """Play backwards, or rest."""
        self.stop() if self.is_playing else self.start()

    def start(self) -> None:
        """Go back from here on; at step 0 there is nowhere to go."""
        position = self._session.position
        if self.is_playing or self._session.is_opening or (position.step, position.phase) == (0, 0):
            return
        self._from, self._last = position.step, self._clock()
        self._set_playing(True)
        self._seek(position.step - (position.phase == 0))

    def stop(self, *_: object) -> None:
        """Rest at the step that is shown."""
        self._timer.stop()
        self._waits = False
        self._set_playing(False)

    def _note_frame(self) -> None:
        """When the answer to the last seek has been drawn, set the time of the next one."""
        if not self.is_playing or self._waits or self._session.answered < self._asked:
            return
        if self._is_overruled() or self._session.position.step == 0:
            self.stop()
            return
        speed = self._session.speed
        due = self._last + (1.0 / speed if speed else 0.0)
        self._waits = True
        self._timer.start(max(0, math.ceil(1000 * (due - self._clock()))))

    def _go(self) -> None:
        """Go one stride further back."""
        self._waits = False
        if self._is_overruled():
            self.stop()
            return
        now = self._clock()
        passed, self._last = now - self._last, now
        stride = 1 if self._session.speed else max(1, round(self._from * passed / WHOLE_WAY))
        self._seek(self._session.position.step - stride)

    def _seek(self, step: int) -> None:
        self._session.seek(step)
        self._asked = self._session.last_request

    def _is_overruled(self) -> bool:
        """Whether something else has been asked of the run since the last seek."""
        return self._session.last_request != self._asked or self._session.playing

    def _set_playing(self, playing: bool) -> None:
        if playing != self.is_playing:
            self.is_playing = playing
            self.changed.emit(playing)
