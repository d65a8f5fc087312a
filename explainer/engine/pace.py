"""When the next step and the next picture are due, and how fast the run is."""

from __future__ import annotations

import time
from collections import deque

FRAME = 1 / 60
"""Seconds between pictures at full speed: a 60 Hz screen's rhythm."""
SLOWEST = 1 / 30
"""However dear a picture is, it is not drawn less often than this."""
PICTURE_SHARE = 0.05
"""The share of the engine's time that pictures may take at full speed."""
WINDOW = 1.0
"""Seconds over which the speed is measured."""


class Pace:
    """The rhythm of a playing run: ``speed`` steps per second, or full speed when None."""

    def __init__(self) -> None:
        self.speed: float | None = None
        self._next_step = 0.0
        self._next_picture = 0.0
        self._cost = 0.0
        self._marks: deque[tuple[float, int]] = deque()

    def start(self, speed: float | None) -> None:
        """Begin to play at ``speed``; the first step is due at once."""
        self.speed = speed
        self._next_step = self._next_picture = time.perf_counter()
        self._marks.clear()

    def seconds_to_step(self) -> float:
        """Return how long to wait for the next step, 0 when it is due."""
        return max(0.0, self._next_step - time.perf_counter())

    def stepped(self) -> None:
        """Note that a paced step was done; the following ones catch up with at most a frame's delay."""
        if self.speed is not None:
            self._next_step = max(self._next_step, time.perf_counter() - FRAME) + 1 / self.speed

    def picture_due(self) -> bool:
        """Return whether a playing run should be drawn now."""
        return self.speed is not None or time.perf_counter() >= self._next_picture

    def drawn(self, started: float) -> None:
        """Note that a picture begun at ``started`` has been sent."""
        now = time.perf_counter()
        self._cost += 0.2 * (now - started - self._cost)
        interval = min(SLOWEST, max(FRAME, self._cost / PICTURE_SHARE))
        self._next_picture = max(self._next_picture + interval, now)

    def measure(self, step: int) -> float:
        """Return the steps per second over the last second, given the present step."""
        now = time.perf_counter()
        self._marks.append((now, step))
        while now - self._marks[0][0] > WINDOW and len(self._marks) > 2:
            self._marks.popleft()
        (_then, before), elapsed = self._marks[0], now - self._marks[0][0]
        return (step - before) / elapsed if elapsed > 0 else 0.0
