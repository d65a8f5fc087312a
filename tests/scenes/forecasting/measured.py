"""The numbers that the lesson states, and how each is had: see ``tests.measure_lessons``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from tests.measure_lessons import Stated

NAIVE, SEASON, GROWTH, SQUARES, NETWORK = 0, 1, 2, 4, 5


def error(model: int, measure: int) -> Callable[[Any], float]:
    """Return a measure of the table: in training, one ahead, h ahead, R²."""
    return lambda run: float(run.arrays("errors")["errors"][model, measure])


def covered(part: int) -> Callable[[Any], float]:
    """Return a measure: what the interval holds, in percent."""
    return lambda run: 100 * float(run.arrays("coverage")["coverage"][part])


def split(way: int, learner: int) -> Callable[[Any], float]:
    """Return a measure: a learner's error with one kind of split."""

    def measure(run: Any) -> float:
        *_, last = run._execution.experiment.compare_splits()
        return float(last["split_errors"][way, learner])

    return measure


def missed(above: bool, signed: bool) -> Callable[[Any], float]:
    """Return a measure: forecast − value a step ahead in the tested months above all that came before, or in the others."""

    def measure(run: Any) -> float:
        found = run.arrays("values", "ahead")
        values, error = found["values"], (found["ahead"][2] - found["values"])[-36:]
        chosen = error[(values[-36:] > values[:-36].max()) == above]
        return float(chosen.mean() if signed else abs(chosen).mean())

    return measure


def growth_rates(tested: bool) -> Callable[[Any], list[float]]:
    """Return a measure: the least and the largest change of the logarithm, in the test part or before it."""

    def measure(run: Any) -> list[float]:
        rates = np.diff(np.log(run.arrays("values")["values"]))
        part = rates[-36:] if tested else rates[:-36]
        return [float(part.min()), float(part.max())]

    return measure


def new_heights(run: Any) -> float:
    """Return how many of the tested months lie above all that came before the test part."""
    values = run.arrays("values")["values"]
    return float((values[-36:] > values[:-36].max()).sum())


AHEAD_BY_ONE = "horizon=1&run=300"
SUNSPOTS, HIDDEN = "series=sunspots&run=0", "transform=log_difference&model=mlp&run=100"
QUANTILES = "series=sunspots&model=mlp&interval=quantile&horizon=1&run="
ELEVEN = "series=sunspots&model=mlp&horizon=11&run=200"
STATED = [
    Stated("The LSTM ends at 28 to 43", "run=300", error(NETWORK, 1), (28, 43)),
    Stated("8.0 to 8.6 in training", "run=300", error(NETWORK, 0), (7.95, 8.65)),
    Stated("naive 42.3", "run=0", error(NAIVE, 1), (42.25, 42.35)),
    Stated("last season 35.9", "run=0", error(SEASON, 1), (35.85, 35.95)),
    Stated("last season × growth 13.4", "run=0", error(GROWTH, 1), (13.35, 13.45)),
    Stated("on 24 logs 11.8", "run=0", error(SQUARES, 1), (11.75, 11.85)),
    Stated("the same forecast: 45.7", "run=0", error(NAIVE, 2), (45.65, 45.75)),
    Stated("Growth has 29.2", "run=0", error(GROWTH, 2), (29.15, 29.25)),
    Stated("least squares 17.8", "run=0", error(SQUARES, 2), (17.75, 17.85)),
    Stated("5 years ahead: 80.7", f"{SUNSPOTS}&horizon=5", error(NAIVE, 2), (80.6, 80.8)),
    Stated("11 years ago has 25.9", f"{SUNSPOTS}&horizon=5", error(SEASON, 2), (25.8, 26.0)),
    Stated("The forest: 15 to 17 at random", "horizon=1&run=0", split(0, 2), (15, 17)),
    Stated("46 to 50 by time", "horizon=1&run=0", split(1, 2), (46, 50)),
    Stated("Five neighbours: 18 to 21", "horizon=1&run=0", split(0, 1), (18, 21)),
    Stated("and 64.8", "horizon=1&run=0", split(1, 1), (64.75, 64.85)),
    Stated("Least squares hardly cares: 9 to 11", "horizon=1&run=0", split(0, 0), (9, 11)),
    Stated("have 1.5 to 2.3", "series=walk&horizon=10&run=0", split(0, 1), (1.5, 2.35)),
    Stated("they have 4.0 to 6.5", "series=walk&horizon=10&run=0", split(1, 1), (4.0, 6.5)),
    Stated("= 2.52", None, lambda seed: (20 / 3.141592653589793) ** 0.5, (2.515, 2.525)),
    Stated("It has 13 to 21", HIDDEN, error(NETWORK, 2), (13, 21)),
    Stated("it has 11.7 to 12.9", HIDDEN, error(NETWORK, 1), (11.65, 12.9)),
    Stated("comes to 15.9 to 17.8", "transform=log_difference&run=300", error(NETWORK, 1), (15.85, 17.85)),
    Stated("least squares, fed back | 24.8", ELEVEN, error(SQUARES, 2), (24.7, 24.9)),
    Stated("| 25 to 37 |", ELEVEN, error(NETWORK, 2), (25, 37)),
    Stated("| 25 to 30 |", f"{ELEVEN}&strategy=direct", error(NETWORK, 2), (25, 30)),
    Stated("11 years ago | 26.2", ELEVEN, error(SEASON, 2), (26.1, 26.3)),
    Stated("has 0.94 to 0.97", "series=walk&model=mlp&horizon=1&run=5", error(NAIVE, 3), (0.935, 0.975)),
    Stated("53 to 60 % in the test part", f"{QUANTILES}1000", covered(2), (52.5, 60.5)),
    Stated("78 to 86 % in training", f"{QUANTILES}1000", covered(0), (77.5, 86.5)),
    Stated("still 70 to 78 %", f"{QUANTILES}100", covered(2), (69.5, 78)),
    Stated("hold 74 to 79 %", "series=sunspots&model=mlp&interval=conformal&horizon=1&run=200", covered(2), (73.5, 79)),
    Stated("10 of the 36 tested months", "run=0", new_heights, (10, 10)),
    Stated("43 to 64 thousand too little there", f"{AHEAD_BY_ONE}&model=mlp", missed(True, True), (-64, -43)),
    Stated("and 7 to 17 too little", f"{AHEAD_BY_ONE}&model=mlp", missed(False, True), (-17, -6.9)),
    Stated("the LSTM 24 to 55 and", AHEAD_BY_ONE, missed(True, True), (-55, -24)),
    Stated("and 14 to 36", AHEAD_BY_ONE, missed(False, True), (-36, -14)),
    Stated("26 to 39 off as well", AHEAD_BY_ONE, missed(False, False), (26, 39)),
    Stated("from −0.17 to 0.22", "run=0", growth_rates(False), (-0.175, 0.225)),
    Stated("from −0.22 to 0.18", "run=0", growth_rates(True), (-0.225, 0.185)),
    Stated("they hold 55 to 64 %", "model=mlp&interval=conformal&horizon=1&run=200", covered(2), (55, 64)),
]
