"""Lives the run that a link of a lesson sets up, as the window would from a scene just opened."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from explainer import Run
from explainer.commands.running import frame_of
from explainer.contract.frame import Frame
from explainer.contract.lesson import parse_compare, parse_try
from explainer.contract.scene import Scene


def runs_of(link: str, scene: Scene) -> tuple[list[Mapping[str, Any]], int, int | None]:
    """Return the parameters of each run that a link sets up, its steps, and its seed if it names one."""
    if link.startswith("compare:"):
        asked = parse_compare(link, scene)
        return [asked.first.values, *asked.others], asked.first.run, asked.first.seed
    alone = parse_try(link, scene)
    return [alone.values], alone.run, alone.seed


def lived(link: str, scene: Scene, seed: int, arrays: Collection[str] = ()) -> list[Frame]:
    """Return the moments at which the runs of a link come to rest."""
    found = []
    sets, steps, named = runs_of(link, scene)
    for values in sets:
        run = Run(scene, seed=seed if named is None else named, **values)
        run.step(steps)
        run.execution.flush()
        found.append(frame_of(run, run.arrays(*arrays)))
    return found
