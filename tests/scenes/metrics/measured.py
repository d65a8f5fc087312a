"""The numbers that the lesson states, and how each is had: see ``tests.measure_lessons``."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.stats import norm

from tests.measure_lessons import Stated

KINDS = {"accuracy": 0, "balanced": 1, "precision": 2, "recall": 3, "specificity": 4, "F1": 5, "MCC": 6}
RARE = "positives=0.01&cases=20000&run=100"


def of(name: str, place: int | None = None) -> Any:
    """Return a measure: an array at the end, or one of its numbers."""

    def found(run: Any) -> float:
        value = run.arrays(name)[name]
        return float(value if place is None else value.flat[place])

    return found


def m(kind: str) -> Any:
    """Return a measure: one of the seven at the threshold."""
    return of("measures", KINDS[kind])


def last(name: str) -> Any:
    """Return a measure: a metric's last value."""
    return lambda run: float(run.metrics[name][-1])


def elsewhere(run: Any) -> float:
    """Return the precision at 1 % positives."""
    found = run.arrays("shares_elsewhere", "values_elsewhere")
    return float(np.interp(0.01, found["shares_elsewhere"], found["values_elsewhere"][0]))


def table(words: str, link: str, *ranges: tuple[Any, tuple[float, float]]) -> list[Stated]:
    """Return the statements of one line of a table."""
    return [Stated(words, link, measure, between) for measure, between in ranges]


def line(words: str, link: str, *between: tuple[float, float]) -> list[Stated]:
    """Return accuracy, precision, recall, F1 and cost of a line."""
    kinds = [m("accuracy"), m("precision"), m("recall"), m("F1"), of("price")]
    return table(words, link, *zip(kinds, between, strict=True))


def judged(words: str, link: str, *between: tuple[float, float]) -> list[Stated]:
    """Return area, average precision, Brier score and calibration error of a line."""
    return table(words, link, *zip(map(last, ("auc", "ap", "brier", "ece")), between, strict=True))


STATED = [
    Stated("400 of them are ill", "run=0", lambda run: run.arrays("labels")["labels"].sum(), (400, 400)),
    Stated("The price is now 0.44 to 0.51 per person", "run=0", of("price"), (0.434, 0.515)),
    Stated("To 0.61–0.66.", "run=100", of("price"), (0.605, 0.665)),
    Stated("from 78–82 % to 84–85 %", "run=0", m("accuracy"), (0.775, 0.825)),
    Stated("from 78–82 % to 84–85 %", "run=100", m("accuracy"), (0.835, 0.855)),
    Stated("from 64–70 % to 38–43 %", "run=0", m("recall"), (0.635, 0.705)),
    Stated("from 64–70 % to 38–43 %", "run=100", m("recall"), (0.375, 0.435)),
    Stated("the same scores cost 0.36–0.46", "threshold=0.1667&run=100", of("price"), (0.355, 0.465)),
    *line("| 51–55 % | 28–30 % | 93–97 % | 0.43–0.46 | 0.47–0.55 |", "threshold=0.05&run=100",
          (0.505, 0.555), (0.275, 0.3055), (0.925, 0.975), (0.425, 0.465), (0.465, 0.555)),
    *line("| 72–77 % | 40–45 % | 77–86 % | 0.53–0.58 | 0.36–0.46 |", "threshold=0.1667&run=100",
          (0.715, 0.775), (0.395, 0.455), (0.765, 0.865), (0.525, 0.585), (0.355, 0.465)),
    *line("| 84–85 % | 64–70 % | 38–43 % | 0.49–0.53 | 0.61–0.66 |", "threshold=0.5&run=100",
          (0.835, 0.855), (0.635, 0.705), (0.375, 0.435), (0.4845, 0.535), (0.605, 0.665)),
    *line("| 81 % | 90–95 % | 5–7 % | 0.09–0.13 | 0.93–0.96 |", "threshold=0.9&run=100",
          (0.805, 0.815), (0.895, 0.955), (0.045, 0.075), (0.085, 0.135), (0.925, 0.965)),
    Stated("between 0 and 0.5, or 0.11 and 0.71", "cases=50&run=100", of("intervals", 6), (0, 0.115)),
    Stated("between 0 and 0.5, or 0.11 and 0.71", "cases=50&run=100", of("intervals", 7), (0.5, 0.715)),
    Stated("accuracy is 98.8–99.0 %", RARE, m("accuracy"), (0.9875, 0.9905)),
    Stated("area under the ROC curve of 0.83–0.87", RARE, last("auc"), (0.825, 0.875)),
    Stated("> 2–15 %. Calling nobody", RARE, m("recall"), (0.0245, 0.155)),
    Stated("is right in 99.0 % too", f"{RARE}&threshold=1", m("accuracy"), (0.99, 0.99)),
    Stated("Balanced accuracy (0.51–0.57)", RARE, m("balanced"), (0.505, 0.575)),
    Stated("MCC (0.09–0.19)", RARE, m("MCC"), (0.085, 0.195)),
    Stated("costs 0.36–0.45 with the very same scores", "run=100", of("cheapest", 1), (0.355, 0.455)),
    Stated("cheapest threshold is at 0.03–0.09", "run=0", of("cheapest", 0), (0.025, 0.095)),
    Stated(r"$\Phi(d' / \sqrt 2) = 0.856$", None, lambda seed: norm.cdf(1.5 / 2**0.5), (0.8555, 0.8565)),
    Stated("falls from 0.11–0.15 to 0.02–0.03", "run=100", lambda run: run.metrics["ece"][0], (0.105, 0.155)),
    Stated("falls from 0.11–0.15 to 0.02–0.03", "run=100", last("ece"), (0.0195, 0.035)),
    Stated("the area is 0.83–0.87 still", RARE, last("auc"), (0.825, 0.875)),
    Stated("average precision, 0.58–0.64 before", "run=100", last("ap"), (0.575, 0.645)),
    Stated("is 0.10–0.13: most of those", RARE, last("ap"), (0.095, 0.135)),
    *judged("| 0.82–0.87 | 0.59–0.64 | 0.14–0.17 | 0.11–0.15 |", "run=1",
            (0.815, 0.875), (0.585, 0.645), (0.135, 0.175), (0.105, 0.155)),
    *judged("| 0.82–0.87 | 0.58–0.64 | 0.11–0.12 | 0.02–0.03 |", "run=100",
            (0.815, 0.875), (0.575, 0.645), (0.105, 0.125), (0.0195, 0.035)),
    *judged("| 0.86–0.88 | 0.73–0.77 | 0.14–0.17 | 0.11–0.16 |", "data=diabetes&run=1",
            (0.855, 0.885), (0.725, 0.775), (0.135, 0.175), (0.105, 0.165)),
    *judged("| 0.88–0.90 | 0.75–0.76 | 0.11–0.12 | 0.05–0.07 |", "data=diabetes&run=100",
            (0.875, 0.905), (0.745, 0.765), (0.105, 0.125), (0.045, 0.075)),
    Stated("nearly 70 % of those called ill", "cases=20000&run=100", m("precision"), (0.675, 0.715)),
    Stated("In use it is 9 or 10 %", "kept=0.05&cases=20000&run=100", m("precision"), (0.085, 0.105)),
    Stated("Only 1.2 % of these people are ill", "kept=0.05&cases=20000",
           lambda run: run.arrays("labels")["labels"].mean(), (0.0115, 0.0125)),
    Stated("Recall, 38–42 % at the same threshold", "kept=0.05&cases=20000&run=100", m("recall"), (0.375, 0.425)),
    Stated("a called person is ill with 7–9 %", "run=100", elsewhere, (0.065, 0.095)),
    Stated("nine of them", "data=digits&kept=0.1", of("by_class", 8 * 4 + 3), (9, 9)),
    Stated("Macro F1 is 0.90–0.92, weighted 0.94–0.95", "data=digits&kept=0.1&run=100", of("averages", 2), (0.895, 0.925)),
    Stated("Macro F1 is 0.90–0.92, weighted 0.94–0.95", "data=digits&kept=0.1&run=100", of("averages", 8), (0.935, 0.955)),
    Stated("an F1 of 0.50–0.62", "data=digits&kept=0.1&run=100", of("by_class", 8 * 4 + 2), (0.495, 0.625)),
    Stated("Least squares on 221 people has R² = 0.42", "run=0", of("errors", 3), (0.415, 0.425)),
    Stated("−0.47: worse than", "blunder=1000", of("errors", 3), (-0.475, -0.465)),
    Stated("RMSE goes from 54 to 87", "run=0", of("errors", 1), (53.5, 54.5)),
    Stated("RMSE goes from 54 to 87", "blunder=1000", of("errors", 1), (86.5, 87.5)),
    Stated("MAE from 44 to 49", "run=0", of("errors", 2), (43.5, 44.5)),
    Stated("MAE from 44 to 49", "blunder=1000", of("errors", 2), (48.5, 49.5)),
    Stated("F1 at most 0.19", RARE, m("F1"), (0, 0.195)),
]  # fmt: skip
