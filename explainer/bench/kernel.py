"""From a changed kernel number to the painted output: on 64 × 64 × 3 → 8, and on a whole photograph."""

from __future__ import annotations

import time
from collections.abc import Iterator
from functools import partial
from typing import Any

from explainer.bench.driving import Figures, Wait, has_answered, print_figures
from explainer.bench.figures import percentile
from explainer.bench.watch import Watch
from explainer.contract.catalogue import CATALOGUE
from explainer.contract.recipe import Recipe
from explainer.contract.start import Start
from explainer.window.main_window import MainWindow

SCENE = "convolution"
SETTINGS: dict[str, dict[str, Any]] = {
    "64": {"image": "china", "height": 64, "width": 64, "in_channels": 3, "out_channels": 8},
    "photograph": {"image": "china", "own_size": True, "in_channels": 3},
}
MOVES = 40


def measure(window: MainWindow, figures: Figures) -> Iterator[Wait]:
    """Change a weight again and again, and wait each time for the painted frame that shows it."""
    watch = Watch(window)
    yield lambda: watch.frame is not None
    scene = CATALOGUE.scene(SCENE)
    for name, given in SETTINGS.items():
        window.session.open_scene(scene, Recipe(SCENE, parameters=scene.parameters(**given).values()))
        yield partial(_is_open, window)
        yield 0.5
        times = []
        for move in range(MOVES):
            started = time.perf_counter()
            window.stage.steering.set(kernel="custom", kernel_values=f"{move + 1} 0 1; -2 0 2; -1 0 1")
            yield partial(has_answered, watch, window.session.last_request)
            times.append(1000 * (watch.moments[-1] - started))
        figures[f"kernel/{name} p50"], figures[f"kernel/{name} p95"] = percentile(times, 0.5), percentile(times, 0.95)


def _is_open(window: MainWindow) -> bool:
    return window.session.frame is not None and not window.session.is_opening


if __name__ == "__main__":
    print_figures(Start(SCENE), measure)
