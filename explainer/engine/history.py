"""Checkpoints of a run, spaced so that they cost little time and fit the memory."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from explainer.engine.randomness import RandomState

MEMORY = 160 * 2**20
"""How many bytes of checkpoints a run may hold; with SERIES_BUDGET for the series it stays below 256 MB."""
SHARE = 0.01
"""The share of the running time that taking checkpoints may cost."""
REPLAY = 0.08
"""Seconds of running between two checkpoints while memory allows: a seek replays at most this."""


@dataclass(frozen=True)
class Checkpoint:
    """The state once ``step`` steps were complete, before the actions made at that step."""

    step: int
    state: dict[str, Any]
    random: RandomState
    nbytes: int


class History:
    """Checkpoints in the order of their steps; step 0 is always among them."""

    def __init__(self, memory: int = MEMORY) -> None:
        self.memory = memory
        self._checkpoints: list[Checkpoint] = []
        self._seconds_since = 0.0
        self._cost = 0.0
        self._stride = 1
        self.nbytes = 0

    def __len__(self) -> int:
        return len(self._checkpoints)

    @property
    def steps(self) -> list[int]:
        """The steps that have a checkpoint."""
        return [checkpoint.step for checkpoint in self._checkpoints]

    @property
    def checkpoints(self) -> Sequence[Checkpoint]:
        """The checkpoints, in the order of their steps."""
        return self._checkpoints

    def copy(self) -> History:
        """Return a history of its own with the same checkpoints, which never change."""
        twin = History(self.memory)
        twin._checkpoints, twin.nbytes = list(self._checkpoints), self.nbytes
        twin._cost, twin._stride = self._cost, self._stride
        return twin

    def due(self, step: int, seconds: float) -> bool:
        """Count ``seconds`` of running up to ``step``; return whether a checkpoint should be taken here."""
        self._seconds_since += seconds
        if self._seconds_since < max(REPLAY, self._cost / SHARE):
            return False
        self._seconds_since = 0.0
        place = bisect_right(self.steps, step)
        before = self._checkpoints[place - 1].step
        after = self._checkpoints[place].step if place < len(self._checkpoints) else None
        return step - before >= self._stride and (after is None or after - step >= self._stride)

    def add(self, checkpoint: Checkpoint, cost: float) -> None:
        """Keep a checkpoint that took ``cost`` seconds to take."""
        self._cost = cost
        self._seconds_since = 0.0
        place = bisect_right(self.steps, checkpoint.step)
        if place and self._checkpoints[place - 1].step == checkpoint.step:
            return
        self._checkpoints.insert(place, checkpoint)
        self.nbytes += checkpoint.nbytes
        while self.nbytes > self.memory and len(self._checkpoints) > 2:
            self._thin()

    def before(self, step: int) -> Checkpoint:
        """Return the latest checkpoint from which ``step`` is reached by at least one step, or that of 0."""
        place = bisect_right(self.steps, step - 1)
        return self._checkpoints[max(0, place - 1)]

    def forget(self, step: int) -> None:
        """Drop the checkpoints after ``step``."""
        self._keep([checkpoint for checkpoint in self._checkpoints if checkpoint.step <= step])

    def _thin(self) -> None:
        """Keep every second checkpoint, and from now on space them twice as far."""
        gaps = [b - a for a, b in zip(self.steps, self.steps[1:], strict=False)]
        self._stride = max(self._stride * 2, 2 * min(gaps))
        self._keep(self._checkpoints[::2])

    def _keep(self, kept: list[Checkpoint]) -> None:
        self._checkpoints = kept
        self.nbytes = sum(checkpoint.nbytes for checkpoint in kept)
