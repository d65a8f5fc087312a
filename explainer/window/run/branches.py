"""The runs of a scene that are not lived at present: where they parted, what they are called, how to return."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from PySide6.QtCore import QObject, Signal

from explainer.contract.frame import Ghost
from explainer.contract.recipe import Position, Recipe, difference, fork_step
from explainer.contract.series import Series

MOST = 12
"""So many other runs are kept; beyond, the oldest one that nobody has named goes."""
DRAWN = 3
"""So many of them, the latest, stay in the curves."""
WORDS = 2
"""How many differences a run is called by."""


@dataclass(frozen=True)
class Branch:
    """One run of the scene: its recipe, where it was left, and the curves it had drawn."""

    number: int
    recipe: Recipe
    position: Position = Position()
    known: int = 0
    series: Mapping[str, Series] = field(default_factory=dict)
    name: str = ""
    """What a person has called it, empty for nothing."""
    parent: Recipe | None = None
    """The recipe, at the time, of the run that it came from."""

    @property
    def title(self) -> str:
        """Its name or, without one, what sets it apart from the run it came from."""
        if self.name:
            return self.name
        parts = difference(self.recipe, self.parent) if self.parent is not None else {}
        words = [_words(what, value) for what, value in list(parts.items())[-WORDS:]]
        return ", ".join(words) or f"run {self.number}"


class Branches(QObject):
    """The present run and the others; the engine keeps their pasts as long as its memory allows."""

    changed = Signal()
    """There are other runs, or they are called otherwise."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.present = Branch(1, Recipe(""))
        self.others: list[Branch] = []
        self._last = 1
        self._ghosts: list[Ghost] | None = None

    @property
    def all(self) -> list[Branch]:
        """Every run, in the order in which they began."""
        return sorted([self.present, *self.others], key=lambda branch: branch.number)

    @property
    def ghosts(self) -> Sequence[Ghost]:
        """What the curves show of the latest other runs: the part in which they differ from the present one."""
        if self._ghosts is None:
            latest = sorted(self.others, key=lambda branch: branch.number)[-DRAWN:]
            self._ghosts = [ghost for branch in latest if (ghost := _ghost(branch, self.present.recipe)) is not None]
        return self._ghosts

    def start(self, recipe: Recipe) -> None:
        """Begin with the first run of a scene."""
        self.present, self.others, self._last = Branch(1, recipe), [], 1
        self._tell()

    def follow(self, recipe: Recipe) -> None:
        """Take note of what the present run's recipe has become."""
        if recipe != self.present.recipe:
            self.present = replace(self.present, recipe=recipe)
            self._tell()

    def keep_future(self, known: int, series: Mapping[str, Series]) -> None:
        """Keep the present run as another one: an action is about to undo its steps up to ``known``."""
        there = replace(self.present, known=known, position=Position(known), series=_copies(series))
        self._keep(there)
        self.present = self._new(there.recipe, there.recipe)
        self._tell()

    def turn_to(self, recipe: Recipe, position: Position, known: int, series: Mapping[str, Series]) -> None:
        """Leave the present run where it is, and live ``recipe``: one of the others, or a new run."""
        if recipe == self.present.recipe:
            return
        left = replace(self.present, position=position, known=known, series=_copies(series))
        back = next((branch for branch in self.others if branch.recipe == recipe), None)
        if back is not None:
            self.others.remove(back)
        if known > 0:
            self._keep(left)
        if back is not None:
            self.present = back
        else:
            self.present = self._new(recipe, left.recipe) if known > 0 else replace(self.present, recipe=recipe)
        self._tell()

    def rename(self, number: int, name: str) -> None:
        """Call a run something; an empty name gives its description back."""
        named = [replace(branch, name=name.strip()) if branch.number == number else branch for branch in self.others]
        self.others = named
        if self.present.number == number:
            self.present = replace(self.present, name=name.strip())
        self._tell()

    def delete(self, number: int) -> None:
        """Forget one of the others."""
        self.others = [branch for branch in self.others if branch.number != number]
        self._tell()

    def find(self, number: int) -> Branch:
        """Return a run by its number."""
        return next(branch for branch in self.all if branch.number == number)

    def _new(self, recipe: Recipe, parent: Recipe) -> Branch:
        self._last += 1
        return Branch(self._last, recipe, parent=parent)

    def _keep(self, branch: Branch) -> None:
        self.others.append(branch)
        while len(self.others) > MOST:
            unnamed = [other for other in self.others if not other.name]
            self.others.remove((unnamed or self.others)[0])

    def _tell(self) -> None:
        self._ghosts = None
        self.changed.emit()


def _ghost(branch: Branch, present: Recipe) -> Ghost | None:
    since = fork_step(branch.recipe, present)
    if since is None or since >= branch.known:
        return None
    return Ghost(branch.title, {name: series.part(since) for name, series in branch.series.items()})


def _copies(series: Mapping[str, Series]) -> dict[str, Series]:
    return {name: one.copy() for name, one in series.items()}


def _words(what: str, value: str) -> str:
    return f"{value} {what}" if what.startswith("from step") else f"{what} {value}"
