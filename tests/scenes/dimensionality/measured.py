"""The numbers that the lesson states, and how each is had: see ``tests.measure_lessons``."""

from __future__ import annotations

from functools import cache
from math import lgamma, log, pi, sqrt
from typing import Any

import numpy as np

from explainer import Run
from tests.measure_lessons import Stated


def last(name: str) -> Any:
    """Return a measure: a metric's last value."""
    return lambda run: float(run.metrics[name][-1])


def tells(words: str, link: str, low: float, high: float, name: str = "accuracy/all") -> Stated:
    """Return a statement about a share of right votes in percent."""
    return Stated(words, link, lambda run: 100 * float(run.metrics[name][-1]), (low - 0.5, high + 0.5))


def answer(job: str, seed: int, **given: Any) -> dict[str, np.ndarray]:
    """Return all that a side job found."""
    found = {}
    for part in getattr(Run("dimensionality", seed=seed, **given)._execution.experiment, job)():
        found.update(part)
    return found


@cache
def keeps(seed: int, mapped: int) -> np.ndarray:
    """Return what each way keeps."""
    return answer("maps", seed, mapped=mapped)["keeps"]


def map_keeps(words: str, mapped: int, way: int, measure: int, low: float, high: float) -> Stated:
    """Return a statement about what a way keeps."""
    return Stated(words, None, lambda seed: float(keeps(seed, mapped)[way, measure]), (low - 0.005, high + 0.005))


def contrast(words: str, dims: int, low: float, high: float) -> Stated:
    """Return a statement about random points in a cube."""

    def measure(seed: int) -> float:
        found = answer("contrasts", seed)
        return float(found["contrast_of"][0, found["tried_dims"].tolist().index(dims)])

    return Stated(words, None, measure, (low, high))


def above(run: Run) -> int:
    """Return how many variances are above what noise alone reaches."""
    edge = (1 + sqrt(run.metrics["columns"][-1] / 299)) ** 2
    return int((run.arrays("variances")["variances"] > edge).sum())


def exact(words: str, value: float, low: float, high: float) -> Stated:
    """Return a statement that needs no run."""
    return Stated(words, None, lambda seed: value, (low, high), (0,))


BALL = pi**5 / np.exp(lgamma(6)) / 2**10
MIXED, WEAK, MANY = "added=mixtures&per_step=40&run=100", "scale=0.3&per_step=40&run=100", "run=100"

STATED = [
    Stated("the pixels alone tell 93–94 %", None, lambda seed: float(keeps(seed, 0)[0, 0]), (0.925, 0.945)),
    tells("> 52–59 %. Nothing", MANY, 52, 59),
    Stated("[1.45–1.51](try:run=1)", "run=1", last("contrast"), (1.445, 1.515)),
    tells("| 92–94 % |\n", "run=1", 92, 94),
    Stated("[0.33](try:run=20)", "run=20", last("contrast"), (0.32, 0.335)),
    tells("(try:run=20) | 79–83 % |", "run=20", 79, 83),
    Stated("[0.12](try:run=100)", MANY, last("contrast"), (0.115, 0.125)),
    tells("(try:run=100) | 52–59 % |", MANY, 52, 59),
    Stated("[0.06](try:run=400)", "run=400", last("contrast"), (0.055, 0.065)),
    tells("| 27–30 % |", "run=400", 27, 30),
    contrast("the contrast is 44–59 in 2", 2, 43.5, 59.5),
    contrast("2.3–2.5 in 10", 10, 2.25, 2.55),
    contrast("0.39–0.41 in 100", 100, 0.385, 0.415),
    contrast("0.11 in 1,000", 1000, 0.105, 0.115),
    Stated("The contrast falls to 0.14", WEAK, last("contrast"), (0.135, 0.145)),
    tells("> 89–93 %. All distances", WEAK, 89, 93),
    exact("the deviation is 16", sqrt(8 * 4000) * 0.09, 15.5, 16.5),
    exact("it is 89.", sqrt(8 * 1000), 88.5, 89.5),
    tells("> 93–95 %, with a contrast", MIXED, 93, 95),
    Stated("a contrast of 2.1–2.2.", MIXED, last("contrast"), (2.05, 2.25)),
    exact("that is 19 % in 2", 1 - 0.9**2, 0.185, 0.195),
    exact("88 % in 20", 1 - 0.9**20, 0.875, 0.885),
    exact("99.997 % in 100", 1 - 0.9**100, 0.999965, 0.999975),
    exact("holds 79 % of it in 2", pi / 4, 0.785, 0.795),
    exact("0.25 % in 10", BALL, 0.00245, 0.00255),
    exact("0.63 in 10", 0.01**0.1, 0.625, 0.635),
    exact("0.95 in 100", np.exp(log(0.01) / 100), 0.945, 0.955),
    tells("[71–73 %](try:run=100), all", MANY, 71, 73, "accuracy/pca"),
    tells("[42–54 %](try:q=2&run=100)", "q=2&run=100", 42, 54, "accuracy/pca"),
    Stated("With 200 columns 8–9 components do", "run=20", above, (8, 9)),
    Stated("with 1,000 columns 5–7", MANY, above, (5, 7)),
    Stated("with 2,000 columns 4–5", "run=200", above, (4, 5)),
    tells("all columns tells 12–15 %", "scale=5&run=10", 12, 15),
    map_keeps("| PCA, 2 components | 52–61 %", 0, 3, 0, 0.52, 0.61),
    map_keeps("[0.59–0.63](try:mapped=0&run=1)", 0, 3, 2, 0.59, 0.63),
    map_keeps("(try:mapped=0&run=1) | 50–61 % |", 200, 3, 0, 0.50, 0.61),
    map_keeps("| t-SNE | 92–94 %", 0, 4, 0, 0.92, 0.94),
    map_keeps("0.37–0.58 | 78–86 %", 0, 4, 2, 0.37, 0.58),
    map_keeps("0.37–0.58 | 78–86 %", 200, 4, 0, 0.78, 0.86),
    map_keeps("[79–83 %](try:mapped=200&run=1)", 200, 1, 0, 0.79, 0.83),
    map_keeps("| PCA, 10 components | 90–93 %", 0, 2, 0, 0.90, 0.93),
    map_keeps("| 0.95–0.96 | 88–89 % |", 0, 2, 2, 0.95, 0.96),
    map_keeps("| 0.95–0.96 | 88–89 % |", 200, 2, 0, 0.88, 0.89),
    Stated("of [74–80](try:run=100) others", MANY, last("hub"), (74, 80)),
    Stated("after 10 columns of 16–22", "run=1", last("hub"), (16, 22)),
]
