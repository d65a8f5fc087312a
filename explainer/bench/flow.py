"""Gradient flow at depth 30 and width 64: speed with everything drawn against a bare loop, and the grid's times."""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator
from typing import Any

from explainer.bench.driving import Figures, Wait, print_figures
from explainer.bench.training import measure_training
from explainer.bench.watch import Watch
from explainer.contract.start import Start
from explainer.engine.lean_torch import postpone_compiler
from explainer.engine.run import Run
from explainer.window.main_window import MainWindow

SCENE = "gradient-flow"
OWN: dict[str, Any] = {"depth": 30, "width": 64, "beside": ()}
ROUNDS = 3
JOBS = {"grid", "remedies"}
PACED = 2.0
"""Steps per second while the side jobs go on, which start once the run has begun."""


def flow_run() -> Run:
    """Return a network of 30 layers of 64 by itself."""
    return Run(SCENE, **OWN)


def grid_times() -> tuple[float, float]:
    """Return the seconds until the grid is there at initialization, and after 8 steps: medians."""
    starts, ends = [], []
    for _ in range(ROUNDS):
        execution = flow_run().execution
        experiment: Any = execution.experiment
        started = time.perf_counter()
        with execution.world.entered():
            for found in experiment.grid("activation", "init", 0, 8):
                if "grid_start/loss" in found:
                    starts.append(time.perf_counter() - started)
        ends.append(time.perf_counter() - started)
    return statistics.median(starts), statistics.median(ends)


def measure(window: MainWindow, figures: Figures) -> Iterator[Wait]:
    """Bring every picture out, wait until what they ask side jobs for is there, and measure training."""
    session, watch, ended = window.session, Watch(window), set[str]()
    session.job_found.connect(lambda part: ended.update([part.name] if part.last else []))
    yield lambda: watch.frame is not None
    for kind in window.stage.away:
        window.stage.bring_out(kind.key)
    session.course.set_speed(PACED)
    session.course.play()
    yield lambda: ended >= JOBS
    session.course.pause()
    yield from measure_training(window, watch, figures, " flow", SCENE, OWN)


if __name__ == "__main__":
    postpone_compiler()
    start, end = grid_times()
    print_figures(Start(SCENE, flow_run().recipe), measure, {"flow/grid start": start, "flow/grid end": end})
