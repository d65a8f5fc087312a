"""Gradient flow at depth 30 and width 64: speed with everything drawn against a bare loop, and the grid's times."""

from __future__ import annotations

import json
import os
import statistics
import time
from collections import deque
from collections.abc import Iterator
from functools import partial
from typing import Any

from explainer.bench.watch import Watch
from explainer.bench.window import Script, Wait
from explainer.contract.start import Start
from explainer.engine.lean_torch import postpone_compiler
from explainer.engine.run import Run
from explainer.window import app
from explainer.window.main_window import MainWindow

SCENE = "gradient-flow"
ROUNDS, SECONDS, WARM_UP = 3, 4.0, 1.0


def flow_run() -> Run:
    """Return a network of 30 layers of 64 by itself."""
    return Run(SCENE, depth=30, width=64, beside=())


def bare_speed() -> float:
    """Return the steps per second of the experiment exhausted in a plain loop."""
    execution = flow_run().execution
    experiment, recorder = execution.experiment, execution.recorder
    with execution.world.entered():
        started, step = time.perf_counter(), 0
        while time.perf_counter() - started < SECONDS:
            step += 1
            recorder.step = step
            deque(experiment.step(), maxlen=0)
            if step % 256 == 0:
                recorder.flush()
        return step / (time.perf_counter() - started)


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


def measure(window: MainWindow, figures: dict[str, float]) -> Iterator[Wait]:
    """Let the run train flat out with every picture out, and count its steps."""
    watch, session = Watch(window), window.session
    yield lambda: watch.frame is not None
    for kind in window.stage.away:
        window.stage.bring_out(kind.key)
    yield 4.0
    drawn = []
    for _ in range(ROUNDS):
        session.reset()
        session.set_speed(None)
        session.play()
        yield partial(_has_begun, window)
        yield WARM_UP
        first, started = session.position.step, time.perf_counter()
        yield SECONDS
        drawn.append((session.position.step - first) / (time.perf_counter() - started))
        session.pause()
        yield 0.2
    figures["flow/drawn"] = statistics.median(drawn)
    figures["flow/ratio"] = figures["flow/drawn"] / figures["flow/bare"]


def _has_begun(window: MainWindow) -> bool:
    return window.session.position.step > 0


def main() -> None:
    """Measure, and print the figures as JSON."""
    os.environ["EXPLAINER_SETTINGS"] = os.devnull
    postpone_compiler()
    figures: dict[str, float] = {"flow/bare": statistics.median(bare_speed() for _ in range(ROUNDS))}
    figures["flow/grid start"], figures["flow/grid end"] = grid_times()
    app.open_window(Start(SCENE, flow_run().recipe), lambda window: Script(measure(window, figures), window))
    print(json.dumps(figures))  # noqa: T201


if __name__ == "__main__":
    main()
