"""The numbers that the lesson states, and how each is had: see ``tests.measure_lessons``."""

from __future__ import annotations

import math
from typing import Any

from explainer.lab.language.byte_pairs import BytePairs
from explainer.lab.language.text import halves, our_text
from tests.measure_lessons import Stated


def held_out(step: int) -> Any:
    """Return a measure: the held-out loss after so many updates."""
    return lambda run: float(run.metrics["loss/test"][step - 1])


def first_below(bound: float) -> Any:
    """Return a measure: the first step at which the held-out loss is below a bound."""
    return lambda run: float((run.metrics["loss/test"] < bound).argmax()) + 1


def yardstick(k: int) -> Any:
    """Return a measure: what counting comes to."""
    return lambda run: float(run.arrays("yardsticks")["yardsticks"][k])


def late(run: Any) -> float:
    """Return the mean loss of steps 131 to 150."""
    return float(run.metrics["loss"][130:].mean())


def characters(merges: int) -> Any:
    """Return a measure: characters a symbol of the held-out text with so many merges."""

    def measure(seed: int) -> float:
        from explainer.scenes.language_model.experiment import merges_of

        text = halves(our_text())[1]
        return len(text) / len(BytePairs([pair for pair, _ in merges_of(our_text())[:merges]]).encode(text))

    return measure


def copied(run: Any) -> float:
    """Return by how much 31 symbols are easier behind themselves than behind others, without the sign."""
    *_, found = run.execution.experiment.copying()
    again, other = found["copy_text"].mean(1).tolist()
    return abs(float(again - other))


STATED = [
    Stated("After 40 updates the loss still stands at 4.3", "lr=1e-5&run=40", lambda run: run.metrics["loss"][30:], (4.25, 4.35)),
    Stated("all 73 symbols are equally likely", "run=1", lambda run: len(run.arrays("symbols")["symbols"]), (73, 73)),
    Stated("$-\\ln(1/73) = 4.29$ nats", None, lambda seed: math.log(73), (4.285, 4.295)),
    Stated("About 4.3", "run=1", lambda run: float(run.metrics["loss"][0]), (4.25, 4.35)),
    Stated("| frequencies of single characters | 3.11 | 22 |", "", yardstick(1), (3.105, 3.115)),
    Stated("| bigrams: the character before | 2.41 | 11 |", "", yardstick(2), (2.405, 2.415)),
    Stated("| trigrams: the two before | 1.85 | 6.4 |", "", yardstick(3), (1.845, 1.855)),
    Stated("Frequencies fall after about 40 updates", "run=150", first_below(3.11), (35, 45)),
    Stated("bigrams after about 100", "run=150", first_below(2.4135), (90, 115)),
    Stated("the loss of updates 131 to 150 is 2.4 to 3.0", "lr=0.1&run=150", late, (2.35, 3.05)),
    Stated("the same updates come to 2.2–2.3", "run=150", late, (2.2, 2.3)),
    Stated("| [30](try:run=30&speed=60) | 3.3 |", "run=30", held_out(30), (3.25, 3.35)),
    Stated("| [100](try:run=100&speed=60) | 2.4–2.5 |", "run=100", held_out(100), (2.35, 2.55)),
    Stated("| [300](try:run=300&speed=max) | 1.9–2.0 |", "run=300", held_out(300), (1.85, 2.05)),
    Stated("110,000 weights", "", lambda run: int(run.arrays("weights_of")["weights_of"].sum()), (108_000, 110_500)),
    Stated("each character has been seen some 36 times", None, lambda seed: 4_000 * 8 * 64 / 56_331, (35.5, 36.5)),
    Stated("the same within 0.03 nats", "run=300", copied, (0, 0.03)),
    Stated("stands for 2.4 characters after 300 merges", None, characters(300), (2.35, 2.45)),
    Stated("and 3.6 after 1,000", None, characters(1_000), (3.55, 3.65)),
    Stated("But a symbol has 2.4 characters, so per character it is 2.5", "merges=300&run=1",
           lambda run: float(run.metrics["loss"][0]), (2.45, 2.55)),
    Stated("| 32 bits | 433,152 |", "", lambda run: 4 * int(run.arrays("weights_of")["weights_of"].sum()), (433_152, 433_152)),
]  # fmt: skip
