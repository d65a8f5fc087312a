"""Painting again, but not at every frame: for what moves along while a run plays."""

from __future__ import annotations

import time

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget

PAUSE = 0.045
"""Seconds between two paintings of what only grows."""


class CalmRepaint:
    """Has a widget painted with every third frame, and once more when no further one has come."""

    def __init__(self, widget: QWidget) -> None:
        self._widget = widget
        self._painted = 0.0
        self._last = QTimer(widget, singleShot=True, interval=round(2000 * PAUSE))
        self._last.timeout.connect(self.now)

    def now(self) -> None:
        """Paint at once."""
        self._last.stop()
        self._painted = time.monotonic()
        self._widget.update()

    def soon(self) -> None:
        """Paint with this frame, a later one, or when there is none: the pause is kept."""
        if time.monotonic() - self._painted >= PAUSE:
            self.now()
        elif not self._last.isActive():
            self._last.start()
