"""The numbers that the lesson states, and how each is had: see ``tests.measure_lessons``."""

from __future__ import annotations

from typing import Any

from tests.measure_lessons import Stated

BIASED = "base_a=0.5&base_b=0.5&bias=0.4"
ROWS = {"selection": 0, "tpr": 1, "fpr": 2, "precision": 3, "calibration": 6}


def of(name: str, *place: int) -> Any:
    """Return a measure: one of the numbers of an array, in per cent."""
    return lambda run: 100 * float(run.arrays(name)[name][place])


def apart(what: str) -> Any:
    """Return a measure: how far A and B are apart."""
    return of("apart", ROWS[what])


def last(name: str) -> Any:
    """Return a measure: a metric's last value in per cent."""
    return lambda run: 100 * float(run.metrics[name][-1])


def about(low: float, high: float) -> tuple[float, float]:
    """Return what is rounded to whole numbers from ``low`` to ``high``."""
    return low - 0.5, high + 0.5


def line(words: str, link: str, **between: tuple[float, float]) -> list[Stated]:
    """Return the statements of a line of a table."""
    return [
        Stated(words, link, of("right") if what == "right" else apart(what), about(*each))
        for what, each in between.items()
    ]


def ratio(run: Any) -> float:
    """Return B's selection rate as a share of A's, in per cent."""
    found = run.arrays("criteria")["criteria"]
    return 100 * float(found[0, 1] / found[0, 0])


def parity_costs(run: Any) -> float:
    """Return how many points fewer are called rightly than at the same threshold for both."""
    return last("accuracy")(run) - of("right")(run)


STATED = [
    Stated("as many are called in A as in B, 77–80 %", "run=0",
           lambda run: (100 * run.arrays("criteria")["criteria"][1]).tolist(),
           about(77, 80)),
    Stated("are now less than 1 point apart", "run=0", apart("tpr"), (0, 1)),
    Stated("83–85 % of A's good payers", "run=200", of("criteria", 1, 0), about(83, 85)),
    Stated("57–58 % of B's", "run=200", of("criteria", 1, 1), about(57, 58)),
    Stated("Accuracy rises to 79–80 %", "run=200", last("accuracy"), about(79, 80)),
    Stated("fall from 8–16 to 1–2 points", "run=0",
           lambda run: (100 * run.arrays("criteria")["criteria"][6]).tolist(), about(8, 16)),
    Stated("fall from 8–16 to 1–2 points", "run=200",
           lambda run: (100 * run.arrays("criteria")["criteria"][6]).tolist(), about(1, 2)),
    Stated("Four of the seven criteria were kept", "run=0",
           lambda run: int((run.arrays("apart")["apart"] <= 0.03).sum()), (4, 4)),
    Stated("now it is calibration alone", "run=200",
           lambda run: int((run.arrays("apart")["apart"] <= 0.03).sum()), (1, 1)),
    *line("| 38–39 | 25–28 | 21–23 | 7–9 | 79–80 % |", "run=200", selection=(38, 39), tpr=(25, 28), fpr=(21, 23),
          precision=(7, 9), right=(79, 80)),
    *line("| 0–2 | 8–11 | 16–20 | 34–36 | 70–71 % |", "threshold_b=0.11&run=200", selection=(0, 2), tpr=(8, 11),
          fpr=(16, 20), precision=(34, 36), right=(70, 71)),
    *line("| 15–17 | 0–2 | 1–3 | 25–28 | 75–76 % |", "threshold_b=0.22&run=200", selection=(15, 17), tpr=(0, 2),
          fpr=(1, 3), precision=(25, 28), right=(75, 76)),
    *line("| 46–48 | 41–43 | 26–28 | 0–1 | 78–79 % |", "threshold_b=0.65&run=200", selection=(46, 48), tpr=(41, 43),
          fpr=(26, 28), precision=(0, 1), right=(78, 79)),
    Stated("is kept to 3 points", "base_b=0.6&run=200",
           lambda run: (100 * run.arrays("apart")["apart"]).tolist(), (0, 3)),
    Stated("keeps six, at 99 % accuracy", "separation=5&run=200",
           lambda run: int((run.arrays("apart")["apart"] <= 0.03).sum()), (6, 6)),
    Stated("keeps six, at 99 % accuracy", "separation=5&run=200", last("accuracy"), about(99, 99)),
    Stated("stays broken, by 30 points", "separation=5&run=200", apart("selection"), about(30, 30)),
    Stated("the mean score is 38–40 %", "seen=readings&run=200", of("flow", 2, 1), about(38, 40)),
    Stated("of A 60 % and 49–52 %", "seen=readings&run=200", of("flow", 2, 0), about(49, 52)),
    Stated("75–79 % of A's good payers", f"{BIASED}&run=200", of("criteria", 1, 0), about(75, 79)),
    Stated("are called, 39 % of B's", f"{BIASED}&run=200", of("criteria", 1, 1), about(39, 39)),
    Stated("B 50 % and 30 %", f"{BIASED}&run=0", of("flow", 1, 1), (30, 30)),
    Stated("The mean score of B, 30 %", f"{BIASED}&run=200", of("flow", 2, 1), about(30, 30)),
    Stated("error is 4–6 points, by the truth 20", f"{BIASED}&judge=recorded&run=200",
           of("criteria", 6, 1), about(4, 6)),
    Stated("error is 4–6 points, by the truth 20", f"{BIASED}&run=200", of("criteria", 6, 1), about(20, 20)),
    Stated("B's called 90–92 % are positive", f"{BIASED}&run=200", of("criteria", 3, 1), about(90, 92)),
    Stated("among A's 76–78 %", f"{BIASED}&run=200", of("criteria", 3, 0), about(76, 78)),
    Stated("rates were 36–40 points apart", f"{BIASED}&run=200", apart("tpr"), about(36, 40)),
    Stated("it is 31–34 points", f"{BIASED}&seen=proxy&proxy=5&run=200", apart("tpr"), about(31, 34)),
    *(
        Stated(words, f"{BIASED}&seen={seen}&run=200", measure, between)
        for words, seen, area, gap, weight in (
            ("| 0.50–0.51 | 0–2 | none |", "readings", (50, 51), (0, 2), (0, 0)),
            ("| 0.92–0.93 | 18–20 | −0.42 to −0.38 |", "proxy", (92, 93), (18, 20), (-42, -38)),
            ("| 1 | 35–40 | −0.02 to 0.07 |", "both", (100, 100), (35, 40), (-2, 7)),
        )
        for measure, between in ((of("told"), about(*area)), (apart("tpr"), about(*gap)),
                                 (of("weights", 4), about(*weight)))
    ),
    *line("| 77 % | 15–17 | 0–3 | 8–10 |", "reweighed=true&run=200", right=(77, 77), selection=(15, 17), tpr=(0, 3),
          calibration=(8, 10)),
    *line("| 74–75 % | 3–6 | 10–14 | 14–15 |", "penalty=10&run=200", right=(74, 75), selection=(3, 6), tpr=(10, 14),
          calibration=(14, 15)),
    *line("| 75–76 % | 15–17 | 0–2 | 1–2 |", "threshold_b=0.22&run=200", calibration=(1, 2)),
    Stated("From 72–73 % to 74–75 %", f"{BIASED}&run=200", last("accuracy"), about(72, 73)),
    Stated("From 72–73 % to 74–75 %", f"{BIASED}&penalty=10&run=200", last("accuracy"), about(74, 75)),
    Stated("43 % and 57 %", "data=diabetes&run=0", of("flow", 0, 0), about(43, 43)),
    Stated("43 % and 57 %", "data=diabetes&run=0", of("flow", 0, 1), about(57, 57)),
    Stated("are 13–26 points apart", "data=diabetes&run=200", apart("tpr"), about(13, 26)),
    Stated("with 45 positives in A and 65 in B", "data=diabetes&run=0",
           lambda run: run.arrays("counts")["counts"][:, 2:].sum((1, 2)).tolist(), (45, 65)),
    Stated("parity of selection costs 8–9 points", "threshold_b=0.11&run=200", parity_costs, about(8, 9)),
    Stated("selected at 38–39 % of A's rate", "run=200", ratio, about(38, 39)),
]  # fmt: skip
