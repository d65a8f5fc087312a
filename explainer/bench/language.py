"""The language model: training with the first pictures drawn; a written symbol beside a bare cached step."""

from __future__ import annotations

import statistics
import time
from collections import deque
from collections.abc import Iterator

import torch

from explainer.bench.driving import Figures, Wait, print_figures
from explainer.bench.training import measure_training
from explainer.bench.watch import Watch
from explainer.contract.start import Start
from explainer.engine.run import Run
from explainer.lab.language.model import Cache
from explainer.window.main_window import MainWindow

SCENE = "language-model"
WRITTEN, ROUNDS = 200, 5


def measure(window: MainWindow, figures: Figures) -> Iterator[Wait]:
    """Measure with the first pictures out, writing into ``figures``."""
    watch = Watch(window)
    yield lambda: watch.frame is not None
    yield 1.0
    yield from measure_training(window, watch, figures, " language", SCENE)


def written() -> Figures:
    """Return what a written symbol costs: a step of the scene that only writes, and the model's cached step alone."""
    run = Run(SCENE, train=False)
    run.step(WRITTEN)
    execution, own, bare = run.execution, [], []
    experiment = execution.experiment
    model = experiment.model  # type: ignore[attr-defined]
    cache = Cache(model.config, room=2 * model.config.context)
    token = torch.zeros(1, 1, dtype=torch.int64)
    with execution.world.entered(), torch.no_grad():
        model(token.expand(1, model.config.context), cache=cache)
        for _ in range(ROUNDS):
            started = time.perf_counter()
            for _ in range(WRITTEN):
                model(token, cache=cache)[0, -1]
            bare.append(time.perf_counter() - started)
            started = time.perf_counter()
            for _ in range(WRITTEN):
                execution.recorder.step += 1
                deque(experiment.step(), maxlen=0)
            own.append(time.perf_counter() - started)
            execution.recorder.flush()
    scale = 1000 / WRITTEN
    return {
        "language/bare": scale * statistics.median(bare),
        "language/written": scale * statistics.median(own),
        "language/ratio": statistics.median(a / b for a, b in zip(own, bare, strict=True)),
    }


if __name__ == "__main__":
    print_figures(Start(SCENE), measure, written())
