"""The numbers that the lesson states, and how each is had: see ``tests.measure_lessons``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from explainer.scenes.embeddings.sentences import WORDS
from tests.measure_lessons import Stated


def share(name: str) -> Callable[[Any], float]:
    """Return a measure: a metric at the end, in percent."""
    return lambda run: 100 * float(run.metrics[name][-1])


def correlation(run: Any) -> float:
    """Return the correlation of scores with what they tend to."""
    return float(run.arrays("correlation")["correlation"])


def hot_and_cold(run: Any) -> float:
    """Return their cosine."""
    return float(run.arrays("like_word")["like_word"][WORDS.index("cold")])


LINES = {
    ("| 50–65 | 33–52 | 100 |", "run=1500"): ((50, 65), (33, 52), (100, 100)),
    ("| 21–27 | 5–10 | 10–20 |", "window=2&run=1500"): ((21, 27), (5, 10), (10, 20)),
    ("| 76–90 | 68–79 | 100 |", "window=10&run=1500"): ((76, 90), (68, 79), (100, 100)),
    ("| 15–29 | 0–7 | 26–44 |", "dim=8&run=1500"): ((15, 29), (0, 7), (26, 44)),
}
STATED = [
    *(
        Stated(words, link, share(name), (low - 0.01, high + 0.01))
        for (words, link), bounds in LINES.items()
        for name, (low, high) in zip(("struck", "any", "capitals"), bounds, strict=True)
    ),
    Stated("50 to 65 % are right", "run=1500", share("struck"), (49.99, 65.01)),
    Stated("33 to 52 % are", "run=1500", share("any"), (32.99, 52.01)),
    Stated("cosine of *hot* and *cold* is 0.98 or more", "run=300", hot_and_cold, (0.98, 1.0)),
    Stated("a correlation of 0.98 or more", "learning=exact&run=800", correlation, (0.98, 1.0)),
    Stated("it is 0.9998 or more", "learning=exact&dim=109&run=800", correlation, (0.9998, 1.0)),
    Stated("0.81 to 0.86", "learning=exact&dim=8&run=800", correlation, (0.81, 0.86)),
]
