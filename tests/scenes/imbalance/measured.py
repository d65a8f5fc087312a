"""The numbers that the lesson states, and how each is had: see ``tests.measure_lessons``."""

from __future__ import annotations

import math
from typing import Any

from tests.measure_lessons import Stated

MEASURES = {"right": 0, "recall": 1, "precision": 2, "alarms": 3}
DIGITS = "data=digits&run=200"


def place(run: Any, remedy: str) -> int:
    """Return where a remedy is among those of the run."""
    return list(run.params.remedies).index(remedy)


def f(kind: str, remedy: str = "none") -> Any:
    """Return a measure: what a remedy finds at the threshold."""
    return lambda run: float(run.arrays("found")["found"][place(run, remedy), MEASURES[kind]])


def called(run: Any) -> float:
    """Return the share of all people who are called ill with nothing done."""
    share = float(run.arrays("share")["share"])
    return share * f("recall")(run) + (1 - share) * f("alarms")(run)


def area(remedy: str = "none") -> Any:
    """Return a measure: the area under ROC."""
    return lambda run: float(run.arrays("ranking")["ranking"][place(run, remedy), 0])


def ap(remedy: str = "none") -> Any:
    """Return a measure: average precision."""
    return lambda run: float(run.arrays("ranking")["ranking"][place(run, remedy), 1])


def moved(remedy: str, what: int = 0) -> Any:
    """Return a measure: how far log-odds have moved; what is foretold; how far the order is kept."""
    return lambda run: float(run.arrays("moves")["moves"][place(run, remedy), what])


def mean(*remedies: str) -> Any:
    """Return a measure: the mean scores of some remedies."""
    return lambda run: [float(run.arrays("mean_score")["mean_score"][place(run, each)]) for each in remedies]


def each(measure: Any, *remedies: str) -> Any:
    """Return a measure: that of several remedies."""
    return lambda run: [measure(remedy)(run) for remedy in remedies]


def counts(kind: int) -> Any:
    """Return a measure: how many of a class are learned from with nothing done."""
    return lambda run: float(run.arrays("learned")["learned"][place(run, "none"), kind])


def judged(kind: str) -> Any:
    """Return a measure: how many cases of a class are judged."""
    return lambda run: len(getattr(run.execution.experiment.known, kind))


def row(words: str, link: str, remedy: str, shift: tuple[float, float], recall: tuple[float, float]) -> list[Stated]:
    """Return shift and recall of a line of the first table."""
    return [Stated(words, link, moved(remedy), shift), Stated(words, link, f("recall", remedy), recall)]


def digits(words: str, remedy: str, *between: tuple[float, float]) -> list[Stated]:
    """Return recall, false alarms and average precision of a line of the table of digits."""
    kinds = [f("recall", remedy), f("alarms", remedy), ap(remedy)]
    link = f"{DIGITS}&remedies=none,{'moved' if remedy == 'none' else remedy}"
    return [Stated(words, link, kind, limits) for kind, limits in zip(kinds, between, strict=True)]


def rarer(words: str, link: str, *between: tuple[float, float]) -> list[Stated]:
    """Return accuracy, recall, area and average precision of a line of the last table."""
    kinds = [f("right"), f("recall"), area(), ap()]
    return [Stated(words, link, kind, limits) for kind, limits in zip(kinds, between, strict=True)]


ALL = ("weights", "under", "smote", "focal")
STATED = [
    Stated("50 of them ill", "run=0", counts(1), (50, 50)),
    Stated("It is right for 99.0 %", "run=0", f("right"), (0.9895, 0.9905)),
    Stated("one half for fewer than one person in 1,000", "run=0", called, (0, 0.00099)),
    Stated("finds 0.2–2.6 % of the ill", "run=0", f("recall"), (0.0015, 0.0265)),
    Stated("stays at 0.85–0.86, to within 0.002", "run=200", each(area, "none", "weights"), (0.845, 0.865)),
    Stated("stays at 0.85–0.86, to within 0.002", "run=200",
           lambda run: abs(area("weights")(run) - area("none")(run)), (0, 0.0025)),
    Stated("from 0.2–2.6 % to 71–79 %", "run=200", f("recall", "weights"), (0.705, 0.795)),
    Stated("17–25 % of the healthy are alarmed", "run=200", f("alarms", "weights"), (0.165, 0.255)),
    Stated("of those called 3–4 % are ill", "run=200", f("precision", "weights"), (0.025, 0.0455)),
    Stated("in 85 of 100 pairs", "run=0", area(), (0.845, 0.865)),
    Stated("73–78 %, with 18–25 %", "run=200&threshold=0.01", f("recall"), (0.725, 0.785)),
    Stated("73–78 %, with 18–25 %", "run=200&threshold=0.01", f("alarms"), (0.175, 0.255)),
    Stated("which is 4.595 here", None, lambda seed: math.log(99), (4.5945, 4.5955)),
    Stated("adds 4.595 afterwards", "remedies=none,moved&run=200", moved("moved"), (4.5945, 4.5955)),
    Stated("| adds 4.595 afterwards", "remedies=none,moved&run=200", f("recall", "moved"), (0.725, 0.785)),
    *row("| 4.52–4.58 | 71–79 % |", "remedies=none,weights&run=200", "weights", (4.515, 4.585), (0.705, 0.795)),
    *row("| 4.50–4.56 | 71–78 % |", "remedies=none,over&run=200", "over", (4.495, 4.565), (0.705, 0.785)),
    *row("| 4.32–4.73 | 72–77 % |", "remedies=none,under&run=200", "under", (4.315, 4.735), (0.715, 0.775)),
    *row("| 4.33–4.53 | 71–78 % |", "remedies=none,smote&run=200", "smote", (4.325, 4.535), (0.705, 0.785)),
    Stated("each healthy one 0.505", None, lambda seed: 5000 / (2 * 4950), (0.5045, 0.5055)),
    Stated("Here it is 0.97 at the least", "run=200", each(lambda remedy: moved(remedy, 2), *ALL), (0.965, 1.0001)),
    Stated("Its area is 0.83–0.86", "run=200", area("under"), (0.825, 0.865)),
    Stated("says on average that 25–34 % are", "run=200", mean("weights"), (0.245, 0.345)),
    Stated("0.8–1.2 % on average, with all remedies", "run=200&corrected=true",
           mean("none", *ALL), (0.0075, 0.0125)),
    Stated("> 0.2–2.7 %. The factor", "remedies=none,weights,focal&run=200", f("recall", "focal"), (0.0015, 0.0275)),
    Stated("the mean score is 10–13 %", "remedies=none,weights,focal&run=200", mean("focal"), (0.095, 0.135)),
    Stated("17 of them beside 811 others", DIGITS, counts(1), (17, 17)),
    Stated("17 of them beside 811 others", DIGITS, counts(0), (811, 811)),
    Stated("Judged are 87 8s and 812 others", DIGITS, judged("positives"), (87, 87)),
    Stated("Judged are 87 8s and 812 others", DIGITS, judged("negatives"), (812, 812)),
    Stated("> 0.34–0.58, and nothing done has 0.60–0.83", DIGITS, ap("under"), (0.335, 0.585)),
    Stated("> 0.34–0.58, and nothing done has 0.60–0.83", DIGITS, ap(), (0.595, 0.835)),
    Stated("SMOTE have 0.65–0.79", f"{DIGITS}&remedies=none,weights,over,smote",
           each(ap, "weights", "over", "smote"), (0.645, 0.795)),
    *digits("| 18–32 % | 0–0.2 % | 0.60–0.83 |", "none", (0.175, 0.325), (0, 0.0025), (0.595, 0.835)),
    *digits("| 89–96 % | 13–16 % | 0.60–0.83 |", "moved", (0.885, 0.965), (0.125, 0.165), (0.595, 0.835)),
    *digits("| 74–80 % | 2–5 % | 0.65–0.77 |", "weights", (0.735, 0.805), (0.015, 0.055), (0.645, 0.775)),
    *digits("| 72–80 % | 2–4 % | 0.66–0.79 |", "smote", (0.715, 0.805), (0.015, 0.045), (0.655, 0.795)),
    *digits("| 85–92 % | 14–29 % | 0.34–0.58 |", "under", (0.845, 0.925), (0.135, 0.295), (0.335, 0.585)),
    Stated("= 3.87$, but by 0.5–0.6 under class weights", DIGITS, moved("weights", 1), (3.86, 3.875)),
    Stated("= 3.87$, but by 0.5–0.6 under class weights", DIGITS, moved("weights"), (0.45, 0.75)),
    Stated("> 57–67 % with nothing done, 60–67 % with weights", f"{DIGITS}&l2=0", f("recall"), (0.565, 0.675)),
    Stated("> 57–67 % with nothing done, 60–67 % with weights", f"{DIGITS}&l2=0", f("recall", "weights"), (0.595, 0.675)),
    *rarer("| 77–78 % | 76–78 % | 0.85–0.86 | 0.85–0.86 |", "positives=0.5&run=200",
           (0.765, 0.785), (0.755, 0.785), (0.845, 0.865), (0.845, 0.865)),
    *rarer("| 91 % | 20–26 % | 0.85–0.86 | 0.47–0.49 |", "positives=0.1&run=200",
           (0.905, 0.915), (0.195, 0.265), (0.845, 0.865), (0.465, 0.495)),
    *rarer("| 99.0 % | 0.2–2.6 % | 0.85–0.86 | 0.10–0.14 |", "run=200",
           (0.9895, 0.9905), (0.0015, 0.0265), (0.845, 0.865), (0.095, 0.145)),
    *rarer("| 99.8 % | 0–1 % | 0.84–0.86 | 0.02–0.05 |", "positives=0.002&run=200",
           (0.9975, 0.9985), (0, 0.015), (0.835, 0.865), (0.015, 0.055)),
]  # fmt: skip
