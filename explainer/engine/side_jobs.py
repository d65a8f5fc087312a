"""Side jobs: maps, previews and copies, computed in small slices off the training path."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

import numpy as np

from explainer.contract.recipe import stream_seed
from explainer.engine.execution import Execution
from explainer.engine.experiment import Parts
from explainer.engine.randomness import World
from explainer.engine.run import as_numpy


@dataclass
class SideJob:
    """One job under way: a generator of the experiment, in a world of random numbers of its own."""

    number: int
    name: str
    arguments: dict[str, Any]
    parts: Parts
    world: World

    def work(self, seconds: float) -> tuple[dict[str, np.ndarray], bool]:
        """Go on for about ``seconds``; return the arrays found in that time and whether the job has ended."""
        found: dict[str, Any] = {}
        ended = False
        end = time.perf_counter() + seconds
        with self.world.entered():
            while not ended and time.perf_counter() < end:
                part = next(self.parts, None)
                ended = part is None
                found |= part or {}
        return {name: as_numpy(array) for name, array in found.items()}, ended


class SideJobs:
    """The jobs under way; a new one replaces an unfinished one of the same name."""

    def __init__(self) -> None:
        self._jobs: dict[str, SideJob] = {}

    def __bool__(self) -> bool:
        return bool(self._jobs)

    def start(self, execution: Execution, number: int, name: str, arguments: dict[str, Any]) -> None:
        """Start the declared job ``name`` of the experiment; raise :class:`Refused` for wrong arguments."""
        checked = execution.scene.job(name).check(arguments)
        recipe = execution.recipe
        seed = stream_seed(recipe.seed, name)
        world = World(seed, execution.experiment.device, recipe.threads)
        with world.entered():
            parts = getattr(execution.experiment, name)(**checked)
        self._jobs[name] = SideJob(number, name, checked, parts, world)

    def take_turn(self) -> SideJob | None:
        """Return the job whose turn it is and put it at the end of the queue; None when there is none."""
        if not self._jobs:
            return None
        name = next(iter(self._jobs))
        job = self._jobs.pop(name)
        self._jobs[name] = job
        return job

    def drop(self, job: SideJob) -> None:
        """Forget a job that has ended or failed."""
        if self._jobs.get(job.name) is job:
            del self._jobs[job.name]

    def clear(self) -> None:
        """Forget all jobs: the run they belong to is gone."""
        self._jobs.clear()
