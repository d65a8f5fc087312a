"""A scene whose steps are dear: the CNN on the digits with everything drawn, against a bare loop; and 600 steps."""

from __future__ import annotations

import time
from collections.abc import Iterator

from explainer.bench.driving import Figures, Wait, print_figures
from explainer.bench.training import measure_training
from explainer.bench.watch import Watch
from explainer.contract.start import Start
from explainer.window.main_window import MainWindow

SCENE = "cnn"
STEPS = 600
"""In so many steps, and 15 seconds, 97 % of the held-out digits shall be right."""


def measure(window: MainWindow, figures: Figures) -> Iterator[Wait]:
    """Bring every picture out and measure, writing into ``figures``."""
    session, watch = window.session, Watch(window)
    yield lambda: watch.frame is not None
    for kind in window.stage.away:
        window.stage.bring_out(kind.key)
    yield 1.0
    yield from measure_training(window, watch, figures, " cnn", SCENE)
    session.reset()
    yield lambda: session.position.step == 0 and not session.is_opening
    started = time.perf_counter()
    session.course.play()
    yield lambda: session.position.step >= STEPS
    figures["cnn/seconds"] = time.perf_counter() - started
    figures["cnn/accuracy"] = 100 * session.series["accuracy/test"].at(STEPS)


if __name__ == "__main__":
    print_figures(Start(SCENE), measure)
