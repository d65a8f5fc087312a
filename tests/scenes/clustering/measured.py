"""The numbers that the lesson states, and how each is had: see ``tests.measure_lessons``."""

from __future__ import annotations

from typing import Any

import numpy as np

from explainer import Run
from tests.measure_lessons import Stated


def last(name: str) -> Any:
    """Return a measure: a metric's last value."""
    return lambda run: float(run.metrics[name][-1])


def over_k(data: str, *measures: int) -> Any:
    """Return a measure of a seed: the numbers of groups that silhouette, stability, agreement (0, 1, 2) like best."""

    def found(seed: int) -> list[float]:
        *_, answer, _ = Run("clustering", seed=seed, data=data).execution.experiment.over_k()
        return [float(np.nanargmax(answer["measures_k"].numpy()[measure])) + 1 for measure in measures]

    return found


def stable(seed: int) -> float:
    """Return the stability of four groups on the blobs."""
    *_, answer, _ = Run("clustering", seed=seed, data="blobs").execution.experiment.over_k()
    return float(answer["measures_k"][1, 3])


def agrees(words: str, link: str, low: float, high: float) -> Stated:
    """Return a statement about the agreement with the labels."""
    return Stated(words, link, last("agreement"), (low - 0.005, high + 0.005))


def lies(words: str, link: str, low: float, high: float) -> Stated:
    """Return a statement about the mean silhouette."""
    return Stated(words, link, last("silhouette"), (low - 0.005, high + 0.005))


SINGLE, NOISY = "method=agglomerative&linkage=single&run=299", "method=agglomerative&linkage=single&noise=0.12&run=299"
WIDE = "data=blobs&stretch=20&n_init=10&run=30"

STATED = [
    agrees("> 0.22–0.31. Between two", "run=20", 0.22, 0.31),
    Stated("an inertia of 90–96", "data=blobs&init=random&run=30", last("objective/kmeans"), (90, 96), (1, 5, 13)),
    Stated("where 25 can be had", "data=blobs&init=random&n_init=10&run=30", last("objective/kmeans"), (24, 27)),
    lies("> 0.51–0.56 with eight", "k=8&run=40", 0.51, 0.56),
    lies("0.47–0.51 with two", "k=2&run=40", 0.47, 0.51),
    Stated("silhouette and agreement are highest at 4", None, over_k("blobs", 0, 2), (4, 4)),
    Stated("the stability is 0.99 to 1.00", None, stable, (0.985, 1.0001)),
    Stated("it is highest at 9 or 10", None, over_k("moons", 0), (9, 10)),
    agrees("the agreement is 0.22–0.26", "k=8&run=40", 0.22, 0.26),
    agrees("[0.22–0.31](try:run=30) | [mixture]", "run=30", 0.22, 0.31),
    agrees("[1.00](try:method=dbscan&run=60)", "method=dbscan&run=60", 1.0, 1.0),
    agrees("[0.99–1.00](try:data=blobs&run=30)", "data=blobs&run=30", 0.99, 1.0),
    agrees("[0.43–0.50](try:data=stripes&run=30) |", "data=stripes&run=30", 0.43, 0.50),
    agrees("[1.00](try:data=stripes", "data=stripes&method=mixture&n_init=20&run=60", 1.0, 1.0),
    agrees("[0.36–0.40](try:data=uneven&n_init=10&run=30) |", "data=uneven&n_init=10&run=30", 0.36, 0.40),
    agrees("[1.00](try:data=uneven", "data=uneven&method=mixture&n_init=20&run=60", 1.0, 1.0),
    agrees("[0.71–0.83](try:data=uneven", "data=uneven&method=dbscan&run=60", 0.71, 0.83),
    lies("> 0.31–0.36, against", "method=dbscan&run=60", 0.31, 0.36),
    agrees("with an agreement of 1.", "method=dbscan&run=60", 1.0, 1.0),
    Stated("both are one group", "method=dbscan&eps=0.4&run=60", last("groups"), (1, 1)),
    Stated("there are 5 to 10", "method=dbscan&eps=0.1&run=100", last("groups"), (5, 10)),
    agrees("Single linkage has [both moons]", SINGLE, 1.0, 1.0),
    agrees("agree by 0.22–0.44", "method=agglomerative&run=299", 0.22, 0.44),
    agrees("Nothing: agreement 0", NOISY, 0.0, 0.0),
    agrees("with an agreement of 0.3.", WIDE, 0.28, 0.34),
    lies("> 0.37–0.39, more", "data=uniform&run=40", 0.37, 0.39),
    lies("a silhouette of 0.18–0.19", "data=digits&n_init=10&run=40", 0.18, 0.19),
    agrees("[0.55–0.70]", "data=digits&n_init=10&run=40", 0.55, 0.70),
    lies("[0.16–0.18]", "data=digits&k=15&n_init=10&run=40", 0.16, 0.18),
]  # fmt: skip
