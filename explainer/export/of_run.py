"""Pictures of a run in this process; Qt is imported when the first one is asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from explainer.contract.files import write_atomically
from explainer.contract.frame import Frame
from explainer.contract.messages import JobPart
from explainer.export.look import Look
from explainer.export.place import PICTURES, checked_place

if TYPE_CHECKING:
    from explainer.engine.run import Run
    from explainer.export.picture import Easel

SLICE = 1.0
"""Seconds of a side job between two drawings of what it has found."""


def frame_of(run: Run, arrays: Mapping[str, np.ndarray]) -> Frame:
    """Return the present moment of ``run`` as its pictures are given it."""
    execution = run.execution
    slow = [name for name in arrays if execution.scene.array(name).slow]
    return Frame(
        scene=execution.scene.name,
        step=execution.step,
        phase=execution.phases[-1] if execution.phases else "",
        params=run.params,
        arrays=arrays,
        series=execution.recorder.series,
        ages=dict.fromkeys(slow, execution.step),
        actions=run.recipe.actions,
        stopped=run.stopped,
        finished=run.finished,
        first=execution.scene.parameters(**run.recipe.parameters),
        told=execution.told,
    )


def easel_of(run: Run, look: Look, cards: Sequence[str] = ()) -> Easel:
    """Return an easel for the pictures of ``run``; raise :class:`Refused` for a card that the scene has not."""
    from explainer.export.picture import Easel, application
    from explainer.plots.views import view_of

    application()
    scene = run.execution.scene
    easel = Easel(view_of(scene), look, cards, f"{scene.title}, seed {run.recipe.seed}")
    easel.answer = partial(job_parts, run)
    return easel


def job_parts(run: Run, name: str, arguments: dict[str, Any]) -> Iterator[JobPart]:
    """Do a side job at the present moment of ``run``; yield what it finds."""
    from explainer.engine.side_jobs import SideJobs

    jobs = SideJobs()
    jobs.start(run.execution, 0, name, arguments)
    job, ended = jobs.take_turn(), False
    while job is not None and not ended:
        arrays, ended = job.work(SLICE)
        yield JobPart(0, 0, name, job.arguments, arrays, ended)


def draw(easel: Easel, run: Run) -> None:
    """Show the present moment of ``run``, computing only what is drawn."""
    run.execution.recorder.flush()
    easel.draw(frame_of(run, run.arrays(*easel.wanted(run.params))))


def picture_of(run: Run, look: Look, cards: Sequence[str] = (), ending: str = ".png") -> bytes:
    """Return the present moment as the content of a ``.png`` or ``.svg`` file."""
    with easel_of(run, look, cards) as easel:
        draw(easel, run)
        return easel.encode(ending)


def write_picture(run: Run, path: str | Path, look: Look, cards: Sequence[str] = ()) -> None:
    """Write the present moment into a file whose ending says which kind; raise :class:`Refused`."""
    place = checked_place(path, PICTURES, "picture")
    write_atomically(place, picture_of(run, look, cards, place.suffix.lower()))
