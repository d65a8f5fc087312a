"""Measures every stated number of the lessons again, over several seeds, and says which no longer holds.

    python -m tests.measure_lessons                     all scenes
    python -m tests.measure_lessons gradient-descent    one; more words choose statements that contain them
    python -m tests.measure_lessons --uncovered NAME    the numbers of a lesson that no statement covers

A scene's statements stand in ``tests/scenes/NAME/measured.py`` as ``STATED``. It is a check of its own, for it
lives hundreds of runs; that each statement's words stand in the lesson is part of the quick tests.
"""

from __future__ import annotations

import importlib
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

from explainer import Run
from explainer.contract.catalogue import CATALOGUE
from explainer.contract.lesson import parse_try

FOLDER = Path(__file__).parent / "scenes"
SEEDS = (0, 1, 2)


@dataclass(frozen=True)
class Stated:
    """A number, or a range, that a lesson states, and how it is had.

    ``says`` are words of the lesson, a blank standing for any space. ``link`` is what the lesson's ``try:`` link
    would set, without ``try:``, its ``run=`` being the number of steps; None: there is no run, and ``measure``
    is given the seed. ``measure`` returns a number, or several which must all lie ``between``, ends included.
    """

    says: str
    link: str | None
    measure: Callable[[Any], float | Sequence[float]]
    between: tuple[float, float]
    seeds: Sequence[int] = SEEDS


@dataclass(frozen=True)
class Found:
    """What was measured of a statement: the numbers of each seed, and whether all lie in its range."""

    stated: Stated
    values: list[list[float]]

    @property
    def holds(self) -> bool:
        """Whether every number lies in the stated range."""
        low, high = self.stated.between
        return all(low <= value <= high for values in self.values for value in values)

    def line(self) -> str:
        """Return the statement, its range and what was found."""
        low, high = self.stated.between
        found = "  ".join(",".join(f"{value:.6g}" for value in values) for values in self.values)
        return f"{'holds' if self.holds else 'FAILS'}  {self.stated.says}  [{low:g}, {high:g}]: {found}"


def statements(scene: str) -> list[Stated]:
    """Return what the lesson of a scene states, empty where nobody has written it down."""
    folder = scene.replace("-", "_")
    if not (FOLDER / folder / "measured.py").is_file():
        return []
    return list(importlib.import_module(f"tests.scenes.{folder}.measured").STATED)


def measure(scene: str, stated: Sequence[Stated]) -> Iterator[Found]:
    """Yield what is found of each statement; those of one link share its runs."""
    declared = CATALOGUE.scene(scene)

    def key(one: Stated) -> str:
        return f"{one.link} {tuple(one.seeds)}"

    for _, group in groupby(sorted(stated, key=key), key):
        together = list(group)
        values: list[list[list[float]]] = [[] for _ in together]
        for seed in together[0].seeds:
            given: Any = seed
            if together[0].link is not None:
                asked = parse_try(f"try:{together[0].link}", declared)
                given = Run(scene, seed=seed, **asked.values)
                given.step(asked.run)
            for index, one in enumerate(together):
                found = one.measure(given)
                values[index].append(list(map(float, found if isinstance(found, Sequence) else [found])))
        yield from map(Found, together, values)


def plain(words: str) -> str:
    """Return words with every run of spaces as one blank."""
    return " ".join(words.split())


_OUTSIDE = re.compile(r"```\w*|\]\([^)]*\)|\$[^$]*\$|`[^`]*`|\b(?:1[89]|20)\d\d\b")
_NUMBER = re.compile(r"\d[\d,.]*\d|\d")


def uncovered(scene: str) -> list[str]:
    """Return the lesson's lines that hold a number outside links, formulas, code and years, and outside statements."""
    text = CATALOGUE.lesson(CATALOGUE.scene(scene))
    lines = [plain(_OUTSIDE.sub(" ", line)) for line in text.splitlines()]
    said = [plain(_OUTSIDE.sub(" ", one.says)) for one in statements(scene)]
    return [line for line in lines if _NUMBER.search(line) and not any(words in line for words in said)]


def main(words: Sequence[str]) -> int:
    """Measure what the words choose; return 1 if a statement does not hold."""
    if words[:1] == ["--uncovered"]:
        for scene in words[1:]:
            print("\n".join(uncovered(scene)))  # noqa: T201
        return 0
    scenes = [word for word in words if word in CATALOGUE.names()] or CATALOGUE.names()
    wanted = [word for word in words if word not in CATALOGUE.names()]
    failed = 0
    for scene in scenes:
        stated = [one for one in statements(scene) if all(word in one.says for word in wanted)]
        for found in measure(scene, stated):
            failed += not found.holds
            print(f"{scene}: {found.line()}", flush=True)  # noqa: T201
    print(f"{failed} stated numbers do not hold" if failed else "all stated numbers hold")  # noqa: T201
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
