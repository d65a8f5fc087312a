"""Passing on the latest of many requests, so many times a second and not more."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, QTimer

PAUSE = 30
"""Milliseconds between two requests."""
READING = 250
"""Milliseconds for which words stay that are to be read: numbers that change more often cannot be."""
TELLING = 1000
"""Milliseconds for which words stay that are read out aloud."""


class Throttle(QObject):
    """Calls ``do`` at once, or with the latest arguments when the pause since the last call is over."""

    def __init__(self, parent: QObject, do: Callable[..., None], pause: int = PAUSE) -> None:
        super().__init__(parent)
        self._do = do
        self._waiting: tuple[Any, ...] | None = None
        self._timer = QTimer(self, singleShot=True, interval=pause)
        self._timer.timeout.connect(self.hurry)

    def ask(self, *arguments: Any) -> None:
        """Ask now, or when the pause is over."""
        self._waiting = arguments
        if not self._timer.isActive():
            self.hurry()

    def hurry(self) -> None:
        """Pass on what waits, whatever the pause."""
        if self._waiting is not None:
            arguments, self._waiting = self._waiting, None
            self._timer.start()
            self._do(*arguments)

    def forget(self) -> None:
        """Drop what waits."""
        self._waiting = None
