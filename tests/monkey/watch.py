"""Everything that must not happen while a window is used: exceptions, Qt's messages, warnings, an engine's end."""

from __future__ import annotations

import sys
import traceback
import warnings
from types import TracebackType
from typing import Any

from PySide6.QtCore import QtMsgType, qInstallMessageHandler

from explainer.window.main_window import MainWindow
from explainer.window.run.session import Session

HARMLESS = ("This plugin does not support", "Mouse event at")
"""What Qt's offscreen platform says of itself, and its test library of a drag that leaves the window."""


class Watch:
    """Collects faults as words from the moment it is entered."""

    def __init__(self) -> None:
        self.faults: list[str] = []
        self._warnings = warnings.catch_warnings()
        self._links: list[Any] = []

    def __enter__(self) -> Watch:
        self._hooks = sys.excepthook, sys.unraisablehook
        sys.excepthook = self._take
        sys.unraisablehook = lambda told: self._take(type(told.exc_value), told.exc_value, told.exc_traceback)
        self._handler = qInstallMessageHandler(self._hear)
        self._warnings.__enter__()
        warnings.simplefilter("error")
        return self

    def __exit__(self, *_: object) -> None:
        self._warnings.__exit__(None, None, None)
        qInstallMessageHandler(self._handler)
        sys.excepthook, sys.unraisablehook = self._hooks

    def follow(self, window: MainWindow) -> None:
        """Watch a window, and the runs that come to stand beside its own."""
        self._follow(window.session)
        window.lanes.added.connect(lambda lane: self._follow(lane.session))

    def look(self) -> None:
        """Take note of what engines have written to their standard error."""
        for link in self._links:
            if words := link.output_tail:
                link._tail.clear()
                self.faults.append(f"an engine wrote: {words}")

    def _follow(self, session: Session) -> None:
        self._links.append(session.engine.link)
        session.failed.connect(lambda message, details: self.faults.append(f"a run failed: {message}\n{details}"))
        session.engine_lost.connect(lambda why, again: self.faults.append(f"an engine is lost: {why}"))

    def _take(self, kind: type[BaseException], error: BaseException | None, trace: TracebackType | None) -> None:
        self.faults.append("".join(traceback.format_exception(kind, error, trace)))

    def _hear(self, kind: QtMsgType, context: Any, message: str) -> None:
        if kind not in (QtMsgType.QtDebugMsg, QtMsgType.QtInfoMsg) and not message.startswith(HARMLESS):
            here = "".join(traceback.format_stack(limit=8)[:-1])
            self.faults.append(f"Qt says: {message}\n{here}")
