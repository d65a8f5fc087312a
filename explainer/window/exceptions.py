"""The one hook for exceptions that nothing in the window's own code has caught."""

from __future__ import annotations

import contextlib
import sys
import traceback
from types import TracebackType

from PySide6.QtCore import QObject, Qt, Signal


class ExceptionHook(QObject):
    """Writes an uncaught exception to standard error and tells the window, which shows it.

    The window is told when the event loop is back in control, so that an exception in a ``paintEvent``
    does not change widgets while they are painted; one that comes at every repaint is told once.
    """

    happened = Signal(str, str)
    """(the exception in one line, its traceback)."""
    _caught = Signal(str, str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._last = ""
        self._previous = sys.excepthook
        self._caught.connect(self.happened, Qt.ConnectionType.QueuedConnection)

    def install(self) -> None:
        """Take every exception that reaches the top of a slot or an event handler from now on."""
        sys.excepthook = self.take

    def remove(self) -> None:
        """Leave exceptions to whoever took them before."""
        sys.excepthook = self._previous

    def take(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        """Log an exception and pass it on; Ctrl+C stays what it is."""
        with contextlib.suppress(OSError, ValueError):  # standard error may be a pipe that nobody reads any more
            self._previous(kind, error, trace)
        if not issubclass(kind, Exception):
            return
        words = "".join(traceback.format_exception(kind, error, trace))
        if words != self._last:
            self._last = words
            self._caught.emit(f"{kind.__name__}: {error}", words)

    def forget(self) -> None:
        """Tell the same exception again when it comes again: the notice was put away."""
        self._last = ""
