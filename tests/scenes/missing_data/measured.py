"""The numbers that the lesson states, and how each is had: see ``tests.measure_lessons``."""

from __future__ import annotations

from typing import Any

import numpy as np

from tests.measure_lessons import Stated

BIG, MAR, MNAR = "rows=2000&run=100", "why=mar&rows=2000&run=100", "why=mnar&rows=2000&run=100"
DIABETES = "data=diabetes&run=100"


def row(run: Any, way: str) -> int:
    """Return where a way is among those of the run."""
    return list(run.params.ways).index(way)


def of(array: str, column: int, *ways: str) -> Any:
    """Return a measure: a column of an array, of some ways."""
    return lambda run: [float(run.arrays(array)[array][row(run, way), column]) for way in ways]


def slope(*ways: str) -> Any:
    """Return a measure: by which share the slope is off over all draws."""
    return of("bias", 1, *ways)


def mean(*ways: str) -> Any:
    """Return a measure: by how many deviations the mean is off over all draws."""
    return of("bias", 0, *ways)


def width(*ways: str) -> Any:
    """Return a measure: the mean standard deviation over all draws, as a share of the true one."""

    def measure(run: Any) -> list[float]:
        true = float(run.arrays("target")["target"][1])
        return [float(np.mean(list(run.metrics[f"sd/{way}"]))) / true for way in ways]

    return measure


def missed(*ways: str) -> Any:
    """Return a measure: the error of what is filled, in deviations of the column."""
    return lambda run: [value / float(run.arrays("target")["target"][1]) for value in of("found", 3, *ways)(run)]


def gap(run: Any) -> float:
    """Return by how many deviations rows with a hole are higher in the other column."""
    return float(run.arrays("apart")["apart"][0])


def first(words: str, way: str, *between: tuple[float, float]) -> list[Stated]:
    """Return bias of the slope, width and spread of a line of the first table."""
    return [Stated(words, "run=300", measure, limits)
            for measure, limits in zip((slope(way), width(way), of("spread", 1, way)), between, strict=True)]  # fmt: skip


def sideways(words: str, link: str, *between: tuple[float, float]) -> list[Stated]:
    """Return the biases of the slope of a line of the table of missing heights."""
    return [Stated(words, f"side=x&{link}", slope(way), limits)
            for way, limits in zip(("drop", "mean", "line", "draw"), between, strict=True)]  # fmt: skip


def real(words: str, link: str, *between: tuple[float, float]) -> list[Stated]:
    """Return the biases of mean and slope of a line of the table of patients."""
    measures = (mean("drop"), mean("line"), slope("drop"), slope("line"))
    return [Stated(words, link, measure, limits) for measure, limits in zip(measures, between, strict=True)]


STATED = [
    Stated("80 of the weights", "run=0", lambda run: int(run.arrays("missing")["missing"].sum()), (80, 80)),
    Stated("> By 40–41 %", "run=300", slope("mean"), (-0.415, -0.395)),
    Stated("a standard deviation of 77 %", "run=300", width("mean"), (0.765, 0.775)),
    Stated("leaving those rows out is right to within 0.5 %", "run=300", slope("drop"), (-0.005, 0.005)),
    *first("| 0 % | 100 % | 8–10 % |", "drop", (-0.005, 0.005), (0.995, 1.005), (0.075, 0.105)),
    *first("| −41 to −40 % | 77 % | 7–8 % |", "mean", (-0.415, -0.395), (0.765, 0.775), (0.065, 0.085)),
    *first("| −3 to 0 % | 86–87 % | 9–11 % |", "knn", (-0.035, 0.005), (0.855, 0.875), (0.085, 0.115)),
    *first("| 0 % | 84 % | 8–10 % |", "line", (-0.005, 0.005), (0.835, 0.845), (0.075, 0.105)),
    *first("| 0–1 % | 100–101 % | 14–15 % |", "draw", (-0.005, 0.015), (0.995, 1.015), (0.135, 0.155)),
    Stated("miss the truth by 0.85–0.89 standard deviations", BIG, missed("line"), (0.845, 0.895)),
    Stated("the mean by 0.98–1.02", BIG, missed("mean"), (0.975, 1.025)),
    Stated("√2 times as far, by 1.21–1.24", BIG, missed("draw"), (1.205, 1.245)),
    Stated("is 100–101 % of the true one; with regression alone it was 83–84 %", BIG, width("draw"), (0.995, 1.015)),
    Stated("is 100–101 % of the true one; with regression alone it was 83–84 %", BIG, width("line"), (0.825, 0.845)),
    Stated("standard deviation 77 % of what it was", "run=300", width("mean"), (0.765, 0.775)),
    Stated("> The mean is 0.23–0.26 deviations too low", MAR, mean("drop"), (-0.265, -0.225)),
    Stated("The slope is off by −6 to 0 %", MAR, slope("drop"), (-0.065, 0.005)),
    Stated("off by at most 0.02 deviations", MAR, mean("line"), (-0.0245, 0.0245)),
    Stated("k-NN does worse on the slope, −15 to −8 %", MAR, slope("knn"), (-0.155, -0.075)),
    Stated("are 0.50 deviations too low, regression 0.40–0.42", MNAR, mean("drop", "mean"), (-0.505, -0.4945)),
    Stated("are 0.50 deviations too low, regression 0.40–0.42", MNAR, mean("line"), (-0.425, -0.395)),
    Stated("by [1.2–1.3 deviations]", MAR, gap, (1.15, 1.35)),
    Stated("by [0.6]", MNAR, gap, (0.55, 0.65)),
    Stated("> 41–43 % too steep", "side=x&run=300", slope("line"), (0.405, 0.435)),
    Stated("1.43 for r = 0.5", None, lambda seed: 1 / (1 - 0.4 * 0.75), (1.425, 1.435)),
    Stated("With noise it is off by −1 to 0 %", "side=x&run=300", slope("draw"), (-0.015, 0.005)),
    *sideways("| 0 % | 0 % | 41–43 % | −1 to 0 % |", "run=300",
              (-0.005, 0.005), (-0.005, 0.005), (0.405, 0.435), (-0.015, 0.005)),
    *sideways("| −34 to −29 % | −34 to −29 % | 41–48 % | −2 to 4 % |", MAR,
              (-0.345, -0.285), (-0.345, -0.285), (0.405, 0.485), (-0.025, 0.045)),
    *sideways("| −6 to 0 % | −6 to 0 % | 56–61 % | 4–7 % |", MNAR,
              (-0.065, 0.005), (-0.065, 0.005), (0.555, 0.615), (0.035, 0.075)),
    Stated("a tenth of the slope is gone", "share=0.1&run=300", slope("mean"), (-0.115, -0.085)),
    Stated("14–15 % spread, against 8–10 %", "run=300", of("spread", 1, "draw"), (0.135, 0.155)),
    Stated("14–15 % spread, against 8–10 %", "run=300", of("spread", 1, "drop"), (0.075, 0.105)),
    Stated("> 8–11 %, and dropped rows have 8–10 %", "run=300&m=20", of("spread", 1, "draw"), (0.075, 0.115)),
    Stated("the mean varies by 4 % of a standard deviation", DIABETES, of("spread", 0, "drop"), (0.035, 0.045)),
    Stated("and by 3 % with regression", DIABETES, of("spread", 0, "line"), (0.025, 0.035)),
    *real("| 0.00 | 0.00 | −1 to 1 % | −1 to 1 % |", DIABETES,
          (-0.005, 0.005), (-0.005, 0.005), (-0.015, 0.015), (-0.015, 0.015)),
    *real("| −0.31 to −0.30 | −0.02 | −1 to 1 % | −8 % |", f"{DIABETES}&why=mar",
          (-0.315, -0.295), (-0.025, -0.015), (-0.015, 0.015), (-0.085, -0.075)),
    *real("| −0.56 to −0.55 | −0.40 to −0.39 | −51 to −50 % | −48 to −47 % |", f"{DIABETES}&why=mnar",
          (-0.565, -0.545), (-0.405, -0.385), (-0.515, -0.495), (-0.485, -0.465)),
    Stated("is then 74–80 % too small, that by k-NN 27–35 %", f"{MAR}&curve=0.3", slope("line"), (-0.805, -0.735)),
    Stated("is then 74–80 % too small, that by k-NN 27–35 %", f"{MAR}&curve=0.3", slope("knn"), (-0.355, -0.265)),
    Stated("where dropping is off by −18 to −5 %", "why=mar&run=300", slope("drop"), (-0.185, -0.045)),
    Stated("the slope falls by 40–41 %", "run=300", slope("mean"), (-0.415, -0.395)),
    Stated("the slope is off by −6 to 0 %](try:side=x", f"side=x&{MNAR}", slope("drop"), (-0.065, 0.005)),
    Stated("slope −15 to −8 %](try:why=mar", MAR, slope("knn"), (-0.155, -0.075)),
    Stated("the slope is 41–43 % too steep without noise", "side=x&run=300", slope("line"), (0.405, 0.435)),
]  # fmt: skip
