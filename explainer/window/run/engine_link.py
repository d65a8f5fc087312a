"""The window's end of the line: starts the engine as a child process and talks to it."""

from __future__ import annotations

import contextlib
import sys
from collections import deque

from PySide6.QtCore import QObject, QProcess, QTimer, Signal

from explainer.children import python
from explainer.contract.messages import Command, Splitter, pack, read_report
from explainer.contract.refused import Refused
from explainer.stage.translation import tr
from explainer.window.processes import end_process

HANG_MS = 8_000
"""An engine that owes an answer this long is taken for hanging."""
START_MS = 30_000
"""So long it may take to begin: a slow disk reads torch for many seconds the first time."""
TAIL = 40
"""How many lines of the engine's own output are kept for a report."""


class EngineLink(QObject):
    """One engine process at a time; reports arrive as signals."""

    reported = Signal(object)
    """A report of the engine."""
    died = Signal(str)
    """The engine ended though nobody asked it to; why, in words."""
    hung = Signal()
    """The engine has owed an answer for a long time."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.waits = False
        """Whether no engine is started before a run is asked for: while the home page is read nobody needs one."""
        self._process: QProcess | None = None
        self._splitter = Splitter()
        self._tail: deque[str] = deque(maxlen=TAIL)
        self._owed = QTimer(self)
        self._owed.setSingleShot(True)
        self._owed.timeout.connect(self.hung)

    @property
    def running(self) -> bool:
        """Whether there is an engine to talk to."""
        return self._process is not None and self._process.state() != QProcess.ProcessState.NotRunning

    @property
    def process_id(self) -> int:
        """The engine's process, 0 when there is none."""
        return int(self._process.processId()) if self._process is not None else 0

    @property
    def output_tail(self) -> str:
        """The last lines that the engine wrote to its standard error."""
        return "\n".join(self._tail)

    def start(self) -> None:
        """Start an engine; it answers with ``Ready`` once torch is imported."""
        self.stop()
        self._splitter = Splitter()
        process = QProcess(self)
        process.readyReadStandardOutput.connect(self._read)
        process.readyReadStandardError.connect(self._read_tail)
        process.finished.connect(self._finished)
        process.errorOccurred.connect(self._could_not_start)
        self._process = process
        self._owed.start(START_MS)
        program, *words = python("explainer.engine")
        process.start(program, words)

    def wake(self) -> None:
        """Start the engine that was waited with."""
        if self.waits:
            self.waits = False
            self.start()

    def send(self, command: Command, *, owes: bool = True) -> None:
        """Send a command; ``owes`` says that a report must follow."""
        if self._process is not None and self.running:
            self._process.write(pack(command))
            if owes and not self._owed.isActive():
                self._owed.start()

    def stop(self) -> None:
        """End the engine, if need be by force."""
        process, self._process = self._process, None
        self._owed.stop()
        if process is None:
            return
        end_process(process)
        process.deleteLater()

    def _read(self) -> None:
        process = self._process
        if process is None or self.sender() is not process:
            return
        self._owed.stop()
        if self._owed.interval() == START_MS:
            self._owed.setInterval(HANG_MS)
        try:
            for body in self._splitter.feed(process.readAllStandardOutput().data()):
                self.reported.emit(read_report(body))
                if self._process is not process:
                    return
        except Refused as refused:
            self.stop()
            self.died.emit(str(refused))

    def _read_tail(self) -> None:
        process = self._process
        if process is not None and self.sender() is process:
            text = bytes(process.readAllStandardError().data()).decode(errors="replace")
            self._tail.extend(text.splitlines())
            with contextlib.suppress(OSError, ValueError, AttributeError):  # nobody may be reading, or ever have been
                sys.stderr.write(text)

    def _finished(self, code: int, status: QProcess.ExitStatus) -> None:
        process = self._process
        if process is None or self.sender() is not process:
            return
        self._read()
        crashed = status is QProcess.ExitStatus.CrashExit
        self._bury(
            process,
            tr("killed by signal {code}").format(code=code)
            if crashed
            else tr("it ended with status {code}").format(code=code),
        )

    def _could_not_start(self, error: QProcess.ProcessError) -> None:
        process = self._process
        if process is not None and error is QProcess.ProcessError.FailedToStart:
            self._bury(process, process.errorString())

    def _bury(self, process: QProcess, why: str) -> None:
        if self._process is not process:
            return
        self._process = None
        self._owed.stop()
        process.deleteLater()
        self.died.emit(why)
