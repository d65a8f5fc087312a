"""The engine's life: it is started, asked, lost, started again, and lives the run again that was there."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from explainer.contract.messages import Command, Opened, Ready
from explainer.contract.recipe import Position, Recipe
from explainer.window.run.engine_link import EngineLink
from explainer.window.run.requests import Requests

CRASHES = 3
"""After this many deaths without a picture in between, no further replay is tried."""


class EngineLife(QObject):
    """One engine after another, each asked for one run at a time; what is asked of it is numbered here."""

    devices_known = Signal(list)
    lost = Signal(str, bool)
    """(why, whether a replay follows)."""

    def __init__(self, link: EngineLink, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.link, self.requests = link, Requests(link)
        self.devices: list[str] = ["cpu"]
        self.run = 0
        """The number of the run that is there, 0 for none."""
        self.replays = False
        """Whether the run that is there, or on its way, is the replay for an engine that was lost."""
        self.to_replay: Callable[[], tuple[Recipe, Position] | None] = lambda: None
        """The last run that was there, not one that was only asked for."""
        self._deaths = 0
        link.died.connect(self._mourn)

    @property
    def takes_orders(self) -> bool:
        """Whether there is a run, or the engine has been asked for one, of which something can be asked."""
        return bool(self.run) or self.requests.is_under_way

    def open(self, recipe: Recipe, position: Position) -> int:
        """Ask for a run, and return the number that it will have."""
        self.link.wake()
        self.replays = False
        return self.requests.open(recipe, position)

    def ask(self, command: Command) -> None:
        """Ask it of the run, or remember it until the run that is being opened is there."""
        if self.requests.is_opening:
            self.requests.then(command)
        elif self.run:
            self.requests.send(command)

    def leave(self) -> None:
        """Take note that the window has turned away from the run that is there."""
        self.run = 0

    def get_ready(self, ready: Ready) -> None:
        """Take note that a new engine can be asked."""
        self.devices = ready.devices
        self.devices_known.emit(ready.devices)

    def begin(self, opened: Opened) -> None:
        """Take note that a run is there."""
        self.run = opened.run

    def prove(self) -> None:
        """Take note that the engine works: its run has been seen."""
        self._deaths = 0

    def restart(self) -> None:
        """Start a new engine, however often one has died, and replay."""
        self._deaths = 0
        self._replace()

    def stop(self) -> None:
        """End the engine."""
        self.link.stop()

    def _mourn(self, why: str) -> None:
        """Take note that the engine has died: start another and replay, unless it keeps dying."""
        self._deaths += 1
        again = self._deaths < CRASHES
        self.lost.emit(why, again)
        if again:
            self._replace()

    def _replace(self) -> None:
        self.requests.engine_gone()
        self.link.start()
        last = self.to_replay()
        if last is not None:
            self.requests.open(*last)
            self.replays = True
