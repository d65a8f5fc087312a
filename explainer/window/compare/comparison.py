"""How runs come to stand side by side: a copy, a branch, or what a lesson's link says."""

from __future__ import annotations

from dataclasses import replace

import msgspec
from PySide6.QtCore import QObject

from explainer.contract.lesson import CompareLink, TryLink
from explainer.contract.recipe import Position, Recipe
from explainer.window.compare.lanes import Lanes
from explainer.window.run.conductor import ON, Conductor
from explainer.window.run.session import Session


class Comparison(QObject):
    """Fills the lanes beside the first, whose run the controls steer."""

    def __init__(self, session: Session, lanes: Lanes, conductor: Conductor, parent: QObject) -> None:
        super().__init__(parent)
        self._session, self._lanes, self._conductor = session, lanes, conductor

    def add_copy(self) -> None:
        """Put a copy of the run beside it."""
        self._add(*self._session.to_keep)

    def add_branch(self, number: int) -> None:
        """Put a branch beside the run, at the same step."""
        self._add(self._session.branches.find(number).recipe, self._session.position)

    def toggle_overlay(self) -> None:
        """Draw the curves of all runs into one plot, or apart."""
        self._lanes.set_overlays(not self._lanes.overlays)

    def end(self) -> None:
        """Leave only the run that the controls steer."""
        self._lanes.clear()

    def new_seed(self) -> None:
        """Begin every run anew with another seed, the same for all."""
        self.set_seed(None)

    def set_seed(self, seed: int | None) -> None:
        """Begin every run anew, all with this seed; None: with another than now."""
        self._session.new_seed(seed)
        for run in self._conductor.runs[1:]:
            run.new_seed(self._session.to_keep[0].seed)

    def try_link(self, link: TryLink) -> None:
        """Do what a lesson's link says; runs that are compared go on in step."""
        if not self._lanes.are_compared or not link.run:
            self._session.try_link(link)
            return
        self._session.try_link(replace(link, run=0))
        self._conductor.start(ON, link.run)

    def show_link(self, link: CompareLink) -> None:
        """Put the runs of a lesson's link side by side."""
        session = self._session
        if any(session.is_fixed(values) for values in (link.first.values, *link.others)):
            return
        self._lanes.clear()
        session.try_link(replace(link.first, run=0))
        recipe = session.to_keep[0]
        for values in link.others:
            params = session.params_of(values, keep=link.first.keep)
            self._add(msgspec.structs.replace(recipe, parameters=params.values()), Position())
        if link.first.run:
            self._conductor.start(ON, link.first.run)

    def _add(self, recipe: Recipe, position: Position) -> None:
        """Put a run beside those that are shown; what plays goes on in step."""
        scene = self._session.scene
        if scene is None or self._lanes.is_full or recipe.scene != scene.name:  # of another scene: it is on its way
            return
        playing = self._session.playing
        if playing:
            self._session.course.pause()
        self._lanes.add(recipe, position)
        if playing:
            self._conductor.start(ON)
