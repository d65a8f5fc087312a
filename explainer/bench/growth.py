"""Whether the window grows once its series are full: ``python -m explainer.bench.growth MINUTES``.

The window holds its series in a small share of their usual budget here, so that they are full, and
are thinned again and again, from the first minute on; everything else is as it is for a person.
"""

from __future__ import annotations

import os
import statistics
import sys
from collections.abc import Iterator
from functools import partial

from explainer.bench.driving import Figures, Wait, print_figures
from explainer.bench.window import SCENE, resident
from explainer.contract.series import share_budget
from explainer.contract.start import Start
from explainer.window.main_window import MainWindow
from explainer.window.run import received

SERIES = 2 * 2**20
"""Bytes of series in the window: full after some twenty thousand steps."""
WARM_UP = 60.0
EVERY = 1.0
"""Seconds between two readings of the memory."""


def measure(minutes: float, window: MainWindow, figures: Figures) -> Iterator[Wait]:
    """Train flat out with every picture out and read the window's memory, writing into ``figures``."""
    yield lambda: window.session.frame is not None
    for kind in window.stage.away:
        window.stage.bring_out(kind.key)
    window.session.course.set_speed(None)
    window.session.course.play()
    yield WARM_UP
    readings = []
    for _ in range(max(8, round(60 * minutes / EVERY))):
        readings.append(resident(os.getpid()))
        yield EVERY
    window.session.course.pause()
    figures["memory/growth"] = growth(readings, EVERY)


def growth(readings: list[float], seconds: float) -> float:
    """Return by how many per cent memory read every ``seconds`` would grow in an hour.

    The slope between the medians of the first and of the last quarter of the readings, so that
    single peaks do not count.
    """
    quarter = len(readings) // 4
    before, after = statistics.median(readings[:quarter]), statistics.median(readings[-quarter:])
    return 100 * (after - before) / before * 3600 / (seconds * (len(readings) - quarter))


if __name__ == "__main__":
    received.share_budget = partial(share_budget, budget=SERIES)  # type: ignore[attr-defined]
    print_figures(Start(SCENE), partial(measure, float(sys.argv[1])))
