"""Makes the messages from which the window draws: only what is wanted, and only what has changed."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import numpy as np
import torch

from explainer.contract.messages import Columns, Ended, Picture
from explainer.contract.recipe import Recipe
from explainer.contract.scene import Array
from explainer.contract.series import Series
from explainer.engine.execution import Execution
from explainer.engine.run import as_numpy
from explainer.engine.wanted import Wanted

SLOW_INTERVAL = 0.25
"""Seconds between two refreshes of the slow arrays while the run plays, at the least."""
SLOW_SHARE = 0.01
"""The share of the engine's time that slow arrays may take while the run plays."""
ARRAY_SHARE = 0.01
"""The share of the engine's time that arrays may take at full speed before they come less often."""
ARRAY_INTERVAL = 0.025
"""Seconds between two refreshes of dear arrays at full speed, at the most: with every second picture."""


class PictureMaker:
    """Makes pictures of one execution, remembering what the window already has."""

    def __init__(self, execution: Execution, run: int, number: int = 0) -> None:
        self._execution = execution
        self._run = run
        self.number = number
        """The number of the last picture, counted on from run to run."""
        self._sent: dict[str, tuple[Any, int]] = {}
        self._cursors: dict[str, int] = {}
        self._recipe: Recipe | None = None
        self._known = 0
        self._forget: int | None = None
        self._undone: list[Recipe] = []
        self._slow_step = -1
        self._slow_due = 0.0
        self._fast_due = 0.0
        self._wanted = Wanted(())
        self._fast, self._slow = Wanted(()), Wanted(())

    def want(self, names: Sequence[str]) -> None:
        """Draw these arrays from now on; whatever was sent of them before is sent again."""
        described = self._execution.scene.arrays
        kinds = {name: found for name in names if (found := _described(described, name)) is not None}
        self._fast = Wanted(name for name, array in kinds.items() if not array.slow and not array.traced)
        self._slow = Wanted(name for name, array in kinds.items() if array.slow)
        self._wanted = Wanted(names)
        self._sent.clear()
        self._slow_step = -1
        self._fast_due = 0.0

    def forget(self, step: int) -> None:
        """Tell the window that what it knows beyond ``step`` no longer holds."""
        self._forget = step if self._forget is None else min(step, self._forget)
        self._cursors = {name: min(cursor, step) for name, cursor in self._cursors.items()}
        self._slow_step = -1

    def undo(self, recipe: Recipe) -> None:
        """Tell the window of changes that an action has taken out of the recipe, which was this one."""
        self._undone.append(recipe)

    def rest(self) -> None:
        """Leave the slow arrays as they are until the run moves: computing a picture has failed."""
        self._slow_step = self._execution.step

    def slow_is_stale(self) -> bool:
        """Return whether a wanted slow array shows another step than the present one."""
        return self._slow_step != self._execution.step and bool(self._slow)

    def make(self, *, playing: bool, flat_out: bool, speed: float, slow: bool, request: int) -> Picture:
        """Return the picture of this moment; ``slow`` allows the dear arrays, when they are due.

        Flat out, arrays and traces that take too much of the engine's time come with every second
        picture, the metrics with each; at any other speed, and at rest, everything is of this moment.
        """
        execution = self._execution
        draw = not flat_out or time.perf_counter() >= self._fast_due
        arrays = self._fast_arrays() if draw else {}
        ages = {}
        if slow and self.slow_is_stale() and (not playing or time.perf_counter() >= self._slow_due):
            fresh = self._slow_arrays()
            arrays |= fresh
            ages = dict.fromkeys(fresh, execution.step)
        self.number += 1
        file, line = execution.line
        picture = Picture(
            run=self._run,
            number=self.number,
            position=execution.position,
            phase=execution.phases[-1] if execution.phases else "",
            told={name: list(values) for name, values in execution.told.items()},
            file=Path(file).name,
            line=line,
            arrays=arrays,
            ages=ages,
            series=self._columns("series", execution.recorder.series),
            traces=self._columns("traces", self._wanted_traces()) if draw else {},
            known=execution.known,
            forget=self._forget,
            playing=playing,
            speed=speed,
            finished=execution.finished,
            ended=_ended(execution),
            request=request,
            recipe=execution.recipe if execution.recipe is not self._recipe else None,
            undone=tuple(self._undone),
        )
        self._recipe, self._forget, self._undone = execution.recipe, None, []
        return picture

    def _fast_arrays(self) -> dict[str, np.ndarray]:
        """Return the wanted arrays that are not the very objects sent last time."""
        started = time.perf_counter()
        found = self._execution.arrays(self._fast) if self._fast else {}
        now = time.perf_counter()
        self._fast_due = now + min(ARRAY_INTERVAL, (now - started) / ARRAY_SHARE)
        fresh = {name: array for name, array in found.items() if not _same(self._sent.get(name), array)}
        self._sent |= {name: (array, _version(array)) for name, array in fresh.items()}
        return {name: as_numpy(array) for name, array in fresh.items()}

    def _slow_arrays(self) -> dict[str, np.ndarray]:
        started = time.perf_counter()
        found = {name: as_numpy(array) for name, array in self._execution.arrays(self._slow).items()}
        now = time.perf_counter()
        self._slow_step = self._execution.step
        self._slow_due = now + max(SLOW_INTERVAL, (now - started) / SLOW_SHARE)
        return found

    def _wanted_traces(self) -> dict[str, Series]:
        return {name: series for name, series in self._execution.recorder.traces.items() if name in self._wanted}

    def _columns(self, kind: str, series: dict[str, Series]) -> dict[str, Columns]:
        found = {}
        for name, one in series.items():
            cursor = self._cursors.get(f"{kind}/{name}", -1)
            if one.last_step > cursor:
                steps, values = one.since(cursor)
                found[name] = Columns(steps=steps, values=values)
                self._cursors[f"{kind}/{name}"] = one.last_step
        return found


def _described(arrays: Mapping[str, Array], name: str) -> Array | None:
    """Return the description under whose pattern ``name`` falls."""
    return next((array for pattern, array in arrays.items() if fnmatchcase(name, pattern)), None)


def _version(array: np.ndarray | torch.Tensor) -> int:
    """Return a number that differs once an array has been written to; −1 where that cannot be known."""
    if isinstance(array, torch.Tensor):
        return array._version
    return -1 if array.flags.writeable else 0


def _same(sent: tuple[Any, int] | None, array: np.ndarray | torch.Tensor) -> bool:
    return sent is not None and sent[0] is array and sent[1] == _version(array) != -1


def _ended(execution: Execution) -> Ended | None:
    stopped = execution.stopped
    if stopped is None:
        return None
    return Ended(
        step=stopped.step,
        metric=stopped.metric,
        value=stopped.value,
        last_action=stopped.last_action,
        cause=stopped.cause,
    )
