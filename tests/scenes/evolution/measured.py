"""The numbers that the lesson states, and how each is had: see ``tests.measure_lessons``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from tests.measure_lessons import Stated


def lowest(name: str) -> Callable[[Any], float]:
    """Return a measure: the lowest loss at the end."""
    return lambda run: float(run.metrics[f"best/{name}"][-1])


def paid(name: str, goal: float) -> Callable[[Any], float]:
    """Return a measure: evaluations until the lowest loss is at a goal; infinite if it never is."""

    def measure(run: Any) -> float:
        hit = np.flatnonzero(run.metrics[f"best/{name}"] <= goal)
        return float((hit[0] + 1) * run.params.population) if len(hit) else np.inf

    return measure


def cosine(run: Any) -> float:
    """Return the mean cosine over all generations."""
    return float(np.mean(run.metrics["cosine"]))


def restarts(run: Any) -> float:
    """Return how often the first method has begun anew."""
    return float(run.arrays("restarts")["restarts"][0])


def formula(run: Any) -> float:
    """Return the cosine that the formula gives."""
    n, pairs = run.params.dimension, run.params.population / 2
    return float(1 / np.sqrt(1 + (n + 1) / pairs))


SPHERE, TEN, NET = "problem=sphere&methods=es", "dimension=10&population=400&sigma=2", "problem=network"
STATED = [
    Stated("It reaches 0 at two of the first three seeds, and 0.995", "run=200", lowest("gd"), (0, 0.996)),
    Stated("A well costs it about 39 evaluations", "run=200", lambda run: 4000 / restarts(run), (37, 41)),
    Stated("102 to 105 restarts", "run=200", restarts, (102, 105)),
    Stated("About 13, the well that it began in", "run=1", lowest("gd"), (12.9, 13.1)),
    Stated("0.07 to 0.46", "methods=ga,random&run=60", lowest("ga"), (0.065, 0.465)),
    Stated("1.5 to 2.6", "methods=ga,random&run=60", lowest("random"), (1.45, 2.65)),
    Stated("0.4 to 0.5 from it", "methods=es&run=200",
           lambda run: float(np.linalg.norm(run.arrays("centres")["centres"][0])), (0.35, 0.55)),
    Stated("it is within 0.11", "methods=es&run=400",
           lambda run: float(np.linalg.norm(run.arrays("centres")["centres"][0])), (0, 0.11)),
    Stated("less than a hundredth", None, lambda seed: float(np.exp(-2 * np.pi**2 * 0.25)), (0, 0.01)),
    Stated("the waves keep 82 % of their height", None, lambda seed: float(np.exp(-2 * np.pi**2 * 0.01)), (0.815, 0.825)),
    Stated("Descent is at 6.7", "problem=ellipsoid&run=100", lowest("gd"), (6.65, 6.75)),
    Stated("below 0.1 after 260 to 340 evaluations", "problem=ellipsoid&run=100", paid("cma", 0.1), (260, 340)),
    Stated("far below 0.001 at the end", "problem=ellipsoid&run=100", lowest("cma"), (0, 1e-6)),
    Stated("below 0.9 after 16,800 to 21,200", f"{TEN}&run=100", paid("cma", 0.9), (16_800, 21_200)),
    Stated("descent ends at 22 to 31", f"{TEN}&run=100", lowest("gd"), (21.5, 31.5)),
    Stated("with about 940 restarts", f"{TEN}&run=100", restarts, (930, 955)),
    Stated("the genetic algorithm at 31 to 62", f"{TEN}&run=100", lowest("ga"), (30.5, 62.5)),
    Stated("0.69 | 0.71 to 0.74", f"{SPHERE}&dimension=10&run=20", cosine, (0.705, 0.745)),
    Stated("0.69 | 0.71 to 0.74", f"{SPHERE}&dimension=10&run=20", formula, (0.685, 0.695)),
    Stated("0.30 | 0.28 to 0.31", f"{SPHERE}&dimension=100&run=20", cosine, (0.275, 0.315)),
    Stated("0.30 | 0.28 to 0.31", f"{SPHERE}&dimension=100&run=20", formula, (0.295, 0.305)),
    Stated("0.70 | 0.69 to 0.70", f"{SPHERE}&dimension=100&population=200&run=20", cosine, (0.685, 0.705)),
    Stated("0.70 | 0.69 to 0.70", f"{SPHERE}&dimension=100&population=200&run=20", formula, (0.695, 0.71)),
    Stated("CMA-ES pays 640 to 720", "problem=sphere&dimension=10&methods=cma,gd&run=60", paid("cma", 0.1), (640, 720)),
    Stated("descent 60 and 80", "problem=sphere&dimension=10&methods=cma,gd&run=60", paid("gd", 0.1), (60, 60)),
    Stated("and 2,540 to 2,800", "problem=sphere&dimension=50&methods=cma,gd&run=150", paid("cma", 0.1), (2540, 2800)),
    Stated("descent 60 and 80", "problem=sphere&dimension=50&methods=cma,gd&run=150", paid("gd", 0.1), (80, 80)),
    Stated("520 to 1,720 evaluations with 33", f"{NET}&methods=es&run=100", paid("es", 0.1), (520, 1720)),
    Stated("60 to 1,660 with 2,001", f"{NET}&methods=es&hidden=500&run=100", paid("es", 0.1), (60, 1660)),
    Stated("0.02 to 0.03 there", f"{NET}&methods=es&hidden=500&run=20", cosine, (0.0149, 0.035)),
    Stated("there after 160 to 600", f"{NET}&run=100", paid("gd", 0.1), (160, 600)),
    Stated("three times the price: 5 to 11 %", f"{NET}&objective=error&run=100", lowest("gd"), (0.045, 0.115)),
    Stated("descent (600 steps)", None, lambda seed: 100 * (20 // 3), (600, 600)),
    Stated("begins anew, 600 times", f"{NET}&objective=error&run=100", restarts, (600, 600)),
    Stated("0.26 to 0.33", f"{NET}&objective=step&run=100", lowest("gd"), (0.255, 0.335)),
    Stated("ends below 0.001", f"{NET}&objective=step&run=100", lowest("cma"), (0, 0.001)),
]  # fmt: skip
