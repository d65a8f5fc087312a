"""A real engine in this process, which works only when it is told to, and can be killed in between."""

from collections import deque

from PySide6.QtCore import QObject, Signal

from explainer.contract.messages import Opened, Picture, Ready, pack, read_command, read_report
from explainer.engine.server import Server


class Line:
    """The engine's end; notes every recipe that the engine had by the time it sent a picture."""

    def __init__(self):
        self.said, self.heard = deque(), deque()
        self.had = []
        self.server = Server(self)
        self.heard.append((Ready(devices=["cpu"], torch="2", python="3"), []))

    def waiting(self):
        return bool(self.said)

    def receive(self, seconds):
        if self.server._run is not None:
            self.had.append(self.server._run.recipe)
        return read_command(pack(self.said.popleft())[4:]) if self.said else None

    def send(self, report):
        shown = self.had if isinstance(report, Picture) else []
        if isinstance(report, Picture | Opened):
            self.had = []
        self.heard.append((read_report(pack(report)[4:]), shown))


class EngineInHere(QObject):
    """A link to a real engine that works only when it is told to, and can be killed in between."""

    reported = Signal(object)
    died = Signal(str)
    hung = Signal()

    def __init__(self):
        super().__init__()
        self.line = None
        self.recorded = []
        """Every recipe that an engine had and the window was shown a picture of."""

    def start(self):
        self.stop()
        self.line = Line()

    def wake(self):
        """It is awake."""

    def stop(self):
        if self.line is not None:
            self.line.server.close()
        self.line = None

    def send(self, command, *, owes=True):
        if self.line is not None:
            self.line.said.append(command)

    def work(self, session, turns):
        """Let the engine work for some turns, and the window draw each picture."""
        for _ in range(turns):
            self.line.server.take_turn()
            while self.line.heard:
                report, shown = self.line.heard.popleft()
                if not isinstance(report, Picture) or report.run == session.engine.run:
                    self.recorded += shown
                self.reported.emit(report)
                if isinstance(report, Picture):
                    session.painted()

    def kill(self):
        self.stop()
        self.died.emit("killed by signal 9")
