"""The runs of one session, kept for the next: recipes are small, and to live them again takes no file of one's own."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec

from explainer.contract.catalogue import CATALOGUE
from explainer.contract.files import read_ordinary, write_atomically
from explainer.contract.recipe import Position, Recipe, check_recipe
from explainer.contract.refused import Refused
from explainer.window.run.branches import Branch

MOST = 60
"""So many runs of a scene are kept, the newest."""
MOST_BYTES = 16 * 2**20


class Kept(msgspec.Struct, frozen=True):
    """A run as it is kept."""

    recipe: Recipe
    position: Position = Position()
    known: int = 0
    name: str = ""


class KeptRuns:
    """The file of kept runs; what waits there to be taken stays until it is taken or given up."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.waiting = self._read()
        """The runs of earlier sessions, by scene."""
        self._known = _recipes(self.waiting)

    @property
    def count(self) -> int:
        """How many runs wait."""
        return sum(len(runs) for runs in self.waiting.values())

    def take(self, scene: str = "") -> Mapping[str, Sequence[Branch]]:
        """Return the runs that wait, of one scene or of all, which then wait no more."""
        taken = {name: runs for name, runs in self.waiting.items() if scene in ("", name)}
        self.waiting = {name: runs for name, runs in self.waiting.items() if name not in taken}
        return taken

    def save(self, runs: Mapping[str, Sequence[Branch]]) -> None:
        """Keep these runs, those that wait, and what another window has put there meanwhile; never raise."""
        mine = _joined(self.waiting, runs)
        there = self._read()
        theirs = {name: [run for run in kept if run.recipe not in self._known] for name, kept in there.items()}
        found = _joined(theirs, mine)
        self._known += [recipe for recipe in _recipes(mine) if recipe not in self._known]
        if _recipes(found) == _recipes(there):
            return
        content = {
            name: [Kept(run.recipe, run.position, run.known, run.name) for run in kept] for name, kept in found.items()
        }
        with contextlib.suppress(OSError, Refused):
            self._path.parent.mkdir(parents=True, exist_ok=True)
            write_atomically(self._path, msgspec.json.encode(content))

    def _read(self) -> dict[str, list[Branch]]:
        try:
            raw = read_ordinary(self._path, MOST_BYTES)
            found = msgspec.json.decode(raw, type=dict[str, list[Kept]])
        except (Refused, msgspec.MsgspecError, RecursionError):
            return {}
        return {name: runs for name, kept in found.items() if (runs := _checked(name, kept))}


def _checked(scene: str, kept: Sequence[Kept]) -> list[Branch]:
    """Return those of the runs that this version can live."""
    found = []
    for number, run in enumerate((one for one in kept if one.recipe.scene == scene), 1):
        with contextlib.suppress(Refused):
            recipe = check_recipe(run.recipe, CATALOGUE.scene(scene))
            found.append(Branch(number, recipe, run.position, run.known, name=run.name))
    return found


def _joined(first: Mapping[str, Sequence[Branch]], then: Mapping[str, Sequence[Branch]]) -> dict[str, list[Branch]]:
    """Return the runs of both, each once, as many as are kept."""
    found: dict[str, list[Branch]] = {}
    for runs in (first, then):
        for scene, kept in runs.items():
            there = found.setdefault(scene, [])
            there += [run for run in kept if run.recipe not in [other.recipe for other in there]]
    return {scene: kept[-MOST:] for scene, kept in found.items() if kept}


def _recipes(runs: Mapping[str, Sequence[Branch]]) -> list[Recipe]:
    return [run.recipe for kept in runs.values() for run in kept]
