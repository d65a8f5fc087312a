"""How a child process is ended: asked first, then by force, and always waited for."""

from __future__ import annotations

from PySide6.QtCore import QProcess

GRACE_MS = 500
"""How long a child may take to end by itself when its line is closed."""
KILLED_MS = 10_000
"""How long a killed child may take to be gone: on a machine with much to do that is not at once."""


def end_process(process: QProcess, *, by_force: bool = False) -> None:
    """End a child whose signals nobody needs any more, by itself if it will, or by force at once.

    It is gone afterwards: an object destroyed before its process leaves an orphan and a warning behind.
    """
    process.blockSignals(True)
    process.closeWriteChannel()
    if process.state() is QProcess.ProcessState.NotRunning:
        return
    if by_force or not process.waitForFinished(GRACE_MS):
        process.kill()
        process.waitForFinished(KILLED_MS)
