"""Training in the window against the same experiment in a bare loop."""

from __future__ import annotations

import json
import statistics
import subprocess
import time
from collections.abc import Iterator, Mapping
from functools import partial
from itertools import pairwise
from typing import Any

from explainer.bench.driving import Figures, Wait
from explainer.bench.figures import percentile
from explainer.bench.watch import Watch
from explainer.children import python
from explainer.window.main_window import MainWindow

ROUNDS = 3
SECONDS = 3.0
WARM_UP = 1.0


def measure_training(
    window: MainWindow,
    watch: Watch,
    figures: Figures,
    suffix: str,
    scene: str,
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
        session.course.set_speed(None)
        session.course.play()
        yield lambda: session.position.step > 0
        yield WARM_UP
        first, started, seen = session.position.step, time.perf_counter(), len(watch.moments)
        yield SECONDS
        drawn.append((session.position.step - first) / (time.perf_counter() - started))
        moments = watch.moments[seen:]
        intervals += [1000 * (after - before) for before, after in pairwise(moments)]
        session.course.pause()
        yield 0.2
    figures[f"training/bare{suffix}"] = statistics.median(bare)
    figures[f"training/drawn{suffix}"] = statistics.median(drawn)
    figures[f"training/ratio{suffix}"] = statistics.median(d / b for d, b in zip(drawn, bare, strict=True))
    figures[f"pictures/rate{suffix}"] = 1000 / statistics.mean(intervals)
    figures[f"pictures/p99{suffix}"] = percentile(intervals, 0.99)


def _has_ended(process: subprocess.Popen[str]) -> bool:
    return process.poll() is not None


def _start_bare(scene: str, parameters: Mapping[str, Any]) -> subprocess.Popen[str]:
    command = python("explainer.bench.bare", scene, str(SECONDS), json.dumps(parameters))
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
