"""The numbers that the lesson states, and how each is had: see ``tests.measure_lessons``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from explainer.scenes.sentiment.reviews import BAD, GOOD
from tests.measure_lessons import Stated

PLAIN, NOT, FAR, BUT, TWINS = range(5)


def right(lane: int, family: int) -> Callable[[Any], float]:
    """Return a measure: how much of a family a model gets right, in percent."""
    return lambda run: 100 * float(run.arrays("accuracies")["accuracies"][lane, family])


def wrong(lane: int, family: int) -> Callable[[Any], float]:
    """Return a measure: how much of a family a model gets wrong, in percent."""
    return lambda run: 100 - right(lane, family)(run)


def weights(run: Any) -> dict[str, float]:
    """Return how far the bag's weights are from 0, by word."""
    found = run.arrays("feature", "weights")
    return dict(zip(found["feature"].tolist(), abs(found["weights"]).tolist(), strict=True))


def adjectives(run: Any) -> list[float]:
    """Return those of all adjectives."""
    return [weights(run)[word] for word in GOOD + BAD]


ALL, HIDDEN, STOPPED = "run=100", "lanes=bag,hidden,lstm&run=200", "lanes=lstm&stop_words=english&run=100"
NGRAMS, HALF = "lanes=ngrams&run=100", "lanes=ngrams,lstm&negated=half&run=100"
READERS, ONLY_PLAIN = "lanes=unordered,transformer&run=100", "lanes=bag,lstm&plain=1&run=100"

BAG_LINE = "| 100 | 0–2 | 2–12 | 48–51 | 50 |"
HIDDEN_LINE = "| 100 | 33–62 | 70–98 | 48–56 | 50 |"
NGRAM_LINE = "| 99–100 | 39–40 | 6–16 | 91–99 | 100 |"
UNORDERED_LINE = "| 100 | 89–98 | 86–94 | 47–52 | 50 |"
LSTM_LINE = "| 100 | 100 | 100 | 100 | 100 |"
TRANSFORMER_LINE = "| 100 | 79–99 | 80–95 | 86–97 | 99–100 |"
BOUNDS = {
    (BAG_LINE, ALL, 0): ((100, 100), (0, 2), (2, 12), (48, 51), (50, 50)),
    (HIDDEN_LINE, ALL, 1): ((100, 100), (33, 62), (70, 98), (48, 56), (50, 50)),
    (LSTM_LINE, ALL, 2): ((100, 100), (100, 100), (100, 100), (100, 100), (100, 100)),
    (NGRAM_LINE, NGRAMS, 0): ((99, 100), (39, 40), (6, 16), (91, 99), (100, 100)),
    (UNORDERED_LINE, READERS, 0): ((100, 100), (89, 98), (86, 94), (47, 52), (50, 50)),
    (TRANSFORMER_LINE, READERS, 1): ((100, 100), (79, 99), (80, 95), (86, 97), (99, 100)),
}
STATED = [
    *(
        Stated(words, link, right(lane, family), (low - 0.01, high + 0.01))
        for (words, link, lane), bounds in BOUNDS.items()
        for family, (low, high) in enumerate(bounds)
    ),
    Stated("50 % are right exactly", ALL, right(0, TWINS), (49.99, 50.01)),
    Stated("0 to 2 % are right", "lanes=bag&run=100", right(0, NOT), (-0.01, 2.01)),
    Stated("those of adjectives are 0.26 to 0.76 from 0", "lanes=bag&run=100", adjectives, (0.255, 0.765)),
    Stated("that of “not” less than 0.06", "lanes=bag&run=100", lambda run: weights(run)["not"], (0, 0.06)),
    Stated("Far negation gets 2 to 12 %", "lanes=bag&run=100", right(0, FAR), (1.99, 12.01)),
    Stated("98 to 100 % of *not* are right", HIDDEN, right(1, NOT), (97.99, 100)),
    Stated("against 0 % for the linear bag", HIDDEN, right(0, NOT), (0, 0.4)),
    Stated("tell 98 % of twins or more", NGRAMS, right(0, TWINS), (97.99, 100)),
    Stated("91 % of *but* or more", NGRAMS, right(0, BUT), (90.99, 100)),
    Stated("*Far* stays below 20 %", NGRAMS, right(0, FAR), (0, 20)),
    Stated("86 to 97 % of *but* are right", READERS, right(1, BUT), (85.99, 97.01)),
    Stated("The LSTM gets 99 % or more", HALF, right(1, NOT), (98.99, 100)),
    Stated("right on 99 % of the plain ones", STOPPED, right(0, PLAIN), (98.5, 100)),
    Stated("makes 93 % of the twins wrong or more", ONLY_PLAIN, wrong(1, TWINS), (92.99, 100)),
    Stated("and all of *not*", ONLY_PLAIN, wrong(1, NOT), (99.5, 100)),
]
