"""The numbers that the lesson states, and how each is had: see ``tests.measure_lessons``."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from tests.measure_lessons import Stated


def percent(*norms: str) -> Callable[[Any], list[float]]:
    """Return a measure: the shares of held-out digits that networks have right at the end, in percent."""
    return lambda run: [100 * float(run.metrics[f"accuracy/{norm}"][-1]) for norm in norms]


def company(run: Any) -> float:
    """Return how far the probabilities of one digit's class in twelve batches lie apart, with batch normalization."""
    row = run.arrays("company")["company"][1]
    return float(row.max() - row.min())


def growth(k: int) -> Callable[[Any], float]:
    """Return a measure: how many times as long a gradient is at the first of 30 layers as at the last."""

    def of(run: Any) -> float:
        row = run.arrays("gradients")["gradients"][k]
        return float(row[0] / row[-1])

    return of


def whole(low: float, high: float) -> tuple[float, float]:
    """Return a range of whole numbers, half a one wider on both sides."""
    return low - 0.5, high + 0.5


FOUR = "norms=none,batch,layer,rms&run=400"
KINDS = ("none", "batch", "layer", "rms")
TABLE = {
    "| 83 to 87 | **20 to 28** | 80 to 91 | 85 to 89 |": (2, (83, 87), (20, 28), (80, 91), (85, 89)),
    "| 87 to 90 | 82 to 87 | 92 to 94 | 90 to 94 |": (4, (87, 90), (82, 87), (92, 94), (90, 94)),
    "| 91 to 94 | 90 to 92 | 91 to 94 | 91 to 94 |": (8, (91, 94), (90, 92), (91, 94), (91, 94)),
    "| 91 to 95 | 92 to 96 | 92 to 95 | 91 to 96 |": (16, (91, 95), (92, 96), (92, 95), (91, 96)),
}
NOISE = "norms=none,batch,layer,dropout&run=400"
STATED = [
    *(
        Stated(words, f"batch={batch}&{FOUR}", percent(kind), whole(*between))
        for words, (batch, *ranges) in TABLE.items()
        for kind, between in zip(KINDS, ranges, strict=True)
    ),
    Stated("> 20 to 28 %; without any 83 to 87 %", f"batch=2&{FOUR}", percent("batch"), whole(20, 28)),
    Stated("without any 83 to 87 %", f"batch=2&{FOUR}", percent("none"), whole(83, 87)),
    Stated("with layer normalization 80 to 91 %", f"batch=2&{FOUR}", percent("layer"), whole(80, 91)),
    Stated("> 8 to 12 %, the others 91 to 94 %", "batches=one-class&run=400", percent("batch"), whole(8, 12)),
    Stated("the others 91 to 94 %", "batches=one-class&run=400", percent("none", "layer"), whole(91, 94)),
    Stated("Without it 10 to 28 %", f"batch=32&lr=1&{FOUR}", percent("none"), whole(10, 28)),
    Stated("batch, layer and RMS 95 to 98 %", f"batch=32&lr=1&{FOUR}", percent("batch", "layer", "rms"), whole(95, 98)),
    Stated("all four are at 94 to 98 %", f"batch=32&lr=0.5&{FOUR}", percent(*KINDS), whole(94, 98)),
    Stated("rises by 0.17 to 0.58", NOISE, company, (0.165, 0.585)),
    Stated("91 to 94 %", "affine=0&norms=batch,layer,rms&run=400", percent("batch", "layer", "rms"), whole(91, 94)),
    Stated("226 to 233 times", "depth=30&batch=64", growth(1), (225.5, 233.5)),
    Stated(
        "grows by 1.20 to 1.21 a layer", "depth=30&batch=64", lambda run: growth(1)(run) ** (1 / 29), (1.195, 1.215)
    ),
    Stated("within a factor of 2", "depth=30&batch=64", growth(2), (0.5, 2)),
    Stated("\\sqrt{\\pi / (\\pi - 1)} = 1.21", None, lambda seed: math.sqrt(math.pi / (math.pi - 1)), (1.205, 1.215)),
]
