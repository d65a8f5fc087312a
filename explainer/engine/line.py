"""The engine's end of the line: commands in from one stream, reports out to another."""

from __future__ import annotations

import os
import threading
from queue import Empty, SimpleQueue
from typing import BinaryIO

from explainer.contract.messages import Command, Report, Splitter, pack, read_command
from explainer.contract.refused import Refused

CHUNK = 1 << 16


class Line:
    """Reads commands in a thread of its own, so that the engine only looks at a queue.

    When the stream ends the window is gone: the whole process ends, whatever it is computing.
    """

    def __init__(self, source: BinaryIO, sink: BinaryIO) -> None:
        self._source = source
        self._sink = sink
        self._commands: SimpleQueue[Command | Refused] = SimpleQueue()
        threading.Thread(target=self._read, name="line", daemon=True).start()

    def waiting(self) -> bool:
        """Return whether a command has arrived."""
        return not self._commands.empty()

    def receive(self, seconds: float) -> Command | None:
        """Return the next command, waiting up to ``seconds``; raise :class:`Refused` for a broken one."""
        try:
            found = self._commands.get(timeout=seconds) if seconds > 0 else self._commands.get_nowait()
        except Empty:
            return None
        if isinstance(found, Refused):
            raise found
        return found

    def send(self, report: Report) -> None:
        """Send a report; end the process when nobody listens any more."""
        try:
            self._sink.write(pack(report))
            self._sink.flush()
        except OSError:
            os._exit(0)

    def _read(self) -> None:
        splitter = Splitter()
        while data := os.read(self._source.fileno(), CHUNK):
            try:
                for body in splitter.feed(data):
                    self._take(body)
            except Refused as refused:
                self._commands.put(refused)
                splitter = Splitter()
        os._exit(0)

    def _take(self, body: bytes) -> None:
        try:
            self._commands.put(read_command(body))
        except Refused as refused:
            self._commands.put(refused)
