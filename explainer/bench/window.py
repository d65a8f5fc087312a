"""The window while a run trains flat out: speed against a bare loop, pictures, latency, memory."""

from __future__ import annotations

import os
import random
import time
from collections.abc import Iterator
from functools import partial

from explainer.bench.driving import Figures, Wait, has_answered, print_figures
from explainer.bench.figures import percentile
from explainer.bench.training import WARM_UP, measure_training
from explainer.bench.watch import Watch
from explainer.contract.start import Start
from explainer.window.main_window import MainWindow

SCENE = "gradient-descent"
MOVES = 60


def measure(window: MainWindow, figures: Figures) -> Iterator[Wait]:
    """Measure everything, writing into ``figures``."""
    watch = Watch(window)
    yield lambda: watch.frame is not None
    yield from _measure_control(window, watch, figures)
    yield from measure_training(window, watch, figures, "", SCENE)
    for kind in window.stage.away:
        window.stage.bring_out(kind.key)
    yield 1.0
    yield from measure_training(window, watch, figures, " all", SCENE)
    del figures["training/bare all"]
    figures["memory/window"] = resident(os.getpid())
    figures["memory/engine"] = resident(window.session.engine.link.process_id)


def _measure_control(window: MainWindow, watch: Watch, figures: Figures) -> Iterator[Wait]:
    """Move the first slider while the run plays, and wait each time for the painted picture that shows it."""
    session, controls = window.session, window.inspector.controls
    assert controls is not None
    slider = controls.control("lr")
    slider.setParent(window)
    session.course.set_speed(None)
    session.course.play()
    yield WARM_UP
    draw, times = random.Random(1), []
    for _ in range(MOVES):
        yield draw.uniform(0.02, 0.06)
        value = round(draw.uniform(0.005, 0.035), 5)
        started = time.perf_counter()
        slider.propose(value)
        request = session.last_request
        yield partial(has_answered, watch, request)
        times.append(1000 * (watch.moments[-1] - started))
    session.course.pause()
    yield 0.2
    figures["control/p50"], figures["control/p95"] = percentile(times, 0.5), percentile(times, 0.95)


def resident(process: int) -> float:
    """Return the resident memory of a process in MB, 0 where the system does not say."""
    try:
        with open(f"/proc/{process}/statm", encoding="ascii") as file:
            pages = int(file.read().split()[1])
    except OSError:
        return 0.0
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


if __name__ == "__main__":
    print_figures(Start(SCENE), measure)
