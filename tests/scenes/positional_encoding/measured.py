"""The numbers that the lesson states, and how each is had: see ``tests.measure_lessons``."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from explainer import Run
from tests.measure_lessons import Stated


def last(metric: str) -> Any:
    """Return a measure: the last value of a metric."""
    return lambda run: float(run.metrics[metric][-1])


def yardstick(k: int) -> Any:
    """Return a measure: what counting comes to."""
    return lambda run: float(run.arrays("yardsticks")["yardsticks"][k])


@lru_cache(maxsize=4)
def divided(seed: int) -> list[tuple[float, float]]:
    """Return a rotary model's losses (near, far): after 600 steps, 48 after division by four, 60 later at length 128."""
    run = Run("positional-encoding", seed=seed, schemes=("rotary",))
    found = []
    for more, given in ((600, {}), (48, {"stretch": 4.0}), (60, {"length": 128})):
        run.set(**given)
        run.step(more)
        found.append((float(run.metrics["test/rotary"][-1]), float(run.metrics["far/rotary"][-1])))
    return found


LOUD = "schemes=learned&position_std=1&token_std=0.02&run=150"
STATED = [
    Stated("frequencies 3.11", "", yardstick(1), (3.105, 3.115)),
    Stated("bigrams 2.41", "", yardstick(2), (2.405, 2.415)),
    Stated("trigrams 1.85 nats", "", yardstick(3), (1.845, 1.855)),
    Stated("2.26–2.32 [after 600]", "schemes=none&run=600", last("test/none"), (2.255, 2.325)),
    Stated("A whole turn takes 6.3, 63, 628 and 6,283 places", "", lambda run: run.arrays("periods")["periods"][[0, 3]] / [1, 1000],
           (6.28, 6.29)),
    Stated("> 2.1–2.2 against", "run=300", last("test/rotary"), (2.05, 2.25)),
    Stated("2.2–2.3 for ALiBi", "run=300", last("test/alibi"), (2.15, 2.35)),
    Stated("about 2.4 for the table", "run=300", last("test/learned"), (2.35, 2.45)),
    Stated("> Rotary goes from below 2.2 to about 3", "run=300", last("far/rotary"), (2.75, 3.15)),
    Stated("about 2.4 nats against 2.1–2.2", "run=300", last("test/learned"), (2.35, 2.45)),
    Stated("stood at 1.9–2.0 nats near", None, lambda seed: divided(seed)[0][0], (1.85, 2.05)),
    Stated("above 3 far", None, lambda seed: divided(seed)[0][1], (3.0, 4.0)),
    Stated("both were at 2.3–2.5", None, lambda seed: divided(seed)[1], (2.25, 2.55)),
    Stated("both at 2.1–2.2", None, lambda seed: divided(seed)[2], (2.05, 2.25)),
    Stated("> It stands at 3.1", LOUD, last("test/learned"), (3.05, 3.15)),
    Stated("come to 2.6", "schemes=learned&token_std=0.02&run=150", last("test/learned"), (2.55, 2.7)),
    Stated("10,000 sets the longest wave, about 63,000 places", None, lambda seed: 2 * 3.14159265 * 10_000, (62_500, 63_500)),
]  # fmt: skip
