"""What the engine has sent of the present run, put together to frames."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from fnmatch import fnmatchcase
from types import MappingProxyType

import numpy as np

from explainer.contract.frame import Frame, Ghost, Stopped
from explainer.contract.messages import Columns, Picture
from explainer.contract.parameters import Parameters
from explainer.contract.recipe import Recipe
from explainer.contract.scene import Scene
from explainer.contract.series import Series, share_budget

BEFORE = -1
"""A step before anything was done."""


class InForce:
    """The parameters of a recipe at a step: made and checked once, not for every picture."""

    def __init__(self) -> None:
        self._made: tuple[Recipe, int, Parameters] | None = None

    def at(self, scene: Scene, recipe: Recipe, step: int) -> Parameters:
        """Return the parameters in force once the actions at or before ``step`` have been done."""
        done = sum(action.step <= step for action in recipe.actions)
        if self._made is None or self._made[0] is not recipe or self._made[1] != done:
            self._made = (recipe, done, recipe.values_at(scene, step))
        return self._made[2]


class Received:
    """Arrays, recorded values and traces of one run; a picture brings only what has changed.

    ``series`` is what was recorded of it before, by an engine that may have gone since: it holds until an
    action undoes it, and is passed over when it comes again.
    """

    def __init__(self, series: Mapping[str, Series] = MappingProxyType({})) -> None:
        self._arrays: dict[str, np.ndarray] = {}
        self._ages: dict[str, int] = {}
        self.series = dict(series)
        self._traces: dict[str, Series] = {}
        self._first = InForce()

    def keep(self, picture: Picture) -> None:
        """Take in what a picture brings, after dropping what it says no longer holds."""
        self._arrays = {**self._arrays, **picture.arrays}
        self._ages = {**self._ages, **picture.ages}
        if picture.forget is not None:
            for series in (*self.series.values(), *self._traces.values()):
                series.truncate(picture.forget)
        before = len(self.series) + len(self._traces)
        for store, columns in ((self.series, picture.series), (self._traces, picture.traces)):
            for name, column in columns.items():
                _series(store, name, column).extend(column.steps, column.values)
        if len(self.series) + len(self._traces) > before:
            share_budget([*self.series.values(), *self._traces.values()])

    def keep_only(self, wanted: Collection[str]) -> None:
        """Drop the arrays that fall under none of these names; ``*`` allowed."""
        kept = [name for name in self._arrays if any(fnmatchcase(name, pattern) for pattern in wanted)]
        self._arrays = {name: self._arrays[name] for name in kept}

    def frame(
        self, scene: Scene, recipe: Recipe, params: Parameters, picture: Picture, ghosts: Sequence[Ghost] = ()
    ) -> Frame:
        """Return the frame of the moment that ``picture`` shows."""
        step = picture.position.step
        traced = {name: scene.array(name).along_steps(one.up_to(step)) for name, one in self._traces.items()}
        ended = picture.ended
        return Frame(
            scene=scene.name,
            step=step,
            phase=picture.phase,
            params=params,
            arrays={**self._arrays, **traced},
            series=self.series,
            ages=self._ages,
            actions=recipe.actions,
            stopped=Stopped(ended.step, ended.metric, ended.value, ended.last_action, ended.cause) if ended else None,
            finished=picture.finished,
            first=self._first.at(scene, recipe, BEFORE),
            ghosts=ghosts,
            told=picture.told,
        )


def _series(store: dict[str, Series], name: str, column: Columns) -> Series:
    if name not in store:
        store[name] = Series(column.values.shape[1:], column.values.dtype.str)
    return store[name]
