"""Sets the stage for a step of the lesson: its state, its pictures, its controls, and what it points at."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QWidget

from explainer.contract.fields import Kind
from explainer.contract.lesson import CompareLink, Point, Stage, TryLink, parse_compare, parse_try
from explainer.contract.recipe import Position, Recipe
from explainer.contract.refused import Refused
from explainer.contract.scene import Scene
from explainer.window.compare.comparison import Comparison
from explainer.window.compare.lanes import Lanes
from explainer.window.lesson.pointer import Pointer

__all__ = ["Stager"]


class Stager(QObject):
    """Brings the stages of steps; where a person has changed things it asks before it sets anything."""

    waits = Signal(bool)
    """Whether a stage waits to be asked for, since things were changed."""

    def __init__(self, comparison: Comparison, lanes: Lanes, pointer: Pointer, parent: QObject) -> None:
        super().__init__(parent)
        self._comparison, self._lanes, self._pointer = comparison, lanes, pointer
        self.find: Callable[[Point], QWidget | None] = lambda point: None
        """Returns what on the screen a step points at."""
        self._stage: Stage | None = None
        self._left: tuple[Any, ...] = ()
        self._hurries = False
        """Whether a stage runs at a speed of its own: it is not the speed at which a person goes on from there."""
        lanes.main.session.course.playing_changed.connect(self._slow_down)
        self._brought: list[str] = []
        """The pictures that were put out by a stage, or stood there at first."""

    def begin(self, scene: Scene, stage: Stage | None, step: int) -> None:
        """Take note of a scene that has just been opened; one left within its lesson stands there again."""
        self._stage = None
        resumed = stage is not None and bool(step)
        self._brought = list(stage.cards) if stage is not None and resumed else self._lanes.main.stage.out
        self.take_note()
        self.waits.emit(False)
        if stage is not None and resumed:
            QTimer.singleShot(0, partial(self._take_up, scene, stage))

    def _take_up(self, scene: Scene, stage: Stage) -> None:
        """Set the stage of the step at which the lesson was left, unless something else was opened meanwhile."""
        session = self._lanes.main.session
        recipe, position = session.to_keep
        usual = Recipe(scene.name, recipe.seed, recipe.device, recipe.threads, scene.parameters().values())
        if session.scene is scene and (recipe, position) == (usual, Position()) and self._stage is None:
            self.enter(stage)

    def take_note(self) -> None:
        """Take how things are now as they were set, not as a person has changed them."""
        self._left = self._state()

    @property
    def is_changed(self) -> bool:
        """Whether a person has changed anything since a stage or a link has set it."""
        return self._state() != self._left

    def enter(self, stage: Stage | None) -> None:
        """Set the stage of a step that was gone to; its state only if nothing was changed."""
        self._stage = stage
        waits = stage is not None and bool(stage.set) and self.is_changed
        self.waits.emit(waits)
        if stage is None:
            return
        self._put_out(stage.cards)
        if stage.set and not waits:
            self._set(stage.set)
        QTimer.singleShot(0, self.point)

    def set_up(self) -> None:
        """Set the stage of the present step, whatever was changed: that run is kept among the others."""
        self.waits.emit(False)
        if self._stage is not None:
            self._put_out(self._stage.cards)
            self._set(self._stage.set or "try:")
            self.point()

    def point(self) -> None:
        """Point at what the present step speaks of."""
        target = self.find(self._stage.point) if self._stage is not None and self._stage.point is not None else None
        self._pointer.show_at(target)

    def _set(self, link: str) -> None:
        scene = self._lanes.main.session.scene
        assert scene is not None
        try:
            asked: TryLink | CompareLink = (
                parse_try(link, scene) if link.startswith("try:") else parse_compare(link, scene)
            )
        except Refused:  # a lesson file that fixes what the step would set: it stays as it is
            return
        course = self._lanes.main.session.course
        if course.playing:
            course.pause()
        if isinstance(asked, CompareLink):
            self._comparison.show_link(asked)
        else:
            self._lanes.clear()
            self._comparison.try_link(asked)
            self._hurries = asked.speed is not None and bool(asked.run)
        self.take_note()

    def _slow_down(self, playing: bool) -> None:
        """Go back to the scene's speed where a stage has come to rest."""
        session = self._lanes.main.session
        if self._hurries and not playing and session.scene is not None:
            self._hurries = False
            session.course.set_speed(session.scene.speed)

    def _put_out(self, cards: tuple[str, ...]) -> None:
        """Show these pictures, and those that the person has brought out."""
        stage = self._lanes.main.stage
        known = {picture.key for picture in self._lanes.main.view.cards}
        wanted = [key for key in cards if key in known]
        if wanted:
            own = [key for key in stage.out if key not in self._brought and key not in wanted]
            stage.put_out([*wanted, *own])
            self._brought = wanted

    def _state(self) -> tuple[Any, ...]:
        """Return what a stage would take away: parameters that make the run, what was done in it, runs beside it."""
        session = self._lanes.main.session
        if session.scene is None:
            return ()
        values = session.params.values()
        kinds = {name: field.kind for name, field in session.scene.parameters.declarations.items()}
        made = {name: value for name, value in values.items() if kinds[name] is not Kind.VIEW}
        return session.scene.name, made, session.to_keep[0].actions, len(self._lanes.all)
