"""What the window asks of the engine's run, in order, one run being opened at a time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from explainer.contract.messages import Act, Command, Open
from explainer.contract.recipe import Position, Recipe
from explainer.window.run.engine_link import EngineLink


class Requests:
    """Numbers the commands and sends them when the engine can take them.

    While a run is being opened only the newest wish for another one is kept, with the actions that were
    meant for that one and the last thing that was asked of it.
    """

    def __init__(self, link: EngineLink) -> None:
        self._link = link
        self._ready = False
        self._opening: Open | None = None
        self._next: Open | None = None
        self._acts: list[Act] = []
        self._after: Command | None = None
        self._last_run = 0
        self.last = 0
        """The number of the last command that was sent."""

    @property
    def is_opening(self) -> bool:
        """Whether another run has been asked for and is not there yet."""
        return self._opening is not None or self._next is not None

    @property
    def is_under_way(self) -> bool:
        """Whether the engine has been asked for a run that is not there yet."""
        return self._opening is not None

    @property
    def asked(self) -> Open | None:
        """The last run that was asked for, while it is not there yet."""
        return self._next or self._opening

    def send(self, command: Command) -> None:
        """Send a numbered command; pictures made before it was dealt with do not overrule it."""
        self.last += 1
        self._link.send(msgspec.structs.replace(command, request=self.last))

    def act(self, act: Act) -> None:
        """Send an action, or keep it for the run that waits to be opened."""
        if self._next is not None or self._acts:
            self._acts.append(act)
        else:
            self.send(act)

    def open(self, recipe: Recipe, position: Position) -> int:
        """Open a run, now or when the one that is under way has been opened; return its number."""
        self._last_run += 1
        self._next = Open(run=self._last_run, recipe=recipe, position=position)
        self._after, self._acts = None, []
        self._open_next()
        return self._last_run

    def then(self, command: Command | None) -> None:
        """Ask this, and nothing else that was asked before, of the run that is being opened."""
        self._after = command

    def amend(self, values: Mapping[str, Any]) -> bool:
        """Give other parameters to the run that waits to be opened, if it begins anew; return whether it does.

        A run that has a past, in its actions or in the steps up to where it is wanted, keeps it.
        """
        if self._next is None or self._next.recipe.actions or self._next.position != Position():
            return False
        recipe = self._next.recipe
        recipe = msgspec.structs.replace(recipe, parameters={**recipe.parameters, **values})
        self._next = msgspec.structs.replace(self._next, recipe=recipe)
        return True

    def engine_ready(self) -> None:
        """Send what has waited for the engine."""
        self._ready = True
        self._open_next()

    def engine_gone(self) -> None:
        """Forget what was asked of an engine that is no more."""
        self._ready = False
        self._opening = self._next = self._after = None
        self._acts = []

    def opened(self) -> Position:
        """Take note that a run is there; return where in time it was asked to begin."""
        position = self._opening.position if self._opening is not None else Position()
        self._opening = None
        return position

    def go_on(self) -> None:
        """Open the next run or, when there is none, ask what was left for this one."""
        self._open_next()
        if self._opening is not None:
            return
        waiting: list[Command] = [*self._acts, *([self._after] if self._after is not None else [])]
        self._acts, self._after = [], None
        for command in waiting:
            self.send(command)

    def not_opened(self, run: int) -> bool:
        """Take note that a run will not come; return whether it was awaited."""
        if self._opening is None or run != self._opening.run:
            return False
        self._opening = self._after = None
        if self._next is None:
            self._acts = []
        self._open_next()
        return True

    def _open_next(self) -> None:
        if self._ready and self._opening is None and self._next is not None:
            self._opening, self._next = self._next, None
            self.send(self._opening)
