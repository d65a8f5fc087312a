"""The numbers that the lesson states, and how each is had: see ``tests.measure_lessons``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from tests.measure_lessons import Stated

TRAIN, TEST, LATER = range(3)


def percent(which: int, cured: bool = False) -> Callable[[Any], float]:
    """Return a measure: the last accuracy that is known, in percent."""

    def measure(run: Any) -> float:
        name = "treated_accuracies" if cured else "accuracies"
        values = run.arrays(name)[name][which]
        return 100 * float(values[np.isfinite(values)][-1])

    return measure


def largest_update(run: Any) -> float:
    """Return the largest update over the weights."""
    return float(np.nanmax(run.arrays("updates")["updates"]))


def first_update(run: Any) -> float:
    """Return the first update over the weights."""
    return float(run.arrays("updates")["updates"][0])


def dead_share(run: Any) -> float:
    """Return the share of units of the last hidden layer that are always 0, in percent."""
    return 100 * float(run.arrays("zeros")["zeros"][-1])


def case(words: str, name: str, which: int, low: float, high: float, cured: bool = False) -> Stated:
    """Return a statement of an accuracy after 300 steps; half a percent either way is rounding."""
    return Stated(words, f"case={name}&run=300", percent(which, cured), (low - 0.51, high + 0.51))


STATED = [
    Stated("and 54 to 66 % are right", "case=train-mode&run=300", percent(TEST), (53.5, 66.5)),
    Stated("still 83 to 94 % here", "case=labels&run=300", percent(TEST), (82.5, 94.5)),
    Stated("against 91 to 94 with", "case=labels&run=300", percent(TEST, cured=True), (90.5, 94.5)),
    Stated("later images say 88 to 90 %", "case=leak&run=300", percent(LATER), (87.5, 90.5)),
    case("7 to 12 %, 90 to 95 %", "dead", TEST, 7, 12),
    case("7 to 12 %, 90 to 95 %", "dead", TEST, 90, 95, cured=True),
    Stated("the last hidden layer is 100 %", "case=dead&run=300", dead_share, (100, 100)),
    case("8 to 17 %, 90 to 95 %", "slow", TEST, 8, 17),
    case("8 to 17 %, 90 to 95 %", "slow", TEST, 90, 95, cured=True),
    Stated("at most 0.0001 of the weights", "case=slow&run=300", largest_update, (0, 0.000105)),
    case("62 to 74 %, 90 to 95 %", "twice", TEST, 62, 74),
    case("62 to 74 %, 90 to 95 %", "twice", TEST, 90, 95, cured=True),
    case("58 to 73 %, 89 to 95 %", "saturated", TEST, 58, 73),
    case("58 to 73 %, 89 to 95 %", "saturated", TEST, 89, 95, cured=True),
    Stated("the very first is 0.7 to 0.9 times", "case=fast&run=3", first_update, (0.7, 0.9)),
    Stated("begins at 0.01 to 0.03", "case=healthy&run=3", first_update, (0.01, 0.03)),
    *(
        case(words, name, which, low, high, cured)
        for words, name, shares in (
            ("100 % | 100 % | 88 to 90 % | 86 to 92 %", "leak", ((100, 100), (100, 100), (88, 90), (86, 92))),
            (
                "94 to 97 % | 54 to 66 % | 84 to 88 % | 85 to 91 %",
                "train-mode",
                ((94, 97), (54, 66), (84, 88), (85, 91)),
            ),
            ("100 % | 59 to 66 % | 62 to 66 % | 90 to 95 %", "imbalance", ((100, 100), (59, 66), (62, 66), (90, 95))),
            ("68 to 70 % | 83 to 94 % | 84 to 90 % | 91 to 94 %", "labels", ((68, 70), (83, 94), (84, 90), (91, 94))),
        )
        for (which, cured), (low, high) in zip(
            ((TRAIN, False), (TEST, False), (LATER, False), (TEST, True)), shares, strict=True
        )
    ),
]
