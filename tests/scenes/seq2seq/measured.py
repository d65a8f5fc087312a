"""The numbers that the lesson states, and how each is had: see ``tests.measure_lessons``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from explainer.scenes.seq2seq import LENGTHS
from explainer.scenes.seq2seq.model import say_freely
from tests.measure_lessons import Stated

VECTOR, ATTENTION = 0, 1
GREEDY, BEAM = 0, 1


def digits(array: str, lane: int, place: int | None = None) -> Callable[[Any], float]:
    """Return a measure: the share of digits right in percent, at one place or at all but the end."""

    def measure(run: Any) -> float:
        found = run.arrays(array)[array][lane]
        return 100 * float(found[:-1].mean() if place is None else found[place])

    return measure


def after_change(lane: int) -> Callable[[Any], float]:
    """Return a measure: the share right at place 5 where a wrong digit is fed at place 4, in percent."""

    def measure(run: Any) -> float:
        run.set(place=4)
        found = digits("free_right", lane, 4)(run)
        run.set(place=0)
        return found

    return measure


def jumps(run: Any) -> float:
    """Return how often the neighbour of the wrong digit is said next, where that digit stands in the string once."""
    experiment = run._execution.experiment
    source, truth = experiment.tested, experiment.truth
    wrong = (truth[:, 3] + 5) % 10
    said = say_freely(experiment.models[ATTENTION], source, 5, 4, wrong)[0][:, 4]
    found = []
    for k, row in enumerate(source.tolist()):
        at = row.index(int(wrong[k])) if row.count(int(wrong[k])) == 1 else 0
        if at and row[at - 1] != int(truth[k, 4]):
            found.append(int(said[k]) == row[at - 1])
    return 100 * sum(found) / len(found)


def of_length(lane: int, length: int) -> Callable[[Any], float]:
    """Return a measure: the share of digits right in strings of a length, in percent."""
    return lambda run: 100 * float(run.arrays("by_length")["by_length"][lane, LENGTHS.index(length)])


def chance(search: int) -> Callable[[Any], float]:
    """Return a measure: the probability of what a search finds."""
    return lambda run: float(run.arrays("answer_chance")["answer_chance"][search])


ALL, HALF, COPY = "run=200", "forcing=0.5&run=200", "task=copy&run=200"
FOUR, SIX = "length=4&run=200", "length=6&run=200"
ANSWERS = "task=answers&lanes=vector&beam=2&run=200"

STATED = [
    Stated("right in 95 to 98 %", ALL, digits("free_right", VECTOR, 0), (95, 98)),
    Stated("the twelfth in 11 to 23 %", ALL, digits("free_right", VECTOR, 11), (11, 23)),
    Stated("the twelfth is right in 77 to 84 %", ALL, digits("free_right", ATTENTION, 11), (77, 84)),
    Stated("| 89–93 | 100 |", FOUR, digits("free_right", VECTOR), (89, 93)),
    Stated("| 89–93 | 100 |", FOUR, digits("free_right", ATTENTION), (99.5, 100)),
    Stated("| 70–76 | 97–100 |", SIX, digits("free_right", VECTOR), (70, 76)),
    Stated("| 70–76 | 97–100 |", SIX, digits("free_right", ATTENTION), (97, 100)),
    Stated("| 39–43 | 86–92 |", ALL, digits("free_right", VECTOR), (39, 43)),
    Stated("| 39–43 | 86–92 |", ALL, digits("free_right", ATTENTION), (86, 92)),
    Stated("29 to 35 % forwards", COPY, digits("free_right", VECTOR), (29, 35)),
    Stated("attention 93 to 97 %", COPY, digits("free_right", ATTENTION), (93, 97)),
    Stated("the fifth digit is right in 88 to 94 %", ALL, digits("free_right", ATTENTION, 4), (88, 94)),
    Stated("In 24 to 29 %", ALL, after_change(ATTENTION), (24, 29)),
    Stated("right in 31 to 40 % there", ALL, digits("free_right", VECTOR, 4), (31, 40)),
    Stated("stays at 31 to 33 %", ALL, after_change(VECTOR), (31, 33)),
    Stated("in 58 to 75 % of such strings", ALL, jumps, (58, 75)),
    Stated("96 to 98 % of the digits", ALL, digits("forced_right", ATTENTION), (96, 98)),
    Stated("| 62–66 | 39–43 | 96–98 | 86–92 |", ALL, digits("forced_right", VECTOR), (62, 66)),
    Stated("| 55–59 | 41–45 | 97–98 | 86–89 |", HALF, digits("forced_right", VECTOR), (55, 59)),
    Stated("| 55–59 | 41–45 | 97–98 | 86–89 |", HALF, digits("free_right", VECTOR), (41, 45)),
    Stated("| 55–59 | 41–45 | 97–98 | 86–89 |", HALF, digits("forced_right", ATTENTION), (97, 98)),
    Stated("| 55–59 | 41–45 | 97–98 | 86–89 |", HALF, digits("free_right", ATTENTION), (86, 89)),
    Stated("One vector: 98 % or more", SIX, of_length(VECTOR, 3), (98, 100)),
    Stated("Attention: 40 to 46 %", SIX, of_length(ATTENTION, 3), (40, 46)),
    Stated("98 % or more of six", SIX, digits("free_right", ATTENTION), (98, 100)),
    Stated("On 8 digits it has 21 to 30 %", SIX, of_length(ATTENTION, 8), (21, 30)),
    Stated("one vector 49 to 53", SIX, of_length(VECTOR, 8), (49, 53)),
    Stated("94 % or more of 6 digits", COPY, of_length(ATTENTION, 6), (94, 100)),
    Stated("a probability of 0.12 to 0.15", ANSWERS, chance(GREEDY), (0.12, 0.15)),
    Stated("B 0.39 to 0.47", ANSWERS, chance(BEAM), (0.39, 0.47)),
]
