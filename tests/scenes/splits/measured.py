"""The numbers that the lesson states, and how each is had: see ``tests.measure_lessons``."""

from __future__ import annotations

from typing import Any

from tests.measure_lessons import Stated
from tests.scenes.splits.coins import best_of


def last(name: str) -> Any:
    """Return a measure: a metric's last value."""
    return lambda run: float(run.metrics[name][-1])


def line(words: str, link: str, *between: tuple[float, float]) -> list[Stated]:
    """Return the statements of a line: careless, the same on fresh examples, careful."""
    names = ("held/careless", "fresh/careless", "held/careful")
    return [Stated(words, link, last(name), limits) for name, limits in zip(names, between, strict=True)]


def lacking(run: Any) -> list[int]:
    """Return how many shuffled folds have no example of class 1."""
    return [int((run.arrays("positives")["positives"][0] == 0).sum())]


STATED = [
    Stated("> 87–93 %, and the same models", "run=10", last("held/careless"), (0.865, 0.935)),
    Stated("have 48–50 % on 500 fresh", "run=10", last("fresh/careless"), (0.475, 0.505)),
    Stated("the columns give 42–58 %", "run=10", last("held/careful"), (0.415, 0.585)),
    Stated("both ways say the same: 45–57 %", "columns=20&run=20", last("held/careless"), (0.445, 0.575)),
    Stated("both ways say the same: 45–57 %", "columns=20&run=20", last("held/careful"), (0.445, 0.575)),
    Stated("The best of 10 coins on 100 examples has 58 %", None, lambda seed: best_of(10, 100), (0.575, 0.585)),
    Stated("the best of 100 has 63 %", None, lambda seed: best_of(100, 100), (0.62, 0.63)),
    Stated("the best of 1,000 has 66 %", None, lambda seed: best_of(1000, 100), (0.655, 0.665)),
    Stated("the best of 100 has 54 %", None, lambda seed: best_of(100, 1000), (0.535, 0.545)),
    Stated("71–79 % both ways", "trap=scaling&run=10", last("held/careless"), (0.705, 0.795)),
    Stated("71–79 % both ways", "trap=scaling&run=10", last("held/careful"), (0.705, 0.795)),
    *line("| 87–93 % | 48–50 % | 42–58 % |", "run=10", (0.865, 0.935), (0.475, 0.505), (0.415, 0.585)),
    *line("| 97–100 % | 44–56 % | 22–65 % |", "trap=groups&run=10", (0.965, 1), (0.435, 0.565), (0.215, 0.655)),
    *line("| 97–100 % | 50–52 % | 37–57 % |", "trap=copies&run=10", (0.965, 1), (0.495, 0.525), (0.365, 0.575)),
    *line("| 69–73 % | 40–55 % | 33–65 % |", "trap=time&run=10", (0.685, 0.735), (0.395, 0.555), (0.325, 0.655)),
    Stated("have 49–50 % on fresh examples", "k=60&run=60", last("fresh/careful"), (0.484, 0.505)),
    Stated("> 38 %, 75 % and 77 %", "k=60&run=60", last("held/careful"), (0.375, 0.775)),
    Stated("2 or 3 of the ten folds", "trap=rare", lacking, (2, 3)),
]
