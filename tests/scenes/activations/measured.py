"""The numbers that the lesson states, and how each is had: see ``tests.measure_lessons``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from sklearn.datasets import load_digits
from sklearn.linear_model import LogisticRegression

from tests.measure_lessons import Stated


def percent(name: str) -> Callable[[Any], float]:
    """Return a measure: the share of held-out digits that a network has right at the end, in percent."""
    return lambda run: 100 * float(run.metrics[f"accuracy/{name}"][-1])


def last(name: str) -> Callable[[Any], float]:
    """Return a measure: a metric at the end."""
    return lambda run: float(run.metrics[name][-1])


def product(k: int) -> Callable[[Any], float]:
    """Return a measure: the product of a network's slopes."""
    return lambda run: float(run.arrays("products")["products"][k, 0])


def weaker(run: Any) -> float:
    """Return how many times weaker sigmoid's first gradient is than ReLU's."""
    first = run.arrays("gradients")["gradients"][:, 0]
    return float(first[1] / first[0])


def one_sign(k: int) -> Callable[[Any], list[float]]:
    """Return a measure: how one-sided the outputs of a network are, mean over layers."""
    return lambda run: [float(run.arrays("agreements")["agreements"][k].mean())]


def dead(run: Any) -> list[float]:
    """Return the dead ReLU units after the first and the last step."""
    counts = run.metrics["dead/relu"]
    return [float(counts[0]), float(counts[-1])]


def read(k: int, what: int) -> Callable[[Any], float]:
    """Return a measure: f or f′ at the input."""
    return lambda run: float(run.arrays("read")["read"][k, what])


BENT, BIASED = "activations=linear,tanh&init=normal&run=300", "activations=relu,leaky-relu,elu&bias=-1&run=300"
ONE, FIVE, TEN = "depth=1&run=300", "run=300", "depth=10&run=300"


def linear_classifier(run: Any) -> float:
    """Return how many held-out digits scikit-learn's logistic regression has right, in percent."""
    digits = load_digits()
    held_out = np.arange(len(digits.data)) % 5 == 0
    fitted = LogisticRegression(max_iter=3000).fit(digits.data[~held_out] / 16, digits.target[~held_out])
    return 100 * fitted.score(digits.data[held_out] / 16, digits.target[held_out])


STATED = [
    Stated("sigmoid has 7 to 10 %", FIVE, percent("sigmoid"), (6.5, 10.5)),
    Stated("ReLU 86 to 95 %", FIVE, percent("relu"), (85.5, 95.5)),
    Stated("tanh 94 to 95 %", FIVE, percent("tanh"), (93.5, 95.5)),
    Stated("have 92 to 94 % of them right", BENT, percent("linear"), (91.5, 94.5)),
    Stated("trained to its end has 96 %", "", linear_classifier, (95.5, 97)),
    Stated("| 0.5, 0.25 |", "point=0", read(0, 1), (0.25, 0.25)),
    Stated("| 0.881, 0.105 |", "point=2", read(0, 0), (0.8805, 0.8815)),
    Stated("| 0.881, 0.105 |", "point=2", read(0, 1), (0.1045, 0.1055)),
    Stated("0.964, 0.071", "point=2", read(2, 1), (0.0705, 0.0715)),
    Stated("0.993, 0.0066", "point=5", read(0, 1), (0.00655, 0.00665)),
    Stated("1.000, 0.0002", "point=5", read(2, 1), (0.00015, 0.00025)),
    Stated("0.00055 to 0.00063", "run=1", product(0), (0.000545, 0.000635)),
    Stated("Tanh: 0.25 to 0.28", "run=1", product(2), (0.245, 0.285)),
    Stated("ReLU: 0.15 to 0.20", "run=1", product(1), (0.145, 0.205)),
    Stated("60 to 280 times smaller", "", weaker, (55, 285)),
    Stated("| 0.23 |", "depth=1", product(0), (0.225, 0.235)),
    Stated("| 75 to 83 % |", ONE, percent("sigmoid"), (74.5, 83.5)),
    Stated("| 92 to 93 % | 92 to 94 % |", ONE, percent("relu"), (91.5, 93.5)),
    Stated("| 92 to 93 % | 92 to 94 % |", ONE, percent("tanh"), (91.5, 94.5)),
    Stated("| 0.0006 |", "", product(0), (0.00055, 0.00065)),
    Stated("0.0000003 to 0.0000004", "depth=10", product(0), (2.5e-7, 4.5e-7)),
    Stated("| 78 to 88 % | 92 to 96 % |", TEN, percent("relu"), (77.5, 88.5)),
    Stated("| 78 to 88 % | 92 to 96 % |", TEN, percent("tanh"), (91.5, 96.5)),
    Stated("11 to 30 units", FIVE, last("revived/relu"), (11, 30)),
    Stated("5 to 9 are dead", FIVE, last("dead/relu"), (5, 9)),
    Stated("143 to 145 are dead", BIASED, dead, (143, 145)),
    Stated("still guesses", BIASED, percent("leaky-relu"), (5, 12)),
    Stated("ELU gets 90 to 94 % right", BIASED, percent("elu"), (89.5, 94.5)),
    Stated("one sign (1.0)", "", one_sign(0), (1, 1)),
    Stated("one sign (1.0)", "", one_sign(1), (1, 1)),
    Stated("0.57 to 0.58 before training", "", one_sign(2), (0.565, 0.585)),
]
