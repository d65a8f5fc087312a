"""The runs of a scene that are not lived at present: where they parted, what they are called, how to return."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from msgspec.structs import replace as replace_fields
from PySide6.QtCore import QObject, Signal

from explainer.contract.catalogue import CATALOGUE
from explainer.contract.distinctions import distinctions
from explainer.contract.frame import Ghost
from explainer.contract.recipe import Position, Recipe, fork_step
from explainer.contract.scene import Scene
from explainer.contract.series import Series
from explainer.stage.translation import tr

CURVES = 12
"""So many other runs keep their curves, the latest and those with a name first; all keep their recipes."""
DRAWN = 3
"""So many of them, the latest, stay in the curves."""


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

    @cached_property
    def title(self) -> str:
        """Its name or, without one, what sets it apart: from the run it came from, else from the scene's usual one."""
        if self.name or not self.recipe.scene:
            return self.name
        scene = CATALOGUE.scene(self.recipe.scene)
        pair = [self.recipe, self.parent] if self.parent is not None else _beside_the_usual(self.recipe, scene)
        words = distinctions(pair, scene)[0]
        return ", ".join(words) or tr("run {number}").format(number=self.number)

    @property
    def is_worth_keeping(self) -> bool:
        """Whether it has been lived, changed or named: whatever else there is of it can be had again at once."""
        return bool(self.known or self.recipe.actions or self.name)


class Branches(QObject):
    """The present run and the others; the engine keeps their pasts as long as its memory allows.

    The runs of a scene that was left are kept, without their curves, until it is opened again.
    """

    changed = Signal()
    """There are other runs, or they are called otherwise."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.present = Branch(1, Recipe(""))
        self.others: list[Branch] = []
        self.elsewhere: dict[str, list[Branch]] = {}
        """The runs of other scenes, by the name of the scene."""
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
        """Begin with the first run of a scene, or beside those that were left there."""
        left = [replace(branch, series={}) for branch in self.all if branch.is_worth_keeping]
        if left:
            self.elsewhere[self.present.recipe.scene] = left
        self.others = self.elsewhere.pop(recipe.scene, [])
        self._last = max((branch.number for branch in self.others), default=0)
        self.present = self._taken(recipe) or self._new(recipe, self.others[-1].recipe if self.others else None)
        self._tell()

    def recall(self, runs: Mapping[str, Sequence[Branch]]) -> None:
        """Take in runs of an earlier session, by scene, beside those that are there."""
        for scene, earlier in runs.items():
            here = self.all if scene == self.present.recipe.scene else self.elsewhere.get(scene, [])
            known = [branch.recipe for branch in here]
            fresh = [branch for branch in earlier if branch.recipe not in known]
            if scene == self.present.recipe.scene:
                for branch in fresh:
                    self._last += 1
                    self._keep(replace(branch, number=self._last))
            else:
                numbered = [*here, *fresh]
                self.elsewhere[scene] = [replace(branch, number=place) for place, branch in enumerate(numbered, 1)]
        self._tell()

    def follow(self, recipe: Recipe) -> None:
        """Take note of what the present run's recipe has become."""
        if recipe != self.present.recipe:
            self.present = replace(self.present, recipe=recipe)
            self._tell()

    def leave(self, position: Position, known: int, series: Mapping[str, Series]) -> None:
        """Take note of where the present run is left; another one, or another scene, is about to come."""
        self.present = replace(self.present, position=position, known=known, series=_copies(series))

    def keep_future(self, known: int, series: Mapping[str, Series]) -> None:
        """Keep the present run as another one: an action has undone its steps up to ``known``, or its changes."""
        there = replace(self.present, known=known, position=Position(known), series=_copies(series))
        self._keep(there)
        self.present = self._new(there.recipe, there.recipe)
        self._tell()

    def turn_to(self, recipe: Recipe) -> tuple[int, Mapping[str, Series]]:
        """Live ``recipe``, one of the others or a new run, and keep the one that was left.

        Return what is known of it: the last step, and the curves.
        """
        left = self.present
        if recipe == left.recipe:
            return 0, {}
        back = self._taken(recipe)
        if left.is_worth_keeping:
            self._keep(left)
        if back is None:
            back = self._new(recipe, left.recipe) if left.is_worth_keeping else replace(left, recipe=recipe)
        self.present = replace(back, known=0, series={})
        self._tell()
        return back.known, back.series

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

    def forget(self) -> None:
        """Forget every run but the present one, which is the first again."""
        self.others, self.elsewhere, self._last = [], {}, 1
        self.present = replace(self.present, number=1, parent=None)
        self._tell()

    def find(self, number: int) -> Branch:
        """Return a run by its number."""
        return next(branch for branch in self.all if branch.number == number)

    def _new(self, recipe: Recipe, parent: Recipe | None) -> Branch:
        self._last += 1
        return Branch(self._last, recipe, parent=parent)

    def _taken(self, recipe: Recipe) -> Branch | None:
        """Take a run out of the others, if it is there."""
        found = next((branch for branch in self.others if branch.recipe == recipe), None)
        if found is not None:
            self.others.remove(found)
        return found

    def _keep(self, branch: Branch) -> None:
        self.others.append(branch)
        with_curves = [other for other in self.others if other.series]
        spare = [*(other for other in with_curves if not other.name), *(other for other in with_curves if other.name)]
        for other in spare[: max(0, len(with_curves) - CURVES)]:
            self.others[self.others.index(other)] = replace(other, series={})

    def _tell(self) -> None:
        self._ghosts = None
        self.changed.emit()


def _beside_the_usual(recipe: Recipe, scene: Scene) -> list[Recipe]:
    """Return a run, and the one with the scene's defaults on the same seed and device, to which nothing was done."""
    own = scene.parameters(**recipe.parameters).values()
    usual = scene.parameters(**scene.parameters.defaults_beside(own)).values()
    return [replace_fields(recipe, parameters=own), replace_fields(recipe, parameters=usual, actions=())]


def _ghost(branch: Branch, present: Recipe) -> Ghost | None:
    since = fork_step(branch.recipe, present)
    if since is None or since >= branch.known or not branch.series:
        return None
    return Ghost(branch.title, {name: series.part(since) for name, series in branch.series.items()})


def _copies(series: Mapping[str, Series]) -> dict[str, Series]:
    return {name: one.copy() for name, one in series.items()}
