"""The numbers that the lesson states, and how each is had: see ``tests.measure_lessons``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.measure_lessons import Stated


def held_out(kind: str) -> Callable[[Any], float]:
    """Return a measure: a model's last held-out loss."""
    return lambda run: float(run.metrics[f"test/{kind}"][-1])


def counting(k: int) -> Callable[[Any], float]:
    """Return a measure: what counting comes to."""
    return lambda run: float(run.arrays("yardsticks")["yardsticks"][k])


def without(place: int) -> Callable[[Any], float]:
    """Return a measure: the loss with nothing (0) or one part switched off, by the order of the side job."""

    def measure(run: Any) -> float:
        *_, found = run.execution.experiment.without(0)
        return float(found["without_loss"][place])

    return measure


def even(run: Any) -> float:
    """Return at which length attention costs as much as feed-forward."""
    found = run.arrays("adds_by_length", "cost_length")
    cost = found["adds_by_length"]
    return float(found["cost_length"][(cost[1] + cost[2] >= cost[3]).argmax()])


LACKS = "variants=whole,no-residual,no-attention,no-mlp&run=300"
OTHERS = "variants=post-norm,no-norm,no-mask,gru&run=300"
ALONE, LONG = "variants=whole&run=200", "variants=whole,gru&length=1000&run=1000"
SIX = "layers=6&variants=whole,post-norm&run=150"
STATED = [
    Stated("| [nothing](try:variants=whole&run=300&speed=max) | 2.0 |", LACKS, held_out("whole"), (1.95, 2.05)),
    Stated("300 steps of training come to 2.41–2.42", LACKS, held_out("no-attention"), (2.405, 2.425)),
    Stated("| 2.41–2.42 |", LACKS, held_out("no-attention"), (2.405, 2.425)),
    Stated("| 2.05–2.1 |", LACKS, held_out("no-mlp"), (2.045, 2.105)),
    Stated("| 2.8–3.1 |", LACKS, held_out("no-residual"), (2.75, 3.15)),
    Stated("frequencies 3.11, bigrams 2.41, trigrams 1.85", "", counting(1), (3.105, 3.115)),
    Stated("frequencies 3.11, bigrams 2.41, trigrams 1.85", "", counting(2), (2.405, 2.415)),
    Stated("frequencies 3.11, bigrams 2.41, trigrams 1.85", "", counting(3), (1.845, 1.855)),
    Stated("At 4.29 nats, knowing nothing", "", counting(0), (4.285, 4.295)),
    Stated("It stands at 3.1, the line of frequencies", "variants=no-residual&run=100",
           held_out("no-residual"), (3.05, 3.15)),
    Stated("A colleague reports 0.3 nats a character held out after 150 steps", "variants=no-mask&run=150",
           held_out("no-mask"), (0.2, 0.4)),
    Stated("In 150 steps each character has been read 1.4 times", None, lambda seed: 150 * 16 * 32 / 56_331, (1.35, 1.45)),
    Stated("| 1.9–2.0 |", OTHERS, held_out("post-norm"), (1.895, 2.005)),
    Stated("| 1.95–2.0 |", OTHERS, held_out("no-norm"), (1.945, 2.05)),
    Stated("2.0 against 2.3–2.4", OTHERS, held_out("gru"), (2.25, 2.45)),
    Stated("2.35–2.4 against 2.45–2.5", "layers=6&variants=whole,no-norm&run=100", held_out("no-norm"), (2.345, 2.405)),
    Stated("2.35–2.4 against 2.45–2.5", "layers=6&variants=whole,no-norm&run=100", held_out("whole"), (2.445, 2.505)),
    Stated("pre-norm at 2.3 with each", SIX, held_out("whole"), (2.25, 2.35)),
    Stated("| feed-forward of block 1 | 3.3–4.2 |", ALONE, without(2), (3.25, 4.25)),
    Stated("| feed-forward of block 2 | 2.1–2.2 |", ALONE, without(4), (2.05, 2.25)),
    Stated("| attention of block 1, or of block 2 | 2.2–2.5 |", ALONE, without(1), (2.15, 2.55)),
    Stated("| attention of block 1, or of block 2 | 2.2–2.5 |", ALONE, without(3), (2.15, 2.55)),
    Stated("(As it is: 2.1.)", ALONE, without(0), (2.05, 2.15)),
    Stated("it is 1.55–1.65 against 1.85–2.0", LONG, held_out("whole"), (1.5, 1.7)),
    Stated("it is 1.55–1.65 against 1.85–2.0", LONG, held_out("gru"), (1.85, 2.1)),
    Stated("At T = 2d = 128 both cost the same", "width=64", even, (128, 128)),
]  # fmt: skip
