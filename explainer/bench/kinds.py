"""How long each kind of drawing takes to take in a frame and be painted, on a stated load, 640 × 400 pixels."""

from __future__ import annotations

import json
import statistics
import time
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from PySide6.QtGui import QImage

from explainer.contract.cards import (
    Bar,
    Bars,
    Board,
    Cell,
    Confusion,
    Curves,
    DecisionMap,
    Graph,
    Grid,
    Histogram,
    Images,
    Links,
    Map,
    Maps,
    Matrix,
    Plane,
    Ridges,
    Scatter,
    Spark,
    Steps,
    Surface,
    Table,
    Text,
    Threshold,
    Timeline,
    Tokens,
)
from explainer.contract.frame import Frame
from explainer.contract.parameters import Parameters
from explainer.contract.scene import Array, Scene
from explainer.contract.series import Series
from explainer.export.picture import application
from explainer.plots.card_picture import part_class
from explainer.plots.picture import Steering
from explainer.theme.tokens import DARK

PAINTINGS = 25
WIDTH, HEIGHT = 640, 400
CHANCE = np.random.default_rng(0)
LINE, FEW = np.linspace(-3, 3, 49), 12
WORDS = np.array([f"word{k}" for k in range(64)], dtype="<U32")
LOADS: dict[str, tuple[Any, Callable[[], Mapping[str, np.ndarray]]]] = {
    "curves": (Curves("y"), lambda: {"y": CHANCE.random((4, 200))}),
    "bars": (Bars("y"), lambda: {"y": CHANCE.random(24)}),
    "scatter": (
        Scatter("p", classes="c"),
        lambda: {"p": CHANCE.normal(size=(500, 2)), "c": CHANCE.integers(0, 3, 500)},
    ),
    "histogram": (Histogram("y", "e"), lambda: {"y": CHANCE.integers(0, 99, (2, 40)), "e": np.arange(41.0)}),
    "ridges": (Ridges("y", "e"), lambda: {"y": CHANCE.random((20, 60)), "e": np.arange(61.0)}),
    "timeline": (
        Timeline("s", "f", "l"),
        lambda: {"s": CHANCE.random(120) * 9, "f": 9 + CHANCE.random(120), "l": CHANCE.integers(0, 8, 120)},
    ),
    "threshold": (Threshold("s", "t"), lambda: {"s": CHANCE.random(1000), "t": CHANCE.integers(0, 2, 1000)}),
    "matrix": (Matrix("y"), lambda: {"y": CHANCE.normal(size=(16, 16))}),
    "map": (Map("y"), lambda: {"y": CHANCE.random((64, 64))}),
    "board": (
        Board((Grid("a", "a"), "×", Grid("b", "b"), "=", Grid("c", "c"))),
        lambda: {name: CHANCE.integers(-9, 9, (5, 5)).astype(float) for name in "abc"},
    ),
    "maps": (Maps("y"), lambda: {"y": CHANCE.random((32, 24, 24))}),
    "images": (Images("y"), lambda: {"y": CHANCE.random((40, 28, 28))}),
    "confusion": (Confusion("y"), lambda: {"y": CHANCE.integers(0, 50, (10, 10))}),
    "table": (
        Table((Cell("n"), Bar("v"), Spark("h"))),
        lambda: {"n": WORDS[:20], "v": CHANCE.random(20), "h": CHANCE.random((20, 40))},
    ),
    "tokens": (Tokens("w", weights="v"), lambda: {"w": WORDS, "v": CHANCE.random(64)}),
    "links": (Links("y", "w", "w"), lambda: {"y": CHANCE.random((FEW, FEW)), "w": WORDS[:FEW]}),
    "text": (Text("w", shade="v"), lambda: {"w": np.tile(WORDS, 4), "v": CHANCE.random(256)}),
    "decision map": (
        DecisionMap("y", levels=(0.5,), points="p"),
        lambda: {"y": CHANCE.random((49, 49)), "p": CHANCE.normal(size=(250, 2))},
    ),
    "plane": (
        Plane("z", "x", "x", "p"),
        lambda: {"z": LINE[None] ** 2 + 9 * LINE[:, None] ** 2, "x": LINE, "p": CHANCE.normal(size=(3, 120, 2))},
    ),
    "surface": (
        Surface("z", "x", "x", "p"),
        lambda: {"z": LINE[None] ** 2 + 9 * LINE[:, None] ** 2, "x": LINE, "p": CHANCE.normal(size=(3, 120, 2))},
    ),
    "graph": (
        Graph("n", "e", layers="l", weights="w"),
        lambda: {
            "n": WORDS[:20],
            "e": np.array([(a, b) for a in range(10) for b in range(10, 20)]),
            "l": np.repeat([0, 1], 10),
            "w": CHANCE.normal(size=100),
        },
    ),
    "steps": (Steps({"loss": "loss"}), dict),
}
"""Each kind with arrays that differ from frame to frame."""

_KEPT: list[Any] = []
"""Widgets live until the end: a plot that is collected on its own takes the process with it."""


class Nothing(Parameters):
    """No parameters."""


def milliseconds(told: Any, arrays: Callable[[], Mapping[str, np.ndarray]]) -> float:
    """Return the median time on the processor in which a drawing takes in a frame and is painted."""
    first = arrays()
    declared = {
        name: Array(tuple(f"{name}{axis}" for axis in range(array.ndim)), str(array.dtype), name)
        for name, array in first.items()
    }
    scene = Scene("Bench", "Foundations", "How fast?", Nothing, {}, declared)
    steering = Steering()
    part = part_class(told)(told, scene, steering)
    _KEPT.append((part, steering))
    part.resize(WIDTH, HEIGHT)
    part.apply_theme(DARK)
    part.ensurePolished()
    image = QImage(part.size(), QImage.Format.Format_ARGB32_Premultiplied)
    loss = Series()
    times = []
    for step in range(1, PAINTINGS + 6):
        found = arrays()
        loss.extend(np.array([step]), np.array([1 / step]))
        started = time.thread_time()
        part.draw(Frame("bench", step, "", Nothing(), found, {"loss": loss}))
        part.render(image)
        times.append(1000 * (time.thread_time() - started))
    return statistics.median(times[5:])


def main() -> None:
    """Measure every kind."""
    application()
    print(json.dumps({f"kinds/{name}": milliseconds(*load) for name, load in LOADS.items()}))  # noqa: T201


if __name__ == "__main__":
    main()
