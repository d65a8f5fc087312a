"""The window while a run trains flat out: speed against a bare loop, pictures, latency, memory."""

from __future__ import annotations

import json
import os
import random
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from itertools import pairwise
from typing import Any

from PySide6.QtCore import QObject, QTimer

from explainer.bench.figures import percentile
from explainer.bench.watch import Watch
from explainer.contract.start import Start
from explainer.window import app
from explainer.window.main_window import MainWindow

SCENE = "gradient-descent"
ROUNDS = 3
SECONDS = 4.0
WARM_UP = 1.0
MOVES = 60
Wait = float | Callable[[], bool]


class Script(QObject):
    """Runs a generator in the event loop; it yields seconds to wait or a condition to wait for."""

    def __init__(self, steps: Iterator[Wait], parent: QObject) -> None:
        super().__init__(parent)
        self._steps = steps
        self._condition: Callable[[], bool] | None = None
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self._go_on)
        self._timer.start(0)

    def _go_on(self) -> None:
        if self._condition is not None and not self._condition():
            self._timer.start(1)
            return
        wait = next(self._steps, None)
        if wait is None:
            app.quit_soon()
            return
        self._condition = wait if callable(wait) else None
        self._timer.start(0 if callable(wait) else round(1000 * wait))


def measure(window: MainWindow, figures: dict[str, float]) -> Iterator[Wait]:
    """Measure everything, writing into ``figures``."""
    watch = Watch(window)
    yield lambda: watch.frame is not None
    yield from _measure_control(window, watch, figures)
    yield from measure_training(window, watch, figures, "")
    for kind in window.stage.away:
        window.stage.bring_out(kind.key)
    yield 1.0
    yield from measure_training(window, watch, figures, " all")
    figures["memory/window"] = resident(os.getpid())
    figures["memory/engine"] = resident(window.session.link.process_id)


def measure_training(
    window: MainWindow,
    watch: Watch,
    figures: dict[str, float],
    suffix: str,
    scene: str = SCENE,
    parameters: Mapping[str, Any] = {},
) -> Iterator[Wait]:
    """Alternate bare loops and drawn runs, and take medians of the ratios."""
    session = window.session
    bare, drawn, intervals = [], [], []
    for _ in range(ROUNDS):
        process = _start_bare(scene, parameters)
        yield partial(_has_ended, process)
        assert process.stdout is not None
        bare.append(float(process.stdout.read()))
        session.reset()
        session.set_speed(None)
        session.play()
        yield lambda: session.position.step > 0
        yield WARM_UP
        first, started, seen = session.position.step, time.perf_counter(), len(watch.moments)
        yield SECONDS
        drawn.append((session.position.step - first) / (time.perf_counter() - started))
        moments = watch.moments[seen:]
        intervals += [1000 * (after - before) for before, after in pairwise(moments)]
        session.pause()
        yield 0.2
    figures["training/bare" if scene == SCENE else f"training/bare{suffix}"] = statistics.median(bare)
    figures[f"training/drawn{suffix}"] = statistics.median(drawn)
    figures[f"training/ratio{suffix}"] = statistics.median(d / b for d, b in zip(drawn, bare, strict=True))
    figures[f"pictures/rate{suffix}"] = 1000 / statistics.mean(intervals)
    figures[f"pictures/p99{suffix}"] = percentile(intervals, 0.99)


def _has_ended(process: subprocess.Popen[str]) -> bool:
    return process.poll() is not None


def _has_answered(watch: Watch, request: int) -> bool:
    return watch.answered >= request


def _measure_control(window: MainWindow, watch: Watch, figures: dict[str, float]) -> Iterator[Wait]:
    """Move the first slider while the run plays, and wait each time for the painted picture that shows it."""
    session, controls = window.session, window.inspector.controls
    assert controls is not None
    slider = controls.control("lr")
    slider.setParent(window)
    session.set_speed(None)
    session.play()
    yield WARM_UP
    draw, times = random.Random(1), []
    for _ in range(MOVES):
        yield draw.uniform(0.02, 0.06)
        value = round(draw.uniform(0.005, 0.035), 5)
        started = time.perf_counter()
        slider.propose(value)
        request = session.last_request
        yield partial(_has_answered, watch, request)
        times.append(1000 * (watch.moments[-1] - started))
    session.pause()
    yield 0.2
    figures["control/p50"], figures["control/p95"] = percentile(times, 0.5), percentile(times, 0.95)


def _start_bare(scene: str, parameters: Mapping[str, Any]) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "explainer.bench.bare", scene, str(SECONDS), json.dumps(parameters)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def resident(process: int) -> float:
    """Return the resident memory of a process in MB, 0 where the system does not say."""
    try:
        with open(f"/proc/{process}/statm", encoding="ascii") as file:
            pages = int(file.read().split()[1])
    except OSError:
        return 0.0
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def main() -> None:
    """Open the window, measure, print the figures as JSON."""
    os.environ["EXPLAINER_SETTINGS"] = os.devnull
    figures: dict[str, float] = {}
    app.open_window(Start(SCENE), lambda window: Script(measure(window, figures), window))
    print(json.dumps(figures))  # noqa: T201


if __name__ == "__main__":
    main()
